"""A change ends where it began, and its failure is told, even after the user has left the page or closed the dialog."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.console.files import file
from tests.console.visit import Held, Visit, choose
from tests.support.hex_files import firmware
from tests.support.http_user import User
from tests.support.pictures import still

_SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


def _picture(user: User, text: str) -> str:
    fields = {"image": ("a.png", still("PNG", 96, 128)), "description": (None, text)}
    return user.gets("POST", "/api/upload", files=fields)["id"]


def test_an_invitation_is_to_the_constellation_where_it_was_written(visit: Visit, client: httpx.Client) -> None:
    user, other = User(client), User(client)
    first, second = (
        user.gets("POST", "/constellations", {"name": name})["constellation_uuid"] for name in ("Alps", "Oslo")
    )
    page = visit.sign_in(user, f"/constellations/{first}")
    page.get_by_label("Invite by email").fill(other.email)
    held = Held(page, "**/users?*")
    page.get_by_role("button", name="Invite").click()
    held.wait()
    page.get_by_role("link", name="All constellations").click()
    page.get_by_role("link", name="Oslo", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Oslo", exact=True)).to_be_visible()
    with page.expect_response("**/connect"):
        held.end()
    assert [len(user.gets("GET", f"/constellations/{each}/users")) for each in (first, second)] == [2, 1]


def test_what_is_saved_is_said_of_the_picture_that_was_shown(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    older, newer = _picture(user, "Older"), _picture(user, "Newer")
    page = visit.sign_in(user)
    page.get_by_role("link", name="Newer").press("Enter")
    expect(page.get_by_label("Description")).to_have_value("Newer")
    held = Held(page, re.compile(f"/image/{newer}/tags|/images/{newer}"))
    page.get_by_label("Tags of this picture").fill("Rose")
    page.get_by_role("button", name="Save").click()
    held.wait()
    page.get_by_label("Name").fill("rose.png")
    page.get_by_label("Description").fill("Rose")
    page.get_by_role("button", name="Save").first.click()
    held.wait(2)
    page.get_by_role("button", name="Next picture").click()
    expect(page.get_by_label("Description")).to_have_value("Older")
    held.end()
    expect(page.get_by_text("Saved")).to_have_count(2)
    details = [user.gets("GET", f"/api/image/{each}/detail") for each in (newer, older)]
    assert [(each["description"], each["tags"]) for each in details] == [("Rose", ["Rose"]), ("Older", [])]
    expect(page.get_by_label("Description")).to_have_value("Older")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_role("link", name="Rose")).to_be_visible()
    expect(page.get_by_role("link", name="Older")).to_be_visible()


def test_what_ends_after_its_page_was_left_is_told(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    collection, image = user.gets("POST", "/api/collections", {"name": "Best"})["id"], _picture(user, "One")
    user.asks("PUT", f"/api/collections/{collection}/items/{image}").raise_for_status()
    page = visit.sign_in(user, f"/collections/{collection}")
    held = Held(page, f"**/items/{image}")
    choose(page.get_by_role("button", name="More for “One”"), "Remove from the collection")
    held.wait()
    page.get_by_role("link", name="All collections").click()
    expect(page.get_by_role("link", name="Best")).to_be_visible()
    held.end()
    expect(page.get_by_text("“One”")).to_be_visible()
    assert user.gets("GET", f"/api/collections/{collection}/items")["data"] == []


def test_who_has_gone_elsewhere_is_not_called_back(visit: Visit, client: httpx.Client) -> None:
    """A deletion leads to the list of what is left, but only those who still wait for it."""
    user = User(client)
    collection = user.gets("POST", "/api/collections", {"name": "Best"})["id"]
    page = visit.sign_in(user, f"/collections/{collection}")
    expect(page.get_by_role("heading", level=1, name="Best")).to_be_visible()
    held = Held(page, f"**/api/collections/{collection}")
    choose(page.get_by_role("button", name="More for “Best”"), "Delete the collection")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    held.wait()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Tags", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Tags")).to_be_visible()
    held.end()
    expect(page.get_by_text("“Best”")).to_be_visible()
    expect(page).to_have_url(f"{visit.url}/console/tags")


@pytest.mark.parametrize(("entry", "button"), [("Name and description", "Save"), ("Delete the collection", "Delete")])
def test_what_is_refused_after_its_dialog_was_closed_is_told(
    visit: Visit, client: httpx.Client, entry: str, button: str
) -> None:
    user = User(client)
    address = f"/collections/{user.gets('POST', '/api/collections', {'name': 'Best'})['id']}"
    page = visit.sign_in(user, address)
    expect(page.get_by_role("heading", level=1, name="Best")).to_be_visible()
    held = Held(page, f"**/api{address}")
    choose(page.get_by_role("button", name="More for “Best”"), entry)
    page.get_by_role("dialog").get_by_role("button", name=button).click()
    held.wait()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    held.refuse("No longer yours")
    expect(page.get_by_text("No longer yours")).to_be_visible()


def test_an_upload_that_is_stopped_is_no_failure(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    version = user.gets("POST", "/image", {"label": "Lamp", "fw_version": "1.2.3"})["id"]
    page = visit.sign_in(user, f"/firmware/{version}")
    page.get_by_label("Binary").set_input_files([file("a.hex", firmware(16))])
    held = Held(page, f"**/image/{version}/binary")
    page.get_by_role("button", name="Upload", exact=True).click()
    held.wait()
    page.get_by_role("link", name="Tags", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Tags")).to_be_visible()
    page.evaluate(_SETTLED)
    expect(page.get_by_role("region", name="Messages").get_by_role("button")).to_have_count(0)


def test_the_end_of_a_session_is_told_once(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    page = visit.sign_in(user, f"/images/{_picture(user, 'One')}")
    page.get_by_label("Description").fill("Rose")
    page.evaluate("localStorage.setItem('constellation.refresh', 'spent')")
    page.route("**/api/image/*", lambda route: route.fulfill(status=401, json={"message": "No longer valid"}))
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.evaluate(_SETTLED)
    expect(page.get_by_text("Your session has ended.")).to_have_count(1)

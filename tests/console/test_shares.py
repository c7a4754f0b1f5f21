"""Shares: made from what one looks at, listed, copied and ended."""

from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.console.visit import Visit
from tests.support.http_user import User
from tests.support.pictures import still

STRANGE = "<b>Sunset</b> \N{FOX FACE} ים"


def _shares(user: User) -> list[dict[str, Any]]:
    return user.gets("GET", "/api/shares")["data"]


def _make(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the link").press("Enter")
    expect(dialog.get_by_role("button", name="Copy")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_picture_is_shared_and_the_share_ended(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    fields = {"image": ("a.png", still("PNG", 64, 48)), "description": (None, STRANGE)}
    image = user.gets("POST", "/api/upload", files=fields)["id"]
    user.gets("PATCH", f"/images/{image}", {"name": STRANGE})
    page = visit.sign_in(user, "/shares")
    expect(page.get_by_role("heading", name="No shares yet")).to_be_visible()
    visit.look("shares-empty", sizes=[390])
    visit.go(f"/images/{image}")
    page.get_by_role("button", name="Share").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("abc")
    expect(dialog.get_by_text("The picture itself is seen by whoever knows its own address")).to_be_visible()
    dialog.get_by_label("Views").fill("many")
    dialog.get_by_role("button", name="Make the link").press("Enter")
    for label in ("Password", "Views"):
        expect(dialog.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    visit.look("share-new")
    dialog.get_by_label("Password").fill("abcd")
    dialog.get_by_label("Views").fill("10")
    dialog.get_by_label("Ends").select_option("In 7 days")
    _make(page)
    (share,) = _shares(user)
    assert (share["hasPassword"], share["maxViews"], share["target"]) == (True, 10, {"type": "image", "id": image})
    page.get_by_role("link", name="Shares", exact=True).press("Enter")
    expect(page.get_by_role("link", name=STRANGE)).to_be_visible()
    expect(page.get_by_text("views: 0 of 10")).to_be_visible()
    expect(page.get_by_label(f"Link to “{STRANGE}”")).to_have_value(share["url"])
    visit.look("shares")
    page.get_by_role("button", name=f"End: {STRANGE}").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="End", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="No shares yet")).to_be_visible()
    assert _shares(user) == []


def test_all_that_can_be_shared(visit: Visit, client: httpx.Client) -> None:
    """A collection, a constellation, and a folder that takes uploads."""
    user = User(client)
    collection = user.gets("POST", "/api/collections", {"name": "Best"})["id"]
    place = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    root = user.gets("GET", f"/constellations/{place}")["root_folder_uuid"]
    body = {"name": "Box", "constellation_uuid": place, "parent_folder_uuid": root}
    folder = user.gets("POST", "/folders", body)["folder_uuid"]
    page = visit.sign_in(user, f"/collections/{collection}")
    page.get_by_role("button", name="Share").click()
    _make(page)
    visit.go(f"/constellations/{place}?folder={folder}")
    for name in ("More for “Journey”", "More for the folder “Box”"):
        page.get_by_role("button", name=name).press("Enter")
        page.get_by_role("menuitem", name="Share").press("Enter")
        if "folder" in name:
            page.get_by_role("dialog").get_by_label("Let others upload into this folder").check()
        _make(page)
    made = {each["target"]["type"]: each for each in _shares(user)}
    assert {kind: each["target"]["id"] for kind, each in made.items()} == {
        "collection": collection,
        "constellation": place,
        "folder": folder,
    }
    assert made["folder"]["allowUpload"]
    page.get_by_role("link", name="Shares", exact=True).click()
    for name in ("Best", "Journey", "Box"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()

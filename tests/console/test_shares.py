"""Shares: made from what one looks at, listed, copied, changed and ended."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.console.visit import Visit
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.polling import eventually

STRANGE = "<b>Sunset</b> \N{FOX FACE} ים"


def _shares(user: User) -> list[dict[str, Any]]:
    return user.gets("GET", "/api/shares")["data"]


def _make(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Create the link").press("Enter")
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
    visit.look("shares-empty")
    visit.go(f"/images/{image}")
    page.get_by_role("button", name="Share").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("abc")
    expect(dialog.get_by_text("Anyone who knows the address of the picture itself still sees it")).to_be_visible()
    dialog.get_by_label("View limit").fill("many")
    dialog.get_by_role("button", name="Create the link").press("Enter")
    for label in ("Password", "View limit"):
        expect(dialog.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    visit.look("share-new")
    dialog.get_by_label("Password").fill("abcd")
    dialog.get_by_label("View limit").fill("10")
    dialog.get_by_label("Ends").select_option("In 7 days")
    _make(page)
    (share,) = _shares(user)
    assert (share["hasPassword"], share["maxViews"], share["target"]) == (True, 10, {"type": "image", "id": image})
    page.get_by_role("link", name="Shares", exact=True).press("Enter")
    expect(page.get_by_role("link", name=STRANGE)).to_be_visible()
    expect(page.get_by_text("0 of 10 views")).to_be_visible()
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


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Shares").get_by_role("listitem").filter(has_text=name)


def test_a_share_is_changed(visit: Visit, client: httpx.Client) -> None:
    """Its password, end, views, download and upload, by keyboard; what has ended looks ended, and can be revived."""
    user = User(client)
    place = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    root = user.gets("GET", f"/constellations/{place}")["root_folder_uuid"]
    image = user.gets("POST", "/api/upload", files={"image": ("a.png", still("PNG", 64, 48))})["id"]
    user.gets("PATCH", f"/images/{image}", {"name": "Sunset"})
    box = user.gets("POST", "/api/shares", {"target": {"type": "folder", "id": root}, "password": "open sesame"})
    once = user.gets("POST", "/api/shares", {"target": {"type": "image", "id": image}, "maxViews": 1})
    address = f"/api/shares/{box['id']}"
    page = visit.sign_in(user, "/shares")
    page.get_by_role("button", name="Change: Journey").press("Enter")
    dialog = page.get_by_role("dialog", name="Change the share of “Journey”")
    dialog.get_by_label("View limit").fill("0")
    dialog.get_by_label("New password").fill("abc")
    dialog.get_by_role("button", name="Save").press("Enter")
    for label in ("New password", "View limit"):
        expect(dialog.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    visit.look("share-change")
    dialog.get_by_label("New password").fill("")
    dialog.get_by_label("View limit").fill("20")
    dialog.get_by_label("Ends").select_option("In 30 days")
    dialog.get_by_label("Offer the originals").press("Space")
    dialog.get_by_label("Let others upload into this folder").press("Space")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Change: Journey")).to_be_focused()
    expect(_row(page, "Journey")).to_contain_text("0 of 20 views · until")
    expect(_row(page, "Journey")).to_contain_text("password · takes uploads · no download")
    now = user.gets("GET", address)
    assert (now["hasPassword"], now["maxViews"], now["allowDownload"], now["allowUpload"]) == (True, 20, False, True)
    ends = now["expiresAt"]
    assert client.post(f"/api/s/{box['code']}/unlock", json={"password": "open sesame"}).status_code == 200
    page.get_by_role("button", name="Change: Journey").click()
    dialog.get_by_label("Remove the password").check()
    expect(dialog.get_by_label("New password")).to_be_disabled()
    dialog.get_by_label("View limit").fill("")
    dialog.get_by_role("button", name="Save").click()
    expect(_row(page, "Journey")).to_contain_text("1 view · until")
    now = user.gets("GET", address)
    assert (now["hasPassword"], now["maxViews"], now["expiresAt"]) == (False, None, ends)
    page.get_by_role("button", name="Change: Journey").click()
    dialog.get_by_label("Password").fill("another one")
    dialog.get_by_label("Ends").select_option("Never")
    dialog.get_by_role("button", name="Save").click()
    expect(_row(page, "Journey")).to_contain_text("no end date · password")
    assert client.post(f"/api/s/{box['code']}/unlock", json={"password": "another one"}).status_code == 200
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _row(page, "Journey").get_by_role("button", name="Copy").press("Enter")
    assert page.evaluate("navigator.clipboard.readText()") == box["url"]
    assert client.get(f"/api/s/{once['code']}").status_code == 200
    soon = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    short = user.gets("POST", "/api/shares", {"target": {"type": "image", "id": image}, "expiresAt": soon})
    assert eventually(lambda: client.get(f"/api/s/{short['code']}").status_code == 404, 30)
    page.reload()
    expect(_row(page, "Sunset").filter(has_text="Used up. The link no longer works.")).to_have_count(1)
    expired = _row(page, "Sunset").filter(has_text=re.compile(r"Ended .*\. The link no longer works\."))
    expect(expired).to_have_count(1)
    expect(expired.get_by_role("button", name="Copy")).to_have_count(0)
    visit.look("shares-ended")
    expired.get_by_role("button", name="Change: Sunset").press("Enter")
    page.get_by_role("dialog").get_by_label("Ends").select_option("In a day")
    page.get_by_role("dialog").get_by_role("button", name="Save").press("Enter")
    expect(expired).to_have_count(0)
    assert client.get(f"/api/s/{short['code']}").status_code == 200


def test_what_is_gone_can_only_be_ended(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    place = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    root = user.gets("GET", f"/constellations/{place}")["root_folder_uuid"]
    user.gets("POST", "/api/shares", {"target": {"type": "folder", "id": root}})
    page = visit.sign_in(user, "/shares")
    expect(_row(page, "Journey")).to_be_visible()
    page.route("**/folders/*", lambda route: route.fulfill(status=404, json={"message": "No such folder"}))
    page.reload()
    expect(_row(page, "A folder that is gone")).to_contain_text("The link no longer works.")
    expect(page.get_by_role("list", name="Shares").get_by_role("button")).to_have_count(1)


def test_admins_end_the_shares_of_a_constellation(visit: Visit, client: httpx.Client) -> None:
    """Whoever has made them. Who makes one on the page sees it there."""
    user, other = User(client), User(client)
    place = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    root = user.gets("GET", f"/constellations/{place}")["root_folder_uuid"]
    body = {"name": "Box", "constellation_uuid": place, "parent_folder_uuid": root}
    folder = user.gets("POST", "/folders", body)["folder_uuid"]
    user.gets("POST", f"/constellations/{place}/connect", {"user_uuid": other.id, "rights": "WRITE"})
    others = other.gets("POST", "/api/shares", {"target": {"type": "folder", "id": folder}, "allowUpload": True})
    page = visit.sign_in(user, f"/constellations/{place}")
    shares = page.get_by_role("region", name="Shares in this constellation")
    expect(shares.get_by_role("link", name="Box")).to_be_visible()
    page.get_by_role("button", name="More for “Journey”").press("Enter")
    page.get_by_role("menuitem", name="Share").press("Enter")
    _make(page)
    expect(shares.get_by_role("link")).to_have_text(["Journey", "Box"])
    expect(shares.get_by_role("button", name=re.compile("^Change"))).to_have_count(0)
    visit.look("constellation-shares")
    shares.get_by_role("button", name="End: Box").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="End", exact=True).press("Enter")
    expect(shares.get_by_role("link")).to_have_text(["Journey"])
    assert client.get(f"/api/s/{others['code']}").status_code == 404
    assert _shares(other) == []
    shares.get_by_role("button", name="End: Journey").click()
    page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
    expect(shares.get_by_text("Nothing is shared.")).to_be_visible()

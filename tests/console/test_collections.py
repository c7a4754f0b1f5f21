"""Collections: created, put in order, emptied and deleted, by keyboard alone."""

import httpx
from playwright.sync_api import Page, expect

from tests.console.visit import Visit, choose
from tests.support.http_user import User
from tests.support.pictures import still

STRANGE = "<i>Best</i> \N{FOX FACE} ים"


def _menu(page: Page, name: str, entry: str) -> None:
    expect(page.get_by_role("dialog")).to_have_count(0)
    choose(page.get_by_role("button", name=f"More for “{name}”"), entry)


def test_a_collection_by_keyboard(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    page = visit.sign_in(user, "/collections")
    expect(page.get_by_role("heading", name="No collections yet")).to_be_visible()
    visit.look("collections-empty")
    page.get_by_role("button", name="New collection").first.press("Enter")
    named = page.get_by_role("dialog").get_by_label("Name")
    expect(named).to_be_focused()
    page.keyboard.press("Enter")
    expect(named).to_have_attribute("aria-invalid", "true")
    expect(named).to_be_focused()
    page.keyboard.type(STRANGE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No pictures in this collection")).to_be_visible()
    (collection,) = user.gets("GET", "/api/collections")["data"]
    address, images = f"/api/collections/{collection['id']}", dict[str, str]()
    for index, name in enumerate(("One", "Two <b>", "Three")):
        fields = {"image": ("a.png", still("PNG", 96 + 32 * index, 128)), "description": (None, name)}
        images[name] = user.gets("POST", "/api/upload", files=fields)["id"]
        assert user.asks("PUT", f"{address}/items/{images[name]}").status_code == 204
    page.reload()
    links = page.get_by_role("list", name="Pictures").get_by_role("link")
    expect(links).to_have_text(["One", "Two <b>", "Three"])
    _menu(page, "Three", "Put first")
    expect(links).to_have_text(["Three", "One", "Two <b>"])
    expect(page.get_by_text("“Three” comes first.")).to_be_visible()
    _menu(page, "One", "Remove from the collection")
    expect(links).to_have_text(["Three", "Two <b>"])
    expect(page.get_by_text("2 pictures")).to_be_visible()
    assert [each["id"] for each in user.gets("GET", f"{address}/items")["data"]] == [images["Three"], images["Two <b>"]]
    _menu(page, STRANGE, "Name and description")
    page.get_by_role("dialog").get_by_label("Name").fill(" ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("dialog").get_by_label("Name").fill("Best of all")
    page.get_by_role("dialog").get_by_label("Description").fill("<u>Summer</u>")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Best of all")).to_be_visible()
    expect(page.get_by_text("<u>Summer</u>")).to_be_visible()
    page.get_by_role("link", name="All collections").press("Enter")
    expect(page.get_by_role("link", name="Best of all")).to_be_visible()
    page.get_by_role("button", name="Delete: Best of all").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.get_by_role("heading", name="No collections yet")).to_be_visible()
    assert user.asks("GET", address).status_code == 404
    assert user.asks("GET", f"/api/image/{images['One']}/detail").status_code == 200

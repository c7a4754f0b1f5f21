"""Tags: written on the page of a picture, listed, and followed to the pictures that have them."""

import httpx
from playwright.sync_api import expect

from tests.console.visit import Visit
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.polling import eventually


def test_tags_lead_to_pictures(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    images = [
        user.gets("POST", "/api/upload", files={"image": ("a.png", still("PNG", 64, 48)), "description": (None, name)})
        for name in ("Lake", "Tower")
    ]
    page = visit.sign_in(user, "/tags")
    expect(page.get_by_role("heading", name="No tags yet")).to_be_visible()
    visit.look("tags-empty")
    visit.go(f"/images/{images[0]['id']}")
    field = page.get_by_label("Tags of this picture")
    field.fill("a/b/c/d/e/f")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Trips/2025, <b>ים</b>")
    field.press("Enter")
    expect(page.get_by_role("link", name="Trips/2025")).to_be_visible()
    visit.look("image-tags")
    assert user.gets("GET", f"/api/image/{images[0]['id']}/detail")["tags"] == ["Trips/2025", "<b>ים</b>"]
    # The list follows after 40 seconds; nobody waits for them here.
    listed = {
        "data": [{"tag": tag, "count": 1} for tag in ("<b>ים</b>", "Trips/2025")],
        "meta": {"size": 2, "nextCursor": None},
    }
    page.route("**/api/tags?*", lambda route: route.fulfill(json=listed))
    page.get_by_role("link", name="Tags", exact=True).press("Enter")
    expect(page.get_by_role("list", name="Tags").get_by_role("link")).to_have_count(2)
    page.get_by_role("link", name="trips/2025").press("Enter")
    expect(page.get_by_role("link", name="Lake")).to_be_visible()
    expect(page.get_by_role("link", name="Tower")).to_have_count(0)
    expect(page.get_by_text("1 picture", exact=True)).to_be_visible()
    page.get_by_role("link", name="All tags").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Tags")).to_be_visible()


def test_a_tag_is_renamed_by_keyboard(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    image = user.gets("POST", "/api/upload", files={"image": ("a.png", still("PNG", 64, 48))})["id"]
    user.asks("PUT", f"/api/image/{image}/tags", {"tags": ["Trips/2025"]}).raise_for_status()
    page = visit.sign_in(user, "/tags/Trips")
    page.get_by_role("button", name="Rename").press("Enter")
    field = page.get_by_role("dialog").get_by_label("Name")
    expect(field).to_be_focused()
    page.keyboard.type("/a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()  # not into itself
    field.fill("Journeys")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your pictures get the tag “Journeys” within a minute.")).to_be_visible()
    assert eventually(lambda: user.gets("GET", f"/api/image/{image}/detail")["tags"] == ["Journeys/2025"], 60)

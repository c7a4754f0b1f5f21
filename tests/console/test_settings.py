"""Keys, tokens and the file for ShareX, shown once and used as their owners use them."""

import httpx
from playwright.sync_api import expect

from tests.console.visit import Held, Visit
from tests.photographs import flower
from tests.support.http_user import User
from tests.support.sharex import share


def test_buttons_do_not_move_when_the_profile_comes(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    page = visit.sign_in(user, "/upload")
    held = Held(page, "**/users/me")
    page.get_by_role("link", name="Settings").click()
    held.wait()
    button = page.get_by_role("button", name="New API key")
    before = button.bounding_box()
    held.end()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert button.bounding_box() == before


def test_a_key_is_shown_once_uploads_and_is_deleted(visit: Visit, client: httpx.Client) -> None:
    page = visit.sign_in(User(client), "/settings")
    page.get_by_role("button", name="New API key").click()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_label("Name")).to_be_focused()
    visit.look("settings-key-refused")
    page.get_by_label("Name").fill("Camera \N{CAMERA}")
    page.get_by_label("Expires").select_option(label="In 30 days")
    page.get_by_role("button", name="Create").click()
    key = page.get_by_role("textbox", name="API key").input_value()
    visit.look("settings-key")
    upload = client.post(
        "/api/external/upload",
        headers={"Authorization": f"Bearer {key}"},
        files={"image": ("a.jpg", flower())},
    )
    assert upload.status_code == 201
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="New API key")).to_be_focused()
    expect(page.get_by_text(key)).to_have_count(0)
    page.get_by_role("button", name="Delete: Camera").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No keys yet.")).to_be_visible()


def test_a_token_does_what_is_ticked_where_it_is_bound(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    place = user.gets("POST", "/constellations", {"name": "Journey <b>"})["constellation_uuid"]
    page = visit.sign_in(user, "/settings")
    page.get_by_role("button", name="New access token").click()
    page.get_by_label("Name").fill("Backup")
    page.get_by_label("Constellations").select_option(label="See")
    page.get_by_label("Where").select_option(label="Journey <b>")
    visit.look("settings-token")
    page.get_by_role("button", name="Create").click()
    token = page.get_by_role("textbox", name="Access token").input_value()
    headers = {"Authorization": f"Bearer {token}"}
    (seen,) = client.get("/constellations", headers=headers).json()
    assert (seen["constellation_uuid"], seen["rights"]) == (place, "READ")
    page.keyboard.press("Escape")
    expect(page.get_by_text("only in Journey <b>")).to_be_visible()


def test_sharex_uploads_with_the_file(visit: Visit, client: httpx.Client) -> None:
    page = visit.sign_in(User(client), "/settings")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the file for ShareX").click()
    assert saved.value.suggested_filename == "constellation.sxcu"
    shared = share(saved.value.path().read_text(encoding="utf-8"), "a.jpg", flower())
    assert client.get(shared.url).status_code == 200
    assert shared.deletion.startswith(f"{visit.url}/console/images/")


def test_the_theme_is_kept(visit: Visit, client: httpx.Client) -> None:
    page = visit.sign_in(User(client), "/settings")
    page.get_by_label("Theme").select_option(label="Dark")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert page.get_by_label("Theme").input_value() == "dark"


def test_a_key_by_keyboard_alone(visit: Visit, client: httpx.Client) -> None:
    """It is created, copied and deleted, and the focus is never lost."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.sign_in(User(client), "/settings")
    begin = page.get_by_role("button", name="New API key")
    begin.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    for key in ("A", "Tab", "End", "Tab", "Tab", "Enter"):  # name, expires, cancel, create
        page.keyboard.press(key)
    copy = page.get_by_role("button", name="Copy")
    expect(copy).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("sk_")
    page.keyboard.press("Escape")
    expect(begin).to_be_focused()
    remove = page.get_by_role("button", name="Delete: A")
    expect(remove).to_be_visible()
    page.keyboard.press("Tab")
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    for key in ("Tab", "Enter"):  # delete
        page.keyboard.press(key)
    expect(page.get_by_text("No keys yet.")).to_be_visible()

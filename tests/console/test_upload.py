"""Upload: what is sent, how it is told, and that nothing is lost by connections and sessions that end."""

import base64
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.files import STRANGE, choose, file, give, large
from tests.console.visit import Visit
from tests.photographs import flower
from tests.support.accounts import PASSWORD
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.product import Product

UPLOAD = "**/api/upload"
SMALL = still("PNG")
SECONDS = 60_000


@pytest.fixture
def user(client: httpx.Client) -> User:
    return User(client)


@pytest.fixture
def page(visit: Visit, user: User, product: Product) -> Page:
    """The empty gallery of a new user."""
    visit.hosts.add(urlsplit(product.engine_url).netloc)
    return visit.sign_in(user)


def _expect_uploaded(page: Page, done: int, every: int) -> None:
    expect(page.get_by_text(f"{done} of {every} uploaded")).to_be_visible(timeout=SECONDS)


def _total(user: User) -> int:
    return user.gets("GET", "/api/images/history/1")["meta"]["total"]


def test_the_first_upload_is_three_clicks_from_the_first_visit(visit: Visit) -> None:
    """The link to the form, its button, and the one that asks for files."""
    page, name = visit.go("/"), f"eve-{time.time_ns()}"
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    choose(page, file("a.png", SMALL, "image/png"))
    _expect_uploaded(page, 1, 1)


def test_small_large_and_refused_files(visit: Visit, page: Page, user: User, tmp_path: Path) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.look("gallery-empty")
    files = {"flower.jpg": flower(), "large.jpg": large(20_000_000), "notes.png": b"no picture"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    choose(page, *(tmp_path / name for name in files))
    expect(page).to_have_url(re.compile("/console/upload$"))
    _expect_uploaded(page, 2, 3)
    refused = page.get_by_role("listitem").filter(has_text="notes.png")
    expect(refused.get_by_role("alert")).to_contain_text('The mime type of the file is invalid ("text/plain").')
    expect(refused.get_by_role("button", name="Try again")).to_have_count(0)
    visit.look("upload-done")
    page.get_by_role("button", name="Copy all links").click()
    links = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [httpx.get(link, timeout=60).status_code for link in links] == [200, 200]
    page.get_by_label("Copy as").select_option(label="Markdown")
    assert page.get_by_label("Link to flower.jpg").input_value() == f"![flower.jpg]({links[0]})"
    assert _total(user) == 2
    page.get_by_role("button", name="Clear this list").click()
    expect(page.get_by_text("uploaded")).to_have_count(0)


def test_by_keyboard_alone(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload pictures").first.press("Enter")
    chooser.value.set_files([file("a.png", SMALL, "image/png")])
    _expect_uploaded(page, 1, 1)
    expect(page.get_by_role("heading", name="Upload", level=1)).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "a.png":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="a.png", level=1)).to_be_visible()


def test_pictures_are_dropped_and_pasted_anywhere(visit: Visit, page: Page) -> None:
    dropped = [(name, "image/png", base64.b64encode(SMALL).decode()) for name in STRANGE]
    give(page, "dragenter", *dropped)
    expect(page.get_by_text("Drop to upload")).to_be_visible()
    give(page, "drop", *dropped)
    expect(page.get_by_text("Drop to upload")).to_be_hidden()
    _expect_uploaded(page, 3, 3)
    page.get_by_role("link", name="Settings").click()
    give(page, "paste", ("image.png", "image/png", base64.b64encode(SMALL).decode()))
    _expect_uploaded(page, 4, 4)
    for name in STRANGE:
        expect(page.get_by_role("link", name=name)).to_be_visible()
    visit.look("upload-strange")


def test_what_is_public_is_listed(page: Page, user: User) -> None:
    page.get_by_role("link", name="Upload", exact=True).click()
    page.get_by_label("List them publicly").check()
    choose(page, file("a.png", SMALL, "image/png"))
    _expect_uploaded(page, 1, 1)
    (image,) = user.gets("GET", "/api/images/history/1")["data"]
    assert image["attributes"]["isPublic"] is True


@pytest.mark.parametrize("arrives", [False, True])
def test_a_lost_connection_makes_neither_none_nor_two(visit: Visit, page: Page, user: User, *, arrives: bool) -> None:
    """The request does not arrive; or it does, and its answer does not."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        if arrives:
            route.fetch()
        route.abort()

    page.route(UPLOAD, lose)
    choose(page, file("a.png", SMALL, "image/png"))
    expect(page.get_by_text("The instance did not answer.")).to_be_visible(timeout=SECONDS)
    _expect_uploaded(page, 1, 1)
    assert _total(user) == 1
    visit.faults.clear()  # Chromium prints the failure


def test_a_large_file_goes_on_after_a_lost_connection(visit: Visit, page: Page, user: User, product: Product) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.request.url)
        route.abort()

    page.route(f"{product.engine_url}/**", lose)
    choose(page, file("large.jpg", large(5_000_000)))
    _expect_uploaded(page, 1, 1)
    assert (len(lost), _total(user)) == (1, 1)
    visit.faults.clear()  # Chromium prints the failure


def test_an_upload_goes_on_when_one_signs_in_again(page: Page, user: User) -> None:
    page.get_by_role("link", name="Upload", exact=True).click()
    page.evaluate("""() => {
      localStorage.setItem('constellation.refresh', 'spent');
      sessionStorage.removeItem('constellation.access');
    }""")
    page.route(UPLOAD, lambda route: route.fulfill(status=401, json={"message": "x", "status": 401}), times=1)
    choose(page, file("a.png", SMALL, "image/png"))
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.get_by_label("Username or email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    _expect_uploaded(page, 1, 1)
    assert _total(user) == 1


def test_who_signs_in_instead_sends_nothing_of_another(visit: Visit, page: Page, client: httpx.Client) -> None:
    other = User(client)
    page.get_by_role("link", name="Upload", exact=True).click()
    page.route(UPLOAD, lambda route: route.fulfill(status=429, headers={"Retry-After": "60"}, json={}))
    choose(page, file("secret.png", SMALL, "image/png"))
    expect(page.get_by_text("Too many requests.")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("button", name="Sign out").click()
    page.unroute(UPLOAD)
    page.get_by_label("Username or email").fill(other.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Upload", exact=True).click()
    expect(page.get_by_role("heading", name="Upload", level=1)).to_be_visible()
    expect(page.get_by_text("secret.png")).to_have_count(0)
    assert _total(other) == 0


def test_what_cannot_be_sent_now_is_tried_again_or_cancelled(page: Page, user: User) -> None:
    headers = {"Retry-After": "900"}
    page.route(UPLOAD, lambda route: route.fulfill(status=429, headers=headers, json={"message": "x"}))
    choose(page, *(file(name, SMALL, "image/png") for name in ("a.png", "b.png")))
    again = page.get_by_role("button", name="Try again")
    expect(again).to_have_count(2)
    expect(page.get_by_text("Try again in 15 minutes.")).to_have_count(2)
    page.get_by_role("button", name="Remove from this list: b.png").click()
    page.unroute(UPLOAD)
    again.click()
    _expect_uploaded(page, 1, 1)
    assert _total(user) == 1

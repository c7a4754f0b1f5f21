"""Sign up and in, by pointer and by keyboard, and what is said where that fails."""

import re
import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.console.visit import Visit
from tests.support.accounts import PASSWORD
from tests.support.http_user import User

STRANGE = "Ada <script>alert(1)</script> \N{FOX FACE} \u05e9\u05dc\u05d5\u05dd"


def _name() -> str:
    return f"ada-{time.time_ns()}"


def test_the_first_visit_says_what_this_is_and_leads_to_an_account(visit: Visit) -> None:
    """From the address of the instance to the empty gallery, with a name that is no markup."""
    page, name = visit.page, _name()
    page.goto(visit.url)
    expect(page.get_by_text("A place for your pictures")).to_be_visible()
    assert page.url == f"{visit.url}/console/sign-in"
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Name that others see").fill(STRANGE)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", name="No pictures yet")).to_be_visible()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_text(STRANGE)).to_be_visible()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_focused()


def test_an_account_by_keyboard_alone(visit: Visit) -> None:
    page, name = visit.go("/sign-up"), _name()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, "Email")
    for typed in (f"{name}@example.org", name, "Ada", PASSWORD):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No pictures yet")).to_be_visible()


def test_what_is_wrong_is_said_beside_its_field(visit: Visit, client: httpx.Client) -> None:
    taken = User(client)
    page = visit.go("/sign-up")
    page.get_by_label("Email").fill("nonsense")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create an account").click()
    email, password = page.get_by_label("Email"), page.get_by_label("Password")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description("This value is not a valid email address.")
    expect(password).to_have_accessible_description(re.compile("too short"))
    visit.look("sign-up")
    email.fill(taken.email)
    password.fill(PASSWORD)
    password.press("Enter")
    expect(email).to_have_accessible_description("This value is already used.")
    expect(password).not_to_have_attribute("aria-invalid", "true")


def test_a_wrong_password_is_told_and_the_right_one_leads_back(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    page = visit.go("/settings?anything=1")
    assert page.url.endswith("/sign-in?to=%2Fsettings%3Fanything%3D1")
    page.get_by_label("Username or email").fill(user.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    assert page.url.endswith("/console/settings?anything=1")


@pytest.mark.parametrize("to", ["//evil.example/", "https://evil.example/", "/sign-up", "javascript:alert(1)"])
def test_one_is_led_back_to_pages_of_the_console_alone(visit: Visit, client: httpx.Client, to: str) -> None:
    visit.sign_in(User(client))
    page = visit.go(f"/sign-in?to={to}")
    expect(page.get_by_role("heading", name="No pictures yet")).to_be_visible()
    assert page.url == f"{visit.url}/console/"


def test_links_of_older_uploaders_lead_to_the_same_page(visit: Visit, client: httpx.Client) -> None:
    page = visit.sign_in(User(client), "/#/settings")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    assert page.url == f"{visit.url}/console/settings"


def test_too_many_tries_are_told_with_the_time_to_wait(visit: Visit) -> None:
    page = visit.go("/sign-in")
    headers = {"Retry-After": "840"}
    page.route("**/api/auth/login", lambda route: route.fulfill(status=429, headers=headers, json={"message": "x"}))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Too many requests. Try again in 14 minutes.")


def test_german_is_spoken_to_those_who_prefer_it(visit: Visit) -> None:
    with visit.browser.new_context(locale="de-AT") as context:
        page = context.new_page()
        page.goto(f"{visit.url}/console/")
        expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "de"


@pytest.mark.parametrize(
    ("locale", "shown"), [("en-GB", "1 Feb 2026"), ("en-US", "Feb 1, 2026"), ("de-AT", "01.02.2026")]
)
def test_dates_are_those_of_the_browser(visit: Visit, client: httpx.Client, locale: str, shown: str) -> None:
    user = User(client)
    with visit.browser.new_context(locale=locale) as context:
        page = context.new_page()
        page.goto(f"{visit.url}/console/")
        page.get_by_role("textbox").first.fill(user.email)
        page.locator("[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Firmware")).to_be_visible()
        key = {"id": "1", "name": "Camera", "createdAt": "2026-02-01T12:00:00Z", "expiresAt": None, "lastUsedAt": None}
        page.route("**/api/user/api-keys*", lambda route: route.fulfill(json={"data": [key], "meta": {}}))
        page.goto(f"{visit.url}/console/settings")
        expect(page.get_by_text(shown)).to_be_visible()


def test_without_javascript_there_is_a_sentence_and_links_that_work(visit: Visit, client: httpx.Client) -> None:
    with visit.browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{visit.url}/console/images/anything")
        expect(page.get_by_role("heading", name="Constellation")).to_be_visible()
        for address in [link.get_attribute("href") for link in page.get_by_role("link").all()]:
            assert client.get(str(address)).status_code == 200


def test_an_unknown_page_says_so(visit: Visit, client: httpx.Client) -> None:
    visit.sign_in(User(client), "/nothing/here")
    visit.page.get_by_role("link", name="To the pictures").click()
    expect(visit.page.get_by_role("heading", name="Pictures", level=1)).to_be_visible()


def test_with_reduced_motion_a_change_of_theme_comes_at_once(visit: Visit) -> None:
    """No colour changes by a transition: an inherited one would come a frame later for each element inside another."""
    page = visit.go("/sign-in")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate("document.addEventListener('transitionrun', () => { document.body.dataset.moved = 'yes' })")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert visit.comes("matchMedia('(prefers-color-scheme: dark)').matches")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("document.body.dataset.moved ?? 'no'") == "no"


def _tab_to(page: Page, label: str) -> None:
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.get_by_label(label).evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{label} is not reached by Tab")

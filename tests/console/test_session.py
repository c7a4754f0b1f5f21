"""Sessions: two tabs, reloads, a clock that is wrong, lost connections, and a session that ends in the middle."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.visit import Visit
from tests.support.accounts import PASSWORD
from tests.support.http_user import User

REFRESH = "**/api/auth/refresh"
ME = "**/users/me"


@pytest.fixture
def settings(visit: Visit, client: httpx.Client) -> Page:
    """The page of settings of a new user."""
    return visit.sign_in(User(client), "/settings")


def _forget_access(page: Page) -> None:
    """Leave a page without an access token: its next load refreshes."""
    page.evaluate("sessionStorage.removeItem('constellation.access')")


def _expect_signed_in(page: Page) -> None:
    expect(page.get_by_text("@example.org")).to_be_visible()


def test_tabs_that_refresh_at_once_stay_signed_in(visit: Visit, settings: Page) -> None:
    tabs = [settings, *(visit.context.new_page() for _ in range(3))]
    for _ in range(3):
        _forget_access(settings)
        for tab in tabs:
            tab.goto(f"{visit.url}/console/settings", wait_until="commit")
        for tab in tabs:
            _expect_signed_in(tab)


def test_reloads_in_the_middle_of_everything_end_no_session(settings: Page) -> None:
    for _ in range(6):
        settings.goto(settings.url, wait_until="commit")
    _expect_signed_in(settings)


def test_signing_out_ends_the_session_of_all_tabs(visit: Visit, client: httpx.Client, settings: Page) -> None:
    other = visit.context.new_page()
    other.goto(f"{visit.url}/console/settings")
    _expect_signed_in(other)
    token = settings.evaluate("localStorage.getItem('constellation.refresh')")
    with settings.expect_response("**/api/auth/logout"):
        settings.get_by_role("button", name="Sign out").click()
    for tab in (settings, other):
        expect(tab.get_by_role("heading", name="Sign in")).to_be_visible()
    assert settings.url.endswith("/console/sign-in")
    assert client.post("/api/auth/refresh", json={"refresh_token": token}).status_code == 401


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off_does_not_matter(visit: Visit, client: httpx.Client, hours: int) -> None:
    script = f"const now = Date.now; Date.now = () => now() + {hours} * 3600000;"
    visit.context.add_init_script(script)
    page = visit.sign_in(User(client), "/settings")
    _expect_signed_in(page)
    _forget_access(page)
    page.reload()
    _expect_signed_in(page)
    page.get_by_role("link", name="Pictures").click()
    page.get_by_role("link", name="Settings").click()
    _expect_signed_in(page)


def test_a_clock_that_is_set_back_does_not_matter(settings: Page) -> None:
    """The access token has ended, and the page thinks it has not."""
    settings.evaluate("""() => {
      const access = JSON.parse(sessionStorage.getItem('constellation.access'));
      sessionStorage.setItem('constellation.access', JSON.stringify({ ...access, token: access.token.slice(0, -9) }));
    }""")
    settings.reload()
    _expect_signed_in(settings)


def test_a_session_that_ends_is_told_and_one_comes_back_to_where_one_was(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    page = visit.sign_in(user, "/settings")
    page.evaluate("localStorage.setItem('constellation.refresh', 'spent')")
    _forget_access(page)
    page.reload()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.get_by_label("Username or email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def test_a_fault_while_refreshing_ends_no_session(visit: Visit, settings: Page) -> None:
    settings.route(REFRESH, lambda route: route.fulfill(status=503, json={"message": "Busy", "status": 503}))
    _forget_access(settings)
    settings.reload()
    expect(settings.get_by_role("alert").first).to_contain_text("Busy")
    settings.unroute(REFRESH)
    settings.get_by_role("button", name="Try again").first.click()
    _expect_signed_in(settings)
    visit.faults.clear()  # Chromium prints the status


def test_a_lost_connection_is_told_and_tried_again(visit: Visit, settings: Page) -> None:
    answers = _Failing(2)
    settings.route(ME, answers)
    settings.reload()
    expect(settings.get_by_text("No connection to the instance.")).to_be_visible()
    _expect_signed_in(settings)
    expect(settings.get_by_text("No connection to the instance.")).to_be_hidden()
    visit.faults.clear()  # Chromium prints the failures


def test_what_has_to_wait_waits_by_itself(settings: Page) -> None:
    answers = _Failing(1, status=429, headers={"Retry-After": "1"})
    settings.route(ME, answers)
    settings.reload()
    _expect_signed_in(settings)
    assert answers.left == 0


def test_another_origin_gets_nothing_that_is_stored(client: httpx.Client, settings: Page) -> None:
    """The document gives no access to frames or windows of others."""
    answer = client.get("/console/")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert settings.evaluate("document.cookie") == ""


class _Failing:
    """A route that fails some times, by an answer or without one, and then goes on."""

    def __init__(self, times: int, **answer: Any) -> None:
        self.left = times
        self._answer = answer

    def __call__(self, route: Route) -> None:
        if not self.left:
            route.continue_()
            return
        self.left -= 1
        if self._answer:
            route.fulfill(json={"message": "x", "status": self._answer["status"]}, **self._answer)
        else:
            route.abort()

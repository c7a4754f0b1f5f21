"""A visit to the console: a window of a browser, what may not happen in it, axe, and screenshots."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Route, expect

from infra import ROOT
from tests.support.accounts import PASSWORD
from tests.support.http_user import User

AXE = ROOT / "build" / "console" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "build" / "console-shots"
TAKES_SHOTS = "CONSOLE_SHOTS" in os.environ
"""Whether ``make shots`` runs: people look at the screenshots, tests do not."""

SIZES = {390: 844, 800: 900, 1440: 900}
SHOWN = (390, 1440)
"""The widths that people look at."""

LIGHT, DARK = THEMES = ("light", "dark")

OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe whose findings can differ between themes."""

_REPORT = """addEventListener('securitypolicyviolation', event =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"""

_SIGN_IN = """{
  const tokens = TOKENS;
  if (window === top && location.protocol !== 'about:' && !window.name.includes(tokens.refresh_token)) {
    window.name += tokens.refresh_token;
    const access = { token: tokens.access_token, until: Date.now() + tokens.expires_in * 1000 };
    localStorage.setItem('constellation.refresh', tokens.refresh_token);
    sessionStorage.setItem('constellation.access', JSON.stringify(access));
  }
}"""
"""Runs before each page of the first tab, and signs in before the first of them only: the tab keeps its name."""

_PAINTED = """theme => matchMedia(`(prefers-color-scheme: ${theme})`).matches &&
  new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"""

_FITS = "document.documentElement.scrollWidth <= innerWidth"

_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""What Chromium prints of an answer that the console shows by itself."""


@dataclass
class Visit:
    """One window. ``page`` is its first tab; ``hosts`` are those besides the product that it may ask."""

    browser: Browser
    url: str
    locale: str = "en-GB"
    hosts: set[str] = field(default_factory=set[str])
    faults: list[str] = field(default_factory=list[str])
    scripts: bool = True

    def __post_init__(self) -> None:
        window: Any = {"locale": self.locale, "viewport": {"width": 1440, "height": 900}}
        self.context: BrowserContext = self.browser.new_context(java_script_enabled=self.scripts, **window)
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(_REPORT)
        self.context.on("console", self._note_message)
        self.context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        self.context.on("request", self._note_request)
        self.page: Page = self.context.new_page()
        # Somebody listens from the start: asked for at the moment of a key, files could be asked of nobody.
        self.page.on("filechooser", lambda _: None)

    def go(self, path: str = "/") -> Page:
        """Open a page of the console in the first tab."""
        self.page.goto(f"{self.url}/console{path}")
        self.page.wait_for_selector("h1")
        return self.page

    def sign_in(self, user: User, path: str = "/") -> Page:
        """Open a page as a user, without the form."""
        login = {"username": user.email, "password": PASSWORD}
        answer = httpx.post(f"{self.url}/api/auth/login", json=login, timeout=60, verify=False)
        self.page.add_init_script(_SIGN_IN.replace("TOKENS", answer.raise_for_status().text))
        return self.go(path)

    def findings(self, *rules: str) -> list[str]:
        """Return what axe finds in the page by these rules or by all, each as a rule with the elements."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": rules}
        found = self.page.evaluate("options => axe.run(document, options)", options)["violations"]
        return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]

    def look(self, name: str, *, sizes: Iterable[int] = SIZES) -> None:
        """Fail if axe finds anything in a size or theme, or if the page is too wide. Take screenshots if asked to."""
        self.page.mouse.move(0, 0)  # what comes to lie under the pointer changes its looks in the middle of axe's work
        for width in sizes:
            self.page.set_viewport_size({"width": width, "height": SIZES.get(width, 700)})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                assert self.comes(_PAINTED, theme)
                self.fits((name, width, theme))
                found = self.findings(*(OF_COLOURS if theme == DARK else ()))
                assert found == [], (name, width, theme, found)
                if width in SHOWN:
                    self.shoot(f"{name}-{width}-{theme}")
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def shoot(self, name: str) -> None:
        """Take a screenshot, of the whole page where no dialog covers it, if ``make shots`` runs."""
        if TAKES_SHOTS:
            self.page.evaluate("scrollTo(0, 0)")
            is_dialog = self.page.locator("dialog[open]").count() > 0
            self.page.screenshot(path=SHOTS / f"{name}.png", full_page=not is_dialog)

    def fits(self, what: object) -> None:
        """Fail if the page stays wider than the window. After a change of its size it may be so for a frame."""
        assert self.comes(_FITS), what

    def comes(self, expression: str, argument: object = None) -> bool:
        """Return whether an expression of the page is true at once or soon.

        It is evaluated from here each time: what Playwright waits for it evaluates in the page, against its policy.
        """
        for _ in range(50):
            if self.page.evaluate(expression, argument):
                return True
            self.page.wait_for_timeout(100)
        return False

    def end(self) -> None:
        """Close the window. Fail if anything happened that may not."""
        cookies = self.context.cookies()
        self.context.close()
        assert (self.faults, cookies) == ([], []), (self.faults, cookies)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSED.match(message.text):
            self.faults.append(message.text)

    def _note_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https") and asked.netloc not in {urlsplit(self.url).netloc, *self.hosts}:
            self.faults.append(f"asked {request.url}")
        if "%7B" in asked.path:
            self.faults.append(f"asked for nothing: {request.url}")


def choose(button: Locator, entry: str) -> None:
    """Choose an entry of a menu by keys."""
    button.press("Enter")
    expect(button.page.get_by_role("menuitem").first).to_be_focused()  # before that, a key might meet another entry
    button.page.get_by_role("menuitem", name=entry).press("Enter")


_OFFERED = """elements => elements.filter(each => !each.hidden).map(each =>
  each.getAttribute('aria-label') || each.labels?.[0]?.textContent || each.textContent)"""


def offered(page: Page) -> set[str]:
    """Return the names of all that one can do on the page: buttons, fields, and entries of menus, closed ones too."""
    names = page.locator("main :is(button, input, select, textarea)").evaluate_all(_OFFERED)
    return {name.strip() for name in names}


class Held:
    """Requests of a page that get no answer until ``end`` or ``refuse``."""

    def __init__(self, page: Page, address: str | re.Pattern[str]) -> None:
        self._page, self._address = page, address
        self._routes: list[Route] | None = []
        page.route(address, lambda route: self._take(route))

    def wait(self, count: int = 1) -> None:
        """Wait for so many requests."""
        for _ in range(300):
            if len(self._routes or []) >= count:
                return
            self._page.wait_for_timeout(100)
        raise AssertionError(f"fewer than {count} requests to {self._address}")

    def end(self) -> None:
        """Let the requests go on, and those that follow."""
        routes, self._routes = self._routes or [], None
        for route in routes:
            route.continue_()

    def refuse(self, message: str) -> None:
        """Have the requests refused for this reason, and let those go on that follow."""
        routes, self._routes = self._routes or [], None
        for route in routes:
            route.fulfill(status=403, json={"message": message})

    def _take(self, route: Route) -> None:
        if self._routes is None:
            route.continue_()
        else:
            self._routes.append(route)

"""Every page of the console and every dialog: axe finds nothing, all is German for Germans, and nothing is too wide."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, expect

from infra import ROOT
from tests.console.visit import Visit
from tests.photographs import flower, sunset
from tests.support.hex_files import firmware
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.product import Product

SOURCE = ROOT / "infra" / "console" / "src"
STRANGE = "<b>Atlas</b> \N{FOX FACE} שלום"
FOXES = "\N{FOX FACE}" * 255
WIDTHS = {"100%": (320, 1440), "200%": (640,)}
"""Sizes of text, and how wide the window is. At 200 % a page of 640 pixels has the room of one of 320."""

DIALOGS = {
    "/": [
        ["Auswählen: .*Atlas", "Mehr für die ausgewählten", "In eine Sammlung legen"],
        ["Mehr für die ausgewählten", "In eine Konstellation verschieben"],
    ],
    "/images/:id": [
        ["Teilen"],
        ["Vergrößern"],
    ],
    "/constellations": [
        ["Neue Konstellation"],
        ["^Löschen"],
    ],
    "/constellations/:id": [
        ["^Mehr zu „", "Umbenennen"],
        ["^Mehr zu „", "Teilen"],
        ["^Mehr zu „", "Verlassen"],
        ["^Mehr zu „", "Konstellation löschen"],
        ["^Entfernen"],
        ["Neuer Ordner"],
        ["^Mehr zu „a.png", "In einen Ordner verschieben"],
        ["^Mehr zu „a.png", "Löschen"],
    ],
    "/collections": [
        ["Neue Sammlung"],
        ["^Löschen"],
    ],
    "/collections/:id": [
        ["Teilen"],
        ["^Mehr zu „", "Name und Beschreibung"],
        ["^Mehr zu „", "Sammlung löschen"],
    ],
    "/tags/:tag": [
        ["Umbenennen"],
    ],
    "/shares": [
        ["^Beenden"],
    ],
    "/firmware": [
        ["Neue Version"],
    ],
    "/firmware/:id": [
        ["^Löschen"],
    ],
    "/settings": [
        ["Neuer API-Schlüssel"],
        ["Neues Zugriffs"],
        ["^Löschen"],
    ],
}
"""Pages, and the buttons and entries of menus that lead to each dialog there, one after the other."""

ROUTES = re.findall(r"\{ path: '(/[^']*)'", (SOURCE / "routes.ts").read_text(encoding="utf-8"))
"""The paths of all pages."""

NAMES = {"Constellation"}
"""What is said alike in all languages: the name of the product."""

_TEXT = re.compile(r"'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
_VALUE = re.compile(r"\$\{[^}]*\}")

_SHOWN = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.parentElement.checkVisibility()) said.push(walker.currentNode.data);
  for (const each of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) said.push(each.getAttribute(name) ?? '');
  }
  return said.map(text => text.trim()).filter(text => text);
}"""

_WIDE = """() => [...document.querySelectorAll('body *')].filter(each => {
  if (!each.checkVisibility({ visibilityProperty: true })) return false;
  const { left, right, width } = each.getBoundingClientRect();
  if (!width || right <= innerWidth + 1 && left >= -1) return false;
  for (let box = each.parentElement; box; box = box.parentElement) {
    if (getComputedStyle(box).overflowX !== 'visible') return false; // it scrolls, or cuts what is decoration
    if (box.matches('.skip')) return false;
  }
  return !each.matches('.skip');
}).map(each => `${each.tagName}.${each.className} ${(each.textContent ?? '').trim().slice(0, 40)}`)"""


@dataclass(frozen=True)
class Place:
    """What a user has, by the names that paths of pages have."""

    user: User
    ids: dict[str, str]

    def path(self, route: str) -> str:
        """Return an address of the page with this path."""
        return re.sub(r":\w+", self.ids.get(route, ""), route.replace("/.*", "/nothing"))


@pytest.fixture(scope="module")
def place(product: Product) -> Generator[Place]:
    """A user with something on every page."""
    with product.http() as client:
        user, other = User(client), User(client)
        images: list[str] = []
        for content, words in ((flower(), STRANGE), (sunset(), FOXES), (still("PNG", 96, 128), "")):
            fields = {"image": ("a.jpg", content), "description": (None, words), "isPublic": (None, "true")}
            images.append(user.gets("POST", "/api/upload", files=fields)["id"])
        collection = user.gets("POST", "/api/collections", {"name": STRANGE})["id"]
        for image in images:
            user.asks("PUT", f"/api/collections/{collection}/items/{image}").raise_for_status()
            user.asks("PUT", f"/api/image/{image}/tags", {"tags": ["Reisen/2025", STRANGE]}).raise_for_status()
        shared = {"target": {"type": "collection", "id": collection}, "password": "abcd", "maxViews": 10}
        user.asks("POST", "/api/shares", shared).raise_for_status()
        constellation = user.gets("POST", "/constellations", {"name": STRANGE})["constellation_uuid"]
        root = user.gets("GET", f"/constellations/{constellation}")["root_folder_uuid"]
        body = {"name": FOXES, "constellation_uuid": constellation, "parent_folder_uuid": root}
        user.gets("POST", "/folders", body)
        file = {"file": ("a.png", still("PNG", 64, 48)), "constellation_uuid": (None, constellation)}
        user.gets("POST", "/images", files=file | {"folder_uuid": (None, root)})
        user.gets("POST", f"/constellations/{constellation}/connect", {"user_uuid": other.id, "rights": "COMMENT"})
        version = user.gets("POST", "/image", {"label": STRANGE, "fw_version": "1.2.3"})["id"]
        user.asks("POST", f"/image/{version}/binary", files={"image": ("a.hex", firmware(400))}).raise_for_status()
        user.gets("POST", "/api/user/api-keys", {"name": STRANGE})
        yield Place(
            user,
            {
                "/images/:id": images[0],
                "/collections/:id": collection,
                "/constellations/:id": constellation,
                "/firmware/:id": version,
                "/tags/:tag": "Reisen",
            },
        )


@cache
def _texts(language: str) -> frozenset[str]:
    """Return the patterns of all texts of a language."""
    source = re.sub(
        r"^\s*//.*$", "", (SOURCE / "texts" / f"{language}.ts").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    found = (plain or made for plain, made in _TEXT.findall(source))
    return frozenset(
        ".+".join(re.escape(part.replace("\\'", "'")) for part in _VALUE.split(text))
        for text in found
        if len(re.findall(r"[a-z]", _VALUE.sub("", text))) > 3
    )


def _english(page: Page) -> list[str]:
    """Return what the page says in English: texts that are in the one file, and not in the other."""
    english, german = (re.compile("|".join(_texts(language))) for language in ("en", "de"))
    shown = set(page.evaluate(_SHOWN)) - NAMES
    return sorted(text for text in shown if english.fullmatch(text) and not german.fullmatch(text))


def _look(visit: Visit, name: str) -> None:
    """Fail if the page says anything in English, if anything is wider than the window, or if axe finds anything."""
    assert _english(visit.page) == [], name
    for size, widths in WIDTHS.items():
        visit.page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        for width in widths:
            visit.page.set_viewport_size({"width": width, "height": 800})
            visit.fits((name, size, width))
            visit.comes(f"!({_WIDE})().length")  # what is laid out by script may be too wide for a frame
            assert visit.page.evaluate(_WIDE) == [], (name, size, width)
    visit.page.evaluate("document.documentElement.style.fontSize = ''")
    visit.look(name)


@pytest.fixture
def visit(browser: Browser, product: Product) -> Generator[Visit]:
    """A window that asks for German."""
    visit = Visit(browser, product.url, locale="de-DE")
    yield visit
    visit.end()


@pytest.mark.parametrize("route", ROUTES)
def test_every_page(visit: Visit, place: Place, route: str) -> None:
    if route.startswith("/sign-"):
        visit.go(route)
    else:
        visit.sign_in(place.user, place.path(route))
    expect(visit.page.get_by_text("Wird geladen …")).to_have_count(0)
    visit.page.wait_for_load_state("networkidle")
    _look(visit, "page" + re.sub(r"\W+", "-", route.replace(".*", "nothing")))


@pytest.mark.parametrize("route", DIALOGS)
def test_every_dialog(visit: Visit, place: Place, route: str) -> None:
    """Each opens, and closes by Escape."""
    page = visit.sign_in(place.user, place.path(route))
    dialog = page.get_by_role("dialog")
    for names in DIALOGS[route]:
        for name in names:
            _press(page, name)
        expect(dialog).to_be_visible()
        page.wait_for_load_state("networkidle")
        _look(visit, re.sub(r"\W+", "-", f"dialog{route}-{names[-1]}").lower())
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def _press(page: Page, name: str) -> None:
    if name.startswith("Auswählen"):
        page.get_by_role("checkbox", name=re.compile(name)).first.press("Space")
        return
    button, entry = (page.get_by_role(role, name=re.compile(name)) for role in ("button", "menuitem"))
    found = button.or_(entry).first
    opens_menu = found.get_attribute("aria-haspopup") == "menu"
    found.press("Enter")
    if opens_menu:
        expect(page.get_by_role("menuitem").first).to_be_focused()


def test_english_and_what_is_too_wide_are_found(visit: Visit, place: Place) -> None:
    """The tests above can fail."""
    page = visit.sign_in(place.user, "/settings")
    page.evaluate("document.querySelector('h1').textContent = 'No tokens yet.'")
    page.evaluate("document.querySelector('h2').style.cssText = 'position: relative; left: 3000px'")
    assert _english(page) == ["No tokens yet."]
    assert page.evaluate(_WIDE)

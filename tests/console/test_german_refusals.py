"""What the API refuses is said in German in a German console, wherever one may type or choose."""

import re
from collections.abc import Generator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from constellation.shares.texts import ENGLISH, GERMAN
from infra import ROOT
from tests.console.files import file
from tests.console.visit import Visit
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.product import Product

SMALL = still("PNG", 30, 20)
_API = ROOT / "layers" / "core" / "python" / "constellation"
_TEXTS = ROOT / "infra" / "console" / "src" / "texts"
_SAID = re.compile(r"said: \{\n(.*?)\n    \}", re.DOTALL)
_KEY = re.compile(r"""^ *(?:'([^'\n]*)'|"([^"\n]*)"): """, re.MULTILINE)
_VALUES = re.compile(r"Line #: |#|READ|COMMENT|WRITE|ADMIN|\.hex\.")
"""What the API puts into its messages, or before them."""

_ENGLISH = re.compile(r"\b(?:the|this|that|there|should|must|not|of|cannot|input|found)\b", re.IGNORECASE)


@pytest.fixture
def visit(browser: Browser, product: Product) -> Generator[Visit]:
    """A window that asks for German."""
    visit = Visit(browser, product.url, locale="de-DE")
    yield visit
    visit.end()


@pytest.fixture
def user(client: httpx.Client) -> User:
    return User(client)


def _says(page: Page, *told: str) -> None:
    """Expect texts, and nothing that is English, on the page."""
    for text in told:
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    assert [line for line in page.inner_text("body").splitlines() if _ENGLISH.search(line)] == []


def _fill(page: Page, **fields: str) -> None:
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)


def test_an_account(visit: Visit, user: User) -> None:
    page = visit.go("/sign-up")
    _fill(page, **{"E-Mail": "unsinn", "Benutzername": "a@b", "Anzeigename": 256 * "a", "Passwort": "kurz"})
    page.get_by_role("button", name="Konto anlegen").click()
    _says(
        page,
        "Das ist keine gültige E-Mail-Adresse.",
        'Das Zeichen "@" ist nicht erlaubt.',
        "Zu lang: höchstens 255 Zeichen.",
        "Zu kurz: mindestens 8 Zeichen.",
    )
    _fill(page, **{"E-Mail": user.email, "Benutzername": " ", "Anzeigename": "\u202e", "Passwort": "lang genug"})
    page.get_by_role("button", name="Konto anlegen").click()
    _says(page, "Bitte ausfüllen.", "Unsichtbare Steuerzeichen sind nicht erlaubt.")
    _fill(page, Benutzername="", Anzeigename="")
    page.get_by_role("button", name="Konto anlegen").click()
    _says(page, "Schon vergeben.")
    visit.go("/sign-in")
    page.get_by_label("Benutzername oder E-Mail").fill(user.email)
    _fill(page, Passwort="falsch")
    page.get_by_role("button", name="Anmelden").click()
    _says(page, "Name oder Passwort ist falsch.")


def test_a_share_and_the_tags_of_a_picture(visit: Visit, user: User) -> None:
    image = user.gets("POST", "/api/upload", files={"image": ("a.png", SMALL)})["id"]
    page = visit.sign_in(user, f"/images/{image}")
    page.get_by_label("Schlagwörter dieses Bildes").fill("a/b/c/d/e/f")
    page.get_by_role("region", name="Schlagwörter").get_by_role("button", name="Speichern").click()
    _says(page, "Höchstens 5 Ebenen.")
    page.get_by_role("button", name="Teilen").click()
    _fill(page, Passwort="abc")
    for count, told in {
        "viele": "Bitte eine ganze Zahl eingeben.",
        "0": "Bitte mindestens 1 eingeben.",
        "1000001": "Bitte höchstens 1.000.000 eingeben.",
    }.items():
        page.get_by_label("Höchstzahl der Aufrufe").fill(count)
        page.get_by_role("button", name="Link erstellen").click()
        _says(page, "Zu kurz: mindestens 4 Zeichen.", told)


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/settings", "Neuer API-Schlüssel"),
        ("/settings", "Neues Zugriffstoken"),
        ("/collections", "Neue Sammlung"),
        ("/constellations", "Neue Konstellation"),
    ],
)
def test_names(visit: Visit, user: User, path: str, button: str) -> None:
    page = visit.sign_in(user, path)
    page.get_by_role("button", name=button).first.click()
    for name, told in {" ": "Bitte ausfüllen.", "\u202e": "Unsichtbare Steuerzeichen sind nicht erlaubt."}.items():
        page.get_by_role("dialog").get_by_label("Name").fill(name)
        page.get_by_role("dialog").get_by_role("button", name="Anlegen").click()
        _says(page, told)


def test_the_last_admin(visit: Visit, user: User) -> None:
    place = user.gets("POST", "/constellations", {"name": "Reise"})["constellation_uuid"]
    page = visit.sign_in(user, f"/constellations/{place}")
    page.get_by_role("button", name="Mehr zu „Reise“").click()
    page.get_by_role("menuitem", name="Verlassen").click()
    page.get_by_role("dialog").get_by_role("button", name="Verlassen").click()
    _says(page, "Das letzte Mitglied mit dem Recht „Verwalten“ muss es behalten.")


def test_firmware(visit: Visit, user: User) -> None:
    page = visit.sign_in(user, "/firmware")
    page.get_by_role("button", name="Neue Version").first.click()
    _fill(page, Bezeichnung=" ", Version="1")
    page.get_by_label("Binärdatei (.hex)").set_input_files(file("a.hex", b":00000001FE\n"))
    page.get_by_role("button", name="Hochladen").click()
    _says(page, "Bitte ausfüllen.", "Das ist keine semantische Version.")
    _fill(page, Bezeichnung="Lampe", Version="1.0.0")
    page.get_by_role("button", name="Hochladen").click()
    _says(page, "Zeile 1: Die Prüfsumme ist falsch.")


def test_files(visit: Visit, user: User) -> None:
    page = visit.sign_in(user, "/upload")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Bilder hochladen").click()
    chooser.value.set_files(
        [
            file("leer.png", b"", "image/png"),
            file("text.png", b"Text", "image/png"),
            file("kaputt.png", SMALL[:60], "image/png"),
        ]
    )
    _says(
        page,
        "Die Datei ist leer.",
        'Dateien dieser Art ("text/plain") werden nicht angenommen, nur JPEG, PNG, WebP und GIF.',
        "Die Bilddatei ist beschädigt.",
    )


def test_what_has_other_words_is_what_the_api_says() -> None:
    """Else a message that has changed would be shown as the API says it. Those of pydantic are left out."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in _API.rglob("*.py") if path.name != "texts.py")
    keys = [key for texts in (ENGLISH, GERMAN) for key in texts.of_box if " " in key]
    for language in ("en", "de"):
        found = _SAID.search((_TEXTS / f"{language}.ts").read_text(encoding="utf-8"))
        assert found
        keys += [single or double for single, double in _KEY.findall(found[1])]
    own = [key for key in keys if not key.startswith("Input should ")]
    assert len(own) > 50
    assert [key for key in own if not all(part in code for part in _VALUES.split(key))] == []

"""The page of a share, for people who got a link: with script and without, by pointer and by keyboard alone."""

import base64
import re
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Route, expect

from constellation.shares.page import policy
from infra import ROOT
from tests.console.files import STRANGE, file, give
from tests.console.visit import THEMES, Visit
from tests.photographs import flower, sunset
from tests.support.http_user import User
from tests.support.pictures import opened, still
from tests.support.polling import eventually
from tests.support.product import Product

SIZES = (320, 390, 800, 1440)
PASSWORD = "open sesame"
SMALL = still("PNG", 30, 20)
SECONDS = 90_000
WAIT = 60


@pytest.fixture
def user(client: httpx.Client) -> User:
    return User(client)


@pytest.fixture
def visits(browser: Browser, product: Product) -> Generator[Callable[..., Visit]]:
    """Further windows, each of a fresh profile."""
    further = list[Visit]()

    def visit(**how: Any) -> Visit:
        further.append(Visit(browser, product.url, **how))
        further[-1].hosts.add(urlsplit(product.engine_url).netloc)
        return further[-1]

    yield visit
    for each in further:
        each.end()


@pytest.fixture(autouse=True)
def _files_go_to_the_bucket(visit: Visit, product: Product) -> None:
    visit.hosts.add(urlsplit(product.engine_url).netloc)


def _folder(user: User, *files: tuple[str, bytes]) -> tuple[str, str]:
    """A folder with pictures, and its constellation."""
    place = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    root = user.gets("GET", f"/constellations/{place}")["root_folder_uuid"]
    body = {"name": "Summer by the sea", "constellation_uuid": place, "parent_folder_uuid": root}
    folder = user.gets("POST", "/folders", body)["folder_uuid"]
    for name, content in files:
        data = {"constellation_uuid": place, "folder_uuid": folder}
        user.gets("POST", "/images", files={"file": (name, content)}, data=data)
    return place, folder


def _share(user: User, type_: str, id_: str, **fields: Any) -> dict[str, Any]:
    return user.gets("POST", "/api/shares", {"target": {"type": type_, "id": id_}, **fields})


def _views(user: User, share: dict[str, Any]) -> int:
    return user.gets("GET", f"/api/shares/{share['id']}")["views"]


def _open(visit: Visit, share: dict[str, Any]) -> Page:
    visit.page.goto(share["url"])
    visit.page.wait_for_selector("h1")
    return visit.page


def _names(user: User, folder: str) -> list[str]:
    return sorted(each["name"] for each in user.gets("GET", f"/folders/{folder}")["children"])


PICTURES = [("Sunset.jpg", sunset()), ("Flower.jpg", flower()), ("Mark.png", SMALL)]


def test_pictures_by_pointer(visit: Visit, user: User, visits: Callable[..., Visit]) -> None:
    _, folder = _folder(user, *PICTURES)
    share = _share(user, "folder", folder)
    page = _open(visit, share)
    expect(page.get_by_role("heading", name="Summer by the sea", level=1)).to_be_visible()
    expect(page.get_by_text("3 pictures")).to_be_visible()
    assert eventually(lambda: _views(user, share) == 1, WAIT)
    visit.look("share-page", sizes=SIZES)
    page.get_by_role("link", name="Flower.jpg", exact=True).click()
    dialog = page.get_by_role("dialog", name="Flower.jpg")
    expect(dialog.get_by_text("2 / 3")).to_be_visible()
    expect(dialog.get_by_role("img", name="Flower.jpg")).to_have_js_property("complete", value=True)
    assert dialog.get_by_role("img").evaluate("image => image.naturalWidth") > 300
    visit.look("share-page-large", sizes=SIZES)
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    assert opened(Path(download.value.path()).read_bytes()).size == opened(flower()).size
    dialog.get_by_role("button", name="Next picture").click()
    last = page.get_by_role("dialog", name="Sunset.jpg")
    expect(last.get_by_role("button", name="Next picture")).to_be_disabled()
    last.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == share["url"]
    page.reload()
    expect(page.get_by_role("link", name="Flower.jpg", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert _views(user, share) == 1
    _open(visits(), share)
    assert eventually(lambda: _views(user, share) == 2, WAIT)


def test_pictures_by_keyboard_alone(visit: Visit, user: User) -> None:
    _, folder = _folder(user, *PICTURES)
    page = _open(visit, _share(user, "folder", folder, allowDownload=False))
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Mark.png")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Mark.png")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("link", name="Download")).to_have_count(0)
    for key, name in (("ArrowRight", "Flower"), ("End", "Sunset"), ("ArrowLeft", "Flower"), ("Home", "Mark")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Flower.jpg")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Flower.jpg")).to_be_focused()


def test_one_picture(visit: Visit, user: User) -> None:
    image = user.gets("POST", "/api/upload", files={"image": (STRANGE[0], sunset())})["id"]
    page = _open(visit, _share(user, "image", image))
    visit.look("share-page-single", sizes=SIZES)
    page.get_by_role("main").get_by_role("img").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert opened(Path(download.value.path()).read_bytes()).size == opened(sunset()).size


def test_a_password_opens_it_without_leaving_the_page(visit: Visit, user: User, visits: Callable[..., Visit]) -> None:
    _, folder = _folder(user, *PICTURES)
    share = _share(user, "folder", folder, password=PASSWORD)
    page = _open(visit, share)
    visit.look("share-page-locked", sizes=SIZES)
    page.evaluate("window.sameDocument = true")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    expect(page.get_by_label("Password")).to_be_focused()
    visit.look("share-page-wrong", sizes=SIZES)
    page.route("**/s/*", lambda route: route.abort())
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No answer.")
    page.unroute("**/s/*")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Summer by the sea")).to_be_focused()
    expect(page.get_by_role("link", name="Flower.jpg", exact=True)).to_be_visible()
    assert page.title() == "Summer by the sea"
    assert page.evaluate("window.sameDocument") is True
    page.reload()
    expect(page.get_by_role("link", name="Flower.jpg", exact=True)).to_be_visible()
    assert _views(user, share) == 1
    expect(_open(visits(), share).get_by_label("Password")).to_be_visible()
    assert _views(user, share) == 1
    visit.faults = [each for each in visit.faults if "net::ERR_FAILED" not in each]


def test_too_many_wrong_passwords(visit: Visit, user: User) -> None:
    image = user.gets("POST", "/api/upload", files={"image": ("a.png", SMALL)})["id"]
    share = _share(user, "image", image, password=PASSWORD)
    for _ in range(10):
        assert user.asks("POST", f"/api/s/{share['code']}/unlock", {"password": "x"}).status_code == 401
    page = _open(visit, share)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Show the pictures").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"Try again in \d+ minutes"))
    visit.look("share-page-429", sizes=SIZES)


def test_views_that_are_used_up(visit: Visit, user: User, visits: Callable[..., Visit]) -> None:
    image = user.gets("POST", "/api/upload", files={"image": ("Last.png", SMALL)})["id"]
    share = _share(user, "image", image, maxViews=1)
    page, other = _open(visit, share), _open(visits(), share)
    visit.look("share-page-limited", sizes=SIZES)
    assert _views(user, share) == 0
    page.get_by_role("button", name="Show the pictures").click()
    expect(page.get_by_role("heading", name="Last.png")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Last.png")).to_have_count(0)
    other.get_by_role("button", name="Show the pictures").press("Enter")
    expect(other.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert _views(user, share) == 1


def test_what_is_not_there(visit: Visit, product: Product) -> None:
    _open(visit, {"url": f"{product.url}/s/{12 * 'a'}"})
    visit.look("share-page-gone", sizes=SIZES)


def test_further_pictures(visit: Visit, user: User) -> None:
    """By a button for who presses it, and else when they come near; the token that has ended is asked for anew."""
    _, folder = _folder(user, *((f"{number:02}.png", SMALL) for number in range(60)))
    share = _share(user, "folder", folder, password=PASSWORD)
    visit.page.set_viewport_size({"width": 1440, "height": 400})
    page = _open(visit, share)
    page.evaluate("window.IntersectionObserver.prototype.observe = () => undefined")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    shown = page.locator(".grid > li")
    expect(shown).to_have_count(24)
    page.get_by_role("button", name="More pictures").press("Enter")
    expect(shown).to_have_count(48)
    expect(page.get_by_role("link", name="35.png", exact=True)).to_be_focused()
    user.asks("PATCH", f"/api/shares/{share['id']}", {"password": "another one"})
    page.get_by_role("button", name="More pictures").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("An hour has passed.")
    visit.look("share-page-ended", sizes=SIZES)
    dialog.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("That is not the password.")
    page.keyboard.type("another one")
    page.keyboard.press("Enter")
    expect(shown).to_have_count(60)
    expect(page.get_by_role("button", name="More pictures")).to_have_count(0)
    assert _views(user, share) == 2


def test_scrolling_goes_on_and_so_does_the_large_view(visit: Visit, user: User) -> None:
    place, _ = _folder(user, *((f"{number:02}.png", SMALL) for number in range(50)))
    visit.page.set_viewport_size({"width": 1440, "height": 400})
    page = _open(visit, _share(user, "constellation", place))
    shown = page.locator(".grid > li")
    expect(shown).to_have_count(24)
    page.mouse.wheel(0, 5000)
    expect(shown).to_have_count(48)
    page.get_by_role("link", name="02.png", exact=True).click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="01.png")).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_have_count(50)


def _row(page: Page, name: str) -> Locator:
    return page.locator(".sent > li").filter(has_text=name)


def test_a_drop_box(visit: Visit, user: User, tmp_path: Path) -> None:
    _, folder = _folder(user)
    share = _share(user, "folder", folder, allowUpload=True, maxViews=5)
    visit.page.clock.install()
    page = _open(visit, share)
    page.get_by_role("button", name="Show the pictures").click()
    expect(page.get_by_text("There are no pictures here yet.")).to_be_visible()
    visit.look("share-page-empty-box", sizes=SIZES)
    held = list[Route]()
    bucket = re.compile(r"^http://127\.0\.0\.1:\d+/[^/]*incoming")
    page.route(bucket, lambda route: held.append(route) if len(held) < 4 else route.continue_())
    (tmp_path / "Too large.png").write_bytes(bytes(50_000_001))
    (tmp_path / "Flower.jpg").write_bytes(flower())
    (tmp_path / "notes.png").write_bytes(b"no picture")
    (tmp_path / "Never.png").write_bytes(SMALL)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose pictures").press("Enter")
    names = ["Too large.png", "Flower.jpg", "notes.png", "Never.png"]
    chooser.value.set_files([tmp_path / name for name in names])
    dropped = [(name, "image/png", base64.b64encode(SMALL).decode()) for name in STRANGE]
    give(page, "dragover", *dropped)
    expect(page.locator("body.over")).to_have_count(1)
    give(page, "drop", *dropped)
    expect(page.locator("body.over")).to_have_count(0)
    expect(_row(page, "Too large.png")).to_contain_text("The file is too large (50.01 MB).")
    assert eventually(lambda: page.evaluate("1") and len(held) == 3, WAIT)  # three at once, the others wait
    expect(page.get_by_text("Waiting", exact=True)).to_have_count(3)
    visit.look("share-page-sending", sizes=SIZES)
    _row(page, "Never.png").get_by_role("button", name="Cancel").click()
    expect(_row(page, "Never.png")).to_have_count(0)
    assert eventually(lambda: page.evaluate("1") and len(held) == 4, WAIT)  # the next one has its place
    for route in held:
        with suppress(Error):  # the one that was cancelled
            route.abort()
    page.unroute(bucket)
    for name in ("Flower.jpg", "notes.png", STRANGE[0]):
        expect(_row(page, name)).to_contain_text("Not sent.")
        _row(page, name).get_by_role("button", name="Try again").press("Enter")
    markup, turned, long = STRANGE
    for name in ("Flower.jpg", markup, long):
        expect(_row(page, name)).to_contain_text("It is here.", timeout=SECONDS)
    expect(_row(page, turned)).to_contain_text("The name of the file holds hidden control characters.")
    missing = _row(page, "notes.png").get_by_text("Sent, but not shown here yet.")
    assert eventually(
        lambda: page.clock.fast_forward(13_000) or missing.count(), WAIT
    )  # the longest pause between looks
    expect(page.locator(".grid > li")).to_have_count(3)
    expect(page.get_by_text("3 pictures")).to_be_visible()
    visit.look("share-page-sent", sizes=SIZES)
    assert len(_names(user, folder)) == 3
    assert "Flower.jpg" in _names(user, folder)
    assert _views(user, share) == 1
    visit.faults = [each for each in visit.faults if "net::ERR_FAILED" not in each]


def test_a_token_that_ends_while_one_sends(visit: Visit, user: User) -> None:
    _, folder = _folder(user)
    share = _share(user, "folder", folder, allowUpload=True, password=PASSWORD)
    page = _open(visit, share)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    choose = page.get_by_role("button", name="Choose pictures")
    choose.wait_for()
    user.asks("PATCH", f"/api/shares/{share['id']}", {"password": "another one"})
    for name in ("a.png", "b.png"):
        with page.expect_file_chooser() as chooser:
            choose.click()
        chooser.value.set_files([file(name, SMALL, "image/png")])
        page.get_by_role("dialog").wait_for()
        if name == "a.png":
            page.keyboard.press("Escape")
            expect(_row(page, name)).to_contain_text("The share has to be opened once more.")
            continue
        page.get_by_role("dialog").get_by_label("Password").fill("another one")
        page.keyboard.press("Enter")
        expect(_row(page, name)).to_contain_text("It is here.", timeout=SECONDS)
    assert _names(user, folder) == ["b.png"]


def test_in_german(user: User, visits: Callable[..., Visit], tmp_path: Path) -> None:
    _, folder = _folder(user, *PICTURES)
    visit = visits(locale="de-AT")
    page = _open(visit, _share(user, "folder", folder, allowUpload=True, password=PASSWORD))
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Bilder zeigen").click()
    expect(page.get_by_role("button", name="Bilder auswählen")).to_be_visible()
    visit.look("share-page-german", sizes=[390])
    refused = {
        "Too large.png": (bytes(50_000_001), "Die Datei ist zu groß (50,01 MB). Erlaubt sind höchstens 50 MB."),
        "Empty.png": (b"", "Die Datei ist leer."),
    }
    for name, (content, said) in refused.items():
        (tmp_path / name).write_bytes(content)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Bilder auswählen").click()
        chooser.value.set_files(tmp_path / name)
        expect(_row(page, name)).to_contain_text(said)
        _row(page, name).get_by_role("button", name="Ausblenden").click()
        expect(_row(page, name)).to_have_count(0)
    page.get_by_role("link", name="Flower.jpg", exact=True).click()
    expect(page.get_by_role("button", name="Nächstes Bild")).to_be_visible()


def test_without_script(user: User, visits: Callable[..., Visit]) -> None:
    """A password, pictures, the next ones, a download, and what needs script is said."""
    _, folder = _folder(user, *((f"{number:02}.png", SMALL) for number in range(26)))
    visit = visits(scripts=False)
    share = _share(user, "folder", folder, allowUpload=True, password=PASSWORD)
    page = _open(visit, share)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Show the pictures").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Show the pictures").click()
    expect(page.locator("noscript p")).to_be_visible()  # searches for texts pass over it
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        visit.shoot(f"share-page-no-script-{theme}")
    page.get_by_role("button", name="More pictures").click()
    expect(page.get_by_role("link", name="00.png", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download: 00.png").click()
    assert opened(Path(download.value.path()).read_bytes()).size == (30, 20)
    picture = page.get_by_role("link", name="00.png", exact=True).get_attribute("href")
    assert user.asks("GET", str(picture)).headers["Content-Type"] == "image/png"
    assert _views(user, share) == 1


def test_its_policy_lets_its_script_send_files(client: httpx.Client, product: Product) -> None:
    said = client.get(f"/s/{12 * 'a'}").headers["Content-Security-Policy"]
    assert said == policy([product.engine_url])


def test_its_colours_are_the_consoles(client: httpx.Client) -> None:
    written = (ROOT / "infra/console/src/style.css").read_text(encoding="utf-8")
    pairs = dict[str, tuple[str, str]]()
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", written):
        pairs[name] = light, dark
    style = client.get(f"/s/{12 * 'a'}").text
    light, dark = (dict(re.findall(r"--([\w-]+):(#\w+)", part)) for part in style.split("@media", 1))
    assert len(light) > 8
    assert {name: (light[name], dark.get(name)) for name in light} == {name: pairs[name] for name in light}

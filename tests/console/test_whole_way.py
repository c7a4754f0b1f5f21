"""The way through the console, from an account to ShareX: once by pointer, and once by keyboard alone."""

import re
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.files import file, large
from tests.console.hands import Hand, Keyboard, Pointer
from tests.console.visit import Visit
from tests.photographs import flower
from tests.support.accounts import PASSWORD
from tests.support.hex_files import END, firmware
from tests.support.http_user import User
from tests.support.pictures import opened, still
from tests.support.product import Product
from tests.support.sharex import share

WORDS = "open sesame"
RIGHTS = {"See": "READ", "Comment": "COMMENT", "Change": "WRITE", "Manage": "ADMIN"}
SECONDS = 60_000
_SRCSET = re.compile(r"(http\S+) (\d+)w")


@pytest.fixture
def visits(browser: Browser, product: Product) -> Generator[Callable[[], Visit]]:
    """Windows of fresh profiles."""
    opened_ = list[Visit]()

    def visit() -> Visit:
        opened_.append(Visit(browser, product.url, hosts={urlsplit(product.engine_url).netloc}))
        opened_[-1].context.grant_permissions(["clipboard-read", "clipboard-write"])
        return opened_[-1]

    yield visit
    for each in opened_:
        each.end()


def _copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def _copy(hand: Hand, page: Page) -> str:
    """Return what a dialog shows once, as its button copies it, and leave the dialog."""
    dialog = page.get_by_role("dialog")
    hand.press(dialog.get_by_role("button", name="Copy"))
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    copied = _copied(page)
    hand.leave(dialog)
    return copied


@pytest.mark.parametrize("hand", [Pointer(), Keyboard()], ids=lambda hand: type(hand).__name__)
def test_the_whole_way(hand: Hand, visits: Callable[[], Visit], client: httpx.Client, tmp_path: Path) -> None:
    visit = visits()
    page = visit.page
    _sign_up(hand, visit)
    _upload(hand, page, tmp_path)
    _find(hand, page)
    _build_a_link(hand, page, visit)
    _open_with_a_password(hand, visits().page, _share(hand, page, password=WORDS))
    _begin_a_constellation(hand, page)
    _drop(hand, visits().page, _share_a_folder(hand, page))
    _invite(hand, page, client, visits)
    _publish_firmware(hand, page)
    _let_programs_in(hand, page, client)


def _sign_up(hand: Hand, visit: Visit) -> None:
    page = visit.go("/")
    hand.press(page.get_by_role("link", name="Create an account"))
    hand.type(page.get_by_label("Email"), f"ada-{time.time_ns()}@example.org")
    hand.type(page.get_by_label("Password"), PASSWORD)
    hand.press(page.get_by_role("button", name="Create an account"))
    expect(page.get_by_role("heading", name="No pictures yet")).to_be_visible()


def _upload(hand: Hand, page: Page, folder: Path) -> None:
    """A small file, a large one, and one that is refused."""
    files = {"flower.jpg": flower(), "large.jpg": large(20_000_000), "notes.png": b"no picture"}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    hand.give(page.get_by_role("button", name="Upload pictures").first, *(folder / name for name in files))
    expect(page.get_by_text("2 of 3 uploaded")).to_be_visible(timeout=SECONDS)
    refused = page.get_by_role("listitem").filter(has_text="notes.png")
    expect(refused.get_by_role("alert")).to_contain_text("The mime type of the file is invalid")


def _find(hand: Hand, page: Page) -> None:
    hand.press(page.get_by_role("link", name="Pictures", exact=True))
    expect(page.get_by_text("2 pictures")).to_be_visible()
    hand.type(page.get_by_role("searchbox", name="Search"), "flower")
    expect(page.get_by_text("1 picture", exact=True)).to_be_visible()
    hand.press(page.get_by_role("list", name="Pictures").get_by_role("link"))
    expect(page.get_by_role("heading", name="flower.jpg", level=1)).to_be_visible()


def _build_a_link(hand: Hand, page: Page, visit: Visit) -> None:
    """The copied HTML shows the picture on another page, and each of its sizes is what it says."""
    hand.type(page.get_by_label("Width"), "200")
    hand.type(page.get_by_label("Height"), "150")
    hand.select(page.get_by_label("Fit"), "Cover: cropped to fill")
    hand.select(page.get_by_label("Copy as"), "HTML")
    hand.press(page.get_by_role("button", name="Copy", exact=True))
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    html = _copied(page)
    candidates = _SRCSET.findall(html.replace("&amp;", "&"))
    assert len(candidates) == 3
    for link, width in candidates:
        assert opened(httpx.get(link, timeout=60).raise_for_status().content).size == (
            int(width),
            int(width) * 3 // 4,
        )
    other = visit.context.new_page()
    other.set_content(html)
    expect(other.get_by_role("img")).to_have_js_property("complete", value=True)
    assert other.get_by_role("img").evaluate("picture => picture.naturalWidth") == 200
    other.close()


def _share(hand: Hand, page: Page, *, password: str) -> str:
    """Return the address of a new share of what the page shows."""
    hand.press(page.get_by_role("button", name="Share"))
    dialog = page.get_by_role("dialog")
    hand.type(dialog.get_by_label("Password"), password)
    hand.press(dialog.get_by_role("button", name="Create the link"))
    return _copy(hand, page)


def _open_with_a_password(hand: Hand, page: Page, address: str) -> None:
    page.goto(address)
    hand.type(page.get_by_label("Password"), WORDS)
    page.keyboard.press("Enter")
    picture = page.get_by_role("main").get_by_role("img", name="flower.jpg")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)


def _begin_a_constellation(hand: Hand, page: Page) -> None:
    hand.press(page.get_by_role("link", name="Constellations", exact=True))
    hand.press(page.get_by_role("button", name="New constellation").first)
    hand.type(page.get_by_role("dialog").get_by_label("Name"), "Journey")
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Create"))
    expect(page.get_by_role("heading", name="Journey", level=1)).to_be_visible()


def _share_a_folder(hand: Hand, page: Page) -> str:
    """Return the address of a drop box."""
    hand.press(page.get_by_role("button", name="New folder"))
    hand.type(page.get_by_role("dialog").get_by_label("Name"), "Box")
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Create"))
    hand.press(page.get_by_role("list", name="Folders").get_by_role("link", name="Box"))
    expect(page.get_by_role("heading", name="Box", level=2)).to_be_visible()
    hand.choose(page.get_by_role("button", name="More for the folder “Box”"), "Share the folder")
    dialog = page.get_by_role("dialog")
    hand.tick(dialog.get_by_label("Let others upload into this folder"))
    hand.press(dialog.get_by_role("button", name="Create the link"))
    return _copy(hand, page)


def _drop(hand: Hand, page: Page, address: str) -> None:
    page.goto(address)
    hand.give(page.get_by_role("button", name="Choose pictures"), file("guest.png", still("PNG"), "image/png"))
    expect(page.get_by_text("It is here.")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("link", name="guest.png", exact=True)).to_be_visible()


def _invite(hand: Hand, page: Page, client: httpx.Client, visits: Callable[[], Visit]) -> None:
    """Each member sees what was dropped, and what one's own right is called."""
    members = page.get_by_role("region", name="Members")
    place = page.url.rsplit("/", 1)[1].partition("?")[0]
    for label, right in RIGHTS.items():
        other = User(client)
        hand.type(members.get_by_label("Invite by email"), other.email)
        hand.select(members.get_by_label("Right", exact=True), label)
        hand.press(members.get_by_role("button", name="Invite"))
        expect(members.get_by_role("combobox", name=re.compile("^Right of"))).to_have_count(
            list(RIGHTS).index(label) + 1
        )
        theirs = visits().sign_in(other, f"/constellations/{place}")
        expect(theirs.get_by_text(f"Your right: {label}")).to_be_visible()
        hand.press(theirs.get_by_role("list", name="Folders").get_by_role("link", name="Box"))
        expect(theirs.get_by_role("link", name="guest.png")).to_be_visible()
        assert other.gets("GET", f"/constellations/{place}")["rights"] == right


def _publish_firmware(hand: Hand, page: Page) -> None:
    """A damaged file is refused with its line; the right one shows what it fills."""
    hand.press(page.get_by_role("link", name="Firmware", exact=True))
    hand.press(page.get_by_role("button", name="New version").first)
    dialog = page.get_by_role("dialog")
    hand.type(dialog.get_by_label("Label"), "Lamp")
    hand.type(dialog.get_by_label("Version"), "1.0.0")
    hand.give(dialog.get_by_label("Binary"), file("a.hex", b":0100000000FE\r\n" + END, "text/plain"))
    hand.press(dialog.get_by_role("button", name="Upload"))
    expect(dialog.get_by_text("the checksum is wrong")).to_be_visible()
    hand.give(dialog.get_by_label("Binary"), file("a.hex", firmware(400), "text/plain"))
    hand.press(dialog.get_by_role("button", name="Upload"))
    expect(page.get_by_role("heading", name="Lamp 1.0.0", level=1)).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("400 bytes")


def _let_programs_in(hand: Hand, page: Page, client: httpx.Client) -> None:
    """By a key, by a token, and by ShareX."""
    hand.press(page.get_by_role("link", name="Settings"))
    files: Any = {"image": ("a.jpg", flower())}
    hand.press(page.get_by_role("button", name="New API key"))
    hand.type(page.get_by_role("dialog").get_by_label("Name"), "Camera")
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Create"))
    key = {"Authorization": f"Bearer {_copy(hand, page)}"}
    assert client.post("/api/external/upload", headers=key, files=files).status_code == 201
    hand.press(page.get_by_role("button", name="New access token"))
    hand.type(page.get_by_role("dialog").get_by_label("Name"), "Backup")
    hand.select(page.get_by_role("dialog").get_by_label("Constellations"), "See")
    hand.press(page.get_by_role("dialog").get_by_role("button", name="Create"))
    token = {"Authorization": f"Bearer {_copy(hand, page)}"}
    assert [each["name"] for each in client.get("/constellations", headers=token).json()] == ["Journey"]
    with page.expect_download() as saved:
        hand.press(page.get_by_role("button", name="Download the file for ShareX"))
    shared = share(saved.value.path().read_text(encoding="utf-8"), "a.jpg", flower())
    assert client.get(shared.url).status_code == 200

"""Firmware: versions with their binaries, what a refused file is told, and the report of the memory."""

from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Route, expect

from tests.console.files import file
from tests.console.visit import Held, Visit, offered
from tests.support.hex_files import END, firmware, pages
from tests.support.http_user import User
from tests.support.product import Product

LABEL = "Lamp <b>2</b>"
BROKEN = b":0100000000FE\r\n" + END
LARGE = pages(26)
"""More than one request takes."""
BINARY = b"\r\n".join([*firmware(400).split(b"\r\n")[:-2], *firmware(120, 0x0801_0000).split(b"\r\n")])


def test_a_version_is_published_by_keyboard(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    page = visit.sign_in(user, "/firmware")
    expect(page.get_by_role("heading", name="No firmware yet")).to_be_visible()
    visit.look("firmware-empty")
    page.get_by_role("button", name="New version").first.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill(LABEL)
    dialog.get_by_label("Version").fill("one")
    dialog.get_by_label("Binary").set_input_files([file("a.hex", BROKEN, "text/plain")])
    dialog.get_by_role("button", name="Upload").press("Enter")
    expect(dialog.get_by_label("Version")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Version").fill("1.10.0")
    dialog.get_by_role("button", name="Upload").press("Enter")
    expect(dialog.get_by_label("Binary")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_text("the checksum is wrong")).to_be_visible()
    visit.look("firmware-new")
    dialog.get_by_label("Binary").set_input_files([file("a.hex", BINARY, "text/plain")])
    dialog.get_by_role("button", name="Upload").press("Enter")
    expect(page.get_by_role("heading", level=1, name=f"{LABEL} 1.10.0")).to_be_visible()
    rows = page.get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_text("0x000000000x0000018F400 bytes")
    expect(rows.nth(2)).to_contain_text("0x08010000")
    visit.look("firmware-version")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").press("Enter")
    assert taken.value.suggested_filename == "Lamp-b-2-b-1.10.0.hex"
    assert taken.value.path().read_bytes() == BINARY
    user.gets("POST", "/image", {"label": LABEL, "fw_version": "1.9.0"})
    page.get_by_role("link", name="All versions").press("Enter")
    versions = page.get_by_role("region", name=LABEL).get_by_role("link")
    expect(versions).to_have_text(["1.10.0", "1.9.0"])
    expect(page.get_by_text("No binary yet")).to_be_visible()
    visit.look("firmware")
    versions.last.press("Enter")
    page.get_by_label("Binary").set_input_files([file("a.hex", firmware(16), "text/plain")])
    page.get_by_role("button", name="Upload").press("Enter")
    expect(page.get_by_role("button", name="Download")).to_be_visible()
    page.get_by_role("button", name="Delete").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(versions).to_have_text(["1.10.0"])
    assert [each["fw_version"] for each in user.gets("GET", "/image")] == ["1.10.0"]


def test_a_version_follows_a_label_that_goes_from_right_to_left(visit: Visit, client: httpx.Client) -> None:
    """Also where both are read from left to right, and the name of the file has no sign for it."""
    user = User(client)
    version = user.gets("POST", "/image", {"label": "A מנורה", "fw_version": "1.0.0"})["id"]
    user.asks("POST", f"/image/{version}/binary", files={"image": ("a.hex", BINARY)}).raise_for_status()
    page = visit.sign_in(user, f"/firmware/{version}")
    expect(page.get_by_role("heading", level=1)).to_have_text("\u2068A מנורה\u2069 1.0.0")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    assert taken.value.suggested_filename == "A-מנורה-1.0.0.hex"


def test_a_large_binary_goes_by_a_form(visit: Visit, client: httpx.Client, product: Product) -> None:
    """With its progress, a refusal of the file, and the report of the memory at the end."""
    visit.hosts.add(urlsplit(product.engine_url).netloc)
    user = User(client)
    page = visit.sign_in(user, "/firmware")
    page.get_by_role("button", name="New version").first.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill("Lamp")
    dialog.get_by_label("Version").fill("2.0.0")
    dialog.get_by_label("Binary").set_input_files([file("a.hex", LARGE.replace(END, BROKEN), "text/plain")])
    held = Held(page, f"{product.engine_url}/**")
    dialog.get_by_role("button", name="Upload").press("Enter")
    held.wait()
    expect(dialog.get_by_role("progressbar", name="a.hex")).to_be_visible()
    visit.look("firmware-sending", sizes=[390])
    held.end()
    expect(dialog.get_by_label("Binary")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_text("the checksum is wrong")).to_be_visible()
    expect(dialog.get_by_role("progressbar")).to_have_count(0)
    dialog.get_by_label("Binary").set_input_files([file("a.hex", LARGE, "text/plain")])
    dialog.get_by_role("button", name="Upload").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Lamp 2.0.0")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("1,703,936 bytes")
    (version,) = user.gets("GET", "/image")
    assert user.gets("GET", f"/image/{version['id']}")["size"] == len(LARGE)


def test_a_lost_answer_makes_no_second_binary(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    version = user.gets("POST", "/image", {"label": "Lamp", "fw_version": "1.0.0"})["id"]
    page = visit.sign_in(user, f"/firmware/{version}")
    page.get_by_label("Binary").set_input_files([file("a.hex", BINARY, "text/plain")])

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/binary", lose)
    page.get_by_role("button", name="Upload").press("Enter")
    expect(page.get_by_role("row")).to_have_count(3)
    visit.faults.clear()  # the connection that was lost


def test_members_are_offered_what_their_right_allows(visit: Visit, client: httpx.Client) -> None:
    user, other = User(client), User(client)
    place = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    fields = {"label": "Lamp", "constellation_uuid": place}
    bare, full = (user.gets("POST", "/image", {**fields, "fw_version": each})["id"] for each in ("1.0.0", "1.1.0"))
    user.gets("POST", f"/image/{full}/binary", files={"image": ("a.hex", BINARY)})
    for right in ("READ", "COMMENT", "WRITE", "ADMIN"):
        user.gets("POST", f"/constellations/{place}/connect", {"user_uuid": other.id, "rights": right})
        may = right in ("WRITE", "ADMIN")
        page = visit.sign_in(other, f"/firmware/{bare}")
        expect(page.get_by_text("There is no binary yet")).to_be_visible()
        expect(page.get_by_label("Binary")).to_have_count(int(may))
        assert offered(page) == ({"Delete", "Binary (.hex)", "Upload"} if may else set[str]())
        visit.go(f"/firmware/{full}")
        expect(page.get_by_text("SHA-256")).to_be_visible()
        assert offered(page) == {"Download", "SHA-256", "Copy"} | ({"Delete"} if may else set[str]())
        visit.go("/firmware")
        page.get_by_role("button", name="New version").first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Label")).to_be_visible()
        expect(dialog.get_by_role("option", name="Journey")).to_have_count(int(may))

"""Firmware: versions with their binaries, what a refused file is told, and the report of the memory."""

import httpx
from playwright.sync_api import expect

from tests.console.files import file
from tests.console.visit import Visit
from tests.support.hex_files import END, firmware
from tests.support.http_user import User

LABEL = "Lamp <b>2</b>"
BROKEN = b":0100000000FE\r\n" + END
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
    expect(dialog.get_by_text("checksum")).to_be_visible()
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
    page.get_by_role("link", name="All firmware").press("Enter")
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

"""Files that one chooses, drops or pastes in the console."""

from typing import Any

from playwright.sync_api import Page

from tests.photographs import flower

STRANGE = [
    "<script>alert(1)</script>.jpg",
    "\u202eתמונה של הים\u202c.jpg",
    "\N{FOX FACE}" * 62 + ".jpg",
]
"""Names that are markup, read from right to left, or as long as file systems take them (255 bytes)."""


def file(name: str, content: bytes, kind: str = "image/jpeg") -> Any:
    """A file for a file chooser."""
    return {"name": name, "mimeType": kind, "buffer": content}


def large(size: int) -> bytes:
    """A JPEG of many bytes that is decoded in no time: a small one with comments."""
    comment = b"\xff\xfe" + (65_535).to_bytes(2) + b"x" * 65_533
    return flower()[:2] + comment * (size // len(comment) + 1) + flower()[2:]


def choose(page: Page, *files: Any) -> None:
    """Choose files with the first button for it."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload pictures").first.click()
    chooser.value.set_files(list(files))


_TRANSFER = """([type, files]) => {
  const transfer = new DataTransfer();
  for (const [name, kind, bytes] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(bytes), c => c.charCodeAt(0))], name, { type: kind }));
  }
  const options = { bubbles: true, cancelable: true };
  if (type === 'paste') document.body.dispatchEvent(new ClipboardEvent(type, { ...options, clipboardData: transfer }));
  else document.body.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: transfer }));
}"""


def give(page: Page, event: str, *files: tuple[str, str, str]) -> None:
    """Have files arrive by an event: paste, dragenter or drop. A file is a name, a type, and its content in base64."""
    page.evaluate(_TRANSFER, [event, [list(each) for each in files]])

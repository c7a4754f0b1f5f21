"""Files are what their content says."""

import gzip
import io
import zipfile

import pytest

from constellation.imaging.steps.sniff import ACCEPTED, media_type
from tests import photographs
from tests.pictures import encoded


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "text")
    return buffer.getvalue()


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_four_types_are_known(name: str) -> None:
    assert media_type(photographs.STILLS[name]()) == name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n1 0 obj", "application/pdf"),
        (_zip(), "application/zip"),
        (gzip.compress(b"x", mtime=0), "application/gzip"),
        (encoded(photographs.picture(8), "BMP"), "image/bmp"),
        (encoded(photographs.picture(8), "TIFF"), "image/tiff"),
        (encoded(photographs.picture(8), "AVIF"), "image/avif"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x7fELF\x02\x01\x01\x00", "application/x-elf"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg:svg xmlns:svg="x"/>', "image/svg+xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"> <svg>', "image/svg+xml"),
        (b"<!DOCTYPE html><svg></svg>", "text/html"),
        (b"\n\n <HTML><body>", "text/html"),
        (b"<!-- x --><script>alert(1)</script>", "text/html"),
        (b'<?xml version="1.0"?><feed/>', "text/xml"),
        (b"just words, <svg> among them", "text/plain"),
        ("ein schönes Bild".encode() * 500, "text/plain"),
        (b"a", "text/plain"),
        (b"GIF88a", "text/plain"),
        (b"\x00", "application/octet-stream"),
        (b"\xff", "application/octet-stream"),
        (b"\xff\xd8", "application/octet-stream"),
        (b"text and \x00 a zero", "application/octet-stream"),
        (b"xxxxxxxxWEBPVP8 ", "text/plain"),
    ],
    ids=lambda value: value if isinstance(value, str) else ascii(value[:20]),
)
def test_a_refused_file_is_named(data: bytes, name: str) -> None:
    assert media_type(data) == name

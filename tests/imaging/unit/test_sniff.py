"""Files are what their content says."""

import gzip
import io
import zipfile

import pytest

from constellation.imaging.inspect.sniff import ACCEPTED, media_type
from tests import photographs
from tests.support.pictures import encoded


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.txt"), "text")
    return buffer.getvalue()


def _media_file(*brands: str, size: int = 0) -> bytes:
    """The beginning of an ISO base media file: its major brand, and those that it is compatible with."""
    content = brands[0].encode() + bytes(4) + "".join(brands[1:]).encode()
    return (size or 8 + len(content)).to_bytes(4, "big") + b"ftyp" + content + b"\0\0\0\x08moov"


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
        *(
            (_media_file(brand), "image/heic")
            for brand in ("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs")
        ),
        (_media_file("mif1", "mif1", "heic"), "image/heic"),
        (_media_file("mif1", "heif", "hevc"), "image/heic"),
        (_media_file("msf1", "msf1", "hevc", "mif1", "heic"), "image/heic"),
        (_media_file("mif1", "miaf", "MA1B", "avif"), "image/avif"),
        (_media_file("avis", "msf1", "miaf"), "image/avif"),
        (_media_file("isom", "mif1", "heix"), "image/heic"),
        (_media_file("heif"), "image/heif"),
        (_media_file("mif1"), "image/heif"),
        (_media_file("msf1"), "image/heif"),
        (_media_file("heic", size=256), "image/heic"),
        (_media_file("mif1", "heic", size=1), "image/heif"),
        (_media_file("mif1", size=0xFFFFFFFF), "image/heif"),
        (_media_file("isom", "iso2", "avc1"), "video/mp4"),
        (_media_file("qt  "), "video/quicktime"),
        (_media_file("M4A "), "audio/mp4"),
        (_media_file("crx "), "image/x-canon-cr3"),
        (b"\xff\x0a\xfa\x1f\x01", "image/jxl"),
        (b"\xff\x0a", "image/jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ", "image/jxl"),
        (encoded(photographs.picture(8), "JPEG2000"), "image/jp2"),
        (encoded(photographs.picture(8), "JPEG2000", no_jp2=True), "image/j2c"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpx \0\0\0\0jpx ", "image/jpx"),
        (encoded(photographs.picture(8), "TIFF", big_tiff=True), "image/tiff"),
        (b"MM\0*\0\0\0\x08", "image/tiff"),
        (encoded(photographs.picture(16), "ICO"), "image/vnd.microsoft.icon"),
        (b"\0\0\2\0\1\0", "image/vnd.microsoft.icon"),
        (b"8BPS\0\1", "image/vnd.adobe.photoshop"),
        (encoded(photographs.picture(8), "QOI"), "image/qoi"),
        (encoded(photographs.picture(8), "DDS"), "image/vnd-ms.dds"),
        (encoded(photographs.picture(8), "EPS"), "application/postscript"),
        (b"II\xbc\1\x08\0\0\0", "image/jxr"),
        (b"v/1\1\2\0\0\0", "image/x-exr"),
        (b"gimp xcf v011\0", "image/x-xcf"),
        (b"\1\0\0\0" + bytes(36) + b" EMF", "image/emf"),
        (b"\xd7\xcd\xc6\x9a\0\0", "image/wmf"),
        (b"AT&TFORM\0\0\0\0DJVU", "image/vnd.djvu"),
        (b"\x1aE\xdf\xa3", "video/matroska"),
        (b"RIFF\x10\0\0\0AVI LIST", "video/vnd.avi"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "video/mp4"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x7fELF\x02\x01\x01\x00", "application/x-elf"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg:svg xmlns:svg="x"/>', "image/svg+xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"> <svg>', "image/svg+xml"),
        (b'<!DOCTYPE svg PUBLIC "a" "b" [ <!ENTITY x "http://x.org/"> <!ENTITY y "z"> ]>\n<svg>', "image/svg+xml"),
        (b"<!DOCTYPE svg []><html>", "text/html"),
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

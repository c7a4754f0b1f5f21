"""Tell the type of a file by its content alone; neither its name nor its declared type counts."""

import codecs
import re

JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"

ACCEPTED = (JPEG, PNG, WEBP, GIF)
"""The four types that can be uploaded, in the order in which a refusal lists them."""


class Corrupt(Exception):
    """The bytes are not a whole picture of the type that they begin like."""


_PREFIX = 4096

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (8, b"WEBP", WEBP),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (0, b"II\xbc\x01", "image/jxr"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (0, b"\x00\x00\x02\x00", "image/vnd.microsoft.icon"),
    (0, b"\xff\x0a", "image/jxl"),
    (4, b"JXL \r\n\x87\n", "image/jxl"),
    (0, b"\xff\x4f\xff\x51", "image/j2c"),
    (0, b"qoif", "image/qoi"),
    (0, b"\x76\x2f\x31\x01", "image/x-exr"),
    (0, b"gimp xcf", "image/x-xcf"),
    (0, b"DDS ", "image/vnd-ms.dds"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (40, b" EMF", "image/emf"),
    (0, b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\x1a\x45\xdf\xa3", "video/matroska"),
    (8, b"AVI ", "video/vnd.avi"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "application/ogg"),
    (0, b"\x7fELF", "application/x-elf"),
)
_RIFF_TYPES = (WEBP, "audio/wav", "video/vnd.avi")

_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"), "image/heic"),
    b"jxl ": "image/jxl",
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
"""The types of ISO base media files (ISO/IEC 14496-12, 23008-12) by their brand."""

_HEIF_BRANDS = (b"mif1", b"mif2", b"msf1", b"miaf", b"heif")
"""Brands that tell a picture, but not how it is coded; another brand of the file may tell that."""

_JPEG_2000 = {b"jpx ": "image/jpx", b"jpm ": "image/jpm", b"mjp2": "video/mj2"}
_BRAND_LIMIT = 64

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PROLOGUE = re.compile(
    r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|title|meta|iframe|table|div|p|a|img|h1)\b", re.IGNORECASE
)
_SVG = re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE)


def media_type(data: bytes) -> str:
    """Return the media type of ``data``: one of ACCEPTED, or the best name for what is refused."""
    if data.startswith((b"ftyp", b"jP  \r\n"), 4):
        return _media_file_type(data)
    for offset, signature, name in _SIGNATURES:
        if data.startswith(signature, offset) and (name not in _RIFF_TYPES or data.startswith(b"RIFF")):
            return name
    return _text_type(data[:_PREFIX])


def is_picture(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` is of an accepted type."""
    return media_type(head) in ACCEPTED


def _media_file_type(data: bytes) -> str:
    """Return the type of a file of boxes, by the brands in its first box (ISO/IEC 14496-12, 4.3; 15444-1, I.5.2)."""
    if data.startswith(b"jP  ", 4):
        return _JPEG_2000.get(data[20:24], "image/jp2")
    end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _BRAND_LIMIT, len(data))
    major = data[8:12]
    named = _BRANDS.get(major)
    others = [data[at : at + 4] for at in range(16, end, 4)]
    if named or (major not in _HEIF_BRANDS and not set(_HEIF_BRANDS) & set(others)):
        return named or "video/mp4"
    return next((_BRANDS[brand] for brand in others if _BRANDS.get(brand, "").startswith("image/")), "image/heif")


def _text_type(prefix: bytes) -> str:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(prefix)
    except UnicodeDecodeError:
        return "application/octet-stream"
    if _CONTROL.search(text):
        return "application/octet-stream"
    prologue = _PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    if _SVG.match(text, start):
        return "image/svg+xml"
    if _HTML.match(text, start):
        return "text/html"
    return "text/xml" if "<?xml" in text[:start] else "text/plain"

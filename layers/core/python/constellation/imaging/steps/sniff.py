"""What a file is, by its content alone: neither its name nor its declared type is asked."""

import codecs
import re

JPEG, PNG, WEBP, GIF = "image/jpeg", "image/png", "image/webp", "image/gif"

ACCEPTED = (JPEG, PNG, WEBP, GIF)
"""The four types that can be uploaded, in the order in which a refusal lists them."""

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
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (4, b"jP  \r\n", "image/jp2"),
    (4, b"ftypavi", "image/avif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "application/ogg"),
    (0, b"\x7fELF", "application/x-elf"),
)
_RIFF_TYPES = (WEBP, "audio/wav")

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PROLOGUE = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg.*?>)*", re.DOTALL | re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|script|title|meta|iframe|table|div|p|a|img|h1)\b", re.IGNORECASE
)
_SVG = re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE)


def media_type(data: bytes) -> str:
    """The media type of ``data``: one of ACCEPTED, or the best name for what is refused."""
    for offset, signature, name in _SIGNATURES:
        if data.startswith(signature, offset) and (name not in _RIFF_TYPES or data.startswith(b"RIFF")):
            return name
    return _text_type(data[:_PREFIX])


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

"""Split a multipart/form-data body (RFC 7578) with the ``multipart`` package, and read its parts as clients send them.

Only the boundaries must be right. A header that cannot be read is ignored, and so is a part without a name. For that,
this module alone overrides private methods of the package: ``test_the_parser_overrides_what_the_package_calls`` fails
when they change.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote, unquote_to_bytes

from multipart import MultipartSegment, ParserError, PushMultipartParser

MOST_PARTS = 1000
"""The most parts of a form. A form with more is refused."""

_MOST_HEADERS = 64
_LONGEST_HEADER = 16_384
"""The most bytes of a header of a part. A file name of 255 characters can take 2,295 bytes, twice."""

_HEADERS_CHARSET = "latin-1"
"""Maps each byte to a character, so that any header can be read."""

_CHARSETS = frozenset(
    (
        *("utf-8", "ascii", "koi8-r", "koi8-u", "utf-16"),
        *(f"iso8859-{number}" for number in range(1, 17)),
        *(f"cp{number}" for number in range(1250, 1259)),
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr"),
    )
)
"""The character sets that are decoded, by Python's names. Each takes time in proportion to the text."""
_LONGEST_CHARSET = 40

_PARAMETER = re.compile(r';[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^;]*))')
_ESCAPED = re.compile(r'\\(["\\])')
_EXTENDED = re.compile(r"([!#-&+\-.0-9A-Z^-~]+)'[^']*'((?:[ -$&-~]|%[0-9A-Fa-f]{2})*)")


@dataclass(frozen=True)
class Part:
    """A field of a form. ``file_name`` is None where it is not a file.

    ``charset`` is the character set that the part names for its text, if any.
    """

    name: str
    file_name: str | None
    charset: str
    data: bytes


class NoFields(ValueError):
    """No part of the body has a name."""


def read_parts(body: bytes, content_type: str) -> list[Part]:
    """Return the parts of a body that have a name, in their order.

    Raises MultipartError, a ValueError, for a body that the boundary in ``content_type`` does not divide to its end, or
    divides into more than MOST_PARTS. Raises NoFields where no part has a name.
    """
    boundary = parameters_of(content_type).get("boundary", "").encode(errors="replace")
    parser = _Parser(
        boundary,
        max_header_size=_LONGEST_HEADER,
        max_header_count=_MOST_HEADERS,
        max_segment_count=MOST_PARTS,
        header_charset=_HEADERS_CHARSET,
    )
    found, chunks, count = list[Part](), list[bytes](), 0
    headers: Mapping[str, str] = {}
    for event in parser.parse(_without_padding(body, boundary)):
        if isinstance(event, MultipartSegment):
            headers, chunks, count = dict(reversed(event.headerlist)), [], count + 1
        elif event:
            chunks.append(bytes(event))
        elif part := _part(headers, b"".join(chunks)):
            found.append(part)
    parser.close()
    if count and not found:
        raise NoFields
    return found


def decoded(data: bytes, charset: str) -> str:
    """Return bytes as text of a charset, or of UTF-8 where that charset is not known. Raises UnicodeDecodeError."""
    try:
        known = codecs.lookup(charset[:_LONGEST_CHARSET]).name
    except (LookupError, ValueError):
        known = ""
    return data.decode(known if known in _CHARSETS else "utf-8")


def parameters_of(header: str) -> dict[str, str]:
    """Return the parameters of a header by their names, in lower case. Of a repeated one the first counts.

    A backslash escapes a quotation mark and itself. Before anything else it is part of a path, as old browsers send it.
    """
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(header):
        value = _ESCAPED.sub(r"\1", quoted) or plain.strip(' \t"')
        found.setdefault(name.lower(), value)
    return found


def file_name(parameters: Mapping[str, str]) -> str | None:
    """Return the file name in the parameters of a Content-Disposition, or None. Each of its bytes is a character.

    ``filename*`` (RFC 8187) is preferred to ``filename`` where it can be read. ``filename`` is UTF-8 or Latin-1, in
    which encoded words (RFC 2047), else percent-encoding (RFC 7578, section 4.2), stand for other characters.
    """
    extended, plain = parameters.get("filename*"), parameters.get("filename")
    if extended and (name := _extended(extended)):
        return name
    if plain is None:
        return None if extended is None else ""
    return _plain(_text(plain))


class _Parser(PushMultipartParser):
    """Finds the parts between the boundaries, whatever their headers hold."""

    def _on_segment_headerline(self, line: bytes) -> None:
        try:
            super()._on_segment_headerline(line)
        except ParserError:
            return
        finally:
            self._segment_limit = -1  # a part ends at the boundary, whatever its Content-Length

    def _create_segment(self, headerlist: list[tuple[str, str]]) -> MultipartSegment:
        return MultipartSegment(headerlist)


def _part(headers: Mapping[str, str], data: bytes) -> Part | None:
    disposition = headers.get("Content-Disposition", "")
    parameters = parameters_of(disposition)
    if disposition.partition(";")[0].strip().lower() != "form-data" or "name" not in parameters:
        return None
    charset = parameters_of(headers.get("Content-Type", "")).get("charset", "")
    return Part(_text(parameters["name"]), file_name(parameters), charset, data)


def _without_padding(body: bytes, boundary: bytes) -> bytes:
    """Return the body without blanks after its boundaries, which must be accepted (RFC 2046, 5.1.1)."""
    delimiter = b"--" + boundary
    if all(delimiter + blank not in body for blank in (b" ", b"\t", b"-- ", b"--\t")):
        return body
    return re.sub(rb"((?:\A|\r\n)%s(?:--)?)[ \t]+(?=\r\n|\Z)" % re.escape(delimiter), rb"\1", body)


def _text(characters: str) -> str:
    """Return a header, each of whose bytes is a character, decoded from UTF-8 where possible, else from Latin-1."""
    try:
        return characters.encode(_HEADERS_CHARSET).decode()
    except UnicodeError:
        return characters


def _extended(value: str) -> str:
    """Return the text of an extended value (RFC 8187, 3.2), quoted or not, or an empty one if it is not valid."""
    matched = _EXTENDED.fullmatch(value)
    if matched is None:
        return ""
    charset, encoded = matched.groups()
    try:
        return decoded(unquote_to_bytes(encoded), charset)
    except UnicodeDecodeError:
        return ""


def _plain(name: str) -> str:
    try:
        if "=?" in name:
            words = decode_header(name)
            return "".join(word if isinstance(word, str) else _word(word, charset) for word, charset in words)
        return unquote(name, errors="strict")
    except (UnicodeError, HeaderParseError):
        return name


def _word(word: bytes, charset: str | None) -> str:
    # ``decode_header`` encodes the text between encoded words in this way.
    return decoded(word, charset) if charset else word.decode("raw-unicode-escape")

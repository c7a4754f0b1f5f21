"""Write colour profiles (ICC.1:2022) anew, with the tags that define colours and no room for anything else.

Texts, private tags, gaps, reserved bytes and what is longer than its type says are left out. A profile made by Little
CMS, the engine in most software, says nothing that is not known, and is kept to the byte.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from math import prod

_HEADER, _ENTRY = 128, 12
_TAG_LIMIT = 100
"""Entries in the table of tags; the colour engine takes no more."""

_CHANNELS = range(1, 16)
_LATEST_WITH_PLAIN_TEXTS = 3
_OWN_VERSION = 4
_INTENTS = range(4)
_CONNECTIONS = (b"XYZ ", b"Lab ")
_D50 = bytes.fromhex("0000f6d6000100000000d32d")
"""The illuminant of every profile (7.2.16)."""

_DESCRIPTION, _COPYRIGHT = "Colour profile", "Not stated"
"""The two texts that readers expect; they replace those of the profile."""

_PARAMETERS = (1, 3, 4, 5, 7)
"""How many parameters a parametric curve has, by its kind (10.18)."""


class Unsound(Exception):
    """The bytes are not a profile that defines colours."""


def cleaned(profile: bytes) -> bytes:
    """Return a profile with the same colours and nothing else. Raises Unsound."""
    try:
        if _is_known(profile):
            return profile
        table, header = _table(profile), _header(profile)
    except (struct.error, IndexError) as fault:
        raise Unsound from fault
    tags = {name: kept for name, content in table.items() if (kept := _read(name, content))}
    space = profile[16:20]
    if not (b"A2B0" in tags or _CURVES.get(space, frozenset({b"A2B0"})) <= tags.keys()):
        raise Unsound
    return _written(header, {**_texts(profile[8]), **tags})


def made(space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """Return a profile of a display whose colours the ``tags`` define, in the connection space XYZ."""
    header = _head(bytes([_OWN_VERSION, 0]), b"mntr" + space, b"XYZ ", 0)
    return _written(header, {**_texts(_OWN_VERSION), **tags})


def exponent(found: bytes) -> float | None:
    """Return the exponent of a clean profile's first curve, or None where the curve is more than an exponent."""
    table = _table(found)
    curve = table.get(b"rTRC") or table.get(b"kTRC") or b""
    if curve.startswith(b"curv"):
        count, gamma = struct.unpack(">IH", curve[8:14].ljust(6, b"\0"))
        return {0: 1.0, 1: gamma / 256}.get(count)
    if curve.startswith(b"para\0\0\0\0\0\0"):
        return struct.unpack_from(">i", curve, 12)[0] / 65536
    return None


def colorant(x: float, y: float, z: float) -> bytes:
    """Return the content of a tag that has one colour (10.31)."""
    return b"XYZ " + bytes(4) + _fixed(x, y, z)


def formula(*parameters: float) -> bytes:
    """Return the content of a tag that has a curve by formula; the number of parameters tells which (10.18)."""
    return b"para" + struct.pack(">4xHH", _PARAMETERS.index(len(parameters)), 0) + _fixed(*parameters)


def samples(values: Sequence[float]) -> bytes:
    """Return the content of a tag that has a curve of samples (10.6)."""
    numbers = (round(min(max(value, 0), 1) * 65535) for value in values)
    return b"curv" + struct.pack(f">4xI{len(values)}H", len(values), *numbers)


def _fixed(*values: float) -> bytes:
    """Return numbers of 16 bits before and after the point (4.7)."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _read(name: bytes, content: bytes) -> bytes | None:
    """Return the content of a tag in the length of its type, or None where it is not of a known type."""
    try:
        return _TAGS[name](content)
    except (Unsound, struct.error, IndexError):
        return None


def _is_known(profile: bytes) -> bool:
    """Tell whether a profile is laid out by Little CMS, with no room for what the engine does not write itself."""
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > _TAG_LIMIT or not _has_known_header(profile):
        return False
    end = _HEADER + 4 + _ENTRY * count
    spans = set[tuple[int, int]]()
    for number in range(count):
        name, start, size = struct.unpack_from(">4sII", profile, _HEADER + 4 + _ENTRY * number)
        content, reader = profile[start : start + size], _KNOWN_TAGS.get(name)
        if reader is None or reader(content) != content or len(content) != size:
            return False
        spans.add((start, size))
    for start, size in sorted(spans):
        if start != end:
            return False
        end = start + size + -size % 4
        if any(profile[start + size : end]):
            return False
    return end == len(profile)


def _has_known_header(profile: bytes) -> bool:
    date = struct.unpack_from(">6H", profile, 24)
    is_date = all(least <= part <= most for part, (least, most) in zip(date, _DATES, strict=True))
    known = bytearray(struct.pack(">I", len(profile)) + _header(profile))
    known[4:8] = known[80:84] = _ENGINE
    known[24:36] = profile[24:36]
    if profile[40:44] in _PLATFORMS:
        known[40:44] = profile[40:44]
    return is_date and profile[:_HEADER] == bytes(known)


def _table(profile: bytes) -> dict[bytes, bytes]:
    """Return the contents of the tags that are kept, by name; of tags with the same name, the first."""
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > _TAG_LIMIT:
        raise Unsound
    found: dict[bytes, bytes] = {}
    for number in range(count):
        name, start, size = struct.unpack_from(">4sII", profile, _HEADER + 4 + _ENTRY * number)
        if name not in _TAGS or name in found:
            continue
        if start + size > len(profile):
            continue
        found[name] = profile[start : start + size]
    return found


def _header(profile: bytes) -> bytes:
    """Return what of the header affects colours, without its length (7.2)."""
    connection, (intent,) = profile[20:24], struct.unpack_from(">I", profile, 64)
    if connection not in _CONNECTIONS:
        raise Unsound
    return _head(profile[8:10], profile[12:20], connection, intent if intent in _INTENTS else 0)


def _head(version: bytes, kinds: bytes, connection: bytes, intent: int) -> bytes:
    head = bytes(4) + version + bytes(2) + kinds + connection + bytes(12) + b"acsp" + bytes(24)
    return (head + struct.pack(">I", intent) + _D50).ljust(_HEADER - 4, b"\0")


def _texts(version: int) -> dict[bytes, bytes]:
    if version > _LATEST_WITH_PLAIN_TEXTS:
        return {b"desc": _localized(_DESCRIPTION), b"cprt": _localized(_COPYRIGHT)}
    text = _DESCRIPTION.encode() + b"\0"
    described = struct.pack(">4s4xI", b"desc", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    return {b"desc": described, b"cprt": b"text" + bytes(4) + _COPYRIGHT.encode() + b"\0"}


def _localized(text: str) -> bytes:
    content = text.encode("utf-16-be")
    return struct.pack(">4s4xII4sII", b"mluc", 1, 12, b"enUS", len(content), 28) + content


def _written(header: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """Return a profile in which equal contents are written once."""
    start = _HEADER + 4 + _ENTRY * len(tags)
    table, body, offsets = b"", b"", dict[bytes, int]()
    for name, content in tags.items():
        if content not in offsets:
            offsets[content] = start + len(body)
            body += _padded(content)
        table += struct.pack(">4sII", name, offsets[content], len(content))
    return struct.pack(">I", start + len(body)) + header + struct.pack(">I", len(tags)) + table + body


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)


# The types of tags (10): each function returns the content of its type that some bytes begin with.


def _typed(kind: bytes, content: bytes, start: int, end: int) -> bytes:
    """Return the name of a type, its reserved bytes, and those from ``start`` to ``end``. Raises Unsound if cut."""
    if end > len(content):
        raise Unsound
    return kind + bytes(4) + content[start:end]


def _colour(content: bytes) -> bytes:
    return _of_kind(content, {b"XYZ ": lambda data: _typed(b"XYZ ", data, 8, 20)})


def _adaptation(content: bytes) -> bytes:
    return _of_kind(content, {b"sf32": lambda data: _typed(b"sf32", data, 8, 44)})


def _code_points(content: bytes) -> bytes:
    return _of_kind(content, {b"cicp": lambda data: _typed(b"cicp", data, 8, 12)})


def _sampled_curve(content: bytes) -> bytes:
    (count,) = struct.unpack_from(">I", content, 8)
    return _typed(b"curv", content, 8, 12 + 2 * count)


def _parametric_curve(content: bytes) -> bytes:
    (kind,) = struct.unpack_from(">H", content, 8)
    end = 12 + 4 * _PARAMETERS[kind]
    return _typed(b"para", content[:10] + bytes(2) + content[12:], 8, end)


def _curve(content: bytes) -> bytes:
    return _of_kind(content, {b"curv": _sampled_curve, b"para": _parametric_curve})


def _table_of_bytes(content: bytes) -> bytes:
    inputs, outputs, grid = _shape(content)
    end = 48 + 256 * inputs + _points(grid, inputs, len(content)) * outputs + 256 * outputs
    return _typed(b"mft1", content[:11] + bytes(1) + content[12:], 8, end)


def _table_of_words(content: bytes) -> bytes:
    inputs, outputs, grid = _shape(content)
    first, last = struct.unpack_from(">HH", content, 48)
    end = 52 + 2 * (first * inputs + _points(grid, inputs, len(content)) * outputs + last * outputs)
    return _typed(b"mft2", content[:11] + bytes(1) + content[12:], 8, end)


def _shape(content: bytes) -> tuple[int, int, int]:
    """Return the channels in and out, and the points of the grid on each side."""
    inputs, outputs, grid = content[8], content[9], content[10]
    if inputs not in _CHANNELS or outputs not in _CHANNELS:
        raise Unsound
    return inputs, outputs, grid


def _points(grid: int, inputs: int, most: int) -> int:
    """Return the points of a whole grid. Raises Unsound for more than ``most``."""
    points = grid**inputs
    if points > most:
        raise Unsound
    return points


def _stages(content: bytes) -> bytes:
    """Return the type ``mAB `` or ``mBA ``: up to five stages, each at its offset (10.12, 10.13)."""
    inputs, outputs, _ = _shape(content)
    ends = (outputs, inputs) if content[:4] == b"mAB " else (inputs, outputs)
    readers: tuple[Callable[[bytes], bytes], ...] = (
        lambda data: _curves(data, ends[0]),
        lambda data: _exactly(data, 48),
        lambda data: _curves(data, ends[0]),
        lambda data: _grid(data, inputs, outputs),
        lambda data: _curves(data, ends[1]),
    )
    offsets, body = list[int](), b""
    for offset, reader in zip(struct.unpack_from(">5I", content, 12), readers, strict=True):
        if offset > len(content):
            raise Unsound
        offsets.append(32 + len(body) if offset else 0)
        body += _padded(reader(content[offset:])) if offset else b""
    return content[:4] + bytes(4) + content[8:10] + bytes(2) + struct.pack(">5I", *offsets) + body


def _curves(data: bytes, count: int) -> bytes:
    """Return curves one after the other, each at a multiple of four bytes."""
    body, at = b"", 0
    for _ in range(count):
        curve = _padded(_curve(data[at:]))
        body += curve
        at += len(curve)
    return body


def _grid(data: bytes, inputs: int, outputs: int) -> bytes:
    sides, precision = data[:inputs], data[16]
    if precision not in (1, 2):
        raise Unsound
    head = sides.ljust(16, b"\0") + bytes([precision, 0, 0, 0])
    return head + _exactly(data[20:], prod(sides) * outputs * precision)


def _exactly(data: bytes, size: int) -> bytes:
    if size > len(data):
        raise Unsound
    return data[:size]


def _of_kind(content: bytes, readers: Mapping[bytes, Callable[[bytes], bytes]]) -> bytes:
    reader = readers.get(content[:4])
    if reader is None:
        raise Unsound
    return reader(content)


def _transform(content: bytes) -> bytes:
    kinds = {b"mft1": _table_of_bytes, b"mft2": _table_of_words, b"mAB ": _stages, b"mBA ": _stages}
    return _of_kind(content, kinds)


_TAGS: Mapping[bytes, Callable[[bytes], bytes]] = {
    **dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"bkpt", b"lumi"), _colour),
    **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC", b"kTRC"), _curve),
    **dict.fromkeys((b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"gamt"), _transform),
    b"chad": _adaptation,
    b"cicp": _code_points,
}
"""The tags that are kept, and the functions that read them."""

_ENGINE = b"lcms"
_PLATFORMS = (b"APPL", b"MSFT", b"SUNW", b"SGI ", b"*nix")
_DATES = ((1990, 2100), (1, 12), (1, 31), (0, 23), (0, 59), (0, 59))
"""The least and the most of each part of a date: year, month, day, hour, minute, second (4.2)."""

_ENGINE_TEXTS = frozenset(
    map(_localized, ("sRGB built-in", "RGB built-in", "gray built-in", "No copyright, use freely"))
)


def _engine_text(content: bytes) -> bytes:
    return content if content in _ENGINE_TEXTS else b""


def _chromaticity(content: bytes) -> bytes:
    return _of_kind(content, {b"chrm": lambda data: _typed(b"chrm", data, 8, 36)})


_KNOWN_TAGS: Mapping[bytes, Callable[[bytes], bytes]] = {
    **_TAGS,
    b"desc": _engine_text,
    b"cprt": _engine_text,
    b"chrm": _chromaticity,
}
"""The tags that Little CMS writes, and the functions that read them."""

_CURVES = {
    b"GRAY": frozenset({b"kTRC"}),
    b"RGB ": frozenset({b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"}),
}
"""The tags that define colours where a profile has no table for them."""

"""Intel HEX in tests: records as a compiler writes them."""


def record(kind: int, address: int, data: bytes) -> bytes:
    """One record with its checksum, without a line's ending."""
    content = bytes([len(data), address >> 8, address & 0xFF, kind]) + data
    return b":" + (content + bytes([-sum(content) & 0xFF])).hex().upper().encode()


def firmware(size: int, start: int = 0) -> bytes:
    """A file with ``size`` bytes of data from the address ``start`` on, in lines of sixteen bytes."""
    lines, page = list[bytes](), -1
    for at in range(start, start + size, 16):
        if at >> 16 != page:
            page = at >> 16
            lines.append(record(4, 0, page.to_bytes(2)))
        first = at & 0xFF
        lines.append(record(0, at & 0xFFFF, _COUNTED[first : first + min(16, start + size - at)]))
    return b"\r\n".join([*lines, END, b""])


def pages(number: int) -> bytes:
    """A file with so many times 64 KB of data, one after the other, made quickly; each is 184 KB of the file."""
    _, *lines, _, _ = firmware(1 << 16).split(b"\r\n")
    page = b"\r\n".join(lines)
    parts = [part for at in range(number) for part in (record(4, 0, at.to_bytes(2)), page)]
    return b"\r\n".join([*parts, END, b""])


_COUNTED = 2 * bytes(range(256))
"""The low bytes of 512 addresses in a row."""

END = record(1, 0, b"")
"""The last record of a file."""

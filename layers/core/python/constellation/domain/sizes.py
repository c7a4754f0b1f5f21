"""Byte sizes as clients read them, MB is 10^6 bytes (contract, "Conventions"), and how much one answer can hold."""

REPLY_LIMIT = 6_000_000
"""Bytes of an answer as a function hands it over: Lambda takes 6 MiB, the headers among them."""


def text_size(body: bytes) -> int:
    """The bytes of an answer of text as a function hands it over, inside a JSON text."""
    return len(body) + body.count(b'"') + body.count(b"\\")


def megabytes(size: int) -> str:
    """``size`` bytes in MB, two decimals, trailing zeros dropped: ``2.14``, ``1``."""
    return f"{size / 1_000_000:.2f}".rstrip("0").rstrip(".")

"""Sizes in bytes, as clients read them (MB is 10^6 bytes; contract, "Conventions"), and their limits."""

from constellation.domain.errors import Invalid, Violation

EMPTY_FILE = "An empty file is not allowed."

REPLY_LIMIT = 6_000_000
"""Bytes of an answer as a function hands it over: Lambda takes 6 MiB, the headers among them."""


def text_size(body: bytes) -> int:
    """The bytes of an answer of text as a function hands it over, inside a JSON text."""
    return len(body) + body.count(b'"') + body.count(b"\\")


def megabytes(size: int) -> str:
    """``size`` bytes in MB, two decimals, trailing zeros dropped: ``2.14``, ``1``."""
    return f"{size / 1_000_000:.2f}".rstrip("0").rstrip(".")


def check_size(size: int, *, field: str, limit: int) -> None:
    """Raise Invalid on ``field`` for a file without a byte, or with more than ``limit``."""
    if size < 1:
        raise Invalid(Violation(field, EMPTY_FILE))
    if size > limit:
        text = f"The file is too large ({megabytes(size)} MB). Allowed maximum size is {megabytes(limit)} MB."
        raise Invalid(Violation(field, text))

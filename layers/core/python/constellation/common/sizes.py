"""Sizes of files and answers. 1 MB is 10^6 bytes (contract, "Conventions")."""

from constellation.common.errors import Invalid, Violation

REPLY_LIMIT = 6_000_000
"""The most bytes of an answer as a function returns it. Lambda takes 6 MiB, headers included."""


def text_size(body: bytes) -> int:
    """Return the bytes that an answer of text takes inside the JSON that a function returns."""
    return len(body) + body.count(b'"') + body.count(b"\\")


def megabytes(size: int) -> str:
    """Return a number of bytes in MB, with at most two decimals: ``2.14``, ``1``."""
    return f"{size / 1_000_000:.2f}".rstrip("0").rstrip(".")


def too_large_answer(size: str) -> str:
    """Return the refusal of a response that no function can return. ``size`` says in words how large it is."""
    return f"The answer is too large ({size})"


def too_many_megabytes(size: int, limit: int) -> str:
    """Return a size above a limit in MB. Where it would read like the limit, it is the next that does not."""
    text = megabytes(size)
    return text if text != megabytes(limit) else megabytes(limit + 10_000)


EMPTY_FILE = "An empty file is not allowed."


def check_size(size: int, *, field: str, limit: int) -> None:
    """Raise Invalid, with a violation of ``field``, for an empty file or one of more than ``limit`` bytes."""
    if size < 1:
        raise Invalid(Violation(field, EMPTY_FILE))
    if size > limit:
        said = too_many_megabytes(size, limit)
        text = f"The file is too large ({said} MB). Allowed maximum size is {megabytes(limit)} MB."
        raise Invalid(Violation(field, text))

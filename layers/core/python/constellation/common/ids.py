"""Identifiers: lower-case UUIDv4 (contract, "Conventions")."""

import re

_LENGTH = 36
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def new_id() -> str:
    """A fresh random identifier."""
    import uuid  # only what makes identifiers pays for it

    return str(uuid.uuid4())


def parse_id(text: str) -> str | None:
    """The identifier that ``text`` spells, lowered; None for any other spelling (braces, ``urn:``, white space)."""
    lowered = text.lower() if len(text) == _LENGTH and text.isascii() else ""
    return lowered if _UUID.fullmatch(lowered) else None

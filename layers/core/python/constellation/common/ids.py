"""Identifiers: lower-case UUIDv4 (contract, "Conventions")."""

import re
from typing import Annotated

Id = Annotated[str, "uuid"]
"""An identifier in a response."""

_LENGTH = 36
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def new_id() -> str:
    """Return a new random identifier."""
    import uuid  # a cold start that makes no identifier does not pay for it

    return str(uuid.uuid4())


def parse_id(text: str) -> str | None:
    """Return the identifier in a text, in lower case, or None for any other form (braces, ``urn:``, white space)."""
    lowered = text.lower() if len(text) == _LENGTH and text.isascii() else ""
    return lowered if _UUID.fullmatch(lowered) else None

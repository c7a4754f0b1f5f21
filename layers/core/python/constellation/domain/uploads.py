"""A file as a client sends it, and what is kept of the name it gives."""

import unicodedata
from dataclasses import dataclass

NAME_LENGTH = 255

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class UploadedFile:
    """One file of a form: the client's name for it (not to be trusted) and its bytes."""

    name: str
    data: bytes


def safe_name(name: str) -> str:
    """The last part of a file's path, at most 255 characters, without what could deceive a reader or break a header.

    Control characters, line separators and bidirectional overrides go; the answer may be empty.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c not in _BIDI and unicodedata.category(c) not in _UNPRINTED)
    return kept.strip()[:NAME_LENGTH].rstrip()

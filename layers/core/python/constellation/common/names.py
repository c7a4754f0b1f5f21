"""Names that people read, and the characters that they may hold (contract, "Constellations": names)."""

import unicodedata

from constellation.common.errors import BLANK, too_long

NAME_LIMIT = 255
"""The most characters of a name, unless a field says otherwise."""

DECEPTIVE = "This value must not hold control characters."


_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that break a line, a header or an encoding."""
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The bidirectional formatting characters (UAX #9, 2), which can make a name look like another."""


_DECEPTIVE_CLASS = r"\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"

PATTERN = f"^[^{_DECEPTIVE_CLASS}]*[^{_DECEPTIVE_CLASS}\\s][^{_DECEPTIVE_CLASS}]*$"
"""A regular expression for the OpenAPI document: characters of which none is deceptive and one is no white space."""


def is_deceptive(character: str) -> bool:
    """Return whether a character could deceive the reader of a name, or break what carries it."""
    return character in _REORDERING or unicodedata.category(character) in _BREAKING


def clean_name(text: str, longest: int) -> str:
    """Return a text trimmed. Raises ValueError unless it has 1 to ``longest`` characters, none of them deceptive."""
    return exact_name(text.strip(), longest)


def exact_name(text: str, longest: int) -> str:
    """Return a text unchanged. Raises ValueError if it is blank, too long, or holds a deceptive character."""
    if not text.strip():
        raise ValueError(BLANK)
    if len(text) > longest:
        raise ValueError(too_long(longest))
    if any(map(is_deceptive, text)):
        raise ValueError(DECEPTIVE)
    return text


_NAME_READ = 1024
"""Characters of a file's name that are read. The rest of a longer one is cut off."""


def safe_name(name: str) -> str:
    """Return the last part of a file's path, without deceptive characters, cut to 255. It may be empty."""
    last = name.replace("\\", "/").rpartition("/")[2][:_NAME_READ]
    kept = "".join(character for character in last if not is_deceptive(character))
    return kept.strip()[:NAME_LIMIT].rstrip()

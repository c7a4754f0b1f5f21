"""What may stand in a name that people read (contract, "Constellations": names)."""

import unicodedata

NAME_LIMIT = 255
"""Characters of a name, where nothing else is said."""

_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of characters that break a line, a header or an encoding."""
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The bidirectional formatting characters (UAX #9, 2): a name shown with them may read as another."""


def is_deceptive(character: str) -> bool:
    """Whether a character could deceive who reads a name, or what carries it."""
    return character in _REORDERING or unicodedata.category(character) in _BREAKING


def clean_name(text: str, longest: int) -> str:
    """``text`` trimmed; ValueError unless that is 1 to ``longest`` characters, none of them deceptive."""
    return exact_name(text.strip(), longest)


def exact_name(text: str, longest: int) -> str:
    """``text`` as it is; ValueError where it is blank, longer, or holds a deceptive character."""
    if not text.strip():
        raise ValueError("This value should not be blank.")
    if len(text) > longest:
        raise ValueError(f"This value is too long. It should have {longest} characters or less.")
    if any(map(is_deceptive, text)):
        raise ValueError("This value must not hold control characters.")
    return text


_NAME_READ = 1024
"""Characters of a file's name that are looked at; the rest of a longer one is cut off."""


def safe_name(name: str) -> str:
    """The last part of a file's path, at most 255 characters, without deceptive ones; it may be empty."""
    last = name.replace("\\", "/").rpartition("/")[2][:_NAME_READ]
    kept = "".join(character for character in last if not is_deceptive(character))
    return kept.strip()[:NAME_LIMIT].rstrip()

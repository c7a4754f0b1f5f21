"""What may stand in a name that people read (contract, "Constellations": names)."""

import unicodedata

_REFUSED_CATEGORIES = frozenset({"Cc", "Zl", "Zp"})
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(text: str, longest: int) -> str:
    """``text`` trimmed; ValueError unless that is 1 to ``longest`` characters, none of which hides or reorders text."""
    name = text.strip()
    if not name:
        raise ValueError("This value should not be blank.")
    if len(name) > longest:
        raise ValueError(f"This value is too long. It should have {longest} characters or less.")
    if any(unicodedata.category(character) in _REFUSED_CATEGORIES or character in _BIDI_CONTROLS for character in name):
        raise ValueError("This value must not hold control characters.")
    return name

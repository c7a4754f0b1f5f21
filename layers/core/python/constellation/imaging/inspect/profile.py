"""Decide which colour profiles count, by their bytes alone."""

from collections.abc import Iterable

from constellation.imaging.inspect import icc

HEADER = 128
"""Bytes of a profile before its table of tags."""

_PROFILE_LIMIT = 1_000_000
_EVEN_TO_THE_EYE = 1.4
"""The exponent from which on equal steps look nearly equal."""

_SPACES = {b"RGB ": ("RGB", "RGBA", "P"), b"GRAY": ("1", "L", "LA", "I;16"), b"CMYK": ("CMYK",)}
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")


def sound(profile: bytes, mode: str) -> bytes | None:
    """Return the ICC profile, cleaned, if it is a sound one for a picture of this mode (ICC.1, 7.2), or None.

    It may be longer or shorter than it says, as colour engines take it, if what defines colours is there. A profile
    that says to have more than 1 MB, or whose header contradicts the picture, is none.
    """
    profile = profile[: declared_size(profile)]
    is_profile = profile[36:40] == b"acsp" and profile[12:16] in _CLASSES
    if not is_profile or mode not in _SPACES.get(profile[16:20], ()):
        return None
    try:
        clean = icc.cleaned(profile)
    except icc.Unsound:
        return None
    return clean if len(clean) <= _PROFILE_LIMIT else None


def first_sound(candidates: Iterable[bytes], mode: str) -> bytes | None:
    """Return the first of several guesses that is a sound profile for a picture of this mode, cleaned, or None."""
    return next((profile for found in candidates if (profile := sound(found, mode))), None)


def declared_size(profile: bytes) -> int:
    """Return how many bytes a profile says to have, or 0 for so few or many that it is none."""
    declared = int.from_bytes(profile[:4], "big")
    return declared if HEADER < declared <= _PROFILE_LIMIT else 0


def is_grey(profile: bytes | None) -> bool:
    """Tell whether a profile describes grey values: such a profile does not fit a picture in colours."""
    return profile is not None and profile[16:20] == b"GRAY"


def is_linear(profile: bytes | None) -> bool:
    """Tell whether numbers are amounts of light, not steps that the eye sees: rounding would show in the dark parts."""
    exponent = profile and icc.exponent(profile)
    return bool(exponent) and exponent < _EVEN_TO_THE_EYE

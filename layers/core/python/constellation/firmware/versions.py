"""Semantic versions (semver 2.0.0), and their precedence as text that sorts."""

import re
from dataclasses import dataclass

LONGEST = 255
"""Characters of a version."""

_NUMBER = "(?:0|[1-9][0-9]*)"
_IDENTIFIER = f"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Version:
    """A version. ``precedence`` is the same for those that differ in build metadata alone (semver, 10 and 11)."""

    text: str
    precedence: str
    is_release: bool


def parse_version(text: str) -> Version:
    """The version that ``text`` spells; ValueError for any other text."""
    if len(text) > LONGEST:
        raise ValueError(f"This value is too long. It should have {LONGEST} characters or less.")
    matched = _VERSION.fullmatch(text)
    if matched is None:
        raise ValueError("Not a semantic version.")
    *numbers, pre_release = matched.groups()
    core = ".".join(map(_sortable, numbers))
    return Version(text, f"{core}{_tail(pre_release)}", pre_release is None)


def _tail(pre_release: str | None) -> str:
    """A release comes after all of its pre-releases; of two of these, one that goes on comes after one that ends."""
    if pre_release is None:
        return "~"
    identifiers = pre_release.split(".")
    # "!" comes before all that an identifier can go on with, and each begins with the kind: numbers come first.
    return "".join(f"0{_sortable(each)}" if each.isdigit() else f"1{each}!" for each in identifiers)


def _sortable(number: str) -> str:
    """Digits in the order of their numbers, however many they are."""
    return f"{len(number):03}{number}"

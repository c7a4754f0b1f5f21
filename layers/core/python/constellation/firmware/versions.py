"""Semantic versions (semver 2.0.0), and their precedence as text that sorts."""

import re
from dataclasses import dataclass

from constellation.common.errors import too_long

LONGEST = 255
"""The most characters of a version."""

_NUMBER = "(?:0|[1-9][0-9]*)"
_IDENTIFIER = f"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
VERSION = (
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
"""A regular expression for a whole semantic version."""

_VERSION = re.compile(VERSION, re.ASCII)


@dataclass(frozen=True)
class Version:
    """A version. Build metadata does not change its ``precedence`` (semver, 10 and 11)."""

    text: str
    precedence: str
    is_release: bool


def parse_version(text: str) -> Version:
    """Return the version in a text. Raises ValueError for any other text."""
    if len(text) > LONGEST:
        raise ValueError(too_long(LONGEST))
    matched = _VERSION.fullmatch(text)
    if matched is None:
        raise ValueError("Not a semantic version.")
    *numbers, pre_release = matched.groups()
    core = ".".join(map(_sortable, numbers))
    return Version(text, f"{core}{_tail(pre_release)}", pre_release is None)


def _tail(pre_release: str | None) -> str:
    """Return the part of the precedence that compares pre-releases.

    A release comes after all of its pre-releases. Of two pre-releases that begin alike, the longer one comes after.
    """
    if pre_release is None:
        return "~"
    identifiers = pre_release.split(".")
    # "!" sorts before every character of an identifier. Each identifier begins with its kind: numbers come first.
    return "".join(f"0{_sortable(each)}" if each.isdigit() else f"1{each}!" for each in identifiers)


def _sortable(number: str) -> str:
    """Return a number as text that sorts by its value, however many digits it has."""
    return f"{len(number):03}{number}"

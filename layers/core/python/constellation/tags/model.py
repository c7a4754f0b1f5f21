"""Tags: how they are written, and how they are compared."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from constellation.common.errors import BLANK, too_long
from constellation.common.names import exact_name

MOST_TAGS = 32
"""The most tags of an image."""

MOST_LEVELS = 5
"""The most levels of a tag."""

LONGEST_LEVEL = 64
"""The most characters of a level."""

LONGEST = MOST_LEVELS * (LONGEST_LEVEL + 1) - 1
"""The most characters of a tag."""

TOO_DEEP = f"This value has too many levels. It should have {MOST_LEVELS} or less."

BETWEEN = "/"


@dataclass(frozen=True)
class TagCount:
    """A tag as it was last written, and how many images have it. ``branch`` is its compared form."""

    branch: str
    shown: str
    images: int


def checked(text: str) -> str:
    """Return the tag in a text, with each level trimmed. Raise ValueError for a text that is no tag."""
    if len(text) > LONGEST:
        raise ValueError(too_long(LONGEST))
    shown = BETWEEN.join(exact_name(level.strip(), LONGEST_LEVEL) for level in text.split(BETWEEN))
    levels = compared(shown).split(BETWEEN)
    if len(levels) > MOST_LEVELS:
        raise ValueError(TOO_DEEP)
    if not all(level.strip() for level in levels):
        raise ValueError(BLANK)
    return shown


def compared(tag: str) -> str:
    """Return the form in which tags are compared: NFKC and casefolded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())


def distinct(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the first of all tags that compare as equal."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(compared(tag), tag)
    return tuple(first.values())


def branches(tags: Iterable[str]) -> Mapping[str, str]:
    """Return the compared forms of tags and of what they lie below, each with the tag itself or an empty text."""
    found: dict[str, str] = {}
    for tag in tags:
        levels = compared(tag).split(BETWEEN)
        for count in range(1, len(levels)):
            found.setdefault(BETWEEN.join(levels[:count]), "")
        found[BETWEEN.join(levels)] = tag
    return found


def levels(branch: str) -> int:
    """Return the number of levels of a branch in its compared form."""
    return branch.count(BETWEEN) + 1


def lies_in(tag: str, branch: str) -> bool:
    """Return whether a tag is a branch, or lies below it; both in their compared forms."""
    return tag == branch or tag.startswith(branch + BETWEEN)


def renamed(tags: Iterable[str], old: str, new: str) -> tuple[str, ...]:
    """Return tags with the branch ``old``, in its compared form, renamed to ``new``.

    Tags that come to compare as equal are one. A tag that would have too many levels stays as it is.
    """
    return distinct(_moved(tag, old, new) for tag in tags)


def _moved(tag: str, old: str, new: str) -> str:
    if not lies_in(compared(tag), old):
        return tag
    # Each level that is shown is one or more levels as it is compared: a sign such as ℀ becomes "a/c".
    shown = tag.split(BETWEEN)
    for count in range(1, len(shown) + 1):
        if compared(BETWEEN.join(shown[:count])) == old:
            moved = BETWEEN.join([new, *shown[count:]])
            return moved if levels(compared(moved)) <= MOST_LEVELS else tag
    return tag

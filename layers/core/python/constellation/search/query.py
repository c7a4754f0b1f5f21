"""Queries: the words that a search looks for, and the names that the product shows for files, ``<id>.<ext>``."""

import re
from dataclasses import dataclass

from constellation.images.words import NAME, compared, image_words, split
from constellation.tags import model as tags

_DIGITS = 32
"""Hexadecimal digits of an id."""

_FEWEST_DIGITS = 8
"""Digits of an id that a search needs. Fewer occur in many ids, and can be words or numbers."""

_FILE_NAME = re.compile(r"(?<![\w.-])([0-9a-f]{8}[0-9a-f-]{0,28})(?:\.([a-z]{0,4}))?(?![\w.-])")


@dataclass(frozen=True)
class FileName:
    """The first digits of an image's id, at least eight, and the beginning of the extension after them."""

    digits: str
    extension: str

    @property
    def whole_id(self) -> str:
        """Return the whole id, or an empty text if there are fewer digits."""
        return _hyphenated(self.digits) if len(self.digits) == _DIGITS else ""

    def names(self, image_id: str, extension: str) -> bool:
        """Return whether an image's file has this name. An ``extension`` that is not known is empty and matches any."""
        has_extension = not extension or extension.startswith(self.extension)
        return has_extension and _digits(image_id).startswith(self.digits)


@dataclass(frozen=True)
class Search:
    """Words, each of which must begin a word of an image in one of the ``fields`` (``images.words``).

    An image whose file has the name ``file`` needs only the words ``beside`` that name. With a ``tag`` in its compared
    form, nothing else counts: an image must have it, or a tag below it.
    """

    terms: frozenset[str]
    fields: str
    file: FileName | None = None
    beside: frozenset[str] = frozenset()
    tag: str = ""


def search_for(text: str, fields: str) -> Search:
    """Return the search for a text in the ``fields``. If names are searched, the longest file name in it is used."""
    terms = split(text)
    if NAME not in fields:
        return Search(terms, fields)
    normal = compared(text)
    found = [each for each in _FILE_NAME.finditer(normal) if _is_beginning(each[1])]
    if not found:
        return Search(terms, fields)
    longest = max(found, key=lambda each: len(each[1]))
    beside = f"{normal[: longest.start()]} {normal[longest.end() :]}"
    return Search(terms, fields, FileName(_digits(longest[1]), longest[2] or ""), split(beside))


def search_for_tag(text: str) -> Search:
    """Return the search for a tag. A text that is no tag is the search for one that no image has."""
    try:
        tag = tags.compared(tags.checked(text))
    except ValueError:
        tag = tags.BETWEEN
    return Search(frozenset(), "", tag=tag)


def index_words(image_id: str, description: str, name: str, display_name: str = "") -> dict[str, str]:
    """Return what the search index has of an image: its words and where they stand, and the digits of its id."""
    return {**image_words(description, name, display_name), digits_word(_digits(image_id)): NAME}


def digits_word(digits: str) -> str:
    """Return the first digits of an id as the search index has them: with hyphens, after a sign that begins no word."""
    return f"@{_hyphenated(digits)}"


def _digits(text: str) -> str:
    return text.replace("-", "")


def _hyphenated(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])).rstrip("-")


def _is_beginning(text: str) -> bool:
    """Return whether an id could begin with a text, with all its hyphens or without any."""
    digits = _digits(text)
    is_spelled = text == digits or f"{_hyphenated(digits)}-".startswith(text)
    return is_spelled and _FEWEST_DIGITS <= len(digits) <= _DIGITS

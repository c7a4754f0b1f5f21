"""What a search looks for in images: words, and the name that the product shows for a file, ``<id>.<ext>``."""

import re
from dataclasses import dataclass

from constellation.images.words import NAME, compared, image_words, split

_DIGITS = 32
"""Hexadecimal digits of an id."""

_FEWEST_DIGITS = 8
"""Digits of an id that are searched for: fewer stand in many, and are words and numbers besides."""

_FILE_NAME = re.compile(r"(?<![\w.-])([0-9a-f]{8}[0-9a-f-]{0,28})(?:\.([a-z]{0,4}))?(?![\w.-])")


@dataclass(frozen=True)
class FileName:
    """The first digits of an image's id, at least eight, and how the extension after them begins."""

    digits: str
    extension: str

    @property
    def whole_id(self) -> str:
        """The id, where all of it is there; else empty."""
        return _hyphenated(self.digits) if len(self.digits) == _DIGITS else ""

    def names(self, image_id: str, extension: str) -> bool:
        """Whether the file of an image is called so, or may be, where its extension is not known and empty."""
        has_extension = not extension or extension.startswith(self.extension)
        return has_extension and _digits(image_id).startswith(self.digits)


@dataclass(frozen=True)
class Search:
    """Words that must all begin a word of an image in one of the ``fields`` (``domain.words``).

    An image whose ``file`` is called so need have only the words ``beside`` that name.
    """

    terms: frozenset[str]
    fields: str
    file: FileName | None = None
    beside: frozenset[str] = frozenset()


def search_for(text: str, fields: str) -> Search:
    """What is looked for with a text in the ``fields``; a file's name in it, the longest, where names are searched."""
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


def index_words(image_id: str, description: str, name: str, display_name: str = "") -> dict[str, str]:
    """What the search index has of an image: its words and where they stand, and the digits of its id."""
    return {**image_words(description, name, display_name), digits_word(_digits(image_id)): NAME}


def digits_word(digits: str) -> str:
    """The first digits of an id as the search index has them, with its hyphens: no word begins so."""
    return f"@{_hyphenated(digits)}"


def _digits(text: str) -> str:
    return text.replace("-", "")


def _hyphenated(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])).rstrip("-")


def _is_beginning(text: str) -> bool:
    """Whether an id could begin so, with all its hyphens or with none."""
    digits = _digits(text)
    is_spelled = text == digits or f"{_hyphenated(digits)}-".startswith(text)
    return is_spelled and _FEWEST_DIGITS <= len(digits) <= _DIGITS

"""Words, as search compares them: in Unicode's compatibility form, casefolded, without punctuation."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from itertools import takewhile

LONGEST = 64
"""Characters of a word that are compared."""

DESCRIPTION, HASHTAG, NAME, USER = "dhnu"
"""Where a word can stand; a hashtag's words stand in the description too."""


def split(text: str) -> frozenset[str]:
    """The words of ``text``: runs of letters, digits and the marks on them."""
    spaced = "".join(sign if _is_of_word(sign) else " " for sign in _normal(text))
    return frozenset(word[:LONGEST] for word in spaced.split())


def image_words(description: str, name: str, display_name: str = "") -> dict[str, str]:
    """Where each word of an image stands, ``{"sunset": "dh"}``; ``display_name`` is its owner's, if searched."""
    texts = {
        DESCRIPTION: description,
        HASHTAG: " ".join(_hashtags(_normal(description))),
        NAME: name,
        USER: display_name,
    }
    words: dict[str, str] = {}
    for field, text in texts.items():
        for word in split(text):
            words[word] = words.get(word, "") + field
    return words


def match(terms: Collection[str], words: Mapping[str, str], fields: str) -> bool:
    """Whether each term is the beginning of a word in one of the ``fields``."""
    searched = [word for word, places in words.items() if set(places) & set(fields)]
    return all(any(word.startswith(term) for word in searched) for term in terms)


def _hashtags(text: str) -> Iterator[str]:
    """What follows each ``#``, to the end of its letters, digits, marks and low lines."""
    for part in text.split("#")[1:]:
        yield "".join(takewhile(lambda sign: sign == "_" or _is_of_word(sign), part))


def _is_of_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())

"""Words, as search compares them: in Unicode's compatibility form, casefolded, without punctuation.

What is looked at is bounded, the same for the index and for a comparison with a record, so that the two agree.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

LONGEST = 64
"""Characters of a word that are compared."""

MOST_WORDS = 128
"""Different words of one text, the first ones: as many as 255 characters can hold where none of them expands."""

_MOST_READ = 255
"""Characters of a text that are looked at; none that is stored or searched for is longer."""

_MOST_COMPARED = 512
"""Characters of its compared form: a character can expand to eighteen."""

DESCRIPTION, HASHTAG, NAME, USER = "dhnu"
"""Where a word can stand; a hashtag's words stand in the description too."""


def split(text: str) -> frozenset[str]:
    """The words of ``text``: runs of letters, digits and the marks on them."""
    return frozenset(_words(_spaced(text)))


def image_words(description: str, name: str, display_name: str = "") -> dict[str, str]:
    """Where each word of an image stands, ``{"sunset": "dh"}``; ``display_name`` is its owner's, if searched.

    There are at most three times MOST_WORDS.
    """
    spaced = _spaced(description)
    tagged = frozenset(_words(" ".join(_hashtags(spaced))))
    words = {word: DESCRIPTION + HASHTAG if word in tagged else DESCRIPTION for word in _words(spaced)}
    for field, text in ((NAME, name), (USER, display_name)):
        for word in _words(_spaced(text)):
            words[word] = words.get(word, "") + field
    return words


def missed(terms: Iterable[str], words: Mapping[str, str], fields: str) -> frozenset[str]:
    """Those of the terms that are the beginning of no word in one of the ``fields``."""
    searched = frozenset(fields)
    text = "".join(f" {word}" for word, places in words.items() if not searched.isdisjoint(places))
    return frozenset(term for term in terms if f" {term}" not in text)


def _words(spaced: str) -> Iterable[str]:
    """The first words of a text that ``_spaced`` has made, each once and in their order."""
    words = spaced.replace("#", " ").replace("_", " ").split()
    return list(islice(dict.fromkeys(word[:LONGEST] for word in words), MOST_WORDS))


def _hashtags(spaced: str) -> Iterator[str]:
    """What follows each ``#``, to the end of its letters, digits, marks and low lines."""
    for part in spaced.split("#")[1:]:
        yield part.partition(" ")[0]


def _spaced(text: str) -> str:
    """The compared form of ``text``, with a blank in the place of each sign that is of no word, but for ``#_``."""
    normal = compared(text)
    others = {ord(sign): " " for sign in set(normal) if sign not in "#_" and not _is_of_word(sign)}
    return normal.translate(others)


def _is_of_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def compared(text: str) -> str:
    """The form of a text in which it is compared: compatible, casefolded and cut off."""
    compatible = unicodedata.normalize("NFKC", text[:_MOST_READ])[:_MOST_COMPARED]
    return unicodedata.normalize("NFKC", compatible.casefold())[:_MOST_COMPARED]

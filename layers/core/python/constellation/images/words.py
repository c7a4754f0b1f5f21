"""Split texts into words as search compares them: in compatibility form, casefolded, without punctuation.

Only a bounded part of a text is read, by the index and by a comparison with a record alike, so that the two agree.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

LONGEST = 64
"""The characters of a word that are compared."""

MOST_WORDS = 128
"""The different words of a text that count, the first ones: what 255 characters can hold if none expands."""

_MOST_READ = 255
"""The characters of a text that are read. No text that is stored or searched for is longer."""

_MOST_COMPARED = 512
"""The characters of its compared form that are read. One character can expand to eighteen."""

DESCRIPTION, HASHTAG, NAME, USER = "dhnu"
"""Where a word can stand. The words of a hashtag stand in the description too."""


def split(text: str) -> frozenset[str]:
    """Return the words of a text: runs of letters, digits and the marks on them."""
    return frozenset(_words(_spaced(text)))


def image_words(description: str, name: str, display_name: str = "") -> dict[str, str]:
    """Return where each word of an image stands, as in ``{"sunset": "dh"}``, at most three times MOST_WORDS.

    ``display_name`` is its owner's, if that is searched.
    """
    spaced = _spaced(description)
    tagged = frozenset(_words(" ".join(_hashtags(spaced))))
    words = {word: DESCRIPTION + HASHTAG if word in tagged else DESCRIPTION for word in _words(spaced)}
    for field, text in ((NAME, name), (USER, display_name)):
        for word in _words(_spaced(text)):
            words[word] = words.get(word, "") + field
    return words


def missed(terms: Iterable[str], words: Mapping[str, str], fields: str) -> frozenset[str]:
    """Return the terms with which no word in one of the ``fields`` begins."""
    searched = frozenset(fields)
    text = "".join(f" {word}" for word, where in words.items() if not searched.isdisjoint(where))
    return frozenset(term for term in terms if f" {term}" not in text)


def _words(spaced: str) -> Iterable[str]:
    """Return the first words of a text from ``_spaced``, each once, in their order."""
    words = spaced.replace("#", " ").replace("_", " ").split()
    return list(islice(dict.fromkeys(word[:LONGEST] for word in words), MOST_WORDS))


def _hashtags(spaced: str) -> Iterator[str]:
    """Yield what follows each ``#``, to the end of its letters, digits, marks and underscores."""
    for part in spaced.split("#")[1:]:
        yield part.partition(" ")[0]


def _spaced(text: str) -> str:
    """Return the compared form of a text, with a blank for each character of no word, except ``#`` and ``_``."""
    normal = compared(text)
    others = {ord(sign): " " for sign in set(normal) if sign not in "#_" and not _is_of_word(sign)}
    return normal.translate(others)


def _is_of_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def compared(text: str) -> str:
    """Return the form in which a text is compared: compatible, casefolded and cut off."""
    compatible = unicodedata.normalize("NFKC", text[:_MOST_READ])[:_MOST_COMPARED]
    return unicodedata.normalize("NFKC", compatible.casefold())[:_MOST_COMPARED]

"""Words: what is one, where it stands in an image, and what finds it."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constellation.images.words import LONGEST, image_words, missed, split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", set[str]()),
        ("?! — #", set[str]()),
        ("Golden SUNSET, golden sea", {"golden", "sunset", "sea"}),
        ("#sunset#beach #golden_hour", {"sunset", "beach", "golden", "hour"}),
        ("IMG-2024.07.jpg", {"img", "2024", "07", "jpg"}),
        ("don't e.g. l’été", {"don", "t", "e", "g", "l", "été"}),
        ("a\nb\tc\u00a0d\u2028e\u3000f\0g", set("abcdefg")),
        ("Straße STRASSE", {"strasse"}),
        ("Ｆｕｌｌ ﬁne ⅷ １２ ²", {"full", "fine", "viii", "12", "2"}),
        ("Cafe\u0301 CAFÉ", {"café"}),
        ("İstanbul ıssız", {"i\u0307stanbul", "ıssız"}),
        ("ΣΊΣΥΦΟΣ Σίσυφος", {"σίσυφοσ"}),
        ("\u0390 \u01f0", {"\u0390", "\u01f0"}),
        ("日本の海", {"日本の海"}),
        ("हिन्दी", {"हिन्दी"}),
        ("x" * LONGEST + "y", {"x" * LONGEST}),
        ("ﬃ" * LONGEST, {("ffi" * LONGEST)[:LONGEST]}),
        ("🌅sun🌅set", {"sun", "set"}),
    ],
)
def test_words(text: str, words: set[str]) -> None:
    assert split(text) == words


def test_every_character_is_compared_in_one_form() -> None:
    """Whatever form of a character is written or searched, the words are the same, and splitting them changes none."""
    for character in map(chr, range(sys.maxunicode + 1)):
        forms = {character, unicodedata.normalize("NFKC", character), unicodedata.normalize("NFKD", character)}
        forms |= {form.casefold() for form in forms}
        if len(forms) > 1:
            words = split(character)
            assert split(" ".join(words)) == words
            assert all(split(form) == words for form in forms), character


@given(st.text())
def test_no_word_holds_what_keys_are_made_with(text: str) -> None:
    for word in split(text):
        assert 0 < len(word) <= LONGEST
        assert "#" not in word
        assert len(word.encode("utf-8", "surrogatepass")) <= 4 * LONGEST


def test_where_the_words_of_an_image_stand() -> None:
    assert image_words("Sunset at #Sea_side, #sunset!", "Sea.jpg", "Sunny Day") == {
        "sunset": "dh",
        "at": "d",
        "sea": "dhn",
        "side": "dh",
        "jpg": "n",
        "sunny": "u",
        "day": "u",
    }
    assert image_words("#sun,sea #sun", "", "") == {"sun": "dh", "sea": "d"}
    assert image_words("＃ｓｕｎ C# a#b", "", "") == {"sun": "dh", "c": "d", "a": "d", "b": "dh"}
    assert image_words("", "") == {}


@pytest.mark.parametrize(
    ("terms", "fields", "found"),
    [
        ({"sun"}, "dnu", True),
        ({"sunset"}, "dnu", True),
        ({"sunsets"}, "dnu", False),
        ({"unset"}, "dnu", False),
        ({"sun", "sea"}, "dnu", True),
        ({"sun", "lake"}, "dnu", False),
        ({"sea"}, "d", False),
        ({"sea"}, "n", True),
        ({"sun", "sea"}, "d", False),
        ({"sun"}, "h", True),
        ({"over"}, "h", False),
        ({"ann"}, "u", True),
        ({"ann"}, "dn", False),
        ({"ann", "sun"}, "u", False),
    ],
)
def test_what_matches(terms: set[str], fields: str, found: bool) -> None:
    assert (missed(terms, image_words("Over #sunset", "sea.jpg", "Anna"), fields) == frozenset()) is found

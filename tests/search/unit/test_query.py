"""What a search text asks for: words, and the name of a file that it holds."""

from time import process_time

import pytest

from constellation.images.words import split
from constellation.search.query import FileName, Search, digits_word, index_words, search_for

ID = "8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11"
DIGITS = ID.replace("-", "")


@pytest.mark.parametrize(
    ("text", "file", "beside"),
    [
        (ID, FileName(DIGITS, ""), ""),
        (f"{ID}.jpg", FileName(DIGITS, "jpg"), ""),
        (f"{ID}.", FileName(DIGITS, ""), ""),
        (f"{ID.upper()}.JPG", FileName(DIGITS, "jpg"), ""),
        (DIGITS, FileName(DIGITS, ""), ""),
        ("８ｄ１ｃ２ａ５４", FileName("8d1c2a54", ""), ""),
        ("8d1c2a54", FileName("8d1c2a54", ""), ""),
        ("8d1c2a54-", FileName("8d1c2a54", ""), ""),
        ("8d1c2a54-6b0f-4", FileName("8d1c2a546b0f4", ""), ""),
        ("8d1c2a546b0f4", FileName("8d1c2a546b0f4", ""), ""),
        (f"sea,{ID}.jpg #sun", FileName(DIGITS, "jpg"), "sea sun"),
        (f"20240711 {ID}", FileName(DIGITS, ""), "20240711"),
        ("20240711 sea", FileName("20240711", ""), "sea"),
    ],
)
def test_a_name(text: str, file: FileName, beside: str) -> None:
    assert search_for(text, "dnu") == Search(split(text), "dnu", file, split(beside))
    assert search_for(text, "d") == Search(split(text), "d")


@pytest.mark.parametrize(
    "text",
    [
        *("", "sea", "8d1c2a5", "8d1c2a5-46b0f", "8d1c2a54-6b0f4d0e", "8d1c2a54--6b0f", "8d1c2a54-6b0f-4d0e-9a490f4f"),
        *(
            f"{DIGITS}0",
            f"{ID}0",
            f"x{ID}",
            f"{ID}x",
            f"{ID}_",
            f"{ID}.jpg.jpg",
            "8d1c2a5g",
            "0x8d1c2a54",
            "feedfacecafébeef",
        ),
        *("-8d1c2a5", "8d1c2a54é"),
    ],
)
def test_no_name(text: str) -> None:
    assert search_for(text, "dnu") == Search(split(text), "dnu")


@pytest.mark.parametrize(
    ("name", "image_id", "extension", "is_so"),
    [
        (FileName(DIGITS, ""), ID, "jpg", True),
        (FileName(DIGITS, "j"), ID, "jpg", True),
        (FileName(DIGITS, "jpg"), ID, "jpg", True),
        (FileName(DIGITS, "jpg"), ID, "", True),
        (FileName(DIGITS, "jpeg"), ID, "jpg", False),
        (FileName(DIGITS, "png"), ID, "jpg", False),
        (FileName(DIGITS[:9], ""), ID, "jpg", True),
        (FileName(DIGITS[1:], ""), ID, "jpg", False),
    ],
)
def test_whose_name_it_is(name: FileName, image_id: str, extension: str, is_so: bool) -> None:
    assert name.names(image_id, extension) is is_so


def test_a_whole_id_is_one() -> None:
    assert FileName(DIGITS, "").whole_id == ID
    assert FileName(DIGITS[:-1], "").whole_id == ""


def test_the_index_has_the_words_and_the_id() -> None:
    assert index_words(ID, "#sea", "a.jpg", "Anna") == {
        "sea": "dh",
        "a": "n",
        "jpg": "n",
        "anna": "u",
        digits_word(DIGITS): "n",
    }
    assert not split(digits_word(DIGITS)) >= {digits_word(DIGITS)}


@pytest.mark.parametrize("unit", ["8", "8d1c2a54", "8d1c2a54-", "8d1c2a54.", "-", "a ", "8d1c2a54-6b0f-4d0e-9a49-"])
def test_the_time_is_linear(unit: str) -> None:
    started = process_time()
    search_for(unit * 255, "dnu")
    assert process_time() - started < 0.1

"""The page about links says what the grammar says, and shows what the product makes."""

import pytest

from tests.support import links_page
from tests.support.pictures import distance, opened


def test_the_table_is_that_of_the_grammar() -> None:
    text = links_page.PAGE.read_text(encoding="utf-8")
    assert text == links_page.page(text), "run `make pictures`"


def test_the_pictures_are_small_and_nothing_else_lies_beside_them() -> None:
    files = {file.name: file.stat().st_size for file in links_page.FOLDER.iterdir()}
    assert files.keys() == links_page.pictures().keys(), "run `make pictures`"
    assert max(files.values()) < 20_000
    assert sum(files.values()) < 150_000


@pytest.mark.parametrize("name", links_page.pictures())
def test_a_picture_is_what_the_product_makes_of_its_link(name: str) -> None:
    shown, made = (opened(data) for data in ((links_page.FOLDER / name).read_bytes(), links_page.pictures()[name]))
    assert shown.format == made.format
    assert distance(shown, made) < 4, "run `make pictures`"

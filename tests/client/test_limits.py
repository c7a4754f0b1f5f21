"""The limits that the client and the console know of: those of the server."""

import sys
import unicodedata

import pytest

from constellation.common.names import NAME_LIMIT, is_deceptive
from constellation.common.settings import DIRECT_FILE_LIMIT
from constellation.imaging.options import MAX_SIDE
from constellation_client import files, large, links
from infra import ROOT

CONSOLE = ROOT / "infra" / "console" / "src"


def test_the_numbers_of_the_client() -> None:
    assert large.DIRECT_LIMIT == DIRECT_FILE_LIMIT
    assert links.LONGEST_SIDE == MAX_SIDE
    assert files.NAME_LIMIT == NAME_LIMIT


@pytest.mark.parametrize(
    ("file", "name", "limit"),
    [("upload/sending.ts", "DIRECT", DIRECT_FILE_LIMIT), ("images/links.ts", "LONGEST", MAX_SIDE)],
)
def test_the_numbers_of_the_console(file: str, name: str, limit: int) -> None:
    text = (CONSOLE / file).read_text(encoding="utf-8")
    assert f"export const {name} = {limit};" in text.replace("_", "")


def test_a_name_loses_just_the_characters_that_the_server_refuses() -> None:
    for each in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp"}:
            assert (each in files.clean_name(f"a{each}b")) != is_deceptive(each), ascii(each)

"""Conditions and ranges (RFC 9110, sections 13 and 14), answered from a whole."""

import pytest

from infra.local.selection import Selection, select


@pytest.mark.parametrize(
    ("asked", "selection"),
    [
        ({}, Selection(200, 0, 10)),
        ({"if-none-match": '"e"'}, Selection(304, 0, 0)),
        ({"if-none-match": 'W/"x", W/"e"'}, Selection(304, 0, 0)),
        ({"if-none-match": "*"}, Selection(304, 0, 0)),
        ({"if-none-match": '"f"'}, Selection(200, 0, 10)),
        ({"if-none-match": '"e"', "range": "bytes=0-1"}, Selection(304, 0, 0)),
        ({"range": "bytes=0-0"}, Selection(206, 0, 1, "bytes 0-0/10")),
        ({"range": "bytes=2-"}, Selection(206, 2, 10, "bytes 2-9/10")),
        ({"range": "bytes=2-99"}, Selection(206, 2, 10, "bytes 2-9/10")),
        ({"range": "bytes=-3"}, Selection(206, 7, 10, "bytes 7-9/10")),
        ({"range": "bytes=-99"}, Selection(206, 0, 10, "bytes 0-9/10")),
        ({"range": "bytes=10-"}, Selection(416, 0, 0, "bytes */10")),
        ({"range": "bytes=-0"}, Selection(416, 0, 0, "bytes */10")),
        ({"range": "bytes=3-2"}, Selection(200, 0, 10)),
        ({"range": "bytes=0-1,4-5"}, Selection(200, 0, 10)),
        ({"range": "bytes=-"}, Selection(200, 0, 10)),
        ({"range": "bytes=٣-"}, Selection(200, 0, 10)),
        ({"range": "lines=0-1"}, Selection(200, 0, 10)),
        ({"range": "bytes=0-1", "if-range": '"e"'}, Selection(206, 0, 2, "bytes 0-1/10")),
        ({"range": "bytes=0-1", "if-range": '"f"'}, Selection(200, 0, 10)),
    ],
)
def test_selections(asked: dict[str, str], selection: Selection) -> None:
    assert select(asked, '"e"', 10) == selection

"""Conditional requests and ranges (RFC 9110, sections 13 and 14)."""

from typing import Any

import pytest

from constellation.runtime.ranges import representation
from constellation.runtime.request import read_event

DATA = b"0123456789"
ETAG = '"tag"'
ANNOUNCED = {"Accept-Ranges": "bytes"}


def answer(method: str = "GET", announced: dict[str, str] = ANNOUNCED, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    event = {"httpMethod": method, "path": "/", "headers": sent, "requestContext": {}}
    return representation(read_event(event), DATA, ETAG, announced)


def test_everything_without_conditions() -> None:
    reply = answer()
    assert (reply.status, reply.body, reply.headers) == (None, DATA, {**ANNOUNCED, "ETag": ETAG})


@pytest.mark.parametrize("known", ['"tag"', 'W/"tag"', '"a","tag"', '"a, b" , W/"tag"', "*", " * "])
def test_known_bytes_are_not_sent(known: str) -> None:
    reply = answer(If_None_Match=known, Range="bytes=0-1")
    assert (reply.status, reply.body, reply.headers) == (304, b"", {**ANNOUNCED, "ETag": ETAG})


@pytest.mark.parametrize("known", ['"other"', "tag", '"TAG"', '"tag', '"*"', ""])
def test_other_tags_are_not_known(known: str) -> None:
    assert answer(If_None_Match=known).status is None


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=3-5", b"345", "bytes 3-5/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", DATA, "bytes 0-9/10"),
    ],
)
def test_one_range(wanted: str, body: bytes, content_range: str) -> None:
    reply = answer(Range=wanted, If_Range=ETAG)
    assert (reply.status, reply.body, reply.headers["Content-Range"]) == (206, body, content_range)


@pytest.mark.parametrize(
    "wanted",
    ["bytes=10-", "bytes=5-4", "bytes=-0", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", "bytes=٣-", "x"],
)
def test_other_ranges_get_everything(wanted: str) -> None:
    assert (answer(Range=wanted).status, answer(Range=wanted).body) == (None, DATA)


@pytest.mark.parametrize("etag", ['"other"', 'W/"tag"', "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_range_of_other_bytes_gets_everything(etag: str) -> None:
    assert answer(Range="bytes=0-1", If_Range=etag).status is None


def test_a_range_is_for_get_and_where_it_was_announced() -> None:
    assert answer("HEAD", Range="bytes=0-1").status is None
    assert answer(announced={}, Range="bytes=0-1").status is None

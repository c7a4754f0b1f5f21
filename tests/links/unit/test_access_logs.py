"""Which requests of an access log are views."""

import pytest

from constellation.links.access_logs import NotAnAccessLog, views_in
from tests.support.link_vectors import ID
from tests.support.logs import HEADING, line

OTHER = "0b0c7a35-3f63-4b7a-8a44-5f2e3f0f9d10"


@pytest.mark.parametrize(
    "path",
    [
        f"/image/{ID}.jpg",
        f"/api/image/{ID}.webp",
        f"/image/{ID.upper()}.avif",
        f"/image/{ID}.png/",
        f"/image/%31{ID[1:]}.jpg",
        f"/{ID}/full.jpg",
        f"/{ID}/300x300c.jpg",
    ],
)
@pytest.mark.parametrize("query", ["-", "w=300&amp;h=200", "thumbnail=truer"])
def test_every_size_and_format_is_a_view(path: str, query: str) -> None:
    assert views_in([*HEADING, line(path, query=query)]) == {ID: 1}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"/image/{ID}_thumbnail.jpg", "-"),
        (f"/image/{ID}_thumbnail.jpg", "w=300"),
        (f"/api/image/{ID.upper()}_thumbnail.webp", "-"),
        (f"/{ID}/300x300c.jpg", "thumbnail=true"),
        (f"/image/{ID}", "-"),
        (f"/image/{ID}.jpg.jpg", "-"),
        (f"/x/image/{ID}.jpg", "-"),
        (f"/image/{ID}/binary", "-"),
        (f"/api/image/{ID}/detail", "-"),
        (f"/constellations/{ID}", "-"),
        ("/users/me", "-"),
        ("/image/x.jpg", "-"),
        ("/", "-"),
        ("-", "-"),
        ("%FF%00/%", "-"),
    ],
)
def test_what_is_no_view(path: str, query: str) -> None:
    assert not views_in([*HEADING, line(path, query=query)])


@pytest.mark.parametrize("status", [200, 206, 304])
def test_the_picture_was_given(status: int) -> None:
    assert views_in([*HEADING, line(f"/image/{ID}.jpg", status=status)]) == {ID: 1}


@pytest.mark.parametrize("status", [0, 302, 307, 400, 404, 412, 416, 500, 503, 2000])
def test_the_picture_was_not_given(status: int) -> None:
    assert not views_in([*HEADING, line(f"/image/{ID}.jpg", status=status)])


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "get"])
def test_only_a_get_is_a_view(method: str) -> None:
    assert not views_in([*HEADING, line(f"/image/{ID}.jpg", method=method)])


def test_views_are_added_up_by_image() -> None:
    lines = [line(f"/image/{ID}.jpg"), line(f"/image/{OTHER}.jpg"), line(f"/api/image/{ID}.gif", query="w=3")]
    assert views_in([*HEADING, *lines]) == {ID: 2, OTHER: 1}


def test_columns_are_found_by_their_names() -> None:
    heading = "#Fields: cs-uri-query sc-status cs-uri-stem extra cs-method\n"
    assert views_in([heading, f"-\t200\t/image/{ID}.jpg\tx\tGET\n"]) == {ID: 1}


def test_a_log_may_be_two_that_were_joined() -> None:
    lines = [line(f"/image/{ID}.jpg"), "#Version: 1.0\r\n", "#Fields: cs-uri-query sc-status cs-uri-stem cs-method\r\n"]
    assert views_in([*HEADING, *lines, f"-\t200\t/image/{ID}.jpg\tGET\r\n"]) == {ID: 2}


def test_a_line_that_cannot_be_read_is_passed_over() -> None:
    good = line(f"/image/{ID}.jpg")
    bad = ["\n", "\t\t\n", "garbage\n", good[:20] + "\n", good.replace("\t", " "), "\x00\ufffd" * 50, "#\n"]
    assert views_in([*HEADING, *bad, good, *bad]) == {ID: 1}


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["#Version: 1.0\n"],
        [line(f"/image/{ID}.jpg")],
        ["#Fields: date time\n", line(f"/image/{ID}.jpg")],
        ["<html>\n", *HEADING],
    ],
)
def test_what_is_no_access_log_is_told(lines: list[str]) -> None:
    with pytest.raises(NotAnAccessLog):
        views_in(lines)

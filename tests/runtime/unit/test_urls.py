"""Which texts are addresses of files, what their parts are, and what the names of the files are."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constellation.runtime.urls import PATTERN, Url, file_name, parse_url

TAKEN = {
    "https://example.com": Url("https", "example.com", 443, "/"),
    "https://example.com/": Url("https", "example.com", 443, "/"),
    "HTTPS://Example.COM./A.jpg": Url("https", "example.com", 443, "/A.jpg"),
    "https://example.com:8443/a": Url("https", "example.com", 8443, "/a"),
    "https://example.com:/a": Url("https", "example.com", 443, "/a"),
    "https://example.com?a=1": Url("https", "example.com", 443, "/?a=1"),
    "https://example.com/a?b=https://user@other/#c?d@": Url("https", "example.com", 443, "/a?b=https://user@other/"),
    "https://example.com#x": Url("https", "example.com", 443, "/"),
    "https://a_b.example.com/a|b{c}": Url("https", "a_b.example.com", 443, "/a|b{c}"),
    "http://example.com/%2e%2e/a%20b": Url("http", "example.com", 80, "/%2e%2e/a%20b"),
    "http://example.com:443/": Url("http", "example.com", 443, "/"),
    "https://[2606:4700:0:0::1111]:9/": Url("https", "2606:4700::1111", 9, "/"),
    "https://[::FFFF:10.0.0.1]/": Url("https", "::ffff:a00:1", 443, "/"),
    "https://192.0.2.1/": Url("https", "192.0.2.1", 443, "/"),
    "https://2130706433/": Url("https", "2130706433", 443, "/"),
    "https://example.com/" + "a" * 2028: Url("https", "example.com", 443, "/" + "a" * 2028),
}

NONE = (
    *(
        "",
        " ",
        "https",
        "https:",
        "https:/",
        "https://",
        "https:///a",
        "https://:443/",
        "//example.com/",
        "example.com",
    ),
    *("/a.jpg", "a.jpg", "https:example.com", "https:/example.com", "https://?a", "https://#a", "https://."),
    *("ftp://example.com/", "file:///etc/passwd", "file://localhost/etc/passwd", "data:image/gif;base64,R0lGODlh"),
    *("gopher://example.com/", "javascript:alert(1)", "s3://bucket/key", "httpss://example.com", "ws://example.com/"),
    *(
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://@example.com/",
        "https://:@example.com/",
    ),
    *("https://example.com@10.0.0.1/", "https://example.com:443@10.0.0.1/", "https://a%40b@example.com/"),
    *("https://example.com\\@10.0.0.1/", "https:\\\\example.com\\", "https://example.com/a\\b"),
    *("https://example.com/a b", " https://example.com/", "https://example.com/ ", "https://example.com/\n"),
    *("https://exa mple.com/", "https://example.com\r\nHost: a/", "https://example.com/\r\nX: a", "https://a\tb.com/"),
    *("https://example.com/\0", "https://example.com/\x7f", "https://example.com/#a\nb", "https://example.com:80:80/"),
    *("https://example.com:65536/", "https://example.com:0/", "https://example.com:-1/", "https://example.com:+443/"),
    *(
        "https://example.com:4 43/",
        "https://example.com:٤٤٣/",
        "https://example.com:443x/",
        "https://example.com:000443/",
    ),
    *(
        "https://a..b/",
        "https://.example.com/",
        "https://example..com/",
        "https://example.com../",
        f"https://{'a' * 64}/",
    ),
    *(f"https://{'a.' * 127}aa/", "https://*.example.com/", "https://exam%70le.com/", "https://ex[am]ple.com/"),
    *(
        "https://[::1/",
        "https://::1/",
        "https://[::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[]/",
        "https://[1::2::3]/",
    ),
    *("https://[10.0.0.1]/", "https://[v1.a]/", "https://[::1]a/", "https://[::ffff:10.0.0.256]/"),
    *(
        "https://bücher.example/",
        "https://①②⑦.⓪.⓪.①/",
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://example.com/ä",
    ),
    *("https://ℓocalhost/", "https://exa\u00admple.com/", "https://example\u3002com/", "ｈttps://example.com/"),
    "https://example.com/" + "a" * 2029,
)


@pytest.mark.parametrize(("text", "parts"), TAKEN.items())
def test_an_address(text: str, parts: Url) -> None:
    assert parse_url(text) == parts
    assert re.fullmatch(PATTERN, text)


@pytest.mark.parametrize("text", NONE)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="This value should be an address"):
        parse_url(text)


def test_a_long_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(ValueError, match="This value should be an address"):
        parse_url("https://" + "a." * 2_000_000)


@pytest.mark.parametrize(
    ("text", "place", "authority"),
    [
        ("https://example.com/", "example.com:443", "example.com"),
        ("https://example.com:80/", "example.com:80", "example.com:80"),
        ("http://example.com:80/", "example.com:80", "example.com"),
        ("https://[::1]/", "[::1]:443", "[::1]"),
        ("https://[::1]:8443/", "[::1]:8443", "[::1]:8443"),
    ],
)
def test_a_host_with_its_port(text: str, place: str, authority: str) -> None:
    assert (parse_url(text).place, parse_url(text).authority) == (place, authority)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://example.com/a/sea.jpg", "sea.jpg"),
        ("https://example.com/a/sea.jpg?w=5/6#/7", "sea.jpg"),
        ("https://example.com/%C3%96land%20%2Fsea.jpg", "sea.jpg"),
        ("https://example.com/a%0d%0ab.jpg", "ab.jpg"),
        ("https://example.com/%FF.jpg", "\ufffd.jpg"),
        ("https://example.com/a/", ""),
        ("https://example.com", ""),
        ("https://example.com?a/b.jpg", ""),
        ("", ""),
        ("https://example.com/" + "n" * 3000, "n" * 255),
    ],
)
def test_the_name_of_a_file(text: str, name: str) -> None:
    assert file_name(text) == name


@given(st.from_regex(PATTERN, fullmatch=True).filter(lambda text: len(text) <= 300))
def test_others_see_the_same_host_in_it(text: str) -> None:
    """No other parser finds a user, or another host, in what is taken."""
    try:
        parts = parse_url(text)
    except ValueError:
        return
    seen = urlsplit(text)
    assert (seen.scheme, seen.username, seen.password) == (parts.scheme, None, None)
    assert (seen.hostname or "").removesuffix(".") in (parts.host, text.partition("[")[2].partition("]")[0].lower())
    assert seen.port in (None, parts.port)

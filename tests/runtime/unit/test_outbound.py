"""Downloads from addresses that users give: what is public, what is not, and hosts that mean ill.

The connections are those that the sockets are asked for.
"""

import gzip
import itertools
import threading
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from typing import Any

import pytest

from constellation.runtime import outbound
from constellation.runtime.outbound import Refused
from tests.support.internet import (
    CERTIFIED,
    NAMES,
    OTHER,
    PUBLIC,
    Host,
    Internet,
    certificates,
    file,
    new_internet,
    redirect,
)

GOOD, OTHER_NAME = CERTIFIED[:2]
SEA = f"https://{GOOD}/sea.gif"
DATA = b"GIF89a, for all that matters here"
LIMIT = 200_000

download = partial(outbound.download, accept="image/*, */*;q=0.1")

NOT_PUBLIC = (
    # the plain ones
    *("https://10.0.0.1/", "https://127.0.0.1/", "https://127.255.255.254:8443/", "https://169.254.169.254/latest/"),
    *("https://0.0.0.0/", "https://192.168.0.1/", "https://172.16.0.1/", "https://100.64.0.1/", "https://198.18.0.1/"),
    *("https://192.0.0.1/", "https://192.0.0.170/", "https://192.0.2.1/", "https://192.88.99.1/", "https://224.0.0.1/"),
    *("https://240.0.0.1/", "https://255.255.255.255/", "https://203.0.113.5/", "https://198.51.100.7/"),
    # other notations of IPv4 addresses
    *("https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/"),
    *("https://0/", "https://017700000001/", "https://0x7F.0x0.0x0.0x1/", "https://127.0.1/", "https://2852039166/"),
    *("https://0xa9fea9fe/", "https://0251.0376.0251.0376/", "https://169.254.43518/", "https://127.0.0.1./"),
    *("https://10.1/", "https://0xA.1/", "https://00000000012.0.0.1/"),
    # IPv6, and what leads to IPv4
    *("https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[fe80::1]/", "https://[fc00::1]/"),
    *("https://[fd00:ec2::254]/", "https://[fec0::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/"),
    *(
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[::127.0.0.1]/",
    ),
    *(
        "https://[::8.8.8.8]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
    ),
    *(
        "https://[64:ff9b:1::8.8.8.8]/",
        "https://[2002:7f00:1::1]/",
        "https://[2002:a9fe:a9fe::1]/",
        "https://[2002:a00:1::]/",
    ),
    *("https://[2001:0:a00:1::f7f7:f7f7]/", "https://[2001:0:808:808::80ff:fffe]/", "https://[2001:10::1]/"),
    *("https://[100::1]/", "https://[3fff::1]/", "https://[5f00::1]/", "https://[2001:2::1]/", "https://[4000::1]/"),
    # names
    *(f"https://{name}/" for name in NAMES),
    *("https://LOCALHOST/", "https://localhost./", "https://Private.Example.com:8443/a?b"),
    # without TLS, public or not
    *(f"http://{GOOD}/", f"http://{PUBLIC}/", "http://127.0.0.1/", f"http://{GOOD}:443/", "http://localhost:8000/"),
    # nothing that is an address
    *(
        "file:///etc/passwd",
        "ftp://10.0.0.1/",
        f"https://user@{GOOD}/",
        f"https://{GOOD}@10.0.0.1/",
        "https://①②⑦.0.0.1/",
    ),
    *(f"https://{GOOD}\\@10.0.0.1/", "https://[fe80::1%25eth0]/", f"https://{GOOD}:0/", "https://no.such.name/", ""),
    *(
        f"https://{GOOD}\r\nHost: 10.0.0.1/",
        "//10.0.0.1/",
        "https:10.0.0.1",
        "https://%31%30.0.0.1/",
        "https://10。0。0。1/",
    ),
)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Generator[Internet]:
    with new_internet(monkeypatch) as made:
        for name, addresses in NAMES.items():
            made.name(name, addresses)
        yield made


def refusal(text: str, seconds: float = 5, limit: int = LIMIT) -> str:
    """Why a file is not downloaded."""
    with pytest.raises(Refused) as refused:
        download(text, limit=limit, seconds=seconds)
    return str(refused.value)


def headers(host: Host) -> dict[str, str]:
    """The headers of the last request, by their names in lower case."""
    lines = host.asked[-1].split("\r\n")[1:-2]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def test_a_file(internet: Internet) -> None:
    host = internet.host(lambda _: file(DATA))
    assert download(f"{SEA}?a=b#c", limit=LIMIT, seconds=5) == DATA
    assert host.asked[0].startswith("GET /sea.gif?a=b HTTP/1.1\r\n")
    assert headers(host) == {
        "host": GOOD,
        "user-agent": "Constellation",
        "accept": "image/*, */*;q=0.1",
        "accept-encoding": "identity",
        "connection": "close",
    }
    assert (internet.looked_up, internet.connected) == ([GOOD], [PUBLIC])


def test_there_are_enough_tricks() -> None:
    assert len(set(NOT_PUBLIC)) == len(NOT_PUBLIC) >= 60


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_nothing_is_connected_to_that_is_not_public(internet: Internet, text: str) -> None:
    internet.name(GOOD, [PUBLIC])
    refusal(text)
    assert internet.connected == []


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_nothing_is_connected_to_by_a_redirect(internet: Internet, text: str) -> None:
    host = internet.host(lambda _: redirect(text.partition("\r")[0]))
    refusal(SEA)
    assert set(internet.connected) == {PUBLIC}
    assert len(host.asked) <= 4  # a path of its own is one of the host


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("location", [f"https://{OTHER_NAME}/b", f"//{OTHER_NAME}/b", f"HTTPS://{OTHER_NAME}:443/b#c"])
def test_a_redirect_is_followed(internet: Internet, location: str, status: str) -> None:
    internet.host(lambda _: redirect(location, status))
    other = internet.host(lambda _: file(DATA), OTHER_NAME, OTHER)
    assert download(SEA, limit=LIMIT, seconds=5) == DATA
    assert other.asked[0].startswith("GET /b HTTP/1.1\r\n")
    assert headers(other)["host"] == OTHER_NAME
    assert internet.connected == [PUBLIC, OTHER]


def counted(last: Iterable[bytes], redirects: int) -> Iterator[Iterable[bytes]]:
    """So many redirects to relative addresses, then something else."""
    return itertools.chain(itertools.repeat(redirect("../sea.gif?again"), redirects), itertools.repeat(last))


def test_three_redirects_are_followed_and_a_fourth_is_not(internet: Internet) -> None:
    answers = counted(file(DATA), 3)
    internet.host(lambda _: next(answers))
    assert download(SEA, limit=LIMIT, seconds=5) == DATA
    assert len(internet.connected) == 4
    answers = counted(file(DATA), 4)
    assert refusal(SEA) == "too many redirects"
    assert len(internet.connected) == 8


def test_a_name_is_looked_up_once_a_request_and_again_for_each_redirect(internet: Internet) -> None:
    internet.host(lambda _: redirect("/again"))
    internet.name(GOOD, [PUBLIC], ["10.0.0.1"])
    assert refusal(SEA) == "not public"
    assert (internet.looked_up, internet.connected) == ([GOOD, GOOD], [PUBLIC])


def test_what_answers_at_the_next_address_is_used(internet: Internet) -> None:
    internet.host(lambda _: file(DATA))
    internet.name(GOOD, ["2606:4700::1111", OTHER, PUBLIC])
    assert download(SEA, limit=LIMIT, seconds=5) == DATA
    assert internet.connected == ["2606:4700::1111", OTHER, PUBLIC]
    internet.name(GOOD, [OTHER])
    assert refusal(SEA) == "no connection"


@pytest.mark.parametrize("text", [f"https://{PUBLIC}/", "https://0x5db8d822/", "https://a_b.example.com/"])
def test_other_hosts_that_are_public(internet: Internet, text: str) -> None:
    """Whose certificate counts is said by the address that was given: a number in another notation is no name of it."""
    host = internet.host(lambda _: file(DATA), "a_b.example.com")
    if "0x" in text:
        refusal(text)
        assert (internet.connected, host.asked) == ([PUBLIC], [])
    else:
        assert download(text, limit=LIMIT, seconds=5) == DATA


def test_any_port_of_https(internet: Internet) -> None:
    host = internet.host(lambda _: file(DATA), port=8443)
    assert download(f"https://{GOOD}:8443/", limit=LIMIT, seconds=5) == DATA
    assert headers(host)["host"] == f"{GOOD}:8443"


@pytest.mark.parametrize("certificate", ["untrusted.pem", "old.pem"])
def test_a_certificate_that_is_not_to_be_trusted(internet: Internet, certificate: str) -> None:
    host = internet.host(lambda _: file(DATA), certificate=certificates() / certificate)
    assert refusal(SEA) == "SSLCertVerificationError"
    assert host.asked == []


def test_a_certificate_of_another_name(internet: Internet) -> None:
    host = internet.host(lambda _: file(DATA), "another.example.com")
    assert refusal("https://another.example.com/") == "SSLCertVerificationError"
    assert host.asked == []


def test_a_host_without_tls(internet: Internet) -> None:
    internet.host(lambda _: file(DATA), tls=False)
    assert refusal(SEA, seconds=0.3)


def test_what_is_allowed_counts_as_public(internet: Internet) -> None:
    for port, tls in ((8000, False), (8443, True)):
        internet.host(lambda _: file(DATA), GOOD, "127.0.0.1", port, tls=tls)
    allowed = [f"{GOOD}:8000", f"{GOOD}:8443"]
    for text in (f"http://{GOOD}:8000/a", f"https://{GOOD}:8443/a"):
        assert download(text, limit=LIMIT, seconds=5, allowed=allowed) == DATA
    before = list(internet.connected)
    for text in (f"http://{GOOD}/", f"https://{GOOD}/", "http://localhost:8000/", "http://127.0.0.1:8000/"):
        with pytest.raises(Refused):
            download(text, limit=LIMIT, seconds=5, allowed=allowed)
    assert internet.connected == before


def test_neither_proxies_nor_credentials_of_the_environment_are_used(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text(f"machine {GOOD} login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    host = internet.host(lambda _: redirect("/b") if len(host.asked) == 1 else file(DATA, set_cookie="a=b"))
    assert download(SEA, limit=LIMIT, seconds=5) == DATA
    assert internet.connected == [PUBLIC, PUBLIC]
    assert not {"cookie", "authorization", "referer"} & headers(host).keys()


# Hosts that mean ill

HEAD = b"HTTP/1.1 200 OK\r\n"


def endless(begin: bytes, piece: bytes) -> Iterator[bytes]:
    """Something and then no end of something else."""
    return itertools.chain([begin], itertools.repeat(piece))


def slowly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same, with a pause before each piece."""
    for piece in pieces:
        threading.Event().wait(0.02)
        yield piece


def bytewise(data: bytes) -> Iterator[bytes]:
    return (bytes([each]) for each in data)


@pytest.mark.parametrize(
    "answer",
    [
        endless(HEAD + b"\r\n", b"x" * 65536),
        endless(HEAD + b"content-length: 10000000000\r\n\r\n", b"x" * 65536),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n-1\r\n", b"x" * 65536),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n-5\r\n", b"x" * 65536),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n", b"x" * 65536),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x: " + b"y" * 60000 + b"\r\n"),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
        endless(HEAD + b"transfer-encoding: chunked\r\n\r\n", b"0" * 65536),
        endless(HEAD, b"x: y\r\n"),
        endless(HEAD, b"x: " + b"y" * 60000 + b"\r\n"),
        endless(HEAD + b"x: ", b"y" * 65536),
        endless(b"HTTP/1.1 ", b"2" * 65536),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        endless(b"", b"\0" * 65536),
        [HEAD + f"content-length: {LIMIT + 1}\r\n\r\n".encode(), b"x" * (LIMIT + 1)],
        [HEAD + b"\r\n", b"x" * (LIMIT + 1)],
        [HEAD + b"content-length: 100\r\n\r\n", b"x" * 99],
        [HEAD + b"transfer-encoding: chunked\r\n\r\n", b"5\r\nxxxxx\r\n"],
        [HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n", b"0\r\n\r\n"],
        file(gzip.compress(DATA), content_encoding="gzip"),
        file(gzip.compress(b"x" * 10**7), content_encoding="GZIP"),
        file(DATA, content_encoding="br"),
        file(DATA, content_encoding="identity, gzip"),
        file(DATA, "206 Partial Content"),
        file(DATA, "404 Not Found"),
        file(DATA, "500 No"),
        file(DATA, "300 Multiple Choices", location="/b"),
        file(b"", "204 No Content"),
        file(b"", "302 Found"),
        redirect(""),
        redirect("https://[/"),
        redirect(f"https://{GOOD}/" + "a" * 2100),
        [b"no HTTP at all"],
        [b"SSH-2.0-OpenSSH_9.0\r\n"],
        [b"HTTP/2 200 OK\r\n\r\n"],
        [],
    ],
)
def test_what_is_no_file(internet: Internet, answer: Iterable[bytes]) -> None:
    internet.host(lambda _: answer)
    assert refusal(SEA) != "too slow"


@pytest.mark.parametrize(
    "answer",
    [
        slowly(bytewise(HEAD * 1000)),
        slowly(itertools.chain([HEAD], bytewise(b"x: y\r\n" * 1000))),
        slowly(itertools.chain([HEAD + b"content-length: 9999\r\n\r\n"], bytewise(b"x" * 9999))),
        slowly(itertools.chain([HEAD + b"transfer-encoding: chunked\r\n\r\n"], bytewise(b"1\r\nx\r\n" * 1000))),
        slowly(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 1000)),
    ],
)
def test_what_comes_byte_by_byte_ends_in_time(internet: Internet, answer: Iterable[bytes]) -> None:
    internet.host(lambda _: answer)
    assert refusal(SEA, seconds=0.3) in ("too slow", "TimeoutError")


def test_the_time_is_that_of_all_redirects_together(internet: Internet) -> None:
    internet.host(lambda _: slowly([b"", b"", b"", b"", b"", *redirect("/b")]))
    assert refusal(SEA, seconds=0.2) in ("too slow", "TimeoutError")


def test_a_host_that_says_nothing(internet: Internet) -> None:
    ended = threading.Event()
    internet.host(lambda _: (b"" for _ in range(1) if ended.wait(5)), tls=False)
    assert refusal(SEA, seconds=0.2) in ("too slow", "TimeoutError")
    ended.set()


def test_a_resolver_that_says_nothing(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def look_up(*_: Any, **__: Any) -> None:
        ended.wait(5)

    monkeypatch.setattr(outbound.socket, "getaddrinfo", look_up)
    assert refusal(SEA, seconds=0.1) == "too slow"
    ended.set()


@pytest.mark.parametrize(
    "answer",
    [
        [HEAD + b"\r\n", DATA],
        [
            HEAD + b"transfer-encoding: chunked\r\n\r\n",
            b"6;a=b\r\n" + DATA[:6] + b"\r\n",
            b"1b\r\n" + DATA[6:] + b"\r\n0\r\n\r\n",
        ],
        [HEAD + b"Content-Encoding: Identity\r\n\r\n", DATA],
        [b"HTTP/1.0 200 OK\r\n\r\n", DATA],
        [b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"\r\n", DATA],
    ],
)
def test_other_ways_to_send_a_file(internet: Internet, answer: Iterable[bytes]) -> None:
    internet.host(lambda _: answer)
    assert download(SEA, limit=LIMIT, seconds=5) == DATA


def test_a_file_at_the_limit_and_one_of_no_bytes(internet: Internet) -> None:
    internet.host(lambda _: file(b"x" * LIMIT))
    assert download(SEA, limit=LIMIT, seconds=5) == b"x" * LIMIT
    assert refusal(SEA, limit=LIMIT - 1) == "too large"
    internet.host(lambda _: file(b""))
    assert download(SEA, limit=LIMIT, seconds=5) == b""

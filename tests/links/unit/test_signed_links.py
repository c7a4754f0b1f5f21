"""Signed links: what the signer signs the edge takes, until it expires, and nothing else."""

import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from constellation.links import signing
from constellation.links.marks import KEYS
from constellation.links.model import KEPT_BY_CDN, parse_link
from constellation.runtime import origin
from infra.edge import private_code
from tests.support.edge import Edge, running_edge, viewer_request
from tests.support.link_vectors import ID
from tests.support.signatures import Forger

SOON = 600


@pytest.fixture(scope="module")
def keys() -> Iterator[list[str]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(origin.VARIABLE, "new secret,old secret")
        yield list(signing.keys())


@pytest.fixture(scope="module")
def edge(keys: list[str]) -> Iterator[Edge]:
    with running_edge(held={KEYS: ",".join(sorted(keys))}) as running:
        yield running


def url(key: str, file: str = f"{ID}.jpg", query: dict[str, str] | None = None, seconds: int = SOON) -> str:
    """A link that was signed with a key; ``seconds`` from now it expires."""
    query = query or {}
    expires = int(time.time()) + seconds
    name = parse_link(file, {name: [value] for name, value in query.items()}).name
    return f"/image/{file}?{urlencode({**query, 'exp': expires, 'sig': signing.signature(key, name, expires)})}"


def request(link: str) -> dict[str, Any]:
    parts = urlsplit(link)
    return viewer_request(parts.path, parse_qs(parts.query, keep_blank_values=True))


def uri(edge: Edge, link: str) -> str:
    answer = edge.all([request(link)])[0]
    return answer.get("uri") or str(answer["statusCode"])


@pytest.mark.parametrize(
    ("file", "query", "key"),
    [
        (f"{ID}.jpg", {}, "full.jpg"),
        (f"{ID}.jpeg", {"w": "300"}, "300x.jpg"),
        (f"{ID}.webp", {"w": "300", "h": "200", "fit": "cover", "focus": "0.5,0.25"}, "300x200c-f500_250.webp"),
        (f"{ID}_thumbnail.png", {}, "300x300c.png"),
        (f"{ID}.auto", {"w": "9"}, "9x.auto"),
        (f"{ID}.avif", {"variant": "card"}, "~card.avif"),
        (f"{ID}.auto", {"variant": "a-9", "dpr": "1.5"}, "~a-9@1_5.auto"),
    ],
)
def test_what_is_signed_is_taken(edge: Edge, keys: list[str], file: str, query: dict[str, str], key: str) -> None:
    for each in keys:
        assert uri(edge, url(each, file, query)) == f"/{ID}/signed/{key}"
    assert uri(edge, url("another key", file, query)) == f"/{ID}/{key}"


def test_parameters_come_in_any_order_and_others_are_ignored(edge: Edge, keys: list[str]) -> None:
    path, query = url(keys[0], query={"w": "30", "h": "20", "q": "72"}).split("?")
    parts = query.split("&")
    for _ in range(20):
        random.Random(5).shuffle(parts)
        assert uri(edge, f"{path}?{'&'.join([*parts, 'utm_source=x', 'v=2'])}") == f"/{ID}/signed/30x20-q70.jpg"
    assert uri(edge, f"{path}?{query.replace('w=30', 'width=%330')}") == f"/{ID}/signed/30x20-q70.jpg"


def test_it_is_no_link_of_the_other_path(edge: Edge, keys: list[str]) -> None:
    assert uri(edge, f"/api{url(keys[0])}") == f"/{ID}/full.jpg"


def test_it_expires(edge: Edge, keys: list[str]) -> None:
    assert uri(edge, url(keys[0], seconds=-1)) == f"/{ID}/full.jpg"
    assert uri(edge, url(keys[0], seconds=0)) == f"/{ID}/full.jpg"
    assert uri(edge, url(keys[0], seconds=2)) == f"/{ID}/signed/full.jpg"


def test_the_query_that_is_left_says_until_when(edge: Edge, keys: list[str]) -> None:
    (plain, thumbnail, varied) = edge.all(
        [
            request(url(keys[0], query={"w": "30"})),
            request(url(keys[0], f"{ID}_thumbnail.jpg")),
            request(url(keys[0], query={"variant": "card"})),
        ]
    )
    assert plain["querystring"].keys() == {"exp"}
    assert thumbnail["querystring"].keys() == {"exp", "thumbnail"}
    assert varied["querystring"].keys() == {"exp", "variant"}
    assert edge.all([request(f"/image/{ID}.jpg")])[0]["querystring"] == {}


def test_the_edge_refuses_what_the_store_marks(keys: list[str]) -> None:
    with running_edge(held={KEYS: keys[0], ID: "signed 2026-01-01"}) as edge:
        assert uri(edge, f"/image/{ID}.jpg") == uri(edge, f"/api/image/{ID}_thumbnail.jpg?w=3") == "403"
        assert uri(edge, url(keys[1])) == "403"
        assert uri(edge, f"/image/{ID}.jpg?w=x") == "400"
        assert uri(edge, url(keys[0])) == f"/{ID}/signed/full.jpg"
    with running_edge(held={KEYS: keys[0], ID: "1"}) as edge:
        assert uri(edge, url(keys[0])) == "404"


def test_without_keys_no_signature_is_taken(keys: list[str]) -> None:
    with running_edge() as edge:
        assert uri(edge, url(keys[0])) == f"/{ID}/full.jpg"


def test_a_deployment_can_demand_signatures_for_options(keys: list[str]) -> None:
    from infra.edge import function_code

    with running_edge(function_code(demands_signatures=True), held={KEYS: keys[0]}) as edge:
        for query in ("w=30", "gray=true", "w=30&h=30&crop=true&q=5"):
            assert uri(edge, f"/image/{ID}.jpg?{query}") == uri(edge, f"/api/image/{ID}.jpg?{query}") == "403"
        for file in (f"{ID}.jpg", f"{ID}_thumbnail.jpg", f"{ID}.webp?variant=card&dpr=2", f"{ID}.jpg?utm_source=x"):
            assert not uri(edge, f"/image/{file}").startswith("4")
        assert uri(edge, url(keys[0], query={"w": "30"})) == f"/{ID}/signed/30x.jpg"


def test_no_forged_link_is_taken(edge: Edge, keys: list[str]) -> None:
    """Some tens of thousands here; a million with ``make fuzz``."""
    tried = Forger(edge, keys, random.Random(18)).run(30_000)
    assert tried.accepted == []
    assert tried.mutants == 30_000
    assert tried.genuine_taken == tried.genuine > 100


# What the viewer gets


@pytest.fixture(scope="module")
def private() -> Iterator[Edge]:
    with running_edge(private_code()) as running:
        yield running


def cache_control(private: Edge, said: str, **query: str) -> str:
    event = request(f"/image/{ID}.jpg?{urlencode(query)}")
    event["response"] = {"statusCode": 200, "headers": {"cache-control": {"value": said}}}
    return private.all([event])[0]["headers"]["cache-control"]["value"]


def test_what_a_signed_link_gives_is_for_its_viewer_and_no_longer_than_it_is_valid(private: Edge) -> None:
    now = int(time.time())
    for seconds in (60, 604_800):
        name, _, age = cache_control(private, KEPT_BY_CDN, exp=str(now + seconds)).partition("=")
        assert name == "private, max-age"
        assert seconds - 10 <= int(age) <= seconds
    assert cache_control(private, KEPT_BY_CDN, exp=str(now + 1000), variant="card") == "private, max-age=300"
    assert cache_control(private, KEPT_BY_CDN, exp=str(now - 5)) == "private, max-age=0"
    assert cache_control(private, KEPT_BY_CDN) == "private, max-age=0"


@pytest.mark.parametrize("said", ["public, max-age=31536000, immutable", "no-store", "public, max-age=300"])
def test_what_other_links_give_stays_as_it_is(private: Edge, said: str) -> None:
    assert cache_control(private, said, exp=str(int(time.time()) + 100)) == said

"""The edge function of the IIIF Image API: equal requests become one, and a mark makes another of each."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from constellation.iiif.negotiate import JSON, LINKED_DATA, prefers_json
from constellation.links.access_logs import views_in
from infra.edge import iiif_code
from tests.support.cors import PREFLIGHT
from tests.support.edge import Edge, running_edge, viewer_request
from tests.support.link_vectors import ID
from tests.support.logs import HEADING, line

HIDDEN = "0b0c7a35-3f63-4b7a-8a44-5f2e3f0f9d10"
MARK = "signed 2026-01-01"


@pytest.fixture(scope="module")
def edge() -> Iterator[Edge]:
    with running_edge(iiif_code(), held={HIDDEN: MARK, "keys": "secret"}) as running:
        yield running


def asked(path: str, **headers: str) -> dict[str, Any]:
    return viewer_request(path, {"v": ["2"]}, headers={"host": "pictures.example", **headers})


@pytest.mark.parametrize(
    ("path", "one"),
    [
        (f"/iiif/3/{ID}/full/max/0/default.jpg", f"/iiif/3/{ID}/full/max/0/default.jpg"),
        (f"/iiif/3/{ID.upper()}/0%2C0,5,5/%219,9/%2190/gray%2epng", f"/iiif/3/{ID}/0,0,5,5/!9,9/!90/gray.png"),
        (f"/iiif/3/{ID.replace('-', '%2D')}/info.json", f"/iiif/3/{ID}/info.json"),
        (f"/iiif/3/{ID}/pct:1,1,5.5,5/pct%3A9/0/FULL.jpg", f"/iiif/3/{ID}/pct:1,1,5.5,5/pct:9/0/FULL.jpg"),
        # What cannot be asked stays as it is.
        (f"/iiif/3/{ID}/full%2Fmax/0/default.jpg", f"/iiif/3/{ID}/full%2Fmax/0/default.jpg"),
        (f"/iiif/3/{ID}/full/%5Emax/0/default.jpg", f"/iiif/3/{ID}/full/%5Emax/0/default.jpg"),
        (f"/iiif/3/{ID}/%FF/max/%0/%C3%A4.jpg", f"/iiif/3/{ID}/%FF/max/%0/%C3%A4.jpg"),
        (f"/iiif/3/{ID}/%2566ull/max/0/%3Fx", f"/iiif/3/{ID}/%2566ull/max/0/%3Fx"),
        ("/iiif/3/", "/iiif/3/"),
        ("/iiif/", "/iiif/"),
    ],
)
def test_equal_requests_have_one_path(edge: Edge, path: str, one: str) -> None:
    (request,) = edge.all([asked(path)])
    assert (request["uri"], request["querystring"]) == (one, {})
    (again,) = edge.all([asked(one)])
    assert again["uri"] == one


def test_the_host_belongs_to_the_key_and_is_the_edges_to_say(edge: Edge) -> None:
    (request,) = edge.all([asked(f"/iiif/3/{ID}/info.json", **{"x-base-url": "https://evil", "x-image-mark": "evil"})])
    assert request["headers"]["x-base-url"] == {"value": "https://pictures.example"}
    assert "x-image-mark" not in request["headers"]


@pytest.mark.parametrize("name", [HIDDEN, HIDDEN.upper(), HIDDEN.replace("-", "%2d"), f"%30{HIDDEN[1:]}"])
def test_a_mark_makes_another_key_so_that_no_copy_is_found(edge: Edge, name: str) -> None:
    for rest in ("info.json", "full/max/0/default.jpg", "full/^max/0/default.jpg"):
        (request,) = edge.all([asked(f"/iiif/3/{name}/{rest}")])
        assert request["headers"]["x-image-mark"] == {"value": MARK}
    (keys,) = edge.all([asked("/iiif/3/keys/info.json")])
    assert "secret" not in str(keys)


def test_the_edge_negotiates_as_the_function_does(edge: Edge) -> None:
    chance = random.Random(3)
    kinds = [
        JSON,
        LINKED_DATA,
        "application/*",
        "*/*",
        "text/html",
        "Application/JSON",
        f'{LINKED_DATA};profile="x"',
        "",
    ]
    weights = [
        "",
        "",
        ";q=0",
        ";q=0.5",
        "; q=0.9",
        ";q=1.0",
        ";q=1.5",
        ";q=",
        ";Q=0.3",
        " ;\tq=0.123 ",
        ";a=1;q=0.2;q=1",
    ]
    accepts = [
        chance.choice([",", ", "]).join(
            f"{chance.choice(kinds)}{chance.choice(weights)}" for _ in range(chance.randint(0, 4))
        )
        for _ in range(3000)
    ]
    requests = edge.all([asked(f"/iiif/3/{ID}/info.json", accept=accept) for accept in accepts])
    plain = 0
    for accept, request in zip(accepts, requests, strict=True):
        chosen = request["headers"]["accept"]["value"]
        assert (chosen == JSON) == prefers_json(accept), accept
        # The function chooses by what the edge has made of it.
        assert prefers_json(chosen) == (chosen == JSON)
        plain += chosen == JSON
    assert 600 < plain < 2400
    assert edge.all([asked(f"/iiif/3/{ID}/info.json")])[0]["headers"]["accept"] == {"value": LINKED_DATA}


def test_preflights_are_answered(edge: Edge) -> None:
    answer = edge(f"/iiif/3/{ID}/info.json", {}, "OPTIONS", {"host": "x"})
    headers = {name: field["value"] for name, field in answer["headers"].items()}
    assert (answer["statusCode"], headers) == (204, PREFLIGHT)


def test_no_request_of_a_viewer_counts_as_a_view() -> None:
    paths = (f"/iiif/3/{ID}", f"/iiif/3/{ID}/info.json", f"/iiif/3/{ID}/full/max/0/default.jpg")
    assert not views_in([*HEADING, *(line(path) for path in paths)])

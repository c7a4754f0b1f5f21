"""The header ``Link`` on every answer that pages (contract, "Every client")."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from constellation.aws.resources import INDEXING
from infra.openapi import DOCUMENT
from tests.support.firmware_api import confirmed
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Answer


def _images(anna: Client) -> str:
    for _ in range(3):
        anna.world.advance(seconds=1)
        anna.image(isPublic="true", description="a trip to the sea")
    return "/api/images/1"


def _history(anna: Client) -> str:
    _images(anna)
    return "/api/images/history/1"


def _workspace_images(anna: Client) -> str:
    _images(anna)
    return "/images"


def _comments(anna: Client) -> str:
    image = Workspace(anna).image()
    for number in range(3):
        anna.world.advance(seconds=1)
        assert anna.ask("POST", f"/images/{image}/comments", json={"content": str(number)}).status == 201
    return f"/images/{image}/comments"


def _constellations(anna: Client) -> str:
    for number in range(3):
        Workspace(anna, str(number))
    return "/constellations"


def _firmware(anna: Client) -> str:
    for number in range(3):
        confirmed(anna, version=f"1.0.{number}")
    return "/image"


def _binaries(anna: Client) -> str:
    _firmware(anna)
    return "/image/binary"


def _variants(anna: Client, path: str = "/api/variants") -> str:
    for name in ("small", "medium", "large"):
        anna.world.advance(seconds=1)
        assert anna.ask("PUT", f"{path}/{name}", json={}).status == 201
    return path


def _constellation_variants(anna: Client) -> str:
    return _variants(anna, f"{Workspace(anna).path}/variants")


def _collections(anna: Client) -> str:
    for name in ("small", "medium", "large"):
        anna.world.advance(seconds=1)
        assert anna.ask("POST", "/api/collections", json={"name": name}).status == 201
    return "/api/collections"


def _items(anna: Client) -> str:
    path = f"/api/collections/{anna.ask('POST', '/api/collections', json={'name': 'all'}).json['id']}/items"
    for _ in range(3):
        assert anna.ask("PUT", f"{path}/{anna.image()}").status == 204
    return path


def _tags(anna: Client) -> str:
    assert anna.ask("PUT", f"/api/image/{anna.image()}/tags", json={"tags": ["a", "b", "c"]}).status == 204
    anna.world.deliver(INDEXING, delayed=True)
    return "/api/tags"


def _shares(anna: Client, type_: str = "image", target: str = "") -> str:
    for _ in range(3):
        anna.world.advance(seconds=1)
        shared = {"type": type_, "id": target or anna.image()}
        assert anna.ask("POST", "/api/shares", json={"target": shared}).status == 201
    return "/api/shares"


def _constellation_shares(anna: Client) -> str:
    space = Workspace(anna)
    _shares(anna, "constellation", space.id)
    return f"{space.path}/shares"


def _shared_images(anna: Client) -> str:
    space = Workspace(anna)
    for _ in range(3):
        anna.world.advance(seconds=1)
        space.image()
    shared = {"type": "constellation", "id": space.id}
    return f"/api/s/{anna.ask('POST', '/api/shares', json={'target': shared}).json['code']}/items"


LISTS: Mapping[str, Callable[[Client], str]] = {
    "/api/images/{page}": _images,
    "/api/images/history/{page}": _history,
    "/images": _workspace_images,
    "/images/{image_uuid}/comments": _comments,
    "/constellations": _constellations,
    "/image": _firmware,
    "/image/binary": _binaries,
    "/api/tags": _tags,
    "/api/variants": _variants,
    "/constellations/{constellation_uuid}/variants": _constellation_variants,
    "/api/collections": _collections,
    "/api/collections/{collection_id}/items": _items,
    "/api/shares": _shares,
    "/constellations/{constellation_uuid}/shares": _constellation_shares,
    "/api/s/{code}/items": _shared_images,
}
BY_NUMBER = [path for path in LISTS if path.endswith("{page}")]


def test_no_list_is_missing_here() -> None:
    paths: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    paged = {
        path
        for path, methods in paths.items()
        if any(each["name"] == "cursor" for each in methods.get("get", {}).get("parameters", ()))
    }
    assert paged == LISTS.keys()


@pytest.mark.parametrize("path", LISTS)
def test_the_links_lead_through_the_whole_list(anna: Client, path: str) -> None:
    first = LISTS[path](anna)
    whole = _entries(anna.ask("GET", first, query={"limit": "100"}))
    assert len(whole) == 3
    answers = list(_walk(anna, f"{first}?limit=1", "next"))
    assert [_entries(each) for each in answers] == [[each] for each in whole]
    assert "link" not in anna.ask("GET", first, query={"limit": "100"}).headers


@pytest.mark.parametrize("path", BY_NUMBER)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "&orderBy=attributes.createdAt&order=asc",
        "&orderBy=metadata.size",
        "&searchTerm=trip+s%C3%A9a%23+%3E%2C%22+the&searchBy=description",
        "&searchTerm=trip&searchBy=all",
    ],
)
def test_pages_by_number_have_links_both_ways(anna: Client, path: str, query: str) -> None:
    first = f"{LISTS[path](anna)}?limit=1{query}"
    there = list(_walk(anna, first, "next"))
    last = "" if len(there) < 2 else _links(there[-2])["next"]
    back = list(_walk(anna, last, "prev")) if last else there
    assert [_entries(each) for each in back] == [_entries(each) for each in reversed(there)]
    assert [each.json["meta"]["page"] for each in there] == list(range(1, len(there) + 1))
    assert [each.json["meta"]["page"] for each in back] == list(range(len(there), 0, -1))
    assert "prev" not in _links(there[0])
    assert len(there) == (1 if "%C3" in query else 3)


@pytest.mark.parametrize("path", BY_NUMBER)
def test_a_page_that_is_named_by_its_number_has_both_neighbours(anna: Client, path: str) -> None:
    first = LISTS[path](anna)
    answer = anna.ask("GET", f"{first[:-1]}2", query={"limit": "1"})
    links = _links(answer)
    assert {relation: _entries(_get(anna, address)) for relation, address in links.items()} == {
        "next": _entries(anna.ask("GET", f"{first[:-1]}3", query={"limit": "1"})),
        "prev": _entries(anna.ask("GET", first, query={"limit": "1"})),
    }


def test_the_link_of_the_highest_number_is_one_that_can_be_asked_for(anna: Client) -> None:
    cursor = anna.ask("GET", _images(anna), query={"limit": "1"}).json["meta"]["nextCursor"]
    answer = anna.ask("GET", f"/api/images/{'9' * 18}", query={"limit": "1", "cursor": cursor})
    assert [_get(anna, address).status for address in _links(answer).values()] == [200, 200]


def test_a_list_of_one_constellation_keeps_to_it(anna: Client, trip: Workspace) -> None:
    inside = [trip.image() for _ in range(2)]
    anna.image()
    first = f"/images?limit=1&constellation_uuid={trip.id}"
    found = [entry["image_uuid"] for answer in _walk(anna, first, "next") for entry in _entries(answer)]
    assert sorted(found) == sorted(inside)


def _walk(client: Client, address: str, relation: str) -> Iterator[Answer]:
    for _ in range(5):
        answer = _get(client, address)
        yield answer
        address = _links(answer).get(relation, "")
        if not address:
            return
    raise AssertionError("it goes on and on")


def _get(client: Client, address: str) -> Answer:
    parts = urlsplit(address)
    answer = client.ask("GET", parts.path, query=dict(parse_qsl(parts.query, keep_blank_values=True)))
    assert answer.status == 200, answer.body
    return answer


def _links(answer: Answer) -> dict[str, str]:
    """The addresses by their relations; the header is nothing but links as RFC 8288 spells them."""
    header = answer.headers.get("link", "")
    found = re.findall(r'<([!-;=?-~]+)>; rel="(next|prev)"', header)
    assert header == ", ".join(f'<{address}>; rel="{relation}"' for address, relation in found)
    return {relation: address for address, relation in found}


def _entries(answer: Answer) -> list[Any]:
    content: Any = answer.json
    return content.get("data", content.get("images")) if hasattr(content, "get") else content

"""Lists that are searched by a tag (second contract, 5)."""

from typing import Any

import pytest

from constellation.aws.resources import DELETIONS, INDEXING
from constellation.common.times import to_wire
from constellation.search import model
from constellation.tags import store
from tests.support.sharing import Client, errors
from tests.support.workspace import UNKNOWN, Workspace
from tests.support.world import NOON, World

PUBLIC, OWN = "/api/images/1", "/api/images/history/1"
CREATED = {"orderBy": "attributes.createdAt"}
ORDERS = ("attributes.updatedAt", "attributes.createdAt", "attributes.views", "attributes.fileName", "metadata.size")


def ask(client: Client, path: str, term: str, **query: str) -> Any:
    answer = client.ask("GET", path, query={"searchBy": "tag", "searchTerm": term, **query})
    assert answer.status == 200, answer.body
    return answer.json


def found(client: Client, path: str, term: str, **query: str) -> list[str]:
    return [each["id"] for each in ask(client, path, term, **query)["data"]]


def tagged(client: Client, *tags: str, isPublic: str = "false") -> str:
    """A new image with tags, a second after the one before."""
    client.world.advance(seconds=1)
    image_id = client.image(isPublic=isPublic)
    put(client, image_id, *tags)
    return image_id


def put(client: Client, image_id: str, *tags: str) -> None:
    assert client.ask("PUT", f"/api/image/{image_id}/tags", json={"tags": list(tags)}).status == 204


def settled(world: World) -> None:
    world.advance(seconds=60)
    world.deliver(INDEXING, delayed=True)


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


@pytest.mark.parametrize("order", ORDERS)
def test_a_tag_finds_what_lies_below_it_at_once(world: World, anna: Client, order: str) -> None:
    bea = Client(world, "bea")
    old = tagged(anna, "Trips/2025/Rome", "x", isPublic="true")
    new = tagged(anna, "trips/2025", isPublic="true")
    secret = tagged(anna, "trips", "trips/2025/oslo")
    tagged(anna, "trips/2026", "trips/20", "2025", "my/trips/2025", isPublic="true")
    hers = tagged(bea, "TRIPS/2025", isPublic="true")
    for _ in range(2):
        assert set(found(anna, OWN, "trips/2025", orderBy=order)) == {old, new, secret}
        assert set(found(anna, PUBLIC, " TRIPS/2025 ", orderBy=order)) == {old, new, hers}
        assert found(anna, OWN, "trips/2025/rome", orderBy=order) == [old]
        assert len(found(anna, OWN, "trips", orderBy=order)) == 4
        for nothing in ("trips/2025/r", "trip", "rome", "trips/", "/trips", "a//b", "x\ny", UNKNOWN):
            assert found(anna, OWN, nothing, orderBy=order) == [], nothing
        settled(world)
    page = ask(anna, OWN, "trips", orderBy=order, order="asc", limit="3")
    assert (page["meta"]["total"], len(page["data"])) == (4, 3)
    rest = ask(anna, OWN, "trips", orderBy=order, order="asc", limit="3", cursor=page["meta"]["nextCursor"])
    everything = [each["id"] for each in (*page["data"], *rest["data"])]
    assert everything == found(anna, OWN, "trips", orderBy=order, order="asc")
    assert everything[::-1] == found(anna, OWN, "trips", orderBy=order)
    second = "/api/images/history/2"
    assert found(anna, second, "trips", orderBy=order, order="asc", limit="3") == everything[3:]


def test_changes_count_at_once(world: World, anna: Client) -> None:
    image_id = tagged(anna, "a/b")
    for path in (OWN, PUBLIC):
        assert found(anna, path, "a", **CREATED) == ([image_id] if path == OWN else [])
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": True}).status == 204
    assert found(anna, PUBLIC, "a", **CREATED) == found(anna, PUBLIC, "a/b") == [image_id]
    put(anna, image_id, "c")
    for path in (OWN, PUBLIC):
        for query in (CREATED, {}):
            assert (found(anna, path, "a", **query), found(anna, path, "c", **query)) == ([], [image_id])
    settled(world)
    put(anna, image_id, "a")
    assert found(anna, OWN, "a", **CREATED) == [image_id]
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": False}).status == 204
    assert found(anna, PUBLIC, "a", **CREATED) == []
    assert anna.ask("DELETE", f"/api/image/{image_id}").status == 204
    assert found(anna, OWN, "a", **CREATED) == found(anna, OWN, "a") == []
    for queue in (DELETIONS, INDEXING):
        world.deliver(queue)
    assert ask(anna, OWN, "a", **CREATED)["meta"]["total"] == 0


def test_what_lies_in_a_constellation_is_its_owners(anna: Client) -> None:
    bea, space = Client(anna.world, "bea"), Workspace(anna)
    space.connect(bea, rights="WRITE")
    image_id = space.image(by=bea)
    put(anna, image_id, "a")
    assert found(bea, OWN, "a", **CREATED) == found(bea, OWN, "a") == [image_id]
    assert found(anna, OWN, "a", **CREATED) == []
    space.disconnect(bea)
    assert found(bea, OWN, "a", **CREATED) == []


@pytest.mark.parametrize("path", [PUBLIC, OWN])
def test_every_tag_can_be_searched(world: World, anna: Client, path: str) -> None:
    """The bounds of a search by words, 16 of them and 255 characters, are not those of tags."""
    longest = "/".join(["x" * 64] * 5)
    for tag in ("a b c d e f g h i j k l m n o p q r", "/".join(["y" * 64] * 4), longest):
        image_id = tagged(anna, tag, isPublic="true")
        settled(world)
        assert found(anna, path, tag) == [image_id]
    answer = anna.ask("GET", path, query={"searchBy": "tag", "searchTerm": f"{longest}x"})
    message = "This value is too long. It should have 324 characters or less."
    assert (answer.status, answer.json) == (422, errors(("searchTerm", message)))
    for by in ("all", "description", "hashtag", "user", "tags"):
        for term in (longest, "a b c d e f g h i j k l m n o p q r"):
            answer = anna.ask("GET", path, query={"searchBy": by, "searchTerm": term})
            assert answer.status == 422
            assert "searchTerm" in [each["property"] for each in answer.json["error"]["violations"]]


def test_a_cursor_is_for_one_tag(world: World, anna: Client) -> None:
    for _ in range(3):
        tagged(anna, "a", "b")
    cursor = ask(anna, OWN, "a", limit="1", **CREATED)["meta"]["nextCursor"]
    query = {"searchBy": "tag", "searchTerm": "b", "limit": "1", "cursor": cursor, **CREATED}
    assert anna.ask("GET", OWN, query=query).status == 422
    assert anna.ask("GET", OWN, query={**query, "searchTerm": "A"}).status == 200
    assert anna.ask("GET", OWN, query={**query, "searchBy": "all"}).status == 422


def test_a_page_in_the_order_of_creation_reads_as_much_of_many_images_as_of_few(world: World, anna: Client) -> None:
    newest = [tagged(anna, "a") for _ in range(4)]
    query = {"limit": "3", **CREATED}

    def calls() -> list[str]:
        assert found(anna, OWN, "a", **query) == newest[:0:-1]
        return [call.action for call in world.calls]

    before = calls()
    places = [(anna.id, "a")]
    for number in range(1000):
        store.enter(places, f"{to_wire(NOON.replace(year=2020))}#{UNKNOWN[:-4]}{number:04}")
    assert calls() == before
    assert before.count("dynamodb:Query") == 1


def test_other_orders_are_refused_past_a_bound(world: World, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_SORTED", 2)
    for _ in range(3):
        tagged(anna, "a")
    query = {"searchBy": "tag", "searchTerm": "a"}
    for order in ORDERS:
        status = anna.ask("GET", OWN, query={**query, "orderBy": order}).status
        assert status == (200 if {"orderBy": order} == CREATED else 422), order

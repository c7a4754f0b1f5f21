"""Collections (second contract, 5): their routes, their images, and the order of these."""

from typing import Any

import pytest

from constellation.collections import store
from constellation.collections.change import delete_some_of
from constellation.collections.model import MOST_ITEMS
from constellation.common.ids import new_id
from tests.support.accounts import new_token
from tests.support.consistency import assert_at_rest, settle
from tests.support.sharing import NOT_FOUND, Client, errors
from tests.support.workspace import BAD_NAMES, GOOD_NAMES, UNKNOWN, Workspace, no_uuids
from tests.support.world import Answer, World

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

NO_COLLECTION: dict[str, Any] = {
    "error": {"title": "Not Found", "message": "Collection not found", "violations": []},
}
FORBIDDEN = "This image belongs to somebody else"


def create(client: Client, name: str = "Trip", **fields: Any) -> str:
    answer = client.ask("POST", "/api/collections", json={"name": name, **fields})
    assert answer.status == 201, answer.body
    return answer.json["id"]


def put(client: Client, collection: str, *images: str) -> None:
    for image in images:
        assert client.ask("PUT", f"/api/collections/{collection}/items/{image}").status == 204


def get(client: Client, collection: str) -> Any:
    answer = client.ask("GET", f"/api/collections/{collection}")
    assert answer.status == 200, answer.body
    return answer.json


def items(client: Client, collection: str, **query: str) -> list[str]:
    """The ids of all images, page by page."""
    found, cursor = list[str](), dict[str, str]()
    while True:
        answer = client.ask("GET", f"/api/collections/{collection}/items", query={**query, **cursor})
        assert answer.status == 200, answer.body
        found += [each["id"] for each in answer.json["data"]]
        assert answer.json["meta"]["size"] == len(answer.json["data"])
        following = answer.json["meta"]["nextCursor"]
        assert ("link" in answer.headers) == bool(following)
        if not following:
            return found
        cursor = {"cursor": following}


def order(client: Client, collection: str, *ids: str) -> Answer:
    return client.ask("PATCH", f"/api/collections/{collection}/order", json={"ids": ids})


def images(client: Client, number: int) -> list[str]:
    return [client.image() for _ in range(number)]


def shown(world: World, client: Client, collection: str, wanted: list[str]) -> None:
    """The collection shows these images alone, and its count and cover agree once all is settled."""
    assert items(client, collection) == wanted
    settle(world)
    assert items(client, collection) == wanted
    entry = get(client, collection)
    assert entry["count"] == len(wanted)
    assert entry["cover"] == (f"/image/{wanted[0]}_thumbnail.gif" if wanted else None)
    assert_at_rest(world)


# The routes


def test_a_collection_is_created_shown_changed_and_deleted(world: World, anna: Client) -> None:
    answer = anna.ask("POST", "/api/collections", json={"name": " Sea side ", "description": "Best of"})
    assert answer.status == 201
    created = answer.json
    assert created == {
        "id": created["id"],
        "name": "Sea side",
        "description": "Best of",
        "count": 0,
        "cover": None,
        "createdAt": created["createdAt"],
        "updatedAt": None,
    }
    path = f"/api/collections/{created['id']}"
    assert anna.ask("GET", path).json == created
    assert anna.ask("GET", path.upper().replace("/API/COLLECTIONS", "/api/collections")).json == created
    world.advance(seconds=1)
    assert anna.ask("PATCH", path, json={"name": "Lake"}).status == 204
    changed = anna.ask("GET", path).json
    assert changed == {**created, "name": "Lake", "updatedAt": changed["updatedAt"]}
    assert changed["updatedAt"] > created["createdAt"]
    assert anna.ask("PATCH", path, json={"description": ""}).status == 204
    assert anna.ask("PATCH", path, json={}).status == 204
    assert anna.ask("GET", path).json["description"] == ""
    image = anna.image()
    put(anna, created["id"], image)
    assert anna.ask("DELETE", path).status == 204
    for method, below in (("GET", ""), ("DELETE", ""), ("GET", "/items"), ("PUT", f"/items/{image}")):
        answer = anna.ask(method, f"{path}{below}")
        assert (answer.status, answer.json) == (404, NO_COLLECTION)
    assert anna.ask("PATCH", path, json={"name": "x"}).status == 404
    assert anna.ask("GET", "/api/collections").json["data"] == []
    assert anna.ask("GET", f"/api/image/{image}/detail").status == 200
    settle(world)
    assert_at_rest(world)


def test_names_are_those_of_other_things(anna: Client) -> None:
    known = create(anna)
    for name, message in BAD_NAMES:
        for method, path in (("POST", "/api/collections"), ("PATCH", f"/api/collections/{known}")):
            answer = anna.ask(method, path, json={"name": name})
            assert answer.status == 422, (method, name)
            assert answer.json["error"]["violations"][0]["property"] == "name"
            assert answer.json == errors(("name", message)) or not isinstance(name, str)
    assert anna.ask("POST", "/api/collections", json={}).status == 422
    for sent, kept in GOOD_NAMES:
        assert get(anna, create(anna, sent))["name"] == kept


@pytest.mark.parametrize("description", ["d" * 256, 5, None, ["x"]])
def test_descriptions_that_are_refused(anna: Client, description: Any) -> None:
    known = create(anna)
    for method, path in (("POST", "/api/collections"), ("PATCH", f"/api/collections/{known}")):
        answer = anna.ask(method, path, json={"name": "Trip", "description": description})
        assert answer.status == 422
        assert [each["property"] for each in answer.json["error"]["violations"]] == ["description"]
    assert get(anna, known)["description"] == ""


def test_a_collection_is_its_owners_alone(anna: Client, bea: Client) -> None:
    known, image = create(anna), bea.image()
    put(anna, known, anna.image())
    assert bea.ask("GET", "/api/collections").json["data"] == []
    for id_ in (known, UNKNOWN, *no_uuids(known)):
        path = f"/api/collections/{id_.replace(' ', '%20').replace(chr(10), '%0A')}"
        tried: list[tuple[str, str, dict[str, Any]]] = [
            ("GET", "", {}),
            ("PATCH", "", {"json": {"name": "x"}}),
            ("DELETE", "", {}),
            ("GET", "/items", {}),
            ("PUT", f"/items/{image}", {}),
            ("DELETE", f"/items/{image}", {}),
            ("PATCH", "/order", {"json": {"ids": []}}),
        ]
        for method, below, parts in tried:
            answer = bea.ask(method, f"{path}{below}", **parts)
            assert (answer.status, answer.json) == (404, NO_COLLECTION), (method, path, below)
    assert get(anna, known)["name"] == "Trip"


def test_the_list_comes_newest_first_in_pages(world: World, anna: Client, bea: Client) -> None:
    made = list[str]()
    for number in range(5):
        made.append(create(anna, f"c{number}"))
        world.advance(seconds=1)
    image = anna.image()
    put(anna, made[1], image)
    found, cursor = list[Any](), dict[str, str]()
    for size in (2, 2, 1):
        page = anna.ask("GET", "/api/collections", query={"limit": "2", **cursor})
        assert (page.status, page.json["meta"]["size"]) == (200, size)
        found += page.json["data"]
        cursor = {"cursor": page.json["meta"]["nextCursor"]}
    assert cursor == {"cursor": None}
    assert [each["id"] for each in found] == made[::-1]
    assert [each["count"] for each in found] == [0, 0, 0, 1, 0]
    assert [each["cover"] for each in found] == [None, None, None, f"/image/{image}_thumbnail.gif", None]
    first = anna.ask("GET", "/api/collections", query={"limit": "2"}).json["meta"]["nextCursor"]
    for query in ({"cursor": "x"}, {"limit": "0"}, {"limit": "101"}, {"limit": "a"}, {"cursor": ""}):
        assert anna.ask("GET", "/api/collections", query=query).status == 422
    assert bea.ask("GET", "/api/collections", query={"cursor": first}).status == 422
    assert anna.ask("GET", f"/api/collections/{made[1]}/items", query={"cursor": first}).status == 422


def test_a_list_has_25_entries_unless_asked_for_more(anna: Client) -> None:
    known = create(anna)
    put(anna, known, *images(anna, 27))
    for _ in range(26):
        create(anna)
    for path in ("/api/collections", f"/api/collections/{known}/items"):
        assert anna.ask("GET", path).json["meta"]["size"] == 25
        assert anna.ask("GET", path, query={"limit": "26"}).json["meta"]["size"] == 26


def test_an_idempotency_key_makes_one_collection(anna: Client) -> None:
    headers = {"Idempotency-Key": "k"}
    answers = [anna.ask("POST", "/api/collections", json={"name": "Trip"}, headers=headers) for _ in range(3)]
    assert [each.status for each in answers] == [201] * 3
    assert len({each.json["id"] for each in answers}) == 1
    assert anna.ask("POST", "/api/collections", json={"name": "Other"}, headers=headers).status == 422
    assert anna.ask("GET", "/api/collections").json["meta"]["size"] == 1


# Its images


def test_images_come_as_in_lists_in_the_order_of_addition(world: World, anna: Client) -> None:
    known, made = create(anna), images(anna, 5)
    put(anna, known, *made, made[0], made[3].upper())
    shown(world, anna, known, made)
    assert items(anna, known, limit="2") == made
    (entry,) = anna.ask("GET", f"/api/collections/{known}/items", query={"limit": "1"}).json["data"]
    (listed,) = anna.ask("GET", "/api/images", query={"uuid[]": [made[0]]}).json
    assert entry == listed


def test_an_image_is_in_any_number_of_collections(world: World, anna: Client, bea: Client) -> None:
    image = anna.image()
    known = [create(anna) for _ in range(3)]
    for each in known:
        put(anna, each, image)
    assert anna.ask("DELETE", f"/api/collections/{known[0]}/items/{image}").status == 204
    assert [items(anna, each) for each in known] == [[], [image], [image]]
    space = Workspace(anna)
    space.connect(bea)
    shared = space.image()
    others = create(bea)
    put(bea, others, shared)
    put(anna, known[0], shared)
    assert items(bea, others) == items(anna, known[0]) == [shared]
    settle(world)
    assert_at_rest(world)


def test_an_image_is_taken_out(world: World, anna: Client) -> None:
    known, made = create(anna), images(anna, 4)
    put(anna, known, *made)
    path = f"/api/collections/{known}/items"
    assert anna.ask("DELETE", f"{path}/{made[1].upper()}").status == 204
    for id_ in (made[1], UNKNOWN, "x"):
        answer = anna.ask("DELETE", f"{path}/{id_}")
        assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert items(anna, known) == [made[0], made[2], made[3]]
    assert anna.ask("DELETE", f"{path}/{made[0]}").status == 204
    put(anna, known, made[0])
    shown(world, anna, known, [made[2], made[3], made[0]])
    for id_ in (made[0], made[2], made[3]):
        assert anna.ask("DELETE", f"{path}/{id_}").status == 204
    shown(world, anna, known, [])
    put(anna, known, made[1])
    shown(world, anna, known, [made[1]])


def test_images_that_the_caller_does_not_see_are_refused(anna: Client, bea: Client) -> None:
    known, space = create(anna), Workspace(bea)
    hidden, public = bea.image(), bea.image(isPublic="true")
    for id_, status in ((hidden, 404), (UNKNOWN, 404), ("x", 404), (space.image(), 404), (public, 403)):
        answer = anna.ask("PUT", f"/api/collections/{known}/items/{id_}")
        assert answer.status == status
        assert answer.json["error"]["message"] == (FORBIDDEN if status == 403 else "Image not found")
    assert items(anna, known) == []


def test_there_are_at_most_10_000(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_ITEMS == 10_000
    monkeypatch.setattr(store, "MOST_ITEMS", 3)
    known, made = create(anna), images(anna, 4)
    put(anna, known, *made[:3])
    answer = anna.ask("PUT", f"/api/collections/{known}/items/{made[3]}")
    message = "A collection has at most 10,000 images."
    assert (answer.status, answer.json) == (422, errors(("image_id", message)))
    put(anna, known, made[2])
    assert anna.ask("DELETE", f"/api/collections/{known}/items/{made[0]}").status == 204
    put(anna, known, made[3])
    assert items(anna, known) == made[1:]
    ids = [new_id() for _ in range(MOST_ITEMS + 1)]
    assert order(anna, known, *ids[:-1]).status == order(anna, known, *ids).status == 422


def test_all_collections_of_a_user_can_be_deleted(world: World, anna: Client, bea: Client) -> None:
    """As the erasure of an account does."""
    kept, image = create(bea), anna.image()
    for _ in range(26):
        put(anna, create(anna), image)
    while delete_some_of(anna.id, world.now):
        pass
    assert anna.ask("GET", "/api/collections").json["data"] == []
    assert [each["id"] for each in bea.ask("GET", "/api/collections").json["data"]] == [kept]
    settle(world)
    assert_at_rest(world)


def test_a_deleted_image_is_in_it_no_more(world: World, anna: Client) -> None:
    known, made = create(anna), images(anna, 4)
    put(anna, known, *made)
    assert anna.ask("DELETE", f"/api/image/{made[0]}").status == 204
    assert get(anna, known)["cover"] is None
    assert items(anna, known, limit="1") == made[1:]
    assert anna.ask("DELETE", f"/images/{made[2]}").status == 200
    shown(world, anna, known, [made[1], made[3]])
    assert anna.ask("PUT", f"/api/collections/{known}/items/{made[0]}").status == 404


def test_images_deleted_with_a_folder_and_a_constellation(world: World, anna: Client) -> None:
    known, space, other = create(anna), Workspace(anna), Workspace(anna)
    folder = space.folder()
    kept, gone, lost = space.image(), space.image(folder=folder), other.image()
    put(anna, known, lost, gone, kept)
    assert anna.ask("DELETE", f"/folders/{folder}").status == 200
    assert items(anna, known) == [lost, kept]
    assert anna.ask("DELETE", other.path).status == 200
    shown(world, anna, known, [kept])


def test_what_its_owner_no_longer_sees_is_in_it_no_more(world: World, anna: Client, bea: Client) -> None:
    known, own = create(bea), bea.image()
    space = Workspace(anna)
    space.connect(bea, rights="WRITE")
    first, moved, theirs = space.image(), bea.image(), space.image(by=bea)
    put(bea, known, first, own, moved, theirs)
    assert bea.ask("PATCH", f"/images/{moved}", json={"constellation_uuid": space.id}).status == 200
    assert items(bea, known) == [first, own, moved, theirs]
    space.disconnect(bea)
    assert get(bea, known)["cover"] is None
    shown(world, bea, known, [own])
    space.connect(bea)
    shown(world, bea, known, [own])
    put(bea, known, first)
    shown(world, bea, known, [own, first])


def test_a_page_is_filled_up_past_what_is_not_seen(anna: Client, bea: Client) -> None:
    known, space = create(bea), Workspace(anna)
    space.connect(bea)
    lost, own = [space.image() for _ in range(4)], images(bea, 3)
    put(bea, known, *lost, *own)
    space.disconnect(bea)
    page = bea.ask("GET", f"/api/collections/{known}/items", query={"limit": "2"}).json
    assert [each["id"] for each in page["data"]] == own[:2]
    assert items(bea, known, limit="2") == own


# The order


def test_some_come_first_and_the_others_follow_as_they_were(world: World, anna: Client) -> None:
    known, made = create(anna), images(anna, 6)
    a, b, c, d, e, f = made
    put(anna, known, *made)
    assert order(anna, known, d, b).status == 204
    assert items(anna, known) == [d, b, a, c, e, f]
    for _ in range(2):
        assert order(anna, known, f.upper(), a).status == 204
        assert items(anna, known) == [f, a, d, b, c, e]
    assert order(anna, known).status == 204
    assert order(anna, known, *made).status == 204
    put(anna, known, a)
    assert items(anna, known) == made
    added = anna.image()
    put(anna, known, added)
    shown(world, anna, known, [*made, added])


def test_orders_that_are_refused(anna: Client, bea: Client) -> None:
    known, (a, b) = create(anna), images(anna, 2)
    other, outside = create(anna), anna.image()
    put(anna, known, a, b)
    put(anna, other, outside)
    wrong: list[Any] = [[b, b], [b, b.upper()], [b, outside], [UNKNOWN], [bea.image()], ["x"], [5], [None], "b", None]
    for ids in wrong:
        answer = anna.ask("PATCH", f"/api/collections/{known}/order", json={"ids": ids})
        assert answer.status == 422, ids
        assert answer.json["error"]["violations"][0]["property"].startswith("ids")
    assert anna.ask("PATCH", f"/api/collections/{known}/order", json={}).status == 422
    assert anna.ask("PATCH", f"/api/collections/{known}/order", body=b"[").status == 400
    assert items(anna, known) == [a, b]


def test_a_walk_goes_on_while_images_come_go_and_move(anna: Client) -> None:
    known, made = create(anna), images(anna, 6)
    put(anna, known, *made)
    path = f"/api/collections/{known}/items"

    cursor = anna.ask("GET", path, query={"limit": "2"}).json["meta"]["nextCursor"]
    for gone in (made[0], made[1]):
        assert anna.ask("DELETE", f"{path}/{gone}").status == 204
    page = anna.ask("GET", path, query={"cursor": cursor, "limit": "2"}).json
    assert [each["id"] for each in page["data"]] == made[2:4]
    cursor = page["meta"]["nextCursor"]
    assert anna.ask("DELETE", f"{path}/{made[4]}").status == 204
    assert [each["id"] for each in anna.ask("GET", path, query={"cursor": cursor}).json["data"]] == [made[5]]
    assert order(anna, known, made[5], made[2]).status == 204
    assert [each["id"] for each in anna.ask("GET", path, query={"cursor": cursor}).json["data"]] == []


# Covers


def test_a_cover_is_signed_where_it_must_be(world: World, anna: Client, bea: Client) -> None:
    known, (image,) = create(anna), images(anna, 1)
    put(anna, known, image)
    assert anna.ask("PATCH", f"/api/image/{image}", json={"access": "signed"}).status == 204
    signed = anna.ask("POST", f"/api/image/{image}/sign", json={"thumbnail": True}).json["url"]
    assert get(anna, known)["cover"] == signed
    assert [each["cover"] for each in anna.ask("GET", "/api/collections").json["data"]] == [signed]
    assert anna.ask("PATCH", f"/api/image/{image}", json={"access": "open"}).status == 204
    assert get(anna, known)["cover"] == f"/image/{image}_thumbnail.gif"


def test_who_gets_a_picture_with_a_watermark_only_gets_no_cover(anna: Client, bea: Client) -> None:
    space = Workspace(anna)
    space.connect(bea)
    image, mark = space.image(), anna.image()
    known, own = create(bea), create(anna)
    put(bea, known, image)
    put(anna, own, image)
    watermark = {"image_uuid": mark, "position": "north", "opacity": 1, "scale": 0.1, "margin": 0}
    assert anna.ask("PUT", f"{space.path}/variants/card", json={"watermark": watermark}).status == 201
    assert get(bea, known)["cover"] == f"/image/{image}_thumbnail.gif"
    assert anna.ask("PATCH", f"/api/image/{image}", json={"access": "signed"}).status == 204
    assert get(bea, known)["cover"] is None
    assert get(anna, own)["cover"].startswith(f"/image/{image}_thumbnail.gif?exp=")
    space.connect(bea, rights="WRITE")
    assert get(bea, known)["cover"].startswith(f"/image/{image}_thumbnail.gif?exp=")
    assert get(bea, known)["count"] == 1


# Tokens


def test_tokens(world: World, anna: Client) -> None:
    known, image, space = create(anna), anna.image(), Workspace(anna)
    put(anna, known, image)
    world.approved = {}
    reader = new_token(world, anna.token, "images:read")["token"]
    writer = new_token(world, anna.token, "images:write")["token"]
    bound = new_token(world, anna.token, "images:write", constellation_uuid=space.id)["token"]
    path = f"/api/collections/{known}"

    def ask(token: str, method: str, path: str, **parts: Any) -> int:
        return world.request(method, path, token=token, **parts).status

    for token in (reader, writer):
        assert ask(token, "GET", path) == ask(token, "GET", f"{path}/items") == 200
        assert world.request("GET", "/api/collections", token=token).json["data"][0]["cover"]
    assert ask(reader, "PUT", f"{path}/items/{image}") == ask(reader, "DELETE", path) == 403
    assert ask(writer, "PUT", f"{path}/items/{image}") == 204
    assert ask(writer, "POST", "/api/collections", json={"name": "x"}) == 201
    assert world.request("GET", "/api/collections", token=bound).json["data"] == []
    assert ask(bound, "GET", path) == ask(bound, "DELETE", path) == ask(bound, "PUT", f"{path}/items/{image}") == 404
    assert ask(bound, "POST", "/api/collections", json={"name": "x"}) == 403

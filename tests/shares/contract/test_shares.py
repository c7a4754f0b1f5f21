"""Shares (second contract, 5): made and kept by their creator, seen by whoever knows the code."""

from datetime import timedelta
from typing import Any

import pytest

from constellation.common.times import to_wire
from constellation.shares.change import delete_some_of
from tests.support.accounts import new_token
from tests.support.consistency import assert_at_rest, settle
from tests.support.sharing import Client, errors
from tests.support.workspace import HUGE, MALFORMED, UNKNOWN, Workspace, created, no_uuids
from tests.support.world import Answer, World

NO_SHARE: dict[str, Any] = {"error": {"title": "Not Found", "message": "Share not found", "violations": []}}
NO_TOKEN = "This share needs a valid token"
PAST = "This value must be in the future."


def share(client: Client, type_: str, id_: str, **fields: Any) -> Answer:
    return client.ask("POST", "/api/shares", json={"target": {"type": type_, "id": id_}, **fields})


def shared(client: Client, type_: str, id_: str, **fields: Any) -> Any:
    return created(share(client, type_, id_, **fields))


def see(world: World, made: Any, below: str = "", method: str = "GET", token: str = "", **parts: Any) -> Answer:
    """The answer to a stranger who knows the code."""
    headers = {"Authorization": f"Share {token}"} if token else {}
    return world.request(method, f"/api/s/{made['code']}{below}", headers=headers, **parts)


def opened(world: World, made: Any) -> Any:
    answer = see(world, made)
    assert answer.status == 200, answer.body
    return answer.json


def unlock(world: World, made: Any, password: Any) -> Answer:
    return see(world, made, "/unlock", "POST", json={"password": password})


def items(world: World, made: Any, token: str = "", **query: str) -> list[Any]:
    """All images of a share, page by page."""
    found, cursor = list[Any](), dict[str, str]()
    while True:
        answer = see(world, made, "/items", token=token, query={**query, **cursor})
        assert answer.status == 200, answer.body
        found += answer.json["data"]
        assert answer.json["meta"]["size"] == len(answer.json["data"])
        following = answer.json["meta"]["nextCursor"]
        assert ("link" in answer.headers) == bool(following)
        if not following:
            return found
        cursor = {"cursor": following}


def gone(answer: Answer) -> bool:
    return (answer.status, answer.json) == (404, NO_SHARE)


def refused(answer: Answer) -> bool:
    return answer.status == 401 and answer.json["error"]["message"] == NO_TOKEN


@pytest.fixture
def trip(anna: Client) -> Workspace:
    return Workspace(anna)


# What its creator sees


def test_an_image_is_shared(world: World, anna: Client) -> None:
    image = anna.image(name="Sea.gif")
    made = shared(anna, "image", image)
    assert made == {
        "id": made["id"],
        "code": made["code"],
        "url": f"https://api.example.com/s/{made['code']}",
        "target": {"type": "image", "id": image},
        "hasPassword": False,
        "expiresAt": None,
        "maxViews": None,
        "views": 0,
        "allowDownload": True,
        "allowUpload": False,
        "createdAt": made["createdAt"],
    }
    assert len(made["code"]) == 12
    answer = see(world, made)
    assert (answer.status, answer.json) == (
        200,
        {
            "type": "image",
            "name": "Sea.gif",
            "count": 1,
            "hasPassword": False,
            "allowDownload": True,
            "allowUpload": False,
            "expiresAt": None,
            "token": answer.json["token"],
            "expires_in": 3600,
        },
    )
    assert anna.ask("GET", f"/api/shares/{made['id']}").json == made | {"views": 1}
    assert anna.ask("GET", f"/api/shares/{made['id'].upper()}").json == made | {"views": 1}
    assert anna.ask("GET", "/api/shares").json["data"] == [made | {"views": 1}]


def test_a_share_says_what_was_asked(world: World, anna: Client, trip: Workspace) -> None:
    ends = to_wire(world.now + timedelta(hours=5))
    folder = trip.folder("Beach")
    wanted = {"expiresAt": ends, "maxViews": 3, "allowDownload": False, "allowUpload": True}
    made = shared(anna, "folder", folder, password="pass", **wanted)
    assert made == {**made, **wanted, "hasPassword": True, "target": {"type": "folder", "id": folder}}
    hidden = {"type": "folder", "name": None, "count": None, "token": None, "expires_in": None, "hasPassword": True}
    assert opened(world, made) == {**hidden, "allowDownload": False, "allowUpload": True, "expiresAt": ends}
    assert anna.ask("GET", f"/api/shares/{made['id']}").json["views"] == 0


def test_the_same_key_gives_the_same_share(anna: Client) -> None:
    ends = {"expiresAt": "2099-01-01T00:00:00Z"}
    body = {"target": {"type": "image", "id": anna.image()}, "password": "pass", **ends}
    answers = [anna.ask("POST", "/api/shares", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].status == 201
    assert answers[0].json == answers[1].json
    assert len(anna.ask("GET", "/api/shares").json["data"]) == 1
    other = {**body, "password": "pace"}
    assert anna.ask("POST", "/api/shares", json=other, headers={"Idempotency-Key": "k"}).status == 422


def test_shares_are_listed_newest_first(world: World, anna: Client, bea: Client) -> None:
    image = anna.image()
    made = list[Any]()
    for _ in range(5):
        world.advance(seconds=1)
        made.insert(0, shared(anna, "image", image))
    shared(bea, "image", bea.image())
    first = anna.ask("GET", "/api/shares", query={"limit": "2"})
    assert first.json["data"] == made[:2]
    cursor = first.json["meta"]["nextCursor"]
    assert cursor in first.headers["link"]
    rest = anna.ask("GET", "/api/shares", query={"limit": "3", "cursor": cursor})
    assert rest.json == {"data": made[2:], "meta": {"size": 3, "nextCursor": None}}
    assert bea.ask("GET", "/api/shares", query={"cursor": cursor}).status == 422
    for limit in ("0", "101", "x"):
        assert anna.ask("GET", "/api/shares", query={"limit": limit}).status == 422


def test_a_share_is_its_creators(anna: Client, bea: Client) -> None:
    made = shared(anna, "image", anna.image())
    for method, body in (("GET", {}), ("PATCH", {"json": {"maxViews": 5}}), ("DELETE", {})):
        assert gone(bea.ask(method, f"/api/shares/{made['id']}", **body))
        for id_ in (UNKNOWN, *no_uuids(UNKNOWN)[:3], made["code"]):
            assert gone(anna.ask(method, f"/api/shares/{id_}", **body))
    assert anna.ask("GET", f"/api/shares/{made['id']}").json == made


def test_a_share_is_deleted(world: World, anna: Client) -> None:
    image = anna.image()
    made, other = shared(anna, "image", image), shared(anna, "image", image)
    assert anna.ask("DELETE", f"/api/shares/{made['id']}").status == 204
    assert gone(anna.ask("DELETE", f"/api/shares/{made['id']}"))
    assert gone(anna.ask("GET", f"/api/shares/{made['id']}"))
    assert gone(see(world, made))
    assert anna.ask("GET", "/api/shares").json["data"] == [other]
    assert anna.ask("GET", f"/api/image/{image}/detail").status == 200
    settle(world)
    assert_at_rest(world)


def test_what_a_share_is_made_of(world: World, anna: Client) -> None:
    image = anna.image()
    past, number = to_wire(world.now), "Input should be a valid integer"
    views = "Input should be greater than or equal to 1"
    for fields, property_, message in (
        ({"expiresAt": past}, "expiresAt", PAST),
        ({"expiresAt": "2024-01-01T00:00:00Z"}, "expiresAt", PAST),
        ({"expiresAt": "2099-01-01T00:00:00"}, "expiresAt", "This value is not a date and time with an offset."),
        ({"expiresAt": 4_102_444_800}, "expiresAt", None),
        ({"maxViews": 0}, "maxViews", views),
        ({"maxViews": -1}, "maxViews", views),
        ({"maxViews": 1.5}, "maxViews", number),
        ({"maxViews": "5"}, "maxViews", number),
        ({"maxViews": True}, "maxViews", number),
        ({"maxViews": 10**12}, "maxViews", "Input should be less than or equal to 1000000"),
        ({"password": "abc"}, "password", None),
        ({"password": "a" * 129}, "password", None),
        ({"password": 12345}, "password", "This value should be of type string."),
        ({"allowDownload": "no"}, "allowDownload", None),
        ({"allowUpload": True}, "allowUpload", "Only a folder takes uploads."),
    ):
        answer = share(anna, "image", image, **fields)
        assert answer.status == 422, fields
        (violation,) = answer.json["error"]["violations"]
        assert violation["property"] == property_
        assert message in (None, violation["message"])
    for target in ({"type": "firmware", "id": image}, {"type": "Image", "id": image}, {"type": "image", "id": "x"}, 5):
        assert anna.ask("POST", "/api/shares", json={"target": target}).status == 422
    assert anna.ask("POST", "/api/shares", json={}).status == 422
    assert (
        anna.ask(
            "POST", "/api/shares", json={"target": {"type": "image", "id": image}, "password": "a" * 4_000_000}
        ).status
        == 422
    )
    assert anna.ask("POST", "/api/shares", body=HUGE).status == 413
    for body in MALFORMED:
        assert anna.ask("POST", "/api/shares", body=body).status == 400
    assert anna.ask("GET", "/api/shares").json["data"] == []
    made = shared(anna, "image", image, expiresAt="9999-12-31T23:59:59Z", maxViews=1_000_000)
    assert made["expiresAt"] == "9999-12-31T23:59:59.000000+00:00"
    assert items(world, made, opened(world, made)["token"])[0]["id"] == image


@pytest.mark.parametrize("password", ["abcd", "a" * 128, "\0" * 4, "🌊🌊🌊🌊", " pass "])
def test_a_password_is_what_was_typed(world: World, anna: Client, password: str) -> None:
    made = shared(anna, "image", anna.image(), password=password)
    assert unlock(world, made, password[:-1]).status == 401
    assert unlock(world, made, f"{password} ").status == 401
    assert unlock(world, made, password).status == 200


# What can be shared


def test_what_one_may_change_can_be_shared(anna: Client, bea: Client, trip: Workspace) -> None:
    folder, image = trip.folder(), trip.image()
    collection = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    places = (("image", image), ("folder", folder), ("folder", trip.root), ("constellation", trip.id))
    for rights, status in ((None, 404), ("READ", 403), ("COMMENT", 403), ("WRITE", 201), ("ADMIN", 201)):
        if rights:
            trip.connect(bea, rights=rights)
        for type_, id_ in places:
            assert share(bea, type_, id_).status == status, (rights, type_)
    assert share(bea, "collection", collection).status == 404
    assert share(anna, "collection", collection).status == 201
    assert share(bea, "image", anna.image()).status == 404
    assert share(bea, "image", anna.image(isPublic="true")).status == 403
    for type_ in ("image", "collection", "folder", "constellation"):
        assert share(anna, type_, UNKNOWN).status == 404


def test_what_is_deleted_cannot_be_shared(anna: Client, trip: Workspace) -> None:
    folder, image = trip.folder(), trip.image()
    collection = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    inside = trip.image(folder=folder)
    for path in (f"/images/{image}", f"/api/collections/{collection}", f"/folders/{folder}"):
        assert anna.ask("DELETE", path).status in (200, 204)
    for type_, id_ in (("image", image), ("collection", collection), ("folder", folder), ("image", inside)):
        assert share(anna, type_, id_).status == 404
    assert anna.ask("DELETE", trip.path).status == 200
    assert share(anna, "constellation", trip.id).status == 404
    assert share(anna, "folder", trip.root).status == 404


# What the public sees


def test_codes_that_there_are_not(world: World, anna: Client) -> None:
    code = shared(anna, "image", anna.image())["code"]
    other = "a" if code[3] != "a" else "b"
    swapped = code.swapcase()
    for text in (
        f"{code[:3]}{other}{code[4:]}",
        code[:-1],
        f"{code}a",
        swapped,
        "a" * 12,
        "é" * 12,
        "a" * 3000,
        f" {code[1:]}",
    ):
        for below, method in (("", "GET"), ("/items", "GET"), ("/unlock", "POST")):
            body: dict[str, Any] = {"json": {"password": "pass"}} if method == "POST" else {}
            answer = world.request(method, f"/api/s/{text}{below}", **body)
            assert gone(answer), (text, below)


def test_a_password_hides_all(world: World, anna: Client, trip: Workspace) -> None:
    image = trip.image()
    made = shared(anna, "constellation", trip.id, password="sesame")
    assert opened(world, made)["name"] is None
    assert refused(see(world, made, "/items"))
    for wrong in ("Sesame", "", "x" * 5000):
        answer = unlock(world, made, wrong)
        assert answer.status == 401
        assert answer.json["error"]["message"] == "Wrong password"
    answer = unlock(world, made, "sesame")
    assert answer.json == {"name": "Trip", "count": 1, "token": answer.json["token"], "expires_in": 3600}
    assert [each["id"] for each in items(world, made, answer.json["token"])] == [image]
    assert anna.ask("GET", f"/api/shares/{made['id']}").json["views"] == 1
    for body in ({}, {"password": None}, {"password": 5}):
        assert see(world, made, "/unlock", "POST", json=body).status == 422


def test_after_ten_wrong_passwords_there_is_a_pause(world: World, anna: Client) -> None:
    made, other = (shared(anna, "image", anna.image(), password="sesame") for _ in range(2))
    assert [unlock(world, made, "open").status for _ in range(11)] == [401] * 10 + [429]
    answer = unlock(world, made, "sesame")
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert unlock(world, other, "sesame").status == 200
    world.advance(minutes=16)
    assert unlock(world, made, "sesame").status == 200


def test_views_end(world: World, anna: Client) -> None:
    made = shared(anna, "image", anna.image(), maxViews=2)
    assert refused(see(world, made, "/items"))
    tokens = [opened(world, made)["token"] for _ in range(2)]
    assert gone(see(world, made))
    assert gone(see(world, made, "/items"))
    for token in tokens:  # which outlive the last view
        assert len(items(world, made, token)) == 1
    assert anna.ask("PATCH", f"/api/shares/{made['id']}", json={"maxViews": 3}).status == 204
    assert opened(world, made)["count"] == 1
    assert gone(see(world, made))
    assert anna.ask("PATCH", f"/api/shares/{made['id']}", json={"maxViews": None}).status == 204
    assert opened(world, made)["count"] == 1
    assert len(items(world, made)) == 1


def test_views_end_behind_a_password(world: World, anna: Client) -> None:
    made = shared(anna, "image", anna.image(), maxViews=1, password="sesame")
    for _ in range(3):
        assert opened(world, made)["token"] is None
    token = unlock(world, made, "sesame").json["token"]
    for answer in (
        see(world, made),
        unlock(world, made, "sesame"),
        unlock(world, made, "wrong"),
        see(world, made, "/items"),
    ):
        assert gone(answer)
    assert len(items(world, made, token)) == 1


def test_a_share_expires(world: World, anna: Client) -> None:
    made = shared(anna, "image", anna.image(), expiresAt=to_wire(world.now + timedelta(minutes=30)))
    token = opened(world, made)["token"]
    world.advance(minutes=29, seconds=59)
    assert len(items(world, made, token)) == 1
    world.advance(seconds=1)
    assert gone(see(world, made))
    assert gone(see(world, made, "/items"))
    assert refused(see(world, made, "/items", token=token))
    assert anna.ask("GET", f"/api/shares/{made['id']}").status == 200
    assert anna.ask("PATCH", f"/api/shares/{made['id']}", json={"expiresAt": None}).status == 204
    assert len(items(world, made, token)) == 1


def test_a_token_opens_its_share_for_an_hour(world: World, anna: Client) -> None:
    image = anna.image()
    made, other = (shared(anna, "image", image, password="sesame") for _ in range(2))
    token = unlock(world, made, "sesame").json["token"]
    altered = f"{token[:-3]}{'A' if token[-3] != 'A' else 'B'}{token[-2:]}"
    for wrong in (altered, token[:-4], f"{token}=", "x", "é", "A" * 56, "A" * 5000):
        assert refused(see(world, made, "/items", token=wrong)), wrong
    assert refused(see(world, other, "/items", token=token))
    for scheme in ("Bearer", "Basic"):
        headers = {"Authorization": f"{scheme} {token}"}
        assert refused(world.request("GET", f"/api/s/{made['code']}/items", headers=headers))
    headers = {"Authorization": f"share  {token}"}
    assert world.request("GET", f"/api/s/{made['code']}/items", headers=headers).status == 200
    assert world.request("GET", "/api/shares", token=token).status == 401
    world.advance(minutes=59, seconds=59)
    assert len(items(world, made, token)) == 1
    world.advance(seconds=1)
    assert refused(see(world, made, "/items", token=token))


def test_a_token_does_not_outlive_its_password_or_its_share(world: World, anna: Client) -> None:
    made = shared(anna, "image", anna.image(), password="sesame")
    path = f"/api/shares/{made['id']}"
    token = unlock(world, made, "sesame").json["token"]
    assert anna.ask("PATCH", path, json={"allowDownload": False, "maxViews": 50}).status == 204
    assert len(items(world, made, token)) == 1
    assert anna.ask("PATCH", path, json={"password": "simsim"}).status == 204
    assert refused(see(world, made, "/items", token=token))
    assert unlock(world, made, "sesame").status == 401
    token = unlock(world, made, "simsim").json["token"]
    assert anna.ask("PATCH", path, json={"password": None}).status == 204
    assert refused(see(world, made, "/items", token=token))
    assert opened(world, made)["hasPassword"] is False
    token = opened(world, made)["token"]
    assert anna.ask("DELETE", path).status == 204
    assert refused(see(world, made, "/items", token=token))
    assert gone(see(world, made, "/items"))


def test_a_share_goes_with_the_right_of_its_creator(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    folder, image = trip.folder(), trip.image()
    made = [shared(bea, *target) for target in (("image", image), ("folder", folder), ("constellation", trip.id))]
    tokens = [opened(world, each)["token"] for each in made]
    for change in (lambda: trip.connect(bea, rights="READ"), lambda: trip.disconnect(bea)):
        change()
        for each, token in zip(made, tokens, strict=True):
            assert gone(see(world, each))
            assert gone(see(world, each, "/items"))
            assert gone(see(world, each, "/items", token=token))


def test_a_share_goes_with_what_it_shows(world: World, anna: Client, trip: Workspace) -> None:
    own, placed, folder = anna.image(), trip.image(), trip.folder()
    inner = trip.folder(parent=folder)
    collection = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    targets = {
        "own": ("image", own),
        "placed": ("image", placed),
        "inner": ("folder", inner),
        "c": ("collection", collection),
        "all": ("constellation", trip.id),
    }
    made = {name: shared(anna, *target) for name, target in targets.items()}
    for name, path in (
        ("own", f"/api/image/{own}"),
        ("placed", f"/images/{placed}"),
        ("inner", f"/folders/{folder}"),
        ("c", f"/api/collections/{collection}"),
        ("all", trip.path),
    ):
        assert opened(world, made[name])["type"] == targets[name][0]
        assert anna.ask("DELETE", path).status in (200, 204)
        assert gone(see(world, made[name]))
        assert gone(see(world, made[name], "/items"))
    settle(world)
    assert anna.ask("GET", "/api/shares").json["data"] == []
    assert_at_rest(world)


# Images


def test_the_images_of_a_folder_come_newest_first(world: World, anna: Client, trip: Workspace) -> None:
    folder = trip.folder("Beach")
    inner = trip.folder(parent=folder)
    outer, deepest = trip.folder(), trip.folder(parent=inner)
    wanted = list[str]()
    for number in range(12):
        world.advance(seconds=1)
        wanted.insert(0, trip.image(folder=(folder, inner, deepest)[number % 3]))
        trip.image(folder=outer)
    made = shared(anna, "folder", folder)
    assert opened(world, made) == {**opened(world, made), "name": "Beach", "count": 12}
    for limit in ("1", "5", "12", "100"):
        assert [each["id"] for each in items(world, made, limit=limit)] == wanted
    moved = wanted.pop(4)
    assert anna.ask("PATCH", f"/images/{moved}", json={"folder_uuid": outer}).status == 200
    assert anna.ask("DELETE", f"/images/{wanted.pop(2)}").status == 200
    assert [each["id"] for each in items(world, made, limit="3")] == wanted
    assert opened(world, made)["count"] == 10
    assert anna.ask("PATCH", f"/folders/{inner}", json={"parent_folder_uuid": outer}).status == 200
    assert len(items(world, made)) == opened(world, made)["count"] == 3
    whole = shared(anna, "constellation", trip.id)
    assert len(items(world, whole, limit="7")) == opened(world, whole)["count"] == 23
    assert anna.ask("DELETE", f"/folders/{outer}").status == 200
    assert len(items(world, whole)) == opened(world, whole)["count"] == 3


def test_a_folder_with_many_below_it(
    world: World, anna: Client, trip: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation.workspaces.newest.FEW", 2)
    folder = trip.folder()
    inside = [folder, *(trip.folder(parent=folder) for _ in range(4))]
    wanted = list[str]()
    for number in range(10):
        world.advance(seconds=1)
        wanted.insert(0, trip.image(folder=inside[number % 5]))
        trip.image()
    made = shared(anna, "folder", folder)
    assert [each["id"] for each in items(world, made, limit="3")] == wanted
    assert opened(world, made)["count"] == 10


def test_many_images_are_counted_now_and_then(
    world: World, anna: Client, trip: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation.shares.count.FEW", 2)
    for _ in range(3):
        trip.image()
    made = shared(anna, "constellation", trip.id)
    assert opened(world, made)["count"] == 3
    trip.image()
    world.advance(seconds=59)
    assert opened(world, made)["count"] == 3
    world.advance(seconds=1)
    assert opened(world, made)["count"] == 3
    settle(world)
    assert opened(world, made)["count"] == 4


@pytest.mark.parametrize("few", [25, 1], ids=["few folders", "many folders"])
@pytest.mark.parametrize("kind", ["constellation", "folder"])
def test_what_no_request_can_count_is_counted_by_the_queue(
    world: World, anna: Client, trip: Workspace, monkeypatch: pytest.MonkeyPatch, kind: str, few: int
) -> None:
    """The first request counts as many as it can, and returns at once. The queue has a bound, too."""
    monkeypatch.setattr("constellation.shares.count.FEW", 2)
    monkeypatch.setattr("constellation.workspaces.newest.FEW", few)
    monkeypatch.setattr("constellation.shares.count.MOST_OF_REQUEST", 3, raising=False)
    monkeypatch.setattr("constellation.shares.count.MOST", 6, raising=False)
    folder = trip.folder()
    below = trip.folder(parent=folder)
    for number in range(5):
        trip.image(folder=(folder, below)[number % 2])
    made = shared(anna, kind, trip.id if kind == "constellation" else folder)
    for _ in range(2):
        assert opened(world, made)["count"] == 3
    settle(world)
    assert opened(world, made)["count"] == 5
    for _ in range(2):
        trip.image(folder=folder)
    world.advance(minutes=1)
    assert opened(world, made)["count"] == 5
    settle(world)
    assert opened(world, made)["count"] == 6
    assert_at_rest(world)


def test_an_image_of_a_share(world: World, anna: Client) -> None:
    image = anna.image(name="Sea.gif")
    made = shared(anna, "image", image)
    (found,) = items(world, made)
    plain = f"/image/{image}.gif"
    assert found == {
        "id": image,
        "name": "Sea.gif",
        "url": plain,
        "thumbnailUrl": f"/image/{image}_thumbnail.gif",
        "width": 8,
        "height": 6,
        "placeholder": found["placeholder"],
        "downloadUrl": plain,
    }
    assert anna.ask("PATCH", f"/api/shares/{made['id']}", json={"allowDownload": False}).status == 204
    (kept,) = items(world, made)
    del found["downloadUrl"]
    assert kept == found


def test_the_images_of_a_collection_come_in_its_order(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    collection = created(bea.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    trip.connect(bea)
    ids = [bea.image(), trip.image(), bea.image()]
    for image in ids:
        assert bea.ask("PUT", f"/api/collections/{collection}/items/{image}").status == 204
    made = shared(bea, "collection", collection)
    assert [each["id"] for each in items(world, made, limit="2")] == ids
    assert opened(world, made) == {**opened(world, made), "type": "collection", "name": "Best", "count": 3}
    assert bea.ask("PATCH", f"/api/collections/{collection}/order", json={"ids": [ids[2]]}).status == 204
    assert [each["id"] for each in items(world, made)] == [ids[2], ids[0], ids[1]]
    trip.disconnect(bea)
    assert [each["id"] for each in items(world, made)] == [ids[2], ids[0]]


def test_a_cursor_is_of_its_share(world: World, anna: Client, trip: Workspace) -> None:
    for _ in range(2):
        trip.image()
    made, other = (shared(anna, "constellation", trip.id) for _ in range(2))
    cursor = see(world, made, "/items", query={"limit": "1"}).json["meta"]["nextCursor"]
    for query in ({"cursor": f"{cursor}x"}, {"limit": "0"}, {"limit": "101"}, {"cursor": ""}):
        assert see(world, made, "/items", query=query).status == 422
    assert see(world, other, "/items", query={"cursor": cursor}).status == 422


# Changes


def test_a_share_is_changed(world: World, anna: Client, trip: Workspace) -> None:
    made = shared(anna, "folder", trip.folder())
    path = f"/api/shares/{made['id']}"
    ends = to_wire(world.now + timedelta(days=1))
    for change in ({"expiresAt": ends}, {"maxViews": 9}, {"allowDownload": False}, {"allowUpload": True}, {}):
        assert anna.ask("PATCH", path, json=change).status == 204
        made |= change
        assert anna.ask("GET", path).json == made
    assert anna.ask("PATCH", path, json={"password": "pass"}).status == 204
    assert anna.ask("GET", path).json == made | {"hasPassword": True}
    nothing = {"expiresAt": None, "maxViews": None, "password": None}
    assert anna.ask("PATCH", path, json=nothing).status == 204
    assert anna.ask("GET", path).json == made | {"expiresAt": None, "maxViews": None}
    for change in ({"expiresAt": to_wire(world.now)}, {"maxViews": 0}, {"password": "abc"}, {"allowUpload": None}):
        assert anna.ask("PATCH", path, json=change).status == 422
    image = shared(anna, "image", anna.image())
    answer = anna.ask("PATCH", f"/api/shares/{image['id']}", json={"allowUpload": True})
    assert answer.json == errors(("allowUpload", "Only a folder takes uploads."))


# Constellations


def test_admins_see_and_end_the_shares_of_their_constellation(
    world: World, anna: Client, bea: Client, trip: Workspace
) -> None:
    trip.connect(bea, rights="WRITE")
    made = list[Any]()
    for target in (("image", trip.image()), ("folder", trip.folder()), ("constellation", trip.id)):
        world.advance(seconds=1)
        made.insert(0, shared(bea, *target))
    shared(anna, "image", anna.image())
    path = f"{trip.path}/shares"
    assert anna.ask("GET", path).json == {"data": made, "meta": {"size": 3, "nextCursor": None}}
    first = anna.ask("GET", path, query={"limit": "2"})
    cursor = first.json["meta"]["nextCursor"]
    assert cursor in first.headers["link"]
    assert anna.ask("GET", path, query={"cursor": cursor}).json["data"] == made[2:]
    one = f"{path}/{made[0]['id']}"
    assert anna.ask("GET", one).json == made[0]
    for asked in (path, one):
        assert bea.ask("GET", asked).json == {"message": "This needs ADMIN rights"}
    assert bea.ask("DELETE", one).status == 403
    other = Workspace(anna)
    for id_ in (UNKNOWN, "x", shared(anna, "image", anna.image())["id"]):
        for method in ("GET", "DELETE"):
            answer = anna.ask(method, f"{path}/{id_}")
            assert (answer.status, answer.json) == (404, {"message": "Share not found"})
    assert anna.ask("GET", f"{other.path}/shares/{made[0]['id']}").status == 404
    assert anna.ask("GET", f"/constellations/{UNKNOWN}/shares").json == {"message": "Constellation not found"}
    assert anna.ask("DELETE", one).status == 204
    assert gone(see(world, made[0]))
    assert bea.ask("GET", "/api/shares").json["data"] == made[1:]


def test_an_image_brings_its_shares_into_a_constellation(world: World, anna: Client, trip: Workspace) -> None:
    image = anna.image()
    made = shared(anna, "image", image)
    assert anna.ask("PATCH", f"/images/{image}", json={"constellation_uuid": trip.id}).status == 200
    assert opened(world, made)["count"] == 1
    settle(world)
    assert anna.ask("GET", f"{trip.path}/shares").json["data"] == [made | {"views": 1}]
    assert_at_rest(world)


def test_a_bound_token_shares_in_its_constellation_alone(world: World, anna: Client, trip: Workspace) -> None:
    inside, outside = shared(anna, "image", trip.image()), shared(anna, "image", anna.image())
    bound = new_token(world, anna.token, "images:write", constellation_uuid=trip.id)["token"]
    collection = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    assert world.request("GET", "/api/shares", token=bound).json["data"] == [inside]
    assert world.request("GET", f"/api/shares/{outside['id']}", token=bound).status == 404
    assert world.request("GET", f"/api/shares/{inside['id']}", token=bound).status == 200
    for target, status in (
        (outside["target"], 404),
        ({"type": "collection", "id": collection}, 404),
        ({"type": "constellation", "id": trip.id}, 201),
        ({"type": "folder", "id": trip.folder()}, 201),
    ):
        assert world.request("POST", "/api/shares", token=bound, json={"target": target}).status == status
    assert world.request("GET", f"{trip.path}/shares", token=bound).status == 403
    reading = new_token(world, anna.token)["token"]
    assert world.request("GET", "/api/shares", token=reading).status == 200
    assert world.request("POST", "/api/shares", token=reading, json={"target": inside["target"]}).status == 403


# Accounts


def test_the_shares_of_a_user_can_be_deleted(
    world: World, anna: Client, bea: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation.shares.change.DELETED_TOGETHER", 2)
    image, kept = anna.image(), shared(bea, "image", bea.image())
    made = [shared(anna, "image", image) for _ in range(5)]
    turns = 0
    while delete_some_of(anna.id, world.now):
        turns += 1
    assert turns == 2
    assert all(gone(see(world, each)) for each in made)
    assert opened(world, kept)["count"] == 1
    settle(world)
    assert_at_rest(world)

"""Idempotency-Key (API-2, section 1): the same key gives the first answer again."""

from typing import Any

import pytest

from constellation.aws.resources import ORIGINALS, UPLOADS
from tests.support import pictures
from tests.support.accounts import session
from tests.support.sharing import SMALL, Client, records
from tests.support.workspace import UNKNOWN
from tests.support.world import Answer, File, World, multipart

Sent = dict[str, Any]

PICTURE: Sent = {"form": {"image": File("a.gif", SMALL), "description": "sea"}}
ROUTES: dict[str, Sent] = {
    "/api/upload": PICTURE,
    "/api/external/upload": PICTURE,
    "/images": {"form": {"file": File("a.gif", SMALL)}},
    "/image": {"json": {"label": "pump", "fw_version": "1.0.0"}},
    "/api/uploads": {"json": {"kind": "image", "fileName": "a.gif"}},
    "/api/collections": {"json": {"name": "Trip"}},
}
"""The routes that take keys, and what is sent to each."""

EVERY_ROUTE = pytest.mark.parametrize("path", ROUTES)


def post(client: Client, path: str, key: str | None, method: str = "POST", **sent: Any) -> Answer:
    token = client.credential(path) or client.token
    headers = sent.pop("headers", {}) | ({} if key is None else {"Idempotency-Key": key})
    return client.world.request(method, path, token=token, headers=headers, **(sent or ROUTES[path]))


def effects(client: Client) -> int:
    """Return how many images, firmware images, uploads and collections there are."""
    uploads = [item for item in client.world.items(UPLOADS) if item["sk"]["S"] == "UPLOAD"]
    collections = client.ask("GET", "/api/collections", query={"limit": "100"}).json["data"]
    return len(records(client.world)) + len(client.ask("GET", "/image").json) + len(uploads) + len(collections)


@EVERY_ROUTE
def test_the_first_answer_is_given_again(anna: Client, path: str) -> None:
    first = post(anna, path, "key")
    assert first.status == 201
    anna.world.advance(hours=23, minutes=59)
    anna.token = session(anna.world, anna.name)["access_token"]
    assert post(anna, path, "key") == first
    assert [call.action for call in anna.world.calls] == ["dynamodb:UpdateItem"]
    assert effects(anna) == 1


@EVERY_ROUTE
def test_after_a_day_the_key_is_new(anna: Client, path: str) -> None:
    first = post(anna, path, "key")
    anna.world.advance(hours=24)
    anna.token = session(anna.world, anna.name)["access_token"]
    again = post(anna, path, "key")
    assert again.status == 201
    assert again.body != first.body
    assert effects(anna) == 2
    assert post(anna, path, "key") == again


@EVERY_ROUTE
@pytest.mark.parametrize("key", ["", "k" * 256, "ké", "k\ty", "k\x7f", "ｋ", "k\n"])
def test_what_is_no_key(anna: Client, path: str, key: str) -> None:
    answer = post(anna, path, key)
    text = "Idempotency-Key must have 1 to 255 printable ASCII characters"
    assert (answer.status, text in answer.body.decode()) == (400, True)
    assert effects(anna) == 0


@pytest.mark.parametrize("key", ["k", "k" * 255, " ~", '"quoted"', "a#b"])
def test_a_key(anna: Client, key: str) -> None:
    first = post(anna, "/images", key)
    assert (first.status, post(anna, "/images", key)) == (201, first)


def test_without_a_key_nothing_is_kept_and_nothing_costs_more(anna: Client) -> None:
    for path in ROUTES:
        assert post(anna, path, None).status == 201
        assert [call.resource for call in anna.world.calls].count(UPLOADS.physical_name) == (path == "/api/uploads")
    assert effects(anna) == len(ROUTES)
    assert [item["sk"]["S"] for item in anna.world.items(UPLOADS)] == ["UPLOAD"]


STATUS = {path: 422 if path.startswith("/api/") else 400 for path in ROUTES}

CHANGED: list[tuple[str, Sent]] = [
    ("/api/upload", {"form": {"image": File("a.gif", SMALL), "description": "lake"}}),
    ("/api/upload", {"form": {"image": File("b.gif", SMALL), "description": "sea"}}),
    ("/api/upload", {"form": {"image": File("a.gif", pictures.still("PNG")), "description": "sea"}}),
    ("/api/upload", {"form": {"image": File("a.gif", SMALL), "description": "sea", "isPublic": "true"}}),
    ("/api/external/upload", {"form": {"image": File("a.gif", SMALL)}}),
    ("/images", {"form": {"file": File("a.gif", SMALL), "name": "sea"}}),
    ("/image", {"json": {"label": "pump", "fw_version": "1.0.1"}}),
    ("/api/uploads", {"json": {"kind": "image", "fileName": "a.gif", "size": 5}}),
]


@pytest.mark.parametrize(("path", "sent"), CHANGED)
def test_another_request_with_a_key_is_refused(anna: Client, path: str, sent: Sent) -> None:
    first = post(anna, path, "key")
    other = post(anna, path, "key", **sent)
    assert other.status == STATUS[path], other.body
    assert b"Another request was sent with this key" in other.body
    assert effects(anna) == 1
    assert post(anna, path, "key") == first


def test_another_route_with_a_key_is_refused(anna: Client) -> None:
    for path in ROUTES:
        for other in set(ROUTES) - {path}:
            assert post(anna, path, path).status == 201
            assert post(anna, other, path).status == STATUS[other]
    assert effects(anna) == len(ROUTES)


def test_how_a_request_is_written_does_not_count(anna: Client) -> None:
    first = post(anna, "/api/upload", "key")
    swapped = dict(reversed(PICTURE["form"].items())) | {"unknown": "5"}
    for boundary in ("BOUNDARY", "another"):
        body, content_type = multipart(swapped, boundary)
        assert post(anna, "/api/upload", "key", body=body, headers={"Content-Type": content_type}) == first
    begun = post(anna, "/api/uploads", "json")
    spaced = b' {"fileName": "a.gif",\n "kind": "image", "unknown": 5}'
    headers = {"Content-Type": "application/json"}
    assert post(anna, "/api/uploads", "json", body=spaced, headers=headers) == begun


def test_a_key_is_one_users(anna: Client, bea: Client) -> None:
    first = post(anna, "/api/upload", "key")
    other = post(bea, "/api/upload", "key")
    assert (first.status, other.status) == (201, 201)
    assert first.json["id"] != other.json["id"]
    anna.token = session(anna.world, anna.name)["access_token"]
    assert post(anna, "/api/upload", "key") == first
    assert post(anna, "/api/external/upload", "key").status == 422


def test_guests_and_put_have_no_keys(world: World, anna: Client) -> None:
    for key in ("key", "key", "k" * 256):
        form = {"image": File("a.gif", SMALL)}
        assert world.request("POST", "/api/guest/upload", form=form, headers={"Idempotency-Key": key}).status == 201
        assert post(anna, "/api/upload", key, method="PUT").status == 201
    assert len(records(world)) == 6


REFUSED: list[tuple[str, Sent]] = [
    ("/images", {"form": {"file": File("a.gif", b"no picture")}}),
    ("/api/upload", {"form": {"image": File("a.gif", b"no picture")}}),
    (
        "/image",
        {"json": {"label": "a", "fw_version": "1.0.0", "constellation_uuid": UNKNOWN}},
    ),
]


@pytest.mark.parametrize(("path", "sent"), REFUSED)
def test_a_refusal_is_not_kept(anna: Client, path: str, sent: Sent) -> None:
    for _ in range(2):
        assert post(anna, path, "key", **sent).status in (400, 404, 422)
    assert post(anna, path, "key").status == 201
    assert effects(anna) == 1


def test_what_is_kept_goes_by_itself(anna: Client) -> None:
    post(anna, "/images", "key")
    (item,) = anna.world.items(UPLOADS)
    assert int(item["ttl"]["N"]) == int(anna.world.now.timestamp()) + 24 * 3600
    assert len(anna.world.objects(ORIGINALS)) == 1

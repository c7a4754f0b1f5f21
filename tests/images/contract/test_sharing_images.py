"""Document 003 and the contract's section "Sharing", as far as they are about one image: detail, PATCH and DELETE."""

from datetime import UTC, datetime
from typing import Any

import pytest

from constellation.aws.resources import ACCESS_LOGS, DELETIONS, HIDING, IMAGES, INDEXING, ORIGINALS, RENDITIONS
from tests.support import logs, pictures
from tests.support.consistency import settle
from tests.support.sharing import NOT_FOUND, SMALL, Client, errors, from_cdn, link
from tests.support.world import File, World

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"
FORBIDDEN: dict[str, Any] = {
    "error": {"title": "Forbidden", "message": "This image belongs to somebody else", "violations": []}
}
ROUTES = (("GET", "/api/image/{}/detail"), ("PATCH", "/api/image/{}"), ("DELETE", "/api/image/{}"))
MALFORMED = (b"{", b"[]", b"null", b'"text"', b"5", b'{"description": NaN}', b'{"description": "\\ud800"}', b"\xff")


def detail(client: Client, image_id: str) -> dict[str, Any]:
    answer = client.ask("GET", f"/api/image/{image_id}/detail")
    assert answer.status == 200, answer.body
    return answer.json


def guests(world: World) -> str:
    """The id of an image that nobody owns."""
    return world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)}).json["id"]


def total(client: Client, path: str) -> int:
    return client.ask("GET", path).json["meta"]["total"]


# Document 003, the examples in their order


def test_example_detail(world: World, anna: Client) -> None:
    world.now = datetime(2025, 7, 11, 12, 3, 6, tzinfo=UTC)
    image_id = anna.image(pictures.still("PNG", 360, 210))
    answer = anna.ask("GET", f"/api/image/{image_id}/detail")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json.items()) == [
        ("id", image_id),
        ("fileName", f"{image_id}.png"),
        ("description", ""),
        ("isPublic", False),
        ("createdAt", "2025-07-11T12:03:06.000000+00:00"),
        ("updatedAt", None),
        ("views", 0),
        ("size", len(link(world, f"{image_id}.png").body)),
        ("mimeType", "image/png"),
        ("width", 360),
        ("height", 210),
        ("supportsResize", True),
        ("url", f"/image/{image_id}.png"),
        ("access", "open"),
        ("focus", None),
        ("tags", []),
        ("placeholder", answer.json["placeholder"]),
    ]
    assert from_cdn(world, answer.json["url"]).status == 200


def test_example_patch(anna: Client) -> None:
    image_id = anna.image(isPublic="true")
    change = {"description": "Updated description", "isPublic": False}
    answer = anna.ask("PATCH", f"/api/image/{image_id}", json=change)
    assert (answer.status, answer.body) == (204, b"")
    changed = detail(anna, image_id)
    assert {name: changed[name] for name in change} == change


def test_example_delete(anna: Client) -> None:
    image_id = anna.image()
    answer = anna.ask("DELETE", f"/api/image/{image_id}", json={"preserveOnDisk": False})
    assert (answer.status, answer.body) == (204, b"")
    assert anna.ask("GET", f"/api/image/{image_id}/detail").status == 404


# Who may do what


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_rights(world: World, anna: Client, bea: Client, method: str, path: str) -> None:
    others = {bea.image(isPublic="true"): FORBIDDEN, guests(world): FORBIDDEN, bea.image(): NOT_FOUND}
    before = world.items(IMAGES)
    for image_id in (*others, UNKNOWN):
        body = others.get(image_id, NOT_FOUND)
        for sent in ({"json": {"description": "mine"}}, {"body": b"{"}, {"json": {"isPublic": 5, "preserveOnDisk": 5}}):
            answer = anna.ask(method, path.format(image_id), **sent)
            assert (answer.status, answer.json) == (403 if body == FORBIDDEN else 404, body)
    assert world.items(IMAGES) == before
    assert world.messages(DELETIONS) == []
    image_id = anna.image()
    assert anna.ask(method, path.format(image_id.upper()), json={"description": "mine"}).status in (200, 204)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("spelling", ["x", "{{{}}}", "urn:uuid:{}", "{} ", "{}.gif", "{}\n", "１{}"])
def test_what_is_no_uuid_is_404(anna: Client, method: str, path: str, spelling: str) -> None:
    answer = anna.ask(method, path.format(spelling.format(anna.image())), body=b"{")
    assert (answer.status, answer.json) == (404, NOT_FOUND)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_a_token_opens_them(world: World, anna: Client, method: str, path: str) -> None:
    image_id = anna.image()
    for token in (None, anna.key, "no token", anna.token[:-2]):
        assert world.request(method, path.format(image_id), token=token, json={}).status == 401
    assert detail(anna, image_id)["updatedAt"] is None


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_size_is_told_first(anna: Client, method: str) -> None:
    for image_id in (anna.image(), UNKNOWN, "x"):
        answer = anna.ask(method, f"/api/image/{image_id}", json={"description": "d" * 4_700_000})
        assert (answer.status, answer.json["status"]) == (413, 413)


def test_no_answer_is_stored(anna: Client, bea: Client) -> None:
    own, others = anna.image(), bea.image(isPublic="true")
    statuses: list[int] = []
    for method, path, sent in (
        ("GET", f"/api/image/{own}/detail", {}),
        ("GET", f"/api/image/{others}/detail", {}),
        ("GET", f"/api/image/{UNKNOWN}/detail", {}),
        ("PATCH", f"/api/image/{own}", {"body": b"{"}),
        ("PATCH", f"/api/image/{own}", {"json": {"isPublic": 5}}),
        ("PATCH", f"/api/image/{own}", {"json": {"isPublic": True}}),
        ("DELETE", f"/api/image/{own}", {"json": {"preserveOnDisk": 5}}),
        ("DELETE", f"/api/image/{own}", {}),
    ):
        answer = anna.ask(method, path, **sent)
        assert answer.headers["cache-control"] == "no-store"
        statuses.append(answer.status)
    assert statuses == [200, 403, 404, 400, 422, 204, 422, 204]


# Detail


@pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")])
def test_the_file_name_is_id_and_extension_whatever_was_uploaded(anna: Client, kind: str, extension: str) -> None:
    image_id = anna.image(pictures.still(kind), name="sunset.tiff")
    told = detail(anna, image_id)
    assert told["fileName"] == f"{image_id}.{extension}"
    assert told["url"] == f"/image/{image_id}.{extension}"
    assert told["mimeType"] == f"image/{kind.lower()}"


def test_detail_tells_what_was_uploaded(anna: Client) -> None:
    told = detail(anna, anna.image(description="Sea “é” #海", isPublic="true"))
    assert (told["description"], told["isPublic"]) == ("Sea “é” #海", True)


def test_detail_tells_the_views(world: World, anna: Client) -> None:
    image_id = anna.image()
    logs.write("one.gz", [logs.line(f"/image/{image_id}.gif")] * 4)
    world.deliver(ACCESS_LOGS)
    assert detail(anna, image_id)["views"] == 4


# PATCH


def test_updated_at_is_null_until_the_first_change_and_then_its_time(world: World, anna: Client) -> None:
    image_id = anna.image()
    world.advance(minutes=1)
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"description": "sea"}).status == 204
    assert detail(anna, image_id)["updatedAt"] == "2025-07-11T12:01:00.000000+00:00"
    world.advance(minutes=1, microseconds=7)
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": True}).status == 204
    assert detail(anna, image_id)["updatedAt"] == "2025-07-11T12:02:00.000007+00:00"
    assert detail(anna, image_id)["createdAt"] == "2025-07-11T12:00:00.000000+00:00"


def test_what_is_not_sent_stays(anna: Client) -> None:
    image_id = anna.image(description="sea", isPublic="true")
    before = detail(anna, image_id)
    for change in ({"description": "lake"}, {"isPublic": False}, {"description": ""}):
        assert anna.ask("PATCH", f"/api/image/{image_id}", json=change).status == 204
        before |= change
        assert detail(anna, image_id) | {"updatedAt": None} == before


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"description": "sea"},
        {"isPublic": False},
        {"description": "sea", "isPublic": False},
        {"views": 9, "owner": "me", "id": UNKNOWN, "createdAt": "1999", "updatedAt": "1999", "confirmed": True},
        {"fileName": "a", "name": "a", "size": 1, "mimeType": "text/html", "width": 1, "url": "x", "renditions": {}},
        {"another": ["unknown", {"field": None}]},
    ],
)
def test_nothing_new_changes_nothing(world: World, anna: Client, change: dict[str, Any]) -> None:
    image_id = anna.image(description="sea")
    before = world.items(IMAGES)
    world.advance(minutes=1)
    assert anna.ask("PATCH", f"/api/image/{image_id}", json=change).status == 204
    assert world.items(IMAGES) == before


@pytest.mark.parametrize("description", ["d" * 255, "é" * 255, "🌅" * 255, " ", "a\nb\0c", "<script>", ""])
def test_descriptions_that_are_taken(anna: Client, description: str) -> None:
    image_id = anna.image(description="sea")
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"description": description}).status == 204
    assert detail(anna, image_id)["description"] == description


TOO_LONG = "This value is too long. It should have 255 characters or less."
NO_STRING = "This value should be of type string."
NO_BOOL = "This value should be of type bool."


OTHER_TYPES: tuple[Any, ...] = (5, None, True, [], {}, ["sea"])
NO_BOOLS: tuple[Any, ...] = ("yes", "true", 1, 0, None, [], {}, 1.0)


@pytest.mark.parametrize(
    ("change", "violations"),
    [
        *(({"description": value}, [("description", TOO_LONG)]) for value in ("d" * 256, "é" * 256)),
        *(({"description": value}, [("description", NO_STRING)]) for value in OTHER_TYPES),
        *(({"isPublic": value}, [("isPublic", NO_BOOL)]) for value in NO_BOOLS),
        ({"isPublic": "yes", "description": 5}, [("description", NO_STRING), ("isPublic", NO_BOOL)]),
        ({"isPublic": True, "description": 5}, [("description", NO_STRING)]),
    ],
)
def test_wrong_values_are_422(
    world: World, anna: Client, change: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    image_id = anna.image()
    before = world.items(IMAGES)
    answer = anna.ask("PATCH", f"/api/image/{image_id}", json=change)
    assert (answer.status, answer.json) == (422, errors(*violations))
    assert world.items(IMAGES) == before


@pytest.mark.parametrize("body", [*MALFORMED, b"", b" "])
def test_a_change_that_is_no_json_object_is_400(world: World, anna: Client, body: bytes) -> None:
    image_id = anna.image()
    before = world.items(IMAGES)
    answer = anna.ask("PATCH", f"/api/image/{image_id}", body=body)
    assert (answer.status, answer.json["error"]["title"], answer.json["error"]["violations"]) == (
        400,
        "Bad Request",
        [],
    )
    assert world.items(IMAGES) == before


def test_is_public_decides_listing_and_not_the_link(anna: Client, bea: Client) -> None:
    image_id = anna.image()
    for listed in (True, False):
        assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": listed}).status == 204
        assert total(bea, "/api/images/1") == listed
        assert total(anna, "/api/images/history/1") == 1
        assert link(anna.world, f"{image_id}.gif").status == 200
        assert bea.ask("GET", f"/api/image/{image_id}/detail").status == (403 if listed else 404)


# DELETE


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, False),
        ({"body": b""}, False),
        ({"json": {}}, False),
        ({"json": {"preserveOnDisk": False}}, False),
        ({"json": {"preserveOnDisk": True}}, True),
        ({"json": {"preserveOnDisk": True, "unknown": 5}}, True),
    ],
)
def test_a_deleted_image_is_gone_everywhere(
    world: World, anna: Client, bea: Client, sent: dict[str, Any], kept: bool
) -> None:
    image_id, other = anna.image(pictures.still("GIF"), description="sea", isPublic="true"), anna.image()
    for file in (f"{image_id}.png", f"{image_id}_thumbnail.jpg"):
        assert link(world, file).status == 200
    original = world.objects(ORIGINALS)[f"images/{image_id}"]
    answer = anna.ask("DELETE", f"/api/image/{image_id}", **sent)
    assert (answer.status, answer.body) == (204, b"")

    for method, path in ROUTES:
        for client in (anna, bea):
            again = client.ask(method, path.format(image_id), json={"preserveOnDisk": False})
            assert (again.status, again.json) == (404, NOT_FOUND)
    for file in (f"{image_id}.gif", f"{image_id}.webp", f"{image_id}.jpg?w=5&h=5"):
        assert from_cdn(world, f"/image/{file}").status == 404
    assert total(bea, "/api/images/1") == 0
    assert [each["id"] for each in anna.ask("GET", "/api/images/history/1").json["data"]] == [other]
    assert anna.ask("GET", "/api/images", query={"uuid[]": [image_id]}).json == []
    assert anna.ask("GET", "/api/images/history/1", query={"searchTerm": "sea"}).json["data"] == []

    for delayed in (False, True, True):
        world.deliver(DELETIONS, delayed=delayed)
        assert world.objects(RENDITIONS) == {}
        assert f"images/{other}" in world.objects(ORIGINALS)
        left = {f"images/{image_id}": original} if kept else {}
        assert world.objects(ORIGINALS).items() >= left.items()
        assert len(world.objects(ORIGINALS)) == 1 + kept
    world.deliver(HIDING)
    assert world.cdn.hidden.keys() == {image_id}
    settle(world)
    assert world.invalidated() == [f"#{image_id}"]
    assert not world.cdn.hidden


def test_a_repeated_delete_is_404_and_changes_nothing(world: World, anna: Client) -> None:
    image_id = anna.image()
    assert anna.ask("DELETE", f"/api/image/{image_id}", json={"preserveOnDisk": True}).status == 204
    before = world.items(IMAGES)
    answer = anna.ask("DELETE", f"/api/image/{image_id}", json={"preserveOnDisk": False})
    assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert world.items(IMAGES) == before
    world.deliver(DELETIONS, delayed=True)
    assert list(world.objects(ORIGINALS)) == [f"images/{image_id}"]


@pytest.mark.parametrize("value", ["true", 1, 0, None, [], {}])
def test_a_wrong_deletion_is_422(world: World, anna: Client, value: Any) -> None:
    image_id = anna.image()
    answer = anna.ask("DELETE", f"/api/image/{image_id}", json={"preserveOnDisk": value})
    assert (answer.status, answer.json) == (422, errors(("preserveOnDisk", NO_BOOL)))
    assert link(world, f"{image_id}.gif").status == 200
    assert world.messages(DELETIONS) == []


@pytest.mark.parametrize("body", MALFORMED)
def test_a_deletion_whose_body_is_no_json_object_is_400(world: World, anna: Client, body: bytes) -> None:
    image_id = anna.image()
    answer = anna.ask("DELETE", f"/api/image/{image_id}", body=body)
    assert (answer.status, answer.json["error"]["title"]) == (400, "Bad Request")
    assert link(world, f"{image_id}.gif").status == 200
    assert world.messages(DELETIONS) == []


def test_late_messages_of_a_deleted_image_bring_nothing_back(world: World, anna: Client) -> None:
    image_id = anna.image(description="sea")
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"description": "lake"}).status == 204
    assert anna.ask("DELETE", f"/api/image/{image_id}").status == 204
    world.deliver(DELETIONS, delayed=True)
    world.advance(minutes=5)
    world.deliver(INDEXING, delayed=True)
    assert not [item for item in world.items(IMAGES) if item["pk"]["S"].startswith("WORDS#")]
    assert anna.ask("GET", f"/api/image/{image_id}/detail").status == 404

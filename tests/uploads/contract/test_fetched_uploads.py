"""The contract's paragraph on uploads by address: what is said at once, what is fetched, and what comes of it."""

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS, ORIGINALS, SOURCES, UPLOADS
from constellation.common.settings import settings
from constellation.runtime import outbound
from constellation.uploads.model import NOT_FETCHED, ONLY_IMAGES
from tests.support import pictures
from tests.support.accounts import new_token
from tests.support.arrivals import s3_by_its_clock, take_in
from tests.support.faults import meanwhile
from tests.support.firmware_api import made
from tests.support.fixtures import lasting_anna, lasting_bea, lasting_world
from tests.support.internet import CERTIFIED, NAMES, PUBLIC, Internet, file, new_internet, redirect
from tests.support.sharing import SMALL, Client, errors
from tests.support.uploads_api import kept, lying, status
from tests.support.workspace import NO_TEXTS, UNKNOWN, Workspace, metadata
from tests.support.world import UUID, Answer, World, configure, lying_messages

HOST = CERTIFIED[0]
SEA = f"https://{HOST}/a/sea.gif"
NO_ADDRESS = "This value should be an address that begins with https:// or http://, without a user name."
TOO_LONG = "This value is too long. It should have 2048 characters or less."
BLANK, NO_STRING = "This value should not be blank.", "This value should be of type string."
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

world, anna, bea = lasting_world, lasting_anna, lasting_bea


@pytest.fixture(autouse=True)
def _nothing_waits(world: World) -> Iterator[None]:
    moment = world.now
    yield
    world.now = moment
    world.lose(SOURCES)


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Generator[Internet]:
    with new_internet(monkeypatch) as here:
        for name, addresses in NAMES.items():
            here.name(name, addresses)
        yield here
    monkeypatch.undo()
    settings.cache_clear()


def sent(client: Client, **fields: Any) -> Answer:
    """The answer to whoever asks for an upload."""
    return client.ask("POST", "/api/uploads", json={"kind": "image", **fields})


def begun(client: Client, source: str = SEA, **fields: Any) -> str:
    """The id of an upload from an address."""
    answer = sent(client, sourceUrl=source, **fields)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def fetched(client: Client, source: str = SEA, **fields: Any) -> Any:
    """What has become of an upload from an address."""
    upload_id = begun(client, source, **fields)
    client.world.deliver(SOURCES, delayed=True)
    client.world.deliver(ARRIVALS)
    assert lying() == []
    return status(client, upload_id)


def taken(world: World) -> list[Any]:
    """The messages about addresses, out of their queue."""
    contents = [message.content for message in world.messages(SOURCES)]
    world.lose(SOURCES)
    return contents


def failed(upload_id: str, property_: str, message: str) -> dict[str, Any]:
    violation = {"property": property_, "message": message}
    return {"id": upload_id, "status": "failed", "violations": [violation]}


# What is said at once


@pytest.mark.parametrize("source", [SEA, f"http://{HOST}/a", "https://10.0.0.1/", f"HTTPS://{HOST}:8443/?a#b"])
def test_it_is_pending(anna: Client, source: str) -> None:
    answer = sent(anna, sourceUrl=source)
    assert answer.status == 201
    assert UUID.fullmatch(answer.json["id"])
    assert answer.json == {"id": answer.json["id"], "status": "pending"}
    assert answer.headers["location"] == f"/api/uploads/{answer.json['id']}"
    assert status(anna, answer.json["id"]) == answer.json
    assert taken(anna.world) == [{"upload": answer.json["id"]}]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        *((text, NO_ADDRESS) for text in ("", "sea.gif", "https://", f"//{HOST}/", "https:///a", f"{HOST}/sea.gif")),
        *((text, NO_ADDRESS) for text in (f"ftp://{HOST}/", "file:///etc/passwd", "data:,a", "javascript:alert(1)")),
        *((text, NO_ADDRESS) for text in (f"https://user@{HOST}/", f"https://a:b@{HOST}/", f"https://@{HOST}/")),
        *((text, NO_ADDRESS) for text in (f" {SEA}", f"{SEA}\n", "https://bücher.example/", f"https://{HOST}:99999/")),
        ("https://[::1", NO_ADDRESS),
        (f"{SEA}?".ljust(2049, "a"), TOO_LONG),
        ("a" * 4_000_000, TOO_LONG),
        *((value, NO_STRING) for value in NO_TEXTS),
    ],
)
def test_what_is_no_address_is_refused_at_once(world: World, anna: Client, source: Any, message: str) -> None:
    before = world.items(UPLOADS)
    answer = sent(anna, sourceUrl=source, fileName="a.gif")
    assert (answer.status, answer.json) == (422, errors(("sourceUrl", message)))
    assert (world.items(UPLOADS), taken(world)) == (before, [])


def test_an_address_may_be_as_long_as_is_said(anna: Client) -> None:
    assert begun(anna, f"{SEA}?".ljust(2048, "a"))


@pytest.mark.parametrize(
    ("fields", "violations"),
    [
        ({}, [("fileName", BLANK)]),
        ({"sourceUrl": SEA, "fileName": ""}, [("fileName", BLANK)]),
        ({"sourceUrl": SEA, "fileName": None}, [("fileName", NO_STRING)]),
        ({"sourceUrl": 5}, [("sourceUrl", NO_STRING), ("fileName", BLANK)]),
        (
            {"sourceUrl": "x", "fileName": "", "size": 0.5},
            [("sourceUrl", NO_ADDRESS), ("fileName", BLANK), ("size", "?")],
        ),
        ({"sourceUrl": SEA, "size": 0}, [("size", "An empty file is not allowed.")]),
        (
            {"sourceUrl": SEA, "size": 51_234_567},
            [("size", "The file is too large (51.23 MB). Allowed maximum size is 50 MB.")],
        ),
        (
            {"sourceUrl": SEA, "kind": "firmware", "fileName": "a.hex", "image_id": UNKNOWN},
            [("sourceUrl", ONLY_IMAGES)],
        ),
        (
            {"sourceUrl": SEA, "kind": "firmware"},
            [("image_id", BLANK), ("fileName", "The file's name must end in .hex."), ("sourceUrl", ONLY_IMAGES)],
        ),
        (
            {"sourceUrl": SEA, "folder_uuid": UNKNOWN},
            [("constellation_uuid", "A folder needs its constellation named.")],
        ),
    ],
)
def test_what_else_is_wrong(world: World, anna: Client, fields: Any, violations: list[tuple[str, str]]) -> None:
    before = world.items(UPLOADS)
    answer = sent(anna, **fields)
    told = [(each["property"], each["message"]) for each in answer.json["error"]["violations"]]
    expected = [(name, next(m for n, m in told if n == name) if text == "?" else text) for name, text in violations]
    assert (answer.status, told) == (422, expected)
    assert (world.items(UPLOADS), taken(world)) == (before, [])


def test_it_goes_only_where_its_user_may_write(anna: Client, bea: Client) -> None:
    theirs = Workspace(bea)
    assert sent(anna, sourceUrl=SEA, constellation_uuid=theirs.id).status == 404
    theirs.connect(anna, rights="READ")
    assert sent(anna, sourceUrl=SEA, constellation_uuid=theirs.id).status == 403
    assert taken(anna.world) == []


def test_only_its_user_sees_it_and_a_token_needs_its_scope(world: World, anna: Client, bea: Client) -> None:
    upload_id = begun(anna)
    assert bea.ask("GET", f"/api/uploads/{upload_id}").status == 404
    for scope, found in (("images:read", 403), ("firmware:write", 403), ("images:write", 201)):
        token = new_token(world, anna.token, scope)["token"]
        asked = {"kind": "image", "sourceUrl": SEA}
        assert world.request("POST", "/api/uploads", token=token, json=asked).status == found


def test_the_same_key_is_one_upload(world: World, anna: Client) -> None:
    answers = [
        anna.ask(
            "POST", "/api/uploads", json={"kind": "image", "sourceUrl": source}, headers={"Idempotency-Key": "one"}
        )
        for source in (SEA, SEA, f"{SEA}?")
    ]
    assert [answer.status for answer in answers] == [201, 201, 422]
    assert answers[0].json == answers[1].json
    assert len(taken(world)) == 1


# What is fetched


def test_an_image_by_its_address(internet: Internet, anna: Client) -> None:
    internet.host(lambda _: file(SMALL))
    told = fetched(anna)
    assert told == {"id": told["id"], "status": "ready", "imageId": told["id"]}
    found = metadata(anna, told["id"])
    assert (found["name"], found["width"], found["height"]) == ("sea.gif", 8, 6)
    assert internet.connected == [PUBLIC]


def test_it_is_what_was_said_of_it(internet: Internet, anna: Client) -> None:
    internet.host(lambda _: file(SMALL, content_type="text/html"))
    space = Workspace(anna)
    fields: dict[str, Any] = {"description": "The #sea", "isPublic": True, "access": "signed", "size": len(SMALL)}
    told = fetched(anna, fileName="lake.gif", constellation_uuid=space.id, folder_uuid=space.folder(), **fields)
    assert told["status"] == "ready"
    detail = anna.ask("GET", f"/api/image/{told['id']}/detail").json
    assert (detail["description"], detail["access"]) == ("The #sea", "signed")
    found = metadata(anna, told["id"])
    assert (found["name"], found["constellation_uuid"]) == ("lake.gif", space.id)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "image"),
        ("", "image"),
        ("/a%20b.gif?x=/c.jpg", "a b.gif"),
        ("/%C3%96land.gif#/c", "Öland.gif"),
        ("/%0A", "image"),
    ],
)
def test_its_name_is_the_last_part_of_its_address(internet: Internet, anna: Client, path: str, name: str) -> None:
    internet.host(lambda _: file(SMALL))
    assert metadata(anna, fetched(anna, f"https://{HOST}{path}")["id"])["name"] == name


def test_redirects_are_followed(internet: Internet, anna: Client) -> None:
    host = internet.host(lambda _: redirect("b.gif") if len(host.asked) < 4 else file(SMALL))
    told = fetched(anna)
    assert told["status"] == "ready"
    assert metadata(anna, told["id"])["name"] == "sea.gif"


@pytest.mark.parametrize(
    "source",
    [
        *("https://10.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://[::1]/", "https://[fd00:ec2::254]/"),
        *("https://169.254.169.254/latest/meta-data/", "https://[64:ff9b::a9fe:a9fe]/", "https://localhost/"),
        *(f"https://{name}/" for name in NAMES),
        *(f"http://{HOST}/", "http://10.0.0.1/", "https://no.such.name/", "https://8.8.8.8:1/"),
        *(f"https://{HOST}/missing", f"https://{HOST}/large", f"https://{HOST}/packed", f"https://{HOST}/elsewhere"),
        *(f"https://{HOST}/around", f"https://{HOST}/local", f"https://{HOST}/plain", f"https://{HOST}/cut"),
        "https://not-certified.example.com/",
    ],
)
def test_every_refusal_says_the_same(
    internet: Internet, anna: Client, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        "/large": [b"HTTP/1.1 200 OK\r\ncontent-length: 50000001\r\n\r\n"],
        "/packed": file(SMALL, content_encoding="gzip"),
        "/elsewhere": redirect("https://10.0.0.1/"),
        "/around": redirect("/around"),
        "/local": redirect("file:///etc/passwd"),
        "/plain": redirect(f"http://{HOST}/"),
        "/cut": [b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n", SMALL],
    }
    internet.host(lambda asked: answers.get(asked.split()[1], file(b"", "404 Not Found")))
    internet.name("not-certified.example.com", [PUBLIC])
    before = kept()
    told = fetched(anna, source)
    assert told == failed(told["id"], "sourceUrl", NOT_FETCHED)
    assert kept() == before
    assert set(internet.connected) <= {PUBLIC, "8.8.8.8"}


def test_a_slow_host_is_refused_after_twenty_seconds(
    internet: Internet, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that is 20 seconds further when it is looked at again."""
    ticks = iter([0.0, 0.0, 0.0, *[20.0] * 99])
    monkeypatch.setattr(outbound, "monotonic", lambda: next(ticks))
    internet.host(lambda _: file(SMALL))
    told = fetched(anna)
    assert told == failed(told["id"], "sourceUrl", NOT_FETCHED)


@pytest.mark.parametrize("data", [PDF, b"<!doctype html><title>Sea</title>", b"", SMALL[:30]])
def test_what_is_no_picture_is_refused_as_on_the_other_routes(internet: Internet, anna: Client, data: bytes) -> None:
    internet.host(lambda _: file(data, content_type="image/gif"))
    told = fetched(anna)
    (violation,) = anna.send("/api/upload", data).json["error"]["violations"]
    assert told == failed(told["id"], violation["property"], violation["message"])


def test_a_file_of_another_size_than_was_said(internet: Internet, anna: Client) -> None:
    internet.host(lambda _: file(SMALL))
    told = fetched(anna, size=len(SMALL) + 1)
    assert told["violations"][0]["property"] == "size"


@pytest.mark.parametrize(("limit", "most"), [(50, 50), (80_000_000, 50_000_000)])
def test_the_limit_is_that_of_other_uploads_but_50_mb_at_most(
    internet: Internet, anna: Client, monkeypatch: pytest.MonkeyPatch, limit: int, most: int
) -> None:
    configure(monkeypatch, presigned_image_limit=limit)
    assert sent(anna, sourceUrl=SEA, size=most + 1).status == 422
    internet.host(lambda _: [f"HTTP/1.1 200 OK\r\ncontent-length: {most + 1}\r\n\r\n".encode()])
    told = fetched(anna)
    assert told == failed(told["id"], "sourceUrl", NOT_FETCHED)


def test_who_may_not_write_any_more_gets_nothing(internet: Internet, anna: Client, bea: Client) -> None:
    internet.host(lambda _: file(SMALL))
    theirs = Workspace(bea)
    theirs.connect(anna, rights="WRITE")
    upload_id = begun(anna, constellation_uuid=theirs.id)
    theirs.disconnect(anna)
    anna.world.deliver(SOURCES, delayed=True)
    anna.world.deliver(ARRIVALS)
    assert status(anna, upload_id) == failed(upload_id, "constellation_uuid", "Constellation not found")


def test_what_is_allowed_on_one_machine(internet: Internet, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    internet.host(lambda _: file(SMALL), "files.test", "127.0.0.1", 8000, tls=False)
    configure(monkeypatch, outbound_allow=["files.test:8000"])
    assert fetched(anna, "http://files.test:8000/sea.gif")["status"] == "ready"
    for source in ("http://localhost:8000/", "http://files.test:8001/", "https://10.0.0.1/"):
        assert fetched(anna, source)["status"] == "failed"


def test_the_address_is_kept_no_longer_than_it_is_needed(internet: Internet, anna: Client) -> None:
    internet.host(lambda _: file(SMALL))
    secret = "secret-of-the-address"
    for source, end in ((f"{SEA}?{secret}", "ready"), (f"https://10.0.0.1/?{secret}", "failed")):
        assert fetched(anna, source)["status"] == end
    assert secret not in str(anna.world.items(UPLOADS))


# Messages come twice, late, or not at all


@pytest.mark.parametrize("order", ["ssaa", "sass", "sasa"])
def test_a_message_that_comes_again_changes_nothing(internet: Internet, anna: Client, order: str) -> None:
    answers = iter([file(SMALL), file(pictures.still("GIF", 9, 7)), file(b"", "404 Not Found")])
    host = internet.host(lambda _: next(answers))
    upload_id = begun(anna)
    (message,) = taken(anna.world)
    before = len(anna.world.objects(ORIGINALS))
    for step in order:
        if step == "s":
            assert anna.world.receive(SOURCES, [message]) == []
        else:
            anna.world.deliver(ARRIVALS)
    assert status(anna, upload_id)["status"] == "ready"
    assert metadata(anna, upload_id)["width"] == 8
    assert (len(anna.world.objects(ORIGINALS)) - before, lying(), len(host.asked)) == (1, [], 1)


@pytest.mark.parametrize("step", ["GetItem", "PutObject"])
@pytest.mark.parametrize("is_taken_in", [False, True])
@pytest.mark.parametrize("answer", [file(SMALL), file(b"", "404 Not Found")])
def test_two_fetches_at_once_make_one_image_at_most(
    internet: Internet, anna: Client, step: str, is_taken_in: bool, answer: list[bytes]
) -> None:
    """The second one runs while the first one is at its step; only what they got before can make them differ."""
    answers = iter([answer, file(SMALL)] if step == "GetItem" else [file(SMALL), answer])
    internet.host(lambda _: next(answers))
    upload_id = begun(anna)
    (message,) = taken(anna.world)
    before = len(anna.world.objects(ORIGINALS))

    def second() -> None:
        assert anna.world.receive(SOURCES, [message]) == []
        if is_taken_in:
            assert all(take_in(anna.world, content) for content in anna.world.take(ARRIVALS))

    with meanwhile(step, second):
        assert anna.world.receive(SOURCES, [message]) == []
    anna.world.deliver(ARRIVALS)
    end = status(anna, upload_id)["status"]
    assert end in ("ready", "failed")
    assert (end == "ready") == (len(anna.world.objects(ORIGINALS)) - before == 1)
    assert end == "ready" or answer != file(SMALL)
    assert (lying(), anna.world.take(ARRIVALS)) == ([], [])


@pytest.mark.parametrize("message", [{}, [], "text", None, {"upload": None}, {"upload": 5}, {"upload": UNKNOWN}])
def test_a_message_about_nothing(internet: Internet, anna: Client, message: Any) -> None:
    before = anna.world.items(UPLOADS)
    failing = anna.world.receive(SOURCES, [message])
    assert failing == ([] if message == {"upload": UNKNOWN} else failing)
    assert (anna.world.items(UPLOADS), internet.connected) == (before, [])


def test_a_posted_upload_is_never_fetched(internet: Internet, anna: Client) -> None:
    upload_id = sent(anna, fileName="a.gif").json["id"]
    assert anna.world.receive(SOURCES, [{"upload": upload_id}]) == []
    assert (internet.connected, status(anna, upload_id)["status"]) == ([], "pending")


def resumed(world: World) -> set[str]:
    """The uploads of which a run of the reconciliation sends messages; all that it heals is counted."""
    healed = world.invoke("reconcile", {})["FetchesResumed"]
    found = {message["upload"] for message in taken(world)}
    assert healed >= len(found)
    return found


def test_a_lost_message_is_sent_again_and_given_up_in_the_end(internet: Internet, anna: Client) -> None:
    internet.host(lambda _: file(SMALL))
    saved, lost = begun(anna), begun(anna)
    anna.world.lose(SOURCES)
    moment = anna.world.now
    anna.world.advance(minutes=14)
    assert not {saved, lost} & resumed(anna.world)
    anna.world.advance(minutes=2)
    assert {saved, lost} <= resumed(anna.world)
    anna.world.receive(SOURCES, [{"upload": saved}])
    anna.world.deliver(ARRIVALS)
    assert status(anna, saved)["status"] == "ready"
    anna.world.advance(minutes=50)
    assert resumed(anna.world) & {saved, lost} == {lost}
    anna.world.advance(minutes=10)
    assert not {saved, lost} & resumed(anna.world)
    anna.world.now = moment  # when the token was valid
    assert status(anna, lost) == failed(lost, "sourceUrl", NOT_FETCHED)


def test_a_fetched_file_whose_arrival_is_lost_is_taken_in_later(internet: Internet, anna: Client) -> None:
    internet.host(lambda _: file(SMALL))
    upload_id = begun(anna)
    with s3_by_its_clock(anna.world):
        anna.world.deliver(SOURCES, delayed=True)
    anna.world.lose(ARRIVALS)
    assert status(anna, upload_id) == {"id": upload_id, "status": "pending"}
    moment = anna.world.now
    anna.world.advance(hours=2)
    anna.world.invoke("reconcile", {})
    anna.world.deliver(ARRIVALS)
    anna.world.now = moment
    assert status(anna, upload_id)["status"] == "ready"


def test_firmware_is_not_fetched(anna: Client) -> None:
    asked = {"kind": "firmware", "fileName": "a.hex", "image_id": made(anna), "sourceUrl": SEA}
    answer = anna.ask("POST", "/api/uploads", json=asked)
    assert (answer.status, answer.json) == (422, errors(("sourceUrl", ONLY_IMAGES)))


def test_a_users_fetches_are_a_group_of_their_own(anna: Client, bea: Client) -> None:
    begun(anna)
    begun(bea)
    assert [message.group_id for message in lying_messages(SOURCES)] == [anna.id, bea.id]

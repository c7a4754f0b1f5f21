"""The contract's section on uploads past the gateway's limit: the form, the file, and what comes of it."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS, INCOMING, LEFTOVERS, ORIGINALS, UPLOADS
from constellation.common.settings import settings
from tests.support import pictures
from tests.support.firmware_api import PLAIN, confirmed, detail, made, send
from tests.support.fixtures import lasting_anna, lasting_bea, lasting_world
from tests.support.hex_files import END, firmware, record
from tests.support.sharing import SMALL, Client, errors, link
from tests.support.uploads_api import ask, ask_for_binary, binaries, kept, lying, post, posted, put, status, tell
from tests.support.workspace import BAD_TEXTS, HUGE, MALFORMED, NO_TEXTS, UNKNOWN, Workspace, metadata, no_uuids
from tests.support.world import UUID, Answer, World, configure

IMAGE = {"kind": "image", "fileName": "sea.gif"}
FIRMWARE = {"kind": "firmware", "fileName": "pump.hex"}
BLANK, NO_STRING = "This value should not be blank.", "This value should be of type string."
NO_BOOL = "This value should be of type bool."
NO_KIND = "This value should be one of image, firmware."
NO_NUMBER = "Input should be a valid integer"
NO_UUID = "This is not a valid UUID."
EMPTY = "An empty file is not allowed."
NEEDS_WRITE = "This needs WRITE rights"
NO_CONSTELLATION = "Constellation not found"
NO_FOLDER = "There is no such folder in this constellation."
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"

Limit = Callable[..., None]

slashes = pytest.mark.parametrize("slash", ["", "/"])


world, anna, bea = lasting_world, lasting_anna, lasting_bea


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Limit]:
    """What sets limits for one test."""
    yield partial(configure, monkeypatch)
    monkeypatch.undo()
    settings.cache_clear()


def sent(client: Client, **fields: Any) -> Answer:
    """The answer to whoever asks for a form with just these fields."""
    return client.ask("POST", "/api/uploads", json=fields)


def policy(form: Any) -> Any:
    """What S3 is to check of a form."""
    return json.loads(base64.b64decode(form["fields"]["policy"]))


def refusal(title: str, message: str) -> dict[str, Any]:
    """The body of an error without violations."""
    return {"error": {"title": title, "message": message, "violations": []}}


def failed(upload_id: str, *violations: tuple[str, str]) -> dict[str, Any]:
    """The status of an upload that was refused for this."""
    told = [{"property": name, "message": message} for name, message in violations]
    return {"id": upload_id, "status": "failed", "violations": told}


def ready(upload_id: str, result: str) -> dict[str, Any]:
    """The status of an upload that has become something."""
    return {"id": upload_id, "status": "ready", "imageId": result}


# The form


@slashes
def test_a_form(world: World, anna: Client, slash: str) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    answer = anna.ask("POST", f"/api/uploads{slash}", json=IMAGE)
    after = datetime.now(UTC)
    form = answer.json
    assert (answer.status, answer.headers["content-type"]) == (201, "application/json")
    assert answer.headers["location"] == f"/api/uploads/{form['id']}"
    assert form.keys() == {"id", "url", "fields", "expiresAt", "maxSize"}
    assert UUID.fullmatch(form["id"])
    assert form["url"] == f"https://{INCOMING.physical_name}.s3.us-east-1.amazonaws.com/"
    assert form["expiresAt"] == (world.now + timedelta(minutes=15)).isoformat(timespec="microseconds")
    assert form["maxSize"] == 50_000_000
    fields = form["fields"]
    signed = {name: fields[name] for name in ("x-amz-algorithm", "x-amz-credential", "x-amz-date")}
    assert fields.keys() == {"key", "policy", "x-amz-signature", *signed}
    assert (fields["key"], signed["x-amz-algorithm"]) == (f"incoming/{form['id']}", "AWS4-HMAC-SHA256")
    said = policy(form)
    assert said["conditions"] == [
        ["content-length-range", 1, 50_000_000],
        {"bucket": INCOMING.physical_name},
        {"key": fields["key"]},
        *({name: value} for name, value in signed.items()),
    ]
    assert before <= datetime.fromisoformat(said["expiration"]) - timedelta(minutes=15) <= after
    assert status(anna, form["id"]) == {"id": form["id"], "status": "pending"}


def test_every_form_is_another(anna: Client) -> None:
    assert ask(anna)["id"] != ask(anna)["id"]


@pytest.mark.parametrize("size", [1, 81, 81.0, 50_000_000], ids=repr)
def test_an_announced_size_is_the_only_one(anna: Client, size: float) -> None:
    form = ask(anna, size=size)
    assert policy(form)["conditions"][0] == ["content-length-range", size, size]
    assert form["maxSize"] == 50_000_000


def test_firmware_may_be_larger(anna: Client) -> None:
    for size, least, most in ((None, 1, 200_000_000), (200_000_000, 200_000_000, 200_000_000)):
        form = ask_for_binary(anna, made(anna), size=size)
        assert policy(form)["conditions"][0] == ["content-length-range", least, most]
        assert form["maxSize"] == 200_000_000


def test_the_limits_are_configured(anna: Client, limit: Limit) -> None:
    limit(presigned_image_limit=1_000, presigned_firmware_limit=2_500_000)
    for form, most, told in (
        (ask(anna, size=1_000), 1_000, [1_000, 1_000]),
        (ask(anna), 1_000, [1, 1_000]),
        (ask_for_binary(anna, made(anna)), 2_500_000, [1, 2_500_000]),
    ):
        assert form["maxSize"] == most
        assert policy(form)["conditions"][0] == ["content-length-range", *told]
    message = "The file is too large (2.51 MB). Allowed maximum size is 2.5 MB."
    answer = sent(anna, **FIRMWARE, image_id=made(anna), size=2_510_000)
    assert (answer.status, answer.json) == (422, errors(("size", message)))


def test_whatever_a_client_may_not_set_is_ignored(anna: Client, bea: Client) -> None:
    smuggled = {"id": UNKNOWN, "key": "drop/x", "user_id": bea.id, "owner": bea.id, "status": "ready", "maxSize": 5}
    form = ask(anna, **smuggled, expiresAt="2099-01-01T00:00:00Z", bucket="logs", confirmed=True, views=5, x=[{}])
    assert form["id"] != UNKNOWN
    assert (form["fields"]["key"], form["maxSize"]) == (f"incoming/{form['id']}", 50_000_000)
    assert posted(anna, form) == ready(form["id"], form["id"])
    assert metadata(anna, form["id"])["created"] == anna.world.now.isoformat(timespec="microseconds")


def test_what_is_for_the_other_kind_is_ignored(anna: Client, bea: Client) -> None:
    assert ask(anna, image_id=UNKNOWN)["maxSize"] == 50_000_000
    form = ask_for_binary(anna, made(anna), constellation_uuid=UNKNOWN, folder_uuid=UNKNOWN, isPublic=True)
    assert posted(anna, form, PLAIN)["status"] == "ready"


NO_NUMBERS: tuple[Any, ...] = ("5", 5.5, True, [], {}, "")
NO_SWITCHES: tuple[Any, ...] = ("true", "", 1, None, [], "yes")
NO_IDS: tuple[Any, ...] = (5, None, [], {})
TOO_LONG = "This value is too long. It should have 255 characters or less."
WRONG: tuple[tuple[dict[str, Any], list[tuple[str, str]]], ...] = (
    ({}, [("kind", BLANK), ("fileName", BLANK)]),
    ({"fileName": "a.gif"}, [("kind", BLANK)]),
    ({"kind": "image"}, [("fileName", BLANK)]),
    *(({**IMAGE, "kind": kind}, [("kind", NO_KIND)]) for kind in ("Image", "video", "", "image ", 5, None, ["image"])),
    *(({**IMAGE, "fileName": name}, [("fileName", message)]) for name, message in BAD_TEXTS),
    *(({**IMAGE, "fileName": name}, [("fileName", NO_STRING)]) for name in NO_TEXTS),
    *(({**IMAGE, "size": size}, [("size", NO_NUMBER)]) for size in NO_NUMBERS),
    *(({**IMAGE, "size": size}, [("size", EMPTY)]) for size in (0, -1, -(10**400))),
    *(
        ({**IMAGE, "size": size}, [("size", "Input should be less than or equal to 5000000000000")])
        for size in (10**400, 1e300)
    ),
    (
        {**IMAGE, "size": 51_234_567},
        [("size", "The file is too large (51.23 MB). Allowed maximum size is 50 MB.")],
    ),
    ({**IMAGE, "description": "d" * 256}, [("description", TOO_LONG)]),
    *(({**IMAGE, "description": text}, [("description", NO_STRING)]) for text in NO_TEXTS),
    *(({**IMAGE, "isPublic": value}, [("isPublic", NO_BOOL)]) for value in NO_SWITCHES),
    *(
        ({**IMAGE, name: value}, [(name, NO_STRING)])
        for name in ("constellation_uuid", "folder_uuid", "image_id")
        for value in NO_IDS
    ),
    *(
        ({**IMAGE, name: value}, [(name, NO_UUID)])
        for name in ("constellation_uuid", "folder_uuid", "image_id")
        for value in ("", *no_uuids(UNKNOWN))
    ),
    ({**IMAGE, "folder_uuid": UNKNOWN}, [("constellation_uuid", "A folder needs its constellation named.")]),
    (FIRMWARE, [("image_id", BLANK)]),
    ({**FIRMWARE, "image_id": UNKNOWN, "fileName": "a.bin"}, [("fileName", "The file's name must end in .hex.")]),
    (
        {**FIRMWARE, "fileName": "hex"},
        [("image_id", BLANK), ("fileName", "The file's name must end in .hex.")],
    ),
    (
        {**IMAGE, "fileName": "", "size": "x", "isPublic": "x", "constellation_uuid": "x"},
        [("fileName", BLANK), ("size", NO_NUMBER), ("isPublic", NO_BOOL), ("constellation_uuid", NO_UUID)],
    ),
    ({**IMAGE, "isPublic": 5, "constellation_uuid": UNKNOWN}, [("isPublic", NO_BOOL)]),
)


@pytest.mark.parametrize(("fields", "violations"), WRONG)
def test_what_is_wrong_with_a_request(
    world: World, anna: Client, fields: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    before = world.items(UPLOADS)
    answer = sent(anna, **fields)
    assert (answer.status, answer.json) == (422, errors(*violations))
    assert world.items(UPLOADS) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"size": None},
        {"fileName": "n" * 255},
        {"fileName": "../a b+%20/Öland 🏝️.exe"},
        {"description": "d" * 255},
        {"description": ""},
        {"isPublic": False},
    ],
)
def test_what_is_right(anna: Client, fields: dict[str, Any]) -> None:
    assert sent(anna, **{**IMAGE, **fields}).status == 201


@pytest.mark.parametrize("body", MALFORMED)
def test_what_is_no_json_object(world: World, anna: Client, body: bytes) -> None:
    before = world.items(UPLOADS)
    answer = anna.ask("POST", "/api/uploads", body=body, headers={"Content-Type": "application/json"})
    message = answer.json["error"]["message"]
    assert (answer.status, answer.json) == (400, refusal("Bad Request", message))
    assert message in ("The body must be valid JSON", "The body must be a JSON object")
    assert world.items(UPLOADS) == before


def test_a_request_that_is_too_large(anna: Client) -> None:
    answer = anna.ask("POST", "/api/uploads", body=HUGE)
    assert (answer.status, answer.json["status"]) == (413, 413)


def test_nobody_asks_without_a_session(world: World, anna: Client) -> None:
    upload_id, before = ask(anna)["id"], world.items(UPLOADS)
    for token in (None, anna.key, "x", f"{anna.token}x"):
        assert world.request("POST", "/api/uploads", token=token, json=IMAGE).status == 401
        assert world.request("GET", f"/api/uploads/{upload_id}", token=token).status == 401
    assert [item for item in world.items(UPLOADS) if item not in before] == []


def test_what_a_caller_does_not_see_is_not_found(world: World, anna: Client, bea: Client) -> None:
    theirs, gone = Workspace(bea), Workspace(anna)
    assert anna.ask("DELETE", gone.path).status == 200
    before = world.items(UPLOADS)
    for id_ in (UNKNOWN, theirs.id, gone.id, gone.root, theirs.id.upper()):
        answer = sent(anna, **IMAGE, constellation_uuid=id_, folder_uuid=theirs.root)
        assert (answer.status, answer.json) == (404, refusal("Not Found", NO_CONSTELLATION))
    for id_ in (UNKNOWN, made(bea), made(bea, constellation_uuid=theirs.id), theirs.id, confirmed(bea).upper()):
        answer = sent(anna, **FIRMWARE, image_id=id_)
        assert (answer.status, answer.json) == (404, refusal("Not Found", f"No such image: {id_.lower()}"))
    assert world.items(UPLOADS) == before


@pytest.mark.parametrize("right", ["READ", "COMMENT"])
def test_what_a_caller_sees_but_may_not_change_is_forbidden(
    world: World, anna: Client, bea: Client, right: str
) -> None:
    trip = Workspace(anna)
    trip.connect(bea, rights=right)
    full = confirmed(anna, constellation_uuid=trip.id)
    before = world.items(UPLOADS)
    for fields in (
        {**IMAGE, "constellation_uuid": trip.id},
        {**IMAGE, "constellation_uuid": trip.id, "folder_uuid": UNKNOWN},
        {**FIRMWARE, "image_id": made(anna, constellation_uuid=trip.id)},
        {**FIRMWARE, "image_id": full},
    ):
        answer = sent(bea, **fields)
        assert (answer.status, answer.json) == (403, refusal("Forbidden", NEEDS_WRITE))
    assert world.items(UPLOADS) == before


def test_a_folder_is_one_of_the_constellation(anna: Client, bea: Client) -> None:
    trip, deleted = Workspace(anna), Workspace(anna)
    gone = trip.folder()
    assert anna.ask("DELETE", f"/folders/{gone}").status == 200
    for folder in (UNKNOWN, Workspace(anna).root, deleted.folder(), Workspace(bea).folder(), gone, trip.id):
        answer = sent(anna, **IMAGE, constellation_uuid=trip.id, folder_uuid=folder)
        assert (answer.status, answer.json) == (422, errors(("folder_uuid", NO_FOLDER)))


def test_a_binary_that_is_there(anna: Client) -> None:
    answer = sent(anna, **FIRMWARE, image_id=confirmed(anna))
    assert (answer.status, answer.json) == (400, refusal("Bad Request", "Binary already exists"))


# The status


def test_an_upload_is_told_of_to_its_own_user_only(anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    trip.connect(bea, rights="ADMIN")
    upload_id = ask(anna, constellation_uuid=trip.id)["id"]
    for answer in (bea.ask("GET", f"/api/uploads/{upload_id}"), anna.ask("GET", f"/api/uploads/{UNKNOWN}")):
        assert (answer.status, answer.json) == (404, refusal("Not Found", "Upload not found"))
    assert status(anna, upload_id.upper()) == {"id": upload_id, "status": "pending"}
    assert anna.ask("GET", f"/api/uploads/{upload_id}/").status == 200


def test_no_uuid_is_not_found(anna: Client) -> None:
    for text in no_uuids(ask(anna)["id"]):
        answer = anna.ask("GET", f"/api/uploads/{text}")
        assert (answer.status, answer.json) == (404, refusal("Not Found", "Upload not found"))


def test_an_upload_stays_pending_until_its_file_is_taken_in(anna: Client) -> None:
    form = ask(anna)
    anna.world.deliver(ARRIVALS)
    assert post(form) == 204
    assert status(anna, form["id"]) == {"id": form["id"], "status": "pending"}
    assert lying() == [form["fields"]["key"]]
    assert anna.world.deliver(ARRIVALS) == 1
    assert status(anna, form["id"]) == ready(form["id"], form["id"])
    assert lying() == []


# Images


def test_an_image_is_the_same_on_every_surface(anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    trip.connect(bea, rights="WRITE")
    folder = trip.folder("Days")
    form = ask(
        bea,
        fileName="C:\\sea\\day 1.gif",
        size=len(SMALL),
        description="At the #sea",
        isPublic=True,
        constellation_uuid=trip.id.upper(),
        folder_uuid=folder.upper(),
    )
    bea.world.advance(minutes=3)
    assert posted(bea, form) == ready(form["id"], form["id"])
    told = metadata(anna, form["id"])
    assert (told["name"], told["constellation_uuid"], told["folder_uuid"]) == ("day 1.gif", trip.id, folder)
    assert told["created"] == bea.world.now.isoformat(timespec="microseconds")
    (days,) = trip.tree()["children"]
    assert days["children"] == [{"uuid": form["id"], "name": "day 1.gif", "type": "file"}]
    assert form["id"] in [image["image_uuid"] for image in anna.ask("GET", "/images").json["images"]]
    shown = anna.ask("GET", f"/api/image/{form['id']}/detail").json
    assert (shown["description"], shown["isPublic"]) == ("At the #sea", True)
    assert pictures.opened(link(anna.world, f"{form['id']}.webp").body).size == (8, 6)
    for client, path in ((anna, "/api/images/1"), (bea, "/api/images/history/1")):
        assert form["id"] in [image["id"] for image in client.ask("GET", path, query={"limit": "100"}).json["data"]]
    owned = bea.ask("GET", "/api/images", query={"uuid[]": form["id"]}).json
    assert [image["id"] for image in owned] == [form["id"]]


def test_an_image_of_nothing_but_a_name(anna: Client) -> None:
    form = ask(anna, fileName="sea.png")
    assert posted(anna, form) == ready(form["id"], form["id"])
    told = metadata(anna, form["id"])
    assert (told["name"], told["mime_type"], told["constellation_uuid"]) == ("sea.png", "image/gif", None)
    shown = anna.ask("GET", f"/api/image/{form['id']}/detail").json
    assert (shown["description"], shown["isPublic"]) == ("", False)


def test_an_image_is_cleaned_as_the_others_are(anna: Client) -> None:
    picture = pictures.encoded(pictures.painted(64, 48), "JPEG", comment=b"a secret comment")
    form = ask(anna)
    assert posted(anna, form, picture) == ready(form["id"], form["id"])
    other = anna.image(picture)
    kept = anna.world.objects(ORIGINALS)
    assert b"secret" not in kept[f"images/{form['id']}"]
    assert kept[f"images/{form['id']}"] == kept[f"images/{other}"]


def test_an_image_above_the_gateways_limit(anna: Client) -> None:
    picture = pictures.noise(1300, 1200)
    assert len(picture) > 4_600_000
    assert anna.send("/api/upload", picture).status == 413
    form = ask(anna, size=len(picture))
    assert posted(anna, form, picture) == ready(form["id"], form["id"])
    assert metadata(anna, form["id"])["width"] == 1300


REFUSED = {
    "a PDF": PDF,
    "no byte": b"",
    "text": b"sea",
    "half a picture": pictures.still("JPEG")[:-300],
    "too many pixels": pictures.png(30_000, 30_000, bytes(10_000)),
    "too many frames": pictures.flicker(257),
    "another picture": pictures.still("BMP"),
    "Intel HEX": firmware(40),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=list(REFUSED))
def test_a_picture_is_refused_as_on_the_other_routes(anna: Client, data: bytes) -> None:
    refused = anna.send("/api/upload", data)
    assert refused.status == 422
    (violation,) = refused.json["error"]["violations"]
    before = kept()
    form = ask(anna)
    put(form["fields"]["key"], data)
    anna.world.deliver(ARRIVALS)
    assert status(anna, form["id"]) == failed(form["id"], (violation["property"], violation["message"]))
    assert kept() == before
    assert lying() == []


def test_a_file_that_is_too_large_is_refused_as_on_the_other_routes(anna: Client, limit: Limit) -> None:
    picture = pictures.noise(60, 60)
    form = ask(anna)
    limit(image_size_limit=10_000, presigned_image_limit=10_000)
    (violation,) = anna.send("/api/upload", picture).json["error"]["violations"]
    assert posted(anna, form, picture) == failed(form["id"], ("image", violation["message"]))
    assert violation["message"] == "The file is too large (0.02 MB). Allowed maximum size is 0.01 MB."


@pytest.mark.parametrize("size", [1, len(SMALL) - 1, len(SMALL) + 1])
def test_a_file_of_another_size_than_was_announced_is_refused(anna: Client, size: int) -> None:
    form = ask(anna, size=size)
    put(form["fields"]["key"])
    anna.world.deliver(ARRIVALS)
    message = f"The file has {len(SMALL)} bytes, not {size} as was said."
    assert status(anna, form["id"]) == failed(form["id"], ("size", message))


def test_rights_are_those_of_when_the_file_comes(anna: Client, bea: Client) -> None:
    trip, other = Workspace(anna), Workspace(anna)
    trip.connect(bea, rights="WRITE")
    other.connect(bea, rights="WRITE")
    folder = trip.folder()
    lowered, inside = ask(bea, constellation_uuid=trip.id), ask(anna, constellation_uuid=trip.id, folder_uuid=folder)
    late, deleted = ask(bea, constellation_uuid=trip.id), ask(bea, constellation_uuid=other.id)
    before = kept()
    trip.connect(bea, rights="COMMENT")
    assert posted(bea, lowered) == failed(lowered["id"], ("constellation_uuid", NEEDS_WRITE))
    trip.disconnect(bea)
    assert posted(bea, late) == failed(late["id"], ("constellation_uuid", NO_CONSTELLATION))
    assert anna.ask("DELETE", f"/folders/{folder}").status == 200
    assert posted(anna, inside) == failed(inside["id"], ("folder_uuid", NO_FOLDER))
    assert anna.ask("DELETE", other.path).status == 200
    assert posted(bea, deleted) == failed(deleted["id"], ("constellation_uuid", NO_CONSTELLATION))
    assert kept() == before


def test_the_quota_is_that_of_the_other_routes(world: World, limit: Limit) -> None:
    cleo = Client(world, "cleo")
    form = ask(cleo)
    limit(bytes_per_user=50)
    refused = cleo.send("/api/upload", SMALL)
    assert refused.status == 413
    assert posted(cleo, form) == failed(form["id"], ("image", refused.json["message"]))
    second = ask(cleo)
    limit(bytes_per_user=150)
    assert posted(cleo, second) == ready(second["id"], second["id"])
    third = ask(cleo)
    assert posted(cleo, third)["status"] == "failed"


# Firmware


HEX = firmware(100) + b"\r\n"
LONG_HEX = firmware(450_000)
SPARSE = b"\n".join([record(0, 8, b"b"), record(0, 0, b"a"), END])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (PLAIN, {"format": "opaque"}),
        (b"\0" * 1_100_000 + b":", {"format": "opaque"}),
        (HEX, {"format": "intel-hex", "segments": [{"start": 0, "length": 100}]}),
        (
            SPARSE.lower(),
            {"format": "intel-hex", "segments": [{"start": 0, "length": 1}, {"start": 8, "length": 1}]},
        ),
        (LONG_HEX, {"format": "intel-hex", "segments": [{"start": 0, "length": 450_000}]}),
        (SMALL, {"format": "opaque"}),
    ],
)
def test_a_binary_is_what_it_would_be_on_the_other_route(anna: Client, data: bytes, told: dict[str, Any]) -> None:
    firmware_id = made(anna)
    before = detail(anna, firmware_id)
    form = ask_for_binary(anna, firmware_id.upper(), size=len(data))
    assert posted(anna, form, data) == ready(form["id"], firmware_id)
    sums = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    assert detail(anna, firmware_id) == {**before, "confirmed": True, **sums, **told}
    fetched = anna.ask("GET", f"/image/{firmware_id}/binary")
    assert (fetched.body, fetched.headers["etag"]) == (data, f'"{sums["sha256"]}"')
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert lying() == []


@pytest.mark.parametrize("name", ["pump.HEX", ".hex", "../a/pump.hex", "pümp 🚰.hex"])
def test_the_name_of_a_binary_ends_in_hex(anna: Client, name: str) -> None:
    firmware_id = made(anna)
    assert sent(anna, kind="firmware", fileName=name, image_id=firmware_id).status == 201


BAD_HEX = {
    "no byte": b"",
    "no record": b":",
    "a bad checksum": HEX.replace(b"00010203", b"00010204"),
    "no end record": HEX.replace(END, b""),
    "something after the end": HEX + END,
    "a blank line": HEX.replace(b"\r\n", b"\r\n\r\n", 1),
    "data twice": SPARSE.replace(END, record(0, 8, b"x") + b"\n" + END),
    "a cut file": LONG_HEX[:1_000_321],
    "a long line": record(0, 0, b"a") + b"\n:" + b"0" * 1_100_001 + b"\n" + END,
    "a longer line": b":" + b"0" * 2_000_000,
}


@pytest.mark.parametrize("data", BAD_HEX.values(), ids=list(BAD_HEX))
def test_a_binary_is_refused_as_on_the_other_route(anna: Client, data: bytes) -> None:
    firmware_id = made(anna)
    refused = send(anna, firmware_id, data)
    assert refused.status == 400
    message = refused.json["message"].removeprefix("image: ")
    before = kept()
    form = ask_for_binary(anna, firmware_id)
    put(form["fields"]["key"], data)
    anna.world.deliver(ARRIVALS)
    assert status(anna, form["id"]) == failed(form["id"], ("image", message))
    assert kept() == before
    assert lying() == []


def test_firmware_is_as_when_the_file_comes(anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    trip.connect(bea, rights="WRITE")
    shared, mine, full, other = made(anna, constellation_uuid=trip.id), made(anna), made(anna), made(anna)
    lowered, late = ask_for_binary(bea, shared), ask_for_binary(bea, shared)
    gone, twice, good = ask_for_binary(anna, mine), ask_for_binary(anna, full), ask_for_binary(anna, other)
    trip.connect(bea, rights="READ")
    assert posted(bea, lowered, PLAIN) == failed(lowered["id"], ("image_id", NEEDS_WRITE))
    trip.disconnect(bea)
    assert posted(bea, late, PLAIN) == failed(late["id"], ("image_id", f"No such image: {shared}"))
    assert anna.ask("DELETE", f"/image/{mine}").status == 200
    assert posted(anna, gone, PLAIN) == failed(gone["id"], ("image_id", f"No such image: {mine}"))
    assert send(anna, full, HEX).status == 200
    before = binaries(anna.world)
    assert posted(anna, twice, PLAIN) == failed(twice["id"], ("image", "Binary already exists"))
    assert posted(anna, good, PLAIN)["status"] == "ready"
    assert sorted(binaries(anna.world)) == sorted([*before, PLAIN])
    anna.world.deliver(LEFTOVERS, delayed=True)
    assert sorted(binaries(anna.world)) == sorted([*before, PLAIN])


def test_firmware_that_is_too_large(anna: Client, limit: Limit) -> None:
    firmware_id = made(anna)
    form = ask_for_binary(anna, firmware_id)
    limit(presigned_firmware_limit=10_000)
    message = "The file is too large (0.02 MB). Allowed maximum size is 0.01 MB."
    assert posted(anna, form, bytes(20_000)) == failed(form["id"], ("image", message))
    assert detail(anna, firmware_id)["confirmed"] is False


# Once


def test_a_second_file_with_the_same_form_changes_nothing(anna: Client) -> None:
    good, other = pictures.still("GIF", 9, 7), pictures.still("PNG")
    form = ask(anna)
    assert posted(anna, form, good) == ready(form["id"], form["id"])
    before = kept()
    for data in (other, PDF, good):
        assert posted(anna, form, data) == ready(form["id"], form["id"])
        assert kept() == before
    assert lying() == []


def test_a_refused_form_stays_refused(anna: Client) -> None:
    form = ask(anna)
    told = posted(anna, form, PDF)
    before = kept()
    assert told["status"] == "failed"
    assert posted(anna, form) == told
    assert (kept(), lying()) == (before, [])


def test_a_second_binary_with_the_same_form_changes_nothing(anna: Client) -> None:
    firmware_id = made(anna)
    form = ask_for_binary(anna, firmware_id)
    assert posted(anna, form, HEX) == ready(form["id"], firmware_id)
    before = kept()
    assert posted(anna, form, PLAIN) == ready(form["id"], firmware_id)
    assert kept() == before
    assert anna.ask("DELETE", f"/image/{firmware_id}/binary").status == 200
    assert posted(anna, form, PLAIN) == ready(form["id"], firmware_id)
    assert detail(anna, firmware_id)["confirmed"] is False


def test_two_files_with_the_same_form_are_one_image(anna: Client) -> None:
    form = ask(anna)
    first, second = (put(form["fields"]["key"], pictures.still("GIF", *size)) for size in ((9, 7), (7, 9)))
    anna.world.take(ARRIVALS)
    tell(anna.world, second, first, second, first)
    assert status(anna, form["id"]) == ready(form["id"], form["id"])
    assert (metadata(anna, form["id"])["width"], lying()) == (7, [])


def test_an_image_that_was_deleted_does_not_come_again(anna: Client) -> None:
    form = ask(anna)
    assert posted(anna, form) == ready(form["id"], form["id"])
    assert anna.ask("DELETE", f"/api/image/{form['id']}").status == 204
    assert posted(anna, form) == ready(form["id"], form["id"])
    assert link(anna.world, f"{form['id']}.gif").status == 404


@pytest.mark.parametrize("key", [UNKNOWN, "x", f"{UNKNOWN}/a", "%2e%2e/x y+ü"])
def test_what_nobody_asked_a_form_for_becomes_nothing(anna: Client, key: str) -> None:
    before = kept(), anna.world.items(UPLOADS)
    put(f"incoming/{key}")
    anna.world.deliver(ARRIVALS)
    assert (kept(), anna.world.items(UPLOADS)) == before
    assert lying() == []

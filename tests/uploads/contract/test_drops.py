"""The contract's section on uploads by event: what is put under ``drop/`` and what comes of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import ARRIVALS, FIRMWARE, INCOMING, UPLOADS
from constellation.runtime.s3_events import StoredObject, notification
from constellation.uploads import incoming_store as incoming
from tests.support import pictures
from tests.support.firmware_api import PLAIN, detail
from tests.support.fixtures import lasting_anna, lasting_bea, lasting_world
from tests.support.hex_files import END, firmware
from tests.support.sharing import SMALL, Client, records
from tests.support.uploads_api import drop, kept, lying, put, reports, status, tell
from tests.support.workspace import UNKNOWN, Workspace, metadata, no_uuids
from tests.support.world import World

HEX = firmware(100)
BAD_KEY = ("key", "The key must be drop/{user_uuid}/[{constellation_uuid}/]{file name}.")
NO_USER = ("user_uuid", "User not found")
NO_CONSTELLATION = ("constellation_uuid", "Constellation not found")
NEEDS_WRITE = ("constellation_uuid", "This needs WRITE rights")
EMPTY = ("image", "An empty file is not allowed.")
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ODD_NAMES = ("a b.gif", "a+b.gif", "100%.gif", "%2e%2e%2f.gif", "Öland 🏝️.gif", "ä.gif", "a&b=c?d#e;'\"*.gif", ".gif")
"""Names that a URL would spell otherwise; in one of them the accent is a character of its own."""


world, anna, bea = lasting_world, lasting_anna, lasting_bea


@pytest.fixture(scope="module")
def trip(anna: Client) -> Workspace:
    """A constellation of Anna's."""
    return Workspace(anna)


@pytest.fixture(autouse=True)
def _nothing_left(world: World) -> Iterator[None]:
    """Begin without reports, and leave no object behind."""
    forget_reports()
    yield
    assert lying() == []


def forget_reports() -> None:
    """Let there be no reports."""
    for each in incoming.versions("drop-failed/"):
        incoming.delete(each.key, each.version)


def images(world: World) -> dict[str, Any]:
    """The records of all images by their ids."""
    return {record["id"]["S"]: record for record in records(world)}


def dropped_image(world: World, key: str, data: bytes = SMALL) -> str:
    """The id of the image that a dropped file becomes."""
    before = images(world).keys()
    drop(world, key, data)
    (image_id,) = images(world).keys() - before
    assert reports(world) == {}
    return image_id


def dropped_firmware(client: Client, key: str, data: bytes = HEX) -> dict[str, Any]:
    """What is known of the firmware image that a dropped file becomes."""
    before = {item["pk"]["S"] for item in client.world.items(FIRMWARE)}
    drop(client.world, key, data)
    (new,) = {item["pk"]["S"] for item in client.world.items(FIRMWARE)} - before
    assert reports(client.world) == {}
    return detail(client, new.removeprefix("FIRMWARE#"))


def upload_ids(world: World) -> set[str]:
    """The ids of all uploads."""
    return {item["pk"]["S"].removeprefix("UPLOAD#") for item in world.items(UPLOADS)}


def refused(world: World, key: str, data: bytes = SMALL) -> list[tuple[str, str]]:
    """What a dropped file is refused for, as its report says; and nothing has become of it."""
    before, known = kept(), upload_ids(world)
    drop(world, key, data)
    assert kept() == before
    (new,) = upload_ids(world) - known
    ((report_key, text),) = reports(world).items()
    assert report_key == f"drop-failed/{key.removeprefix('drop/')}.json"
    told = json.loads(text)
    assert told == {"key": key, "upload": new, "violations": told["violations"]}
    forget_reports()
    return [(each["property"], each["message"]) for each in told["violations"]]


# Images


def test_an_image_of_a_user(anna: Client) -> None:
    anna.world.advance(minutes=3)
    image_id = dropped_image(anna.world, f"drop/{anna.id}/sea.gif")
    told = metadata(anna, image_id)
    assert (told["name"], told["mime_type"], told["constellation_uuid"]) == ("sea.gif", "image/gif", None)
    assert told["created"] == anna.world.now.isoformat(timespec="microseconds")
    shown = anna.ask("GET", f"/api/image/{image_id}/detail").json
    assert (shown["description"], shown["isPublic"]) == ("", False)
    assert status(anna, image_id) == {"id": image_id, "status": "ready", "imageId": image_id}


def test_an_image_of_a_constellation(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    image_id = dropped_image(anna.world, f"drop/{bea.id.upper()}/{trip.id.upper()}/sea.gif")
    told = metadata(anna, image_id)
    assert (told["name"], told["constellation_uuid"], told["folder_uuid"]) == ("sea.gif", trip.id, trip.root)
    assert {"uuid": image_id, "name": "sea.gif", "type": "file"} in trip.tree()["children"]
    assert [each["id"] for each in bea.ask("GET", "/api/images", query={"uuid[]": image_id}).json] == [image_id]
    assert anna.ask("GET", f"/api/uploads/{image_id}").status == 404


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_the_images_whatever_a_url_makes_of_it(anna: Client, name: str) -> None:
    image_id = dropped_image(anna.world, f"drop/{anna.id}/{name}")
    assert metadata(anna, image_id)["name"] == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("C:\\sea\\day 1.gif", "day 1.gif"), ("a\u202egpj.exe", "agpj.exe"), ("\u2066", "{}.gif"), ("n" * 300, "n" * 255)],
)
def test_a_name_that_deceives_is_made_safe(anna: Client, name: str, shown: str) -> None:
    image_id = dropped_image(anna.world, f"drop/{anna.id}/{name}")
    assert metadata(anna, image_id)["name"] == shown.format(image_id)


@pytest.mark.parametrize("name", ["x.hex", "pump-1.0.0.HEX", "page.html", "x"])
def test_a_picture_is_one_by_content(anna: Client, name: str) -> None:
    for data, media_type in ((SMALL, "image/gif"), (pictures.still("PNG"), "image/png")):
        image_id = dropped_image(anna.world, f"drop/{anna.id}/{name}", data)
        assert metadata(anna, image_id)["mime_type"] == media_type


# Firmware


def test_firmware_of_a_user(anna: Client) -> None:
    anna.world.advance(minutes=3)
    told = dropped_firmware(anna, f"drop/{anna.id}/pump-1.2.3.hex")
    assert told == {
        "id": told["id"],
        "label": "pump",
        "fw_version": "1.2.3",
        "created": anna.world.now.isoformat(timespec="microseconds"),
        "confirmed": True,
        "rights": "ADMIN",
        "sha256": hashlib.sha256(HEX).hexdigest(),
        "size": len(HEX),
        "format": "intel-hex",
        "segments": [{"start": 0, "length": 100}],
    }
    assert anna.ask("GET", f"/image/{told['id']}/binary").body == HEX
    assert status(anna, told["id"]) == {"id": told["id"], "status": "ready", "imageId": told["id"]}
    assert anna.ask("GET", "/image/latest", query={"label": "pump"}).json["id"] == told["id"]
    assert anna.ask("DELETE", f"/image/{told['id']}").status == 200


def test_firmware_of_a_constellation(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    told = dropped_firmware(bea, f"drop/{bea.id}/{trip.id}/big-pump_v2.0.0-rc.1.hex")
    assert (told["label"], told["fw_version"]) == ("big-pump", "2.0.0-rc.1")
    assert told["rights"] == "WRITE"
    assert detail(anna, told["id"]) == {**told, "rights": "ADMIN"}
    trip.disconnect(bea)
    assert bea.ask("GET", f"/image/{told['id']}").status == 404


@pytest.mark.parametrize(
    ("name", "data", "label", "format_"),
    [
        ("sea.jpg", HEX, "sea.jpg", "intel-hex"),
        ("sea-1.0.0", HEX, "sea", "intel-hex"),
        ("pump.hex", HEX, "pump", "intel-hex"),
        ("pump.HEX", PLAIN, "pump", "opaque"),
        ("pump.hex", PDF, "pump", "opaque"),
        ("100% pümp+🚰.hex", HEX, "100% pümp+🚰", "intel-hex"),
        (f"{'n' * 128}-1.0.0.hex", PLAIN, "n" * 128, "opaque"),
    ],
)
def test_firmware_is_such_by_content_then_by_name(
    anna: Client, name: str, data: bytes, label: str, format_: str
) -> None:
    told = dropped_firmware(anna, f"drop/{anna.id}/{name}", data)
    assert (told["label"], told["format"], told["size"]) == (label, format_, len(data))
    assert told["fw_version"] == ("1.0.0" if "-1.0.0" in name else "0.0.0")
    assert anna.ask("GET", f"/image/{told['id']}/binary").body == data


def test_the_same_name_again_is_another_firmware_image(anna: Client) -> None:
    first, second = (dropped_firmware(anna, f"drop/{anna.id}/fan-1.0.0.hex") for _ in range(2))
    assert first["id"] != second["id"]
    assert first["label"] == second["label"]


# Refusals


@pytest.mark.parametrize(
    ("key", "violation"),
    [
        ("drop/sea.gif", BAD_KEY),
        ("drop//sea.gif", BAD_KEY),
        ("drop/anna/sea.gif", BAD_KEY),
        ("drop/{anna}//sea.gif", BAD_KEY),
        ("drop//{anna}/sea.gif", BAD_KEY),
        ("drop/{anna}/trip/sea.gif", BAD_KEY),
        ("drop/{anna}/{trip}/folder/sea.gif", BAD_KEY),
        ("drop/{anna}/{trip}/{trip}/sea.gif", BAD_KEY),
        ("drop/{anna} /sea.gif", BAD_KEY),
        (f"drop/{UNKNOWN}/sea.gif", NO_USER),
        ("drop/{trip}/sea.gif", NO_USER),
        (f"drop/{UNKNOWN}/{{trip}}/sea.gif", NO_USER),
        (f"drop/{{anna}}/{UNKNOWN}/sea.gif", NO_CONSTELLATION),
        ("drop/{anna}/{anna}/sea.gif", NO_CONSTELLATION),
        ("drop/{cleo}/{trip}/sea.gif", NO_CONSTELLATION),
        ("drop/{cleo}/{trip}/a b+%20ä&.gif", NO_CONSTELLATION),
        ("drop/{bea}/{trip}/sea.gif", NEEDS_WRITE),
    ],
)
@pytest.mark.parametrize("data", [SMALL, HEX], ids=["image", "firmware"])
def test_a_key_that_names_what_is_not_there(
    anna: Client, bea: Client, trip: Workspace, key: str, violation: tuple[str, str], data: bytes
) -> None:
    trip.connect(bea, rights="READ")
    others = Client(anna.world, f"user-{len(anna.world.items(UPLOADS))}").id if "{cleo}" in key else ""
    assert refused(anna.world, key.format(anna=anna.id, bea=bea.id, trip=trip.id, cleo=others), data) == [violation]


def test_no_uuid_is_no_user(anna: Client) -> None:
    for text in no_uuids(anna.id):
        assert refused(anna.world, f"drop/{text}/sea.gif") == [BAD_KEY]


@pytest.mark.parametrize("right", ["READ", "COMMENT"])
def test_write_is_needed(anna: Client, bea: Client, trip: Workspace, right: str) -> None:
    trip.connect(bea, rights=right)
    for name, data in (("sea.gif", SMALL), ("pump-1.0.0.hex", HEX), ("pump.hex", PLAIN)):
        assert refused(anna.world, f"drop/{bea.id}/{trip.id}/{name}", data) == [NEEDS_WRITE]


@pytest.mark.parametrize(
    ("name", "data", "violation"),
    [
        ("sea.gif", b"", EMPTY),
        ("pump.hex", b"", EMPTY),
        ("sea.jpg", pictures.still("JPEG")[:-300], ("image", "The image file is corrupted.")),
        ("pump.hex", HEX.replace(END, b""), ("image", "Line 8: the end record is missing")),
        ("x.gif", b":", ("image", "Line 1: a record is a colon and 5 to 260 pairs of hexadecimal digits")),
        (".hex", HEX, ("label", "This value should not be blank.")),
        (f"{'n' * 129}.hex", HEX, ("label", "This value is too long. It should have 128 characters or less.")),
        ("a\u202eb.hex", HEX, ("label", "This value must not hold control characters.")),
    ],
)
def test_a_file_that_is_wrong(anna: Client, name: str, data: bytes, violation: tuple[str, str]) -> None:
    assert refused(anna.world, f"drop/{anna.id}/{name}", data) == [violation]


def test_a_file_of_neither_kind_is_refused_as_on_the_other_routes(anna: Client) -> None:
    for data in (PDF, b"text", b"\0"):
        (violation,) = anna.send("/api/upload", data).json["error"]["violations"]
        told = refused(anna.world, f"drop/{anna.id}/sea.gif", data)
        assert told == [(violation["property"], violation["message"])]


def test_a_report_can_be_read(anna: Client) -> None:
    key = f"drop/{anna.id}/Öland 🏝️.gif"
    drop(anna.world, key, PDF)
    ((report_key, text),) = reports(anna.world).items()
    told = aws.call("s3", "get_object", Bucket=INCOMING.physical_name, Key=report_key)
    assert told["ContentType"] == "application/json"
    assert f'"key": "{key}"' in text.decode()
    assert text.decode().splitlines()[0] == "{"
    answer = status(anna, json.loads(text)["upload"])
    assert (answer["status"], answer["violations"]) == ("failed", json.loads(text)["violations"])


def test_a_key_may_be_as_long_as_s3_lets_it(anna: Client) -> None:
    room = 1024 - len(f"drop/{anna.id}/")
    drop(anna.world, f"drop/{anna.id}/x{'é' * (room // 2 - 1)}", PDF)
    (report_key,) = reports(anna.world)
    assert len(report_key.encode()) <= 1024
    forget_reports()
    image_id = dropped_image(anna.world, f"drop/{anna.id}/{'n' * room}")
    assert metadata(anna, image_id)["name"] == "n" * 255


# Events


def test_a_folder_of_a_console_is_nothing(anna: Client, trip: Workspace) -> None:
    before = kept(), anna.world.items(UPLOADS)
    for key in ("drop/", f"drop/{anna.id}/", f"drop/{anna.id}/{trip.id}/"):
        marker = put(key, b"")
        anna.world.deliver(ARRIVALS)
        assert lying() == [key]
        incoming.delete(key, marker.version)
    assert (kept(), anna.world.items(UPLOADS), reports(anna.world)) == (*before, {})


def test_an_object_that_was_deleted_before_its_event_is_nothing(anna: Client) -> None:
    before = kept(), anna.world.items(UPLOADS)
    erased, hidden = (put(f"drop/{anna.id}/{name}") for name in ("erased.gif", "hidden.gif"))
    anna.world.take(ARRIVALS)
    incoming.delete(erased.key, erased.version)
    aws.call("s3", "delete_object", Bucket=hidden.bucket, Key=hidden.key)
    tell(anna.world, erased, hidden, erased, hidden)
    assert (kept(), anna.world.items(UPLOADS), reports(anna.world)) == (*before, {})


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 1, 0, 0)])
def test_an_object_that_was_overwritten_before_its_event_is_two(anna: Client, order: tuple[int, ...]) -> None:
    before = images(anna.world).keys()
    versions = [put(f"drop/{anna.id}/sea.gif", pictures.still("GIF", *size)) for size in ((9, 7), (7, 9))]
    anna.world.take(ARRIVALS)
    tell(anna.world, *(versions[number] for number in order))
    made = images(anna.world).keys() - before
    assert sorted(metadata(anna, image_id)["width"] for image_id in made) == [7, 9]


def test_events_without_versions_are_of_what_is_there(anna: Client) -> None:
    before = images(anna.world).keys()
    versions = [put(f"drop/{anna.id}/sea.gif", pictures.still("GIF", *size)) for size in ((9, 7), (7, 9))]
    anna.world.take(ARRIVALS)
    tell(anna.world, *(StoredObject(each.bucket, each.key) for each in versions))
    made = images(anna.world).keys() - before
    assert sorted(metadata(anna, image_id)["width"] for image_id in made) == [7, 9]


@pytest.mark.parametrize(
    ("name", "data"),
    [("sea.gif", SMALL), ("pump-1.0.0.hex", HEX), ("sea.txt", PDF)],
    ids=["image", "firmware", "neither"],
)
def test_an_event_that_comes_again_is_nothing(anna: Client, name: str, data: bytes) -> None:
    arrived = put(f"drop/{anna.id}/{name}", data)
    assert anna.world.deliver(ARRIVALS) == 1
    after = kept(), anna.world.items(UPLOADS), reports(anna.world)
    tell(anna.world, arrived, arrived)
    assert (kept(), anna.world.items(UPLOADS), reports(anna.world)) == after


def test_several_objects_of_one_event(anna: Client) -> None:
    before = images(anna.world).keys()
    told = [notification(put(f"drop/{anna.id}/{name}.gif"))["Records"][0] for name in "abc"]
    anna.world.take(ARRIVALS)
    assert anna.world.receive(ARRIVALS, [{"Records": told}]) == []
    assert len(images(anna.world).keys() - before) == 3


NOTHING: dict[str, Any] = {}
GARBAGE: tuple[Any, ...] = (
    NOTHING,
    [],
    "text",
    None,
    5,
    {"Records": None},
    {"Records": [NOTHING]},
    {"Records": [{"s3": {"bucket": {"name": "constellation-incoming"}, "object": NOTHING}}]},
    {"Records": [{"s3": {"bucket": {"name": "constellation-incoming"}, "object": {"key": 5}}}]},
    {"Event": "s3:AnotherEvent"},
)


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_fails_and_the_others_go_on(anna: Client, garbage: Any) -> None:
    before = images(anna.world).keys()
    good = [notification(put(f"drop/{anna.id}/{name}.gif")) for name in "ab"]
    anna.world.take(ARRIVALS)
    assert anna.world.receive(ARRIVALS, [garbage, good[0], garbage, good[1]]) == [garbage, garbage]
    assert len(images(anna.world).keys() - before) == 2


@pytest.mark.parametrize("bucket", ["constellation-originals", "constellation-logs", "elsewhere", ""])
def test_an_event_of_another_bucket_fails_and_touches_nothing(anna: Client, bucket: str) -> None:
    image_id = dropped_image(anna.world, f"drop/{anna.id}/a.gif")
    before = kept()
    wrong = [notification(StoredObject(bucket, key)) for key in (f"images/{image_id}", f"drop/{anna.id}/a.gif")]
    assert anna.world.receive(ARRIVALS, wrong) == wrong
    assert kept() == before


@pytest.mark.parametrize("prefix", ["images/", "drop-failed/", "", "Drop/", "/drop/"])
def test_an_event_of_what_lies_elsewhere_in_the_bucket_fails(anna: Client, prefix: str) -> None:
    before = kept()
    stray = put(f"{prefix}{anna.id}/a.gif")
    wrong = [notification(stray)]
    assert anna.world.messages(ARRIVALS) == []
    assert anna.world.receive(ARRIVALS, wrong) == wrong
    assert kept() == before
    incoming.delete(stray.key, stray.version)


def test_what_s3_says_to_try_its_queue_is_no_fault(anna: Client) -> None:
    tried: Mapping[str, str] = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": INCOMING.physical_name}
    before = kept()
    assert anna.world.receive(ARRIVALS, [tried]) == []
    assert kept() == before

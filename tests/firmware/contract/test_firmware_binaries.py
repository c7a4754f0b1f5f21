"""Document 002 and the contract's section "Firmware": the files of firmware images, up and down."""

import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from constellation.aws.resources import LEFTOVERS
from tests.support.digests import digest_of
from tests.support.firmware_api import PLAIN, confirmed, detail, made, no_such, send, stored
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.hex_files import END, firmware, record
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Answer, File, World, multipart

NO_BINARY = {"message": "Image does not have an binary file", "status": 404}
NO_FILE = "image: No file was uploaded."
EXAMPLE = (
    b"--BOUNDARY\r\n"
    b'Content-Disposition: form-data; name="image"; filename="image.hex"\r\n'
    b"Content-Type: application/octet-stream\r\n"
    b"\r\n"
    b"0123456789\r\n"
    b"--BOUNDARY--\r\n"
)
DATA = bytes(range(256)) * 4

slashes = pytest.mark.parametrize("slash", ["", "/"])


world, anna = lasting_world, lasting_anna


@pytest.fixture(scope="module")
def data_id(anna: Client) -> str:
    """A firmware image whose binary is ``DATA``."""
    firmware_id = made(anna)
    assert send(anna, firmware_id, DATA).status == 200
    return firmware_id


def fetch(client: Client, firmware_id: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to a download; the names of headers have underscores for hyphens."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.ask(method, f"/image/{firmware_id}/binary", headers=sent)


def etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()}"'


def assert_refused(client: Client, firmware_id: str, answer: Answer, message: str) -> None:
    """A 400 in the document's shape, and nothing stored."""
    assert (answer.status, answer.json) == (400, {"message": message, "status": 400})
    assert detail(client, firmware_id)["confirmed"] is False
    assert not [key for key in stored(client.world)[1] if firmware_id in key]


# Document 002, the examples in their order


@slashes
def test_example_download(anna: Client, slash: str) -> None:
    answer = anna.ask("GET", f"/image/{confirmed(anna)}/binary{slash}")
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "application/octet-stream", PLAIN)


@slashes
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_example_no_such_image(anna: Client, method: str, slash: str) -> None:
    path = f"/image/57852f31-a906-4d5f-a0c3-fde41ff64d/binary{slash}"
    answer = anna.ask(method, path, form={"image": File("image.hex", PLAIN)})
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json == {"message": "No such image: 57852f31-a906-4d5f-a0c3-fde41ff64d", "status": 404}


@slashes
def test_example_no_binary(anna: Client, slash: str) -> None:
    answer = anna.ask("GET", f"/image/{made(anna)}/binary{slash}")
    assert (answer.status, answer.headers["content-type"], answer.json) == (404, "application/json", NO_BINARY)


@slashes
def test_example_delete(anna: Client, slash: str) -> None:
    firmware_id = confirmed(anna)
    answer = anna.ask("DELETE", f"/image/{firmware_id}/binary{slash}")
    assert (answer.status, answer.headers["content-type"], answer.json) == (200, "application/json", {"result": "ok"})


@slashes
def test_example_upload(anna: Client, slash: str) -> None:
    firmware_id = made(anna)
    headers = {"Content-Type": "multipart/form-data;boundary=BOUNDARY"}
    answer = anna.ask("POST", f"/image/{firmware_id}/binary{slash}", body=EXAMPLE, headers=headers)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {"image": firmware_id, "message": "image uploaded"}
    assert fetch(anna, firmware_id).body == b"0123456789"


# Uploads


@pytest.mark.parametrize("data", [b"\0", b"x:", b"\r\n:", b" " + END, DATA, bytes(200_000), b"--BOUNDARX\r\n--"])
def test_what_is_no_intel_hex_is_kept_as_it_is(anna: Client, data: bytes) -> None:
    firmware_id = made(anna)
    before = detail(anna, firmware_id)
    assert send(anna, firmware_id, data).status == 200
    told = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "format": "opaque"}
    assert detail(anna, firmware_id) == {**before, "confirmed": True, **told}
    assert fetch(anna, firmware_id).body == data


@pytest.mark.parametrize(
    ("data", "segments"),
    [
        (firmware(100), [(0, 100)]),
        (firmware(100).lower().replace(b"\r", b""), [(0, 100)]),
        (firmware(0x20, 0x0800_FFF0) + b"\r\n\n", [(0x0800_FFF0, 0x20)]),
        (b"\n".join([record(0, 8, b"b"), record(0, 0, b"a"), END]), [(0, 1), (8, 1)]),
        (END, []),
    ],
)
def test_intel_hex_is_checked_and_kept_as_it_is(anna: Client, data: bytes, segments: list[tuple[int, int]]) -> None:
    firmware_id = made(anna)
    assert send(anna, firmware_id, data).status == 200
    told = detail(anna, firmware_id)
    assert (told["format"], told["size"]) == ("intel-hex", len(data))
    assert told["segments"] == [{"start": start, "length": length} for start, length in segments]
    answer = fetch(anna, firmware_id)
    assert (answer.body, answer.headers["etag"]) == (data, etag(data))


FIRST, SECOND = record(0, 0, b"abcd"), record(0, 4, b"efgh")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([FIRST, SECOND[:-2] + b"00", END], "Line 2: the checksum is wrong"),
        ([FIRST[:-2], END], "Line 1: the record's length is not the one that it states"),
        ([FIRST, SECOND[:9], END], "Line 2: a record is a colon and 5 to 260 pairs of hexadecimal digits"),
        ([b":"], "Line 1: a record is a colon and 5 to 260 pairs of hexadecimal digits"),
        ([FIRST, b"efgh", END], "Line 2: a record is a colon and 5 to 260 pairs of hexadecimal digits"),
        ([FIRST, record(6, 0, b""), END], "Line 2: there is no record type 6"),
        ([FIRST, SECOND], "Line 2: the end record is missing"),
        ([FIRST, SECOND, b"", b""], "Line 2: the end record is missing"),
        ([FIRST, END, SECOND], "Line 3: there is something after the end record"),
        ([FIRST, record(0, 3, b"x"), END], "Line 2: the data overlaps with that of an earlier record"),
        ([FIRST, b"", SECOND, END], "Line 2: a blank line can only stand at the end"),
    ],
)
def test_the_first_bad_line_is_named(anna: Client, lines: list[bytes], message: str) -> None:
    firmware_id = made(anna)
    for ending in (b"\n", b"\r\n"):
        answer = send(anna, firmware_id, ending.join(lines))
        assert_refused(anna, firmware_id, answer, message)


@pytest.mark.parametrize(
    "name", ["image.HEX", "a.b.Hex", ".hex", "C:\\work\\image.hex", "../../image.hex", "é.hex", "n" * 300 + ".hex"]
)
def test_names_that_are_taken(anna: Client, name: str) -> None:
    firmware_id = made(anna)
    assert send(anna, firmware_id, name=name).status == 200
    assert fetch(anna, firmware_id).headers["content-disposition"] == f'attachment; filename="{firmware_id}.hex"'


@pytest.mark.parametrize(
    "name", ["image.bin", "image", "hex", "image.hex.bin", "image.hex ", "image.hexx", "image.hex\u200b"]
)
def test_another_extension(anna: Client, name: str) -> None:
    firmware_id = made(anna)
    answer = send(anna, firmware_id, name=name)
    assert_refused(anna, firmware_id, answer, "image: The file's name must end in .hex.")


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, NO_FILE),
        ({"image": "0123456789"}, NO_FILE),
        ({"file": File("image.hex", PLAIN)}, NO_FILE),
        ({"Image": File("image.hex", PLAIN)}, NO_FILE),
        ({"image": File("", PLAIN)}, "image: The file has no name."),
        ({"image": File("image.hex", b"")}, "image: An empty file is not allowed."),
    ],
)
def test_forms_without_a_file(anna: Client, form: Mapping[str, str | File], message: str) -> None:
    firmware_id = made(anna)
    answer = anna.ask("POST", f"/image/{firmware_id}/binary", form=form)
    assert_refused(anna, firmware_id, answer, message)


def test_two_files(anna: Client) -> None:
    firmware_id = made(anna)
    body = EXAMPLE.replace(b"--BOUNDARY--\r\n", EXAMPLE)
    headers = {"Content-Type": "multipart/form-data; boundary=BOUNDARY"}
    answer = anna.ask("POST", f"/image/{firmware_id}/binary", body=body, headers=headers)
    assert_refused(anna, firmware_id, answer, "image: This field must be sent once.")


def test_a_field_that_nobody_asked_for(anna: Client) -> None:
    firmware_id = made(anna)
    form = {"image": File("a.hex", PLAIN), "sha256": "0", "other": File("b.bin", b"")}
    assert anna.ask("POST", f"/image/{firmware_id}/binary", form=form).status == 200
    assert detail(anna, firmware_id)["sha256"] == hashlib.sha256(PLAIN).hexdigest()


@pytest.mark.parametrize(
    "media_type", ["", "application/octet-stream", "application/json", "multipart/mixed; boundary=BOUNDARY"]
)
def test_what_is_no_multipart(anna: Client, media_type: str) -> None:
    firmware_id = made(anna)
    headers = {"Content-Type": media_type} if media_type else {}
    answer = anna.ask("POST", f"/image/{firmware_id}/binary", body=EXAMPLE, headers=headers)
    assert_refused(anna, firmware_id, answer, "Content-Type must be multipart/form-data")


@pytest.mark.parametrize("boundary", ["; boundary=BOUNDARY", "; boundary=OTHER", "; boundary=", ""])
def test_multipart_that_cannot_be_read(anna: Client, boundary: str) -> None:
    firmware_id = made(anna)
    body = EXAMPLE[:-9] if "BOUNDARY" in boundary else EXAMPLE
    headers = {"Content-Type": f"multipart/form-data{boundary}"}
    answer = anna.ask("POST", f"/image/{firmware_id}/binary", body=body, headers=headers)
    assert_refused(anna, firmware_id, answer, "The multipart body cannot be read")


def test_a_file_above_what_a_function_takes(anna: Client) -> None:
    firmware_id = made(anna)
    answer = send(anna, firmware_id, bytes(4_500_001))
    assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)
    assert "POST /api/uploads" in answer.json["message"]
    assert detail(anna, firmware_id)["confirmed"] is False


def test_there_is_one_binary_until_it_is_deleted(world: World, anna: Client) -> None:
    firmware_id = confirmed(anna)
    before = stored(world)
    answer = send(anna, firmware_id, DATA)
    assert (answer.status, answer.json) == (400, {"message": "Binary already exists", "status": 400})
    assert stored(world) == before
    for _ in range(2):
        assert anna.ask("DELETE", f"/image/{firmware_id}/binary").json == {"result": "ok"}
        assert detail(anna, firmware_id).keys() == {"label", "fw_version", "id", "created", "confirmed", "rights"}
        assert detail(anna, firmware_id)["confirmed"] is False
        assert fetch(anna, firmware_id).json == NO_BINARY
        assert f"{firmware_id}.hex" not in anna.ask("GET", "/image/binary").json
    assert not [key for key in stored(world)[1] if firmware_id in key]
    assert send(anna, firmware_id, DATA).status == 200
    assert fetch(anna, firmware_id).body == DATA
    world.deliver(LEFTOVERS, delayed=True)
    assert fetch(anna, firmware_id).body == DATA


def test_two_images_may_have_the_same_bytes(anna: Client) -> None:
    one, other = confirmed(anna), confirmed(anna)
    assert anna.ask("DELETE", f"/image/{one}").status == 200
    assert fetch(anna, other).body == PLAIN


# Downloads


def test_what_a_download_says(anna: Client, data_id: str) -> None:
    answer = fetch(anna, data_id)
    assert (answer.status, answer.body) == (200, DATA)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{data_id}.hex"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["etag"] == etag(DATA)
    assert answer.headers["repr-digest"] == digest_of(DATA)


def test_head(anna: Client, data_id: str) -> None:
    """The same without the bytes, and without ranges; a client sizes its download by it."""
    whole, bare = fetch(anna, data_id), fetch(anna, data_id, "HEAD", Range="bytes=0-3")
    told = {**whole.headers, "content-length": str(len(DATA))}
    assert (bare.status, bare.body, bare.headers) == (200, b"", told)
    empty = made(anna)
    missing, none = fetch(anna, empty), fetch(anna, empty, "HEAD")
    assert (none.status, none.body, none.headers["content-length"]) == (404, b"", str(len(missing.body)))


@pytest.mark.parametrize("known", ["{}", "W/{}", '"x", {}', "*"])
def test_who_has_the_bytes_gets_none(anna: Client, data_id: str, known: str) -> None:
    for method in ("GET", "HEAD"):
        answer = fetch(anna, data_id, method, If_None_Match=known.format(etag(DATA)), Range="bytes=0-3")
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag(DATA))
        assert "content-length" not in answer.headers


@pytest.mark.parametrize("known", ['"x"', etag(PLAIN), hashlib.sha256(DATA).hexdigest(), ""])
def test_who_has_others_gets_them(anna: Client, data_id: str, known: str) -> None:
    answer = fetch(anna, data_id, If_None_Match=known)
    assert (answer.status, answer.body) == (200, DATA)


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-1023", 0, 1023),
        ("bytes=100-199", 100, 199),
        ("bytes=1000-5000", 1000, 1023),
        ("bytes=1023-", 1023, 1023),
        ("bytes=0-", 0, 1023),
        ("bytes=512-", 512, 1023),
        ("bytes=-1", 1023, 1023),
        ("bytes=-100", 924, 1023),
        ("bytes=-5000", 0, 1023),
    ],
)
def test_a_range(anna: Client, data_id: str, wanted: str, first: int, last: int) -> None:
    for headers in ({}, {"If_Range": etag(DATA)}):
        answer = fetch(anna, data_id, Range=wanted, **headers)
        assert (answer.status, answer.body) == (206, DATA[first : last + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{last}/1024"
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["etag"] == etag(DATA)
        assert answer.headers["repr-digest"] == digest_of(DATA)


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=1024-1030", "bytes=5000-6000", "bytes=-0"])
def test_a_range_past_the_end(anna: Client, data_id: str, wanted: str) -> None:
    answer = fetch(anna, data_id, Range=wanted)
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */1024")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {"message": "The range lies outside of the 1024 bytes of the binary", "status": 416}


@pytest.mark.parametrize(
    "wanted",
    [
        *(
            "bytes=5-2",
            "bytes=0-1,3-4",
            "bytes=0-0,-1",
            "bytes=-",
            "bytes=",
            "bytes=a-b",
            "bytes=1",
            "0-1",
            "lines=0-1",
        ),
        *("bytes=٠-١", "bytes=0x0-0x1", "bytes=--1", "bytes=1.0-2"),
    ],
)
def test_a_range_that_is_none_is_everything(anna: Client, data_id: str, wanted: str) -> None:
    answer = fetch(anna, data_id, Range=wanted)
    assert (answer.status, answer.body) == (200, DATA)
    assert "content-range" not in answer.headers


def test_a_range_of_other_bytes_is_everything(anna: Client, data_id: str) -> None:
    for known in ('"x"', f"W/{etag(DATA)}", "Fri, 11 Jul 2025 12:00:00 GMT"):
        answer = fetch(anna, data_id, Range="bytes=0-3", If_Range=known)
        assert (answer.status, answer.body) == (200, DATA)


def test_above_what_a_function_answers(anna: Client, data_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signed URL, of at most five minutes, that knows ranges too; a range that fits is answered at once."""
    monkeypatch.setattr("functions.firmware.get_binary.handler.DIRECT_FILE_LIMIT", 1000)
    for wanted in ({}, {"Range": "bytes=0-1000"}, {"Range": "bytes=0-1,3-4"}):
        answer = fetch(anna, data_id, **wanted)
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (307, b"", "no-store")
        url = answer.headers["location"]
        parameters = parse_qs(urlsplit(url).query)
        assert int(parameters["X-Amz-Expires"][0]) <= 300
        assert parameters["response-content-disposition"] == [f'attachment; filename="{data_id}.hex"']
        whole = requests.get(url, timeout=5)
        assert (whole.status_code, whole.content) == (200, DATA)
        part = requests.get(url, headers={"Range": "bytes=100-199"}, timeout=5)
        assert (part.status_code, part.content) == (206, DATA[100:200])
    answer = fetch(anna, data_id, Range="bytes=0-999")
    assert (answer.status, answer.body) == (206, DATA[:1000])
    head = fetch(anna, data_id, "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(DATA)))
    assert fetch(anna, data_id, If_None_Match=etag(DATA)).status == 304
    assert fetch(anna, data_id, Range="bytes=1024-").status == 416


def test_ranges_together_are_the_file(anna: Client, data_id: str) -> None:
    parts = [fetch(anna, data_id, Range=f"bytes={start}-{start + 99}").body for start in range(0, len(DATA), 100)]
    assert b"".join(parts) == DATA


def test_a_binary_of_the_largest_size(anna: Client) -> None:
    data = bytes(range(250)) * 18_000
    assert len(data) == 4_500_000
    firmware_id = made(anna)
    assert send(anna, firmware_id, data).status == 200
    assert fetch(anna, firmware_id).body == data


def test_nobody_else_fetches_it(world: World, anna: Client, data_id: str) -> None:
    bea = Client(world, "bea")
    for method in ("GET", "HEAD", "POST", "DELETE"):
        body, media_type = multipart({"image": File("image.hex", PLAIN)})
        headers = {"Content-Type": media_type, "If-None-Match": "*", "Range": "bytes=9999-"}
        answer = bea.ask(method, f"/image/{data_id}/binary", body=body, headers=headers)
        assert answer.status == 404
        assert method == "HEAD" or answer.json == no_such(data_id)
    lab = Workspace(anna)
    shared = confirmed(anna, constellation_uuid=lab.id)
    lab.connect(bea)
    assert fetch(bea, shared).body == PLAIN
    lab.disconnect(bea)
    assert fetch(bea, shared).status == 404

"""Forms on every route that takes one: what others send beside the fields that a route knows, and how they name files.

The contract's "Conventions" ("Unknown fields are ignored"), RFC 7578, RFC 8187 and RFC 2047.
"""

from collections.abc import Callable

import pytest

from constellation.runtime.endpoint import Endpoint
from tests.support import pictures
from tests.support.firmware_api import PLAIN, made
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.sharing import Client
from tests.support.world import Answer, handlers

world, anna = lasting_world, lasting_anna

PICTURE = pictures.still("JPEG")
DISPOSITION = b"--XbX\r\nContent-Disposition: form-data; "
NAMED = DISPOSITION + b"name=%s; %s\r\n\r\n%s\r\n"
END = b"--XbX--\r\n"

Send = Callable[[Client, bytes, bytes], Answer]
"""Sends a form with one file, whose name is in a parameter, and with other fields before it."""


def _posted(client: Client, path: str, token: str | None, body: bytes) -> Answer:
    headers = {"Content-Type": "multipart/form-data; boundary=XbX"}
    return client.world.request("POST", path, token=token, headers=headers, body=body + END)


def _shared(path: str) -> Send:
    def send(client: Client, name: bytes, others: bytes) -> Answer:
        return _posted(client, path, client.credential(path), others + NAMED % (b"image", name, PICTURE))

    return send


def _added(client: Client, name: bytes, others: bytes) -> Answer:
    return _posted(client, "/images", client.token, others + NAMED % (b"file", name, PICTURE))


def _binary(client: Client, name: bytes, others: bytes) -> Answer:
    return _posted(client, f"/image/{made(client)}/binary", client.token, others + NAMED % (b"image", name, PLAIN))


ROUTES = {
    "POST|PUT /api/upload": (_shared("/api/upload"), 201),
    "POST|PUT /api/guest/upload": (_shared("/api/guest/upload"), 201),
    "POST|PUT /api/external/upload": (_shared("/api/external/upload"), 201),
    "POST /api/upload/batch": (_shared("/api/upload/batch"), 200),
    "POST /images": (_added, 201),
    "POST /image/{image_id}/binary": (_binary, 200),
}
routes = pytest.mark.parametrize(("send", "status"), ROUTES.values(), ids=ROUTES)


def test_these_are_all_routes_that_take_forms() -> None:
    """All with a file. The form of a share's page has none."""
    endpoints = [handler for handler in handlers().values() if isinstance(handler, Endpoint)]
    taking = [each for each in endpoints if "form" in each.function.__annotations__ and each.path != "/s/{code}"]
    assert {f"{'|'.join(each.methods)} {each.path}" for each in taking} == ROUTES.keys()


UNKNOWN = {
    "a field twice": DISPOSITION + b'name="tags[]"\r\n\r\nsea\r\n' + DISPOSITION + b'name="tags[]"\r\n\r\nsun\r\n',
    "a field in Latin-1": DISPOSITION + b'name="titl\xe9"\r\n\r\ncaf\xe9\r\n',
    "a file twice": (DISPOSITION + b'name="raw"; filename="a.cr2"\r\nX-A: b\r\n\r\n\xff\x00\r\n') * 2,
    "fields without names": DISPOSITION
    + b'name=""\r\n\r\nx\r\n'
    + b"--XbX\r\n\r\nx\r\n"
    + DISPOSITION[:-2]
    + b"\r\n\r\nx\r\n",
    "a preamble": b"preamble\r\n",
}


@routes
@pytest.mark.parametrize("others", UNKNOWN.values(), ids=UNKNOWN)
def test_fields_that_a_route_does_not_know_are_ignored(anna: Client, send: Send, status: int, others: bytes) -> None:
    answer = send(anna, b'filename="a.hex"', others)
    assert answer.status == status, answer.body


@pytest.mark.parametrize(("send", "status"), [each for path, each in ROUTES.items() if "batch" not in path])
def test_a_field_that_it_knows_comes_once(anna: Client, send: Send, status: int) -> None:
    twice = b"".join(NAMED % (name, b"filename=a.hex", PICTURE) for name in (b"image", b"file"))
    assert send(anna, b'filename="a.hex"', twice).status == (422 if status == 201 and send is not _added else 400)


FILE_NAMES = {
    ".NET": (
        b'filename="=?utf-8?B?0L/RgNC+0YjQuNCy0LrQsC5oZXg=?=";'
        b" filename*=utf-8''%D0%BF%D1%80%D0%BE%D1%88%D0%B8%D0%B2%D0%BA%D0%B0.hex",
        "прошивка.hex",
    ),
    "extended": (b"filename=a.txt; filename*=UTF-8''%C3%A9.hex", "é.hex"),
    "extended, wrong": (b"filename*=UTF-8''%E9.txt; filename=a.hex", "a.hex"),
    "extended, a path": (b"filename*=UTF-8''..%2F..%5Cb.hex", "b.hex"),
    "extended, control characters": (b"filename*=UTF-8''a%00%0D%0A%E2%80%AEb.hex", "ab.hex"),
    "words": (b'filename="=?utf-8?Q?caf=C3=A9.hex?="', "café.hex"),
    "percent": (b'filename="%D0%B0%20b.hex"', "а b.hex"),
    "percent, a path": (b'filename="a%2Fb.hex"', "b.hex"),
    "Latin-1": (b'filename="caf\xe9.hex"', "café.hex"),
    "a token": (b"filename=a.hex", "a.hex"),
    "escapes": (b'filename="a\\"b.hex"', 'a"b.hex'),
    "a path": (b'filename="C:\\photos\\a.hex"', "a.hex"),
    "long": (b"filename*=UTF-8''" + b"%F0%90%90%A8" * 251 + b".hex", "\U00010428" * 251 + ".hex"),
}


@pytest.mark.parametrize(("sent", "name"), FILE_NAMES.values(), ids=FILE_NAMES)
def test_the_name_of_a_file_is_read_as_it_was_sent(anna: Client, sent: bytes, name: str) -> None:
    added = _added(anna, sent, b"").json
    assert added["filename"] == name
    shared = _shared("/api/upload")(anna, sent, b"").json
    for image_id in (added["uuid"], shared["id"]):
        told = anna.ask("GET", f"/images/{image_id}", headers={"Accept": "application/json"}).json
        assert told["name"] == name
    assert _binary(anna, sent, b"").status == 200


@pytest.mark.parametrize(
    "sent", [b"filename=a.hex; filename*=UTF-8''a.txt", b'filename="=?utf-8?B?YS50eHQ=?="', b'filename="a.hex%00"']
)
def test_another_extension_is_refused_however_it_is_sent(anna: Client, sent: bytes) -> None:
    answer = _binary(anna, sent, b"")
    assert (answer.status, answer.json["message"]) == (400, "image: The file's name must end in .hex.")

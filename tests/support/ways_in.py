"""Every way in of a picture: forms of users, guests, keys and constellations, posted and dropped files."""

import zlib
from collections.abc import Callable, Mapping

from tests.support.sharing import Client
from tests.support.uploads_api import ask, drop, posted, reports
from tests.support.world import File

Way = Callable[[Client, bytes], str]
"""Sends a picture, and gives what is said of it when it is refused."""


def _form(path: str, field: str = "image") -> Way:
    def send(client: Client, data: bytes) -> str:
        token = client.token if path == "/images" else client.credential(path)
        answer = client.world.request("POST", path, token=token, form={field: File("a.jpg", data)})
        assert answer.status in (201, 400 if path == "/images" else 422), answer.body
        return "" if answer.status == 201 else answer.body.decode()

    return send


def _posted(client: Client, data: bytes) -> str:
    found = posted(client, ask(client), data)
    return "" if found["status"] == "ready" else f"{found}"


def _dropped(client: Client, data: bytes) -> str:
    before = reports(client.world).keys()
    drop(client.world, f"drop/{client.id}/{zlib.crc32(data)}.jpg", data)
    return "".join(text.decode() for key, text in reports(client.world).items() if key not in before)


WAYS: Mapping[str, Way] = {
    "/api/upload": _form("/api/upload"),
    "/api/guest/upload": _form("/api/guest/upload"),
    "/api/external/upload": _form("/api/external/upload"),
    "/images": _form("/images", "file"),
    "posted": _posted,
    "dropped": _dropped,
}

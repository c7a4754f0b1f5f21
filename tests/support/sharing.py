"""The sharing surface in tests: users, uploads, and links as the gateway and the CDN request them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from constellation.aws.resources import IMAGES, ORIGINALS, RENDITIONS
from constellation.links.model import Link, parse_link
from constellation.runtime.request import Caller
from tests.support import pictures
from tests.support.ready_users import user
from tests.support.world import Answer, File, World, event

ANNA = Caller("8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11", session_id="session")
SMALL = pictures.still("GIF", 8, 6)
SMALL_PLACEHOLDER = "45gJTYxpZXdHh3egeDiIZphYUMkF"
NOT_FOUND: dict[str, Any] = {"error": {"title": "Not Found", "message": "Image not found", "violations": []}}

Query = Mapping[str, str | Sequence[str]]


class Client:
    """A user with an id, a token and an API key."""

    def __init__(self, world: World, name: str = "anna", **fields: str) -> None:
        self.world = world
        self.name = name
        self.id, self.token, self.key = user(world, name, **fields)

    def credential(self, path: str) -> str | None:
        """Return the credential that the route of an upload needs."""
        return {"/api/external/upload": self.key, "/api/guest/upload": None}.get(path, self.token)

    def ask(self, method: str, path: str, **parts: Any) -> Answer:
        """Return the answer to a request with the token."""
        return self.world.request(method, path, token=self.token, **parts)

    def send(self, path: str, picture: bytes, *, method: str = "POST", name: str = "a.jpg", **fields: str) -> Answer:
        """Return the answer to an upload on a route, with the credential that the route needs."""
        form = {"image": File(name, picture), **fields}
        return self.world.request(method, path, token=self.credential(path), form=form)

    def image(self, picture: bytes | None = None, *, name: str = "a.jpg", **fields: str) -> str:
        """Upload a picture, a small one if none is given, and return the image's id."""
        answer = self.send("/api/upload", picture or SMALL, name=name, **fields)
        assert answer.status == 201, answer.body
        return answer.json["id"]

    def original(self, picture: bytes) -> Image.Image:
        """Upload a picture and return what its link gives in full size and in the same format."""
        extension = {"JPEG": "jpg"}.get(kind := pictures.opened(picture).format or "", kind.lower())
        return pictures.opened(link(self.world, f"{self.image(picture)}.{extension}").body)


def errors(*violations: tuple[str, str]) -> dict[str, Any]:
    """Return the body of a 422."""
    return {
        "error": {
            "title": "Symfony.Component.HttpKernel.Exception.HttpException",
            "message": "Validation Error",
            "violations": [{"property": name, "message": message} for name, message in violations],
        }
    }


def upload(world: World, data: bytes, name: str = "sea.jpg", **fields: str) -> Answer:
    """Return the answer to Anna's upload of a file."""
    form = {"image": File(name, data), **fields}
    return world.call("share_upload_image", event("POST", "/api/upload", form=form, caller=ANNA))


def uploaded(world: World, data: bytes, **fields: str) -> str:
    """Upload a file as Anna and return the image's id."""
    answer = upload(world, data, **fields)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def link(
    world: World, file: str, query: Query | None = None, method: str = "GET", headers: Mapping[str, str] | None = None
) -> Answer:
    """Return the answer of ``/api/image/{image_id}``."""
    return world.call("render_image", link_event(file, query, method, headers))


def link_again(world: World, file: str, query: Query | None = None) -> Answer:
    """Return the second answer of ``/api/image/{image_id}``. At the second request a rendition is stored."""
    link(world, file, query)
    return link(world, file, query)


def link_event(
    file: str, query: Query | None = None, method: str = "GET", headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the gateway's event for a link."""
    path = f"/api/image/{file}"
    return event(method, path, query=query, path_parameters={"image_id": file}, headers=headers)


def from_cdn(world: World, url: str) -> Answer:
    """Return the function's answer to the CDN for a link, which the edge has turned into a rendition's key."""
    parts = urlsplit(url)
    key = parse_link(parts.path.rpartition("/")[2], parse_qs(parts.query)).key
    return world.call("render_image", cdn_event(f"/{key}"))


def cdn_event(path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the event of the CDN's request to the function's URL."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": dict(headers or {}),
        "requestContext": {"requestId": "request-1", "http": {"method": method, "sourceIp": "192.0.2.1"}},
        "isBase64Encoded": False,
    }


def link_of(file: str, query: Mapping[str, str]) -> Link:
    """Return the link with this file name and these parameters."""
    return parse_link(file, {name: [value] for name, value in query.items()})


def records(world: World) -> list[dict[str, Any]]:
    """Return the records of all images, in wire form."""
    return [item for item in world.items(IMAGES) if item["sk"]["S"] == "IMAGE"]


def is_empty(world: World) -> bool:
    """Whether nothing is stored of any image."""
    return not (world.items(IMAGES) or world.objects(ORIGINALS) or world.objects(RENDITIONS))

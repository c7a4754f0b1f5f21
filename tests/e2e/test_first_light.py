"""From sign-up to a resized link through the CDN, and back out with every kind of bad input."""

import io
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.photographs import FLOWER_SIZE, flower, picture, sunset
from tests.support.pictures import encoded
from tests.support.product import Product

PASSWORD = "a long enough one"


class User:
    """Someone signed up and logged in."""

    def __init__(self, client: httpx.Client) -> None:
        self.name = f"user-{time.time_ns()}"
        account = {"username": self.name, "password": PASSWORD, "email": f"{self.name}@example.org"}
        self.id: str = client.post("/api/auth/signup", json=account).raise_for_status().json()["id"]
        self.tokens: dict[str, Any] = client.post("/api/auth/login", json=account).raise_for_status().json()
        self.headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}


@pytest.fixture
def user(client: httpx.Client) -> User:
    return User(client)


def upload(client: httpx.Client, user: User, data: bytes, name: str = "a.jpg") -> str:
    """The id of a new image."""
    answer = client.post("/api/upload", headers=user.headers, files={"image": (name, data)})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def renditions(product: Product, image_id: str) -> list[str]:
    """The stored renditions of an image, from the engine's disk."""
    found = (product.data / "data" / "objects").glob(f"*/*rendition*/{image_id}/*")
    return sorted(path.name for path in found if not path.name.endswith(".meta.json"))


def stored_objects(product: Product) -> set[Path]:
    """Every object in every bucket of the product but that of the access logs, which grows by itself."""
    found = (product.data / "data" / "objects").glob("*/constellation-*/**/*")
    return {path for path in found if "logsbucket" not in str(path)}


def size(answer: httpx.Response) -> tuple[int, int]:
    with Image.open(io.BytesIO(answer.content)) as image:
        return image.size


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_three_ways_to_upload(client: httpx.Client, user: User, method: str) -> None:
    file = {"image": ("flower.jpg", flower(), "image/jpeg")}
    own = client.request(method, "/api/upload", headers=user.headers, files=file)
    assert own.status_code == 201
    assert own.headers["Location"] == f"/api/image/{own.json()['id']}/detail"
    guest = client.request(method, "/api/guest/upload", files=file)
    assert (guest.status_code, list(guest.json())) == (201, ["id"])

    made = client.post("/api/user/api-keys", headers=user.headers, json={"name": "camera"}).json()
    key = {"Authorization": f"Bearer {made['key']}"}
    external = client.request(method, "/api/external/upload", headers=key, files=file)
    assert external.status_code == 201
    image = external.json()
    assert image["url"] == f"/api/image/{image['id']}.jpg"
    assert size(client.get(image["url"])) == FLOWER_SIZE
    assert size(client.get(image["thumbnailUrl"])) == (300, 300)


def test_keys_and_tokens_open_their_own_routes_only(client: httpx.Client, user: User) -> None:
    made = client.post("/api/user/api-keys", headers=user.headers, json={"name": "camera"}).json()
    key = {"Authorization": f"Bearer {made['key']}"}
    file = {"image": ("flower.jpg", flower())}
    refused = [
        client.get("/users/me", headers=key),
        client.post("/api/upload", headers=key, files=file),
        client.post("/api/external/upload", headers=user.headers, files=file),
        client.post("/api/external/upload", headers={"Authorization": "Bearer sk_" + "0" * 64}, files=file),
        client.post("/api/external/upload", files=file),
    ]
    body = {"message": "No authorization token has been supplied", "status": 401}
    assert [(answer.status_code, answer.json()) for answer in refused] == [(401, body)] * len(refused)


def test_logging_out_ends_the_session_within_the_authorizers_cache(client: httpx.Client, user: User) -> None:
    refresh = {"refresh_token": user.tokens["refresh_token"]}
    assert client.post("/api/auth/logout", json=refresh).status_code == 204
    assert client.post("/api/auth/refresh", json=refresh).status_code == 401
    # This token was never seen by the authorizer, so its answer cannot come from a cache.
    assert client.get("/users/me", headers=user.headers).status_code == 401


def test_equal_queries_share_one_rendition(product: Product, client: httpx.Client, user: User) -> None:
    image_id = upload(client, user, flower())
    for query in ("w=300&h=200", "h=200&w=300", "width=300&height=200", "h=200&width=300&crop=FALSE&unknown=1"):
        answer = client.get(f"/image/{image_id}.jpg?{query}")
        assert (answer.status_code, size(answer)) == (200, (300, 200))
    assert size(client.get(f"/api/image/{image_id}.jpeg?w=300&h=200")) == (300, 200)
    assert renditions(product, image_id) == ["300x200.jpg"]


def test_many_sizes_are_exact_and_few_are_stored(product: Product, client: httpx.Client, user: User) -> None:
    image_id = upload(client, user, encoded(picture(96), "PNG"), "a.png")
    for path in ("/image", "/api/image"):  # what the CDN keeps would else be asked for once, and not stored
        for width in range(1, 97):
            answer = client.get(f"{path}/{image_id}.png", params={"w": width})
            assert (answer.status_code, size(answer)[0]) == (200, width)
    assert len(renditions(product, image_id)) == 64


@pytest.mark.parametrize(
    ("extension", "media_type", "kind"),
    [
        ("jpg", "image/jpeg", "JPEG"),
        ("jpeg", "image/jpeg", "JPEG"),
        ("png", "image/png", "PNG"),
        ("webp", "image/webp", "WEBP"),
        ("gif", "image/gif", "GIF"),
        ("avif", "image/avif", "AVIF"),
    ],
)
def test_the_extension_decides_the_format(
    client: httpx.Client, user: User, extension: str, media_type: str, kind: str
) -> None:
    image_id = upload(client, user, flower())
    answer = client.get(f"/image/{image_id}.{extension}", params={"w": 100, "h": 50, "crop": "true"})
    assert answer.headers["Content-Type"] == media_type
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == (kind, (100, 50))
    for name, value in {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }.items():
        assert answer.headers.get_list(name) == [value]
    assert answer.headers["ETag"].startswith('"')
    again = client.get(answer.url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_past_the_reply_limit_comes_by_redirect(client: httpx.Client, user: User) -> None:
    image_id = upload(client, user, sunset())
    answer = client.get(f"/image/{image_id}.png", params={"w": 4000})
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "no-store"
    followed = httpx.get(answer.headers["Location"], timeout=60)
    assert len(followed.content) > 4_500_000
    assert (followed.headers["Content-Type"], size(followed)) == ("image/png", (4000, 2667))
    tampered = httpx.get(answer.headers["Location"].replace("4000x", "4001x"), timeout=60)
    assert tampered.status_code == 403


BAD_FILES: Mapping[str, tuple[bytes, str]] = {
    "a pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "application/pdf"),
    "an svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml"),
    "a page": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "text/html"),
    "text": (b"hello, world", "text/plain"),
}


@pytest.mark.parametrize(("data", "media_type"), BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_no_picture_is_refused_by_its_content(
    product: Product, client: httpx.Client, user: User, data: bytes, media_type: str
) -> None:
    before = stored_objects(product)
    answer = client.post("/api/upload", headers=user.headers, files={"image": ("a.jpg", data, "image/jpeg")})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": {
            "title": "Symfony.Component.HttpKernel.Exception.HttpException",
            "message": "Validation Error",
            "violations": [
                {
                    "property": "image",
                    "message": f'The mime type of the file is invalid ("{media_type}"). Allowed mime types are '
                    '"image/jpeg", "image/png", "image/webp", "image/gif".',
                }
            ],
        }
    }
    assert stored_objects(product) == before


def test_a_body_of_20_mb_is_413_with_the_way_out(client: httpx.Client, user: User) -> None:
    file = {"image": ("a.jpg", b"\xff\xd8\xff" + bytes(20_000_000 - 3))}
    for path, headers in (("/api/upload", user.headers), ("/api/guest/upload", {})):
        answer = client.post(path, headers=headers, files=file)
        assert answer.status_code == 413
        assert answer.json() == {
            "message": "The file is too large for a direct upload (20 MB)."
            " Use POST /api/uploads for files up to 50 MB.",
            "status": 413,
        }
    assert client.post("/api/upload", files=file).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        "w=0",
        "w=-1",
        "w=%2B5",
        "w=1_000",
        "w=%EF%BC%98%EF%BC%90%EF%BC%90",
        "w=99999",
        "w=4097",
        "w=",
        "w=007",
        "w=1.5",
        "w=1&w=1",
        "w=1&width=1",
        "w=1%00",
        "crop=maybe",
        "crop=true&crop=true",
    ],
)
@pytest.mark.parametrize("prefix", ["/image", "/api/image"])
def test_bad_sizes_are_400(client: httpx.Client, prefix: str, query: str) -> None:
    answer = client.get(f"{prefix}/0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e.jpg?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Validation Error"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/image/0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e.jpg",
        "/image/0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e.bmp",
        "/image/0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e.jpg.png",
        "/image/..%2f..%2fsecret.jpg",
        "/image/%2e%2e/secret.jpg",
        "/image/0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e%00.jpg",
        "/image/{0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e}.jpg",
        "/image/x/y.jpg",
        "/image/.jpg",
        "/image/_thumbnail.jpg",
        "/api/image/efac.jpg",
        "/nothing/here",
        "/api/uploadx",
    ],
)
def test_what_does_not_exist_is_404_json(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    answer.json()


@pytest.mark.parametrize(
    "path", ["/api/auth/signup", "/api/auth/login", "/api/auth/refresh", "/api/auth/logout", "/register", "/login"]
)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000])
def test_malformed_json_is_400_everywhere(client: httpx.Client, path: str, body: bytes) -> None:
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "message" in str(answer.json())


def test_paths_with_and_without_trailing_slash_are_one(client: httpx.Client, user: User) -> None:
    for path in ("/users/me", f"/users/{user.id}", "/api/user/api-keys"):
        plain, slashed = (client.get(spelling, headers=user.headers) for spelling in (path, f"{path}/"))
        assert (plain.status_code, slashed.status_code) == (200, 200)
        assert plain.json() == slashed.json()


def test_the_documentation_is_served(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["paths"]["/api/upload"]["post"]["security"]
    page = client.get("/docs")
    assert (page.status_code, page.headers["Content-Type"].partition(";")[0]) == (200, "text/html")
    assert client.get("/.well-known/jwks.json").json()["keys"][0]["alg"] == "ES256"

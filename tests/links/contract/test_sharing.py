"""Document 003 and the contract's section "Sharing", as far as uploads and links go: each example and each clause."""

import re
from typing import Any

import pytest
from PIL import Image, ImageCms

from constellation.aws.resources import ORIGINALS, RENDITIONS
from tests.support import pictures
from tests.support.sharing import Client, errors, from_cdn, is_empty, link
from tests.support.world import UUID, File, World, configure

ROUTES = ("/api/upload", "/api/guest/upload", "/api/external/upload")
ORIENTATION = 0x0112


@pytest.fixture
def client(world: World) -> Client:
    return Client(world)


# Document 003, the examples in their order


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", ["/api/upload", "/api/guest/upload"])
def test_example_upload_and_guest_upload(client: Client, path: str, method: str) -> None:
    answer = client.send(path, pictures.still("JPEG"), method=method)
    assert answer.status == 201
    assert list(answer.json) == ["id"]
    assert UUID.fullmatch(answer.json["id"])


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_example_external_upload(client: Client, method: str) -> None:
    answer = client.send("/api/external/upload", pictures.still("JPEG"), method=method)
    image_id = answer.json["id"]
    assert answer.status == 201
    assert answer.json == {
        "id": image_id,
        "url": f"/api/image/{image_id}.jpg",
        "thumbnailUrl": f"/api/image/{image_id}_thumbnail.jpg",
    }


@pytest.mark.parametrize(
    ("url", "media_type", "size"),
    [
        ("/image/{}.jpg", "image/jpeg", (900, 675)),
        ("/image/{}.jpg?w=800&h=600", "image/jpeg", (800, 600)),
        ("/image/{}.webp?w=300&crop=true", "image/webp", (300, 300)),
        ("/image/{}.jpg?w=400&h=400&crop=true", "image/jpeg", (400, 400)),
        ("/image/{}.jpg?w=800", "image/jpeg", (800, 600)),
        ("/image/{}.png", "image/png", (900, 675)),
    ],
)
def test_example_links(client: Client, url: str, media_type: str, size: tuple[int, int]) -> None:
    image_id = client.image(pictures.still("JPEG", 900, 675))
    answer = from_cdn(client.world, url.format(image_id))
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert pictures.opened(answer.body).size == size


def test_example_file_size_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, image_size_limit=1_000_000)
    answer = client.send("/api/upload", bytes(2_140_000))
    assert answer.status == 422
    assert answer.json == errors(("image", "The file is too large (2.14 MB). Allowed maximum size is 1 MB."))


def test_example_unsupported_file_type(client: Client) -> None:
    answer = client.send("/api/upload", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    assert answer.status == 422
    message = (
        'The mime type of the file is invalid ("application/pdf").'
        ' Allowed mime types are "image/jpeg", "image/png", "image/webp", "image/gif".'
    )
    assert answer.json == errors(("image", message))


# "Upload": its clauses in their order


@pytest.mark.parametrize("path", ROUTES)
def test_upload_answers_with_a_location(client: Client, path: str) -> None:
    answer = client.send(path, pictures.still("PNG"), description="Sea", isPublic="true")
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/image/{answer.json['id']}/detail"


@pytest.mark.parametrize("path", ROUTES)
def test_upload_takes_descriptions_up_to_255_characters(client: Client, path: str) -> None:
    assert client.send(path, pictures.still("PNG"), description="d" * 255).status == 201
    answer = client.send(path, pictures.still("PNG"), description="d" * 256)
    message = "This value is too long. It should have 255 characters or less."
    assert (answer.status, answer.json) == (422, errors(("description", message)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_upload_accepts_by_content_never_by_name(client: Client, kind: str) -> None:
    assert client.original(pictures.still(kind)).format == kind
    assert client.send("/api/upload", pictures.still(kind), name="page.html").status == 201


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "AVIF"])
def test_upload_accepts_no_other_picture(client: Client, kind: str) -> None:
    answer = client.send("/api/upload", pictures.still(kind, 32, 32), name="photo.jpg")
    assert answer.status == 422
    assert is_empty(client.world)


def test_upload_removes_metadata_and_applies_the_orientation(client: Client) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = "a secret place"
    picture = pictures.encoded(pictures.painted(64, 48), "JPEG", exif=exif, comment=b"a secret comment")
    image_id = client.image(picture)
    for query in ({}, {"w": "24"}):
        body = link(client.world, f"{image_id}.jpg", query).body
        assert b"secret" not in body
        assert dict(pictures.opened(body).getexif()) == {}
    assert pictures.opened(link(client.world, f"{image_id}.jpg").body).size == (48, 64)
    assert b"secret" not in client.world.objects(ORIGINALS)[f"images/{image_id}"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_upload_keeps_the_colour_profile(client: Client, kind: str) -> None:
    cms: Any = ImageCms
    profile: bytes = cms.ImageCmsProfile(cms.createProfile("sRGB")).tobytes()
    kept = client.original(pictures.encoded(pictures.painted(64, 48), kind, icc_profile=profile))
    assert kept.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_upload_keeps_the_animation(client: Client, kind: str) -> None:
    assert getattr(client.original(pictures.animated(kind)), "n_frames", 1) == 3


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "broken", [b"", b"\x89", pictures.still("JPEG")[:-300], pictures.png(30_000, 30_000, bytes(10_000))]
)
def test_upload_refuses_what_is_no_whole_picture_of_allowed_size(client: Client, path: str, broken: bytes) -> None:
    answer = client.send(path, broken)
    assert answer.status == 422
    [violation] = answer.json["error"]["violations"]
    assert answer.json == errors(("image", violation["message"]))
    assert is_empty(client.world)


@pytest.mark.parametrize("path", ROUTES)
def test_upload_refuses_a_missing_file(client: Client, path: str) -> None:
    answer = client.world.request("POST", path, token=client.credential(path), form={"description": "no file"})
    assert (answer.status, answer.json) == (422, errors(("image", "No file was uploaded.")))


@pytest.mark.parametrize("path", ROUTES)
def test_upload_refuses_what_is_no_multipart(client: Client, path: str) -> None:
    sent = {"body": pictures.still("JPEG"), "headers": {"Content-Type": "image/jpeg"}}
    answer = client.world.request("POST", path, token=client.credential(path), **sent)
    assert (answer.status, answer.json["error"]["title"]) == (415, "Unsupported Media Type")


# One function takes 6 MB


@pytest.mark.parametrize("path", ROUTES)
def test_a_file_above_4_5_mb_is_shown_the_other_way(client: Client, path: str) -> None:
    answer = client.send(path, bytes(4_510_000))
    message = "The file is too large for a direct upload (4.51 MB). Use POST /api/uploads for files up to 50 MB."
    assert (answer.status, answer.json) == (413, {"message": message, "status": 413})
    assert is_empty(client.world)


# Guests


def test_guests_are_welcome_by_default(world: World) -> None:
    assert world.request("POST", "/api/guest/upload", form={"image": File("a", pictures.still("GIF"))}).status == 201


def test_guests_are_refused_where_they_are_disabled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, guest_uploads=False)
    answer = world.request("POST", "/api/guest/upload", form={"image": File("a", pictures.still("GIF"))})
    assert answer.status == 401
    assert answer.json == {
        "error": {"title": "Unauthorized", "message": "Guest uploads are disabled", "violations": []}
    }
    assert is_empty(world)


# External


def test_external_takes_keys_only_and_keys_open_nothing_else(client: Client) -> None:
    form = {"image": File("a", pictures.still("GIF"))}
    for path, token in (
        ("/api/external/upload", client.token),
        ("/api/external/upload", None),
        ("/api/external/upload", "sk_" + "0" * 64),
        ("/api/upload", client.key),
        ("/api/upload", None),
    ):
        assert client.world.request("POST", path, token=token, form=form).status == 401
    assert is_empty(client.world)


def test_a_revoked_key_uploads_nothing(client: Client) -> None:
    [key] = client.world.request("GET", "/api/user/api-keys", token=client.token).json["data"]
    assert client.world.request("DELETE", f"/api/user/api-keys/{key['id']}", token=client.token).status == 204
    assert client.send("/api/external/upload", pictures.still("GIF")).status == 401


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_links_of_an_external_upload_work(client: Client, kind: str) -> None:
    answer = client.send("/api/external/upload", pictures.still(kind, 640, 480)).json
    for url, size in ((answer["url"], (640, 480)), (answer["thumbnailUrl"], (300, 300))):
        fetched = client.world.request("GET", url)
        assert fetched.headers["content-type"] == f"image/{kind.lower()}"
        assert pictures.opened(fetched.body).size == size


# Links


def test_a_link_is_public_whatever_is_listed(client: Client) -> None:
    for listed in ("true", "false"):
        image_id = client.send("/api/upload", pictures.still("PNG"), isPublic=listed).json["id"]
        assert client.world.request("GET", f"/api/image/{image_id}.png").status == 200


@pytest.mark.parametrize("extension", ["jpg", "jpeg", "png", "webp", "gif", "avif"])
def test_the_extension_says_the_type(client: Client, extension: str) -> None:
    image_id = client.image(pictures.still("PNG"))
    answer = client.world.request("GET", f"/api/image/{image_id}.{extension}")
    kind = extension.replace("jpg", "jpeg")
    assert answer.headers["content-type"] == f"image/{kind}"
    assert pictures.opened(answer.body).format == kind.upper()


@pytest.mark.parametrize("extension", ["svg", "bmp", "tiff", "heic", "html", "exe", "jpgx", "j"])
def test_any_other_extension_is_404(client: Client, extension: str) -> None:
    image_id = client.image(pictures.still("PNG"))
    assert client.world.request("GET", f"/api/image/{image_id}.{extension}").status == 404


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ({"w": "100"}, (100, 67)),  # 300×200: 66.67 is rounded up
        ({"h": "67"}, (101, 67)),  # 100.5 is rounded half up
        ({"w": "1", "h": "1"}, (1, 1)),  # 0.67, at least 1
        ({"w": "100", "h": "10"}, (15, 10)),
        ({"w": "4096", "h": "4096"}, (300, 200)),
        ({"width": "150", "height": "150"}, (150, 100)),
        ({"w": "100", "crop": "true"}, (100, 100)),
        ({"h": "250", "crop": "True"}, (250, 200)),
        ({"w": "400", "h": "100", "crop": "TRUE"}, (300, 100)),
        ({"crop": "true"}, (300, 200)),
        ({"w": "100", "h": "100", "crop": "FALSE"}, (100, 67)),
    ],
)
def test_a_link_has_exactly_the_size_that_the_rules_give(
    client: Client, query: dict[str, str], size: tuple[int, int]
) -> None:
    image_id = client.image(pictures.still("PNG", 300, 200))
    answer = client.world.request("GET", f"/api/image/{image_id}.png", query=query)
    assert pictures.opened(answer.body).size == size


def test_a_crop_is_cut_from_the_centre(client: Client) -> None:
    striped = Image.new("RGB", (300, 100), "red")
    striped.paste("lime", (100, 0, 200, 100))
    image_id = client.image(pictures.encoded(striped, "PNG"))
    query = {"w": "100", "h": "100", "crop": "true"}
    answer = client.world.request("GET", f"/api/image/{image_id}.png", query=query)
    assert pictures.opened(answer.body).convert("RGB").getcolors() == [(10_000, (0, 255, 0))]


@pytest.mark.parametrize(("extension", "frames"), [("gif", 3), ("webp", 3), ("jpg", 1), ("png", 1), ("avif", 1)])
@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_animation_survives_into_gif_and_webp(client: Client, kind: str, extension: str, frames: int) -> None:
    image_id = client.image(pictures.animated(kind))
    answer = client.world.request("GET", f"/api/image/{image_id}.{extension}", query={"w": "32"})
    assert pictures.frames_of(answer.body) == frames
    assert pictures.opened(answer.body).size == (32, 24)


def test_an_animated_png_counts_as_its_first_picture(client: Client) -> None:
    image_id = client.image(pictures.animated("PNG"))
    for extension in ("png", "webp", "gif"):
        assert pictures.frames_of(client.world.request("GET", f"/api/image/{image_id}.{extension}").body) == 1


@pytest.mark.parametrize(
    "query",
    [{side: value} for side in ("w", "h", "width", "height") for value in ("0", "4097", "", "01", "-1", "1.5", "１")]
    + [{"crop": "1"}, {"crop": "yes"}, {"crop": ""}, {"w": "9", "width": "9"}, {"h": "9", "height": "9"}]
    + [{"w": ["9", "9"]}, {"crop": ["true", "true"]}, {"crop": ["true", "false"], "w": "9"}],
)
def test_a_bad_query_is_400(client: Client, query: dict[str, Any]) -> None:
    image_id = client.image(pictures.still("PNG"))
    answer = client.world.request("GET", f"/api/image/{image_id}.png", query=query)
    assert (answer.status, answer.json["error"]["title"]) == (400, "Bad Request")
    assert client.world.objects(RENDITIONS) == {}


@pytest.mark.parametrize("side", ["1", "4096"])
def test_the_bounds_of_a_side_are_taken(client: Client, side: str) -> None:
    image_id = client.image(pictures.still("PNG"))
    assert client.world.request("GET", f"/api/image/{image_id}.png", query={"w": side, "h": side}).status == 200


def test_sizes_on_a_thumbnail_are_ignored(client: Client) -> None:
    image_id = client.image(pictures.still("PNG", 640, 480))
    for query in ({}, {"w": "10"}, {"w": "none"}, {"crop": "no"}):
        answer = client.world.request("GET", f"/api/image/{image_id}_thumbnail.png", query=query)
        assert pictures.opened(answer.body).size == (300, 300)


def test_equivalent_queries_share_one_rendition(client: Client) -> None:
    image_id = client.image(pictures.still("PNG", 300, 200))
    for query in ("w=30&h=20", "h=20&w=30", "width=30&height=20", "w=30&h=20&crop=false", "w=30&h=20&x=1"):
        from_cdn(client.world, f"/image/{image_id}.webp?{query}")
    assert len(client.world.objects(RENDITIONS)) == 1


def test_the_headers_of_a_link(client: Client) -> None:
    image_id = client.image(pictures.still("PNG"))
    for query in ({}, {"w": "9"}):
        first, answer = (client.world.request("GET", f"/api/image/{image_id}.png", query=query) for _ in range(2))
        assert answer.headers == first.headers
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert re.fullmatch('"[0-9a-f]{32}"', answer.headers["etag"])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        headers = {"If-None-Match": answer.headers["etag"]}
        known = client.world.request("GET", f"/api/image/{image_id}.png", query=query, headers=headers)
        assert (known.status, known.body) == (304, b"")
        head = client.world.request("HEAD", f"/api/image/{image_id}.png", query=query)
        told = {**answer.headers, "content-length": str(len(answer.body))}
        assert (head.status, head.body, head.headers) == (200, b"", told)

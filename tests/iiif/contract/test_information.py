"""The information on an image by the IIIF Image API 3.0 (second contract, 4), and the way to it."""

from typing import Any
from urllib.parse import quote

import pytest

from constellation.common.ids import new_id
from constellation.iiif.model import sizes
from constellation.images.model import DELIVERY_HEADERS
from tests.support import pictures
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.iiif import BASE, CDN, CONTEXT, iiif, info_by_cdn
from tests.support.sharing import Client
from tests.support.world import World

world, anna = lasting_world, lasting_anna

LINKED_DATA = f'application/ld+json;profile="{CONTEXT}"'
JSON = "application/json"


@pytest.fixture(scope="module")
def image_id(anna: Client) -> str:
    return anna.image(pictures.still("GIF", 60, 40))


def expected(image_id: str, width: int, height: int, base: str = BASE, **more: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": f"{base}/iiif/3/{image_id}",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "maxWidth": 4096,
        "maxHeight": 4096,
        "maxArea": 16777216,
        "sizes": [{"width": width, "height": height}],
        "tiles": [{"width": 512, "height": 512, "scaleFactors": [1]}],
        "extraFormats": ["webp", "gif", "avif"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": ["canonicalLinkHeader", "mirroring", "profileLinkHeader"],
        **more,
    }


def test_the_information(world: World, image_id: str) -> None:
    answer = iiif(world, image_id, "info.json")
    assert (answer.status, answer.json) == (200, expected(image_id, 60, 40))
    assert answer.headers["content-type"] == LINKED_DATA
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["link"] == '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
    assert answer.headers["cache-control"] == DELIVERY_HEADERS["Cache-Control"]
    assert answer.headers["access-control-allow-origin"] == "*"
    head = iiif(world, image_id, "info.json", method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(answer.body)))


def test_the_id_has_the_host_that_was_asked(world: World, image_id: str) -> None:
    assert info_by_cdn(world, image_id).json == expected(image_id, 60, 40, CDN)
    for host in ("localhost:8000", "[::1]:80", "A-b.example"):
        assert iiif(world, image_id, "info.json", Host=host).json["id"] == f"https://{host}/iiif/3/{image_id}"
    spoofed = iiif(world, image_id, "info.json", **{"X-Base-Url": CDN, "X-Forwarded-Host": "evil.example"})
    assert spoofed.json["id"] == f"{BASE}/iiif/3/{image_id}"
    for host in ("", 'x"y', "a/b", "a b", "a@b"):
        answer = iiif(world, image_id, "info.json", Host=host)
        assert (answer.status, answer.json) == (400, {"message": "The request names no host"})


def test_sizes_and_tiles_follow_from_the_scale_factors(world: World, anna: Client) -> None:
    image_id = anna.image(pictures.still("GIF", 2000, 1025))
    answer = iiif(world, image_id, "info.json").json
    assert answer["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}]
    sides = [(500, 256), (1000, 513), (2000, 1025)]  # 256.25, and 512.5 half up
    assert answer["sizes"] == [{"width": width, "height": height} for width, height in sides]
    for width, height in sides:
        assert iiif(world, image_id, f"full/{width},{height}/0/default.webp", method="HEAD").status == 200
    tile = iiif(world, image_id, "1024,1024,976,1/244,1/0/default.webp")
    assert pictures.opened(tile.body).size == (244, 1)
    assert iiif(world, image_id, "0,0,2000,1025/!512,512/0/default.jpg").status == 200


def test_no_size_is_past_the_limits_or_under_a_pixel() -> None:
    assert sizes(8000, 5000) == [(500, 313), (1000, 625), (2000, 1250), (4000, 2500)]
    assert sizes(4097, 4) == [(512, 1), (1024, 1), (2049, 2)]
    assert sizes(4096, 1) == [(2048, 1), (4096, 1)]
    assert sizes(1, 1) == [(1, 1)]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, LINKED_DATA),
        ("", LINKED_DATA),
        ("*/*", LINKED_DATA),
        ("application/*", LINKED_DATA),
        ("application/ld+json", LINKED_DATA),
        (LINKED_DATA, LINKED_DATA),
        ("application/json", JSON),
        ("application/json, */*", JSON),
        ("application/json;q=0.9, */*;q=0.8", JSON),
        ("Application/JSON", JSON),
        ("application/json; q=0.5, application/ld+json", LINKED_DATA),
        ("application/json, application/ld+json;q=0.9", JSON),
        ("application/json, application/ld+json", LINKED_DATA),
        ("application/json;q=0", LINKED_DATA),
        ("application/json;q=0, */*", LINKED_DATA),
        ("application/json;q=0.000,*/*;q=0.1", LINKED_DATA),
        ("application/ld+json;q=0, */*", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", LINKED_DATA),
        ("text/html", LINKED_DATA),
        ("application/json;charset=utf-8", JSON),
        ("application/jsonx, xapplication/json", LINKED_DATA),
        (",;q=,;;=\0é" * 50, LINKED_DATA),
    ],
)
def test_who_prefers_plain_json_gets_it(world: World, image_id: str, accept: str | None, kind: str) -> None:
    answer = iiif(world, image_id, "info.json", **({} if accept is None else {"Accept": accept}))
    assert (answer.headers["content-type"], answer.headers["vary"]) == (kind, "Accept")
    assert answer.json == expected(image_id, 60, 40)


def test_the_id_may_be_percent_encoded(world: World, image_id: str) -> None:
    for name in (image_id.upper(), image_id.replace("-", "%2D"), f"%{ord(image_id[0]):02x}{image_id[1:]}"):
        assert iiif(world, name, "info.json").json == expected(image_id, 60, 40)


def test_what_is_no_image_is_unknown(world: World, image_id: str) -> None:
    for name in (new_id(), "x", image_id[:-1], f"{image_id}0", quote("a/b", safe=""), "%FF", "{}"):
        answer = iiif(world, name, "info.json")
        assert (answer.status, answer.json) == (404, {"message": "Image not found"})
        assert answer.headers["cache-control"] == "no-store"


def test_the_address_of_an_image_leads_to_the_information(world: World, image_id: str) -> None:
    for name in (image_id, image_id.upper(), image_id.replace("-", "%2d")):
        for method in ("GET", "HEAD"):
            answer = iiif(world, name, method=method)
            assert (answer.status, answer.headers["location"]) == (303, f"/iiif/3/{image_id}/info.json")
            assert answer.headers["access-control-allow-origin"] == "*"
    assert iiif(world, "x").status == 404

"""Pictures by the IIIF Image API 3.0 (second contract, 4): what each part of the path does, and what is refused."""

from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from constellation.aws.resources import RENDITIONS
from constellation.common.ids import new_id
from constellation.images.model import DELIVERY_HEADERS
from tests.support import pictures
from tests.support.cors import EMBEDDING
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.iiif import BASE, CDN, iiif, iiif_by_cdn
from tests.support.sharing import Client, cdn_event, link, records
from tests.support.world import Answer, World

world, anna = lasting_world, lasting_anna

WIDTH, HEIGHT = 60, 40
T = Image.Transpose


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return pictures.painted(WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def image_id(anna: Client, picture: Image.Image) -> str:
    return anna.image(pictures.encoded(picture, "PNG"), name="a.png")


def shown(world: World, image_id: str, rest: str) -> Any:
    answer = iiif(world, image_id, rest)
    assert answer.status == 200, (rest, answer.body)
    return pictures.opened(answer.body)


def canonical(answer: Answer) -> str:
    """The canonical request in the header, without what is before the region."""
    first, _, _ = answer.headers["link"].partition(">")
    assert '>;rel="canonical", <http://iiif.io/api/image/3/level2.json>;rel="profile"' in answer.headers["link"]
    return "/".join(first.split("/")[6:])


@pytest.mark.parametrize(
    ("region", "box", "said"),
    [
        ("full", (0, 0, 60, 40), "full"),
        ("square", (10, 0, 50, 40), "10,0,40,40"),
        ("5,6,20,10", (5, 6, 25, 16), "5,6,20,10"),
        ("50,30,100,100", (50, 30, 60, 40), "50,30,10,10"),
        ("0,0,60,40", (0, 0, 60, 40), "full"),
        ("0,0,1000,1000", (0, 0, 60, 40), "full"),
        ("pct:0,0,100,100", (0, 0, 60, 40), "full"),
        ("pct:25,25,50,50", (15, 10, 45, 30), "15,10,30,20"),
        ("pct:12.5,1.25,7.5,3.75", (8, 1, 13, 3), "8,1,5,2"),  # 7.5 and 0.5, 4.5 and 1.5, half up
        ("pct:90,0,20,100", (54, 0, 60, 40), "54,0,6,40"),
    ],
)
def test_a_region(world: World, image_id: str, picture: Image.Image, region: str, box: Any, said: str) -> None:
    answer = iiif(world, image_id, f"{region}/max/0/default.png")
    assert answer.status == 200
    assert canonical(answer) == f"{said}/max/0/default.png"
    assert pictures.opened(answer.body).tobytes() == picture.crop(box).tobytes()


@pytest.mark.parametrize(
    ("size", "sides", "said"),
    [
        ("max", (20, 15), "max"),
        ("20,15", (20, 15), "max"),
        ("10,", (10, 8), "10,8"),  # 7.5, half up
        (",5", (7, 5), "7,5"),
        ("20,", (20, 15), "max"),
        ("pct:50", (10, 8), "10,8"),
        ("pct:12.5", (3, 2), "3,2"),
        ("pct:100", (20, 15), "max"),
        ("7,13", (7, 13), "7,13"),
        ("!10,10", (10, 8), "10,8"),
        ("!20,4", (5, 4), "5,4"),
        ("!20,15", (20, 15), "max"),
        ("!500,600", (20, 15), "max"),
    ],
)
def test_a_size(world: World, image_id: str, size: str, sides: tuple[int, int], said: str) -> None:
    answer = iiif(world, image_id, f"3,4,20,15/{size}/0/default.png")
    assert answer.status == 200
    assert canonical(answer) == f"3,4,20,15/{said}/0/default.png"
    assert pictures.opened(answer.body).size == sides


@pytest.mark.parametrize(
    ("rotation", "steps"),
    [
        ("0", []),
        ("90", [T.ROTATE_270]),
        ("180", [T.ROTATE_180]),
        ("270", [T.ROTATE_90]),
        ("!0", [T.FLIP_LEFT_RIGHT]),
        ("!90", [T.FLIP_LEFT_RIGHT, T.ROTATE_270]),
        ("!180", [T.FLIP_LEFT_RIGHT, T.ROTATE_180]),
        ("!270", [T.FLIP_LEFT_RIGHT, T.ROTATE_90]),
    ],
)
@pytest.mark.parametrize("region", ["full", "2,3,30,10"])
def test_a_rotation(
    world: World, image_id: str, picture: Image.Image, rotation: str, steps: list[Image.Transpose], region: str
) -> None:
    expected = picture if region == "full" else picture.crop((2, 3, 32, 13))
    for step in steps:
        expected = expected.transpose(step)
    answer = iiif(world, image_id, f"{region}/max/{rotation}/default.png")
    assert canonical(answer) == f"{region}/max/{rotation}/default.png"
    assert pictures.opened(answer.body).tobytes() == expected.tobytes()


def test_a_size_is_that_before_the_rotation(world: World, image_id: str) -> None:
    assert shown(world, image_id, "full/30,10/90/default.png").size == (10, 30)
    assert shown(world, image_id, "full/30,/270/gray.webp").size == (20, 30)


def test_a_quality(world: World, image_id: str, picture: Any) -> None:
    whole = "0,0,50,40/max/0"
    cut = picture.crop((0, 0, 50, 40))
    assert shown(world, image_id, f"{whole}/default.png").tobytes() == cut.tobytes()
    answer = iiif(world, image_id, f"{whole}/color.png")
    assert (pictures.opened(answer.body).tobytes(), canonical(answer)) == (cut.tobytes(), f"{whole}/default.png")
    assert shown(world, image_id, f"{whole}/gray.png").tobytes() == cut.convert("L").tobytes()
    expected = cut.convert("L").point([0] * 128 + [255] * 128)
    for extension in ("png", "gif", "webp"):
        answer = iiif(world, image_id, f"{whole}/bitonal.{extension}")
        assert canonical(answer) == f"{whole}/bitonal.{extension}"
        assert pictures.opened(answer.body).convert("L").tobytes() == expected.tobytes()


def test_black_and_white_of_what_is_transparent_lies_on_white(world: World, anna: Client) -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 4, 8))
    image_id = anna.image(pictures.encoded(clear, "PNG"), name="a.png")
    assert shown(world, image_id, "2,0,4,1/max/0/bitonal.png").convert("L").tobytes() == bytes([0, 0, 255, 255])
    assert shown(world, image_id, "2,0,4,1/max/0/default.png").getchannel("A").tobytes() == bytes([255, 255, 0, 0])


@pytest.mark.parametrize(
    ("format_", "media_type"),
    [("jpg", "image/jpeg"), ("png", "image/png"), ("webp", "image/webp"), ("gif", "image/gif"), ("avif", "image/avif")],
)
def test_a_format(world: World, image_id: str, format_: str, media_type: str) -> None:
    answer = iiif(world, image_id, f"square/12,12/0/default.{format_}")
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert pictures.opened(answer.body).size == (12, 12)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_is_shown_by_its_first_picture(world: World, anna: Client, kind: str) -> None:
    data = pictures.animated(kind)
    image_id, first = anna.image(data), pictures.opened(data).convert("RGB")
    for extension in ("gif", "webp", "png", "jpg"):
        for rest in ("full/max", "10,10,20,20/max", "full/32,24"):
            answer = iiif(world, image_id, f"{rest}/0/default.{extension}")
            assert pictures.frames_of(answer.body) == 1
    assert pictures.distance(shown(world, image_id, "full/max/0/default.png"), first) < 6
    assert pictures.frames_of(link(world, f"{image_id}.gif").body) == 3


def test_a_jpeg_is_cut_like_any_other(world: World, anna: Client) -> None:
    data = pictures.still("JPEG", 400, 300)
    image_id, whole = anna.image(data), pictures.opened(data)
    for rest, box, sides in (
        ("101,51,100,80/max", (101, 51, 201, 131), (100, 80)),
        ("8,16,320,240/40,30", (8, 16, 328, 256), (40, 30)),
        ("200,100,200,200/!75,75", (200, 100, 400, 300), (75, 75)),
    ):
        found = shown(world, image_id, f"{rest}/0/default.png")
        assert found.size == sides
        assert pictures.distance(found, whole.crop(box).resize(sides, Image.Resampling.BOX)) < 12


def test_the_whole_picture_is_the_original(world: World, image_id: str) -> None:
    original = link(world, f"{image_id}.png")
    answer = iiif(world, image_id, "full/max/0/default.png")
    assert (answer.body, answer.headers["etag"]) == (original.body, original.headers["etag"])


BAD = {
    "region": [
        *("", "Full", "full ", "FULL", "1,2,3", "1,2,3,4,5", "1,2,3,", "-1,0,5,5", "1.5,0,5,5", "0,0,5,0", "0,0,0,5"),
        *("60,0,5,5", "0,40,5,5", "999,999,5,5", "pct:0,0,5", "pct:", "pct:-1,0,5,5", "pct:0,0,0,50", "pct:100,0,5,5"),
        *("pct:.5,0,5,5", "pct:5.,0,5,5", "pct:1e1,0,5,5", "pct:0,0,0.1,50", "pct:0, 0,5,5", "PCT:0,0,5,5", "squared"),
        *(
            "0,0,٣,3",
            "0,0,1_0,10",
            "+1,0,5,5",
            "0x1,0,5,5",
            "nan,0,5,5",
            "pct:inf,0,5,5",
            "9" * 300 + ",0,5,5",
            "full,max",
        ),
        *("0,0,5,5\n", "..", "%", "full?", "null", "<script>", "pct:200,0,5,5"),
    ],
    "size": [
        *("", "full", "Max", "^max", "^10,", "^,10", "^pct:10", "^10,10", "^!10,10", "!^10,10", "^pct:200", "^"),
        *("0,", ",0", "0,0", "!0,5", "!5,0", ",", "!,", "!5,", "!,5", "10", "10,10,10", "-1,", "1.5,", "pct:", "pct:0"),
        *("pct:101", "pct:100.01", "pct:-5", "pct:1e1", "pct:.5", "pct:5.", "pct:0.1", "61,", ",41", "61,10", "10,41"),
        *("1,4097", "4097,", "!max", "max ", "10 ,", "10,\n", "٣,", "1_0,", "9" * 300 + ",", "10x10", "MAX"),
    ],
    "rotation": [
        *("", "360", "90.0", "22.5", "-90", "45", "1", "!", "!360", "!22.5", "0!", "!!0", "090", "00", "+90", "9 0"),
        *("90\n", "٩٠", "a", "0.0", "450", "!-90"),
    ],
    "quality": ["", "native", "grey", "Default", "colour", "colors", "bitonal ", "default,", "gray.gray", "a"],
    "format": ["", "tif", "jp2", "pdf", "jpeg", "JPG", "auto", "svg", "bmp", "jpg.png", "jpg ", "png/", "heic"],
}
"""What stands in for a part of a good request and makes it a bad one, of an image of 60 by 40 pixels."""


def spoilt(part: str, text: str) -> str:
    parts = {"region": "full", "size": "max", "rotation": "0", "quality": "default", "format": "jpg", part: text}
    coded = {name: quote(each, safe="") for name, each in parts.items()}
    return "{region}/{size}/{rotation}/{quality}.{format}".format_map(coded)


@pytest.mark.parametrize("part", BAD)
def test_what_is_wrong_is_refused_by_400(world: World, image_id: str, part: str) -> None:
    for text in BAD[part]:
        answer = iiif_by_cdn(world, image_id, spoilt(part, text))
        assert (answer.status, answer.json.keys()) == (400, {"message"}), (text, answer)
        assert answer.headers["cache-control"] == "no-store"
    assert world.objects(RENDITIONS).keys().isdisjoint(BAD)


def test_syntax_goes_before_an_unknown_image(world: World, image_id: str) -> None:
    for unknown in (new_id(), "x", image_id[:-1], f"{image_id}0", quote("ä/b", safe="")):
        assert iiif(world, unknown, "full/max/0/default.jpg").status == 404
        assert iiif(world, unknown, "full/^max/0/default.jpg").status == 400
        assert iiif(world, unknown, "full/max/360/default.jpg").status == 400
        # What is wrong for no image but this one is not known to be wrong.
        assert iiif(world, unknown, "9999,9999,5,5/max/0/default.jpg").status == 404
    missing = iiif(world, new_id(), "full/max/0/default.jpg")
    assert (missing.json, missing.headers["cache-control"]) == ({"message": "Image not found"}, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/info.json/x",
        "/full/max/0",
        "/full/max/0/default.jpg/",
        "/a/b/full/max/0/default.jpg",
        "/full//max/0/default.jpg",
    ],
)
def test_another_number_of_parts_is_no_picture(world: World, image_id: str, path: str) -> None:
    for start in (f"/iiif/3/{image_id}", f"/iiif/2/{image_id}"):
        assert world.call("render_region", cdn_event(f"{start}{path}")).status == 404


def test_ids_and_parts_may_be_percent_encoded(world: World, image_id: str) -> None:
    plain = iiif_by_cdn(world, image_id, "2,3,30,10/!20,20/!90/default.png")
    coded = "".join(f"%{ord(letter):02X}" for letter in image_id)
    for name in (image_id.replace("-", "%2D"), image_id.upper(), coded, coded.lower()):
        for rest in ("2%2C3%2c30,10/%2120,20/%2190/default%2Epng", "%32,3,30,10/!20,20/!90/d%65fault.png"):
            for ask in (iiif, iiif_by_cdn):
                answer = ask(world, name, rest)
                assert (answer.status, answer.body) == (200, plain.body)
                assert canonical(answer) == canonical(plain) == "2,3,30,10/20,7/!90/default.png"
    for rest in (
        "full%2Fmax/0/default.jpg",
        "full/%5Emax/0/default.jpg",
        "full/max%2F0/0/default.jpg",
        "%FF/max/0/default.jpg",
    ):
        assert iiif_by_cdn(world, image_id, rest).status in (400, 404)
    assert iiif_by_cdn(world, image_id, "full/%5Emax/0/default.jpg").status == 400
    assert iiif_by_cdn(world, image_id, "%2566ull/max/0/default.jpg").status == 400


def test_the_headers_are_those_of_links(world: World, image_id: str) -> None:
    rest = "0,0,20,20/10,/0/color.png"
    for answer, base in ((iiif(world, image_id, rest), BASE), (iiif_by_cdn(world, image_id, rest), CDN)):
        assert answer.headers.items() >= {name.lower(): value for name, value in DELIVERY_HEADERS.items()}.items()
        assert answer.headers.items() >= {name.lower(): value for name, value in EMBEDDING.items()}.items()
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "vary" not in answer.headers
        assert answer.headers["link"].startswith(f"<{base}/iiif/3/{image_id}/0,0,20,20/10,10/0/default.png>;")
    assert iiif_by_cdn(world, image_id, rest).headers["x-amz-meta-cache-tag"] == image_id
    assert "x-amz-meta-cache-tag" not in iiif(world, image_id, rest).headers


def test_the_base_is_the_cdns_only_where_the_cdn_says_it(world: World, image_id: str) -> None:
    rest = "full/max/0/default.png"
    assert iiif(world, image_id, rest, **{"X-Base-Url": "https://evil.example"}).headers["link"].startswith(f"<{BASE}/")
    for host in ("", "evil.example/x", 'a">', "a b", "user@host"):
        assert iiif(world, image_id, rest, Host=host).status == 400


def test_conditions_and_ranges_are_those_of_links(world: World, image_id: str) -> None:
    rest = "0,0,21,20/10,/0/default.png"
    answer = iiif(world, image_id, rest)
    assert iiif(world, image_id, rest, **{"If-None-Match": answer.headers["etag"]}).status == 304
    part = iiif(world, image_id, rest, Range="bytes=0-7")
    assert (part.status, part.body) == (206, answer.body[:8])
    head = iiif(world, image_id, rest, method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(answer.body)))
    assert head.headers["link"] == answer.headers["link"]


def test_only_canonical_requests_take_slots(world: World, anna: Client) -> None:
    image_id = anna.image(pictures.still("PNG", 64, 48), name="a.png")
    spellings = (
        "32,24,32,24/16,",
        "pct:50,50,50,50/16,12",
        "32,24,99,99/!16,16",
        "32,24,32,24/pct:50",
        "032,24,32,24/,12",
    )
    for spelling in spellings:
        for quality in ("default", "color"):
            assert iiif(world, image_id, f"{spelling}/0/{quality}.png").status == 200
    (record,) = [each for each in records(world) if each["pk"]["S"].endswith(image_id)]
    assert [*record["renditions"]["M"]] == ["16x12-x32_24_32_24.png"]
    assert [key for key in world.objects(RENDITIONS) if key.startswith(image_id)] == [
        f"{image_id}/16x12-x32_24_32_24.png"
    ]


def test_what_is_too_large_for_one_response_is_at_s3(
    world: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation.links.deliver.DIRECT_FILE_LIMIT", 1000)
    image_id = anna.image(pictures.noise(40, 40), name="a.png")
    answer = iiif(world, image_id, "0,0,30,30/max/0/default.png")
    assert (answer.status, answer.headers["cache-control"]) == (302, "no-store")
    assert 'rel="canonical"' in answer.headers["link"]
    assert "X-Amz-Signature" in answer.headers["location"]

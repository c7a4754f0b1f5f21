"""Links: what they answer, what is stored on the way, and how much of it at most."""

import hashlib

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import IMAGES, ORIGINALS, RENDITIONS
from constellation.common.ids import new_id
from constellation.links.model import TAGS_HEADER
from tests import photographs
from tests.support import pictures
from tests.support.cors import EMBEDDING, OPEN
from tests.support.sharing import (
    NOT_FOUND,
    cdn_event,
    from_cdn,
    link,
    link_again,
    link_of,
    records,
    uploaded,
)
from tests.support.world import Answer, World, configure

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF"}


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_type_is_given_as_every_other(world: World, kind: str, extension: str) -> None:
    image_id = uploaded(world, pictures.still(kind))
    answer = link(world, f"{image_id}.{extension}", {"w": "32"})
    assert answer.status == 200
    assert answer.headers["content-type"] == f"image/{FORMATS[extension].lower()}"
    picture = pictures.opened(answer.body)
    assert (picture.format, picture.size) == (FORMATS[extension], (32, 24))


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ({"w": "32"}, (32, 24)),
        ({"h": "12"}, (16, 12)),
        ({"w": "32", "h": "12"}, (16, 12)),
        ({"w": "4000"}, (64, 48)),
        ({"w": "20", "crop": "true"}, (20, 20)),
        ({"w": "20", "h": "40", "crop": "TRUE"}, (20, 40)),
        ({"w": "50", "h": "60", "crop": "true"}, (50, 48)),
        ({"w": "32", "crop": "false"}, (32, 24)),
        ({"crop": "true"}, (64, 48)),
        ({"v": "2", "utm": "x"}, (64, 48)),
    ],
)
def test_the_size_is_exact(world: World, query: dict[str, str], size: tuple[int, int]) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    assert pictures.opened(link(world, f"{image_id}.jpg", query).body).size == size


def test_a_thumbnail_is_cut_to_a_square_whatever_the_query(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG", 400, 320))
    for query in ({}, {"w": "0"}, {"crop": "maybe"}):
        assert pictures.opened(link(world, f"{image_id}_thumbnail.jpg", query).body).size == (300, 300)


@pytest.mark.parametrize("extension", ["gif", "webp"])
def test_an_animation_survives(world: World, extension: str) -> None:
    image_id = uploaded(world, pictures.animated("GIF"))
    assert pictures.frames_of(link(world, f"{image_id}.{extension}", {"w": "32"}).body) == 3


@pytest.mark.parametrize("extension", ["jpg", "jpeg"])
def test_the_stored_type_in_full_is_the_original_itself(world: World, extension: str) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    answer = link(world, f"{image_id}.{extension}")
    assert answer.body == world.objects(ORIGINALS)[f"images/{image_id}"]
    assert world.objects(RENDITIONS) == {}
    assert records(world)[0]["renditions"] == {"M": {}}


def test_an_upper_case_id_is_the_same_image(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    assert link(world, f"{image_id.upper()}.jpg").status == 200


EQUAL = [{"w": "30", "h": "20"}, {"h": "20", "w": "30"}, {"width": "30", "height": "20"}, {"w": "30", "height": "20"}]


def test_equal_queries_share_one_rendition(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    answers = {link(world, f"{image_id}.{extension}", query).body for query in EQUAL for extension in ("jpg", "jpeg")}
    assert world.objects(RENDITIONS) == {f"{image_id}/30x20.jpg": answers.pop()}
    assert answers == set()


def test_the_first_request_stores_nothing_the_second_does_and_the_third_is_answered_with_it(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))

    def asked() -> tuple[bytes, list[tuple[str, str]]]:
        answer = link(world, f"{image_id}.webp", {"w": "30"})
        return answer.body, [(call.action, call.resource) for call in world.calls]

    images, originals, renditions = (each.physical_name for each in (IMAGES, ORIGINALS, RENDITIONS))
    took_slot = paid = ("dynamodb:UpdateItem", images)
    fetched = ("s3:GetObject", originals)
    looked = ("s3:GetObject", renditions)

    first, calls = asked()
    assert calls == [took_slot, paid, fetched]
    assert world.objects(RENDITIONS) == {}
    second, calls = asked()
    assert calls == [took_slot, looked, paid, fetched, ("s3:PutObject", renditions), ("dynamodb:GetItem", images)]
    assert world.objects(RENDITIONS) == {f"{image_id}/30x.webp": second}
    third, calls = asked()
    assert calls == [took_slot, looked]
    assert first == second == third
    assert list(records(world)[0]["renditions"]["M"]) == ["30x.webp"]


def test_the_headers_of_a_picture(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    for query in ({}, {"w": "30"}, {"w": "30"}, {"w": "30"}):
        answer = link(world, f"{image_id}.jpg", query)
        assert answer.headers == {
            **OPEN,
            **EMBEDDING,
            "accept-ranges": "bytes",
            "content-type": "image/jpeg",
            "cache-control": "public, max-age=31536000, immutable",
            "etag": f'"{hashlib.md5(answer.body).hexdigest()}"',
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        }


def test_a_rendition_in_the_bucket_looks_as_the_cdn_needs_it(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    answer = link_again(world, f"{image_id}.webp", {"w": "30"})
    head = aws.call("s3", "head_object", Bucket=RENDITIONS.physical_name, Key=f"{image_id}/30x.webp")
    assert head["ContentType"] == "image/webp"
    assert head["CacheControl"] == "public, max-age=31536000, immutable"
    assert head["ETag"] == answer.headers["etag"]


@pytest.mark.parametrize("query", [{}, {"w": "30"}])
@pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
def test_what_the_client_has_is_not_sent_again(world: World, query: dict[str, str], known: str) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    full = link_again(world, f"{image_id}.jpg", query)
    headers = {"If-None-Match": known.format(etag=full.headers["etag"])}
    answer = link(world, f"{image_id}.jpg", query, headers=headers)
    assert (answer.status, answer.body, answer.headers) == (304, b"", full.headers)


@pytest.mark.parametrize("known", ['"other"', "other", ""])
def test_another_etag_gets_the_picture(world: World, known: str) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    assert link(world, f"{image_id}.jpg", headers={"If-None-Match": known}).status == 200


@pytest.mark.parametrize("query", [{}, {"w": "30"}, {"w": "30", "crop": "true"}])
@pytest.mark.parametrize("extension", ["jpg", "webp"])
def test_head_says_what_get_would_without_the_bytes(world: World, query: dict[str, str], extension: str) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    heads = [link(world, f"{image_id}.{extension}", query, "HEAD") for _ in range(3)]  # made, stored, as stored
    full = link(world, f"{image_id}.{extension}", query)
    for head in heads:
        told = {**full.headers, "content-length": str(len(full.body))}
        assert (head.status, head.body, head.headers) == (200, b"", told)


def test_head_says_what_a_refusal_would(world: World) -> None:
    for query in ({"w": "0"}, {}):
        full, head = (link(world, f"{new_id()}.jpg", query, method) for method in ("GET", "HEAD"))
        told = {**full.headers, "content-length": str(len(full.body))}
        assert (head.status, head.body, head.headers) == (full.status, b"", told)
        assert head.status in (400, 404)


def test_a_part_is_given_of_what_is_stored(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    full = link_again(world, f"{image_id}.jpg", {"w": "30"})
    part = link(world, f"{image_id}.jpg", {"w": "30"}, headers={"Range": "bytes=2-5"})
    assert (part.status, part.body) == (206, full.body[2:6])
    assert part.headers == {**full.headers, "content-range": f"bytes 2-5/{len(full.body)}"}


@pytest.mark.parametrize(
    ("query", "property_", "message"),
    [
        ({"w": side}, "w", "This value should be a whole number between 1 and 4096.")
        for side in ("0", "-1", "1_000", "８００", "99999", "4097", "", "007", "+5", " 5", "5.0", "1e2", "0x10", "5\n")
    ]
    + [
        ({"h": "0"}, "h", "This value should be a whole number between 1 and 4096."),
        ({"w": ["3", "3"]}, "w", "This parameter should be given once."),
        ({"w": "3", "width": "3"}, "w", "This parameter should be given once."),
        ({"crop": "maybe"}, "crop", "This value should be true or false."),
        ({"crop": ""}, "crop", "This value should be true or false."),
        ({"crop": ["true", "true"]}, "crop", "This parameter should be given once."),
    ],
)
def test_a_bad_query_is_400_and_touches_nothing(
    world: World, query: dict[str, str | list[str]], property_: str, message: str
) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    answer = link(world, f"{image_id}.jpg", query)
    assert answer.status == 400
    violations = [{"property": property_, "message": message}]
    assert answer.json == {"error": {"title": "Bad Request", "message": "Validation Error", "violations": violations}}
    assert answer.headers["cache-control"] == "no-store"
    assert world.calls == []
    assert world.objects(RENDITIONS) == {}


@pytest.mark.parametrize(
    "file",
    [
        f"{UNKNOWN}.jpg",
        f"{UNKNOWN}_thumbnail.jpg",
        f"{UNKNOWN}.svg",
        f"{UNKNOWN}.JPG",
        f"{UNKNOWN}.jpg.png",
        f"{UNKNOWN}",
        f"{UNKNOWN}.",
        f"{UNKNOWN}.jpg\0",
        f"{UNKNOWN}\0.jpg",
        f"../{UNKNOWN}.jpg",
        "../../etc/passwd",
        f"%2e%2e/{UNKNOWN}.jpg",
        "{" + UNKNOWN + "}.jpg",
        f"urn:uuid:{UNKNOWN}.jpg",
        ".jpg",
    ],
)
def test_what_names_no_image_is_404(world: World, file: str) -> None:
    for query in ({}, {"w": "30"}):
        answer = link(world, file, query)
        assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert world.items(IMAGES) == []
    assert world.objects(RENDITIONS) == {}


@pytest.mark.parametrize("url", ["/image/{}.jpg", "/image/{}.jpg?w=30", "/image/{}_thumbnail.webp"])
def test_the_cdn_gets_what_the_route_gives(world: World, url: str) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    fetched = [from_cdn(world, url.format(image_id)) for _ in range(2)][-1]
    path, _, query = url.format(image_id).rpartition("/")[2].partition("?")
    direct = link(world, path, {"w": "30"} if query else None)
    headers = {name: value for name, value in fetched.headers.items() if name != TAGS_HEADER}  # for the CDN alone
    assert (fetched.status, fetched.body, headers) == (200, direct.body, direct.headers)
    assert fetched.headers[TAGS_HEADER].split(",")[0] == image_id


@pytest.mark.parametrize(
    "path", ["/", "/x", f"/{UNKNOWN}/0x.jpg", f"/{UNKNOWN}/30x20.svg", f"/{UNKNOWN}/30x20.jpeg", f"/{UNKNOWN}.jpg"]
)
def test_the_functions_own_url_knows_rendition_keys_only(world: World, path: str) -> None:
    answer = world.call("render_image", cdn_event(path))
    assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert world.calls == []


def test_many_queries_leave_a_bounded_number_of_renditions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=5)
    image_id = uploaded(world, pictures.still("JPEG"))
    for width in range(1, 65):
        answer = link_again(world, f"{image_id}.gif", {"w": str(width)})
        assert pictures.opened(answer.body).width == width
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert ("accept-ranges" in answer.headers) == (width <= 5)
    assert set(world.objects(RENDITIONS)) == {f"{image_id}/{width}x.gif" for width in range(1, 6)}
    assert len(records(world)[0]["renditions"]["M"]) == 5


def test_what_was_asked_for_once_has_a_slot_that_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=5)
    image_id = uploaded(world, pictures.still("JPEG"))
    for width in range(1, 6):
        link(world, f"{image_id}.gif", {"w": str(width)})
    assert "accept-ranges" not in link_again(world, f"{image_id}.gif", {"w": "6"}).headers
    assert world.objects(RENDITIONS) == {}
    for width in range(1, 6):
        assert "accept-ranges" in link(world, f"{image_id}.gif", {"w": str(width)}).headers
    assert set(world.objects(RENDITIONS)) == {f"{image_id}/{width}x.gif" for width in range(1, 6)}


def test_the_bound_is_64_by_default(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG", 80, 10))
    for width in range(1, 71):
        assert link_again(world, f"{image_id}.gif", {"w": str(width)}).status == 200
    assert len(world.objects(RENDITIONS)) == 64


def test_a_stored_rendition_is_served_when_all_slots_are_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=1)
    image_id = uploaded(world, pictures.still("JPEG"))
    first = link_again(world, f"{image_id}.webp", {"w": "30"})
    link(world, f"{image_id}.webp", {"w": "31"})
    assert link(world, f"{image_id}.webp", {"w": "30"}).headers == first.headers
    assert [call.action for call in world.calls] == ["dynamodb:UpdateItem", "s3:GetObject"]


def test_a_rendition_that_went_missing_is_made_again(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    first = link_again(world, f"{image_id}.webp", {"w": "30"})
    aws.call("s3", "delete_object", Bucket=RENDITIONS.physical_name, Key=f"{image_id}/30x.webp")
    assert link(world, f"{image_id}.webp", {"w": "30"}).body == first.body
    assert world.objects(RENDITIONS) == {f"{image_id}/30x.webp": first.body}


@pytest.mark.parametrize("query", [{}, {"w": "30"}])
def test_an_image_whose_bytes_are_lost_is_404(world: World, query: dict[str, str]) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    aws.call("s3", "delete_object", Bucket=ORIGINALS.physical_name, Key=f"images/{image_id}")
    answer = link_again(world, f"{image_id}.jpg", query)
    assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert world.objects(RENDITIONS) == {}


@pytest.mark.parametrize("damage", [b"", b"no picture", pictures.still("JPEG")[:400]])
def test_an_original_that_went_bad_is_no_500(world: World, damage: bytes) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    aws.call("s3", "put_object", Bucket=ORIGINALS.physical_name, Key=f"images/{image_id}", Body=damage)
    answer = link_again(world, f"{image_id}.webp", {"w": "30"})
    assert (answer.status, answer.json) == (404, NOT_FOUND)
    assert world.objects(RENDITIONS) == {}


def test_keys_name_the_link(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    queries = [{"w": "30"}, {"h": "30"}, {"w": "30", "h": "20"}, {"w": "30", "crop": "true"}, {}]
    for query in queries:
        link_again(world, f"{image_id}.webp", query)
    assert set(world.objects(RENDITIONS)) == {link_of(f"{image_id}.webp", query).key for query in queries}


AVIF, WEBP = "image/avif,image/webp,*/*", "image/webp,*/*"


def _automatic(world: World, file: str, accept: str, query: dict[str, str] | None = None) -> Answer:
    return link(world, file, query, headers={"Accept": accept})


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("JPEG", ("AVIF", "WEBP", "JPEG")),
        ("PNG", ("AVIF", "WEBP", "PNG")),
        ("GIF", ("AVIF", "WEBP", "GIF")),
        ("WEBP", ("AVIF", "WEBP", "JPEG")),
    ],
)
def test_auto_is_what_the_caller_accepts(world: World, kind: str, answers: tuple[str, ...]) -> None:
    image_id = uploaded(world, pictures.still(kind))
    for query in ({}, {"w": "32"}):
        for accept, expected in zip((AVIF, WEBP, "image/*,*/*"), answers, strict=True):
            answer = _automatic(world, f"{image_id}.auto", accept, query)
            assert pictures.opened(answer.body).format == expected
            assert answer.headers["content-type"] == f"image/{expected.lower()}"
            assert answer.headers["vary"] == "Accept"
    assert pictures.opened(_automatic(world, f"{image_id}_thumbnail.auto", AVIF).body).format == "AVIF"


@pytest.mark.parametrize("lossless", [True, False])
def test_auto_of_a_transparent_webp_is_png_where_webp_is_not_accepted(world: World, lossless: bool) -> None:
    for profile in (None, photographs.srgb_profile()):
        image_id = uploaded(
            world, pictures.encoded(photographs.translucent(40), "WEBP", lossless=lossless, icc_profile=profile)
        )
        picture = pictures.opened(_automatic(world, f"{image_id}.auto", "*/*", {"w": "20"}).body)
        assert (picture.format, picture.has_transparency_data) == ("PNG", True)
        opaque = uploaded(
            world, pictures.encoded(photographs.picture(40), "WEBP", lossless=lossless, icc_profile=profile)
        )
        assert pictures.opened(_automatic(world, f"{opaque}.auto", "").body).format == "JPEG"


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_auto_never_answers_an_animation_with_a_still(world: World, kind: str) -> None:
    image_id = uploaded(world, pictures.animated(kind))
    for accept, expected in ((AVIF, "WEBP"), ("image/avif", "WEBP"), (WEBP, "WEBP"), ("*/*", "GIF"), ("", "GIF")):
        answer = _automatic(world, f"{image_id}.auto", accept)
        assert (pictures.opened(answer.body).format, pictures.frames_of(answer.body)) == (expected, 3)


def test_auto_shares_the_renditions_of_its_formats(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    for accept in (AVIF, AVIF, WEBP, WEBP, "", ""):
        _automatic(world, f"{image_id}.auto", accept, {"w": "30", "q": "50"})
    for extension in ("avif", "webp", "jpg"):
        link_again(world, f"{image_id}.{extension}", {"w": "30", "q": "50"})
    stored = {f"{image_id}/30x-q50.{extension}" for extension in ("avif", "webp", "jpg")}
    assert set(world.objects(RENDITIONS)) == stored


def test_auto_from_the_cdn_is_settled_by_the_function(world: World) -> None:
    still, moving = uploaded(world, pictures.still("PNG")), uploaded(world, pictures.animated("GIF"))
    for extension, expected in {
        "auto-avif": ("avif", "webp"),
        "auto-webp": ("webp", "webp"),
        "auto": ("png", "gif"),
    }.items():
        for image_id, media_type in zip((still, moving), expected, strict=True):
            answer = world.call("render_image", cdn_event(f"/{image_id}/30x.{extension}"))
            assert (answer.status, answer.headers["content-type"]) == (200, f"image/{media_type}")
            assert answer.headers["vary"] == "Accept"


def test_auto_of_an_unknown_image_is_not_found_and_of_a_known_one_not_modified(world: World) -> None:
    assert _automatic(world, f"{UNKNOWN}.auto", AVIF).json == NOT_FOUND
    image_id = uploaded(world, pictures.still("PNG"))
    etag = _automatic(world, f"{image_id}.auto", AVIF).headers["etag"]
    again = link(world, f"{image_id}.auto", headers={"Accept": AVIF, "If-None-Match": etag})
    assert (again.status, again.headers["vary"]) == (304, "Accept")


def test_no_other_link_varies(world: World) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    for extension in FORMATS:
        assert "vary" not in _automatic(world, f"{image_id}.{extension}", AVIF, {"w": "9"}).headers


def test_what_is_stored_stays_within_its_bound_whatever_is_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=5)
    image_id = uploaded(world, pictures.still("JPEG"))
    asked: list[dict[str, str]] = [
        *({"w": "20", "q": str(quality)} for quality in (5, 10, 15)),
        *({"w": "20", "rotate": rotate} for rotate in ("90", "180", "270")),
        *({"w": "20", "h": "20", "fit": "pad", "bg": f"00000{digit}"} for digit in range(4)),
        *({"w": "20", "crop": "true", "focus": f"0.{digit},1"} for digit in range(4)),
        *({"blur": str(sigma)} for sigma in (1, 2, 3)),
        {"gray": "true"},
        {"flip": "h"},
    ]
    for query in asked:
        assert link_again(world, f"{image_id}.jpg", query).status == 200
        assert link(world, f"{image_id}.jpg", query).status == 200
    assert len(world.objects(RENDITIONS)) == 5


def test_equal_meanings_of_options_share_one_rendition(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    colour = {"bg": "fff000", "q": "81"}
    same = {"bg": "FFF00080", "q": "79", "gray": "false", "v": "7"}
    equal: list[dict[str, str]] = [
        {**colour, "w": "20", "h": "10", "crop": "true", "focus": "center", "flip": "v", "rotate": "90"},
        {
            **same,
            "width": "10",
            "h": "5",
            "dpr": "2",
            "fit": "cover",
            "focus": "0.5,0.50",
            "flip": "h",
            "rotate": "270",
        },
    ]
    answers = {link_again(world, f"{image_id}.jpg", query).body for query in equal}
    assert len(answers) == len(world.objects(RENDITIONS)) == 1


@pytest.mark.parametrize(
    ("query", "property_"),
    [
        ({"fit": "pad", "w": "9"}, "fit"),
        ({"crop": "true", "fit": "inside", "w": "9"}, "fit"),
        ({"w": "4096", "dpr": "1.5"}, "dpr"),
        ({"focus": "NaN,1"}, "focus"),
        ({"bg": "red"}, "bg"),
        ({"q": "1e3"}, "q"),
        ({"blur": "51"}, "blur"),
        ({"rotate": ["90", "90"]}, "rotate"),
        ({"gray": ""}, "gray"),
    ],
)
def test_a_bad_option_is_named_before_the_image_is_looked_for(
    world: World, query: dict[str, str | list[str]], property_: str
) -> None:
    answer = link(world, f"{UNKNOWN}.jpg", query)
    assert answer.status == 400
    assert [violation["property"] for violation in answer.json["error"]["violations"]] == [property_]
    assert world.calls == []

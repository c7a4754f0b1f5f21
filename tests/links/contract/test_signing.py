"""Signed links (second contract, 3): who gets which, and what they look like."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from constellation.links import signing
from constellation.links.marks import KEYS
from constellation.runtime import origin
from tests.support import pictures
from tests.support.edge import running_edge, viewer_request
from tests.support.sharing import NOT_FOUND, Client, cdn_event, errors, link
from tests.support.workspace import Workspace
from tests.support.world import World, configure

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"
NOT_YOURS = "This image belongs to somebody else"
WATERMARKED = "This image is given with a watermark only: name a variant that has one"
MARK = {"position": "center", "opacity": 0.5, "scale": 0.5, "margin": 0}


def sign(client: Client, image_id: str, **asked: Any) -> Any:
    return client.ask("POST", f"/api/image/{image_id}/sign", json=asked)


def follow(world: World, url: str) -> int:
    """The status that a viewer gets: from the edge, with what its store holds now, or else from the function."""
    parts = urlsplit(url)
    with running_edge(held=world.cdn.hidden) as edge:
        answer = edge.all([viewer_request(parts.path, parse_qs(parts.query, keep_blank_values=True))])[0]
    if "uri" not in answer:
        return answer["statusCode"]
    return world.call("render_image", cdn_event(answer["uri"])).status


@pytest.fixture
def present(world: World) -> World:
    """A world at the time of this machine, by which the edge function goes."""
    world.advance(seconds=time.time() - world.now.timestamp())
    return world


def test_a_link_is_signed_and_works(present: World, anna: Client) -> None:
    image_id = anna.image(pictures.still("JPEG"), access="signed")
    answer = sign(anna, image_id)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json.keys() == {"url", "expiresAt"}
    parts = urlsplit(str(answer.json["url"]))
    query = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc, parts.path, list(query)) == ("", "", f"/image/{image_id}.jpg", ["exp", "sig"])
    assert int(query["exp"][0]) == int(present.now.timestamp()) + 3600
    assert len(query["sig"][0]) == 43
    assert follow(present, answer.json["url"]) == 200
    assert follow(present, f"/api{answer.json['url']}") == 403
    assert follow(present, f"/image/{image_id}.jpg") == 403
    assert follow(present, answer.json["url"].replace("sig=", "sig=A")) == 403
    assert follow(present, f"{answer.json['url']}&w=30") == 403


@pytest.mark.parametrize(
    ("asked", "path", "query"),
    [
        ({"ext": "webp"}, ".webp", ""),
        ({"ext": "auto", "w": 30}, ".auto", "w=30"),
        ({"thumbnail": True}, "_thumbnail.png", ""),
        ({"thumbnail": True, "w": "x", "variant": "nothing"}, "_thumbnail.png", ""),
        ({"w": 30, "h": 20, "fit": "cover", "focus": "0,1"}, ".png", "w=30&h=20&fit=cover&focus=0,1"),
        ({"w": 30, "dpr": 1.5, "gray": True, "unknown": [1]}, ".png", "w=30&dpr=1.5&gray=true"),
        ({"variant": "small", "dpr": 2}, ".png", "dpr=2&variant=small"),
    ],
)
def test_what_can_be_asked(present: World, anna: Client, asked: dict[str, Any], path: str, query: str) -> None:
    image_id = anna.image(pictures.still("PNG"), access="signed")
    assert anna.ask("PUT", "/api/variants/small", json={"w": 10}).status == 201
    answer = sign(anna, image_id, **asked)
    assert answer.status == 200, answer.body
    start = f"/image/{image_id}{path}?{query}{'&' * bool(query)}exp="
    assert answer.json["url"].startswith(start)
    if not path.endswith("auto"):
        assert follow(present, answer.json["url"]) == 200


def test_no_body_means_the_picture_for_an_hour(present: World, anna: Client) -> None:
    image_id = anna.image(access="signed")
    answer = anna.ask("POST", f"/api/image/{image_id}/sign")
    assert answer.status == 200
    assert follow(present, answer.json["url"]) == 200


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"expiresIn": 59}, "expiresIn"),
        ({"expiresIn": 604_801}, "expiresIn"),
        ({"expiresIn": "60"}, "expiresIn"),
        ({"expiresIn": 60.5}, "expiresIn"),
        ({"ext": "bmp"}, "ext"),
        ({"ext": ""}, "ext"),
        ({"thumbnail": "yes"}, "thumbnail"),
        ({"w": 0}, "w"),
        ({"q": "1e3"}, "q"),
        ({"fit": "pad", "w": 3}, "fit"),
        ({"variant": 5}, "variant"),
        ({"variant": "small", "w": 5}, "variant"),
    ],
)
def test_what_cannot_be_asked(anna: Client, asked: dict[str, Any], wrong: str) -> None:
    answer = sign(anna, anna.image(), **asked)
    assert answer.status == 422
    assert [each["property"] for each in answer.json["error"]["violations"]] == [wrong]


@pytest.mark.parametrize("seconds", [60, 60.0, 604_800], ids=repr)
def test_how_long_a_link_is_valid(present: World, anna: Client, seconds: float) -> None:
    answer = sign(anna, anna.image(), expiresIn=seconds)
    exp = int(parse_qs(urlsplit(str(answer.json["url"])).query)["exp"][0])
    assert exp == int(present.now.timestamp()) + seconds


def test_an_unknown_variant_is_not_signed(anna: Client) -> None:
    assert sign(anna, anna.image(), variant="nothing").status == 404
    assert sign(anna, anna.image(), variant="A/b").status == 404


def test_who_sees_the_image_can_sign(world: World, anna: Client, bea: Client) -> None:
    own, public = anna.image(access="signed"), anna.image(isPublic="true")
    assert (sign(bea, own).status, sign(bea, own).json) == (404, NOT_FOUND)
    assert sign(bea, UNKNOWN).status == sign(bea, "x").status == 404
    assert (sign(bea, public).status, sign(bea, public).json["error"]["message"]) == (403, NOT_YOURS)
    assert world.request("POST", f"/api/image/{own}/sign", json={}).status == 401
    assert world.request("POST", f"/api/image/{own}/sign", token=anna.key, json={}).status == 401
    space = Workspace(anna)
    assert anna.ask("PATCH", f"/images/{own}", json={"constellation_uuid": space.id}).status == 200
    space.connect(bea)
    assert sign(bea, own).status == 200


def test_two_keys_are_valid_while_they_are_exchanged(
    present: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = anna.image(access="signed")
    old = sign(anna, image_id).json["url"]
    secret = "the-value-that-only-the-CDN-shows"
    for secrets, is_old_taken in ((f"{secret},new", True), (f"new,{secret}", True), ("new", False)):
        monkeypatch.setenv(origin.VARIABLE, secrets)
        fresh = sign(anna, image_id)
        assert fresh.status == 200
        assert follow(present, fresh.json["url"]) == 200
        assert (follow(present, old) == 200) == is_old_taken
        assert present.cdn.hidden[KEYS] == ",".join(sorted(signing.keys()))


def test_the_edge_is_told_its_keys_once(world: World, anna: Client) -> None:
    image_id = anna.image()
    assert sign(anna, image_id).status == 200
    asked = world.cdn.requests
    for _ in range(3):
        assert sign(anna, image_id).status == 200
    assert world.cdn.requests == asked


def test_a_store_that_is_full_is_told_later(world: World, anna: Client) -> None:
    world.cdn.most_bytes = 0
    answer = sign(anna, anna.image())
    assert (answer.status, "retry-after" in answer.headers) == (503, True)


# Watermarks


class Shop:
    """A constellation with a watermark and a signed image, whose ADMIN is Anna."""

    def __init__(self, anna: Client) -> None:
        self.anna, self.space = anna, Workspace(anna)
        self.mark, self.image = self.added(), self.added(access="signed")
        self.variants = f"/constellations/{self.space.id}/variants"
        assert anna.ask("PUT", f"{self.variants}/plain", json={"w": 20}).status == 201
        self.put_mark({"image_uuid": self.mark, **MARK})

    def added(self, **fields: str) -> str:
        image_id = self.anna.image(pictures.still("PNG"), **fields)
        body = {"constellation_uuid": self.space.id}
        assert self.anna.ask("PATCH", f"/images/{image_id}", json=body).status == 200
        return image_id

    def put_mark(self, watermark: Any) -> None:
        body = {"w": 30, "watermark": watermark}
        assert self.anna.ask("PUT", f"{self.variants}/marked", json=body).status in (200, 201)


def test_who_may_not_change_the_image_gets_it_with_the_watermark_only(
    present: World, anna: Client, bea: Client
) -> None:
    shop = Shop(anna)
    shop.space.connect(bea)
    for rights, is_trusted in (("READ", False), ("COMMENT", False), ("WRITE", True), ("ADMIN", True)):
        shop.space.connect(bea, rights=rights)
        for asked in ({}, {"w": 30}, {"thumbnail": True}, {"variant": "plain"}, {"ext": "webp"}):
            answer = sign(bea, shop.image, **asked)
            assert answer.status == (200 if is_trusted else 403), (rights, asked)
            assert is_trusted or answer.json["error"]["message"] == WATERMARKED
        for asked in ({"variant": "marked"}, {"variant": "marked", "dpr": 2}):
            answer = sign(bea, shop.image, **asked)
            assert answer.status == 200
            assert follow(present, answer.json["url"]) == 200
        for method in ("GET", "HEAD"):
            assert bea.ask(method, f"/images/{shop.image}").status == (200 if is_trusted else 403)
        assert bea.ask("GET", f"/images/{shop.image}", headers={"Accept": "application/json"}).status == 200
        assert bea.ask("GET", f"/images/{shop.mark}").status == 200
        assert sign(bea, shop.mark, w=3).status == 200


def test_without_a_watermark_in_the_place_all_is_as_ever(anna: Client, bea: Client) -> None:
    shop = Shop(anna)
    shop.space.connect(bea)
    shop.put_mark(None)
    assert sign(bea, shop.image).status == bea.ask("GET", f"/images/{shop.image}").status == 200
    shop.put_mark({"image_uuid": shop.mark, **MARK})
    assert sign(bea, shop.image).status == bea.ask("GET", f"/images/{shop.image}").status == 403
    assert anna.ask("DELETE", f"{shop.variants}/marked").status == 204
    assert sign(bea, shop.image).status == bea.ask("GET", f"/images/{shop.image}").status == 200


def test_the_signature_of_a_variant_opens_nothing_else(present: World, anna: Client) -> None:
    shop = Shop(anna)
    url = sign(anna, shop.image, variant="marked").json["url"]
    assert follow(present, url) == 200
    for forged in (
        url.replace("variant=marked", "variant=plain"),
        url.replace("variant=marked&", ""),
        url.replace("variant=marked", "w=30"),
        url.replace(".png", ".webp"),
        f"{url}&dpr=2",
    ):
        assert follow(present, forged) == 403, forged


# The setting


def test_a_deployment_can_demand_signatures(world: World, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, links="signed")
    image_id = anna.image(pictures.still("PNG"))
    assert anna.ask("PUT", "/api/variants/small", json={"w": 10}).status == 201
    for query in ({"w": "30"}, {"gray": "true"}, {"w": "3", "h": "3", "crop": "true"}):
        assert link(world, f"{image_id}.png", query).status == 403
    for file, query in (
        (f"{image_id}.png", {}),
        (f"{image_id}.webp", {}),
        (f"{image_id}_thumbnail.png", {}),
        (f"{image_id}.png", {"variant": "small"}),
    ):
        assert link(world, file, query).status == 200
    assert world.call("render_image", cdn_event(f"/{image_id}/signed/30x.png")).status == 200


def test_a_violation_is_told_as_ever(anna: Client) -> None:
    answer = sign(anna, anna.image(), dpr=4)
    assert (answer.status, answer.json) == (422, errors(("dpr", "This value should be 1, 1.5, 2 or 3.")))

"""Digests (API-2, section 1): a body that is not the one that was meant is refused, and files say what they are."""

import json
from typing import Any

import pytest

from constellation.aws.resources import IMAGES, ORIGINALS
from constellation.aws.table import Table
from constellation.images.store import record_key
from tests.support import pictures
from tests.support.digests import digest_of
from tests.support.firmware_api import made
from tests.support.hex_files import firmware
from tests.support.sharing import SMALL, Client
from tests.support.world import File, World, multipart

OTHER = digest_of(b"another body")


def sharing(text: str) -> dict[str, Any]:
    return {"error": {"title": "Bad Request", "message": text, "violations": []}}


def test_a_body_that_is_not_its_digests_is_refused_in_the_shape_of_the_surface(world: World, anna: Client) -> None:
    text = "Content-Digest does not match the body of the request"
    image, file = made(anna), File("a.hex", firmware(16))
    routes: list[tuple[str, dict[str, Any], Any]] = [
        ("/api/upload", {"form": {"image": File("a", SMALL)}}, sharing(text)),
        ("/api/uploads", {"json": {"kind": "image", "fileName": "a"}}, sharing(text)),
        ("/images", {"form": {"file": File("a", SMALL)}}, {"message": text}),
        ("/constellations", {"json": {"name": "Trip"}}, {"message": text}),
        ("/image", {"json": {"label": "a", "fw_version": "1.0.0"}}, {"message": text, "status": 400}),
        (f"/image/{image}/binary", {"form": {"image": file}}, {"message": text, "status": 400}),
    ]
    for path, sent, body in routes:
        answer = anna.ask("POST", path, headers={"Content-Digest": OTHER}, **sent)
        assert (answer.status, answer.json) == (400, body)
    assert not world.objects(ORIGINALS)
    assert anna.ask("GET", "/constellations").json == []
    assert anna.ask("GET", "/images").json == {"images": []}
    assert anna.ask("GET", f"/image/{image}").json["confirmed"] is False
    assert [each["id"] for each in anna.ask("GET", "/image").json] == [image]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("{right}", 201),
        ("sha-512=:AAAA:, {right}", 201),
        ("{right};by=client, md5=:AAAA:", 201),
        ("{right}, sha-256=:AAAA:", 400),
        ("sha-256=:AAAA:, {right}", 201),
        ("{sha512}", 201),
        ("sha-512=:AAAA:", 201),
        ("md5=:AAAA:", 201),
        ("{wrong}", 400),
        ("sha-512=:AAAA:, {wrong}", 400),
        ("sha-256=:AAAA:", 400),
        ("sha-256=::", 400),
        ("", 201),
        (" ", 201),
        (",,", 201),
        ("sha-256", 201),
        ("sha-256=", 201),
        ("sha-256=:", 201),
        ("sha-256=AAAA", 201),
        ('sha-256=":AAAA:"', 201),
        ("sha-256=:A:", 201),
        ("sha-256=:AA=A:", 201),
        ("sha-256=:A-_A:", 201),
        ("sha-256=:é:", 201),
        ("SHA-256=:AAAA:", 201),
        ("xsha-256=:AAAA:", 201),
        ("sha-256=:AAAA:x", 201),
        (":" * 8000, 201),
    ],
)
def test_what_a_digest_says(anna: Client, told: str, status: int) -> None:
    body = json.dumps({"name": "Trip"}).encode()
    headers = {"Content-Type": "application/json", "Content-Digest": _filled(told, body)}
    assert anna.ask("POST", "/constellations", body=body, headers=headers).status == status
    assert len(anna.ask("GET", "/constellations").json) == (status == 201)


def _filled(told: str, body: bytes) -> str:
    wrong = digest_of(body + b" ")
    return told.format(right=digest_of(body), sha512=digest_of(body, "sha-512"), wrong=wrong)


def test_padding_may_be_missing(anna: Client) -> None:
    body, content_type = multipart({"image": File("a", SMALL)})
    headers = {"Content-Type": content_type, "Content-Digest": digest_of(body).replace("=:", ":").replace("6:", "6=:")}
    assert anna.ask("POST", "/api/upload", body=body, headers=headers).status == 201


def test_what_comes_before_the_input_is_told_before_it(world: World, anna: Client) -> None:
    headers = {"Content-Digest": OTHER}
    assert world.request("POST", "/images", headers=headers).status == 401
    assert anna.ask("PATCH", "/images/123e4567-e89b-42d3-a456-426614174000", headers=headers, json={}).status == 404
    huge = {"file": File("a", bytes(4_600_000))}
    assert anna.ask("POST", "/images", headers=headers, form=huge).status == 413


def test_the_digest_of_a_file_is_of_the_whole_file(anna: Client) -> None:
    image = anna.image(pictures.still("PNG"))
    whole = anna.ask("GET", f"/images/{image}")
    told = digest_of(whole.body)
    assert whole.headers["repr-digest"] == told
    part = anna.ask("GET", f"/images/{image}", headers={"Range": "bytes=2-5"})
    assert (part.status, part.body, part.headers["repr-digest"]) == (206, whole.body[2:6], told)
    known = anna.ask("GET", f"/images/{image}", headers={"If-None-Match": whole.headers["etag"]})
    assert known.status == 304
    assert "repr-digest" not in known.headers
    as_json = anna.ask("GET", f"/images/{image}", headers={"Accept": "application/json"})
    assert "repr-digest" not in as_json.headers


def test_a_redirect_has_no_digest(anna: Client) -> None:
    image = anna.image()
    Table(IMAGES).update(record_key(image), "SET #size = :size", values={"size": 5_000_000}, names={"size": "size"})
    answer = anna.ask("GET", f"/images/{image}")
    assert answer.status == 302
    assert "repr-digest" not in answer.headers

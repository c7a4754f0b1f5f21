"""Who is shown what by the IIIF Image API (second contract, 4): signed images, deleted ones, slots, tags."""

from typing import Any

import pytest

from constellation.aws.resources import DELETIONS, HIDING, RENDITIONS
from constellation.common.ids import new_id
from tests.support import pictures
from tests.support.iiif import BASE, CONTEXT, iiif, iiif_by_cdn, info_by_cdn
from tests.support.sharing import Client, link
from tests.support.workspace import Workspace
from tests.support.world import World, configure

REQUESTS = ("full/max/0/default.gif", "full/2,/0/default.png", "0,0,4,4/max/!90/bitonal.webp")
WITHHELD = {"message": "This image is shown by signed links only"}


def patch(client: Client, image_id: str, access: str) -> None:
    assert client.ask("PATCH", f"/api/image/{image_id}", json={"access": access}).status == 204


def withheld(image_id: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": f"{BASE}/iiif/3/{image_id}",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
    }


def test_a_signed_image_is_not_shown(world: World, anna: Client) -> None:
    image_id = anna.image(access="signed")
    for rest in (*REQUESTS, "999,0,5,5/max/0/default.jpg", "full/999,/0/default.jpg"):
        answer = iiif(world, image_id, rest)
        assert (answer.status, answer.json) == (401, WITHHELD)
        assert answer.headers.items() >= {"cache-control": "no-store", "www-authenticate": "Bearer"}.items()
        assert "link" not in answer.headers
        assert iiif_by_cdn(world, image_id, rest).status == 401
    assert iiif(world, image_id, "full/^9,/0/default.jpg").status == 400
    answer = iiif(world, image_id, "info.json")
    assert (answer.status, answer.json) == (401, withheld(image_id))
    assert answer.headers.items() >= {"cache-control": "no-store", "www-authenticate": "Bearer"}.items()
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert world.objects(RENDITIONS) == {}
    assert iiif(world, image_id).status == 303


def test_open_to_signed_ends_what_was_shown(world: World, anna: Client) -> None:
    image_id = anna.image()
    for rest in (*REQUESTS, *REQUESTS):
        assert iiif_by_cdn(world, image_id, rest).status == 200
    assert iiif(world, image_id, "info.json").json["width"] == 8
    stored = [key for key in world.objects(RENDITIONS) if key.startswith(image_id)]
    assert len(stored) == 2
    patch(anna, image_id, "signed")
    assert [iiif_by_cdn(world, image_id, rest).status for rest in REQUESTS] == [401] * 3
    world.deliver(HIDING)
    world.deliver(DELETIONS, delayed=True)
    assert not [key for key in world.objects(RENDITIONS) if key.startswith(image_id)]
    assert iiif(world, image_id, "info.json").json == withheld(image_id)
    patch(anna, image_id, "open")
    assert [iiif_by_cdn(world, image_id, rest).status for rest in REQUESTS] == [200] * 3


def test_what_the_cdn_keeps_has_the_tags_of_the_image(world: World, anna: Client) -> None:
    space = Workspace(anna)
    image_id, folder = anna.image(), space.folder()
    assert info_by_cdn(world, image_id).headers["x-amz-meta-cache-tag"] == image_id
    place = {"constellation_uuid": space.id, "folder_uuid": folder}
    assert anna.ask("PATCH", f"/images/{image_id}", json=place).status == 200
    assert info_by_cdn(world, image_id).headers["x-amz-meta-cache-tag"] == f"{image_id},{folder}"
    assert iiif_by_cdn(world, image_id, REQUESTS[1]).headers["x-amz-meta-cache-tag"] == f"{image_id},{folder}"
    for own in (iiif(world, image_id, "info.json"), iiif(world, image_id, REQUESTS[1])):
        assert "x-amz-meta-cache-tag" not in own.headers


def test_a_watermark_is_no_more_avoided_than_by_plain_links(world: World, anna: Client, bea: Client) -> None:
    """Where variants have a watermark, ``signed`` is what closes plain links, and this API with them."""
    space = Workspace(anna)
    space.connect(bea)
    mark = anna.image()
    watermark = {"image_uuid": mark, "position": "center", "opacity": 1, "scale": 1, "margin": 0}
    variant = {"w": 8, "watermark": watermark}
    assert anna.ask("PUT", f"/constellations/{space.id}/variants/card", json=variant).status == 201
    image_id = space.image()
    assert link(world, f"{image_id}.gif").status == iiif(world, image_id, REQUESTS[0]).status == 200
    patch(anna, image_id, "signed")
    assert bea.ask("GET", f"/images/{image_id}").status == link(world, f"{image_id}.gif").status == 403
    assert iiif(world, image_id, REQUESTS[0]).status == 401


def test_stored_pictures_stay_within_the_slots(world: World, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=3)
    image_id = anna.image(pictures.still("PNG", 64, 48), name="a.png")
    for left in (*range(8), *range(8)):
        assert iiif(world, image_id, f"{left},0,8,8/max/0/default.png").status == 200
    assert len([key for key in world.objects(RENDITIONS) if key.startswith(image_id)]) == 3


def test_a_deployment_that_demands_signatures_shows_nothing(
    world: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_id = anna.image()
    configure(monkeypatch, links="signed")
    for rest in ("full/max/0/default.png", "full/9,/0/default.jpg", "999,0,5,5/max/0/default.jpg"):
        assert iiif(world, image_id, rest).status == 401
    assert iiif(world, image_id, "full/^9,/0/default.jpg").status == 400
    assert iiif(world, new_id(), "full/9,/0/default.jpg").status == 404
    assert iiif(world, image_id, "info.json").status == 401


def test_a_deleted_image_is_unknown(world: World, anna: Client) -> None:
    space = Workspace(anna)
    folder = space.folder()
    buried, gone = anna.image(), anna.image()
    place = {"constellation_uuid": space.id, "folder_uuid": folder}
    assert anna.ask("PATCH", f"/images/{buried}", json=place).status == 200
    requests = ("full/2,/0/default.png", "999,0,5,5/max/0/default.jpg", "full/999,/0/default.jpg", "info.json")
    assert [iiif(world, buried, rest).status for rest in requests] == [200, 400, 400, 200]
    assert iiif_by_cdn(world, buried, requests[0]).headers["x-amz-meta-cache-tag"] == f"{buried},{folder}"
    assert anna.ask("DELETE", f"/folders/{folder}").status == 200
    assert anna.ask("DELETE", f"/api/image/{gone}").status == 204
    for image_id in (buried, gone):
        assert [iiif(world, image_id, rest).status for rest in requests] == [404] * 4

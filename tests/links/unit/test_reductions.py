"""Reductions in the product: made at an upload, used by links, gone with the image, and never to be relied on."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from constellation.aws.resources import DELETIONS, ORIGINALS, REDUCING
from constellation.aws.sdk import client_of
from constellation.images import sources, store
from constellation.links import budget_store, make
from tests.support import pictures
from tests.support.faults import ATTEMPTS, FAILED, Killed, killed, meanwhile, refused
from tests.support.iiif import iiif
from tests.support.pictures import opened
from tests.support.sharing import Client, link, records, uploaded
from tests.support.workspace import UNKNOWN
from tests.support.world import World, configure, unrecorded

LARGE = pictures.still("PNG", 1200, 900)
"""Its half is kept, and nothing else."""


def _key(image_id: str) -> str:
    return f"reductions/{image_id}"


def _fetched(world: World) -> list[str]:
    """The objects that the last function has fetched."""
    return [call.path for call in world.calls if call.action == "s3:GetObject"]


def _replace(image_id: str, data: bytes) -> None:
    with unrecorded():
        client_of("s3").put_object(Bucket=ORIGINALS.physical_name, Key=_key(image_id), Body=data)


def _remove(image_id: str) -> None:
    with unrecorded():
        client_of("s3").delete_object(Bucket=ORIGINALS.physical_name, Key=_key(image_id))


def test_an_upload_keeps_them_in_one_object_and_a_note(world: World) -> None:
    image_id = uploaded(world, LARGE)
    kept = world.objects(ORIGINALS)
    assert kept.keys() == {f"images/{image_id}", _key(image_id)}
    assert opened(kept[_key(image_id)]).size == (600, 450)
    (record,) = records(world)
    assert record["reductions"]["S"].startswith(f"1/2.webp.{len(kept[_key(image_id)])}.")


def test_an_upload_of_a_small_picture_has_none(world: World) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    assert world.objects(ORIGINALS).keys() == {f"images/{image_id}"}
    assert "reductions" not in records(world)[0]


@pytest.mark.parametrize(("width", "prefix"), [("400", "reductions"), ("500", "reductions"), ("501", "images")])
def test_a_link_fetches_one_part_of_one_object(world: World, width: str, prefix: str) -> None:
    image_id = uploaded(world, LARGE)
    answer = link(world, f"{image_id}.png", {"w": width})
    assert opened(answer.body).width == int(width)
    assert _fetched(world) == [f"{prefix}/{image_id}"]


def test_a_link_to_the_original_gives_the_original(world: World) -> None:
    image_id = uploaded(world, LARGE)
    kept = world.objects(ORIGINALS)[f"images/{image_id}"]
    assert link(world, f"{image_id}.png").body == kept
    assert opened(link(world, f"{image_id}.jpg").body).size == (1200, 900)


def test_a_watermark_comes_from_a_reduction_of_its_image(world: World) -> None:
    client = Client(world)
    mark, image_id = client.image(LARGE), client.image(LARGE)
    body = {"w": 300, "watermark": {"image_uuid": mark, "position": "center", "scale": 0.5, "opacity": 1, "margin": 0}}
    assert client.ask("PUT", "/api/variants/card", json=body).status == 201
    assert link(world, f"{image_id}.png", {"variant": "card"}).status == 200
    assert sorted(_fetched(world)) == sorted([_key(image_id), _key(mark)])


def _swap(world: World, image_id: str) -> None:
    other = uploaded(world, pictures.encoded(pictures.painted(1200, 900, seed=9), "PNG"))
    _replace(image_id, world.objects(ORIGINALS)[_key(other)])


DAMAGES: dict[str, Callable[[World, str], None]] = {
    "missing": lambda _, image_id: _remove(image_id),
    "empty": lambda _, image_id: _replace(image_id, b""),
    "truncated": lambda world, image_id: _replace(image_id, world.objects(ORIGINALS)[_key(image_id)][:-1]),
    "changed": lambda world, image_id: _replace(image_id, world.objects(ORIGINALS)[_key(image_id)][:-1] + b"\xff"),
    "of another image": _swap,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_one_is_not_used(world: World, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    image_id = uploaded(world, LARGE)
    right = link(world, f"{image_id}.png", {"w": "300"}).body
    DAMAGES[damage](world, image_id)
    capsys.readouterr()
    answer = link(world, f"{image_id}.png", {"w": "301"})
    assert answer.status == 200
    assert pictures.distance(opened(answer.body).resize((300, 225)), opened(right)) < 12
    assert "ReductionsDamaged" in capsys.readouterr().out


def test_one_that_cannot_be_read_is_not_used(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what was written, and yet no picture."""

    def no_picture(*_: object) -> bytes:
        return b"no picture"

    monkeypatch.setattr(sources, "_fetched", no_picture)
    image_id = uploaded(world, LARGE)
    assert opened(link(world, f"{image_id}.png", {"w": "300"}).body).size == (300, 225)


def test_a_setting_turns_them_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = uploaded(world, LARGE)
    configure(monkeypatch, reductions=False)
    after = uploaded(world, LARGE)
    assert _key(after) not in world.objects(ORIGINALS)
    for image_id in (before, after):
        assert link(world, f"{image_id}.png", {"w": "300"}).status == 200
        assert _fetched(world) == [f"images/{image_id}"]


def test_they_go_with_the_image(world: World) -> None:
    client = Client(world)
    image_id = client.image(LARGE)
    assert client.ask("DELETE", f"/api/image/{image_id}").status == 204
    assert world.deliver(DELETIONS)
    assert world.objects(ORIGINALS) == {}


# Made late


def _from_before(world: World, monkeypatch: pytest.MonkeyPatch, data: bytes = LARGE) -> str:
    """An image from before there were reductions."""
    configure(monkeypatch, reductions=False)
    image_id = uploaded(world, data)
    configure(monkeypatch)
    return image_id


_WIDTHS = itertools.cycle(map(str, range(100, 300)))


def _is_made(world: World, image_id: str) -> bool:
    """Whether a link that nobody has asked for is made from a reduction."""
    assert link(world, f"{image_id}.webp", {"w": next(_WIDTHS)}).status == 200
    return _fetched(world) == [_key(image_id)]


@pytest.mark.parametrize(
    "data",
    [LARGE, pictures.still("JPEG", 1500, 90), pictures.encoded(pictures.painted(1000, 90), "WEBP", lossless=True)],
    ids=["png", "jpeg", "webp"],
)
def test_an_image_from_before_gets_them_when_it_is_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    image_id = _from_before(world, monkeypatch, data)
    new = uploaded(world, data)
    for width in ("300", "301"):
        assert link(world, f"{image_id}.jpg", {"w": width}).status == 200
    assert world.deliver(REDUCING) == 2
    assert _is_made(world, image_id)
    divisors = [[each.split(".")[0] for each in record["reductions"]["S"].split()] for record in records(world)]
    assert divisors[0] == divisors[1]
    kept = world.objects(ORIGINALS)
    assert opened(kept[_key(image_id)]).mode == opened(kept[_key(new)]).mode


@pytest.mark.parametrize("data", [pictures.still("JPEG", 1200, 90), pictures.animated("GIF", width=1500)])
def test_what_can_have_none_asks_for_none(world: World, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    image_id = _from_before(world, monkeypatch, data)
    assert link(world, f"{image_id}.png", {"w": "300"}).status == 200
    assert world.messages(REDUCING) == []


def test_nothing_is_asked_for_while_the_setting_is_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = _from_before(world, monkeypatch)
    configure(monkeypatch, reductions=False)
    assert link(world, f"{image_id}.png", {"w": "300"}).status == 200
    assert world.messages(REDUCING) == []


def test_a_link_does_not_need_the_queue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = _from_before(world, monkeypatch)
    with refused(2, FAILED, times=ATTEMPTS) as struck:
        assert link(world, f"{image_id}.png", {"w": "300"}).status == 200
    assert "s3:GetObject" in [call.action for call in world.calls[-1:]]
    assert len(struck) == ATTEMPTS


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_healed(world: World, damage: str) -> None:
    image_id = uploaded(world, LARGE)
    right = world.objects(ORIGINALS)[_key(image_id)]
    DAMAGES[damage](world, image_id)
    assert not _is_made(world, image_id)
    assert world.deliver(REDUCING) == 1
    assert _is_made(world, image_id)
    assert world.objects(ORIGINALS)[_key(image_id)] == right


def test_sound_ones_are_left_alone(world: World) -> None:
    image_id = uploaded(world, LARGE)
    (record,) = records(world)
    for seen in (record["reductions"]["S"], "", "1/2.webp.1.00000000"):
        assert world.receive(REDUCING, [{"image": image_id, "seen": seen}]) == []
        assert not [call for call in world.calls if call.action == "s3:PutObject"]


def test_an_original_that_cannot_be_read_gets_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = _from_before(world, monkeypatch)
    with unrecorded():
        client_of("s3").put_object(Bucket=ORIGINALS.physical_name, Key=f"images/{image_id}", Body=LARGE[:100])
    assert world.receive(REDUCING, [{"image": image_id, "seen": ""}]) == []
    assert _key(image_id) not in world.objects(ORIGINALS)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(4))
def test_making_them_is_safe_to_kill(world: World, monkeypatch: pytest.MonkeyPatch, call: int, after: bool) -> None:
    image_id = _from_before(world, monkeypatch)
    message = {"image": image_id, "seen": ""}
    with pytest.raises(Killed), killed(call, after=after):
        world.receive(REDUCING, [message])
    assert _is_made(world, image_id) == ((call, after) == (3, True))
    assert world.receive(REDUCING, [message]) == []
    assert _is_made(world, image_id)


@pytest.mark.parametrize("operation", ["GetObject", "PutObject"])
def test_an_image_that_is_deleted_meanwhile_leaves_none(
    world: World, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    image_id = _from_before(world, monkeypatch)
    image = store.get(image_id)
    assert image
    with meanwhile(operation, lambda: store.delete(image, keeps_bytes=False, now=world.now)):
        assert world.receive(REDUCING, [{"image": image_id, "seen": ""}]) == []
    assert _key(image_id) not in world.objects(ORIGINALS)


def test_a_message_for_an_image_that_is_gone(world: World) -> None:
    assert world.receive(REDUCING, [{"image": UNKNOWN, "seen": ""}]) == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(5))
def test_a_killed_upload_with_reductions_shows_whole_or_not_at_all(world: World, call: int, after: bool) -> None:
    """Its calls: the original, the reductions, the message to the index, the note of the file, the record."""
    with pytest.raises(Killed), killed(call, after=after):
        uploaded(world, LARGE)
    kept = {key.partition("/")[0] for key in world.objects(ORIGINALS)}
    assert ("images" in kept) == ((call, after) >= (0, True))
    assert ("reductions" in kept) == ((call, after) >= (1, True))
    found = records(world)
    assert len(found) == ((call, after) == (4, True))
    if found:
        assert _is_made(world, found[0]["id"]["S"])
    assert _is_made(world, uploaded(world, LARGE))


# Rows of a JPEG, for tiles

TALL = pictures.still("JPEG", 1300, 1200)


def _tile(world: World, image_id: str, left: int = 64) -> bytes:
    answer = iiif(world, image_id, f"{left},128,256,256/max/0/default.png")
    assert answer.status == 200
    return answer.body


def test_a_tile_of_a_jpeg_is_made_of_some_of_its_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, TALL)
    fetched = list[int]()
    render = make.render

    def watched(data: bytes, *asked: Any) -> bytes:
        fetched.append(len(data))
        return render(data, *asked)

    monkeypatch.setattr(make, "render", watched)
    tile = _tile(world, image_id)
    assert _fetched(world) == [_key(image_id), f"images/{image_id}"]
    assert fetched[0] < 0.6 * len(world.objects(ORIGINALS)[f"images/{image_id}"])
    configure(monkeypatch, reductions=False)
    other = uploaded(world, TALL)
    assert _tile(world, other) == tile
    assert _fetched(world) == [f"images/{other}"]


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "changed"])
def test_a_damaged_index_is_not_used_and_is_healed(world: World, damage: str) -> None:
    image_id = uploaded(world, TALL)
    right, kept = _tile(world, image_id), world.objects(ORIGINALS)[_key(image_id)]
    DAMAGES[damage](world, image_id)
    assert opened(_tile(world, image_id, 65)).size == opened(right).size
    assert world.deliver(REDUCING)
    assert world.objects(ORIGINALS)[_key(image_id)] == kept


def test_a_tile_is_paid_for_by_what_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paid = list[int]()

    def spent(_image_id: str, cost: int, *_: object) -> bool:
        paid.append(cost)
        return True

    configure(monkeypatch, render_concurrency=1)
    monkeypatch.setattr(budget_store, "spend", spent)
    _tile(world, uploaded(world, TALL))
    configure(monkeypatch, render_concurrency=1, reductions=False)
    _tile(world, uploaded(world, TALL))
    assert paid == [20 + 9, 20 + 18]

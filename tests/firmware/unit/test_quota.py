"""Binaries within a user's quota of bytes: whom they count for, until when, and what is refused without a trace."""

from collections.abc import Iterator

import pytest

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import BINARIES, FIRMWARE, LEFTOVERS
from constellation.firmware import store as firmware
from constellation.images.usage import Usage, usage
from constellation.workspaces.rights import Right
from tests.support.arrivals import begun, posted, put, reconcile, s3_by_its_clock
from tests.support.consistency import assert_at_rest, assert_no_bytes_left, assert_stocked, settle, uploads
from tests.support.engine import engine
from tests.support.faults import answer_lost, meanwhile
from tests.support.firmware import FILE, about, created, provided, upload
from tests.support.sharing import SMALL
from tests.support.spaces import Space, ask, newcomer, own_image
from tests.support.world import File, World, configure, event

SIZE = len(FILE)


@pytest.fixture
def running(world: World) -> Iterator[World]:
    with engine(), s3_by_its_clock(world):
        yield world


def binaries(user_id: str) -> tuple[int, int]:
    """How many binaries count for a user, and of how many bytes."""
    found = usage(user_id)
    return found.binaries, found.binary_bytes


def test_binaries_and_images_share_a_quota(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    user = newcomer(world)
    picture = own_image(world, user)
    image_bytes = usage(user.user_id).image_bytes
    configure(monkeypatch, bytes_per_user=image_bytes + 2 * SIZE)
    full, _ = provided(world, user), provided(world, user)
    assert usage(user.user_id) == Usage(images=1, image_bytes=image_bytes, binaries=2, binary_bytes=2 * SIZE)
    bare = created(world, user)
    answer = upload(world, user, bare, b"x")
    message = "There is no room for this file: all your files together may have 0 MB."
    assert (answer.status, answer.json) == (413, {"message": message, "status": 413})
    assert ask(world, "share_upload_image", user, form={"image": File("a.gif", SMALL)}).json == answer.json
    assert about(world, "delete_binary", user, full).status == 200
    assert ask(world, "share_delete_image", user, image_id=picture).status == 204
    assert upload(world, user, bare, b"x" * (SIZE + image_bytes)).status == 200
    assert upload(world, user, created(world, user), b"x").status == 413
    settle(world)
    assert_at_rest(world)
    assert_no_bytes_left(world)


def test_what_there_is_no_room_for_is_refused_before_it_is_put(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, bytes_per_user=SIZE - 1)
    user = newcomer(world)
    bare = created(world, user)
    happening = event("POST", "/", form={"image": File("a.hex", FILE)}, path_parameters={"image_id": bare}, caller=user)
    assert world.call("upload_binary", happening).status == 413
    assert [call.action for call in world.calls] == ["dynamodb:GetItem", "dynamodb:Query"]
    assert world.objects(BINARIES) == {}
    assert world.messages(LEFTOVERS) == []
    assert not about(world, "get_firmware", user, bare).json["confirmed"]


def test_without_a_quota_binaries_are_counted_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    user = newcomer(world)
    provided(world, user)
    configure(monkeypatch, bytes_per_user=SIZE)
    assert upload(world, user, created(world, user)).status == 413


@pytest.mark.parametrize("ending", ["delete_binary", "delete_firmware", "delete_constellation"])
def test_a_binary_counts_for_the_member_who_uploaded_it(world: World, ending: str) -> None:
    space = Space(world)
    member, other = space.member(Right.WRITE), space.member(Right.ADMIN)
    image = created(world, space.owner, space.id)
    assert upload(world, member, image).status == 200
    assert [binaries(each.user_id) for each in (space.owner, member, other)] == [(0, 0), (1, SIZE), (0, 0)]
    assert space.disconnect(member).status == 200
    assert binaries(member.user_id) == (1, SIZE), "also when it is no member any more"
    if ending == "delete_constellation":
        assert space.ask(ending, caller=other).status == 200
    else:
        assert about(world, ending, other, image).status == 200
    settle(world)
    assert [binaries(each.user_id) for each in (space.owner, member, other)] == [(0, 0)] * 3
    assert_at_rest(world)


def test_the_next_binary_counts_for_the_next_uploader(world: World) -> None:
    space = Space(world)
    member = space.member(Right.WRITE)
    image = created(world, space.owner, space.id)
    for uploader, others in ((member, space.owner), (space.owner, member)):
        assert upload(world, uploader, image, b"another").status == 200
        assert [binaries(each.user_id) for each in (uploader, others)] == [(1, 7), (0, 0)]
        assert about(world, "delete_binary", space.owner, image).status == 200
        assert about(world, "delete_binary", space.owner, image).status == 200


@pytest.mark.parametrize("data", [FILE, b"another, of another size"])
def test_of_two_members_at_once_one_has_the_binary_and_it_counts_once(world: World, data: bytes) -> None:
    space = Space(world)
    member = space.member(Right.WRITE)
    image = created(world, space.owner, space.id)

    def first() -> None:
        assert upload(world, member, image, data).status == 200

    with meanwhile("PutObject", first):
        assert upload(world, space.owner, image).status == 400
    assert [binaries(each.user_id) for each in (space.owner, member)] == [(0, 0), (1, len(data))]
    assert_stocked(world)
    settle(world)
    assert_at_rest(world)


def test_two_deletions_at_once_count_once(world: World) -> None:
    user = newcomer(world)
    provided(world, user)
    image = provided(world, user)
    with meanwhile("SendMessage", lambda: about(world, "delete_binary", user, image)):
        assert about(world, "delete_firmware", user, image).status == 200
    assert binaries(user.user_id) == (1, SIZE)
    image = provided(world, user)
    with meanwhile("SendMessage", lambda: about(world, "delete_firmware", user, image)):
        assert about(world, "delete_binary", user, image).status == 404
    assert binaries(user.user_id) == (1, SIZE)


@pytest.mark.parametrize("function", ["delete_binary", "delete_firmware"])
def test_answers_that_got_lost_count_once(world: World, function: str) -> None:
    user = newcomer(world)
    image = created(world, user)
    with answer_lost("TransactWriteItems"):
        assert upload(world, user, image).status == 200
    assert binaries(user.user_id) == (1, SIZE)
    with answer_lost("TransactWriteItems"):
        assert about(world, function, user, image).status == 200
    assert binaries(user.user_id) == (0, 0)


def test_a_posted_binary_counts_for_who_asked_for_the_form(running: World, monkeypatch: pytest.MonkeyPatch) -> None:
    space = Space(running)
    member = space.member(Right.WRITE)
    images = [created(running, space.owner, space.id) for _ in range(2)]
    configure(monkeypatch, bytes_per_user=SIZE)
    ids = [begun(running, member, kind="firmware", fileName="a.hex", image_id=image) for image in images]
    for upload_id in ids:
        posted(upload_id, FILE)
        settle(running)
    assert [uploads(running)[upload_id]["status"] for upload_id in ids] == ["ready", "failed"]
    assert "There is no room for this file" in uploads(running)[ids[1]]["violations"]
    assert [binaries(each.user_id) for each in (space.owner, member)] == [(0, 0), (1, SIZE)]
    assert_at_rest(running)
    assert_no_bytes_left(running)


def test_a_dropped_binary_counts_for_who_dropped_it(running: World, monkeypatch: pytest.MonkeyPatch) -> None:
    space = Space(running)
    member = space.member(Right.WRITE)
    configure(monkeypatch, bytes_per_user=SIZE)
    for version in ("1.0.0", "1.1.0"):
        put(f"drop/{member.user_id}/{space.id}/pump-{version}.hex", FILE)
        settle(running)
    assert sorted(each["status"] for each in uploads(running).values()) == ["failed", "ready"]
    assert [binaries(each.user_id) for each in (space.owner, member)] == [(0, 0), (1, SIZE)]
    assert_at_rest(running)
    assert_no_bytes_left(running)


def test_a_binary_whose_bytes_are_gone_counts_until_the_reconciliation(running: World) -> None:
    user = newcomer(running)
    image = provided(running, user)
    found = firmware.get(image)
    assert found
    assert found.binary
    aws.call("s3", "delete_object", Bucket=BINARIES.physical_name, Key=found.binary.key)
    running.advance(hours=1)
    assert binaries(user.user_id) == (1, SIZE)
    assert reconcile(running) == {"FirmwareWithoutBytes": 1}
    assert binaries(user.user_id) == (0, 0)
    assert reconcile(running) == {}
    assert binaries(user.user_id) == (0, 0)


def test_a_binary_of_before_uploaders_were_kept_is_its_firmwares_owners(world: World) -> None:
    space = Space(world)
    member = space.member(Right.WRITE)
    image = created(world, space.owner, space.id)
    assert upload(world, member, image).status == 200
    key, name = to_wire({"pk": f"FIRMWARE#{image}", "sk": "FIRMWARE"}), FIRMWARE.physical_name
    aws.call("dynamodb", "update_item", TableName=name, Key=key, UpdateExpression="REMOVE uploader")
    found = firmware.get(image)
    assert found
    assert found.binary
    assert found.binary.uploader == space.owner.user_id
    assert about(world, "get_binary", space.owner, image).body == FILE

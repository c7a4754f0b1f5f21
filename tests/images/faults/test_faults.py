"""Uploads ended at every AWS call, before its effect and after: nothing half done, and a repeat is right."""

from dataclasses import replace

import pytest

import tests.support.at_once
from constellation.aws.client import ConditionFailed
from constellation.aws.resources import ORIGINALS
from constellation.images import usage_store
from constellation.images.store import create, get
from tests.support import pictures
from tests.support.faults import Killed, answer_lost, killed
from tests.support.sharing import ANNA, link, records, upload, uploaded
from tests.support.world import File, World, configure, event

MOMENTS = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


@MOMENTS
@pytest.mark.parametrize("call", range(5))
def test_a_killed_upload_shows_whole_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch, call: int, after: bool
) -> None:
    configure(monkeypatch, bytes_per_user=1_000_000)
    picture = pictures.still("JPEG")
    sent = event("POST", "/api/upload", form={"image": File("a", picture)}, caller=ANNA)
    with pytest.raises(Killed), killed(call, after=after):
        world.call("share_upload_image", sent)
    committed = (call, after) == (4, True)
    items = records(world)
    assert len(items) == usage_store.find(ANNA.user_id).total == committed
    assert len(world.objects(ORIGINALS)) == ((call, after) >= (1, True))
    if committed:
        image_id = items[0]["id"]["S"]
        assert pictures.opened(link(world, f"{image_id}.jpg").body).size == (64, 48)
    for key in world.objects(ORIGINALS):
        orphan = key.removeprefix("images/")
        assert link(world, f"{orphan}.jpg").status == (200 if committed else 404)
    again = uploaded(world, picture)
    assert link(world, f"{again}.jpg").status == 200


def test_an_upload_whose_commit_went_unheard_is_one_image(world: World) -> None:
    with answer_lost("TransactWriteItems"):
        answer = upload(world, pictures.still("PNG"))
    assert answer.status == 201
    assert [item["id"]["S"] for item in records(world)] == [answer.json["id"]]
    assert usage_store.find(ANNA.user_id).total == 1


def test_another_images_record_is_not_taken_for_ones_own(world: World) -> None:
    image = get(uploaded(world, pictures.still("PNG")))
    assert image
    tests.support.at_once.done_transactions.clear()  # DynamoDB knows the token of a transaction for ten minutes
    with pytest.raises(ConditionFailed):
        create(replace(image, sha256="0" * 64))
    assert get(image.id) == image
    assert usage_store.find(ANNA.user_id).total == 1

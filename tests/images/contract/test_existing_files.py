"""Which files were uploaded already (second contract, 5): by the digest of each as it was uploaded."""

import random
from contextlib import nullcontext
from functools import partial
from hashlib import sha256
from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import DELETIONS, IMAGES, INDEXING
from constellation.aws.table import Table
from constellation.images import file_store
from constellation.runtime.request import Caller
from tests.support import pictures, uploads_api
from tests.support.accounts import new_token
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.contention import Contention
from tests.support.engine import engine
from tests.support.faults import Killed, killed
from tests.support.sharing import SMALL, Client, errors
from tests.support.spaces import own_image
from tests.support.workspace import UNKNOWN, Workspace
from tests.support.world import Answer, File, World, event

PATH = "/api/images/exists"
OTHER = pictures.encoded(pictures.painted(9, 5), "JPEG", comment=b"goes with the metadata")
CALLS = 4
"""What an upload of a small image asks of AWS: its bytes, a message, the note, and the record."""

SPELLING = "This value should be 64 hexadecimal digits, in lower case."


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def ask(client: Client, *digests: Any, token: str = "") -> Answer:
    return client.world.request("POST", PATH, token=token or client.token, json={"sha256": list(digests)})


def found(client: Client, *files: bytes, token: str = "") -> dict[str, list[str]]:
    answer = ask(client, *map(digest, files), token=token)
    assert (answer.status, list(answer.json)) == (200, ["found"]), answer.body
    return answer.json["found"]


def notes(world: World) -> dict[str, set[str]]:
    """The ids of images that are noted, by the digests of their files."""
    items = map(from_wire, world.items(IMAGES))
    return {item["sk"]: item["images"] for item in items if item["pk"].startswith("FILES#")}


def clean_up(world: World) -> None:
    """Let deletions end, and the notes of files follow."""
    for queue in (DELETIONS, INDEXING):
        world.deliver(queue, delayed=True)


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


def test_files_are_known_by_what_was_uploaded_on_every_way_in(world: World, anna: Client) -> None:
    space = Workspace(anna)
    shared = anna.image(OTHER)
    by_key = anna.send("/api/external/upload", OTHER).json["id"]
    form: dict[str, str | File] = {"file": File("a.png", OTHER), "constellation_uuid": space.id}
    filed = anna.ask("POST", "/images", form=form).json["uuid"]
    world.advance(seconds=1)
    sent = uploads_api.posted(anna, uploads_api.ask(anna), OTHER)["id"]
    assert found(anna, OTHER, SMALL, OTHER) == {digest(OTHER): [sent, *sorted([shared, by_key, filed], reverse=True)]}
    stored = world.request("GET", f"/images/{shared}", token=anna.token).body
    assert stored != OTHER
    assert found(anna, stored) == {}


def test_guests_and_other_users_files_are_unknown(world: World, anna: Client) -> None:
    bea = Client(world, "bea")
    assert anna.send("/api/guest/upload", SMALL).status == 201
    assert found(anna, SMALL) == {}
    theirs = bea.image(isPublic="true")
    space = Workspace(bea)
    assert bea.ask("PATCH", f"/images/{theirs}", json={"constellation_uuid": space.id}).status == 200
    space.connect(anna, rights="ADMIN")
    assert found(anna, SMALL) == {}
    assert found(bea, SMALL) == {digest(SMALL): [theirs]}
    mine = anna.image(OTHER)
    assert anna.ask("PATCH", f"/images/{mine}", json={"constellation_uuid": space.id}).status == 200
    space.disconnect(anna)
    assert found(anna, OTHER) == {digest(OTHER): [mine]}


def test_deleted_images_are_absent_at_once_and_leave_nothing(world: World, anna: Client) -> None:
    first, second = anna.image(), anna.image()
    assert anna.ask("DELETE", f"/api/image/{first}").status == 204
    assert found(anna, SMALL) == {digest(SMALL): [second]}
    clean_up(world)
    assert notes(world) == {digest(SMALL): {second}}
    assert anna.ask("DELETE", f"/api/image/{second}").status == 204
    assert found(anna, SMALL) == {}
    clean_up(world)
    assert notes(world) == {}


def test_what_is_deleted_with_its_constellation_is_absent_at_once(anna: Client) -> None:
    space, image_id = Workspace(anna), anna.image()
    assert anna.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert found(anna, SMALL)
    assert anna.ask("DELETE", space.path).status == 200
    assert found(anna, SMALL) == {}


def test_a_token_sees_what_its_scope_and_its_constellation_give(world: World, anna: Client) -> None:
    space, inside, outside = Workspace(anna), anna.image(), anna.image()
    assert anna.ask("PATCH", f"/images/{inside}", json={"constellation_uuid": space.id}).status == 200
    reading = new_token(world, anna.token, "images:read")["token"]
    assert set(found(anna, SMALL, token=reading)[digest(SMALL)]) == {inside, outside}
    bound = new_token(world, anna.token, "images:read", constellation_uuid=space.id)["token"]
    assert found(anna, SMALL, token=bound) == {digest(SMALL): [inside]}
    other = new_token(world, anna.token, "firmware:read")["token"]
    assert ask(anna, digest(SMALL), token=other).status == 403
    assert world.request("POST", PATH, json={"sha256": []}).status == 401


@pytest.mark.parametrize(
    "wrong",
    [digest(SMALL).upper(), digest(SMALL)[:-1], f"{digest(SMALL)}0", f"{digest(SMALL)}\n", "", "g" * 64, UNKNOWN],
)
def test_what_is_no_digest_is_refused(anna: Client, wrong: str) -> None:
    answer = ask(anna, digest(SMALL), wrong)
    assert (answer.status, answer.json) == (422, errors(("sha256.1", SPELLING)))


def test_at_most_100_files_are_asked_for_at_once(anna: Client) -> None:
    image_id = anna.image()
    some = [f"{number:064x}" for number in range(99)]
    assert ask(anna, *some, digest(SMALL)).json == {"found": {digest(SMALL): [image_id]}}
    for count in (101, 1000):
        assert ask(anna, *(f"{number:064x}" for number in range(count))).status == 422
    assert ask(anna).json == {"found": {}}
    bodies: list[dict[str, Any]] = [{}, {"sha256": None}, {"sha256": digest(SMALL)}, {"sha256": [1]}, {"sha256": [[]]}]
    for body in bodies:
        assert anna.ask("POST", PATH, json=body).status == 422, body


def test_images_from_before_are_absent(world: World, anna: Client) -> None:
    image_id = anna.image()
    Table(IMAGES).update({"pk": f"IMAGE#{image_id}", "sk": "IMAGE"}, "REMOVE fileSha256")
    Table(IMAGES).delete({"pk": f"FILES#{anna.id}", "sk": digest(SMALL)})
    assert found(anna, SMALL) == {}
    assert anna.ask("DELETE", f"/api/image/{image_id}").status == 204
    clean_up(world)
    assert notes(world) == {}


def test_many_images_of_one_file_are_uploaded_and_the_first_ones_known(
    world: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_store, "MOST_KNOWN", 2)
    space = Workspace(anna)
    first, second = anna.image(), anna.image()
    form: dict[str, str | File] = {"file": File("a.gif", SMALL), "constellation_uuid": space.id}
    more = [anna.image(), anna.ask("POST", "/images", form=form).json["uuid"]]
    assert all(anna.ask("GET", f"/api/image/{each}/detail").status == 200 for each in more)
    assert set(found(anna, SMALL)[digest(SMALL)]) == {first, second}
    for each in (*more, first):
        assert anna.ask("DELETE", f"/api/image/{each}").status == 204
    clean_up(world)
    assert notes(world) == {digest(SMALL): {second}}
    fifth = anna.image()
    assert set(found(anna, SMALL)[digest(SMALL)]) == {second, fifth}


def test_a_file_whose_known_images_are_all_deleted_is_known_at_once_when_it_comes_again(
    world: World, anna: Client
) -> None:
    known = [anna.image() for _ in range(file_store.MOST_KNOWN)]
    for each in known:
        assert anna.ask("DELETE", f"/api/image/{each}").status == 204
    again = anna.image()
    assert found(anna, SMALL) == {digest(SMALL): [again]}
    clean_up(world)
    assert notes(world) == {digest(SMALL): {again}}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(5))
def test_a_killed_upload_leaves_no_note_without_an_image(world: World, anna: Client, call: int, after: bool) -> None:
    """Whoever repeats it has the file known at once."""
    caller = world.authorize("jwt", f"Bearer {anna.token}")
    asked = event("POST", "/api/upload", form={"image": File("a.gif", OTHER)}, caller=caller)
    ends = pytest.raises(Killed) if call < CALLS else nullcontext()
    with ends, killed(call, after=after):
        world.call("share_upload_image", asked)
    assert anna.image(OTHER) in found(anna, OTHER)[digest(OTHER)]
    settle(world)
    assert_at_rest(world)
    assert notes(world)[digest(OTHER)] == shelf(world).records.keys()


def test_a_message_puts_right_what_is_noted_wrongly(world: World, anna: Client) -> None:
    """The note of one image was lost, and one is of an image that never came to be."""
    image_id = anna.image()
    Table(IMAGES).put({"pk": f"FILES#{anna.id}", "sk": digest(SMALL), "images": {UNKNOWN}})
    for _ in range(2):
        told = [{"owner": anna.id, "digest": digest(SMALL), "image": each} for each in (image_id, UNKNOWN)]
        assert world.receive(INDEXING, [{"filed": each} for each in told]) == []
        assert notes(world) == {digest(SMALL): {image_id}}


def test_many_uploads_of_one_file_at_once_do_not_wait_for_each_other(world: World) -> None:
    """Nothing that is written for them lies in one item with a transaction."""
    owner, contention = Caller("0" * 36), Contention()
    with engine():
        ids = contention.run(random.Random(7), [partial(own_image, world, owner)] * 50)
        assert len(set(ids)) == 50
        assert contention.lasted < 2
        (known,) = notes(world).values()
        assert len(known) == file_store.MOST_KNOWN
        assert known <= set(ids)

"""What killed functions and mishaps can leave behind, made on purpose, and what a reconciliation says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from constellation.aws import client as aws
from constellation.aws.resources import ARRIVALS, BINARIES, DELETIONS, HIDING, IMAGES, INDEXING, REMOVALS, SOURCES
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.images import original_store, reduction_store
from constellation.links import rendition_store
from constellation.search.index import FEWEST as WORTH_INDEXING
from tests.support.arrivals import begun, hidden, posted, put
from tests.support.consistency import settle
from tests.support.firmware import FILE, provided
from tests.support.sharing import SMALL
from tests.support.spaces import Space, ask, newcomer, own_image, small_parts
from tests.support.world import File

QUIET = timedelta(minutes=15)
"""How old something must be to be touched."""

FORGOTTEN = timedelta(hours=1) + QUIET
"""How old an upload must be of which nothing came."""


@dataclass(frozen=True)
class Kind:
    """Something left over: how it comes about, what the report counts it as, and how old it is when it is healed."""

    name: str
    leave: Callable[[Space], object]
    counted: str
    healed: int = 1
    after: timedelta = QUIET

    def __str__(self) -> str:
        return self.name


def original_without_record(_: Space) -> None:
    original_store.put_original(new_id(), SMALL, "image/gif")


def original_of_a_failed_upload(space: Space) -> None:
    """A file was refused when its bytes lay there already."""
    posted(upload := begun(space.world, space.owner, kind="image", fileName="a.gif"), b"%PDF-1.7")
    space.world.deliver(ARRIVALS)
    original_store.put_original(upload, SMALL, "image/gif")


def binary_without_record(_: Space) -> None:
    put_binary(new_id())


def binary_beside_another(space: Space) -> None:
    put_binary(provided(space.world, space.owner))


def reductions_without_record(_: Space) -> None:
    reduction_store.put(new_id(), SMALL)


def reductions_of_a_deleted_image(space: Space) -> None:
    image = own_image(space.world, space.owner)
    assert ask(space.world, "share_delete_image", space.owner, image_id=image).status == 204
    settle(space.world)
    reduction_store.put(image, SMALL)


def rendition_without_record(_: Space) -> None:
    rendition_store.put(f"{new_id()}/8x6.png", SMALL, "image/png", "immutable", "")


def renditions_of_a_deleted_image(space: Space) -> None:
    image = own_image(space.world, space.owner)
    assert ask(space.world, "share_delete_image", space.owner, image_id=image).status == 204
    settle(space.world)
    for name in ("8x6.png", "4x3.png"):
        rendition_store.put(f"{image}/{name}", SMALL, "image/png", "immutable", "")


def own_image_without_bytes(space: Space) -> None:
    original_store.delete_original(own_image(space.world, space.owner))


def public_image_without_bytes(space: Space) -> None:
    image = own_image(space.world, space.owner)
    assert ask(space.world, "share_change_image", space.owner, {"isPublic": True}, image_id=image).status == 204
    original_store.delete_original(image)


def guests_image_without_bytes(space: Space) -> None:
    answer = ask(space.world, "share_upload_image_as_guest", space.owner, form={"image": File("a.gif", SMALL)})
    assert answer.status == 201, answer.body
    original_store.delete_original(answer.json["id"])


def constellations_image_without_bytes(space: Space) -> None:
    original_store.delete_original(space.image())


def firmware_without_bytes(space: Space) -> None:
    found = firmware.get(provided(space.world, space.owner))
    assert found
    assert found.binary
    binaries.delete(found.binary.key)


def upload_whose_file_never_came(space: Space) -> None:
    begun(space.world, space.owner, kind="image", fileName="a.gif")


def fetch_nobody_told_of(space: Space) -> None:
    """The address is none that is connected to, so that the fetch which is requested again is refused."""
    begun(space.world, space.owner, kind="image", sourceUrl="https://10.0.0.1/")
    space.world.lose(SOURCES)


def object_nobody_told_of(space: Space) -> None:
    put(f"drop/{space.owner.user_id}/untold.gif", SMALL)
    space.world.take(ARRIVALS)


def posted_object_nobody_told_of(space: Space) -> None:
    posted(begun(space.world, space.owner, kind="image", fileName="a.gif"), SMALL)
    space.world.take(ARRIVALS)


def hidden_version(space: Space) -> None:
    put(key := f"drop/{space.owner.user_id}/hidden.gif", SMALL)
    hidden(key)
    space.world.take(ARRIVALS)


def version_below_another(space: Space) -> None:
    for _ in range(2):
        put(f"drop/{space.owner.user_id}/twice.gif", SMALL)
    space.world.take(ARRIVALS)


def folder_that_nobody_empties(space: Space) -> None:
    space.image(space.folder(folder := space.folder()))
    assert space.delete_folder(folder).status == 200
    space.world.lose(REMOVALS)


def constellation_that_nobody_empties(space: Space) -> None:
    other = Space(space.world)
    other.image(other.folder())
    provided(space.world, other.owner, constellation=other.id)
    assert other.ask("delete_constellation").status == 200
    space.world.lose(REMOVALS)


def removal_that_stopped(space: Space) -> None:
    """A part of it was done."""
    other = Space(space.world)
    for _ in range(9):
        other.image(folder := other.folder())
        other.image(folder)
    assert other.ask("delete_constellation").status == 200
    with small_parts():
        for _ in range(3):
            assert space.world.deliver(REMOVALS) == 1
    space.world.lose(REMOVALS)
    space.world.deliver(DELETIONS, delayed=True)


def deleted_image_that_nobody_sweeps(space: Space) -> None:
    image = space.image()
    space.comment(image)
    assert space.delete_image(image).status == 200
    space.world.deliver(DELETIONS)
    space.world.lose(DELETIONS)


def deleted_collection_that_nobody_empties(space: Space) -> None:
    known = ask(space.world, "create_collection", space.owner, {"name": "All"}).json["id"]
    for _ in range(2):
        image = own_image(space.world, space.owner)
        assert ask(space.world, "put_item", space.owner, collection_id=known, image_id=image).status == 204
    assert ask(space.world, "delete_collection", space.owner, collection_id=known).status == 204
    space.world.lose(DELETIONS)


def links_of_an_ended_share(space: Space) -> None:
    image = own_image(space.world, space.owner)
    assert ask(space.world, "share_change_image", space.owner, {"access": "signed"}, image_id=image).status == 204
    settle(space.world)
    share = ask(space.world, "create_share", space.owner, {"target": {"type": "image", "id": image}}).json
    assert space.world.request("GET", f"/api/s/{share['code']}/items").status == 200
    assert ask(space.world, "delete_share", space.owner, share_id=share["id"]).status == 204
    assert space.world.deliver(HIDING)


def rename_that_nobody_works_off(space: Space) -> None:
    world, owner = space.world, space.owner
    for _ in range(2):
        image = own_image(world, owner)
        assert ask(world, "share_tag_image", owner, {"tags": ["a/b"]}, image_id=image).status == 204
    settle(world)
    assert ask(world, "share_rename_tags", owner, {"from": "a", "to": "b"}).status == 202
    world.lose(INDEXING)


def tag_total_that_is_wrong(space: Space) -> None:
    change_total(space, "a", {"images": 7, "own": 1})


def tag_total_that_is_missing(space: Space) -> None:
    change_total(space, "a/b", None)


def tag_total_of_no_image(space: Space) -> None:
    change_total(space, "c", {"images": 1, "own": 1, "branch": "c", "shown": "C"})


def change_total(space: Space, branch: str, attributes: dict[str, Any] | None) -> None:
    """Let two images of somebody new have a tag, and damage the total of a branch."""
    owner = newcomer(space.world)
    for _ in range(2):
        image = own_image(space.world, owner)
        assert ask(space.world, "share_tag_image", owner, {"tags": ["A/B"]}, image_id=image).status == 204
    space.world.deliver(INDEXING, delayed=True)
    damage(owner.user_id, branch, attributes)


def damage(list_: str, branch: str, attributes: dict[str, Any] | None) -> None:
    """Give the total of a branch other attributes, or delete it."""
    table, key = Table(IMAGES), {"pk": f"TAGS#{list_}", "sk": branch}
    table.put({**(table.get(key) or key), **attributes}) if attributes else table.delete(key)


def list_that_is_not_indexed(space: Space) -> None:
    for _ in range(WORTH_INDEXING):
        own_image(space.world, space.owner)
    space.world.lose(INDEXING)


def put_binary(firmware_id: str) -> None:
    key = f"firmware/{firmware_id}/{new_id()}"
    aws.call("s3", "put_object", Bucket=BINARIES.physical_name, Key=key, Body=FILE)


KINDS = [
    Kind("original without a record", original_without_record, "OriginalsRemoved"),
    Kind("original of a failed upload", original_of_a_failed_upload, "OriginalsRemoved"),
    Kind("binary without a record", binary_without_record, "BinariesRemoved"),
    Kind("binary beside another", binary_beside_another, "BinariesRemoved"),
    Kind("reductions without a record", reductions_without_record, "ReductionsRemoved"),
    Kind("reductions of a deleted image", reductions_of_a_deleted_image, "ReductionsRemoved"),
    Kind("rendition without a record", rendition_without_record, "RenditionsRemoved"),
    Kind("renditions of a deleted image", renditions_of_a_deleted_image, "RenditionsRemoved", 2),
    Kind("own image without bytes", own_image_without_bytes, "ImagesWithoutBytes"),
    Kind("public image without bytes", public_image_without_bytes, "ImagesWithoutBytes"),
    Kind("guest's image without bytes", guests_image_without_bytes, "GuestsImagesWithoutBytes"),
    Kind("constellation's image without bytes", constellations_image_without_bytes, "ImagesWithoutBytes"),
    Kind("firmware without bytes", firmware_without_bytes, "FirmwareWithoutBytes"),
    Kind("upload whose file never came", upload_whose_file_never_came, "UploadsExpired", after=FORGOTTEN),
    Kind("fetch nobody told of", fetch_nobody_told_of, "FetchesResumed"),
    Kind("object nobody told of", object_nobody_told_of, "ArrivalsAnnounced"),
    Kind("posted object nobody told of", posted_object_nobody_told_of, "ArrivalsAnnounced"),
    Kind("hidden version", hidden_version, "ArrivalsAnnounced"),
    Kind("version below another", version_below_another, "ArrivalsAnnounced", 2),
    Kind("folder that nobody empties", folder_that_nobody_empties, "RemovalsResumed"),
    Kind("constellation that nobody empties", constellation_that_nobody_empties, "RemovalsResumed"),
    Kind("removal that stopped", removal_that_stopped, "RemovalsResumed"),
    Kind("deleted image that nobody sweeps", deleted_image_that_nobody_sweeps, "CleanUpsResumed"),
    Kind("deleted collection that nobody empties", deleted_collection_that_nobody_empties, "CollectionsResumed"),
    Kind("links of an ended share", links_of_an_ended_share, "EndedLinksForgotten", after=timedelta(minutes=75)),
    Kind("rename that nobody works off", rename_that_nobody_works_off, "RenamesResumed"),
    Kind("tag's total that is wrong", tag_total_that_is_wrong, "TagTotalsMended"),
    Kind("tag's total that is missing", tag_total_that_is_missing, "TagTotalsMended"),
    Kind("tag's total of no image", tag_total_of_no_image, "TagTotalsMended"),
    Kind("list that is not indexed", list_that_is_not_indexed, "ListsIndexedAgain"),
]

FEW = [
    original_without_record,
    binary_without_record,
    rendition_without_record,
    own_image_without_bytes,
    guests_image_without_bytes,
    firmware_without_bytes,
    upload_whose_file_never_came,
    fetch_nobody_told_of,
    posted_object_nobody_told_of,
    version_below_another,
    folder_that_nobody_empties,
    deleted_image_that_nobody_sweeps,
    deleted_collection_that_nobody_empties,
    tag_total_that_is_wrong,
    tag_total_that_is_missing,
    tag_total_of_no_image,
]
"""Those that differ in what is done about them."""

"""Run a batch: one action on many images, each as the request for that image alone would do it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from constellation.batches.model import COLLECT, DELETE, MOVE, PUBLISH, TAG, UNPUBLISH, UNTAG, Batch
from constellation.collections.find import own_collection
from constellation.collections.items import put_each
from constellation.common.errors import DomainError
from constellation.images.access import ImageAccess, images, shared_images, taggable_images
from constellation.images.change import change_each
from constellation.images.delete import delete_each
from constellation.images.model import Image, ImageChange
from constellation.images.move import move_each
from constellation.images.tag import add_tags, remove_tags
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.access import membership
from constellation.workspaces.rights import Operation

Outcomes = Mapping[str, object]
"""The outcomes by the ids of the images: a DomainError where the action was refused."""

_Found = Mapping[str, ImageAccess | DomainError]


@operation(
    uses=[
        *(images, shared_images, taggable_images, delete_each, change_each, add_tags, remove_tags),
        *(own_collection, put_each, membership, move_each),
    ],
)
def run(batch: Batch, caller: Caller, now: datetime) -> Outcomes:
    """Run a batch, and return the outcomes by the ids of its images.

    A refusal of one image does not stop the others. Raise NotFound for a collection or a constellation that the caller
    does not see, before anything is done. Safe to repeat: what is done already is not done again.
    """
    return _ACTIONS[batch.action](batch, caller, now)


def _delete(batch: Batch, caller: Caller, now: datetime) -> Outcomes:
    found = shared_images(batch.ids, caller, Operation.DELETE_IMAGE)
    return {**found, **delete_each(_allowed(found), keeps_bytes=False, now=now)}


def _publish(batch: Batch, caller: Caller, now: datetime) -> Outcomes:
    found = shared_images(batch.ids, caller, Operation.CHANGE_IMAGE)
    return {**found, **change_each(_allowed(found), ImageChange(is_public=batch.action == PUBLISH), now)}


def _tag(batch: Batch, caller: Caller, now: datetime) -> Outcomes:
    found = taggable_images(batch.ids, caller)
    return {**found, **(add_tags if batch.action == TAG else remove_tags)(_allowed(found), batch.tags, now)}


def _collect(batch: Batch, caller: Caller, now: datetime) -> Outcomes:
    collection = own_collection(batch.collection, caller)
    found = shared_images(batch.ids, caller, Operation.SEE_IMAGE)
    return {**found, **put_each(collection, _allowed(found), now)}


def _move(batch: Batch, caller: Caller, now: datetime) -> Outcomes:
    if batch.constellation:
        membership(batch.constellation, caller, Operation.SEE_CONSTELLATION)
    found = images(batch.ids, caller, Operation.CHANGE_IMAGE)
    allowed = [each for each in found.values() if isinstance(each, ImageAccess)]
    return {**found, **move_each(allowed, batch.constellation, batch.folder, caller, now)}


def _allowed(found: _Found) -> list[Image]:
    return [each.image for each in found.values() if isinstance(each, ImageAccess)]


_ACTIONS: Mapping[str, Callable[[Batch, Caller, datetime], Outcomes]] = {
    DELETE: _delete,
    PUBLISH: _publish,
    UNPUBLISH: _publish,
    TAG: _tag,
    UNTAG: _tag,
    COLLECT: _collect,
    MOVE: _move,
}

"""Share an image, a collection, a folder or a constellation."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import CONSTELLATIONS, IMAGES, Grant
from constellation.aws.table import Part, transact
from constellation.collections import store as collection_store
from constellation.common.errors import Unavailable
from constellation.images import store as image_store
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.shares import model, store, view_store
from constellation.shares.model import Share, Target
from constellation.shares.targets import shareable
from constellation.workspaces import folder_store
from constellation.workspaces import store as constellation_store
from constellation.workspaces.model import Location

_CHECK = (
    Grant(IMAGES, ("dynamodb:ConditionCheckItem",)),
    Grant(CONSTELLATIONS, ("dynamodb:ConditionCheckItem",)),
)
_TRIES = 10


@operation(grants=[store.CREATE, view_store.CREATE, *_CHECK], uses=[shareable], errors=[Unavailable])
def create(share: Share, caller: Caller, also: Callable[[Share], Sequence[Part]]) -> Share:
    """Create a share. Write ``also`` in the same transaction.

    It is created only while what it shows exists, where it was seen: the clean-up of what is deleted ends the shares
    that it finds, and none may come after it.
    """
    for _ in range(_TRIES):
        try:
            transact(
                [
                    _to_check(share.target),
                    *store.to_create(share),
                    *view_store.to_create(share.id, share.max_views),
                    *also(share),
                ]
            )
        except ConditionFailed as fault:
            if not fault.failed[0]:
                raise
        else:
            return share
        target = shareable(share.target.type, share.target.id, caller).target  # raises where it is gone
        share = replace(share, target=target)
    raise Unavailable


def _to_check(target: Target) -> Part:
    """Return the part of a transaction that requires what is shared to exist."""
    if target.type == model.IMAGE:
        return image_store.to_check_in(target.id, target.constellation)
    if target.type == model.COLLECTION:
        return collection_store.to_check_exists(target.id)
    if target.type == model.FOLDER:
        return folder_store.to_check_folder(Location(target.constellation, target.id))
    return constellation_store.to_check_exists(target.id)

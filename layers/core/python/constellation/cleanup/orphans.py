"""Steps of the reconciliation: delete objects that no record names."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from constellation.aws.bucket import Listed
from constellation.cleanup import model
from constellation.cleanup.model import QUIET, Healed
from constellation.firmware import binary_store
from constellation.firmware import store as firmware_store
from constellation.images import deletion_store, original_store, reduction_store
from constellation.images import store as image_store
from constellation.links import rendition_store
from constellation.runtime.operation import operation
from constellation.uploads import store as upload_store

_FIND_IMAGES = (image_store.READ_MANY, upload_store.READ_MANY)


@operation(grants=[original_store.LIST_ORIGINALS, original_store.DELETE_ORIGINAL, *_FIND_IMAGES])
def delete_originals(checkpoint: str, now: datetime) -> Healed:
    """Delete originals without an image, now or to come, except those that a deletion has left on purpose."""
    old, rest = _old_ones(original_store.originals(checkpoint), now)
    gone = _without_image({original_store.image_of_original(each.key) for each in old})
    gone -= deletion_store.kept_among(gone)
    for image_id in gone:
        original_store.delete_original(image_id)
    return Healed(len(gone), rest)


@operation(grants=[reduction_store.LIST, reduction_store.DELETE, *_FIND_IMAGES])
def delete_reductions(checkpoint: str, now: datetime) -> Healed:
    """Delete reductions without an image."""
    old, rest = _old_ones(reduction_store.listed(checkpoint), now)
    gone = _without_image({reduction_store.image_of(each.key) for each in old})
    for image_id in gone:
        reduction_store.delete(image_id)
    return Healed(len(gone), rest)


@operation(grants=[rendition_store.LIST, rendition_store.DELETE, *_FIND_IMAGES])
def delete_renditions(checkpoint: str, now: datetime) -> Healed:
    """Delete renditions without an image."""
    old, rest = _old_ones(rendition_store.listed(checkpoint), now)
    gone = _without_image({rendition_store.image_of(each.key) for each in old})
    orphans = [each.key for each in old if rendition_store.image_of(each.key) in gone]
    for key in orphans:
        rendition_store.delete(key)
    return Healed(len(orphans), rest)


@operation(grants=[binary_store.LIST, binary_store.DELETE, firmware_store.READ_MANY])
def delete_binaries(checkpoint: str, now: datetime) -> Healed:
    """Delete binaries that no firmware image names."""
    old, rest = _old_ones(binary_store.listed(checkpoint), now)
    keys = {each.key for each in old}
    for consistent in (False, True):  # only what seems to be left over is worth a consistent read, at twice the price
        named = firmware_store.get_many({binary_store.firmware_of(key) for key in keys}, consistent=consistent)
        keys -= {each.binary.key for each in named.values() if each.binary}
    for key in keys:
        binary_store.delete(key)
    return Healed(len(keys), rest)


def _old_ones(listed: Iterator[Listed], now: datetime) -> tuple[list[Listed], str]:
    """Return those of the next OBJECTS objects that are old enough, and the checkpoint of the rest."""
    part = list(islice(listed, model.OBJECTS))
    return [each for each in part if each.since < now - QUIET], part[-1].key if len(part) == model.OBJECTS else ""


def _without_image(image_ids: set[str]) -> set[str]:
    """Return the ids that no image has or will have. The image of a pending upload may still be made."""
    missing = image_ids - image_store.get_many(image_ids).keys()
    missing -= upload_store.pending_among(missing)  # before the second read, which sees what was made meanwhile
    return missing - image_store.get_many(missing, consistent=True).keys()

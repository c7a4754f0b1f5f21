"""Steps of the reconciliation: resume chains of messages (``runtime.chains``) that have stopped."""

from datetime import datetime

from constellation.aws.queue import Queue
from constellation.aws.resources import DELETIONS, INDEXING, Grant
from constellation.cleanup import model
from constellation.cleanup.model import QUIET, Healed
from constellation.collections import clean_up_request
from constellation.collections import store as collection_store
from constellation.images import deletion_store, scan_store
from constellation.images.model import PUBLIC
from constellation.runtime.operation import operation
from constellation.search.catch_up import catch_up
from constellation.tags import rename, rename_store
from constellation.workspaces import removal_request, removal_store

CHAINS = 100
"""Clean-ups after folders, and after images, that one run requests again."""


@operation(grants=[removal_store.FIND, removal_store.READ, removal_store.ADVANCE], uses=[removal_request.ask])
def resume_folder_clean_ups(_checkpoint: str, now: datetime) -> Healed:
    """Request the next part of the clean-ups below folders that show no sign of life."""
    found = removal_store.silent(now - QUIET, CHAINS)
    for removal in found:
        removal_request.ask(removal, part=removal_store.part(removal) or 0)
        removal_store.touch(removal, now)  # last: after a kill in between it is requested twice rather than late
    return Healed(len(found))


@operation(grants=[*deletion_store.RESUME_CLEAN_UPS, Grant(DELETIONS, ("sqs:SendMessage",))])
def resume_image_clean_ups(_checkpoint: str, now: datetime) -> Healed:
    """Request the final clean-ups after images that are overdue."""
    found = deletion_store.unfinished_clean_ups(now - QUIET, CHAINS)
    messages = [{"image": image_id, "with_folder": False, "final": True} for image_id in found]
    Queue(DELETIONS).send_many(messages)
    for image_id in found:  # last: after a kill in between it is requested twice rather than late
        deletion_store.touch_clean_up(image_id, now)
    return Healed(len(found))


@operation(grants=[*collection_store.RESUME], uses=[clean_up_request.ask])
def resume_collection_clean_ups(_checkpoint: str, now: datetime) -> Healed:
    """Request the clean-ups of deleted collections that show no sign of life."""
    found = collection_store.unfinished(now - QUIET, CHAINS)
    clean_up_request.ask(dict.fromkeys(found, 0))
    for collection_id in found:  # last: after a kill in between it is requested twice rather than late
        collection_store.touch(collection_id, now)
    return Healed(len(found))


@operation(grants=[*rename_store.RESUME, rename.SEND])
def resume_renames(_checkpoint: str, now: datetime) -> Healed:
    """Request the renames of tags that show no sign of life."""
    found = rename_store.silent(now - QUIET, CHAINS)
    Queue(INDEXING).send_many(rename.message(owner) for owner in dict.fromkeys(owner for owner, _ in found))
    for owner, number in found:  # last: after a kill in between it is requested twice rather than late
        rename_store.touch(owner, number, now)
    return Healed(len(found))


@operation(grants=[scan_store.SCAN_OWNED], uses=[catch_up])
def resume_indexing(checkpoint: str, now: datetime) -> Healed:
    """Request a run for each list, the public one or a user's, that the search index has stopped to follow."""
    owners, rest = scan_store.owners_before(checkpoint, model.RECORDS, now - QUIET)
    return Healed(catch_up((PUBLIC, *sorted({*owners.values()})), now - QUIET), rest)

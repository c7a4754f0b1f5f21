"""What a killed function can have left behind, found and healed, a part of everything at a time.

Objects are looked through for those that no record names, records for those whose bytes are gone, uploads for those
that nobody has told of or that never came, and the chains of messages (``services.chains``) for those that have
stopped. What is younger than QUIET may still be under way and is left alone.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from constellation.accounts import usage_store as lists
from constellation.aws import queues
from constellation.aws.bucket import Listed
from constellation.aws.resources import ARRIVALS
from constellation.cleanup import checkpoint_store as reconciliation
from constellation.cleanup import empty as removal
from constellation.cleanup import sweep
from constellation.common.errors import NotFound, Violation
from constellation.common.observability import count
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.images import delete as deletion
from constellation.images import deletion_store, scan_store
from constellation.images import original_store as blobs
from constellation.images import store as images
from constellation.links import rendition_store
from constellation.runtime.operation import needs_of
from constellation.runtime.s3_events import StoredObject, notification
from constellation.search import index as indexing
from constellation.uploads import incoming_store as incoming
from constellation.uploads import store as uploads
from constellation.uploads.model import DROPPED, POSTED

RECONCILE = (
    reconciliation.KEEP_PLACES,
    incoming.LIST,
    queues.ANNOUNCE_ARRIVALS,
    uploads.FIND_OVERDUE,
    uploads.READ,
    uploads.READ_MANY,
    uploads.SETTLE,
    blobs.LIST_ORIGINALS,
    blobs.GET_ORIGINAL,
    blobs.DELETE_ORIGINAL,
    rendition_store.LIST_RENDITIONS,
    rendition_store.DELETE_RENDITIONS,
    images.READ,
    images.READ_MANY,
    *scan_store.SCAN,
    *needs_of(deletion.delete).grants,
    *sweep.RESUME,
    *indexing.RESUME,
    *removal.RESUME,
    binaries.LIST,
    binaries.GET,
    binaries.DELETE,
    firmware.READ_MANY,
    firmware.SCAN,
    firmware.CHANGE,
    lists.COUNT,
)
"""What the function that reconciles needs."""

QUIET = timedelta(minutes=15)

OBJECTS = 10_000
"""Objects of a bucket that are looked at in one run."""

RECORDS = 1000
"""Records of a table, each of which takes a question to S3."""

CHAINS = 100
"""Removals, and clean-ups after images, that are asked for again in one run."""

_COMING = timedelta(hours=1)
"""How long after its form has expired a file may still be on its way."""

Report = dict[str, int]
"""How much was healed, by what it was; also the names of the metrics."""

_Part = tuple[int, str]
"""How much of a part was healed, and the place where the next part begins; empty at the end."""


def reconcile(now: datetime) -> Report:
    """Heal the next part of everything. Safe to repeat, and to be done twice at once."""
    before = now - QUIET
    report: Report = {
        "ArrivalsAnnounced": _announce(before),
        "UploadsExpired": _expire(now - _COMING),
        "RemovalsResumed": removal.resume(before, CHAINS, now),
        "CleanUpsResumed": sweep.resume(before, CHAINS, now),
    }
    left = reconciliation.places()
    places: dict[str, str] = {}
    for name, step in _STEPS.items():
        report[name], place = step(left.get(name, ""), before, now)
        if place:
            places[name] = place
    if places != left:
        reconciliation.keep(places)
    for name, healed in report.items():
        count(name, healed)
    return report


def _announce(before: datetime) -> int:
    """Tell again of what has come and was not taken in."""
    told: list[dict[str, Any]] = []
    for prefix in (POSTED, DROPPED):
        found = incoming.versions(prefix)
        waiting = (each for each in found if each.since < before and not each.key.endswith("/"))
        told += [
            notification(StoredObject(incoming.bucket(), each.key, each.version)) for each in islice(waiting, OBJECTS)
        ]
    queues.send_many(ARRIVALS, told)
    return len(told)


def _expire(before: datetime) -> int:
    """Give up uploads whose files never came."""
    expired = 0
    for upload_id, key in islice(uploads.overdue(before), RECORDS):
        upload = uploads.get(upload_id)
        if upload and not any(each.key == key for each in incoming.versions(key)):
            expired += uploads.fail(upload, (Violation("image", "No file was uploaded in time."),)) is not None
    return expired


def _remove_originals(after: str, before: datetime, _now: datetime) -> _Part:
    """Bytes of images that there are not, were never made and will not be; but for those that are to be kept."""
    old, rest = _part(blobs.originals(after), before)
    gone = _without_record({blobs.image_of_original(each.key) for each in old})
    gone -= deletion_store.kept_among(gone)
    for image_id in gone:
        blobs.delete_original(image_id)
    return len(gone), rest


def _remove_renditions(after: str, before: datetime, _now: datetime) -> _Part:
    """Renditions of images that there are not."""
    old, rest = _part(rendition_store.renditions(after), before)
    gone = _without_record({rendition_store.image_of_rendition(each.key) for each in old})
    orphans = [each.key for each in old if rendition_store.image_of_rendition(each.key) in gone]
    for key in orphans:
        rendition_store.delete_rendition(key)
    return len(orphans), rest


def _remove_binaries(after: str, before: datetime, _now: datetime) -> _Part:
    """Files that no firmware image names."""
    old, rest = _part(binaries.listed(after), before)
    keys = {each.key for each in old}
    for consistent in (False, True):  # only what seems to be left over is worth the dearer look
        named = firmware.get_many({binaries.firmware_of(key) for key in keys}, consistent=consistent)
        keys -= {each.binary.key for each in named.values() if each.binary}
    for key in keys:
        binaries.delete(key)
    return len(keys), rest


def _delete_images(place: str, before: datetime, now: datetime) -> _Part:
    """Images of users whose bytes are gone."""
    ids, rest = scan_store.owned_before(place, RECORDS, before)
    return _delete_without_bytes(ids, now), rest


def _delete_guests_images(place: str, before: datetime, now: datetime) -> _Part:
    """The same of guests."""
    ids, rest = scan_store.guests_before(place, RECORDS, before)
    return _delete_without_bytes(ids, now), rest


def _delete_without_bytes(ids: list[str], now: datetime) -> int:
    healed = 0
    for image_id in ids:
        if not blobs.has_original(image_id) and (image := images.get(image_id)):
            try:
                deletion.delete(image, keeps_bytes=False, now=now)
                healed += 1
            except NotFound:
                continue
    return healed


def _resume_indexing(place: str, before: datetime, _now: datetime) -> _Part:
    """Lists that the search index does not follow any more."""
    return indexing.resume(place, before, RECORDS)


def _detach_binaries(place: str, before: datetime, now: datetime) -> _Part:
    """Firmware images whose bytes are gone; they can be given new ones."""
    ids, rest = firmware.confirmed_part(place, RECORDS)
    healed = 0
    for found in firmware.get_many(ids, consistent=True).values():
        if found.created_at < before and found.binary and not binaries.exists(found.binary):
            healed += firmware.detach(found, found.binary, now)  # not one that it was given just now
    return healed, rest


def _part(listed: Iterator[Listed], before: datetime) -> tuple[list[Listed], str]:
    """Those of a part of the objects that are old enough, and the place of the next part."""
    part = list(islice(listed, OBJECTS))
    return [each for each in part if each.since < before], part[-1].key if len(part) == OBJECTS else ""


def _without_record(image_ids: set[str]) -> set[str]:
    """Those of the ids that no image has, nor ever will: a pending upload's image may still come about."""
    missing = image_ids - images.get_many(image_ids).keys()
    missing -= uploads.pending_among(missing)  # before the second look: what has come about since is seen by that
    return missing - images.get_many(missing, consistent=True).keys()


_STEPS: dict[str, Callable[[str, datetime, datetime], _Part]] = {
    "ListsIndexedAgain": _resume_indexing,
    "OriginalsRemoved": _remove_originals,
    "RenditionsRemoved": _remove_renditions,
    "BinariesRemoved": _remove_binaries,
    "ImagesWithoutBytes": _delete_images,
    "GuestsImagesWithoutBytes": _delete_guests_images,
    "FirmwareWithoutBytes": _detach_binaries,
}

"""Steps of the reconciliation: heal records whose bytes are gone."""

from collections.abc import Iterable
from datetime import datetime

from constellation.cleanup import model
from constellation.cleanup.model import QUIET, Healed
from constellation.common.errors import NotFound
from constellation.firmware import binary_store
from constellation.firmware import store as firmware_store
from constellation.images import original_store, scan_store, usage_store
from constellation.images import store as image_store
from constellation.images.delete import delete
from constellation.runtime.operation import operation

_HAS_ORIGINAL = (original_store.GET_ORIGINAL, original_store.LIST_ORIGINALS)


@operation(grants=[*scan_store.SCAN, image_store.READ, *_HAS_ORIGINAL], uses=[delete])
def delete_users_images(checkpoint: str, now: datetime) -> Healed:
    """Delete images of users whose bytes are gone."""
    ids, rest = scan_store.owned_before(checkpoint, model.RECORDS, now - QUIET)
    return Healed(_delete_without_bytes(ids, now), rest)


@operation(grants=[*scan_store.SCAN, image_store.READ, *_HAS_ORIGINAL], uses=[delete])
def delete_guests_images(checkpoint: str, now: datetime) -> Healed:
    """Delete images of guests whose bytes are gone."""
    ids, rest = scan_store.guests_before(checkpoint, model.RECORDS, now - QUIET)
    return Healed(_delete_without_bytes(ids, now), rest)


@operation(
    grants=[
        firmware_store.SCAN,
        firmware_store.READ_MANY,
        firmware_store.CHANGE,
        usage_store.COUNT,
        binary_store.GET,
        binary_store.LIST,
    ]
)
def detach_binaries(checkpoint: str, now: datetime) -> Healed:
    """Detach binaries whose bytes are gone from their firmware images, which can then be given new ones."""
    ids, rest = firmware_store.confirmed_part(checkpoint, model.RECORDS)
    healed = 0
    for found in firmware_store.get_many(ids, consistent=True).values():
        if found.created_at < now - QUIET and found.binary and not binary_store.exists(found.binary):
            healed += firmware_store.detach(found, found.binary, now)  # False if it was given another one just now
    return Healed(healed, rest)


def _delete_without_bytes(ids: Iterable[str], now: datetime) -> int:
    healed = 0
    for image_id in ids:
        if not original_store.has_original(image_id) and (image := image_store.get(image_id)):
            try:
                delete(image, keeps_bytes=False, now=now)
                healed += 1
            except NotFound:
                continue
    return healed

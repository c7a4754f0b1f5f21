"""Reconcile objects, records, uploads and chains of messages: find and heal what killed functions have left behind."""

from collections.abc import Mapping
from datetime import datetime

from constellation.cleanup import checkpoint_store
from constellation.cleanup.end_shares import forget_ended_links
from constellation.cleanup.late_uploads import announce_arrivals, expire_uploads, resume_fetches
from constellation.cleanup.lost_bytes import delete_guests_images, delete_users_images, detach_binaries
from constellation.cleanup.model import Step
from constellation.cleanup.orphans import delete_binaries, delete_originals, delete_reductions, delete_renditions
from constellation.cleanup.resume import (
    resume_collection_clean_ups,
    resume_folder_clean_ups,
    resume_image_clean_ups,
    resume_indexing,
    resume_renames,
)
from constellation.cleanup.tag_totals import mend_tag_totals
from constellation.common.observability import count
from constellation.runtime.operation import operation

STEPS: Mapping[str, Step] = {
    "ArrivalsAnnounced": announce_arrivals,
    "UploadsExpired": expire_uploads,
    "FetchesResumed": resume_fetches,
    "RemovalsResumed": resume_folder_clean_ups,
    "CleanUpsResumed": resume_image_clean_ups,
    "CollectionsResumed": resume_collection_clean_ups,
    "EndedLinksForgotten": forget_ended_links,
    "RenamesResumed": resume_renames,
    "ListsIndexedAgain": resume_indexing,
    "TagTotalsMended": mend_tag_totals,
    "OriginalsRemoved": delete_originals,
    "ReductionsRemoved": delete_reductions,
    "RenditionsRemoved": delete_renditions,
    "BinariesRemoved": delete_binaries,
    "ImagesWithoutBytes": delete_users_images,
    "GuestsImagesWithoutBytes": delete_guests_images,
    "FirmwareWithoutBytes": detach_binaries,
}
"""The steps by the names of the metrics that count what they heal."""

Report = dict[str, int]
"""How much was healed, by the names of the metrics."""


@operation(grants=[checkpoint_store.KEEP], uses=[*STEPS.values()])
def reconcile(now: datetime) -> Report:
    """Heal the next part of everything. Safe to repeat, and to be done twice at once."""
    before = checkpoint_store.checkpoints()
    after: dict[str, str] = {}
    report: Report = {}
    for name, step in STEPS.items():
        report[name], checkpoint = step(before.get(name, ""), now)
        if checkpoint:
            after[name] = checkpoint
    if after != before:
        checkpoint_store.keep(after)
    for name, healed in report.items():
        count(name, healed)
    return report

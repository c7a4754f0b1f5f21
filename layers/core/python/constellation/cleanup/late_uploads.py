"""Steps of the reconciliation: uploads whose notification or fetch was lost, or whose file never came."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import ARRIVALS, Grant
from constellation.cleanup import model
from constellation.cleanup.model import QUIET, Healed
from constellation.common.errors import Violation
from constellation.runtime.operation import operation
from constellation.runtime.s3_events import StoredObject, notification
from constellation.uploads import incoming_store
from constellation.uploads import store as upload_store
from constellation.uploads.begin import SEND, request_fetch
from constellation.uploads.model import DROPPED, NOT_FETCHED, POSTED

_COMING = timedelta(hours=1)
"""How long after its form has expired a file may still be on its way."""


@operation(grants=[incoming_store.LIST, Grant(ARRIVALS, ("sqs:SendMessage",))])
def announce_arrivals(_checkpoint: str, now: datetime) -> Healed:
    """Send another notification for each object that has arrived and was not ingested."""
    messages: list[dict[str, Any]] = []
    for prefix in (POSTED, DROPPED):
        found = incoming_store.versions(prefix)
        waiting = (each for each in found if each.since < now - QUIET and not each.key.endswith("/"))
        messages += [
            notification(StoredObject(incoming_store.bucket(), each.key, each.version))
            for each in islice(waiting, model.OBJECTS)
        ]
    Queue(ARRIVALS).send_many(messages)
    return Healed(len(messages))


@operation(grants=[incoming_store.LIST, upload_store.FIND_OVERDUE, upload_store.READ, upload_store.SETTLE])
def expire_uploads(_checkpoint: str, now: datetime) -> Healed:
    """Mark uploads whose files never arrived as failed."""
    expired = 0
    for upload_id, key in islice(upload_store.overdue(now - _COMING), model.RECORDS):
        upload = upload_store.get(upload_id)
        if upload and not any(each.key == key for each in incoming_store.versions(key)):
            violations = (Violation("image", "No file was uploaded in time."),)
            expired += upload_store.fail(upload, violations) is not None
    return Healed(expired)


@operation(grants=[upload_store.FIND_OVERDUE, upload_store.READ, upload_store.SETTLE, SEND])
def resume_fetches(_checkpoint: str, now: datetime) -> Healed:
    """Request again the fetches that were not done in time. Give up those that were not done for long."""
    resumed = 0
    for upload_id in islice(upload_store.unfetched(now), model.RECORDS):
        upload = upload_store.get(upload_id)
        if upload is None or not upload.source:
            continue
        if upload.expires_at < now - _COMING:
            upload_store.fail(upload, (Violation("sourceUrl", NOT_FETCHED),))
        else:
            request_fetch(upload)
        resumed += 1
    return Healed(resumed)

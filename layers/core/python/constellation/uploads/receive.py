"""Receive files that come by S3: posted with a form that was requested before, or dropped.

An upload is settled once, and its object is deleted then. A run that gets the same event again, or follows a run that
was killed, finds the upload as it stands. Each run registers its attempt first, so that a file that kills its function
every time is given up.
"""

import contextlib
import json
from datetime import datetime

from constellation.aws.bucket import Download
from constellation.aws.client import ConditionFailed
from constellation.common.errors import DomainError, Invalid, RetryLater, Unavailable, Violation
from constellation.runtime.operation import operation
from constellation.runtime.s3_events import StoredObject
from constellation.uploads import incoming_store, store
from constellation.uploads.convert import FILE_FIELD, convert, kind_of
from constellation.uploads.incoming_store import Blocked
from constellation.uploads.model import (
    ARCHIVED,
    DROPPED,
    ENCRYPTED,
    FAILED,
    NEVER_ENDED,
    PENDING,
    POSTED,
    Upload,
    dropped,
    may_be_under_way,
    new_attempt,
    posted_id,
)
from constellation.uploads.outputs import refusals


class Misdirected(Exception):
    """The event is about another bucket, or about an object that is not an upload."""


@operation(
    grants=[
        store.REGISTER,
        store.READ,
        store.SETTLE,
        *incoming_store.TAKE,
        incoming_store.LIST,
        incoming_store.REPORT,
    ],
    uses=[convert],
)
def receive(stored: StoredObject, now: datetime) -> None:
    """Make an object what it is to become, or refuse it. Safe to repeat.

    Do nothing where the object is gone, since its upload was settled or it was deleted. Raises Misdirected.
    """
    if stored.bucket != incoming_store.bucket() or not stored.key.startswith((POSTED, DROPPED)):
        raise Misdirected
    if stored.key.endswith("/"):  # consoles make such an object for a folder
        return
    found = incoming_store.download(stored.key, stored.version)
    if found is None:
        return
    if isinstance(found, Blocked):
        upload = _refused(found, now)
    else:
        with contextlib.closing(found):
            upload = _registered(found, found.head(), now)
            if upload and upload.status == PENDING:
                upload = _attempted(upload, found, now)
    if upload and upload.status == FAILED and upload.is_dropped:
        incoming_store.report(upload.report_key, _report(upload))
    incoming_store.delete(found.key, found.version)


def _refused(blocked: Blocked, now: datetime) -> Upload | None:
    """Return the upload whose object cannot be read, failed now or settled before."""
    upload = _registered(blocked, b"", now)
    if upload is None or upload.status != PENDING:
        return upload
    violation = Violation(FILE_FIELD, ARCHIVED if blocked.archived else ENCRYPTED)
    return _failed(upload, violation)


def _registered(found: Download | Blocked, head: bytes, now: datetime) -> Upload | None:
    """Return the upload of an object, or None if nobody has requested a form for it."""
    if found.key.startswith(DROPPED):
        return store.register(dropped(found.key, found.version, kind_of(found.key, head), now))
    upload_id = posted_id(found.key)
    return store.get(upload_id) if upload_id else None


def _attempted(upload: Upload, download: Download, now: datetime) -> Upload | None:
    """Return the upload, ready or failed. After too many attempts that never ended it fails, so that events stop.

    Raises Unavailable while other attempts may be under way and no further one may begin.
    """
    attempt = new_attempt(now)
    try:
        there = store.begin(upload, attempt)
        if there is None:
            return _settled(upload, download, now)
    except RetryLater:
        # A service was busy, which is not the file's fault. If it is too busy even for this, the attempt counts.
        with contextlib.suppress(RetryLater):
            store.take_back(upload, attempt)
        raise
    if there.status != PENDING:
        return there
    if any(may_be_under_way(each, now) for each in there.attempts):
        raise Unavailable
    return _failed(upload, Violation(FILE_FIELD, NEVER_ENDED))


def _settled(upload: Upload, download: Download, now: datetime) -> Upload | None:
    """Return the upload, ready or failed by this run or by another."""
    try:
        convert(upload, download, now)
    except RetryLater:
        raise
    except DomainError as refusal:
        said = refusal.violations if isinstance(refusal, Invalid) else (Violation(FILE_FIELD, refusal.message),)
        return _failed(upload, *said)
    except ConditionFailed:
        return store.get(upload.id)
    return upload


def _failed(upload: Upload, *violations: Violation) -> Upload | None:
    return store.fail(upload, violations) or store.get(upload.id)


def _report(upload: Upload) -> str:
    told = {"key": upload.key, "upload": upload.id, "violations": refusals(upload.violations)}
    return json.dumps(told, ensure_ascii=False, indent=2)

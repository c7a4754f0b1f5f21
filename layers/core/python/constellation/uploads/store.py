"""Uploads by S3 in the table ``uploads``: one item each, for some days.

    pk UPLOAD#<id>   sk UPLOAD   the upload

``pending`` is set while the upload is pending; the index lists such items by ``expires``, those whose files have still
to be fetched from ``source`` in a partition of their own. ``attempts`` is the set of
attempts that have begun and not ended.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from constellation.aws import resources
from constellation.aws.client import ConditionFailed
from constellation.aws.resources import UPLOADS, Grant
from constellation.aws.table import EXISTS, NEW, Part, Table, transact
from constellation.common.errors import Violation
from constellation.common.times import to_wire
from constellation.images.model import OPEN
from constellation.uploads.model import ATTEMPTS, FAILED, PENDING, READY, Upload

REGISTER = Grant(UPLOADS, ("dynamodb:PutItem",))
READ = Grant(UPLOADS, ("dynamodb:GetItem",))
READ_MANY = Grant(UPLOADS, ("dynamodb:BatchGetItem",))
SETTLE = Grant(UPLOADS, ("dynamodb:UpdateItem",))
FIND_OVERDUE = Grant(UPLOADS, ("dynamodb:Query",), f"index/{resources.PENDING.name}")

_UPLOADS = Table(UPLOADS)

_UNFETCHED = "unfetched"
"""The value of ``pending`` while the file has still to be fetched."""

_DAYS = 30
"""How long an upload is stored. Its object expires long before."""


def register(upload: Upload, *also: Part) -> Upload:
    """Write a new upload and return it, or return the one that is registered already. Safe to repeat.

    With ``also``, which is written in the same transaction, raise ConditionFailed instead.
    """
    if also:
        transact([_UPLOADS.to_put_new(_to_item(upload)), *also])
        return upload
    try:
        _UPLOADS.put(_to_item(upload), NEW)
    except ConditionFailed as known:
        return _to_upload(known.item or {})
    return upload


def get(upload_id: str) -> Upload | None:
    """Return an upload as it is now, or None."""
    item = _UPLOADS.get(_key(upload_id))
    return _to_upload(item) if item else None


def begin(upload: Upload, attempt: str) -> Upload | None:
    """Begin an attempt at a pending upload. Safe to repeat, also by the SDK after a lost answer.

    Return None, or the upload as it stands where the attempt may not begin: the upload is settled, or ATTEMPTS others
    have begun.
    """
    has_room = "attribute_not_exists(attempts) OR size(attempts) < :most OR contains(attempts, :this)"
    try:
        _UPLOADS.update(
            _key(upload.id),
            "ADD attempts :attempt",
            f"#status = :pending AND ({has_room})",
            {"attempt": {attempt}, "this": attempt, "most": ATTEMPTS, "pending": PENDING},
            {"status": "status"},
        )
    except ConditionFailed as fault:
        return _to_upload(fault.item or {})
    return None


def take_back(upload: Upload, attempt: str) -> None:
    """Remove an attempt, so that it does not count. Safe to repeat."""
    _UPLOADS.try_update(_key(upload.id), "DELETE attempts :attempt", EXISTS, {"attempt": {attempt}})


def pending_among(ids: Collection[str]) -> set[str]:
    """Return the ids that belong to uploads which are pending now."""
    items = _UPLOADS.get_many(map(_key, ids), consistent=True)
    return {_id(item) for item in items if item["status"] == PENDING}


def to_settle(upload: Upload) -> Part:
    """Return the part of a transaction that makes a pending upload ready."""
    return _UPLOADS.to_update(_key(upload.id), *_settled(READY, ()))


def hand_over(upload: Upload) -> None:
    """Make an upload whose file was fetched one whose file was posted. Safe to repeat."""
    _UPLOADS.try_update(
        _key(upload.id),
        "SET pending = :posted REMOVE #source",
        "pending = :unfetched",
        {"posted": PENDING, "unfetched": _UNFETCHED},
        {"source": "source"},
    )


def fail(upload: Upload, violations: tuple[Violation, ...]) -> Upload | None:
    """Make a pending upload a failed one and return it, or None if it is settled already. Safe to repeat."""
    failed = replace(upload, status=FAILED, violations=violations)
    return failed if _UPLOADS.try_update(_key(upload.id), *_settled(FAILED, violations)) else None


def overdue(before: datetime) -> Iterator[tuple[str, str]]:
    """Yield the ids and object keys of pending uploads that expired before a time, the oldest first.

    Those whose files have still to be fetched are not among them.
    """
    return ((_id(item), item["objectKey"]) for item in _expired(PENDING, before))


def unfetched(before: datetime) -> Iterator[str]:
    """Yield the ids of uploads that expired before a time with files still to be fetched, the oldest first."""
    return map(_id, _expired(_UNFETCHED, before))


def _expired(pending: str, before: datetime) -> Iterator[Mapping[str, Any]]:
    index = resources.PENDING
    return _UPLOADS.query(
        f"{index.partition} = :pending AND {index.sort} < :before",
        {"pending": pending, "before": to_wire(before)},
        index=index,
    )


def _settled(status: str, violations: tuple[Violation, ...]) -> tuple[str, str, dict[str, str], dict[str, str]]:
    """Return the expression, the condition, the values and the names with which a pending upload is settled."""
    return (
        "SET #status = :status, violations = :violations REMOVE pending, attempts, #source",
        "#status = :pending",
        {"status": status, "violations": _dumped(violations), "pending": PENDING},
        {"status": "status", "source": "source"},
    )


def _key(upload_id: str) -> dict[str, str]:
    return {"pk": f"UPLOAD#{upload_id}", "sk": "UPLOAD"}


def _id(item: Mapping[str, Any]) -> str:
    return item["pk"].removeprefix("UPLOAD#")


def _to_item(upload: Upload) -> dict[str, Any]:
    return {
        **_key(upload.id),
        "objectKey": upload.key,
        "owner": upload.user_id,
        "kind": upload.kind,
        "name": upload.name,
        "created": to_wire(upload.created_at),
        "expires": to_wire(upload.expires_at),
        "description": upload.description,
        "isPublic": upload.is_public,
        "access": upload.access,
        "constellation": upload.constellation,
        "folder": upload.folder,
        "firmware": upload.firmware,
        "status": upload.status,
        "violations": _dumped(upload.violations),
        "size": upload.size,
        "pending": _UNFETCHED if upload.source else PENDING,
        "source": upload.source or None,
        "share": upload.share or None,
        "ttl": int((upload.created_at + timedelta(days=_DAYS)).timestamp()),
    }


def _to_upload(item: Mapping[str, Any]) -> Upload:
    return Upload(
        id=_id(item),
        key=item["objectKey"],
        user_id=item["owner"],
        kind=item["kind"],
        name=item["name"],
        created_at=datetime.fromisoformat(item["created"]),
        expires_at=datetime.fromisoformat(item["expires"]),
        size=item.get("size"),
        description=item["description"],
        is_public=item["isPublic"],
        access=item.get("access", OPEN),
        constellation=item["constellation"],
        folder=item["folder"],
        firmware=item["firmware"],
        share=item.get("share", ""),
        source=item.get("source", ""),
        status=item["status"],
        violations=tuple(Violation(*each) for each in json.loads(item["violations"])),
        attempts=frozenset(item.get("attempts", ())),
    )


def _dumped(violations: tuple[Violation, ...]) -> str:
    return json.dumps([(each.property, each.message) for each in violations])

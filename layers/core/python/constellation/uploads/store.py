"""Uploads that come by S3, in the table ``uploads``: one item each, for some days.

pk UPLOAD#<id>   sk UPLOAD   the upload; ``pending`` is there while it is, which the index lists by ``expires``;
                             ``attempts`` are the beginnings of the work on it that have not ended, a set
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from constellation.aws import batches, resources
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import UPLOADS, Grant
from constellation.aws.transactions import Part, put_new, update, updates
from constellation.common.errors import Violation
from constellation.common.times import to_wire as time_to_wire
from constellation.uploads.model import ATTEMPTS, FAILED, PENDING, READY, Upload

REGISTER = Grant(UPLOADS, ("dynamodb:PutItem",))
READ = Grant(UPLOADS, ("dynamodb:GetItem",))
READ_MANY = Grant(UPLOADS, ("dynamodb:BatchGetItem",))
SETTLE = Grant(UPLOADS, ("dynamodb:UpdateItem",))
FIND_OVERDUE = Grant(UPLOADS, ("dynamodb:Query",), f"index/{resources.PENDING.name}")

_DAYS = 30
"""How long an upload is known; its object has gone long before."""


def register(upload: Upload) -> Upload:
    """Keep a new upload; where it is known already, that one is the answer. Safe to repeat."""
    part = put_new(UPLOADS, _to_item(upload))["Put"]
    try:
        aws.call("dynamodb", "put_item", **part, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except aws.ConditionFailed as known:
        return _to_upload(known.item or {})
    return upload


def get(upload_id: str) -> Upload | None:
    """The upload, as of now; None where there is none."""
    key = to_wire(_key(upload_id))
    answer = aws.call("dynamodb", "get_item", TableName=UPLOADS.physical_name, Key=key, ConsistentRead=True)
    return _to_upload(from_wire(answer["Item"])) if "Item" in answer else None


def begin(upload: Upload, attempt: str) -> Upload | None:
    """Note the beginning of the work on a pending upload. Safe to repeat, also by the SDK after a lost answer.

    None where it begins; else the upload as it stands, which is settled or has begun ATTEMPTS times before.
    """
    has_room = "attribute_not_exists(attempts) OR size(attempts) < :most OR contains(attempts, :this)"
    part = update(
        UPLOADS,
        _key(upload.id),
        "ADD attempts :attempt",
        f"#status = :pending AND ({has_room})",
        {"attempt": {attempt}, "this": attempt, "most": ATTEMPTS, "pending": PENDING},
        {"status": "status"},
    )["Update"]
    try:
        aws.call("dynamodb", "update_item", **part, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except aws.ConditionFailed as fault:
        return _to_upload(fault.item or {})
    return None


def take_back(upload: Upload, attempt: str) -> None:
    """Let an attempt not have been. Safe to repeat."""
    updates(
        update(UPLOADS, _key(upload.id), "DELETE attempts :attempt", "attribute_exists(pk)", {"attempt": {attempt}})
    )


def pending_among(ids: Collection[str]) -> set[str]:
    """Those of the ids that are pending uploads', as of now."""
    items = batches.get_many(UPLOADS, map(_key, ids), consistent=True)
    return {_id(item) for item in items if item["status"] == PENDING}


def settling(upload: Upload) -> Part:
    """The part of a transaction that makes a pending upload ready."""
    return _settle(upload, READY, ())


def fail(upload: Upload, violations: tuple[Violation, ...]) -> Upload | None:
    """Make a pending upload a failed one; None where it is settled otherwise already. Safe to repeat."""
    failed = replace(upload, status=FAILED, violations=violations)
    return failed if updates(_settle(upload, FAILED, violations)) else None


def overdue(before: datetime) -> Iterator[tuple[str, str]]:
    """The ids and the objects' keys of pending uploads that have expired before a time, the oldest first."""
    index = resources.PENDING
    items = batches.query(
        UPLOADS,
        f"{index.partition} = :pending AND {index.sort} < :before",
        {":pending": PENDING, ":before": time_to_wire(before)},
        IndexName=index.name,
    )
    return ((_id(item), item["objectKey"]) for item in items)


def _settle(upload: Upload, status: str, violations: tuple[Violation, ...]) -> Part:
    return update(
        UPLOADS,
        _key(upload.id),
        "SET #status = :status, violations = :violations REMOVE pending, attempts",
        "#status = :pending",
        {"status": status, "violations": _dumped(violations), "pending": PENDING},
        {"status": "status"},
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
        "created": time_to_wire(upload.created_at),
        "expires": time_to_wire(upload.expires_at),
        "description": upload.description,
        "isPublic": upload.is_public,
        "constellation": upload.constellation,
        "folder": upload.folder,
        "firmware": upload.firmware,
        "status": upload.status,
        "violations": _dumped(upload.violations),
        **({} if upload.size is None else {"size": upload.size}),
        "pending": PENDING,
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
        constellation=item["constellation"],
        folder=item["folder"],
        firmware=item["firmware"],
        status=item["status"],
        violations=tuple(Violation(*each) for each in json.loads(item["violations"])),
        attempts=frozenset(item.get("attempts", ())),
    )


def _dumped(violations: tuple[Violation, ...]) -> str:
    return json.dumps([(each.property, each.message) for each in violations])

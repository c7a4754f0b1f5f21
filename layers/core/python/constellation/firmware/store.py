"""Firmware images in the table ``firmware``: one item each, which its indexes list.

    pk FIRMWARE#<id>   sk FIRMWARE   the firmware image; the attributes of its binary only while it has one

``scope`` is a constellation or, for an image that lies in none, its owner. ``series`` is a scope and a label.
``offered`` is the series while there is a binary; so is ``stable``, except for pre-releases. The indexes are a moment
behind the items. What adds or removes a binary counts it for its uploader in the same transaction.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from constellation.aws.resources import (
    CONSTELLATIONS,
    FIRMWARE,
    LABEL_CREATED,
    LABEL_VERSIONS,
    OFFERED,
    SCOPE_CREATED,
    SCOPE_VERSIONS,
    STABLE,
    Grant,
    Index,
)
from constellation.aws.table import EXISTS, Part, Table, try_transact
from constellation.firmware.model import Binary, Entry, Firmware, Segment
from constellation.firmware.versions import parse_version
from constellation.images.usage_store import to_count_binary
from constellation.workspaces.store import to_check_exists

CREATE = (Grant(FIRMWARE, ("dynamodb:PutItem",)), Grant(CONSTELLATIONS, ("dynamodb:ConditionCheckItem",)))
READ = Grant(FIRMWARE, ("dynamodb:GetItem",))
READ_MANY = Grant(FIRMWARE, ("dynamodb:BatchGetItem",))
SCAN = Grant(FIRMWARE, ("dynamodb:Scan",), f"index/{OFFERED.name}")
CHANGE = Grant(FIRMWARE, ("dynamodb:UpdateItem",))
DELETE = Grant(FIRMWARE, ("dynamodb:DeleteItem",))
LIST_ALL = Grant(FIRMWARE, ("dynamodb:Query",), f"index/{SCOPE_CREATED.name}")
LIST = (
    LIST_ALL,
    Grant(FIRMWARE, ("dynamodb:Query",), f"index/{SCOPE_VERSIONS.name}"),
    Grant(FIRMWARE, ("dynamodb:Query",), f"index/{LABEL_CREATED.name}"),
    Grant(FIRMWARE, ("dynamodb:Query",), f"index/{LABEL_VERSIONS.name}"),
)
FIND_OFFERED = (
    Grant(FIRMWARE, ("dynamodb:Query",), f"index/{OFFERED.name}"),
    Grant(FIRMWARE, ("dynamodb:Query",), f"index/{STABLE.name}"),
)

_FIRMWARE = Table(FIRMWARE)


def create(firmware: Firmware, *also: Part) -> bool:
    """Write a new firmware image, and ``also`` in the same transaction.

    Return False where its constellation is gone, or a condition of ``also`` failed.
    """
    parts = [
        _FIRMWARE.to_put_new(to_item(firmware)),
        *_count(firmware, firmware.binary, 1, firmware.created_at),
        *also,
    ]
    if firmware.constellation:
        parts.append(to_check_exists(firmware.constellation))
    return try_transact(parts)


def get(firmware_id: str) -> Firmware | None:
    """Return a firmware image as it is now, or None."""
    item = _FIRMWARE.get(_key(firmware_id))
    return _to_firmware(item) if item else None


def get_many(firmware_ids: Collection[str], *, consistent: bool = False) -> dict[str, Firmware]:
    """Return the firmware images that exist, by id, as of a moment ago, or at twice the cost ``consistent``."""
    items = _FIRMWARE.get_many(map(_key, dict.fromkeys(firmware_ids)), consistent=consistent)
    return {firmware.id: firmware for firmware in map(_to_firmware, items)}


def confirmed_part(checkpoint: str, most: int) -> tuple[list[str], str]:
    """Return the ids of up to ``most`` firmware images that have a binary, and the checkpoint of the rest."""
    items, rest = _FIRMWARE.scan(OFFERED, checkpoint, most)
    return [_id(item) for item in items], rest


def attach(firmware: Firmware, binary: Binary, now: datetime, *also: Part) -> bool:
    """Record the binary of a firmware image, which confirms it, and write ``also`` in the same transaction.

    Return False where it has a binary or is gone, or a condition of ``also`` failed.
    """
    attributes = _binary_attributes(firmware, binary)
    part = _change(
        firmware,
        f"SET {', '.join(f'#{name} = :{name}' for name in attributes)}",
        f"{EXISTS} AND attribute_not_exists(#binaryKey)",
        attributes,
        attributes,
    )
    return try_transact([part, *_count(firmware, binary, 1, now), *also])


def detach(firmware: Firmware, binary: Binary, now: datetime) -> bool:
    """Remove the binary from the record of a firmware image.

    Return False where it has another binary or none, or is gone.
    """
    attributes = _binary_attributes(firmware, binary)
    removed = ", ".join(f"#{name}" for name in attributes if name != "confirmed")
    values = {"confirmed": False, "binaryKey": binary.key}
    expression = f"SET #confirmed = :confirmed REMOVE {removed}"
    part = _change(firmware, expression, "#binaryKey = :binaryKey", attributes, values)
    return try_transact([part, *_count(firmware, binary, -1, now)])


def delete(firmware: Firmware, now: datetime) -> bool:
    """Delete a firmware image. Return False where its binary has changed or it is gone."""
    key, binary = _key(firmware.id), firmware.binary
    if binary:
        part = _FIRMWARE.to_delete(key, "binaryKey = :binary", binary=binary.key)
    else:
        part = _FIRMWARE.to_delete(key, f"{EXISTS} AND attribute_not_exists(binaryKey)")
    return try_transact([part, *_count(firmware, binary, -1, now)])


def listed(scope: str, label: str, before: str, at_once: int, *, by_version: bool) -> Iterator[Entry]:
    """Yield the firmware images of a scope, of one label if one is given, from before a position downwards.

    The newest come first, or ``by_version`` those of the highest precedence, and among equals the newest.
    """
    if label:
        return _walk(LABEL_VERSIONS if by_version else LABEL_CREATED, _series(scope, label), before, at_once)
    return _walk(SCOPE_VERSIONS if by_version else SCOPE_CREATED, scope, before, at_once)


def offered(scope: str, label: str, *, pre_releases: bool) -> Iterator[Entry]:
    """Yield those of a label that have a binary, the highest precedence first, pre-releases only if asked for."""
    return _walk(OFFERED if pre_releases else STABLE, _series(scope, label), "", 1)


def _walk(index: Index, partition: str, before: str, at_once: int) -> Iterator[Entry]:
    items = _FIRMWARE.query(
        "#partition = :partition" + (" AND #sort < :before" if before else ""),
        {"partition": partition} | ({"before": before} if before else {}),
        index=index,
        names={"partition": index.partition} | ({"sort": index.sort} if before else {}),
        ascending=False,
        at_once=at_once,
    )
    return (_to_entry(index, item) for item in items)


def _count(firmware: Firmware, binary: Binary | None, number: int, now: datetime) -> list[Part]:
    """Return the part that counts a binary in (1) or out (-1); none without a binary."""
    return [to_count_binary(binary.uploader, firmware.id, binary.size, number, now)] if binary else []


def _change(
    firmware: Firmware, expression: str, condition: str, names: Iterable[str], values: Mapping[str, Any]
) -> Part:
    return _FIRMWARE.to_update(_key(firmware.id), expression, condition, values, {name: name for name in names})


def _key(firmware_id: str) -> dict[str, str]:
    return {"pk": f"FIRMWARE#{firmware_id}", "sk": "FIRMWARE"}


def _id(item: Mapping[str, Any]) -> str:
    return item["pk"].removeprefix("FIRMWARE#")


def _series(scope: str, label: str) -> str:
    return f"{scope}#{label}"


def _binary_attributes(firmware: Firmware, binary: Binary) -> dict[str, Any]:
    series = _series(firmware.scope, firmware.label)
    return {
        "binaryKey": binary.key,
        "uploader": binary.uploader,
        "sha256": binary.sha256,
        "size": binary.size,
        "format": binary.format,
        "segments": " ".join(f"{segment.start}+{segment.length}" for segment in binary.segments),
        "confirmed": True,
        "offered": series,
        **({"stable": series} if firmware.version.is_release else {}),
    }


def to_item(firmware: Firmware) -> dict[str, Any]:
    """Return the item of a firmware image."""
    return {
        **_key(firmware.id),
        "owner": firmware.owner,
        **({"constellation": firmware.constellation} if firmware.constellation else {}),
        "label": firmware.label,
        "version": firmware.version.text,
        "confirmed": False,
        "scope": firmware.scope,
        "series": _series(firmware.scope, firmware.label),
        "created": firmware.created,
        "precedence": firmware.position,
        **(_binary_attributes(firmware, firmware.binary) if firmware.binary else {}),
    }


def _to_firmware(item: Mapping[str, Any]) -> Firmware:
    created_at, _, id_ = item["created"].partition("#")
    return Firmware(
        id=id_,
        owner=item["owner"],
        constellation=item.get("constellation"),
        label=item["label"],
        version=parse_version(item["version"]),
        created_at=datetime.fromisoformat(created_at),
        binary=_to_binary(item) if "binaryKey" in item else None,
    )


def _to_binary(item: Mapping[str, Any]) -> Binary:
    pairs = (pair.split("+") for pair in item["segments"].split())
    segments = tuple(Segment(int(start), int(length)) for start, length in pairs)
    uploader = item.get("uploader", item["owner"])  # records from before it was stored have none
    return Binary(item["binaryKey"], uploader, item["sha256"], item["size"], item["format"], segments)


def _to_entry(index: Index, item: Mapping[str, Any]) -> Entry:
    return Entry(
        id=_id(item),
        position=item[index.sort],
        label=item.get("label", ""),
        version=item.get("version", ""),
        created=item.get("created", "").partition("#")[0],
        confirmed=item.get("confirmed", False),
    )

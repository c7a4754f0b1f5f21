"""Firmware images in the table ``firmware``: one item each, which its indexes list.

    pk FIRMWARE#<id>   sk FIRMWARE   the firmware; binary's attributes are there when it has one

``scope`` is a constellation or, where it lies in none, its owner; ``series`` is a scope and a label. ``offered`` is
the series while there is a binary, ``stable`` too, but for pre-releases. The indexes are a moment behind the items.
What gives or takes a binary counts it for its uploader in the same step.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from constellation.accounts.usage_store import to_count_binary
from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
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
from constellation.aws.transactions import Part, check, commits, put_new, update
from constellation.aws.transactions import delete as deletion
from constellation.firmware.model import Binary, Entry, Firmware, Segment
from constellation.firmware.versions import parse_version
from constellation.workspaces import folder_store as folders

CREATE = Grant(FIRMWARE, ("dynamodb:PutItem",))
CREATE_WITHIN = Grant(CONSTELLATIONS, ("dynamodb:ConditionCheckItem",))
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


def create(firmware: Firmware, *also: Part) -> bool:
    """Keep a new firmware image, and write ``also`` in the same step.

    False where its constellation is gone, or what is also to be written cannot be.
    """
    parts = [put_new(FIRMWARE, _to_item(firmware)), *_count(firmware, firmware.binary, 1, firmware.created_at), *also]
    if firmware.constellation:
        parts.append(check(CONSTELLATIONS, folders.meta_key(firmware.constellation), "attribute_exists(pk)"))
    return commits(parts)


def get(firmware_id: str) -> Firmware | None:
    """The firmware image, as of now; None where there is none."""
    answer = aws.call(
        "dynamodb", "get_item", TableName=FIRMWARE.physical_name, Key=to_wire(_key(firmware_id)), ConsistentRead=True
    )
    return _to_firmware(from_wire(answer["Item"])) if "Item" in answer else None


def get_many(firmware_ids: Collection[str], *, consistent: bool = False) -> dict[str, Firmware]:
    """Those of the firmware images that there are, by id; of a moment ago, at half the cost, or ``consistent``."""
    items = batches.get_many(FIRMWARE, map(_key, dict.fromkeys(firmware_ids)), consistent=consistent)
    return {firmware.id: firmware for firmware in map(_to_firmware, items)}


def confirmed_part(place: str, most: int) -> tuple[list[str], str]:
    """The ids of a part of the firmware images that have a binary, and the place of the next part."""
    items, rest = batches.scan(FIRMWARE, OFFERED, place, most)
    return [item["pk"].removeprefix("FIRMWARE#") for item in items], rest


def attach(firmware: Firmware, binary: Binary, now: datetime, *also: Part) -> bool:
    """Give a binary to a firmware image, and so confirm it; ``also`` in the same step.

    False where it has one or is gone, or what is also to be written cannot be.
    """
    attributes = _binary_attributes(firmware, binary)
    part = _update(
        firmware,
        f"SET {', '.join(f'#{name} = :{name}' for name in attributes)}",
        "attribute_exists(pk) AND attribute_not_exists(#binaryKey)",
        attributes,
        attributes,
    )
    return commits([part, *_count(firmware, binary, 1, now), *also])


def detach(firmware: Firmware, binary: Binary, now: datetime) -> bool:
    """Take a firmware image its binary; False where it has another one, none or is gone."""
    attributes = _binary_attributes(firmware, binary)
    removed = ", ".join(f"#{name}" for name in attributes if name != "confirmed")
    values = {"confirmed": False, "binaryKey": binary.key}
    expression = f"SET #confirmed = :confirmed REMOVE {removed}"
    part = _update(firmware, expression, "#binaryKey = :binaryKey", attributes, values)
    return commits([part, *_count(firmware, binary, -1, now)])


def delete(firmware: Firmware, now: datetime) -> bool:
    """Remove a firmware image; False where its binary has changed or it is gone."""
    key, binary = _key(firmware.id), firmware.binary
    if binary:
        part = deletion(FIRMWARE, key, "binaryKey = :binary", binary=binary.key)
    else:
        part = deletion(FIRMWARE, key, "attribute_exists(pk) AND attribute_not_exists(binaryKey)")
    return commits([part, *_count(firmware, binary, -1, now)])


def listed(scope: str, label: str, before: str, at_once: int, *, by_version: bool) -> Iterator[Entry]:
    """The firmware images of a scope, of one label if one is given, before a place.

    The newest first, or those of the highest precedence; the newest first among equals.
    """
    if label:
        return _walk(LABEL_VERSIONS if by_version else LABEL_CREATED, _series(scope, label), before, at_once)
    return _walk(SCOPE_VERSIONS if by_version else SCOPE_CREATED, scope, before, at_once)


def offered(scope: str, label: str, *, pre_releases: bool) -> Iterator[Entry]:
    """Those of a label that have a binary, of the highest precedence first, without pre-releases or with them."""
    return _walk(OFFERED if pre_releases else STABLE, _series(scope, label), "", 1)


def _walk(index: Index, partition: str, before: str, at_once: int) -> Iterator[Entry]:
    condition = "#partition = :partition" + (" AND #sort < :before" if before else "")
    names = {"#partition": index.partition} | ({"#sort": index.sort} if before else {})
    values = {":partition": partition} | ({":before": before} if before else {})
    items = batches.query(
        FIRMWARE,
        condition,
        values,
        IndexName=index.name,
        ExpressionAttributeNames=names,
        ScanIndexForward=False,
        Limit=at_once,
    )
    return (_to_entry(index, item) for item in items)


def _count(firmware: Firmware, binary: Binary | None, number: int, now: datetime) -> list[Part]:
    """What counts a binary in (1) or out (-1); nothing where there is none."""
    return [to_count_binary(binary.uploader, firmware.id, binary.size, number, now)] if binary else []


def _update(
    firmware: Firmware, expression: str, condition: str, names: Iterable[str], values: Mapping[str, Any]
) -> Part:
    attributes = {name: name for name in names}
    return update(FIRMWARE, _key(firmware.id), expression, condition, values, attributes)


def _key(firmware_id: str) -> dict[str, str]:
    return {"pk": f"FIRMWARE#{firmware_id}", "sk": "FIRMWARE"}


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


def _to_item(firmware: Firmware) -> dict[str, Any]:
    return {
        "pk": f"FIRMWARE#{firmware.id}",
        "sk": "FIRMWARE",
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
    uploader = item.get("uploader", item["owner"])  # those of before it was kept have none
    return Binary(item["binaryKey"], uploader, item["sha256"], item["size"], item["format"], segments)


def _to_entry(index: Index, item: Mapping[str, Any]) -> Entry:
    return Entry(
        id=item["pk"].removeprefix("FIRMWARE#"),
        position=item[index.sort],
        label=item.get("label", ""),
        version=item.get("version", ""),
        created=item.get("created", "").partition("#")[0],
        confirmed=item.get("confirmed", False),
    )

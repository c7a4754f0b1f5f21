"""Variants in the table ``images``.

    pk VARIANTS#<place>   sk VARIANT#<name>   definition, createdAt, updatedAt, version
    pk VARIANTS#<place>   sk TOTALS           variants: how many the place has; watermarks: how many of them have one

The totals are written together with each variant. They bound the variants under concurrency too, and tell at the price
of one read whether a place has a watermark.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Part, Table, transact
from constellation.common.errors import Unavailable
from constellation.common.times import to_wire
from constellation.variants.model import MOST_VARIANTS, Variant, Watermark

READ = Grant(IMAGES, ("dynamodb:GetItem",))
READ_MANY = Grant(IMAGES, ("dynamodb:BatchGetItem",))
LIST = Grant(IMAGES, ("dynamodb:Query",))
PUT = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"))
DELETE = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"))
DELETE_ALL = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))

_TABLE = Table(IMAGES)
_PREFIX, _PLACE = "VARIANT#", "VARIANTS#"
_TRIES = 10


class TooMany(Exception):
    """The place has as many variants as it can have."""


def get(place: str, name: str) -> Variant | None:
    """Return a variant as of now, or None."""
    item = _TABLE.get(_key(place, name))
    return _to_variant(place, item) if item else None


def of_place(place: str) -> list[Variant]:
    """Return the variants of a place, newest first."""
    values = {"place": _partition(place), "prefix": _PREFIX}
    items = _TABLE.query("pk = :place AND begins_with(sk, :prefix)", values, consistent=True)
    return sorted((_to_variant(place, item) for item in items), key=position, reverse=True)


def has_watermark(place: str) -> bool:
    """Return whether a place has a variant with a watermark, as of now."""
    item = _TABLE.get(_totals_key(place))
    return bool(item and item["watermarks"])


def with_watermark(places: Collection[str]) -> set[str]:
    """Return those of the places that have a variant with a watermark, as of now."""
    items = _TABLE.get_many(map(_totals_key, dict.fromkeys(places)), consistent=True)
    return {item["pk"].removeprefix(_PLACE) for item in items if item["watermarks"]}


def put(variant: Variant) -> Variant:
    """Write a variant in the place of the one with its name, if any, and return it as it stands then.

    Its version is 1 if it is new. Nothing is written where links give the same. Raises TooMany.
    """
    for _ in range(_TRIES):
        before = get(variant.place, variant.name)
        after = variant
        if before:
            if before.gives_same_as(variant):
                return before
            after = replace(
                variant, created_at=before.created_at, updated_at=variant.created_at, version=before.version + 1
            )
        parts = [_to_put(before, after), *_to_count(variant.place, before, after)]
        try:
            transact(parts)
        except ConditionFailed as refused:
            if not refused.failed[0]:
                raise TooMany from None
        else:
            return after
    raise Unavailable


def delete(place: str, name: str) -> Variant | None:
    """Delete a variant and return it, or None where there was none."""
    for _ in range(_TRIES):
        before = get(place, name)
        if before is None:
            return None
        part = _TABLE.to_delete(_key(place, name), "version = :version", version=before.version)
        try:
            transact([part, *_to_count(place, before, None)])
        except ConditionFailed:
            continue
        return before
    raise Unavailable


def delete_all(place: str) -> None:
    """Delete the variants of a place, and their totals. Safe to repeat."""
    items = _TABLE.query("pk = :place", {"place": _partition(place)}, consistent=True)
    _TABLE.delete_many({"pk": item["pk"], "sk": item["sk"]} for item in list(items))


def position(variant: Variant) -> str:
    """Return the position of a variant in the order of creation."""
    return f"{to_wire(variant.created_at)}#{variant.name}"


def _to_put(before: Variant | None, after: Variant) -> Part:
    definition = {
        "options": dict(after.options),
        "format": after.format,
        "watermark": asdict(after.watermark) if after.watermark else None,
    }
    item: dict[str, Any] = {
        **_key(after.place, after.name),
        "definition": json.dumps(definition),
        "createdAt": to_wire(after.created_at),
        "updatedAt": to_wire(after.updated_at) if after.updated_at else None,
        "version": after.version,
    }
    return _TABLE.to_put(item, "version = :before", before=before.version) if before else _TABLE.to_put_new(item)


def _to_count(place: str, before: Variant | None, after: Variant | None) -> list[Part]:
    """Return the part that counts a change, none where it changes no total."""
    variants = (after is not None) - (before is not None)
    watermarks = bool(after and after.watermark) - bool(before and before.watermark)
    if not (variants or watermarks):
        return []
    values = {"variants": variants, "watermarks": watermarks}
    names = {"variants": "variants"}
    has_room = "attribute_not_exists(#variants) OR #variants < :most"
    return [
        _TABLE.to_update(
            _totals_key(place),
            "ADD #variants :variants, watermarks :watermarks",
            has_room if variants > 0 else "attribute_exists(#variants)",
            {**values, **({"most": MOST_VARIANTS} if variants > 0 else {})},
            names,
        )
    ]


def _to_variant(place: str, item: Mapping[str, Any]) -> Variant:
    definition = json.loads(item["definition"])
    return Variant(
        place=place,
        name=item["sk"].removeprefix(_PREFIX),
        options=definition["options"],
        format=definition["format"],
        watermark=Watermark(**definition["watermark"]) if definition["watermark"] else None,
        created_at=datetime.fromisoformat(item["createdAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]) if "updatedAt" in item else None,
        version=item["version"],
    )


def _partition(place: str) -> str:
    return f"{_PLACE}{place}"


def _key(place: str, name: str) -> dict[str, str]:
    return {"pk": _partition(place), "sk": f"{_PREFIX}{name}"}


def _totals_key(place: str) -> dict[str, str]:
    return {"pk": _partition(place), "sk": "TOTALS"}

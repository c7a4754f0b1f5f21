"""Response bodies of variants."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict, cast

from constellation.common.ids import Id
from constellation.common.pages import CursorMeta, cursor_meta
from constellation.common.times import Time, to_wire
from constellation.imaging.asked import shown_options
from constellation.variants.model import Position, Variant


class WatermarkEntry(TypedDict):
    """A picture that is laid over others."""

    image_uuid: Id
    position: Position
    opacity: float
    scale: float
    margin: int


class VariantEntry(TypedDict):
    """A variant: the options that it names, its format and its watermark."""

    name: str
    w: NotRequired[int]
    h: NotRequired[int]
    width: NotRequired[int]
    height: NotRequired[int]
    crop: NotRequired[bool]
    fit: NotRequired[str]
    bg: NotRequired[str]
    focus: NotRequired[str]
    q: NotRequired[int]
    dpr: NotRequired[float]
    rotate: NotRequired[float]
    flip: NotRequired[str]
    blur: NotRequired[int]
    gray: NotRequired[bool]
    format: str | None
    watermark: WatermarkEntry | None
    createdAt: Time
    updatedAt: Time | None


class VariantList(TypedDict):
    """A page of variants."""

    data: list[VariantEntry]
    meta: CursorMeta


def variant_entry(variant: Variant) -> VariantEntry:
    """Return a variant."""
    mark = variant.watermark
    watermark: WatermarkEntry | None = mark and {
        "image_uuid": mark.image,
        "position": mark.position,
        "opacity": mark.opacity,
        "scale": mark.scale,
        "margin": mark.margin,
    }
    entry: dict[str, Any] = {
        "name": variant.name,
        **shown_options(variant.options),
        "format": variant.format,
        "watermark": watermark,
        "createdAt": to_wire(variant.created_at),
        "updatedAt": to_wire(variant.updated_at) if variant.updated_at else None,
    }
    return cast(VariantEntry, entry)


def variant_list(variants: Sequence[Variant], cursor: str) -> VariantList:
    """Return a page of variants."""
    return {"data": [variant_entry(each) for each in variants], "meta": cursor_meta(variants, cursor)}

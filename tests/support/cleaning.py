"""Uploads as an original is made of them, within the limits that uploads have."""

from constellation.common.errors import Invalid
from constellation.imaging.clean import CORRUPT, Limits, Picture, clean

LIMITS = Limits(size_limit=4_500_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)


def cleaned(data: bytes) -> Picture:
    """The original of an upload, without reductions."""
    return clean(data, field="image", limits=LIMITS)


def refused(data: bytes) -> bool:
    """Whether a file is refused as a damaged one."""
    try:
        cleaned(data)
    except Invalid as refusal:
        return f"{refusal}" == f"image: {CORRUPT}"
    return False

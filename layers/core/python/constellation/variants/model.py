"""Variants: what a link asks of a picture, under a name.

A variant belongs to a place. Those of a user are for its images that lie in no constellation, those of a constellation
for the images in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from constellation.images.model import Image

MOST_VARIANTS = 100
"""The most variants of a place."""

NAME = "[a-z0-9][a-z0-9-]{0,31}"
"""The regular expression that a whole name matches."""

POSITIONS = (
    "center",
    "north",
    "northeast",
    "east",
    "southeast",
    "south",
    "southwest",
    "west",
    "northwest",
)

Position = Annotated[str, POSITIONS]

NO_SUCH_VARIANT = "Variant not found"


@dataclass(frozen=True)
class Watermark:
    """A picture that is laid over others.

    ``opacity`` is from 0 to 1. ``scale`` is its width as a part of the result's. ``margin``, in pixels of a page, is
    its distance from the sides of the result that ``position`` names.
    """

    image: str
    position: str
    opacity: float
    scale: float
    margin: int


@dataclass(frozen=True)
class Variant:
    """A variant of a place. ``options`` are values by their names in a query.

    ``format`` is what a link gives that leaves the format open, None for what such links give. ``version`` grows with
    every change.
    """

    place: str
    name: str
    options: Mapping[str, str]
    format: str | None
    watermark: Watermark | None
    created_at: datetime
    updated_at: datetime | None = None
    version: int = 1

    @property
    def tag(self) -> str:
        """Return the cache tag of what links give by it."""
        return f"{self.place}.{self.name}"

    def gives_same_as(self, other: "Variant") -> bool:
        """Return whether links give the same by both."""
        return (self.options, self.format, self.watermark) == (other.options, other.format, other.watermark)


def place_of(image: Image) -> str | None:
    """Return the place whose variants are for an image, or None for an image of a guest."""
    return image.location.constellation if image.location else image.owner

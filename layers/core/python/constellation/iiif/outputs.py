"""Response bodies and headers of the IIIF Image API, with the names of its specification."""

from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from constellation.iiif.model import (
    BASE,
    CONTEXT,
    EXTRA_FEATURES,
    EXTRA_FORMATS,
    EXTRA_QUALITIES,
    MAX_AREA,
    PROFILE,
    TILE,
    scale_factors,
    sizes,
)
from constellation.images.model import Image
from constellation.imaging.options import MAX_SIDE

WithheldInformation = TypedDict(
    "WithheldInformation",
    {
        "@context": Literal["http://iiif.io/api/image/3/context.json"],
        "id": str,
        "type": Literal["ImageService3"],
        "protocol": Literal["http://iiif.io/api/image"],
        "profile": Literal["level2"],
    },
)
WithheldInformation.__doc__ = "What is said of an image that is shown by signed links only."


class OfferedSize(TypedDict):
    """A size of the whole image."""

    width: int
    height: int


class Tiles(TypedDict):
    """Tiles of one size, which cover the image at each scale."""

    width: int
    height: int
    scaleFactors: list[int]


class ImageInformation(WithheldInformation):
    """What a viewer must know of an image to ask for its parts."""

    width: int
    height: int
    maxWidth: int
    maxHeight: int
    maxArea: int
    sizes: list[OfferedSize]
    tiles: list[Tiles]
    extraFormats: Sequence[str]
    extraQualities: Sequence[str]
    extraFeatures: Sequence[str]


def address(base: str, image_id: str) -> str:
    """Return the address of an image, below which all else lies; ``base`` is that of the product, as it was asked."""
    return f"{base}{BASE}/{image_id}"


def links_of(base: str, image_id: str, canonical: str) -> str:
    """Return the header ``Link`` of a picture: its canonical request, and the level of what is offered."""
    return f'<{address(base, image_id)}/{canonical}>;rel="canonical", {PROFILE_LINK}'


PROFILE_LINK = f'<{PROFILE}>;rel="profile"'


def withheld_information(base: str, image_id: str) -> WithheldInformation:
    """Return what everybody may know of an image that there is."""
    return {
        "@context": CONTEXT,
        "id": address(base, image_id),
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
    }


def information(base: str, image: Image) -> ImageInformation:
    """Return the information on an image."""
    factors: Any = scale_factors(image.width, image.height)
    return {
        **withheld_information(base, image.id),
        "width": image.width,
        "height": image.height,
        "maxWidth": MAX_SIDE,
        "maxHeight": MAX_SIDE,
        "maxArea": MAX_AREA,
        "sizes": [{"width": width, "height": height} for width, height in sizes(image.width, image.height)],
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": factors}],
        "extraFormats": EXTRA_FORMATS,
        "extraQualities": EXTRA_QUALITIES,
        "extraFeatures": EXTRA_FEATURES,
    }

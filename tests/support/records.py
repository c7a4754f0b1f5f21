"""Records of images that tests write themselves, and one image that no request can upload."""

import hashlib
from dataclasses import replace
from functools import cache

from constellation.images import original_store
from constellation.images import store as images
from constellation.images.model import Image
from constellation.workspaces.model import Location
from tests.support import pictures
from tests.support.world import NOON

SAMPLE = Image(
    id="",
    owner=None,
    location=None,
    name="a.png",
    description="",
    is_public=False,
    media_type="image/png",
    extension="png",
    size=100,
    width=4,
    height=4,
    frames=1,
    sha256="",
    created_at=NOON,
    described_at=NOON,
)
"""A small image of nobody, without a file."""


@cache
def large() -> bytes:
    """A PNG of 5 MB."""
    return pictures.noise(1300, 1300)


def store_large(image_id: str, owner: str, location: Location | None = None) -> Image:
    """Store an image of 5 MB, of the kind that only comes past the gateway, and return its record."""
    data = large()
    image = replace(
        SAMPLE,
        id=image_id,
        owner=owner,
        location=location,
        name="noise.png",
        size=len(data),
        width=1300,
        height=1300,
        sha256=hashlib.sha256(data).hexdigest(),
    )
    original_store.put_original(image_id, data, image.media_type)
    images.create(image)
    return image

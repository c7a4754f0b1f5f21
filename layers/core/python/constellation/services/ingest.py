"""The one way in for pictures: every surface and every event stores them through here."""

import hashlib
from datetime import datetime

from constellation.domain.errors import TooLarge
from constellation.domain.ids import new_id
from constellation.domain.images import Image
from constellation.domain.sizes import megabytes
from constellation.domain.uploads import UploadedFile, safe_name
from constellation.imaging.ingest import Limits, clean
from constellation.observability import count
from constellation.services import indexing
from constellation.settings import settings
from constellation.stores import blobs, images, lists, queues

INGEST = (blobs.PUT_ORIGINAL, images.CREATE, queues.ASK_FOR_INDEXING)
"""What a function that ingests needs."""

INGEST_OWNED = (*INGEST, lists.READ_TOTALS)
"""The same for images that have an owner, whose quota is looked at."""


def ingest(
    file: UploadedFile, field: str, owner: str | None, description: str, is_public: bool, now: datetime
) -> Image:
    """Clean a picture and store it: the bytes first, then the record, which alone makes it visible.

    Killed in between it leaves bytes that nothing names. ``field`` is where violations are reported;
    ``owner`` is a user's id, None for a guest's. Raises Invalid for what is no acceptable picture,
    TooLarge when the owner's quota of bytes is used up.
    """
    picture = clean(file.data, field=field, limits=_limits())
    _check_quota(owner, len(picture.data))
    image_id = new_id()
    image = Image(
        id=image_id,
        owner=owner,
        name=safe_name(file.name) or f"{image_id}.{picture.extension}",
        description=description,
        is_public=is_public,
        media_type=picture.media_type,
        extension=picture.extension,
        size=len(picture.data),
        width=picture.width,
        height=picture.height,
        frames=picture.frames,
        sha256=hashlib.sha256(picture.data).hexdigest(),
        created_at=now,
        described_at=now,
    )
    blobs.put_original(image.id, picture.data, image.media_type)
    indexing.follow(None, image)
    images.create(image)
    count("ImagesUploaded")
    count("BytesStored", image.size)
    return image


def _limits() -> Limits:
    chosen = settings()
    return Limits(
        size_limit=chosen.image_size_limit,
        pixel_limit=chosen.pixel_limit,
        animation_pixel_limit=chosen.animation_pixel_limit,
        frame_limit=chosen.frame_limit,
    )


def _check_quota(owner: str | None, size: int) -> None:
    """Refuse what its owner has no room for; a guest's bytes are bounded by the number of uploads a day.

    Uploads at the very same time do not see each other: together they may pass the quota by what they bring.
    """
    quota = settings().bytes_per_user
    if owner and quota and lists.state(owner).size + size > quota:
        raise TooLarge(f"There is no room for this file: all your files together may have {megabytes(quota)} MB.")

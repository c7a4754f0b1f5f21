"""The one way in for pictures: every surface and every event stores them through here."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from constellation.accounts import usage as quotas
from constellation.accounts.usage_store import READ as READ_USAGE
from constellation.aws import queues
from constellation.aws.transactions import Part
from constellation.common.errors import Invalid
from constellation.common.ids import new_id
from constellation.common.names import safe_name
from constellation.common.observability import count
from constellation.common.settings import settings
from constellation.images import indexing_request as indexing
from constellation.images import original_store as blobs
from constellation.images import store as images
from constellation.images.model import Image
from constellation.imaging.ingest import Limits, Picture, clean
from constellation.runtime.multipart import UploadedFile
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store as folders
from constellation.workspaces.locations import PLACING_IMAGES, no_such_folder_within
from constellation.workspaces.model import Location

INGEST = (blobs.PUT_ORIGINAL, images.CREATE, queues.ASK_FOR_INDEXING)
"""What a function that ingests needs."""

INGEST_OWNED = (*INGEST, READ_USAGE)
"""The same for images that have an owner, whose quota is looked at."""

INGEST_PLACED = (*INGEST_OWNED, *PLACING_IMAGES, folders.FILE, blobs.DELETE_ORIGINAL)
"""The same for images that may lie in a constellation."""


def ingest(
    file: UploadedFile, field: str, owner: str | None, description: str, is_public: bool, now: datetime
) -> Image:
    """Clean a picture and store it as an image that lies in no constellation.

    ``field`` is where violations are reported; ``owner`` is a user's id, None for a guest's. Raises Invalid for what
    is no acceptable picture, TooLarge when the owner's quota of bytes is used up.
    """
    picture = accept(file.data, field, settings().image_size_limit)
    return add(picture, safe_name(file.name), owner, now, description=description, is_public=is_public)


@operation(errors=[Invalid])
def accept(data: bytes, field: str, size_limit: int) -> Picture:
    """The picture in a file, cleaned. Raises Invalid, said of ``field``, for what is no acceptable one."""
    chosen = settings()
    limits = Limits(
        size_limit=size_limit,
        pixel_limit=chosen.pixel_limit,
        animation_pixel_limit=chosen.animation_pixel_limit,
        frame_limit=chosen.frame_limit,
    )
    return clean(data, field=field, limits=limits)


@operation(grants=INGEST_PLACED)
def add(
    picture: Picture,
    name: str,
    owner: str | None,
    now: datetime,
    *,
    description: str = "",
    is_public: bool = False,
    location: Location | None = None,
    image_id: str = "",
    also: Sequence[Part] = (),
) -> Image:
    """Store a picture: the bytes first, then the record, which alone makes it visible; ``also`` in the same step.

    Killed in between it leaves bytes that nothing names. An empty ``name`` becomes that of the link; without an
    ``image_id`` it gets a fresh one. Raises TooLarge when the owner's quota is used up, Invalid when the place's
    folder is gone, ConditionFailed when what is also to be written cannot be.
    """
    if owner:  # a guest's bytes are bounded by the number of uploads a day
        quotas.check_room(owner, len(picture.data))
    image_id = image_id or new_id()
    image = Image(
        id=image_id,
        owner=owner,
        location=location,
        name=name or f"{image_id}.{picture.extension}",
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
    try:
        images.create(image, *also)
    except folders.FolderGone:
        blobs.delete_original(image.id)
        raise no_such_folder_within("folder_uuid") from None
    count("ImagesUploaded")
    count("BytesStored", image.size)
    return image

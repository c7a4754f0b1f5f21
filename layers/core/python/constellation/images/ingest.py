"""Take in pictures: every surface and every event stores them through here."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from constellation.aws.table import Part
from constellation.common.errors import Invalid
from constellation.common.ids import new_id
from constellation.common.names import safe_name
from constellation.common.observability import count
from constellation.common.settings import settings
from constellation.images import indexing_request, known_files, original_store, reduction_store, store
from constellation.images.model import OPEN, SIGNED, Image
from constellation.images.usage import check_room
from constellation.imaging.clean import Limits, Picture, clean
from constellation.runtime.multipart import UploadedFile
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store
from constellation.workspaces.model import FOLDER_FIELD, FolderGone, Location, no_such_folder_within

Also = Callable[[Image], Sequence[Part]]
"""Makes the parts of a transaction that are written together with an image."""


def nothing(_: Image) -> Sequence[Part]:
    """Write nothing besides an image."""
    return ()


_FIELD = "image"
"""What the sharing surface calls the file."""


@operation(errors=[Invalid])
def accept(data: bytes, field: str, size_limit: int) -> Picture:
    """Return the cleaned picture in a file. Raise Invalid, reported for ``field``, unless it is an acceptable one."""
    chosen = settings()
    limits = Limits(
        size_limit=size_limit,
        pixel_limit=chosen.pixel_limit,
        animation_pixel_limit=chosen.animation_pixel_limit,
        frame_limit=chosen.frame_limit,
    )
    return clean(data, field=field, limits=limits, reduces=chosen.reductions)


@operation(
    grants=[original_store.PUT_ORIGINAL, reduction_store.PUT, store.CREATE],
    uses=[accept, indexing_request.follow],
    errors=[Invalid],
)
def ingest_as_guest(file: UploadedFile, description: str, now: datetime) -> Image:
    """Clean a picture and store it as a public image without an owner.

    Its bytes count towards no quota; the number of uploads a day bounds them. Raise Invalid for an unacceptable file.
    """
    picture = accept(file.data, _FIELD, settings().image_size_limit)
    return _stored(picture, new_id(), safe_name(file.name), None, now, description=description, is_public=True)


@operation(uses=[indexing_request.follow_new])
def announce(files: Iterable[UploadedFile], owner: str, is_public: bool) -> list[str]:
    """Have the search index follow the images that are about to be made of files, and return an id for each.

    An id that is not used in the end does no harm.
    """
    digests = {new_id(): hashlib.sha256(file.data).hexdigest() for file in files}
    indexing_request.follow_new(owner, is_public, digests)
    return [*digests]


@operation(uses=[ingest_as_guest, check_room, known_files.note])
def ingest(
    file: UploadedFile,
    owner: str,
    description: str,
    is_public: bool,
    access: str,
    now: datetime,
    *,
    announced: str = "",
    also: Also = nothing,
) -> Image:
    """Clean a picture and store it as a user's image in no constellation, with ``also`` in the same transaction.

    It gets the id that was ``announced`` for it, else a new one. Raise Invalid for an unacceptable file, TooLarge when
    the user's quota of bytes is used up.
    """
    picture = accept(file.data, _FIELD, settings().image_size_limit)
    check_room(owner, len(picture.data))
    return _stored(
        picture,
        announced or new_id(),
        safe_name(file.name),
        owner,
        now,
        description=description,
        is_public=is_public,
        access=access,
        is_announced=bool(announced),
        also=also,
    )


@operation(uses=[ingest], grants=[folder_store.FILE, original_store.DELETE_ORIGINAL, reduction_store.DELETE])
def add(
    picture: Picture,
    name: str,
    owner: str,
    now: datetime,
    *,
    description: str = "",
    is_public: bool = False,
    access: str = OPEN,
    location: Location | None = None,
    image_id: str = "",
    also: Also = nothing,
) -> Image:
    """Store a picture as a user's image in a location, if one is given, and write ``also`` in the same transaction.

    Without an ``image_id`` it gets a new one. Raise TooLarge when the owner's quota is used up, Invalid when the
    location's folder is gone, ConditionFailed when a condition of ``also`` fails.
    """
    check_room(owner, len(picture.data))
    image_id = image_id or new_id()
    try:
        return _stored(
            picture,
            image_id,
            name,
            owner,
            now,
            description=description,
            is_public=is_public,
            access=access,
            location=location,
            also=also,
        )
    except FolderGone:
        original_store.delete_original(image_id)
        reduction_store.delete(image_id)
        raise no_such_folder_within(FOLDER_FIELD) from None


def _stored(
    picture: Picture,
    image_id: str,
    name: str,
    owner: str | None,
    now: datetime,
    *,
    description: str,
    is_public: bool,
    access: str = OPEN,
    location: Location | None = None,
    is_announced: bool = False,
    also: Also = nothing,
) -> Image:
    """Store the bytes of a picture, then the record, which alone makes it visible.

    A function killed in between leaves bytes that nothing names. An empty ``name`` becomes the one in the link.
    """
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
        placeholder=picture.placeholder,
        file_sha256=picture.file_sha256,
        created_at=now,
        described_at=now,
        signed_at=now if access == SIGNED else None,
        reductions=picture.reductions.note,
    )
    original_store.put_original(image.id, picture.data, image.media_type)
    if picture.reductions.data:
        reduction_store.put(image.id, picture.reductions.data)
    if not is_announced:
        indexing_request.follow(None, image)
    known_files.note(image)
    store.create(image, *also(image))
    count("ImagesUploaded")
    count("BytesStored", image.size)
    return image

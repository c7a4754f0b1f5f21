"""Know the files that were uploaded, by their digests.

An image is noted before its record is written, so that its file is known as soon as the upload is answered. Messages
put right what killed runs have left: one that is sent before the note, and one of the clean-up after a deletion.
"""

from collections.abc import Mapping

from constellation.images import deletion_store, file_store, store
from constellation.images.model import Image
from constellation.runtime.operation import operation

_TRIES = 3


@operation(grants=[file_store.ADD, file_store.REMOVE, deletion_store.READ_MANY])
def note(image: Image) -> None:
    """Note the file of an image that is about to be made. Safe to repeat.

    Of one file, file_store.MOST_KNOWN images are known. Those that are deleted make room.
    """
    if image.owner is None or image.file_sha256 is None:
        return
    for _ in range(_TRIES):
        others = file_store.add(image.owner, image.file_sha256, image.id)
        deleted = deletion_store.deleted_among(others) if others else set[str]()
        if not deleted:
            return
        file_store.remove(image.owner, image.file_sha256, deleted)


@operation(grants=[file_store.READ, file_store.ADD, file_store.REMOVE, store.READ])
def settle(message: Mapping[str, str]) -> None:
    """Keep the file of an image known if there is a record of the image, and forget it if not. Safe to repeat."""
    owner, digest, image_id = message["owner"], message["digest"], message["image"]
    known = file_store.find(owner, [digest]).get(digest, set[str]())
    there = store.get(image_id) is not None
    if there and image_id not in known and len(known) < file_store.MOST_KNOWN:
        file_store.add(owner, digest, image_id)
    if not there and image_id in known:
        file_store.remove(owner, digest, [image_id])

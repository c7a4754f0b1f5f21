"""Tell which files a user has uploaded already."""

from collections.abc import Collection

from constellation.images import file_store, store
from constellation.images.access import history
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller


@operation(grants=[file_store.READ, store.READ_MANY], uses=[history])
def images_of_files(digests: Collection[str], caller: Caller) -> dict[str, list[str]]:
    """Return the ids of a caller's own images, newest first, by the SHA-256 digests of the files as uploaded.

    Files of which there is no image are left out.
    """
    wanted = dict.fromkeys(digests)
    known = file_store.find(caller.user_id, wanted)
    records = store.get_many({image_id for ids in known.values() for image_id in ids}, consistent=True)
    hinted = [image for image in records.values() if image.file_sha256 in wanted]
    seen = sorted(history(hinted, caller), key=lambda image: image.created, reverse=True)
    found = {digest: [image.id for image in seen if image.file_sha256 == digest] for digest in wanted}
    return {digest: ids for digest, ids in found.items() if ids}

"""Make the reductions of an image that was stored before: it has none, or damaged ones."""

from constellation.aws.client import Missing
from constellation.common.errors import NotFound
from constellation.common.observability import count, logger
from constellation.common.settings import settings
from constellation.images import reduction_store, store
from constellation.images.model import Image
from constellation.images.originals import fetch
from constellation.imaging.originals import reduced
from constellation.imaging.reductions import NONE, Reductions, noted
from constellation.runtime.operation import operation


@operation(
    grants=[store.READ, store.CHANGE, reduction_store.GET, reduction_store.PUT, reduction_store.DELETE], uses=[fetch]
)
def reduce_image(image_id: str, seen: str) -> None:
    """Make the reductions of an image whose note is still what was ``seen``, unless they are sound. Safe to repeat.

    First the bytes are stored, then the note. An image that was deleted in between leaves none behind.
    """
    image = store.get(image_id)
    if not settings().reductions or image is None or image.reductions != seen or _is_sound(image):
        return
    made = _made(image)
    if made.data:
        reduction_store.put(image.id, made.data)
        if not store.note_reductions(image.id, made.note):
            reduction_store.delete(image.id)
        count("ReductionsMade")


def _is_sound(image: Image) -> bool:
    kept = noted(image.reductions)
    if not kept:
        return False
    try:
        data = reduction_store.get(image.id, range(kept[-1].part.stop))
    except Missing:
        return False
    return all(each.matches(data[each.part.start : each.part.stop]) for each in kept)


def _made(image: Image) -> Reductions:
    """Return the reductions of an original: none where it is being deleted, or was damaged, which is logged."""
    try:
        return reduced(fetch(image.id), image.media_type)
    except NotFound:
        return NONE
    except Exception:
        logger().exception("unreadable original", extra={"image_id": image.id})
        return NONE

"""Give what a result is made from: the smallest reduction of an image that is enough, or its original."""

from collections.abc import Iterator
from typing import NamedTuple

from constellation.aws.client import Missing
from constellation.common.observability import count
from constellation.common.settings import settings
from constellation.images import reducing_request, reduction_store
from constellation.images.model import Image
from constellation.images.originals import fetch
from constellation.imaging.reductions import INDEX, Reduced, Reduction, chosen, divisors, index_in
from constellation.imaging.rows import rows_in
from constellation.runtime.operation import operation

DAMAGED = "ReductionsDamaged"
"""The metric of reductions that are missing, or not what the note says."""


class Pictured(NamedTuple):
    """What is known of an image's picture: the type and the size of the original, and the note of its reductions."""

    image_id: str
    media_type: str
    width: int
    height: int
    frames: int
    reductions: str

    @property
    def could_have_some(self) -> bool:
        """Tell whether it is large enough for reductions, and no animation."""
        return bool(divisors(self.media_type, self.width, self.height, self.frames))


class Source(NamedTuple):
    """A file that a result is made from: an original, or a reduction, with what was ``reduced``."""

    data: bytes
    reduced: Reduced | None = None


def pictured(image: Image) -> Pictured:
    """Return what is known of an image's picture."""
    return Pictured(image.id, image.media_type, image.width, image.height, image.frames, image.reductions)


@operation(grants=[reduction_store.GET], uses=[fetch, reducing_request.ask])
def sources(
    picture: Pictured, scale: float, extension: str, quality: int | None = None, *, rows: range | None = None
) -> Iterator[Source]:
    """Yield what shows a picture at a scale in the format of ``extension``: first a reduction, if one is enough.

    ``rows`` are those of the original that a tile needs; where no reduction is enough, they are fetched alone. Then
    comes the original, for a caller that cannot use these. Each is fetched when it is asked for. A reduction that is
    missing, or not what the note says, is passed over. Those that could be made anew are asked for. Raises NotFound
    where the image is being deleted.
    """
    is_on = settings().reductions
    wanted = chosen(picture.reductions, scale, extension, quality, is_tile=rows is not None) if is_on else None
    if is_on and wanted is None and rows is not None:
        wanted = index_in(picture.reductions)
    if wanted:
        data = _fetched(picture.image_id, wanted)
        if data is not None and rows is not None and wanted.divisor == INDEX:
            yield _rows(picture, data, rows)
            return
        if data is not None:
            yield Source(data, Reduced(picture.width, picture.height, wanted.divisor))
        count(DAMAGED)
        reducing_request.ask(picture.image_id, picture.reductions)
    elif is_on and not picture.reductions and picture.could_have_some:
        reducing_request.ask(picture.image_id, picture.reductions)
    yield Source(fetch(picture.image_id))


def _rows(picture: Pictured, index: bytes, wanted: range) -> Source:
    """Return a file of the rows of an original that are wanted, or the original where they are most of it."""
    found = rows_in(index, wanted)
    if found is None:
        return Source(fetch(picture.image_id))
    data = found.file(fetch(picture.image_id, found.part))
    return Source(data, Reduced(picture.width, picture.height, INDEX, found.top))


def _fetched(image_id: str, wanted: Reduction) -> bytes | None:
    try:
        data = reduction_store.get(image_id, wanted.part)
    except Missing:
        return None
    return data if wanted.matches(data) else None

"""The state that the steps from an upload to an original share."""

from typing import Any

from PIL.Image import Image

from constellation.imaging.formats import ORIGINAL_EXTENSIONS
from constellation.imaging.inspect.orientation import UPRIGHT
from constellation.imaging.inspect.outline import Outline
from constellation.imaging.reductions import Part, Reductions, joined


class Cleaning:
    """An original in the making: the upload, and what the steps have read of it and made of it so far.

    ``options`` are those of Pillow's ``save``. Each step replaces ``image``, so that at most two such pictures are in
    memory at once.
    """

    image: Image
    """The picture, upright; when its reductions are made, the smallest of them."""

    kept: bytes | None = None
    """The upload's own packed pixels in a file that holds nothing else; None where that cannot be shown."""

    profile: bytes | None = None
    orientation: int = UPRIGHT
    options: dict[str, Any]
    output: bytes
    size: tuple[int, int]
    """The width and height of the original in pixels."""

    placeholder: str

    def __init__(self, data: bytes, outline: Outline, media_type: str, *, reduces: bool) -> None:
        self.data = data
        self.outline = outline
        self.media_type = media_type
        self.extension = ORIGINAL_EXTENSIONS[media_type]
        self.reduces = reduces
        self.parts: list[Part] = []
        self.options = {}
        self.frames = outline.frames

    @property
    def reductions(self) -> Reductions:
        """Return the reductions that were made, the ``parts``, as they are stored."""
        return joined(self.parts)

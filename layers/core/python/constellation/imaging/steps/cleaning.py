"""The state that the steps from an upload to an original share."""

from typing import Any

from PIL.Image import Image

from constellation.imaging.inspect.orientation import UPRIGHT
from constellation.imaging.inspect.outline import Outline


class Cleaning:
    """An original in the making: the upload, and what the steps have read of it and made of it so far.

    ``options`` are those of Pillow's ``save``. Each step replaces ``image``, so that at most two such pictures are in
    memory at once.
    """

    image: Image
    profile: bytes | None = None
    orientation: int = UPRIGHT
    options: dict[str, Any]
    output: bytes
    size: tuple[int, int]
    """The width and height of the original in pixels."""

    placeholder: str

    def __init__(self, data: bytes, outline: Outline, extension: str) -> None:
        self.data = data
        self.outline = outline
        self.extension = extension
        self.options = {}
        self.frames = outline.frames

"""The state that the steps of a rendition share."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PIL.Image import Image
from PIL.ImageFile import ImageFile

from constellation.imaging.formats import ANIMATED
from constellation.imaging.inspect.outline import Outline
from constellation.imaging.options import Options
from constellation.imaging.reductions import Reduced
from constellation.imaging.watermark import Watermark

if TYPE_CHECKING:
    from constellation.imaging.inspect.gif_blocks import Gif

Size = tuple[int, int]


class Rendering:
    """A rendition in the making: what is asked for, and what the steps have read and made so far.

    The frames are read, and each step applied to them, only as they are written: one after the other, each used before
    the next is read.
    """

    image: ImageFile | None = None
    """The original as Pillow has opened it; None for a GIF."""

    gif: "Gif | None" = None
    """The blocks of a GIF."""

    outline: Outline
    """That of the original, also where it is rendered from a reduction."""

    profile: bytes | None = None

    size: Size
    """The exact size of the rendition."""

    target: Size
    """The size to which the picture is scaled, before it is turned and laid on a canvas."""

    full: tuple[float, float]
    """The size of the whole picture in pixels of the frames: of a reduction or after a draft, not whole numbers."""

    corner: tuple[float, float] = (0, 0)
    """Where the frames begin in the whole picture, in pixels of the frames: not at its corner where it was cut."""

    frames: Iterator[Image]
    palettes: Sequence[bytes | None]
    """For each frame the RGB triples that it was made of, None where it was not made of a palette."""

    output: bytes

    def __init__(
        self,
        data: bytes,
        options: Options,
        extension: str,
        watermark: Watermark | None = None,
        reduced: Reduced | None = None,
    ) -> None:
        self.data = data
        self.options = options
        self.extension = extension
        self.watermark = watermark
        self.reduced = reduced

    @property
    def region(self) -> tuple[float, float, float, float] | None:
        """Return the borders of the region that is asked for in pixels of the frames, None without one."""
        if self.options.region is None:
            return None
        left, top, width, height = self.options.region
        across, down = self.full[0] / self.outline.width, self.full[1] / self.outline.height
        x, y = self.corner
        return left * across - x, top * down - y, (left + width) * across - x, (top + height) * down - y

    @property
    def keeps_colours(self) -> bool:
        """Tell whether no option and no watermark makes other colours of those of the original."""
        return not (self.options.blur or self.options.grey or self.options.background or self.watermark)

    @property
    def is_animated(self) -> bool:
        """Tell whether the rendition has several frames."""
        return self.extension in ANIMATED and self.outline.frames > 1

    @property
    def is_of_lossless(self) -> bool:
        """Tell whether it is a still picture made of one without loss: a reduction in WebP has none."""
        if self.image is None or self.is_animated:
            return False
        is_lossless = self.reduced is not None or self.outline.lossless
        return self.image.format == "PNG" or (self.image.format == "WEBP" and is_lossless)

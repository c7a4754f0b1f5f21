"""Estimate what a rendition costs at most, from numbers alone: nothing is fetched or decoded for it."""

from math import ceil

from constellation.imaging.formats import ANIMATED, effort
from constellation.imaging.inspect.sniff import GIF, JPEG, PNG, WEBP
from constellation.imaging.options import Options, shown_size
from constellation.imaging.steps.choose_size import chosen_size

_READ = {JPEG: 8, PNG: 20, WEBP: 50, GIF: 20}
"""Milliseconds of CPU to decode and scale a million pixels of noise. A JPEG is decoded at a fraction of its size."""

_PALETTE = 30
"""Milliseconds of CPU that the palette of one frame of a GIF takes, however small the frame is."""

_EACH = 20
"""Milliseconds of CPU that any rendition takes."""


_BLUR = 55
"""Milliseconds of CPU to blur a million pixels, however much."""

_LAY = 20
"""Milliseconds of CPU to lay pictures on a million pixels of canvas."""

_QUALITY = 2
"""How much more the best quality costs than ours, at most."""


def watermark_cost(media_type: str, width: int, height: int) -> int:
    """Return the milliseconds of CPU that it takes at most to read a watermark of that size."""
    return ceil(_READ[media_type] * width * height / 1_000_000)


def render_cost(
    media_type: str,
    width: int,
    height: int,
    frames: int,
    options: Options,
    extension: str,
    rows: int | None = None,
) -> int:
    """Return the milliseconds of CPU that a rendition takes at most, on one core of an x86-64 server.

    The original has ``media_type``, ``frames`` frames, and a size of ``width`` by ``height`` pixels, of which ``rows``
    are read, or all. Measured with opaque noise. Transparent noise takes up to 1.8 times as long, a photograph a third
    to a fifth. Raises Invalid for a rendition that cannot be made.
    """
    written_frames = frames if extension in ANIMATED and not options.region else 1
    written_width, written_height = chosen_size(width, height, frames, options, extension)
    shown_width, shown_height = shown_size(width, height, options)
    read, written = width * (rows or height) * written_frames, written_width * written_height * written_frames
    palettes = _PALETTE * written_frames if extension == "gif" else 0
    of_lossless = media_type in (PNG, WEBP) and written_frames == 1
    writing = effort(extension, written, of_lossless=of_lossless).cost * written * (_QUALITY if options.quality else 1)
    blurring = _BLUR * shown_width * shown_height * written_frames if options.blur else 0
    laying = _LAY * written if options.background or options.fit == "pad" else 0
    return _EACH + palettes + ceil((_READ[media_type] * read + blurring + laying + writing) / 1_000_000)

"""From pixels to a file: what each format carries, and the quality it is written with."""

import io
from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import Any, NamedTuple

from PIL import Image

from constellation.imaging import colour

LONGEST_SIDE = {"jpg": 65500, "webp": 16383, "gif": 65535, "avif": 65535}
"""The largest width or height, in pixels, that a format's encoder takes; PNG has no limit that matters."""


ANIMATED = ("gif", "webp")
"""The formats in which an animation goes on; the others have its first picture."""


_LOSSY = ("jpg", "webp", "avif")


class Effort(NamedTuple):
    """How a format is written up to ``most`` pixels, those of all pictures together.

    ``cost`` is what a million pixels cost at most, in milliseconds of CPU: measured with opaque noise, while
    photographs take a third to a fifth of it.
    """

    most: float
    cost: int
    options: dict[str, Any]


_EFFORTS: dict[str, tuple[Effort, ...]] = {
    "jpg": (Effort(inf, 20, {"quality": 81}),),
    "png": (Effort(inf, 80, {"compress_level": 2, "compress_type": Image.RLE}),),
    "webp": (
        Effort(40_000_000, 100, {"quality": 81, "method": 2}),
        Effort(inf, 80, {"quality": 81, "method": 0}),
    ),
    "gif": (Effort(inf, 140, {}),),
    "avif": (
        Effort(2_000_000, 1000, {"quality": 58, "speed": 6, "max_threads": 2}),
        Effort(inf, 160, {"quality": 62, "speed": 9, "max_threads": 2}),
    ),
}
"""By the extension, each larger picture with less effort: it takes more bytes, but no longer than a function has."""


class Pictures(NamedTuple):
    """What is to be written: pictures of one size that are used up as they are read, and how they are shown.

    ``durations`` in milliseconds and ``palettes`` have an entry for each picture; ``plays`` 0 is for ever.
    A palette is the RGB triples that its picture was made of, None where it was not made of any.
    """

    images: Iterator[Image.Image]
    size: tuple[int, int]
    profile: bytes | None
    durations: Sequence[int]
    plays: int
    palettes: Sequence[bytes | None]


def encoded(pictures: Pictures, extension: str) -> bytes:
    """The pictures as a rendition: all of them in gif and webp, the first in the other formats."""
    if extension == "gif":
        from constellation.imaging.codecs.palette import as_gif

        return as_gif(pictures)
    is_animated = extension == "webp" and len(pictures.durations) > 1
    pixels = pictures.size[0] * pictures.size[1] * (len(pictures.durations) if is_animated else 1)
    options = effort(extension, pixels).options
    if is_animated:
        return animated_webp(pictures, **options)
    image, profile = _fitting(next(pictures.images), pictures.profile, extension)
    return saved(image, extension, icc_profile=profile, **options)


def effort(extension: str, pixels: int) -> Effort:
    """How so many pixels are written in the format of ``extension``."""
    return next(each for each in _EFFORTS[extension] if pixels <= each.most)


def animated_webp(pictures: Pictures, **options: Any) -> bytes:
    """The pictures as an animated WebP, never more than one of them in memory.

    Only the first is a key frame: each other one would be encoded twice.
    """
    reel = _Reel(pictures.images, len(pictures.durations))
    durations, plays = list(pictures.durations), min(pictures.plays, 65535)
    return saved(
        reel, "webp", save_all=True, duration=durations, loop=plays, icc_profile=pictures.profile, kmax=0, **options
    )


def saved(image: Image.Image, extension: str, **options: Any) -> bytes:
    """``image`` written by the plugin of ``extension``, the only one that is imported."""
    target = io.BytesIO()
    target.name = f"picture.{extension}"
    image.save(target, **options)
    return target.getvalue()


def _fitting(image: Image.Image, profile: bytes | None, extension: str) -> tuple[Image.Image, bytes | None]:
    """The picture in a mode that the format has, and the profile if it still describes it."""
    loses_grey = extension == "webp" or (image.mode == "LA" and extension != "png")
    is_rounded = extension in _LOSSY and image.mode in ("RGB", "RGBA") and colour.is_linear(profile)
    if is_rounded or (colour.is_grey(profile) and loses_grey):
        image, profile = colour.in_srgb(image, profile), None
    if extension == "jpg" and image.mode in ("LA", "RGBA"):
        image = _on_white(image.convert("RGBA"))
    return image, profile


def _on_white(image: Image.Image) -> Image.Image:
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


class _Reel(Image.Image):
    """Pictures behind the interface of an animated file, so that an encoder takes them one by one."""

    def __init__(self, pictures: Iterable[Image.Image], count: int) -> None:
        super().__init__()
        self._pictures = iter(pictures)
        self.n_frames = count
        self._at = -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Show the next picture; there is no way back, and no encoder needs one."""
        if frame <= self._at:
            return
        picture = next(self._pictures)
        self.im, self._mode, self._size, self._at = picture.im, picture.mode, picture.size, frame

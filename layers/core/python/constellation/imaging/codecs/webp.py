"""Read and write WebP: what is cleaned of a file, and animations frame by frame."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Iterable, Sequence
from typing import Any

from PIL.Image import Image
from PIL.ImageFile import ImageFile

from constellation.imaging.codecs.files import opened, saved
from constellation.imaging.inspect import webp_chunks
from constellation.imaging.inspect.sniff import WEBP
from constellation.imaging.pillow_internals import Reel

_LOOP_LIMIT = 65535

_LONGEST_CODE = 9
"""Bytes at the end of a lossless stream that may belong to its last pixels, which the decoder takes without them."""

_SHORTEST = 40
"""Bytes of a lossless stream for which that can be found out: the decoder reads ahead, and wants a header."""

_OPAQUE = 255


def original_options(*, is_lossless: bool) -> dict[str, Any]:
    """Return how an original is written, as options of Pillow's ``save``. If lossless, ``quality`` is the effort."""
    return {"lossless": True, "quality": 20, "method": 1} if is_lossless else {"quality": 90, "method": 2}


def opened_anew(data: bytes) -> ImageFile:
    """Return the picture in ``data``, opened from a container that is written anew. Raises whatever Pillow raises."""
    return opened(webp_chunks.written(webp_chunks.parse(data)), WEBP)


def is_exact(packed: memoryview) -> bool:
    """Tell whether the pixels of a lossless picture take all bytes of their stream, the last nine aside.

    The decoder takes a stream for whole, whatever follows. So it is to fail where the end is missing.
    """
    if len(packed) < _SHORTEST:
        return False
    try:
        opened(webp_chunks.lossless(packed[:-_LONGEST_CODE], None, has_alpha=True), WEBP).load()
    except OSError:
        return True
    return False


def with_all_channels(packed: memoryview) -> Image:
    """Return a lossless picture, decoded: in ``RGBA`` where a pixel is not opaque, whatever the file says of that."""
    image = opened(webp_chunks.lossless(packed, None, has_alpha=True), WEBP)
    image.load()
    return image.convert("RGB") if image.getchannel("A").getextrema() == (_OPAQUE, _OPAQUE) else image


def animated(
    frames: Iterable[Image], durations: Sequence[int], plays: int, profile: bytes | None, **options: Any
) -> bytes:
    """Return an animation, with never more than one of its frames in memory.

    ``durations`` are in milliseconds; ``plays`` is how often it plays, 0 for ever. Only the first frame is a key
    frame: any other key frame would be encoded twice.
    """
    reel = Reel(frames, len(durations))
    loop = min(plays, _LOOP_LIMIT)
    return saved(
        reel, "webp", save_all=True, duration=list(durations), loop=loop, icc_profile=profile, kmax=0, **options
    )

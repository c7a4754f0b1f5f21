"""Write an animated WebP of rounded colours: each frame is encoded once, as what changes (RFC 9649)."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import struct
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from PIL import Image, ImageChops

from constellation.imaging.codecs.files import saved
from constellation.imaging.inspect import webp_chunks

_LOOP_LIMIT = 65535
_PROFILE, _ALPHA, _ANIMATION = 0x20, 0x10, 0x02
_BLENDED, _REPLACED = 0, 2
"""How a frame is laid on what was shown before: its clear pixels leave that, or replace it."""

_BLOCK = 16
"""The side of the blocks that the encoder works in, in pixels."""

_TO_BLACK_AND_WHITE = [0] + [255] * 255

_LEFT_OUT = 0.5
"""Where no more than this part of a frame has changed, the rest is left out; clear pixels cost something, too."""

Box = tuple[int, int, int, int]


def animated(
    frames: Iterable[Image.Image],
    size: tuple[int, int],
    durations: Sequence[int],
    plays: int,
    profile: bytes | None,
    **options: Any,
) -> bytes:
    """Return an animation, with never more than two of its frames in memory.

    ``durations`` are in milliseconds; ``plays`` is how often it plays, 0 for ever. ``options`` are those of Pillow's
    ``save`` for one picture. libwebp's own encoder of animations takes a third more time and rounds more. Where colours
    are not rounded, its files are smaller: it leaves out every pixel that has not changed.
    """
    written: list[bytes] = []
    shown: Image.Image | None = None
    flags = _ANIMATION | (_PROFILE if profile else 0)
    for frame, duration in zip(frames, durations, strict=True):
        box = _changed(shown, frame)
        part, how = _needed(shown, frame, box)
        if part.mode in ("LA", "RGBA"):
            flags |= _ALPHA
        picture = webp_chunks.picture(saved(part, "webp", **options))
        written.append(_chunk(b"ANMF", _frame_head(box, duration, how) + picture))
        shown = frame.copy()
    head = struct.pack("<I", flags) + _int24(size[0] - 1) + _int24(size[1] - 1)
    body = [
        _chunk(b"VP8X", head),
        _chunk(b"ICCP", profile) if profile else b"",
        _chunk(b"ANIM", struct.pack("<IH", 0, min(plays, _LOOP_LIMIT))),
        *written,
    ]
    return b"".join((struct.pack("<4sI4s", b"RIFF", 4 + sum(map(len, body)), b"WEBP"), *body))


def _changed(shown: Image.Image | None, frame: Image.Image) -> Box:
    """Return the box of what differs from before. Its corner is at even coordinates, which is all that a file holds."""
    if shown is None:
        return (0, 0, *frame.size)
    left, top, right, bottom = ImageChops.difference(shown, frame).getbbox(alpha_only=False) or (0, 0, 1, 1)
    return left & ~1, top & ~1, right, bottom


def _needed(shown: Image.Image | None, frame: Image.Image, box: Box) -> tuple[Image.Image, int]:
    """Return the picture that makes what was shown into this frame, and how it is laid there.

    Of an opaque frame in which little has changed here and there, all other blocks are clear.
    """
    part = frame.crop(box)
    if shown is None or part.mode not in ("L", "RGB"):
        return part, _REPLACED
    difference = reduce(ImageChops.lighter, ImageChops.difference(shown.crop(box), part).split())
    blocks = difference.point(_TO_BLACK_AND_WHITE).reduce(_BLOCK).point(_TO_BLACK_AND_WHITE)
    if blocks.histogram()[255] > _LEFT_OUT * blocks.width * blocks.height:
        return part, _REPLACED
    size = blocks.width * _BLOCK, blocks.height * _BLOCK
    part.putalpha(blocks.resize(size, Image.Resampling.NEAREST).crop((0, 0, *part.size)))
    return part, _BLENDED


def _frame_head(box: Box, duration: int, how: int) -> bytes:
    left, top, right, bottom = box
    sides = _int24(left // 2) + _int24(top // 2) + _int24(right - left - 1) + _int24(bottom - top - 1)
    return sides + _int24(duration) + bytes([how])


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + bytes(len(content) % 2)


def _int24(value: int) -> bytes:
    return value.to_bytes(3, "little")

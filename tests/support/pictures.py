"""Small pictures to upload, made on the spot; files from pictures, and what is in them."""

import io
import random
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageStat


def painted(width: int, height: int, seed: int = 1) -> Image.Image:
    """A picture in which a mirrored, turned or shifted copy would show."""
    chance = random.Random(seed)
    picture = Image.new("RGB", (width, height), "teal")
    draw = ImageDraw.Draw(picture)
    for _ in range(8):
        x, y = chance.randrange(width), chance.randrange(height)
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        draw.rectangle((x // 2, y // 2, x, y), fill=colour)
    return picture


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of ``picture`` as ``kind`` (JPEG, PNG, WEBP, GIF)."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def still(kind: str, width: int = 64, height: int = 48) -> bytes:
    """One picture."""
    return encoded(painted(width, height), kind)


def long() -> bytes:
    """A picture (PNG) of which one reduction is kept, and hardly any pixels."""
    return still("PNG", 960, 10)


def animated(kind: str, frames: int = 3, width: int = 64, height: int = 48) -> bytes:
    """An animation of different frames, 100 ms each."""
    first, *rest = (painted(width, height, seed) for seed in range(frames))
    return encoded(first, kind, save_all=True, append_images=rest, duration=100, loop=0)


def noise(width: int, height: int) -> bytes:
    """A lossless picture (PNG) that no format makes small."""
    return encoded(Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3)), "PNG")


def flicker(frames: int) -> bytes:
    """A GIF of many one-pixel frames."""
    first, *rest = (Image.new("P", (1, 1), colour % 2) for colour in range(frames))
    return encoded(first, "GIF", save_all=True, append_images=rest, duration=20, disposal=1, optimize=False)


def png(width: int, height: int, rows: bytes) -> bytes:
    """A one-bit PNG with its parts written by hand, whose header may say more than fits in memory."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts: Sequence[tuple[bytes, bytes]] = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def opened(data: bytes) -> Any:
    """The picture in ``data``, decoded: a PIL image with what its format adds."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def frames_of(data: bytes) -> int:
    """How many pictures ``data`` holds."""
    return getattr(Image.open(io.BytesIO(data)), "n_frames", 1)


def distance(one: Image.Image, other: Image.Image) -> float:
    """The root of the mean squared difference, in levels of 256."""
    assert one.size == other.size
    difference = ImageChops.difference(one.convert("RGBA"), other.convert("RGBA"))
    return max(ImageStat.Stat(difference).rms)

"""Pictures of every kind that an encoder writes, and of every kind that can be put together: each is taken as it is."""

import random
import struct
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from constellation.imaging.clean import Limits, clean
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from tests import photographs
from tests.support import profiles
from tests.support.containers import (
    CHANNELS,
    DEPTHS,
    EOI,
    chunk,
    holds_only_pixels,
    jpeg_by_planes,
    png,
    png_rows,
    segment,
    segments,
    with_segments,
)
from tests.support.pictures import distance, encoded, opened

LIMITS = Limits(size_limit=4_500_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)
SIZES = ((1, 1), (1, 9), (17, 1), (7, 5), (16, 16), (33, 17), (64, 43))
MOST_MEMORY = 2_000_000
"""Bytes of Python's objects that reading a small picture may take; its pixels are not among them."""

Made = Iterator[tuple[str, bytes]]


def _picture(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    image = photographs.scaled(photographs.picture(64), size)
    image.info.clear()
    return image.quantize(16) if mode == "P" else image.convert("RGB").convert(mode)


def _options(**choices: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Each choice alone, with nothing else chosen, and then pairs of them by chance."""
    yield {}
    for name, values in choices.items():
        yield from ({name: value} for value in values)
    chance = random.Random("".join(choices))
    for _ in range(20):
        names = chance.sample(sorted(choices), 3)
        yield {name: chance.choice(choices[name]) for name in names}


_METADATA: dict[str, tuple[Any, ...]] = {
    "exif": (photographs.camera_exif(1), b"Exif\0\0broken"),
    "icc_profile": (*[found for name, found in profiles.KINDS.items() if name != "grey"], b"broken"),
}


def jpegs() -> Made:
    options = list(
        _options(
            quality=(1, 10, 50, 75, 90, 95, 100),
            subsampling=("4:4:4", "4:2:2", "4:2:0"),
            progressive=(True,),
            optimize=(True,),
            smooth=(50,),
            restart_marker_blocks=(1, 2, 5),
            restart_marker_rows=(1, 2),
            keep_rgb=(True,),
            qtables=("web_low", "web_high", [list(range(1, 65))], [[255] * 64, [1] * 64]),
            dpi=((300, 300), (1, 65535)),
            comment=("a comment", b"\xff\xd9\xff\xda"),
            xmp=(b"<x/>", bytes(60_000)),
            streamtype=(0,),
            **_METADATA,
        )
    )
    for mode in ("L", "RGB", "CMYK", "YCbCr", "1"):
        for number, chosen in enumerate(options):
            if mode != "RGB" and "keep_rgb" in chosen:
                continue
            if isinstance(chosen.get("comment"), str):
                chosen = {**chosen, "comment": chosen["comment"].encode()}
            yield f"{mode} {chosen}", encoded(_picture(SIZES[number % len(SIZES)], mode), "JPEG", **chosen)
    for size in SIZES:
        yield f"MPO {size}", encoded(_picture(size), "MPO", save_all=True, append_images=[_picture((9, 9))])
    for number in range(20):
        yield (
            f"by planes {number}",
            jpeg_by_planes((30 + number, 90, 50), numbers=(0, number % 2, number % 3), restart=number % 4),
        )


def odd_jpegs() -> Made:
    """Parts in other orders and numbers than encoders write."""
    for progressive in (False, True):
        data = encoded(_picture((64, 43)), "JPEG", progressive=progressive, exif=photographs.camera_exif(1))
        parts = list(segments(data))
        notes = b"".join(content for code, content in parts if 0xE0 <= code <= 0xEF)
        tables = b"".join(content for code, content in parts if code == 0xDB)
        rest = b"".join(content for code, content in parts if code != 0xDB and not 0xE0 <= code <= 0xEF)
        yield "no notes", data[:2] + tables + rest + EOI
        yield "notes behind tables", data[:2] + tables + notes + rest + EOI
        yield "tables behind the frame", data[:2] + rest[:19] + tables + rest[19:] + EOI
        yield "tables twice", data[:2] + tables * 2 + rest + EOI
        yield "one table a segment", data[:2] + tables + segment(0xDD, b"\0\0") + rest + EOI
        yield "filled", data[:2] + b"\xff" * 99 + data[2:]
        yield "without an end", data[:-2]
        for number in range(10):
            yield "notes", with_segments(data, segment(0xE0 + number, random.Random(number).randbytes(number * 999)))


def pngs() -> Made:
    text = PngInfo()
    text.add_text("a", "b" * 1000, zip=True)
    text.add_itxt("a", "ä" * 1000, "de", "ä", zip=True)
    choices: dict[str, tuple[Any, ...]] = {
        "optimize": (True,),
        "compress_level": (0, 1, 9),
        "compress_type": (0, 1, 2, 3, 4),
        "dpi": ((300, 300),),
        "pnginfo": (text,),
        **_METADATA,
    }
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        clear = {"L": (0, 255), "P": (0, bytes(range(9))), "RGB": ((1, 2, 3),), "1": (0,), "I;16": (9,)}.get(mode)
        bits = {"P": (4, 8), "1": (1,)}.get(mode)
        chosen = choices | ({"transparency": clear} if clear else {}) | ({"bits": bits} if bits else {})
        for number, options in enumerate(_options(**chosen)):
            size = SIZES[number % len(SIZES)]
            image = _picture(size, "L" if mode == "I;16" else mode)
            yield f"{mode} {options}", encoded(image if mode == "P" else image.convert(mode), "PNG", **options)
    for colour, depth, interlaced in ((c, d, i) for c in CHANNELS for d in DEPTHS[c] for i in (False, True)):
        for size in SIZES:
            rows = b"".join(png_rows(size, depth, colour, interlaced=interlaced))
            yield (
                f"{size} {colour} {depth} {interlaced}",
                png(size, rows, depth=depth, colour=colour, interlaced=interlaced),
            )
    for number in range(3):
        frames = [_picture((20, 20)).rotate(90 * turn) for turn in range(number + 2)]
        options = {"default_image": True} if number else {}
        yield f"animated {number}", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], **options)


def odd_pngs() -> Made:
    """Chunks of all names before and behind the pixels."""
    rows = b"".join(png_rows((9, 9), 8, 6, interlaced=False))
    names = (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs", b"sBIT", b"bKGD", b"hIST", b"eXIf", b"sPLT", b"oFFs", b"vpAg")
    names += (
        b"cICP",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"mDCV",
        b"cLLI",
        b"caBX",
        b"acTL",
        b"fcTL",
        b"fdAT",
        b"tRNS",
    )
    for name in names:
        for content in (b"", b"\0", bytes(26), random.Random(name).randbytes(3000)):
            extra = chunk(name, content)
            yield f"{name}", png((9, 9), rows, colour=6, before=extra, after=extra)


def gifs() -> Made:
    choices: dict[str, tuple[Any, ...]] = {
        "interlace": (0, 1),
        "optimize": (True, False),
        "transparency": (0, 3),
        "disposal": (0, 1, 2, 3),
        "comment": (b"a", b"x" * 600),
        "loop": (0, 1, 65535),
        "duration": (0, 10, 10_000),
        "background": (1,),
    }
    for mode, (number, options) in product(("P", "L", "RGB", "RGBA", "1"), enumerate(_options(**choices))):
        frames = [_picture(SIZES[number % len(SIZES)], mode).rotate(180 * turn) for turn in range(1 + number % 4)]
        yield f"{mode} {options}", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], **options)


def webps() -> Made:
    choices: dict[str, tuple[Any, ...]] = {
        "lossless": (True,),
        "quality": (0, 50, 100),
        "alpha_quality": (0, 100),
        "method": (0, 4, 6),
        "exact": (True,),
        "xmp": (b"<x/>",),
        **_METADATA,
    }
    for mode, (number, options) in product(("RGB", "RGBA", "L", "LA", "P"), enumerate(_options(**choices))):
        yield f"{mode} {options}", encoded(_picture(SIZES[number % len(SIZES)], mode), "WEBP", **options)
    for number, options in enumerate(
        _options(
            lossless=(True,),
            minimize_size=(True,),
            allow_mixed=(True,),
            kmax=(1, 5),
            loop=(0, 7),
            background=((1, 2, 3, 4),),
        )
    ):
        frames = [_picture((20 + number, 30), "RGBA").rotate(90 * turn) for turn in range(2 + number % 3)]
        yield f"animated {options}", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], **options)


def _decoded(data: bytes) -> Any:
    """What Pillow makes of a file; None where it is stricter than it need be."""
    try:
        return opened(data)
    except (OSError, SyntaxError, ValueError, struct.error):
        return None


def _count(image: Any) -> int:
    return 1 if image.format in ("PNG", "MPO") else getattr(image, "n_frames", 1)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("corpus", "decoded", "most_different"),
    [(jpegs, 250, 14), (odd_jpegs, 30, 3), (pngs, 350, 0), (odd_pngs, 60, 0), (gifs, 200, 0), (webps, 200, 14)],
    ids=["JPEG", "odd JPEG", "PNG", "odd PNG", "GIF", "WebP"],
)
def test_what_can_be_decoded_is_taken_as_it_is(corpus: Callable[[], Made], decoded: int, most_different: float) -> None:
    """All of these are whole, whether or not Pillow takes them itself."""
    chance, count = random.Random(decoded), 0
    for name, data in corpus():
        tracemalloc.start()
        try:
            picture = clean(data, field="image", limits=LIMITS)
            assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY + 2.5 * len(data), name
        finally:
            tracemalloc.stop()
        assert holds_only_pixels(picture.data), name
        extension = chance.choice(("jpg", "png", "webp", "gif", "avif"))
        shown = opened(render(picture.data, Options(8), extension))
        assert shown.width == min(picture.width, 8), name
        before, after = _decoded(data), opened(picture.data)
        if before is None:
            continue
        count += 1
        assert ((picture.width, picture.height), picture.frames) == (before.size, _count(before)), name
        if before.mode == "I;16":
            assert after.tobytes() == before.tobytes(), name
        elif "quality': 0" not in name and before.mode != "CMYK":
            assert distance(before, after) <= most_different, name
        if most_different == 0 and before.mode != "I;16":
            assert clean(picture.data, field="image", limits=LIMITS).data == picture.data, name
    assert count >= decoded

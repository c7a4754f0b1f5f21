"""Real photographs (see SOURCES.md), and the forms in which cameras and programs hand them over."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from PIL import Image, ImageCms

from tests.support.pictures import encoded

_FOLDER = Path(__file__).parent

FLOWER_SIZE = (640, 427)

_ORIENTATION, _GPS = 0x0112, 0x8825
_UNDO: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the upright picture is turned before its orientation tag is set, so that viewers see it upright again."""


@cache
def sunset() -> bytes:
    """A baseline JPEG of 12.2 megapixels."""
    return (_FOLDER / "sunset.jpg").read_bytes()


@cache
def flower() -> bytes:
    """A small baseline JPEG."""
    return (_FOLDER / "flower.jpg").read_bytes()


def picture(width: int = FLOWER_SIZE[0]) -> Image.Image:
    """The flower as an RGB picture, ``width`` pixels wide."""
    return _picture(width).copy()


@cache
def _picture(width: int) -> Image.Image:
    image = Image.open(io.BytesIO(flower()))
    image.load()
    return scaled(image, (width, round(width * FLOWER_SIZE[1] / FLOWER_SIZE[0])))


def scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """``image`` at another size, by the plainest way to a good one."""
    return image.resize(size, Image.Resampling.LANCZOS)


def camera_jpeg(orientation: int, width: int = 320) -> bytes:
    """A JPEG as a telephone writes it: turned by its orientation tag, with a place, a comment and XMP."""
    image = picture(width)
    if orientation in _UNDO:
        image = image.transpose(_UNDO[orientation])
    return encoded(
        image,
        "JPEG",
        quality=90,
        exif=camera_exif(orientation),
        comment=b"SECRET comment",
        xmp=b"<x:xmpmeta>SECRET xmp</x:xmpmeta>",
    )


def camera_exif(orientation: int) -> bytes:
    """An EXIF block with an orientation, a camera, an owner and a place."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[0x010F] = "SECRET camera"
    exif[0x8298] = "SECRET owner"
    exif.get_ifd(_GPS)[1] = "N"
    exif.get_ifd(_GPS)[2] = (52.0, 31.0, 12.0)
    return exif.tobytes()


@cache
def srgb_profile() -> bytes:
    """A valid RGB colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_profile(kind: str) -> bytes:
    """The flower with an embedded colour profile."""
    return encoded(picture(320), kind, icc_profile=srgb_profile())


def progressive_jpeg() -> bytes:
    """A progressive JPEG."""
    return encoded(picture(), "JPEG", quality=85, progressive=True)


def cmyk_jpeg() -> bytes:
    """A CMYK JPEG without a profile, in Adobe's inverted convention, as printers' programs write it."""
    return encoded(picture(320).convert("CMYK"), "JPEG", quality=92)


def png() -> bytes:
    """A true-colour PNG with a text chunk."""
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Comment", "SECRET text")
    text.add_text("Author", "SECRET author", zip=True)
    return encoded(picture(320), "PNG", pnginfo=text, exif=camera_exif(1))


def palette_png() -> bytes:
    """A PNG of 64 colours, one of them transparent."""
    image = picture(320).quantize(64)
    return encoded(image, "PNG", transparency=image.getpixel((0, 0)))


def translucent(width: int = 320) -> Image.Image:
    """The flower fading from clear at the left to opaque at the right."""
    image = picture(width).convert("RGBA")
    ramp = Image.linear_gradient("L").rotate(90).resize(image.size)
    image.putalpha(ramp)
    return image


def _moving(count: int, width: int) -> list[Image.Image]:
    """Frames of the flower with a white square that moves to the right over it."""
    frames: list[Image.Image] = []
    for index in range(count):
        frame = picture(width)
        frame.paste((255, 255, 255), (index * 10, 10, index * 10 + 20, 30))
        frames.append(frame)
    return frames


def animated_gif(count: int = 5, width: int = 160) -> bytes:
    """An animation that repeats for ever, its frames shown for 100, 110, 120 … milliseconds."""
    frames = _moving(count, width)
    return encoded(
        frames[0],
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[100 + 10 * index for index in range(count)],
        loop=0,
        comment=b"SECRET comment",
    )


def animated_webp(count: int = 5, width: int = 160, *, lossless: bool = False) -> bytes:
    """An animation that plays three times, its frames shown for 100, 110, 120 … milliseconds."""
    frames = _moving(count, width)
    return encoded(
        frames[0],
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=[100 + 10 * index for index in range(count)],
        loop=3,
        lossless=lossless,
        exif=camera_exif(1),
        xmp=b"<x:xmpmeta>SECRET xmp</x:xmpmeta>",
    )


def animated_png(count: int = 3, width: int = 160) -> bytes:
    """An animated PNG."""
    frames = _moving(count, width)
    return encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)


STILLS: dict[str, Callable[[], bytes]] = {
    "image/jpeg": flower,
    "image/png": png,
    "image/webp": lambda: encoded(picture(320), "WEBP", quality=90),
    "image/gif": lambda: encoded(picture(320).quantize(128), "GIF"),
}
"""One still picture of each accepted type."""

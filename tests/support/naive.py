"""What a link asks for, made in the plainest way that the contract's words allow: pixel by pixel where that is short.

It shares no code with the product, and is as slow as it likes.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import exp, floor
from operator import mul

from PIL import Image, ImageOps

Pixel = Sequence[float]
Change = Callable[[Pixel], Pixel]


def made(picture: Image.Image, asked: Mapping[str, str], *, opaque: bool = False) -> Image.Image:
    """Return the result in ``RGBA``; ``opaque`` says that its format has no transparency, so its paper is white."""
    image = picture.convert("RGBA")
    width, height = _turned_size(image.size, asked)
    wanted = _wanted(asked)
    if _covers(asked):
        box, size = _window((width, height), wanted, _turned_focus(asked))
    else:
        box, size = (0.0, 0.0, float(width), float(height)), _inside((width, height), wanted)
    image = _turned(image, asked).convert("RGBa").resize(size, Image.Resampling.LANCZOS, box).convert("RGBA")
    if "blur" in asked:
        image = gaussian(image, int(asked["blur"]))
    if asked.get("gray") == "true":
        image = _each(image, _grey)
    paper = _paper(asked, opaque=opaque)
    if asked.get("fit") == "pad":
        canvas = Image.new("RGBA", (wanted[0] or 0, wanted[1] or 0), (0, 0, 0, 0))
        canvas.paste(image, (floor((canvas.width - size[0]) / 2), floor((canvas.height - size[1]) / 2)))
        image = canvas
    return _each(image, lambda pixel: over(pixel, paper))


def size_of(original: tuple[int, int], asked: Mapping[str, str]) -> tuple[int, int]:
    """Return the size of the result; ``asked`` is valid, with ``w`` and ``h`` for the sides."""
    size = _turned_size(original, asked)
    wanted = _wanted(asked)
    if asked.get("fit") == "pad" and wanted[0] and wanted[1]:
        return wanted[0], wanted[1]
    if any(wanted) and _covers(asked):
        return _window(size, wanted, (Fraction(0), Fraction(0)))[1]
    return _inside(size, wanted)


def over(above: Pixel, below: Pixel) -> Pixel:
    """Lay one colour on another one (Porter and Duff)."""
    top, bottom = above[3] / 255, below[3] / 255
    alpha = top + bottom * (1 - top)
    if not alpha:
        return 0, 0, 0, 0
    mixed = [(one * top + other * bottom * (1 - top)) / alpha for one, other in zip(above[:3], below[:3], strict=True)]
    return (*mixed, alpha * 255)


def seen(image: Image.Image) -> Image.Image:
    """What one sees of a picture on black and on white: the colours of clear pixels do not count."""
    rgba = image.convert("RGBA")
    both = Image.new("RGB", (rgba.width * 2, rgba.height))
    for number, paper in enumerate(("black", "white")):
        sheet = Image.new("RGBA", rgba.size, paper)
        both.paste(Image.alpha_composite(sheet, rgba).convert("RGB"), (number * rgba.width, 0))
    return both


def gaussian(image: Image.Image, sigma: int) -> Image.Image:
    """Blur by a true Gaussian, premultiplied; past the edge the picture goes on as at the edge."""
    reach = 4 * sigma
    weights = [exp(-(step**2) / (2 * sigma**2)) for step in range(-reach, reach + 1)]
    rows = [
        [(*(value * (pixel[3] / 255) for value in pixel[:3]), float(pixel[3])) for pixel in line]
        for line in _lines(image)
    ]
    for _ in range(2):
        rows = [_along(row, weights, reach) for row in rows]
        rows = [list(column) for column in zip(*rows, strict=True)]
    blurred = Image.new("RGBA", image.size)
    blurred.putdata([_whole(_divided(pixel)) for row in rows for pixel in row])
    return blurred


def _along(row: Sequence[Pixel], weights: Sequence[float], reach: int) -> list[Pixel]:
    total = sum(weights)
    bands = [[band[0]] * reach + list(band) + [band[-1]] * reach for band in zip(*row, strict=True)]
    return [
        tuple(sum(map(mul, weights, band[at : at + len(weights)])) / total for band in bands) for at in range(len(row))
    ]


def _divided(pixel: Pixel) -> Pixel:
    alpha = pixel[3]
    return (*(value * 255 / alpha for value in pixel[:3]), alpha) if alpha > 0 else (0, 0, 0, 0)


def _lines(image: Image.Image) -> list[list[Pixel]]:
    values = image.tobytes()
    pixels: list[Pixel] = [tuple(values[at : at + 4]) for at in range(0, len(values), 4)]
    return [pixels[at : at + image.width] for at in range(0, len(pixels), image.width)]


def _each(image: Image.Image, change: Change) -> Image.Image:
    changed = Image.new("RGBA", image.size)
    changed.putdata([_whole(change(pixel)) for line in _lines(image) for pixel in line])
    return changed


def _whole(pixel: Pixel) -> tuple[int, ...]:
    return tuple(min(max(floor(value + 0.5), 0), 255) for value in pixel)


def _grey(pixel: Pixel) -> Pixel:
    luma = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
    return luma, luma, luma, pixel[3]


def _paper(asked: Mapping[str, str], *, opaque: bool) -> Pixel:
    colour = asked.get("bg", "transparent")
    if colour == "transparent":
        return (255, 255, 255, 255) if opaque else (0, 0, 0, 0)
    red, green, blue, *alpha = (int(colour[at : at + 2], 16) for at in range(0, len(colour), 2))
    return red, green, blue, alpha[0] if alpha and not opaque else 255


def _wanted(asked: Mapping[str, str]) -> list[int | None]:
    dpr = Fraction(asked.get("dpr", "1"))
    return [_half_up(int(asked[name]) * dpr) if name in asked else None for name in "wh"]


def _covers(asked: Mapping[str, str]) -> bool:
    return asked.get("fit") == "cover" or asked.get("crop", "").lower() == "true"


def _turned(image: Image.Image, asked: Mapping[str, str]) -> Image.Image:
    flip = asked.get("flip", "")
    image = ImageOps.mirror(image) if "h" in flip else image
    image = ImageOps.flip(image) if "v" in flip else image
    return image.rotate(-int(asked.get("rotate", "0")), expand=True)


def _turned_size(size: tuple[int, int], asked: Mapping[str, str]) -> tuple[int, int]:
    return (size[1], size[0]) if asked.get("rotate") in ("90", "270") else size


def _turned_focus(asked: Mapping[str, str]) -> tuple[Fraction, Fraction]:
    """The focus of the upright original, where it is after flip and rotate."""
    given = asked.get("focus", "center")
    across, down = map(Fraction, ("0.5", "0.5") if given == "center" else given.split(","))
    across = 1 - across if "h" in asked.get("flip", "") else across
    down = 1 - down if "v" in asked.get("flip", "") else down
    for _ in range(int(asked.get("rotate", "0")) // 90):
        across, down = 1 - down, across
    return across, down


def _window(
    size: tuple[int, int], wanted: Sequence[int | None], focus: tuple[Fraction, Fraction]
) -> tuple[tuple[float, float, float, float], tuple[int, int]]:
    """The part that is kept, and the size that it gets."""
    sides = [side or next(other for other in wanted if other) for side in wanted]
    result = [min(side, there) for side, there in zip(sides, size, strict=True)]
    scale = max(Fraction(side, there) for side, there in zip(result, size, strict=True))
    corners: list[tuple[float, float]] = []
    for side, there, middle in zip(result, size, focus, strict=True):
        length = side / scale
        start = min(max(middle * there - length / 2, Fraction(0)), there - length)
        corners.append((float(start), float(start + length)))
    (left, right), (top, bottom) = corners
    return (left, top, right, bottom), (result[0], result[1])


def _inside(size: tuple[int, int], wanted: Sequence[int | None]) -> tuple[int, int]:
    factors = [Fraction(side, there) for side, there in zip(wanted, size, strict=True) if side]
    scale = min([*factors, Fraction(1)])
    width, height = (max(1, _half_up(side * scale)) for side in size)
    return width, height


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))

"""Find the most detailed part of a picture, for ``focus=auto``.

The method is plain saliency, without a model: what differs from its surroundings in brightness, and from the whole
picture in colour and brightness. It knows no faces. ``docs/focus.md`` shows how good it is, and where it is wrong.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter, ImageStat

Fractions = tuple[float, float]
"""Something horizontal and something vertical, as fractions of a picture's width and height."""

CENTRE: Fractions = (0.5, 0.5)

_SIDE = 128
"""The longer side, in pixels, of the reduction that is looked at."""

_SURROUNDINGS = ImageFilter.GaussianBlur(3)
_SPECKS = ImageFilter.GaussianBlur(1)

_CUBES = [value**3 for value in range(256)]
"""What a pixel counts by its saliency: a few that stand out are worth more than a large even texture."""

_PULL = 0.04
"""The share of the saliency that a window at the border must have more than one in the centre to be chosen."""


def auto_focus(picture: Image.Image, window: Fractions) -> Fractions:
    """Return the centre of the window with the most detail, rounded to three decimals.

    ``window`` is the width and height of what is kept, as fractions of the picture's; ``cover`` keeps one side whole.
    Where windows are equal, the one that is nearest to the centre is chosen. The picture can be of any size; one of
    128 pixels is enough.
    """
    if min(window) >= 1:
        return CENTRE
    small = _reduced(picture)
    saliency, width = _saliency(small).tobytes(), small.width
    columns = (saliency[left::width] for left in range(width))
    rows = (saliency[top : top + width] for top in range(0, len(saliency), width))
    x = _centre([_weight(column) for column in columns], window[0]) if window[0] < 1 else 0.5
    y = _centre([_weight(row) for row in rows], window[1]) if window[1] < 1 else 0.5
    return round(x, 3), round(y, 3)


def _reduced(picture: Image.Image) -> Image.Image:
    scale = _SIDE / max(picture.size)
    if scale >= 1:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _saliency(picture: Image.Image) -> Image.Image:
    """Return how much each pixel stands out, in mode ``L``. What is transparent does not."""
    if picture.mode in ("LA", "RGBA"):
        alpha = picture.getchannel("A")
        opaque = Image.new("RGB", picture.size, "gray")
        opaque.paste(picture.convert("RGB"), mask=alpha)
        return ImageChops.multiply(_saliency(opaque), alpha)
    colours = picture if picture.mode == "YCbCr" else picture.convert("RGB").convert("YCbCr")
    brightness, blue, red = colours.split()
    edges = ImageChops.difference(brightness, brightness.filter(_SURROUNDINGS))
    colour = ImageChops.add(_from_average(blue), _from_average(red), scale=4)
    rest = ImageChops.add(colour, _from_average(brightness, divisor=8))
    return ImageChops.add(ImageChops.add(edges, edges), rest)


def _from_average(plane: Image.Image, divisor: int = 1) -> Image.Image:
    """Return how far each pixel is from the average of the plane, divided."""
    average = round(ImageStat.Stat(plane).mean[0])
    return plane.filter(_SPECKS).point([abs(value - average) // divisor for value in range(256)])


def _weight(saliency: bytes) -> int:
    return sum(map(_CUBES.__getitem__, saliency))


def _centre(line: Sequence[int], part: float) -> float:
    """Return where the centre of the best window lies along a line, of which the window takes a part."""
    length = max(1, round(len(line) * part))
    total = sum(line) or 1
    room = max(1, len(line) - length)

    def worth(start: int) -> tuple[float, float]:
        away = abs(2 * start / room - 1)
        return sum(line[start : start + length]) / total - _PULL * away * away, -away

    start = max(range(len(line) - length + 1), key=worth)
    is_central = abs(2 * start + length - len(line)) <= 1
    return 0.5 if is_central else (start + length / 2) / len(line)

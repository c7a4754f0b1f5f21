"""Say what a watermark is and where in a picture it lies, in plain Python."""

from typing import NamedTuple


class Watermark(NamedTuple):
    """A picture that is laid over a result: the file, and how it is laid.

    ``size`` is that of the original, where the file is a reduction of it.
    ``opacity`` is from 0 to 1, ``scale`` its width as a part of the result's, ``margin`` in pixels of the result.
    """

    data: bytes
    position: str
    opacity: float
    scale: float
    margin: int
    size: tuple[int, int] | None = None


def size_in(result: tuple[int, int], shown: tuple[int, int], scale: float) -> tuple[int, int]:
    """Return the width and height in a result of a watermark whose picture has the size ``shown``.

    The width is that part of the result's width, rounded half up, at least 1, and the shape is kept.
    """
    width = max(1, int(result[0] * scale + 0.5))
    return width, max(1, (2 * shown[1] * width + shown[0]) // (2 * shown[0]))


def corner_in(result: tuple[int, int], size: tuple[int, int], position: str, margin: int) -> tuple[int, int]:
    """Return the left upper corner of a watermark of a size. It can lie outside of the result."""
    left, top = (result[0] - size[0]) // 2, (result[1] - size[1]) // 2
    if "west" in position:
        left = margin
    elif "east" in position:
        left = result[0] - size[0] - margin
    if "north" in position:
        top = margin
    elif "south" in position:
        top = result[1] - size[1] - margin
    return left, top

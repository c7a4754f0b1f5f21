"""Thirty photographs (see SOURCES.md) with the box, drawn by hand, of what each one is of."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as fractions of the width and height."""

BOXES: Mapping[str, Box] = {
    "astronaut": (0.3, 0.03, 0.6, 0.37),
    "bird": (0.25, 0.57, 0.66, 0.86),
    "boats": (0, 0.48, 0.9, 0.95),
    "brook": (0.3, 0.35, 0.65, 0.95),
    "brushes": (0, 0.02, 0.9, 0.98),
    "cat": (0.15, 0.25, 0.83, 0.95),
    "clock": (0.35, 0.07, 0.84, 0.67),
    "coffee": (0.13, 0.03, 0.8, 0.97),
    "dahlia": (0.27, 0.19, 0.7, 0.85),
    "dandelion": (0.14, 0.08, 0.45, 0.56),
    "dogs": (0.3, 0.22, 0.7, 0.68),
    "dragonfly": (0.53, 0.33, 0.78, 1),
    "drop": (0.54, 0.4, 0.86, 0.85),
    "drum": (0.02, 0.47, 0.8, 0.97),
    "fig": (0.47, 0.34, 0.72, 0.76),
    "kite": (0.63, 0.28, 0.72, 0.42),
    "ladybird": (0.65, 0.43, 0.76, 0.61),
    "leaf": (0.55, 0.4, 0.9, 0.83),
    "marigold": (0.34, 0.18, 1, 1),
    "moss": (0.61, 0.43, 0.71, 0.57),
    "mountain": (0.3, 0.1, 0.95, 0.48),
    "nuthatch": (0.4, 0.38, 0.54, 0.7),
    "peaks": (0.45, 0.2, 1, 0.62),
    "raccoon": (0.38, 0.03, 0.92, 0.66),
    "reeds": (0.68, 0.62, 1, 0.72),
    "rocket": (0.44, 0.3, 0.56, 1),
    "seeds": (0.34, 0.28, 0.92, 0.66),
    "sunflower": (0.2, 0, 1, 1),
    "sunset": (0.38, 0.3, 0.6, 0.6),
    "temple": (0.12, 0.05, 0.56, 0.87),
}


def subject(name: str) -> Image.Image:
    """The photograph of that name, in RGB, its longer side 256 pixels."""
    with Image.open(Path(__file__).parent / f"{name}.jpg") as image:
        return image.convert("RGB")


def window(size: tuple[int, int], aspect: float) -> tuple[float, float]:
    """What ``cover`` keeps of a picture for an aspect, as fractions of its width and height."""
    width, height = size
    return (aspect * height / width, 1.0) if width > aspect * height else (1.0, width / (aspect * height))


def kept(box: Box, part: tuple[float, float], centre: tuple[float, float]) -> float:
    """How much of a box a window shows, of the most that any window of its size could show."""
    left, top, right, bottom = box
    x, y = (min(max(at - side / 2, 0), 1 - side) for at, side in zip(centre, part, strict=True))
    width = max(0, min(right, x + part[0]) - max(left, x))
    height = max(0, min(bottom, y + part[1]) - max(top, y))
    return width * height / (min(right - left, part[0]) * min(bottom - top, part[1]))

"""How near a rendition comes to the best one: SSIM on luma against a full decode, scaled by LANCZOS.

Runs where scikit-image is installed, and answers line by line as the contenders do.
"""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import importlib
import json
import statistics
import sys
from typing import Any

from PIL import Image, ImageSequence

numpy: Any = importlib.import_module("numpy")
metrics: Any = importlib.import_module("skimage.metrics")


def main() -> None:
    """Judge the renditions that standard input names, each with the picture that it was made from."""
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(similarity(asked["file"], asked["out"])) + "\n")
        sys.stdout.flush()


def similarity(original: str, made: str) -> float:
    """The mean over the frames; the size is the rendition's own, the part of the original its centre in that shape."""
    with Image.open(original) as before, Image.open(made) as after:
        count: int = getattr(after, "n_frames", 1)
        assert count in (1, getattr(before, "n_frames", 1)), f"{made}: frames are missing"
        pairs = zip(ImageSequence.Iterator(before), ImageSequence.Iterator(after), strict=count > 1)
        return statistics.fmean(_ssim(_best(frame.convert("RGB"), other.size), other) for frame, other in pairs)


def _best(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = min(image.width / size[0], image.height / size[1])
    width, height = (min(side * scale, full) for side, full in zip(size, image.size, strict=True))
    # A picture that was only made smaller has rounded sides: nothing of it was cut.
    if abs(width - image.width) < scale and abs(height - image.height) < scale:
        width, height = image.size
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return image.resize(size, Image.Resampling.LANCZOS, (left, top, left + width, top + height))


def _ssim(best: Image.Image, made: Image.Image) -> float:
    first, second = (numpy.asarray(image.convert("RGB").convert("L"), dtype=float) for image in (best, made))
    weights = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return float(metrics.structural_similarity(first, second, data_range=255, **weights))


if __name__ == "__main__":
    main()

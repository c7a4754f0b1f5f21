"""How near a rendition comes to the best one: SSIM on luma against a full decode, scaled by LANCZOS.

Runs where scikit-image is installed, and answers line by line as the contenders do.
"""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import importlib
import json
import statistics
import sys
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps, ImageSequence

numpy: Any = importlib.import_module("numpy")
metrics: Any = importlib.import_module("skimage.metrics")
filters: Any = importlib.import_module("skimage.filters")


def main() -> None:
    """Judge the renditions that standard input names, each with the picture that it was made from."""
    for line in sys.stdin:
        asked = json.loads(line)
        similar = _with_options(**asked) if "asked" in asked else similarity(asked["file"], asked["out"])
        sys.stdout.write(json.dumps(similar) + "\n")
        sys.stdout.flush()


def similarity(original: str, made: str) -> float:
    """The mean over the frames; the size is the rendition's own, the part of the original its centre in that shape."""
    with Image.open(original) as before, Image.open(made) as after:
        count: int = getattr(after, "n_frames", 1)
        assert count in (1, getattr(before, "n_frames", 1)), f"{made}: frames are missing"
        pairs = zip(ImageSequence.Iterator(before), ImageSequence.Iterator(after), strict=count > 1)
        return statistics.fmean(_ssim(_best(frame.convert("RGB"), other.size), other) for frame, other in pairs)


def _with_options(file: str, out: str, asked: Mapping[str, str]) -> float:
    """The likeness to what Pillow makes of the whole picture by the plainest way, in the order of the options."""
    with Image.open(file) as before, Image.open(out) as after:
        image = before.convert("RGBA" if before.has_transparency_data else "RGB")
        flip = asked.get("flip", "")
        image = ImageOps.mirror(image) if "h" in flip else image
        image = ImageOps.flip(image) if "v" in flip else image
        image = image.rotate(-int(asked.get("rotate", "0")), expand=True)
        if asked.get("fit") == "pad":
            inner = ImageOps.contain(image, after.size, Image.Resampling.LANCZOS)
        elif asked.get("focus") == "0,0":
            inner = ImageOps.fit(image, after.size, Image.Resampling.LANCZOS, centering=(0, 0))
        else:
            inner = _best(image, after.size)
        if "blur" in asked:
            sigma = float(asked["blur"])
            blurred = filters.gaussian(
                numpy.asarray(inner), sigma, mode="nearest", channel_axis=-1, preserve_range=True
            )
            inner = Image.fromarray(blurred.round().astype("uint8"))
        inner = inner.convert("L").convert("RGB") if asked.get("gray") else inner
        canvas = Image.new("RGB", after.size, f"#{asked.get('bg', 'ffffff')}")
        place = (after.width - inner.width) // 2, (after.height - inner.height) // 2
        canvas.paste(inner.convert("RGB"), place, inner.getchannel("A") if inner.mode == "RGBA" else None)
        return _ssim(canvas, after)


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

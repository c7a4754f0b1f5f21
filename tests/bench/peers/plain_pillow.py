"""Pillow as one writes it without a second thought: open, ``thumbnail`` or ``fit``, save with the defaults."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import io

from PIL import Image, ImageOps, ImageSequence

from tests.bench.peers.worker import Job, serve


def transform(data: bytes, job: Job) -> bytes:
    """One rendition."""
    image, made = Image.open(io.BytesIO(data)), io.BytesIO()
    kind = Image.registered_extensions()[f".{job.format}"]
    if job.is_animated:
        duration, loop = image.info["duration"], image.info["loop"]
        first, *others = (_resized(frame.convert("RGB"), job) for frame in ImageSequence.Iterator(image))
        first.save(made, kind, save_all=True, append_images=others, duration=duration, loop=loop)
    else:
        _resized(image, job).save(made, kind)
    return made.getvalue()


def _resized(image: Image.Image, job: Job) -> Image.Image:
    if job.crop and job.height:
        return ImageOps.fit(image, (job.width, job.height))
    image.thumbnail((job.width, job.height or image.height))
    return image


if __name__ == "__main__":
    serve(transform)

"""libvips by its Python binding: ``thumbnail``, and the quality that sharp writes with."""

import importlib
from typing import Any

from tests.bench.peers.worker import Job, serve

vips: Any = importlib.import_module("pyvips")

_QUALITY: dict[str, dict[str, Any]] = {"jpg": {"Q": 80}, "webp": {"Q": 80}}
_ANY_HEIGHT = 10_000_000


def transform(data: bytes, job: Job) -> bytes:
    """One rendition."""
    image = vips.Image.thumbnail_buffer(
        data,
        job.width,
        height=job.height or _ANY_HEIGHT,
        size="down",
        crop="centre" if job.crop else "none",
        option_string="n=-1" if job.is_animated else "",
    )
    return image.write_to_buffer(f".{job.format}", **_QUALITY.get(job.format, {}))


if __name__ == "__main__":
    vips.cache_set_max(0)
    serve(transform)

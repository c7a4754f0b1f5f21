"""thumbor without its web server: its transformer and its engine, with the configuration that it comes with."""

import asyncio
import importlib
import logging
from typing import Any

from tests.bench.peers.worker import Job, serve

logging.disable(logging.WARNING)  # It would rather load pictures with pycurl, which nobody asks of it here.

context: Any = importlib.import_module("thumbor.context")
transformer: Any = importlib.import_module("thumbor.transformer")

config: Any = importlib.import_module("thumbor.config").Config()
importer: Any = importlib.import_module("thumbor.importer").Importer(config)
importer.import_modules()
loop = asyncio.new_event_loop()


def transform(data: bytes, job: Job) -> bytes:
    """What thumbor does for ``/{width}x{height}/filters:format({format})/``."""
    request = context.RequestParameters(width=job.width, height=job.height)
    made = context.Context(config=config, importer=importer)
    made.request, request.engine = request, made.modules.engine
    request.engine.load(data, None)
    request.engine.normalize()
    loop.run_until_complete(transformer.Transformer(made).transform())
    quality = {"webp": config.WEBP_QUALITY, "avif": config.AVIF_QUALITY}.get(job.format)
    return request.engine.read(f".{job.format}", config.QUALITY if quality is None else quality)


if __name__ == "__main__":
    serve(transform)

"""The reductions of images from before there were any, and of those whose reductions are damaged, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import REDUCING
from constellation.images.reduce import reduce_image
from constellation.runtime.consumer import consumer
from constellation.runtime.endpoint import WHOLE_CPU


@consumer(REDUCING, uses=[reduce_image], batch=1, memory=WHOLE_CPU)
def handler(message: Any, _now: datetime) -> None:
    """Queue reducing: make the reductions of an image."""
    reduce_image(message["image"], message["seen"])

"""Receive files that come by S3."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import ARRIVALS
from constellation.runtime.consumer import consumer
from constellation.runtime.endpoint import WHOLE_CPU
from constellation.runtime.s3_events import objects_in
from constellation.uploads.model import ATTEMPT_LIFE
from constellation.uploads.receive import receive


@consumer(ARRIVALS, uses=[receive], batch=1, timeout=int(ATTEMPT_LIFE.total_seconds()), memory=WHOLE_CPU, share=0.1)
def handler(message: Any, now: datetime) -> None:
    """Queue arrivals: make images and binaries of the files that have arrived."""
    for stored in objects_in(message):
        receive(stored, now)

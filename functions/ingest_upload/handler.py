"""Files that come by S3."""

from datetime import datetime
from typing import Any

from constellation.domain.notifications import objects_in
from constellation.domain.uploads import ATTEMPT_LIFE
from constellation.events.consumer import consumer
from constellation.http.endpoint import WHOLE_CPU
from constellation.services.uploads import TAKE_IN, take_in
from constellation.stores.resources import ARRIVALS


@consumer(ARRIVALS, grants=TAKE_IN, batch=1, timeout=int(ATTEMPT_LIFE.total_seconds()), memory=WHOLE_CPU, share=0.1)
def handler(message: Any, now: datetime) -> None:
    """Queue arrivals: make images and binaries of the files that have come."""
    for arrived in objects_in(message):
        take_in(arrived, now)

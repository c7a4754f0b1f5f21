"""Views of images, from the CDN's access logs."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import ACCESS_LOGS
from constellation.links import count_views as views
from constellation.runtime.consumer import consumer
from constellation.runtime.s3_events import objects_in


@consumer(ACCESS_LOGS, grants=views.COUNT)
def handler(message: Any, now: datetime) -> None:
    """Queue access_logs: add the views in the access logs that have come to their images."""
    for log in objects_in(message):
        views.count(log.key, now)

"""Views of images, counted from the CDN's access logs."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import ACCESS_LOGS
from constellation.links.count_views import count_views
from constellation.runtime.consumer import consumer
from constellation.runtime.s3_events import objects_in


@consumer(ACCESS_LOGS, uses=[count_views])
def handler(message: Any, now: datetime) -> None:
    """Queue access_logs: add the views in new access logs to their images."""
    for log in objects_in(message):
        count_views(log.key, now)

"""Views of images, from the CDN's access logs."""

from datetime import datetime
from typing import Any

from constellation.domain.notifications import objects_in
from constellation.events.consumer import consumer
from constellation.services import views
from constellation.stores.resources import ACCESS_LOGS


@consumer(ACCESS_LOGS, grants=views.COUNT)
def handler(message: Any, now: datetime) -> None:
    """Queue access_logs: add the views in the access logs that have come to their images."""
    for log in objects_in(message):
        views.count(log.key, now)

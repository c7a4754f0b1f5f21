"""Views: counted from the CDN's access logs, so that an answer from its cache counts and costs nothing."""

from datetime import datetime

from constellation.aws.client import Missing
from constellation.links import access_log_store as access_logs
from constellation.links import view_store as views
from constellation.links.access_logs import views_in

COUNT = (access_logs.READ, views.COUNT)
"""What a function that counts needs."""


def count(log: str, now: datetime) -> None:
    """Add the views in the access log under this key to its images, once however often this is done.

    The parts that it is counted in are the same each time, and each is counted whole or not at all. A log that is
    gone was kept for longer than its event. Raises what says that it is no access log.
    """
    try:
        found = views_in(access_logs.lines(log))
    except Missing:
        return
    image_ids = sorted(found)
    for start in range(0, len(image_ids), views.PART):
        part = {image_id: found[image_id] for image_id in image_ids[start : start + views.PART]}
        views.add(log, start // views.PART, part, now)

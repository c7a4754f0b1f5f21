"""Count views from the CDN's access logs, so that a response from its cache counts and costs nothing."""

from datetime import datetime

from constellation.aws.client import Missing
from constellation.links import access_log_store, view_store
from constellation.links.access_logs import views_in
from constellation.runtime.operation import operation


@operation(grants=[access_log_store.READ, view_store.COUNT])
def count_views(log: str, now: datetime) -> None:
    """Add the views in the access log with this key to its images. Safe to repeat: they count only once.

    A log is always counted in the same parts, and each part is counted whole or not at all. A log that is gone has
    outlived its retention. Raises NotAnAccessLog, and the errors of ``gzip``.
    """
    try:
        found = views_in(access_log_store.lines(log))
    except Missing:
        return
    image_ids = sorted(found)
    for start in range(0, len(image_ids), view_store.PART):
        part = {image_id: found[image_id] for image_id in image_ids[start : start + view_store.PART]}
        view_store.add(log, start // view_store.PART, part, now)

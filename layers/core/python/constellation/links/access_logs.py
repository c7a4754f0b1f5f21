"""Access logs in CloudFront's standard format: which of their requests were views of an image.

CloudFront's documentation does not say whether a log shows the viewer's URL or the URL that the edge function makes of
it, so both are understood. The edge function turns a thumbnail's URL into the key of a link of that size. The mark in
the query distinguishes the two.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from constellation.common.ids import parse_id
from constellation.links.model import THUMBNAIL_MARK

_COLUMNS = ("cs-method", "sc-status", "cs-uri-stem", "cs-uri-query")
_FIELDS = "#Fields:"

_VIEWED = ("200", "206", "304")
_LINK = re.compile(r"(?:/api)?/image/([^/._]+)\.[a-z]+/?", re.ASCII)
_KEY = re.compile(r"/([^/]+)/(?:signed/)?[^/]+", re.ASCII)


class NotAnAccessLog(Exception):
    """A file without the heading that names the columns, or whose heading lacks a column."""


def views_in(lines: Iterable[str]) -> Counter[str]:
    """Count the views of each image, by id: successful GET requests for its links in any size and format.

    HEAD requests and thumbnails are not views, and neither is a line that cannot be read. Raises NotAnAccessLog.
    """
    views = Counter[str]()
    columns: Sequence[int] = ()
    for line in lines:
        if line.startswith("#"):
            columns = _find_columns(line) if line.startswith(_FIELDS) else columns
            continue
        if not columns:
            raise NotAnAccessLog
        values = line.rstrip("\r\n").split("\t")
        if len(values) > max(columns):
            image_id = _viewed(*(values[column] for column in columns))
            if image_id:
                views[image_id] += 1
    if not columns:
        raise NotAnAccessLog
    return views


def _find_columns(heading: str) -> Sequence[int]:
    names = heading.removeprefix(_FIELDS).split()
    try:
        return [names.index(column) for column in _COLUMNS]
    except ValueError:
        raise NotAnAccessLog from None


def _viewed(method: str, status: str, stem: str, query: str) -> str | None:
    """Return the id of the image that a request viewed, or None."""
    if method != "GET" or status not in _VIEWED:
        return None
    path = unquote(stem)
    matched = _LINK.fullmatch(path)
    if matched is None and THUMBNAIL_MARK not in query.split("&"):
        matched = _KEY.fullmatch(path)
    return parse_id(matched[1]) if matched else None

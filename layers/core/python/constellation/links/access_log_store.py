"""The CDN's access logs in their bucket: gzip files that the CDN writes and that expire by themselves."""

import gzip
import io
from collections.abc import Iterator
from functools import partial

from constellation.aws.bucket import Bucket
from constellation.aws.resources import LOGS, LOGS_OF_CDN, Grant

READ = Grant(LOGS, ("s3:GetObject",), f"{LOGS_OF_CDN}*")

_LINE_LIMIT = 65536
"""Characters. The CDN's lines are shorter, because it accepts no longer URL and no longer headers."""


def lines(key: str) -> Iterator[str]:
    """Yield the lines of a log, read as they are requested. A line longer than the limit comes in parts.

    Raises Missing, Unavailable when the connection breaks, and the errors of ``gzip`` for a file that is not gzip.
    """
    with Bucket(LOGS).open(key).stream() as body:
        text = io.TextIOWrapper(gzip.GzipFile(fileobj=body), encoding="utf-8", errors="replace", newline="\n")
        yield from iter(partial(text.readline, _LINE_LIMIT), "")

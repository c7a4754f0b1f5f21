"""The CDN's access logs: gzip files, written by the CDN, gone by themselves after a while."""

import gzip
import io
from collections.abc import Iterator
from functools import partial

from constellation.aws import client as aws
from constellation.aws.resources import LOGS, Grant

PREFIX = "cdn/"
"""What the key of every access log begins with."""

READ = Grant(LOGS, ("s3:GetObject",), f"{PREFIX}*")

_LINE_LIMIT = 65536
"""Characters; the CDN's lines are shorter, as it takes no URL and no headers that are longer."""


def lines(key: str) -> Iterator[str]:
    """The lines of a log, read as they are asked for; one past the limit comes in parts.

    Raises Missing, Unavailable when the connection breaks on the way, and what ``gzip`` raises of no gzip file.
    """
    with aws.streaming(aws.call("s3", "get_object", Bucket=LOGS.physical_name, Key=key)["Body"]) as body:
        text = io.TextIOWrapper(gzip.GzipFile(fileobj=body), encoding="utf-8", errors="replace", newline="\n")
        yield from iter(partial(text.readline, _LINE_LIMIT), "")

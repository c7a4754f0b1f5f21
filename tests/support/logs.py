"""Access logs as CloudFront writes them."""

import gzip
from collections.abc import Iterable, Mapping

from constellation.aws import client as aws
from constellation.aws.resources import LOGS, LOGS_OF_CDN
from constellation.runtime.s3_events import StoredObject, notification

HEADING = [
    "#Version: 1.0\n",
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)"
    " cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol"
    " cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version"
    " fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type"
    " sc-content-len sc-range-start sc-range-end\n",
]
"""What a standard log begins with (CloudFront's developer guide, "Log file fields")."""

FIELDS = HEADING[1].split()[1:]


def line(path: str, *, method: str = "GET", status: int = 200, query: str = "-") -> str:
    """One request, of the rest of which nothing is known."""
    told: Mapping[str, str] = {
        "date": "2025-07-11",
        "time": "12:00:00",
        "cs-method": method,
        "cs-uri-stem": path,
        "sc-status": str(status),
        "cs-uri-query": query,
    }
    return "\t".join(told.get(field, "-") for field in FIELDS) + "\n"


def write(name: str, lines: Iterable[str]) -> str:
    """Put a log with these lines into its bucket; the answer is its key."""
    key = LOGS_OF_CDN + name
    body = gzip.compress("".join([*HEADING, *lines]).encode())
    aws.call("s3", "put_object", Bucket=LOGS.physical_name, Key=key, Body=body)
    return key


def event(key: str) -> dict[str, object]:
    """What S3 tells the queue of an object."""
    return notification(StoredObject(LOGS.physical_name, key))

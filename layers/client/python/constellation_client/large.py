"""Upload a file past the limit of one request: post it to S3 with a signed form, and wait until it is ready."""

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from constellation_client.errors import ApiError, Unreachable, violations
from constellation_client.files import Progress, Snapshot
from constellation_client.responses import UploadForm, UploadStatus
from constellation_client.transport import Transport, segment

DIRECT_LIMIT = 4_500_000
"""The largest file that one request carries."""

_FORMS = 10
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0
_PATIENCE = 900.0


def next_key(key: str, made: str) -> str:
    """Return the Idempotency-Key that follows one whose answer, the id ``made``, is of no use any more."""
    return hashlib.sha256(f"{key} {made}".encode()).hexdigest()


def _always() -> bool:
    return True


def upload_by_form(
    transport: Transport,
    file: Snapshot,
    begin: Mapping[str, Any],
    key: str,
    progress: Progress | None = None,
    is_there: Callable[[], bool] = _always,
) -> str:
    """Upload a file, and return the id of what it has become.

    The server gives the same form for the same key. So a run that is repeated finds the form of the one before it, and
    sends nothing if the file has arrived and still ``is_there``. Else a form that was used or has expired is left for a
    new one, under a new key.
    """
    for _ in range(_FORMS):
        form = transport.json("POST", "/api/uploads", UploadForm, json={**begin, "size": file.size}, key=key)
        status = _status(transport, form["id"])
        if status["status"] == "ready" and is_there():
            return _result(status)
        if status["status"] == "pending" and datetime.fromisoformat(form["expiresAt"]) > datetime.now(UTC):
            transport.post_form(form["url"], form["fields"], lambda: file.open(progress))
            return _taken_in(transport, form["id"])
        key = next_key(key, form["id"])
    raise Unreachable(f"{transport.url} gives out forms that have expired. Check this machine's clock.")


def _taken_in(transport: Transport, upload: str) -> str:
    pause, until = _FIRST_PAUSE, time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        status = _status(transport, upload)
        if status["status"] == "ready":
            return _result(status)
        if status["status"] == "failed":
            raise ApiError(422, "The file was refused.", violations(status.get("violations")))
        transport.pause(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    raise Unreachable(
        "The file was sent, but is not taken in yet. Run the command again later; it will not be sent again."
    )


def _status(transport: Transport, upload: str) -> UploadStatus:
    return transport.json("GET", f"/api/uploads/{segment(upload)}", UploadStatus)


def _result(status: UploadStatus) -> str:
    return status.get("imageId") or status["id"]

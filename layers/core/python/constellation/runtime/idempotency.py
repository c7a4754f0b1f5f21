"""Requests that may be sent again: the same idempotency key gives the first answer again (API-2, "Every client").

A handler declares it by a parameter, and gives its operation what the parameter makes of the answer:

    def handler(form: Form[Upload], caller: Caller, now: Now, once: Once) -> Reply[Uploaded]:
        return answer(ingest(form.image, caller.user_id, now, also=once.keeping(answer)))

The operation calls ``also`` with what it has made, and writes the parts that this returns in the same transaction. For
a request without a key there are none, and it costs nothing.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar, cast

from constellation.aws.table import Part
from constellation.common.errors import BadRequest, Invalid, RunsStill, Violation
from constellation.common.ids import new_id
from constellation.runtime import answer_store
from constellation.runtime.answer_store import Claim, Known
from constellation.runtime.binding import Around
from constellation.runtime.multipart import UploadedFile
from constellation.runtime.operation import operation
from constellation.runtime.request import Request

T = TypeVar("T")

HEADER = "Idempotency-Key"

Encoded = tuple[int, dict[str, str], bytes]
"""A status, headers and a body."""

_KEY = re.compile("[ -~]{1,255}", re.ASCII)


@dataclass(frozen=True)
class Keeper:
    """Makes the part of a transaction that keeps an answer; none for a request without a key."""

    claimed: Claim | None = None
    encode: Callable[[Any], Encoded] | None = None

    def keeping(self, answer: Callable[[T], object]) -> Callable[[T], Sequence[Part]]:
        """Return a function that makes the parts from what an operation has made, of which ``answer`` tells."""

        def parts(made: T) -> Sequence[Part]:
            if self.claimed is None or self.encode is None:
                return ()
            status, headers, body = self.encode(answer(made))
            return [answer_store.to_keep(self.claimed, json.dumps([status, headers, body.decode()]))]

        return parts


@operation(grants=[answer_store.CLAIM], errors=[BadRequest, Invalid, RunsStill])
def run_once(
    request: Request,
    route: str,
    inputs: Mapping[str, Any],
    now: datetime,
    encode: Callable[[Any], Encoded],
    run: Callable[[Keeper], Encoded],
) -> Encoded:
    """Return the first answer to a request with an idempotency key, or what ``run`` returns if there is none.

    Raise BadRequest for a bad key, Invalid for one that another request had, RunsStill while the first one runs. A key
    counts for POST and for users alone. A refusal frees it.
    """
    key = request.headers.get(HEADER.lower())
    if key is None or request.caller is None or request.method != "POST":
        return run(Keeper())
    if not _KEY.fullmatch(key):
        raise BadRequest(f"{HEADER} must have 1 to 255 printable ASCII characters")
    claim = Claim(request.caller.user_id, key, new_id())
    fingerprint = _fingerprint(route, request, inputs)
    known = answer_store.claim(claim, fingerprint, now)
    if known:
        return _again(known, fingerprint)
    try:
        return run(Keeper(claim, encode))
    except Exception:
        known = answer_store.free(claim, fingerprint, now)
        if known:
            return _again(known, fingerprint)
        raise


Once = Annotated[Keeper, Around(run_once)]
"""A handler with this parameter answers the same idempotency key with the first answer again."""


def _again(known: Known, fingerprint: str) -> Encoded:
    if known.fingerprint != fingerprint:
        raise Invalid(Violation(HEADER, "Another request was sent with this key."))
    if not known.answer:
        raise RunsStill
    status, headers, body = json.loads(known.answer)
    return status, headers, body.encode()


def _fingerprint(route: str, request: Request, inputs: Mapping[str, Any]) -> str:
    """Return the digest of a route and of the fields that were sent to it, however they were written."""
    parts = [route, dict(request.path_parameters), dict(inputs)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        return [value.name, hashlib.sha256(value.data).hexdigest()]
    if isinstance(value, datetime):
        return value.timestamp()
    return dict(cast("Mapping[str, Any]", value))  # the fields of a pydantic model

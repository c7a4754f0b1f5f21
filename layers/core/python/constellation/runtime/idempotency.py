"""Requests that may be sent again: the same idempotency key gives the first answer again (API-2, "Every client").

A handler declares it by a parameter, and gives its operation what the parameter makes of the answer:

    def handler(form: Form[Upload], caller: Caller, now: Now, once: Once) -> Reply[Uploaded]:
        return answer(ingest(form.image, caller.user_id, now, also=once.keeping(answer)))

The operation calls ``also`` with what it has made, and writes the parts that this returns in the same transaction. For
a request without a key there are none, and it costs nothing.

A request with several files makes something of each of them, and has an answer for each:

    def handler(form: Form[Uploads], caller: Caller, now: Now, each: OnceEach) -> UploadResults:
        return upload_results(in_order(each.once(zip(form.image, ids), upload)))

where ``upload`` takes a file, what is given beside it, and what keeps its answer.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
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
Given = TypeVar("Given")

HEADER = "Idempotency-Key"

Encoded = tuple[int, dict[str, str], bytes]
"""A status, headers and a body."""

_KEY = re.compile("[ -~]{1,255}", re.ASCII)

_SEPARATOR = "\x1f"
"""Stands between a key and what it counts for besides. No key has it."""


@dataclass(frozen=True)
class Keeper:
    """Makes the part of a transaction that keeps an answer; none for a request without a key."""

    claimed: Claim | None = None
    kept: Callable[[Any], object] = lambda answer: answer
    """Makes of an answer what is kept of it, as JSON."""

    def keeping(self, answer: Callable[[T], object]) -> Callable[[T], Sequence[Part]]:
        """Return a function that makes the parts from what an operation has made, of which ``answer`` tells."""

        def parts(made: T) -> Sequence[Part]:
            if self.claimed is None:
                return ()
            return [answer_store.to_keep(self.claimed, json.dumps(self.kept(answer(made))))]

        return parts


@dataclass(frozen=True)
class _Keyed:
    """A request with a key: whose, the key, the digest of what counts in it, and its time."""

    user_id: str
    key: str
    fingerprint: str
    now: datetime

    def run(self, run: Callable[[Claim], T], first: Callable[[Any], T], *, distinction: str = "") -> T:
        """Return what ``run`` returns, or what ``first`` makes of the kept answer if there is one.

        A refusal frees the key. ``distinction`` tells apart what has the same key. Raise Invalid for a key that another
        request had, RunsStill while the first one runs.
        """
        key = f"{self.key}{_SEPARATOR}{distinction}" if distinction else self.key
        claim = Claim(self.user_id, key, new_id())
        known = answer_store.claim(claim, self.fingerprint, self.now)
        if known:
            return first(self._answer(known))
        try:
            return run(claim)
        except Exception:
            known = answer_store.free(claim, self.fingerprint, self.now)
            if known:
                return first(self._answer(known))
            raise

    def _answer(self, known: Known) -> Any:
        if known.fingerprint != self.fingerprint:
            raise Invalid(Violation(HEADER, "Another request was sent with this key."))
        if not known.answer:
            raise RunsStill
        return json.loads(known.answer)


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

    def kept(answer: object) -> tuple[int, dict[str, str], str]:
        status, headers, body = encode(answer)
        return status, headers, body.decode()

    def first(answer: tuple[int, dict[str, str], str]) -> Encoded:
        status, headers, body = answer
        return status, headers, body.encode()

    keyed = _keyed(request, route, inputs, now)
    if keyed is None:
        return run(Keeper())
    return keyed.run(lambda claim: run(Keeper(claim, kept)), first)


Once = Annotated[Keeper, Around(run_once)]
"""A handler with this parameter answers the same idempotency key with the first answer again."""


@dataclass(frozen=True)
class Keepers:
    """Lets something be made of each file of a request once."""

    keyed: _Keyed | None = None

    def once(
        self, files: Iterable[tuple[UploadedFile, Given]], make: Callable[[UploadedFile, Given, Keeper], T]
    ) -> Iterator[Callable[[], T]]:
        """Yield for each file what makes something of it by ``make``, or returns the first answer.

        ``make`` is given what comes beside the file, and returns the answer, plain JSON. A file is known by its name,
        its bytes, and how many equal ones come before it. So a repeated request may have other files, in another order.
        """
        came = Counter[str]()
        for file, given in files:
            digest = _digest(file) if self.keyed else ""
            came[digest] += 1
            yield partial(self._once, partial(make, file, given), f"{digest}{_SEPARATOR}{came[digest]}")

    def _once(self, make: Callable[[Keeper], T], distinction: str) -> T:
        if self.keyed is None:
            return make(Keeper())
        return self.keyed.run(lambda claim: make(Keeper(claim)), lambda answer: answer, distinction=distinction)


@operation(grants=[answer_store.CLAIM], errors=[BadRequest])
def run_each_once(
    request: Request,
    route: str,
    inputs: Mapping[str, Any],
    now: datetime,
    _encode: Callable[[Any], Encoded],
    run: Callable[[Keepers], Encoded],
) -> Encoded:
    """Return what ``run`` returns, which makes something of each file of a request once.

    Raise BadRequest for a bad key. What is sent beside the files must be the same where a file is sent again.
    """
    beside = {name: _without_files(model) for name, model in inputs.items()}
    return run(Keepers(_keyed(request, route, beside, now)))


OnceEach = Annotated[Keepers, Around(run_each_once)]
"""A handler with this parameter answers the same idempotency key and file with the first answer again."""


def _keyed(request: Request, route: str, inputs: Mapping[str, Any], now: datetime) -> _Keyed | None:
    """Return a request with a key that counts, or None."""
    key = request.headers.get(HEADER.lower())
    if key is None or request.caller is None or request.method != "POST":
        return None
    if not _KEY.fullmatch(key):
        raise BadRequest(f"{HEADER} must have 1 to 255 printable ASCII characters")
    # The fields that were sent, however they were written.
    fingerprint = _digest([route, dict(request.path_parameters), dict(inputs)])
    return _Keyed(request.caller.user_id, key, fingerprint, now)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_plain).encode()).hexdigest()


def _without_files(model: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of a pydantic model but for lists of files."""
    return {name: value for name, value in model if not _are_files(value)}


def _are_files(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, UploadedFile) for each in cast("list[object]", value))


def _plain(value: Any) -> Any:
    if isinstance(value, UploadedFile):
        return [value.name, hashlib.sha256(value.data).hexdigest()]
    if isinstance(value, datetime):
        return value.timestamp()
    return dict(cast("Mapping[str, Any]", value))  # the fields of a pydantic model

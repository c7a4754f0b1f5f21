"""Response bodies of batches."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from constellation.batches.model import MOVE, Batch
from constellation.common.errors import DomainError
from constellation.common.ids import Id
from constellation.runtime.dialects import Dialect, ImageRefusal, constellations, refusal, sharing


class BatchResult(TypedDict):
    """The result for one image: the status that a request for it alone would have, and the error if it failed."""

    id: Id
    status: int
    error: NotRequired[ImageRefusal]


class BatchResults(TypedDict):
    """The results of a batch, in the order of the `ids` of the request."""

    results: list[BatchResult]


def batch_results(batch: Batch, outcomes: Mapping[str, object]) -> BatchResults:
    """Return the results of a batch, in the order of its ids."""
    # One image is moved by a request of the constellation surface, which has statuses of its own.
    dialect, done = (constellations, 200) if batch.action == MOVE else (sharing, 204)
    return {"results": [_result(id_, outcomes[id_], dialect, done) for id_ in batch.ids]}


def _result(id_: str, outcome: object, dialect: Dialect, done: int) -> BatchResult:
    if not isinstance(outcome, DomainError):
        return {"id": id_, "status": done}
    status, error = refusal(outcome, dialect)
    return {"id": id_, "status": status, "error": error}

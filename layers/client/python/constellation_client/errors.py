"""What can go wrong, each in one sentence for its reader."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast


class Violation(NamedTuple):
    """What is wrong with one field of a request."""

    property: str
    message: str


class ConstellationError(Exception):
    """The base of everything that the client raises."""


class ApiError(ConstellationError):
    """A response that refuses the request, whichever of the API's four error bodies it has."""

    def __init__(
        self, status: int, message: str, violations: Sequence[Violation] = (), retry_after: float | None = None
    ) -> None:
        self.status = status
        self.message = message
        self.violations = tuple(violations)
        self.retry_after = retry_after
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        reasons = [f"{each.property}: {each.message}" if each.property else each.message for each in self.violations]
        # The sharing surface repeats the message of a single violation.
        if [each.message for each in self.violations] == [self.message]:
            return reasons[0]
        return f"{self.message}: {' '.join(reasons)}" if reasons else self.message


class Unreachable(ConstellationError):
    """No response, or one that Constellation does not give."""


class FileChanged(ConstellationError):
    """A file that changed while it was read or sent."""


class Cancelled(ConstellationError):
    """A request that was given up because the client is being stopped."""


def api_error(status: int, body: object, retry_after: float | None = None) -> ApiError | None:
    """Return the error that a response's JSON tells, or None if it has none of the API's four shapes."""
    if not isinstance(body, Mapping):
        return None
    fields = cast("Mapping[str, Any]", body)
    inner = fields.get("error")
    if isinstance(inner, Mapping):
        fields = cast("Mapping[str, Any]", inner)
    message = fields.get("message") or fields.get("title")
    if not isinstance(message, str):
        return None
    listed, by_field = violations(fields.get("violations")), _by_field(fields.get("errors"))
    return ApiError(status, message, [*listed, *by_field], retry_after)


def part_error(status: int, error: object) -> ApiError:
    """Return the error that a response tells of a part of the request."""
    return api_error(status, {"error": error}) or ApiError(status, f"It was refused with {status}, without a reason.")


def violations(value: object) -> list[Violation]:
    """Return the violations in a list of them, or none if the value is no list."""
    if not isinstance(value, list):
        return []
    entries = [cast("Mapping[str, Any]", each) for each in cast("list[object]", value) if isinstance(each, Mapping)]
    return [Violation(str(each.get("property", "")), str(each.get("message", ""))) for each in entries]


def _by_field(value: object) -> list[Violation]:
    if not isinstance(value, Mapping):
        return []
    fields = cast("Mapping[str, object]", value)
    return [
        Violation(name, str(reason))
        for name, reasons in fields.items()
        for reason in (cast("list[object]", reasons) if isinstance(reasons, list) else [reasons])
    ]

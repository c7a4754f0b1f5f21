"""The meanings a request can fail with. A surface's dialect chooses status and body (contract, "Conventions")."""

from typing import NamedTuple


class Violation(NamedTuple):
    """One thing that is wrong with one field of an input.

    ``code`` names the kind of fault (pydantic's error types where pydantic found it), so that
    a surface can say it in its own words; ``message`` is what is said where it has none;
    ``limit`` is the bound that was passed, where there is one.
    """

    property: str
    message: str
    code: str = ""
    limit: int | None = None


class DomainError(Exception):
    """A refusal with a meaning; its text goes to the client and must hold nothing private."""

    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(DomainError):
    """What was sent cannot be read at all: 400 on every surface."""


class Malformed(BadRequest):
    """A body that is no JSON object."""


class Unauthenticated(DomainError):
    """No, or no valid, credential."""


class Forbidden(DomainError):
    """The caller sees the resource but may not do this to it."""


class NotFound(DomainError):
    """No such resource, or none that the caller may know of."""


class TooLarge(DomainError):
    """More bytes than the way it came in can carry."""


class Unsupported(DomainError):
    """The body is of another media type than the route takes."""


class Invalid(DomainError):
    """The input was read and fields of it are wrong."""

    violations: tuple[Violation, ...]

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(f"{v.property}: {v.message}" if v.property else v.message for v in violations))
        self.violations = violations


class RetryLater(DomainError):
    """Refused for now; ``retry_after`` is in whole seconds (RFC 9110, 10.2.3)."""

    retry_after: int

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyRequests(RetryLater):
    """A rate or a quota of this caller is used up."""


class Unavailable(RetryLater):
    """A service underneath is throttling or down, and the retries are used up."""

    def __init__(self, message: str = "Busy, try again", retry_after: int = 1) -> None:
        super().__init__(message, retry_after)

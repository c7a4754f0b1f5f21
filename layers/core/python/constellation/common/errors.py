"""The reasons for which a request can fail. The dialect of a surface chooses the status and the body of each."""

from typing import NamedTuple

BLANK = "This value should not be blank."
TOO_MANY_UPLOADS = "Too many uploads from this address today"


def too_long(longest: int) -> str:
    """Return the refusal of a text that has more than ``longest`` characters."""
    return f"This value is too long. It should have {longest} characters or less."


class Violation(NamedTuple):
    """One fault of one field of an input.

    ``code`` names the kind of fault, by pydantic's error types where pydantic found it, so that a surface can word it
    itself. Else ``message`` is shown. ``limit`` is the bound that was exceeded, if any.
    """

    property: str
    message: str
    code: str = ""
    limit: int | None = None


class DomainError(Exception):
    """A refusal. Its message goes to the client and must hold nothing private."""

    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(DomainError):
    """The request cannot be read at all: 400 on every surface."""


class Malformed(BadRequest):
    """The body is not a JSON object."""


class Unauthenticated(DomainError):
    """There is no credential, or it is not valid."""


class Withheld(DomainError):
    """The resource is given in another way only, to those who have been let in."""


class Expired(DomainError):
    """The credential has expired since an authorizer approved it. It is answered like one that is not valid."""


class Forbidden(DomainError):
    """The caller sees the resource but lacks the right to do this to it."""


class NotFound(DomainError):
    """There is no such resource, or the caller may not know of it."""


class TooLarge(DomainError):
    """The request or the answer has more bytes than its transport carries, or than a quota allows."""


class Unsupported(DomainError):
    """The body has a media type that the route does not accept."""


class Invalid(DomainError):
    """Fields of the input are wrong."""

    violations: tuple[Violation, ...]

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(f"{v.property}: {v.message}" if v.property else v.message for v in violations))
        self.violations = violations


def in_the_past(field: str) -> Invalid:
    """Return the error for a field whose time must be in the future and is not."""
    return Invalid(Violation(field, "This value must be in the future.", "past"))


class RetryLater(DomainError):
    """The request is refused for now. ``retry_after`` is in whole seconds (RFC 9110, 10.2.3)."""

    retry_after: int

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyRequests(RetryLater):
    """The caller has used up a rate or a quota."""


class RunsStill(RetryLater):
    """The first request with this idempotency key has not been answered yet."""

    def __init__(self, message: str = "The first request with this key still runs", retry_after: int = 1) -> None:
        super().__init__(message, retry_after)


class Unavailable(RetryLater):
    """A service of AWS is throttling or down, also after the retries."""

    def __init__(self, message: str = "Busy, try again", retry_after: int = 1) -> None:
        super().__init__(message, retry_after)

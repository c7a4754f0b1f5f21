"""Dialects turn an error into a status and a body. There are three bodies (contract, first table)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from constellation.common.errors import (
    BLANK,
    BadRequest,
    DomainError,
    Expired,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    RunsStill,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unsupported,
    Violation,
    Withheld,
    too_long,
)

Body = dict[str, Any]

INTERNAL = "Internal server error"

NO_TOKEN = "No authorization token has been supplied"  # noqa: S105
"""What every surface answers to a credential that is missing or not valid."""

CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}
"""The header that comes with it (RFC 9110, 11.6.1)."""

_STATUS: Mapping[type[DomainError], int] = {
    BadRequest: 400,
    Malformed: 400,
    Invalid: 400,
    Unauthenticated: 401,
    Expired: 401,
    Withheld: 401,
    Forbidden: 403,
    NotFound: 404,
    RunsStill: 409,
    TooLarge: 413,
    Unsupported: 400,
    TooManyRequests: 429,
    Unavailable: 503,
}


@dataclass(frozen=True)
class Dialect:
    """How a surface answers errors: the body, and the statuses that differ from the common ones."""

    name: str
    body: Callable[[DomainError, int], Body]
    statuses: Mapping[type[DomainError], int]
    example: Body

    def status(self, kind: type[DomainError]) -> int:
        """Return the HTTP status of errors of this kind."""
        return self.statuses.get(kind) or _STATUS.get(kind, 500)

    def answer(self, error: DomainError) -> tuple[int, Body]:
        """Return the status and the JSON body of an error."""
        status = self.status(type(error))
        if isinstance(error, TooLarge | Expired):
            return status, {"message": error.message, "status": status}
        return status, self.body(error, status)


def _constellations_body(error: DomainError, _status: int) -> Body:
    return {"message": error.message}


_FIRMWARE_MESSAGES = {"missing": "Missing data for required field.", "string_type": "Not a valid string."}


def _firmware_body(error: DomainError, status: int) -> Body:
    if isinstance(error, Malformed):
        return {"message": "Payload must be valid JSON, and Content-Type set accordingly", "status": status}
    return {"message": error.message, "status": status}


def _firmware_fields_body(error: DomainError, status: int) -> Body:
    if isinstance(error, Invalid):
        errors: dict[str, list[str]] = {}
        for violation in error.violations:
            errors.setdefault(violation.property, []).append(_FIRMWARE_MESSAGES.get(violation.code, violation.message))
        return {"message": "failed to parse input", "errors": errors}
    return _firmware_body(error, status)


_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Symfony.Component.HttpKernel.Exception.HttpException",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def _sharing_message(violation: Violation) -> str:
    match violation.code:
        case "missing":
            return BLANK
        case "string_too_long":
            return too_long(violation.limit or 0)
        case "string_too_short":
            return f"This value is too short. It should have {violation.limit} characters or more."
        case "too_long":
            return f"This collection should contain {violation.limit} elements or less."
        case "too_short":
            return f"This collection should contain {violation.limit} elements or more."
        case "string_type":
            return "This value should be of type string."
        case "bool_type" | "bool_parsing":
            return "This value should be of type bool."
        case _:
            return violation.message


def _sharing_body(error: DomainError, status: int) -> Body:
    violations = error.violations if isinstance(error, Invalid) else ()
    return {
        "error": {
            "title": _TITLES[status],
            "message": "Validation Error" if violations else error.message,
            "violations": [{"property": v.property, "message": _sharing_message(v)} for v in violations],
        }
    }


constellations = Dialect("constellations", _constellations_body, {}, {"message": "…"})
"""Errors of documents 000 and 001: ``{"message"}``."""

firmware = Dialect("firmware", _firmware_body, {}, {"message": "…", "status": 400})
"""Errors of document 002: ``{"message", "status"}``."""

firmware_fields = Dialect("firmware", _firmware_fields_body, {}, firmware.example)
"""Errors of document 002 where an input has fields: all wrong fields are listed, each with its reasons."""

sharing = Dialect(
    "sharing",
    _sharing_body,
    {Invalid: 422, Unsupported: 415},
    {"error": {"title": "…", "message": "…", "violations": []}},
)
"""Errors of document 003: ``{"error": {title, message, violations}}``."""

links = Dialect("links", _sharing_body, {Invalid: 400}, sharing.example)
"""Errors of the public links of document 003, where a bad size is 400."""

iiif = Dialect("iiif", _constellations_body, {}, constellations.example)
"""Errors of the IIIF Image API: ``{"message"}``."""


class FieldFault(TypedDict):
    """What is wrong with a field, as a request for this image alone would be told."""

    property: str
    message: str


class ImageRefusal(TypedDict):
    """Why the action was refused for an image, in the form of an error of this surface."""

    title: str
    message: str
    violations: list[FieldFault]


def refusal(error: DomainError, dialect: Dialect = sharing) -> tuple[int, ImageRefusal]:
    """Return the refusal of one image among several: the status in a dialect, and an error of document 003."""
    status = dialect.status(type(error))
    return status, cast("ImageRefusal", sharing.body(error, status)["error"])

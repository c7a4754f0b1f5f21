"""Declare a function as an HTTP endpoint: its route stands beside its code, and everything else is derived.

    @endpoint("PATCH /images/{image_uuid}", dialect=constellations, uses=[change])
    def handler(image: Annotated[Image, image_for(...)], wanted: Body[Change], now: Now) -> ImageEntry:
        \"\"\"PATCH /images/{image_uuid}: rename an image.\"\"\"

The stack derives the API, the function, its layers and its policy from the declaration. The OpenAPI document is made
from it. At run time it is the Lambda handler itself.
"""

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar, cast

from constellation.aws.resources import Grant
from constellation.common.errors import DomainError, Expired, RetryLater, TooLarge, Withheld
from constellation.common.observability import logger
from constellation.common.sizes import REPLY_LIMIT, megabytes, text_size, too_large_answer
from constellation.common.times import utc_now
from constellation.runtime import cors
from constellation.runtime.binding import INPUTS, Around, bind, needs_of_parameters, parameters
from constellation.runtime.dialects import CHALLENGE, INTERNAL, NO_TOKEN, Dialect
from constellation.runtime.operation import Needs, needs_of, together
from constellation.runtime.request import Caller, Request, read_event
from constellation.runtime.scopes import RouteScope, narrowed

T = TypeVar("T")

Security = Literal["jwt", "api_key", "public"]

NO_STORE = "no-store"

WHOLE_CPU = 1769
"""MB of memory with which Lambda gives a function a whole CPU, which work on pixels needs."""

JSON_HEADERS: Mapping[str, str] = {
    "Content-Type": "application/json",
    "Cache-Control": NO_STORE,
    "X-Content-Type-Options": "nosniff",
}
"""The headers of every JSON answer, the CDN's own refusals included."""

_WITHOUT_BODY = frozenset((204, 304))
"""Statuses without a Content-Length."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Reply(Generic[T]):
    """An answer with headers, with another status than the endpoint's, or of bytes."""

    body: T
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    status: int | None = None


@dataclass(frozen=True)
class Endpoint:
    """An HTTP endpoint. Called with an event it is the Lambda function.

    ``scopes`` are those of which a scoped token needs one; without any it is refused.
    ``errors``, ``also`` and ``headers`` say what else it can answer, for the OpenAPI document. ``media_types`` are of
    bytes, the usual one first. ``memory`` is in MB. ``function_url`` gives it a URL that only the CDN may call.
    """

    timeout: ClassVar[int] = 29
    """Seconds: as long as the gateway waits."""

    methods: tuple[str, ...]
    path: str
    function: Callable[..., Any]
    dialect: Dialect
    security: Security
    scopes: tuple[RouteScope, ...]
    grants: tuple[Grant, ...]
    status: int
    also: Mapping[int, Any]
    headers: tuple[str, ...]
    errors: tuple[type[DomainError], ...]
    media_types: tuple[str, ...]
    memory: int
    function_url: bool
    arguments: Callable[[Request, datetime], dict[str, Any]]
    around: tuple[str, Around] | None
    """The parameter that comes from what calls the handler, by its name."""
    inputs: tuple[str, ...]
    """The names of the parameters that are read from the input."""

    def __call__(self, event: Mapping[str, Any], _context: object = None, *, now: datetime | None = None) -> Any:
        """Answer a REST API proxy event or a Function URL event. Never raises. ``now`` is for tests."""
        started = time.perf_counter()
        request, now = read_event(event), now or utc_now()
        try:
            if request.caller:
                _check_expiry(request.caller, now)
                request = request._replace(caller=narrowed(request.caller, self.scopes))
            status, headers, body = self._answer(request, now)
        except DomainError as error:
            status, content = self.dialect.answer(error)
            headers, body = dict(JSON_HEADERS), _encode(content)
            if isinstance(error, RetryLater):
                headers["Retry-After"] = str(error.retry_after)
            elif isinstance(error, Expired | Withheld):
                headers |= CHALLENGE
        except Exception:
            logger().exception("unhandled", extra={"correlation_id": request.id, "route": self.path})
            status, headers = 500, dict(JSON_HEADERS)
            body = _encode(self.dialect.body(DomainError(INTERNAL), status))
        _log(request, self.path, status, started)
        return _response(request, status, headers, body)

    def _answer(self, request: Request, now: datetime) -> tuple[int, dict[str, str], bytes]:
        arguments = self.arguments(request, now)
        if self.around is None:
            return self._success(self.function(**arguments))
        name, around = self.around
        inputs = {each: arguments[each] for each in self.inputs}

        def run(given: Any) -> tuple[int, dict[str, str], bytes]:
            return self._success(self.function(**arguments, **{name: given}))

        return around.function(request, self.path, inputs, now, self._success, run)

    def _success(self, result: Any) -> tuple[int, dict[str, str], bytes]:
        status, headers, content = self.status, {}, result
        if isinstance(result, Reply):
            reply = cast("Reply[Any]", result)
            status, headers, content = reply.status or status, reply.headers, reply.body
        if isinstance(content, bytes):
            return status, {"Content-Type": self.media_types[0], **headers}, content
        body = b"" if content is None else _encode(content)
        if text_size(body) > REPLY_LIMIT:
            raise TooLarge(too_large_answer(f"{megabytes(len(body))} MB"))
        return status, {**JSON_HEADERS, **headers}, body


def endpoint(
    route: str,
    *,
    dialect: Dialect,
    scope: RouteScope | tuple[RouteScope, ...] = (),
    uses: Sequence[Callable[..., Any]] = (),
    grants: Sequence[Grant] = (),
    security: Security = "jwt",
    status: int = 200,
    also: Mapping[int, Any] | None = None,
    headers: Sequence[str] = (),
    errors: Sequence[type[DomainError]] = (),
    media_types: Sequence[str] = ("application/json",),
    memory: int = 512,
    function_url: bool = False,
) -> Callable[[Callable[..., Any]], Endpoint]:
    """Declare a function as the endpoint ``route``, ``"METHOD[|METHOD] /path/{parameter}"``.

    ``scope`` is what it asks of a scoped token, which every endpoint with ``security="jwt"`` says. Of several, the
    token needs one, and the function itself checks which.

    ``uses`` are the operations that the function calls. ``grants`` and ``errors`` are those that it adds to the ones of
    its operations and parameters. ``also`` are the further statuses that it answers with, each with the type of the
    body or None; ``headers`` are the names of the headers of its answers.
    """
    methods, path = route.split(" ")

    def declare(function: Callable[..., Any]) -> Endpoint:
        own, known = Needs(tuple(grants), tuple(errors)), parameters(function)
        needs = together([needs_of_parameters(function), *map(needs_of, uses), own])
        return Endpoint(
            methods=tuple(methods.split("|")),
            path=path,
            function=function,
            dialect=dialect,
            security=security,
            scopes=(scope,) if isinstance(scope, str) else scope,
            grants=needs.grants,
            status=status,
            also=also or {},
            headers=tuple(headers),
            errors=needs.errors,
            media_types=tuple(media_types),
            memory=memory,
            function_url=function_url,
            arguments=bind(function),
            around=next(((each.name, each.marker) for each in known if isinstance(each.marker, Around)), None),
            inputs=tuple(each.name for each in known if each.marker in INPUTS),
        )

    return declare


def _check_expiry(caller: Caller, now: datetime) -> None:
    """Raise Expired for a credential that has expired while the gateway kept the authorizer's answer."""
    if caller.expires and float(caller.expires) <= now.timestamp():
        raise Expired(NO_TOKEN)


def _encode(value: Any) -> bytes:
    return _JSON.encode(value).encode()


def _log(request: Request, route: str, status: int, started: float) -> None:
    caller = request.caller or Caller("")
    logger().info(
        "request",
        extra={
            "correlation_id": request.id,
            "method": request.method,
            "route": route,
            "status": status,
            "user_id": caller.user_id,
            "milliseconds": round((time.perf_counter() - started) * 1000, 1),
        },
    )


def _response(request: Request, status: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Return the proxy response, open to pages of every origin, with text as it is and anything else in base64.

    The answer to HEAD has the Content-Length of the body that it leaves out (RFC 9110, 8.6). For any other method the
    gateway adds that header.
    """
    headers = {**cors.ANSWER, **headers}
    if request.method == "HEAD":
        if status not in _WITHOUT_BODY:
            headers = {"Content-Length": str(len(body)), **headers}
        body = b""
    if headers.get("Content-Type", "").startswith(("application/json", "application/ld+json", "text/")):
        return {"statusCode": status, "headers": headers, "body": body.decode(), "isBase64Encoded": False}
    encoded = base64.b64encode(body).decode()
    return {"statusCode": status, "headers": headers, "body": encoded, "isBase64Encoded": True}

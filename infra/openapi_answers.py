"""The answers in the OpenAPI document: what an endpoint declares, and the refusals of what runs before it."""

import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypedDict, Union, get_args, get_origin, get_type_hints

from constellation.common.errors import DomainError, Forbidden, Invalid, NotFound, RetryLater, Unavailable, Violation
from constellation.images.model import NO_SUCH_IMAGE
from constellation.runtime.dialects import NO_TOKEN, links
from constellation.runtime.endpoint import Endpoint, Reply
from infra.openapi_schemas import Components, Json
from infra.openapi_texts import HEADERS, MEANINGS

JSON = "application/json"

_HEADERS: Mapping[int, tuple[str, ...]] = {
    206: ("Content-Range",),
    302: ("Location",),
    303: ("Location",),
    304: ("ETag",),
    307: ("Location",),
    409: ("Retry-After",),
    416: ("Content-Range",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}
"""The headers that every answer with a status has."""

_ALWAYS = frozenset({"Location", "Content-Range", "Retry-After"})
"""The headers that an answer which declares them never lacks."""


class MessageError(TypedDict):
    """A refusal of the constellation surface."""

    message: str


class StatusError(TypedDict):
    """A refusal of the firmware surface, and of the gateway on every surface."""

    message: str
    status: int


class FieldsError(TypedDict):
    """A refusal of the input of a firmware image: the reasons for each wrong field."""

    message: str
    errors: Mapping[str, list[str]]


class SharingViolation(TypedDict):
    """A wrong field."""

    property: str
    message: str


class SharingFault(TypedDict):
    """What is wrong, with all wrong fields."""

    title: str
    message: str
    violations: list[SharingViolation]


class SharingError(TypedDict):
    """A refusal of the sharing surface and of the public links."""

    error: SharingFault


_ERRORS: Mapping[frozenset[str], Any] = {
    frozenset(hint.__annotations__): hint for hint in (MessageError, StatusError, FieldsError, SharingError)
}
"""The error bodies of the dialects, by their keys."""

_PICTURES = ("/image/{image_id}", "/api/image/{image_id}")
"""What these paths begin with is a picture to the CDN if the parameter has a dot: another surface may answer then."""

_NOT_ALLOWED: Json = {"message": "Method Not Allowed", "status": 405}
_NO_TOKEN: Mapping[str, Json] = {"NoToken": {"message": NO_TOKEN, "status": 401}}
_THROTTLED: Mapping[str, Json] = {"Throttled": {"message": "Too many requests", "status": 429}}
"""The gateway's own responses on every surface, before any function runs: a name for the example, and the body."""


def answers(
    endpoint: Endpoint, method: str, pages: bool, errors: Iterable[type[DomainError]], components: Components
) -> Json:
    """Return the answers of an endpoint to a method, by status. ``pages``: it returns a list page by page."""
    further = tuple(endpoint.also.items())
    every = list(_bodies(endpoint))  # if there is one alone, it is that of each status
    bodies = [body for body in every if body not in endpoint.also.values() or body is bytes or len(every) == 1]
    success = _answer(endpoint, endpoint.status, bodies, components)
    names = (*endpoint.headers, *(("Link",) if pages else ()))
    _add_headers(success, names)
    found = {endpoint.status: success}
    for status, body in further:
        found[status] = _answer(endpoint, status, [body], components)
        _add_headers(found[status], (*(endpoint.headers if status == 206 else ()), *_HEADERS.get(status, ())))
    for status, refusal in _refusals(endpoint, errors, components).items():
        answer = found.setdefault(status, refusal)
        if "content" in answer:  # the gateway refuses in JSON where the handler answers with a page
            answer["content"] = refusal["content"] | answer["content"]
    if method == "HEAD":
        for answer in found.values():
            answer.pop("content", None)
    return {str(status): answer for status, answer in sorted(found.items())}


def _bodies(endpoint: Endpoint) -> Iterator[Any]:
    """The types that a handler returns, without what wraps them."""
    hint = get_type_hints(endpoint.function, include_extras=True)["return"]
    for kind in get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,):
        yield get_args(kind)[0] if get_origin(kind) is Reply else kind


def _answer(endpoint: Endpoint, status: int, bodies: Iterable[Any], components: Components) -> Json:
    content: Json = {}
    for body in bodies:
        if body is bytes and endpoint.media_types != (JSON,):
            content |= {media_type: {"schema": components.of(bytes)} for media_type in endpoint.media_types}
        elif body is bytes:
            content[JSON] = {"schema": {"type": "object"}}
        elif body not in (None, type(None)):
            schema = components.of(body)
            is_json = [kind for kind in endpoint.media_types if kind.endswith("json")]
            content |= {kind: {"schema": schema, "example": components.example(schema)} for kind in is_json or [JSON]}
    return {"description": MEANINGS[status], **({"content": content} if content else {})}


def _add_headers(answer: Json, names: Iterable[str]) -> None:
    described = {
        name: {
            "description": HEADERS[name].description,
            "required": name in _ALWAYS,
            "schema": {"type": "integer" if isinstance(HEADERS[name].example, int) else "string"},
            "example": HEADERS[name].example,
        }
        for name in names
    }
    if described:
        answer["headers"] = described


def _refusals(endpoint: Endpoint, errors: Iterable[type[DomainError]], components: Components) -> Mapping[int, Json]:
    """The refusals of the handler, of what its parameters are made by, and of the gateway before it."""
    kinds = {*endpoint.errors, *errors}
    if endpoint.grants:
        kinds.add(Unavailable)
    if endpoint.scopes and "any" not in endpoint.scopes:
        kinds.add(Forbidden)
    by_status: dict[int, dict[str, Json]] = {}
    for kind in sorted(kinds, key=lambda kind: kind.__name__):
        status, body = endpoint.dialect.answer(_sample(kind))
        by_status.setdefault(status, {})[kind.__name__] = body
    gateway: dict[int, Mapping[str, Json]] = (
        {401: _NO_TOKEN, 429: _THROTTLED} if endpoint.security != "public" else {429: _THROTTLED}
    )
    if endpoint.path.startswith(_PICTURES):
        gateway |= _of_pictures(endpoint)
    for status, examples in gateway.items():
        by_status.setdefault(status, {}).update(examples)
    return {status: _refusal(status, bodies, components) for status, bodies in by_status.items()}


def _of_pictures(endpoint: Endpoint) -> Mapping[int, Mapping[str, Json]]:
    if set(endpoint.methods) <= {"GET", "HEAD"}:
        return {404: {"NoPicture": links.answer(NotFound(NO_SUCH_IMAGE))[1]}}
    return {405: {"NotAllowed": _NOT_ALLOWED}}


def _sample(kind: type[DomainError]) -> DomainError:
    """An error of this kind with no more in it than its kind says."""
    if issubclass(kind, Invalid):
        return kind(Violation("field", "What is wrong with it"))
    if issubclass(kind, RetryLater):
        return kind("Why", 1)
    return kind("Why")


def _refusal(status: int, bodies: Mapping[str, Json], components: Components) -> Json:
    schemas: list[Json] = []
    for body in bodies.values():
        reference = components.of(_ERRORS[frozenset(body)])
        if reference not in schemas:
            schemas.append(reference)
    refusal: Json = {
        "description": MEANINGS[status],
        "content": {
            JSON: {
                "schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
                "examples": {name: {"value": body} for name, body in bodies.items()},
            }
        },
    }
    _add_headers(refusal, _HEADERS.get(status, ()))
    return refusal

"""Make the arguments of a handler from a request. Annotations say where each argument comes from.

    def handler(image: Annotated[Image, image_for(...)], change: Body[Rename], caller: Caller, now: Now) -> Entry: ...

Faults are reported in the order of the contract, whatever the order of the parameters: the credential, the size of the
body, the resource in the path and the right to it, the input.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from constellation.common.errors import (
    BadRequest,
    DomainError,
    Forbidden,
    Invalid,
    Malformed,
    TooLarge,
    Unauthenticated,
    Unsupported,
    Violation,
)
from constellation.common.ids import parse_id
from constellation.runtime.digests import check_digest
from constellation.runtime.multipart import read_form, refuse_oversize_body, refuse_oversize_form
from constellation.runtime.operation import Needs, needs_of, together
from constellation.runtime.request import Caller, Request
from constellation.runtime.scopes import require_unbound

if TYPE_CHECKING:
    from pydantic import BaseModel


T = TypeVar("T")


class Source(Enum):
    """The part of a request that an argument is read from."""

    BODY = auto()
    OPTIONAL_BODY = auto()
    QUERY = auto()
    FORM = auto()
    NOW = auto()


Body = Annotated[T, Source.BODY]
"""A pydantic model, read strictly from a JSON object."""
OptionalBody = Annotated[T, Source.OPTIONAL_BODY]
"""A pydantic model, read strictly from a JSON object. No body at all counts as an empty object."""
Query = Annotated[T, Source.QUERY]
"""A pydantic model, read from the query string. Only fields that are lists may be repeated."""
Form = Annotated[T, Source.FORM]
"""A pydantic model, read from multipart/form-data. Files are ``UploadedFile``, unknown fields are ignored.

Only fields that are lists may be repeated.
"""
Now = Annotated[datetime, Source.NOW]
"""The time of the request, aware, in UTC."""


@dataclass(frozen=True)
class PathId:
    """A path parameter that is an identifier. ``otherwise`` makes the error for any other text."""

    otherwise: Callable[[str], DomainError]


@dataclass(frozen=True)
class Load:
    """An argument that ``function`` makes, whose own parameters are bound alike, before any input is read.

    ``uses`` are the operations that the function calls, ``errors`` are those that it raises itself.
    """

    function: Callable[..., Any]
    uses: tuple[Callable[..., Any], ...] = ()
    errors: tuple[type[DomainError], ...] = ()


Unbound = Annotated[None, Load(require_unbound, errors=(Forbidden,))]
"""Refuses a token that is bound to a constellation: what the route creates lies in none."""


@dataclass(frozen=True)
class Around:
    """An argument that comes from ``function``, an operation that wraps the handler and decides whether to call it.

    It gets the request, the route, the inputs, the time, what encodes an answer, and the handler, which takes the
    argument and returns an encoded answer.
    """

    function: Callable[..., Any]


MOST_SIGNS = 50_000
"""The most brackets, braces, colons and commas of a JSON body, those in texts included. Valid inputs have fewer."""

_NO_OBJECT = "The body must be a JSON object"

Binder = Callable[[Request, datetime], Any]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a handler: its name, its type without the marker, and the marker."""

    name: str
    type: Any
    marker: Any


def parameters(function: Callable[..., Any]) -> list[Parameter]:
    """Return the parameters of a handler or of a ``Load`` function, read from its annotations."""
    hints = get_type_hints(function, include_extras=True)
    found: list[Parameter] = []
    for name in inspect.signature(function).parameters:
        hint = hints[name]
        if get_origin(hint) is Annotated:
            type_, marker = get_args(hint)[:2]
            found.append(Parameter(name, type_, marker))
        else:
            found.append(Parameter(name, hint, None))
    return found


INPUTS = frozenset({Source.BODY, Source.OPTIONAL_BODY, Source.QUERY, Source.FORM})


_ERRORS: Mapping[Source, tuple[type[DomainError], ...]] = {
    Source.BODY: (BadRequest, Invalid),
    Source.OPTIONAL_BODY: (BadRequest, Invalid),
    Source.QUERY: (Invalid,),
    Source.FORM: (BadRequest, TooLarge, Unsupported, Invalid),
}
"""The errors of an input that cannot be read or is refused."""


def needs_of_parameters(function: Callable[..., Any]) -> Needs:
    """Return the grants that binding the arguments of ``function`` needs, and the errors that it raises."""
    return together(_needs(parameter.marker) for parameter in parameters(function))


def _needs(marker: Any) -> Needs:
    if isinstance(marker, Load):
        own = Needs(errors=marker.errors)
        return together([needs_of_parameters(marker.function), *map(needs_of, marker.uses), own])
    if isinstance(marker, Around):
        return needs_of(marker.function)
    if isinstance(marker, PathId):
        return Needs(errors=(type(marker.otherwise("")),))
    return Needs(errors=_ERRORS.get(marker, ()) if isinstance(marker, Source) else ())


def _size_check(parameter: Parameter) -> Callable[[Request], None] | None:
    """Return the function that refuses a body too large for a parameter, or None if the parameter reads no body."""
    if parameter.marker in (Source.BODY, Source.OPTIONAL_BODY):
        return lambda request: refuse_oversize_body(len(request.body))
    if parameter.marker is Source.FORM:
        return lambda request: refuse_oversize_form(request, _names(parameter.type), _lists(parameter.type))
    return None


def bind(function: Callable[..., Any], *, is_handler: bool = True) -> Callable[[Request, datetime], dict[str, Any]]:
    """Return a function that makes the arguments of ``function`` from a request. Handlers have its digest checked."""
    wanted = [parameter for parameter in parameters(function) if not isinstance(parameter.marker, Around)]
    inputs = {parameter.name: _binder(parameter) for parameter in wanted if parameter.marker in INPUTS}
    others = {parameter.name: _binder(parameter) for parameter in wanted if parameter.marker not in INPUTS}
    size_checks = [check for parameter in wanted if (check := _size_check(parameter))]

    def arguments(request: Request, now: datetime) -> dict[str, Any]:
        try:
            made = {name: binder(request, now) for name, binder in others.items()}
        except Unauthenticated:
            raise
        except DomainError:
            for check in size_checks:  # a body too large is reported before what is missing or forbidden
                check(request)
            raise
        try:
            if is_handler:
                check_digest(request)
        except BadRequest:
            for check in size_checks:
                check(request)
            raise
        return made | {name: binder(request, now) for name, binder in inputs.items()}

    return arguments


def _binder(parameter: Parameter) -> Binder:
    name, model, marker = parameter.name, parameter.type, parameter.marker
    if isinstance(marker, Load):
        inner, load = bind(marker.function, is_handler=False), marker.function
        return lambda request, now: load(**inner(request, now))
    if isinstance(marker, PathId):
        return lambda request, now: _path_id(request.path_parameters[name], marker)
    if marker is Source.NOW:
        return lambda request, now: now
    if marker is Source.BODY:
        return lambda request, now: _validate(model, json_object(request), strict=True)
    if marker is Source.OPTIONAL_BODY:
        return lambda request, now: _validate(model, json_object(request) if request.body else {}, strict=True)
    if marker is Source.QUERY:
        return lambda request, now: _validate(model, _query_fields(model, request), strict=False)
    if marker is Source.FORM:
        return lambda request, now: _validate(model, read_form(request, _names(model), _lists(model)), strict=False)
    if model is Caller:
        return lambda request, now: request.caller
    if model is Request:
        return lambda request, now: request
    return lambda request, now: request.path_parameters[name]


def _path_id(text: str, marker: PathId) -> str:
    identifier = parse_id(text)
    if identifier is None:
        raise marker.otherwise(text)
    return identifier


def json_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body. Raises Malformed for anything else, NaN and lone surrogates included.

    A whole number is an int however it is written: to JSON Schema, and in JavaScript, 40.0 is 40.
    """
    from pydantic_core import from_json

    refuse_oversize_body(len(request.body))
    # Parsing takes time for each value: a body of nothing but brackets would take seconds.
    if len(request.body) - len(request.body.translate(None, b"[{:,")) > MOST_SIGNS:
        if not request.body.lstrip().startswith(b"{"):
            raise Malformed(_NO_OBJECT)
        raise Malformed(f"The body must not hold more than {MOST_SIGNS} brackets, braces, colons and commas")
    try:
        value: Any = from_json(request.body, allow_inf_nan=False, cache_strings="none")
    except ValueError as fault:
        raise Malformed("The body must be valid JSON") from fault
    if not isinstance(value, dict):
        raise Malformed(_NO_OBJECT)
    return cast("dict[str, Any]", _with_whole_numbers(value))


def _with_whole_numbers(value: Any) -> Any:
    match value:
        case float():
            return int(value) if value.is_integer() else value
        case list():
            return [_with_whole_numbers(each) for each in cast("list[Any]", value)]
        case dict():
            return {name: _with_whole_numbers(each) for name, each in cast("dict[str, Any]", value).items()}
        case _:
            return value


@cache
def _names(model: "type[BaseModel]") -> frozenset[str]:
    """Return the names that the fields of a model have on the wire."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


@cache
def _lists(model: "type[BaseModel]") -> frozenset[str]:
    """Return those of the names of a model's fields that may be repeated."""
    fields = model.model_fields.items()
    return frozenset(field.alias or name for name, field in fields if get_origin(field.annotation) is list)


def _query_fields(model: "type[BaseModel]", request: Request) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    lists = _lists(model)
    for name, field in model.model_fields.items():
        values = list(request.query.get(sent := field.alias or name, ()))
        if len(values) > 1 and sent not in lists:
            raise Invalid(Violation(name, "This parameter must be given once.", "repeated"))
        if values:
            fields[sent] = values if sent in lists else values[0]
    return fields


def _validate(model: "type[BaseModel]", fields: Mapping[str, Any], *, strict: bool) -> "BaseModel":
    from pydantic import ValidationError

    try:
        return model.model_validate(fields, strict=strict)
    except ValidationError as fault:
        raise Invalid(
            *(
                Violation(
                    ".".join(str(part) for part in error["loc"]),
                    error["msg"].removeprefix("Value error, "),
                    error["type"],
                    error.get("ctx", {}).get("max_length") or error.get("ctx", {}).get("min_length"),
                )
                for error in fault.errors(include_url=False, include_input=False)
            )
        ) from None

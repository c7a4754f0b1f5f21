"""The OpenAPI document: ``python -m infra.openapi`` derives it from the declarations and writes it to its function."""

import inspect
import json
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    NotRequired,
    Required,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from pydantic import BaseModel, TypeAdapter

from constellation.common.errors import (
    BadRequest,
    DomainError,
    Invalid,
    RetryLater,
    TooLarge,
    Unavailable,
    Unsupported,
    Violation,
)
from constellation.imaging import options
from constellation.links import model as links
from constellation.runtime.binding import Load, Parameter, PathId, Source, parameters
from constellation.runtime.endpoint import Endpoint, Reply
from constellation.runtime.idempotency import HEADER
from constellation.runtime.request import Caller, Request
from infra.discovery import FUNCTIONS, Application, DeclarationError, Function, discover, summary
from infra.openapi_texts import ACCESS, INTRODUCTION, TAGS, text_of

Json = dict[str, Any]

DOCUMENT = FUNCTIONS / "docs" / "get_openapi" / "openapi.json"

_REF = "#/components/schemas/{model}"
_UUID: Json = {"type": "string", "format": "uuid"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_KEY: Json = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
_BINARY: Json = {"type": "string", "format": "binary"}

_SECURITY_SCHEMES: Mapping[str, Json] = {
    "jwt": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token, as a login returns it.",
    },
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, `sk_…`. It is accepted by `/api/external/upload` only.",
    },
}

_MEANINGS: Mapping[int, str] = {
    200: "Success",
    201: "Created",
    204: "Success, without a body",
    400: "The input cannot be parsed, or is invalid",
    401: "The credential is missing or invalid",
    403: "The caller can see the resource but may not do this to it",
    404: "The resource does not exist, or the caller may not see it",
    409: "The first request with this idempotency key has not been answered; try again after `Retry-After` seconds",
    413: "The request is too large, or would exceed the caller's quota",
    415: "The media type of the body is not supported",
    422: "Fields of the input are invalid",
    429: "Too many requests; try again after `Retry-After` seconds",
    503: "Busy; try again after `Retry-After` seconds",
}

_ERROR_NAMES: Mapping[frozenset[str], str] = {
    frozenset({"message"}): "MessageError",
    frozenset({"message", "status"}): "StatusError",
    frozenset({"message", "errors"}): "FieldsError",
    frozenset({"error"}): "SharingError",
}
"""What the error bodies of the dialects are called, by their keys."""

_NO_TOKEN: Mapping[str, Json] = {"NoToken": {"message": "No authorization token has been supplied", "status": 401}}
_THROTTLED: Mapping[str, Json] = {"Throttled": {"message": "Too many requests", "status": 429}}
"""The gateway's own responses on every surface, before any function runs: a name for the example, and the body."""

_FIELD = "field"
"""The field that samples of errors are about; where it is a key of an example, any field's name can be."""


class Components:
    """The schemas that are named, each name one schema."""

    def __init__(self) -> None:
        self.schemas: dict[str, Json] = {}

    def add(self, name: str, schema: Json) -> Json:
        """Keep ``schema`` as ``name`` and return the reference to it. DeclarationError when another has the name."""
        if self.schemas.setdefault(name, schema) != schema:
            raise DeclarationError(f"two different schemas are named {name}")
        return {"$ref": _REF.format(model=name)}

    def model(self, model: type[BaseModel]) -> Json:
        """The schema of an input, its parts named."""
        schema = model.model_json_schema(ref_template=_REF)
        for name, part in cast("dict[str, Json]", schema.pop("$defs", {})).items():
            self.add(name, part)
        return self.add(model.__name__, schema)

    def of(self, hint: Any) -> Json:
        """The schema of what a handler returns: TypedDicts by name, everything else where it stands."""
        origin, arguments = get_origin(hint), get_args(hint)
        if is_typeddict(hint):
            return self._typed_dict(hint)
        if origin in (Annotated, NotRequired, Required):
            return self.of(arguments[0])
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin in (list, Sequence):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        return TypeAdapter(hint).json_schema()

    def _typed_dict(self, hint: Any) -> Json:
        schema: Json = {
            "type": "object",
            "properties": {name: self.of(kind) for name, kind in get_type_hints(hint, include_extras=True).items()},
            "required": sorted(hint.__required_keys__),
        }
        if hint.__doc__:
            schema["description"] = hint.__doc__
        return self.add(hint.__name__, schema)


@dataclass(frozen=True)
class Inputs:
    """What a handler takes, its ``Load`` functions included."""

    path: dict[str, Json]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    body_required: bool
    form: type[BaseModel] | None
    errors: frozenset[type[DomainError]]


def document(application: Application) -> Json:
    """The whole document."""
    components = Components()
    paths: dict[str, Json] = {}
    for function in sorted(application.endpoints, key=lambda function: function.declaration.path):
        endpoint = function.declaration
        for index, method in enumerate(endpoint.methods):
            operation_id = function.name if index == 0 else f"{function.name}_{method.lower()}"
            paths.setdefault(endpoint.path, {})[method.lower()] = _operation(function, method, operation_id, components)
    for function in application.endpoints:
        if function.declaration.function_url:
            paths.update(_public_links(function, paths))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Constellation",
            "version": "1.0.0",
            "description": INTRODUCTION,
            "contact": {"name": "The operator of this deployment"},
        },
        "servers": [{"url": "/", "description": "The deployment that serves this document"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "securitySchemes": {
                name: scheme for name, scheme in _SECURITY_SCHEMES.items() if name in application.authorizers
            },
        },
    }


def render(content: Json) -> str:
    """The document as the file holds it."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _operation(function: Function[Endpoint], method: str, operation_id: str, components: Components) -> Json:
    endpoint = function.declaration
    inputs = _inputs(endpoint)
    tag = endpoint.dialect.name
    text = inspect.cleandoc(endpoint.function.__doc__ or "").partition("\n")[2].strip()
    operation: Json = {
        "operationId": operation_id,
        "tags": [tag],
        "summary": _sentence(summary(endpoint.function).partition(": ")[2]),
        "description": "\n\n".join(part for part in (text, ACCESS[endpoint.security]) if part),
    }
    given = [_parameter(tag, name, "path", schema, required=True) for name, schema in inputs.path.items()]
    given += _query(tag, inputs, components)
    is_kept = endpoint.around is not None and method == "POST"
    if is_kept:
        given.append(_parameter(tag, HEADER, "header", dict(_KEY), required=False))
    if given:
        operation["parameters"] = given
    if inputs.body:
        operation["requestBody"] = _body("application/json", components.model(inputs.body), inputs.body_required)
    if inputs.form:
        operation["requestBody"] = _body("multipart/form-data", components.model(inputs.form), required=True)
    operation["responses"] = dict(
        sorted({**_answers(endpoint, components), **_errors(endpoint, inputs, components)}.items())
    )
    if not is_kept:
        operation["responses"].pop("409", None)
    operation["security"] = [] if endpoint.security == "public" else [{endpoint.security: []}]
    return operation


def _sentence(text: str) -> str:
    return (text[:1].upper() + text[1:]).removesuffix(".")


def _inputs(endpoint: Endpoint) -> Inputs:
    path: dict[str, Json] = {}
    models: dict[Source, type[BaseModel]] = {}
    errors: set[type[DomainError]] = set()
    for parameter in _all_parameters(endpoint.function):
        marker = parameter.marker
        if isinstance(marker, PathId):
            path[parameter.name] = _UUID
            errors.add(type(marker.otherwise("")))
        elif marker in (Source.BODY, Source.OPTIONAL_BODY, Source.QUERY, Source.FORM):
            models[marker] = parameter.type
            errors.add(Invalid)
        elif marker is None and parameter.type not in (Caller, Request):
            path[parameter.name] = {"type": "string"}
    loaded = {parameter.name: parameter.type for parameter in parameters(endpoint.function)}
    for part in endpoint.path.split("/"):  # those that a Load function reads from the request itself
        if part.startswith("{"):
            name = part[1:-1]
            path.setdefault(name, _NUMBER if loaded.get(name) is int else {"type": "string"})
    body = models.get(Source.BODY) or models.get(Source.OPTIONAL_BODY)
    if body:
        errors |= {BadRequest, TooLarge}
    if Source.FORM in models:
        errors |= {BadRequest, TooLarge, Unsupported}
    path = {name: schema for name, schema in path.items() if f"{{{name}}}" in endpoint.path}
    return Inputs(
        path, models.get(Source.QUERY), body, Source.BODY in models, models.get(Source.FORM), frozenset(errors)
    )


def _all_parameters(function: Callable[..., Any]) -> Iterator[Parameter]:
    for parameter in parameters(function):
        if isinstance(parameter.marker, Load):
            yield from _all_parameters(parameter.marker.function)
        else:
            yield parameter


def _query(tag: str, inputs: Inputs, components: Components) -> list[Json]:
    if inputs.query is None:
        return []
    schema = inputs.query.model_json_schema(ref_template=_REF)
    for name, part in cast("dict[str, Json]", schema.get("$defs", {})).items():
        components.add(name, part)
    required = schema.get("required", ())
    return [
        _parameter(
            tag,
            name,
            "query",
            {key: value for key, value in part.items() if key != "title" and value != ""},
            name in required,
        )
        for name, part in cast("dict[str, Json]", schema["properties"]).items()
    ]


def _parameter(tag: str, name: str, location: str, schema: Json, required: bool) -> Json:
    """Return one parameter. The description and the examples of its pydantic field go before those of the table."""
    description, examples = schema.get("description"), schema.get("examples")
    return {
        "name": name,
        "in": location,
        "description": description or text_of(tag, name).description,
        "required": required,
        "schema": {key: value for key, value in schema.items() if key not in ("description", "examples")},
        "example": examples[0] if examples else text_of(tag, name).example,
    }


def _body(media_type: str, schema: Json, required: bool) -> Json:
    return {"required": required, "content": {media_type: {"schema": schema}}}


def _answers(endpoint: Endpoint, components: Components) -> dict[str, Json]:
    hint = get_type_hints(endpoint.function, include_extras=True)["return"]
    kinds = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    bodies = [get_args(kind)[0] if get_origin(kind) is Reply else kind for kind in kinds]
    content = next((body for body in bodies if body is not type(None)), None)
    answer: Json = {"description": _MEANINGS[endpoint.status]}
    if content is bytes:
        is_json = endpoint.media_type == "application/json"
        answer["content"] = {endpoint.media_type: {"schema": {"type": "object"} if is_json else _BINARY}}
    elif content is not None:
        answer["content"] = {endpoint.media_type: {"schema": components.of(content)}}
    return {str(endpoint.status): answer}


def _errors(endpoint: Endpoint, inputs: Inputs, components: Components) -> dict[str, Json]:
    """The refusals of the handler, of what its parameters are made by, and of the gateway before it."""
    kinds = {*endpoint.errors, *inputs.errors}
    if endpoint.grants:
        kinds.add(Unavailable)
    by_status: dict[int, dict[str, Json]] = {}
    for kind in sorted(kinds, key=lambda kind: kind.__name__):
        status, body = endpoint.dialect.answer(_sample(kind))
        by_status.setdefault(status, {})[kind.__name__] = body
    gateway = {401: _NO_TOKEN, 429: _THROTTLED} if endpoint.security != "public" else {429: _THROTTLED}
    for status, examples in gateway.items():
        by_status.setdefault(status, {}).update(examples)
    return {str(status): _refusal(status, bodies, components) for status, bodies in by_status.items()}


def _sample(kind: type[DomainError]) -> DomainError:
    """An error of this kind with no more in it than its kind says."""
    if issubclass(kind, Invalid):
        return kind(Violation(_FIELD, "What is wrong with it"))
    if issubclass(kind, RetryLater):
        return kind("Why", 1)
    return kind("Why")


def _refusal(status: int, bodies: Mapping[str, Json], components: Components) -> Json:
    schemas: list[Json] = []
    for body in bodies.values():
        reference = components.add(_ERROR_NAMES[frozenset(body)], _schema_of(body))
        if reference not in schemas:
            schemas.append(reference)
    refusal: Json = {
        "description": _MEANINGS[status],
        "content": {
            "application/json": {
                "schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas},
                "examples": {name: {"value": body} for name, body in bodies.items()},
            }
        },
    }
    if status in (409, 429, 503):
        refusal["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer", "minimum": 1}}}
    return refusal


def _schema_of(value: Any) -> Json:
    """The schema that an example implies."""
    match value:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": {}}
        case _:
            fields = cast(Json, value)
            if _FIELD in fields:
                return {"type": "object", "additionalProperties": _schema_of(fields[_FIELD])}
            return {
                "type": "object",
                "properties": {name: _schema_of(part) for name, part in fields.items()},
                "required": list(fields),
            }


def _public_links(function: Function[Endpoint], paths: Mapping[str, Json]) -> dict[str, Json]:
    """The public links: the CDN serves them, and the renderer's route takes the same file names and queries."""
    tag = function.declaration.dialect.name
    id_: Json = {"type": "string", "pattern": f"^[0-9a-f-]{{36}}({links.THUMBNAIL_SUFFIX})?$"}
    extension: Json = {"type": "string", "enum": list(options.EXTENSIONS)}
    parts = [_parameter(tag, "id", "path", id_, True), _parameter(tag, "ext", "path", extension, True)]
    queries = [
        _parameter(tag, name, "query", dict(option.schema), required=False)
        for option in options.OPTIONS
        for name in option.names
    ]
    api_path = function.declaration.path
    cdn_path = "/image/{id}.{ext}"
    changed: dict[str, Json] = {api_path: {**paths[api_path]}, cdn_path: {}}
    for method in map(str.lower, function.declaration.methods):
        operation = cast(Json, paths[api_path][method])
        given = cast("list[Json]", operation["parameters"])
        responses = cast(Json, operation["responses"])
        changed[api_path][method] = {**operation, "parameters": [*given, *queries]}
        changed[cdn_path][method] = {
            **operation,
            "operationId": f"{operation['operationId']}_by_link",
            "summary": "Return a picture by its public link, from the CDN",
            "parameters": [*parts, *queries],
            # The CDN serves links without the gateway, which is what throttles.
            "responses": {status: answer for status, answer in responses.items() if status != "429"},
        }
    return changed


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(render(document(discover())), encoding="utf-8")
    print(f"{DOCUMENT}: written")


if __name__ == "__main__":
    main()

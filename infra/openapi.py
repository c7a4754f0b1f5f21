"""The OpenAPI document: ``python -m infra.openapi`` derives it from the declarations and writes it to its function."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel

from constellation import VERSION
from constellation.common.errors import BadRequest, DomainError, Invalid, TooLarge, Unsupported
from constellation.imaging import grammar, options
from constellation.links import model as links
from constellation.runtime import dialects, digests, idempotency
from constellation.runtime.binding import Load, Parameter, PathId, Source, parameters
from constellation.runtime.endpoint import Endpoint
from constellation.runtime.request import Caller, Request
from constellation.variants import model as variants
from infra.discovery import FUNCTIONS, Application, Function, discover, summary
from infra.openapi_answers import JSON, answers
from infra.openapi_schemas import REF, Components, Json
from infra.openapi_texts import ACCESS, INTRODUCTION, SCOPE, TAGS, text_of

DOCUMENT = FUNCTIONS / "docs" / "get_openapi" / "openapi.json"

_UUID: Json = {"type": "string", "format": "uuid"}
_NUMBER: Json = {"type": "integer", "minimum": 1}
_TEXT: Json = {"type": "string"}
_NAMES: Mapping[str, Json] = {"name": {"type": "string", "pattern": f"^{variants.NAME}$"}}
"""The schemas of names in paths, by the parameter."""
_KEY: Json = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}

_REQUEST_HEADERS: Mapping[int, tuple[str, ...]] = {206: ("Range", "If-Range"), 304: ("If-None-Match",)}
"""The headers of requests that an answer with a status is given to."""

_SECURITY_SCHEMES: Mapping[str, Json] = {
    "jwt": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token, as a login returns it, or a scoped token, `cst_…`, as `POST /api/user/tokens`"
        " returns it. Each operation says which scope a scoped token needs.",
    },
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, `sk_…`. It is accepted by `/api/external/upload` only.",
    },
}


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
            operation = _operation(function, method, operation_id, components)
            paths.setdefault(endpoint.path, {})[method.lower()] = operation
    for function in application.endpoints:
        if function.declaration.function_url and function.declaration.dialect is dialects.links:
            paths.update(_public_links(function, paths))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Constellation",
            "version": VERSION,
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
        "description": "\n\n".join(part for part in (text, _access(endpoint)) if part),
    }
    given = [_parameter(tag, name, "path", schema, required=True) for name, schema in inputs.path.items()]
    given += _query(tag, inputs, components)
    names = [name for status in endpoint.also for name in _REQUEST_HEADERS.get(status, ())]
    given += [_parameter(tag, name, "header", _TEXT, required=False) for name in names]
    if inputs.body or inputs.form:
        given.append(_parameter(tag, digests.HEADER, "header", _TEXT, required=False))
    is_kept = endpoint.around is not None and method == "POST"
    if is_kept:
        given.append(_parameter(tag, idempotency.HEADER, "header", _KEY, required=False))
    if given:
        operation["parameters"] = given
    if inputs.body:
        operation["requestBody"] = _body(JSON, inputs.body, inputs.body_required, components)
    if inputs.form:
        operation["requestBody"] = _body("multipart/form-data", inputs.form, True, components)
    pages = inputs.query is not None and "cursor" in inputs.query.model_fields
    operation["responses"] = answers(endpoint, method, pages, inputs.errors, components)
    if not is_kept:
        operation["responses"].pop("409", None)
    operation["security"] = [] if endpoint.security == "public" else [{endpoint.security: []}]
    return operation


def _access(endpoint: Endpoint) -> str:
    """Return what an operation requires: a credential, and of a scoped token a scope."""
    scopes = [SCOPE.get(scope, f"`{scope}`") for scope in endpoint.scopes]
    if not scopes:
        return ACCESS[endpoint.security]
    needed = scopes[0] if endpoint.scopes[0] in SCOPE else f"A scoped token needs the scope {' or '.join(scopes)}."
    return f"{ACCESS[endpoint.security]} {needed}"


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
            path[parameter.name] = _NAMES.get(parameter.name, _TEXT)
    loaded = {parameter.name: parameter.type for parameter in parameters(endpoint.function)}
    for part in endpoint.path.split("/"):  # those that a Load function reads from the request itself
        if part.startswith("{"):
            name = part[1:-1]
            path.setdefault(name, _NUMBER if loaded.get(name) is int else _NAMES.get(name, _TEXT))
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
    schema = inputs.query.model_json_schema(ref_template=REF)
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


def _body(media_type: str, model: type[BaseModel], required: bool, components: Components) -> Json:
    schema = components.model(model)
    return {"required": required, "content": {media_type: {"schema": schema, "example": components.example(schema)}}}


def _public_links(function: Function[Endpoint], paths: Mapping[str, Json]) -> dict[str, Json]:
    """The public links: the CDN serves them, and the renderer's route takes the same file names and queries."""
    tag = function.declaration.dialect.name
    file = f"[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}({links.THUMBNAIL_SUFFIX})?"
    id_: Json = {"type": "string", "pattern": f"^{file}$"}
    extension: Json = {"type": "string", "enum": [*options.EXTENSIONS, options.AUTO]}
    name: Json = {"type": "string", "pattern": rf"^{file}\.({'|'.join([*options.EXTENSIONS, options.AUTO])})$"}
    parts = [_parameter(tag, "id", "path", id_, True), _parameter(tag, "ext", "path", extension, True)]
    whole = _parameter(tag, "image_id", "path", name, True)
    queries = [
        _parameter(tag, name, "query", dict(option.schema), required=False)
        for option in grammar.OPTIONS
        for name in option.names
    ]
    api_path = function.declaration.path
    cdn_path = "/image/{id}.{ext}"
    changed: dict[str, Json] = {api_path: {**paths[api_path]}, cdn_path: {}}
    for method in map(str.lower, function.declaration.methods):
        operation = cast(Json, paths[api_path][method])
        headers = [each for each in cast("list[Json]", operation["parameters"]) if each["in"] == "header"]
        responses = cast(Json, operation["responses"])
        changed[api_path][method] = {**operation, "parameters": [whole, *queries, *headers]}
        changed[cdn_path][method] = {
            **operation,
            "operationId": f"{operation['operationId']}_by_link",
            "summary": "Return a picture by its public link, from the CDN",
            "parameters": [*parts, *queries, *headers],
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

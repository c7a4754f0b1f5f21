"""The schemas of the OpenAPI document: the inputs and outputs of handlers, with a description of each field."""

import inspect
import types
from collections.abc import Mapping, Sequence
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

from infra.discovery import DeclarationError
from infra.openapi_texts import EXAMPLES, text_of

Json = dict[str, Any]

REF = "#/components/schemas/{model}"

BINARY: Json = {"type": "string", "format": "binary"}


class Components:
    """The schemas that are named, each name one schema."""

    def __init__(self) -> None:
        self.schemas: dict[str, Json] = {}
        self._types: dict[str, Any] = {}

    def add(self, name: str, schema: Json) -> Json:
        """Keep ``schema`` as ``name`` and return the reference to it. DeclarationError when another has the name."""
        if self.schemas.setdefault(name, schema) != schema:
            raise DeclarationError(f"two different schemas are named {name}")
        return _reference(name)

    def model(self, model: type[BaseModel]) -> Json:
        """The schema of an input, its parts named."""
        schema = model.model_json_schema(ref_template=REF)
        for name, part in cast("dict[str, Json]", schema.pop("$defs", {})).items():
            self.add(name, _described(name, part))
        return self.add(model.__name__, _described(model.__name__, schema))

    def of(self, hint: Any) -> Json:
        """The schema of what a handler returns: TypedDicts by name, everything else where it stands.

        What a text is annotated with is its format, or a tuple of all values that it can have. Bytes are annotated with
        the type that their JSON has.
        """
        origin, arguments = get_origin(hint), get_args(hint)
        if is_typeddict(hint):
            return self._typed_dict(hint)
        if origin is Annotated:
            return self._annotated(*arguments)
        if origin in (NotRequired, Required):
            return self.of(arguments[0])
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin in (list, Sequence):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if hint is bytes:
            return BINARY
        return TypeAdapter(hint).json_schema()

    def example(self, schema: Json) -> Any:
        """Return an example of a schema. DeclarationError where it has a field without one."""
        return self._example(schema, "", "")

    def _annotated(self, hint: Any, marker: Any) -> Json:
        if hint is bytes:
            return self.of(marker)
        said: Json = {"format": marker} if isinstance(marker, str) else {"enum": list(marker)}
        return {**self.of(hint), **said}

    def _typed_dict(self, hint: Any) -> Json:
        name = hint.__name__
        known = self._types.get(name)
        if known not in (None, hint):
            raise DeclarationError(f"two different types are named {name}")
        if known is None:
            self._types[name] = hint  # before its fields, of which it may be one
            hints = get_type_hints(hint, include_extras=True)
            schema = {
                "type": "object",
                "description": inspect.cleandoc(hint.__doc__ or ""),
                "properties": {field: self.of(kind) for field, kind in hints.items()},
                "required": sorted(hint.__required_keys__),
            }
            self.add(name, _described(name, schema))
        return _reference(name)

    def _example(self, schema: Json, model: str, field: str) -> Any:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name in EXAMPLES:
                return EXAMPLES[name]
            properties = cast("dict[str, Json]", self.schemas[name].get("properties", {}))
            return {each: self._example(part, name, each) for each, part in properties.items()}
        if "anyOf" in schema and any(_is_object(part) for part in schema["anyOf"]):
            return self._example(schema["anyOf"][0], model, field)
        if schema.get("type") == "array" and (_is_object(schema["items"]) or not field):
            return [self._example(schema["items"], model, field)]
        return text_of(model, field).example if field else schema.get("examples", ["…"])[0]


def _reference(name: str) -> Json:
    return {"$ref": REF.format(model=name)}


def _is_object(schema: Json) -> bool:
    return "$ref" in schema


def _described(name: str, schema: Json) -> Json:
    """Return the schema of a model with a description of each of its fields, and without pydantic's titles."""
    properties = cast("dict[str, Json]", schema.get("properties", {}))
    return {
        **{key: value for key, value in schema.items() if key != "title"},
        "properties": {field: _described_field(name, field, part) for field, part in properties.items()},
    }


def _described_field(model: str, field: str, schema: Json) -> Json:
    bare = {key: value for key, value in schema.items() if key not in ("title", "examples")}
    if "$ref" in bare:
        return bare  # what it refers to has a description
    return {**bare, "description": bare.get("description") or text_of(model, field).description}

"""Options of links as members of a JSON object."""

from collections.abc import Mapping, Sequence
from typing import Any

from constellation.imaging.grammar import OPTIONS, parse_options

_NAMES = {name: option for option in OPTIONS for name in option.names}
_NUMBERS = ("dpr", "rotate")

_SIDES = [option.names for option in OPTIONS if len(option.names) > 1]
_ANY: Mapping[str, Any] = {}


def _given(**members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of the objects that have all these members."""
    return {"required": [*members], "properties": members}


_EXCLUDED: Sequence[Mapping[str, Any]] = (
    *(_given(**dict.fromkeys(names, _ANY)) for names in _SIDES),
    _given(crop={"const": True}, fit={"enum": ["inside", "pad"]}),
    *(
        _given(fit={"const": "pad"}) | {"not": {"anyOf": [_given(**{name: _ANY}) for name in names]}}
        for names in _SIDES
    ),
)
"""The JSON schemas of options that exclude each other. That of a side times ``dpr`` has no schema."""


def asked_options(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the options among the members of an object, by their names, as a query spells them.

    Null counts as left out. Raises Invalid with one violation for each wrong option.
    """
    asked = {name: _text(given[name]) for name in _NAMES if given.get(name) is not None}
    parse_options({name: [value] for name, value in asked.items()})
    return asked


def shown_options(asked: Mapping[str, str]) -> dict[str, Any]:
    """Return options as members of a JSON object."""
    return {name: _value(name, text) for name, text in asked.items()}


def with_options(schema: dict[str, Any]) -> None:
    """Add the options to the JSON schema of an object that has them as members."""
    for field in schema["properties"].values():
        field.pop("default", None)
    for name in _NAMES:
        schema["properties"][name] = _schema(name)
    schema.pop("additionalProperties", None)
    schema["not"] = {"anyOf": list(_EXCLUDED)}


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_NAMES[name].schema)
    if name not in _NUMBERS:
        return schema
    values = [_value(name, text) for text in schema["enum"]]
    whole = {"type": "integer", "enum": [value for value in values if isinstance(value, int)]}
    # Generators of clients take no enumeration of whole numbers and others.
    others = [{"type": "number", "const": value} for value in values if isinstance(value, float)]
    return {"anyOf": [whole, *others]} if others else whole


def _text(value: Any) -> str:
    """Return a value as a query spells it, which is no valid one for what is neither text, number nor truth value."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return f"{value:g}" if abs(value) < 1e6 else str(value)
        case _:
            return ""


def _value(name: str, text: str) -> Any:
    match _NAMES[name].schema["type"]:
        case "boolean":
            return text.lower() == "true"
        case "integer":
            return int(text)
        case _:
            return (float(text) if "." in text else int(text)) if name in _NUMBERS else text

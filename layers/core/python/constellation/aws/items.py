"""Items: DynamoDB's wire form of attributes from plain Python values and back, for the types that the tables hold."""

import base64
from collections.abc import Mapping
from typing import Any, cast

Wire = dict[str, Any]
"""One attribute value as the API carries it: ``{"S": "text"}``."""


def to_wire(values: Mapping[str, Any]) -> dict[str, Wire]:
    """Return the wire form of texts, bytes, sets of texts, whole numbers, booleans and maps. TypeError for others."""
    return {name: _wire(value) for name, value in values.items()}


def from_wire(item: Mapping[str, Wire]) -> dict[str, Any]:
    """Return the plain values of attributes in wire form."""
    return {name: value["S"] if "S" in value else _plain(value) for name, value in item.items()}


def _wire(value: Any) -> Wire:
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case dict():
            return {"M": to_wire(cast("dict[str, Any]", value))}
        case set():
            return {"SS": sorted(cast("set[str]", value))}
        case _:
            raise TypeError("no wire form for this type")


def _plain(value: Wire) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return int(content)
        case "M":
            return from_wire(content)
        case "SS":
            return set(content)
        case "B":  # in base64, unless the SDK has decoded it
            return base64.b64decode(content) if isinstance(content, str) else content
        case _:
            return content

"""Understand the key condition of a query: which attribute it compares with what."""

from collections.abc import Mapping
from typing import Any

from infra.local.ministack_internals import dynamodb

Condition = tuple[str, list[Mapping[str, Any]]]
"""An operator and its operands; the operand on the left is the attribute."""

_TURNED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

_Tokens = list[tuple[str, str]]


def key_conditions(request: Mapping[str, Any]) -> dict[str, Condition] | None:
    """Return the key conditions of a query by the attribute, or None if they are not understood."""
    names: Mapping[str, str] = request.get("ExpressionAttributeNames") or {}
    values: Mapping[str, Any] = request.get("ExpressionAttributeValues") or {}
    tokens: _Tokens = dynamodb.tokenize(request.get("KeyConditionExpression") or "")
    found: dict[str, Condition] = {}
    for clause in dynamodb.key_condition_clauses(_bare([token for token in tokens if token[0] != "EOF"])):
        condition = _condition(_bare(clause))
        if condition is None:
            return None
        reference, operator, operands = condition
        name = names.get(reference, reference)
        if name in found or not all(isinstance(values.get(operand), dict) for operand in operands):
            return None
        found[name] = operator, [values[operand] for operand in operands]
    return found


def _bare(tokens: _Tokens) -> _Tokens:
    """Return tokens without the parentheses around all of them."""
    depth = 0
    for place, (kind, _) in enumerate(tokens):
        depth += {"LPAREN": 1, "RPAREN": -1}.get(kind, 0)
        if depth == 0:
            return _bare(tokens[1:-1]) if kind == "RPAREN" and place == len(tokens) - 1 else tokens
    return tokens


def _condition(clause: _Tokens) -> tuple[str, str, list[str]] | None:
    """Return the attribute, the operator and the operands of a condition, or None if it is not understood."""
    match clause:
        case [("IDENT" | "NAME_REF", name), (_, operator), ("VALUE_REF", value)] if operator in _TURNED:
            return name, operator, [value]
        case [("VALUE_REF", value), (_, operator), ("IDENT" | "NAME_REF", name)] if operator in _TURNED:
            return name, _TURNED[operator], [value]
        case [
            ("IDENT" | "NAME_REF", name),
            ("IDENT", between),
            ("VALUE_REF", low),
            ("IDENT", and_),
            ("VALUE_REF", high),
        ] if (between.upper(), and_.upper()) == ("BETWEEN", "AND"):
            return name, "BETWEEN", [low, high]
        case [
            ("IDENT", function),
            ("LPAREN", _),
            ("IDENT" | "NAME_REF", name),
            ("COMMA", _),
            ("VALUE_REF", value),
            ("RPAREN", _),
        ] if function.lower() == "begins_with":
            return name, "begins_with", [value]
        case _:
            return None

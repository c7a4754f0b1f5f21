"""Identifiers, as fields of pydantic models."""

from typing import Annotated

from pydantic import AfterValidator, Field

from constellation.domain.ids import parse_id


def _id(value: str) -> str:
    identifier = parse_id(value)
    if identifier is None:
        raise ValueError("This is not a valid UUID.")
    return identifier


Uuid = Annotated[str, Field(json_schema_extra={"format": "uuid"}), AfterValidator(_id)]
"""An identifier, lowered."""

"""Types of fields that the inputs of several features share."""

import re
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainValidator, WithJsonSchema

from constellation.common.ids import parse_id
from constellation.common.names import NAME_LIMIT, PATTERN, clean_name
from constellation.common.times import from_wire
from constellation.runtime.multipart import UploadedFile

NO_FILE = "No file was uploaded."


def _file(value: object) -> UploadedFile:
    """Return a file of a form. Text under its name is not a file, nor is what a browser sends when none was chosen."""
    if not isinstance(value, UploadedFile) or not (value.name or value.data):
        raise ValueError(NO_FILE)
    return value


File = Annotated[UploadedFile, PlainValidator(_file), WithJsonSchema({"type": "string", "format": "binary"})]
"""A file that is required."""


def _id(value: str) -> str:
    identifier = parse_id(value)
    if identifier is None:
        raise ValueError("This is not a valid UUID.")
    return identifier


Uuid = Annotated[str, Field(json_schema_extra={"format": "uuid"}), AfterValidator(_id)]
"""An identifier, in lower case."""


def _distinct(ids: list[str]) -> list[str]:
    if len(set(ids)) < len(ids):
        raise ValueError("No image can be named twice.")
    return ids


DISTINCT = AfterValidator(_distinct)
"""Refuses a list of ids in which an image occurs twice. It comes after the bounds of the list."""

UNIQUE: dict[str, Any] = {"uniqueItems": True}
"""What the schema of such a list says besides."""


Name = Annotated[
    str,
    AfterValidator(partial(clean_name, longest=NAME_LIMIT)),
    Field(json_schema_extra={"minLength": 1, "maxLength": NAME_LIMIT, "pattern": PATTERN}),
]
"""A name, trimmed."""


def _moment(value: Any) -> Any:
    return from_wire(value) if isinstance(value, str) else value


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A time with an offset."""


def without_defaults(schema: dict[str, Any]) -> None:
    """Remove the defaults from a schema: a field that is not sent is unchanged rather than set to its default."""
    for field in schema["properties"].values():
        field.pop("default", None)


_LARGEST_PAGE = 100


def _limit(value: Any) -> int:
    number = int(value) if re.fullmatch("[0-9]{1,3}", str(value), re.ASCII) else 0
    if not 1 <= number <= _LARGEST_PAGE:
        raise ValueError(f"This value should be a whole number from 1 to {_LARGEST_PAGE}.")
    return number


Limit = Annotated[int, Field(ge=1, le=_LARGEST_PAGE), BeforeValidator(_limit)]
"""The most entries of a page."""

CursorText = Annotated[str, Field(min_length=1)]
"""A cursor from an earlier page."""


class PageQuery(BaseModel):
    """The query for a page of a list. Without a ``limit`` the page is as long as an answer may be."""

    limit: Limit | None = None
    cursor: CursorText = ""


class ListQuery(BaseModel):
    """The query for a page of a list. Without a ``limit`` a page has 25 entries."""

    limit: Limit = 25
    cursor: CursorText = ""


def one_of(*choices: str) -> BeforeValidator:
    """Return a validator that accepts only the ``choices``."""

    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"This value should be one of {', '.join(choices)}.")
        return value

    return BeforeValidator(check, json_schema_input_type=cast("Any", Literal)[choices])


Description = Annotated[str, Field(max_length=255)]

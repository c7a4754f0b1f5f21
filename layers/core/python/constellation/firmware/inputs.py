"""The inputs of the routes of document 002. Fields have their names on the wire."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, WithJsonSchema, model_validator

from constellation.common.names import PATTERN, exact_name
from constellation.common.sizes import EMPTY_FILE
from constellation.firmware.model import EXTENSION, LABEL_LIMIT
from constellation.firmware.versions import LONGEST, VERSION, parse_version
from constellation.runtime.fields import NO_FILE, PageQuery, Uuid, one_of, without_defaults
from constellation.runtime.multipart import UploadedFile


def _label(text: str) -> str:
    return exact_name(text, LABEL_LIMIT)


def _filter(text: str) -> str:
    return text and _label(text)


def _version(text: str) -> str:
    return parse_version(text).text


def _hex_file(value: object) -> UploadedFile:
    if not isinstance(value, UploadedFile):
        raise ValueError(NO_FILE)
    if not value.name:
        raise ValueError("The file has no name.")
    if not value.name.lower().endswith(EXTENSION):
        raise ValueError(f"The file's name must end in {EXTENSION}.")
    if not value.data:
        raise ValueError(EMPTY_FILE)
    return value


Label = Annotated[
    str,
    AfterValidator(_label),
    Field(json_schema_extra={"minLength": 1, "maxLength": LABEL_LIMIT, "pattern": PATTERN}),
]
VersionText = Annotated[
    str, AfterValidator(_version), Field(json_schema_extra={"maxLength": LONGEST, "pattern": f"^{VERSION}$"})
]
HexFile = Annotated[UploadedFile, PlainValidator(_hex_file), WithJsonSchema({"type": "string", "format": "binary"})]


class NewFirmware(BaseModel, json_schema_extra=without_defaults):
    """A new firmware image. It belongs to the constellation, if one is named, else to the caller."""

    label: Label
    fw_version: VersionText
    constellation_uuid: Uuid = ""


class FirmwareList(PageQuery):
    """The query of a list of firmware images, the newest or the highest versions first.

    ``label`` selects the firmware images of exactly this label.
    """

    label: Annotated[str, AfterValidator(_filter), Field(json_schema_extra={"maxLength": LABEL_LIMIT})] = ""
    sort: Annotated[str, one_of("version")] = ""


class UpdateCheck(BaseModel):
    """A device's question whether a label has a newer version than its ``current`` one.

    Only the constellation is searched, if one is named, else the caller's own firmware that lies in none.
    """

    label: Label
    current: VersionText = ""
    pre: Annotated[str, one_of("true", "false")] = "false"
    constellation_uuid: Uuid = ""


class BinaryUpload(BaseModel):
    """The form with which a binary is uploaded."""

    image: HexFile

    @model_validator(mode="before")
    @classmethod
    def _treat_a_missing_file_as_an_empty_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {"image": None, **fields}

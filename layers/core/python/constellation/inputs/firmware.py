"""What document 002's routes take; field names as on the wire."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, WithJsonSchema, model_validator

from constellation.domain.firmware import EXTENSION, LABEL_LIMIT
from constellation.domain.names import exact_name
from constellation.domain.sizes import EMPTY_FILE
from constellation.domain.uploads import UploadedFile
from constellation.domain.versions import LONGEST, parse_version
from constellation.inputs.files import NO_FILE
from constellation.inputs.ids import Uuid
from constellation.inputs.listing import Slice, one_of
from constellation.inputs.schemas import without_defaults


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


Label = Annotated[str, AfterValidator(_label), Field(json_schema_extra={"minLength": 1, "maxLength": LABEL_LIMIT})]
VersionText = Annotated[str, AfterValidator(_version), Field(json_schema_extra={"maxLength": LONGEST})]
HexFile = Annotated[UploadedFile, PlainValidator(_hex_file), WithJsonSchema({"type": "string", "format": "binary"})]


class NewFirmware(BaseModel, json_schema_extra=without_defaults):
    """A new firmware image; it is the caller's where no constellation is named."""

    label: Label
    fw_version: VersionText
    constellation_uuid: Uuid = ""


class FirmwareList(Slice):
    """The query of a list: exactly one label if one is given, the newest first or the highest versions."""

    label: Annotated[str, AfterValidator(_filter), Field(json_schema_extra={"maxLength": LABEL_LIMIT})] = ""
    sort: Annotated[str, one_of("version")] = ""


class UpdateCheck(BaseModel):
    """What a device asks: whether there is anything newer of a label than what it has.

    It is looked for in the constellation that is named, else in the caller's own firmware that lies in none.
    """

    label: Label
    current: VersionText = ""
    pre: Annotated[str, one_of("true", "false")] = "false"
    constellation_uuid: Uuid = ""


class BinaryUpload(BaseModel):
    """The form of an upload."""

    image: HexFile

    @model_validator(mode="before")
    @classmethod
    def _say_a_missing_file_as_an_empty_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {"image": None, **fields}

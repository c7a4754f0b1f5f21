"""Files in forms, as fields of pydantic models."""

from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from constellation.domain.uploads import UploadedFile

NO_FILE = "No file was uploaded."


def _file(value: object) -> UploadedFile:
    """A file part. Text under a file's name is no file, nor is what a browser sends when none was chosen."""
    if not isinstance(value, UploadedFile) or not (value.name or value.data):
        raise ValueError(NO_FILE)
    return value


File = Annotated[UploadedFile, PlainValidator(_file), WithJsonSchema({"type": "string", "format": "binary"})]
"""A file that must be there."""

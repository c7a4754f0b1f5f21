"""What document 003's routes take."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from constellation.inputs.files import File


class GuestUpload(BaseModel):
    """The form of an upload without an account."""

    image: File
    description: Annotated[str, Field(max_length=255)] = ""

    @model_validator(mode="before")
    @classmethod
    def _say_a_missing_file_as_an_empty_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {"image": None, **fields}


class Upload(GuestUpload):
    """The form of an upload by a user, who may also list it publicly."""

    isPublic: bool = False

"""Inputs of the image routes of both surfaces; field names as on the wire."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator

from constellation.images.model import COMMENT_LIMIT
from constellation.runtime.fields import Description, File, Name, PageQuery, Uuid, without_defaults


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("This value should not be blank.")
    return text


class NewImage(BaseModel, json_schema_extra=without_defaults):
    """The form of an upload, into a folder of a constellation, its root, or none."""

    file: File
    name: Name = ""
    constellation_uuid: Uuid = ""
    folder_uuid: Uuid = ""


class ImageMove(BaseModel, json_schema_extra=without_defaults):
    """An image's new name, and where it is to lie."""

    name: Name = ""
    constellation_uuid: Uuid = ""
    folder_uuid: Uuid = ""


class ImageQuery(PageQuery):
    """The query of the images that a user sees, or of those in one constellation."""

    constellation_uuid: Uuid = ""


class NewComment(BaseModel):
    """What is to be said of an image."""

    content: Annotated[str, Field(min_length=1, max_length=COMMENT_LIMIT), AfterValidator(_said)]


_MOST_IDS = 100


class ImageIds(BaseModel):
    """The query of images by their ids."""

    ids: list[Uuid] = Field(alias="uuid[]", min_length=1, max_length=_MOST_IDS)


class GuestUpload(BaseModel):
    """The form of an upload without an account."""

    image: File
    description: Description = ""

    @model_validator(mode="before")
    @classmethod
    def _say_a_missing_file_as_an_empty_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {"image": None, **fields}


class Upload(GuestUpload):
    """The form of an upload by a user, who may also list it publicly."""

    isPublic: bool = False


class ImageDescription(BaseModel, json_schema_extra=without_defaults):
    """What is to be said of an image from now on; what is not in it stays."""

    description: Description = ""
    isPublic: bool = False


class Deletion(BaseModel):
    """How to delete an image: ``preserveOnDisk`` keeps the bytes of its original."""

    preserveOnDisk: bool = False

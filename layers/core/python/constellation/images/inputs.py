"""Request bodies, forms and queries of images, with the field names of the contract."""

import re
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, Field, model_validator

from constellation.common.errors import BLANK
from constellation.images.model import CENTER, COMMENT_LIMIT, MOST_FILES, MOST_UPLOADS, OPEN, SIGNED, ImageChange
from constellation.imaging.grammar import FOCUS
from constellation.runtime.fields import NO_FILE, Description, File, Name, PageQuery, Uuid, one_of, without_defaults
from constellation.runtime.multipart import UploadedFile
from constellation.tags.inputs import TagText
from constellation.tags.model import MOST_TAGS

AccessText = Annotated[str, one_of(OPEN, SIGNED)]
"""Who can use the links of an image."""


def _focus(text: str) -> str:
    """Return the one spelling of a focus."""
    if not re.fullmatch(FOCUS.form, text):
        raise ValueError(FOCUS.refusal)
    return text if "," not in text else ",".join(f"{float(part):g}" for part in text.split(","))


FocusText = Annotated[str, AfterValidator(_focus), Field(json_schema_extra=cast("dict[str, Any]", dict(FOCUS.schema)))]
"""What a cut picture keeps, as links spell it."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError(BLANK)
    return text


class NewImage(BaseModel, json_schema_extra=without_defaults):
    """The form of an upload into a folder of a constellation, its root, or no constellation."""

    file: File
    name: Name = ""
    constellation_uuid: Uuid = ""
    folder_uuid: Uuid = ""
    access: AccessText = OPEN


class ImageMove(BaseModel, json_schema_extra=without_defaults):
    """A new name for an image, and the constellation and folder that it is to lie in."""

    name: Name = ""
    constellation_uuid: Uuid = ""
    folder_uuid: Uuid = ""


class ImageQuery(PageQuery):
    """The query of a list of all images that the caller sees, or of those in one constellation."""

    constellation_uuid: Uuid = ""


class NewComment(BaseModel):
    """A new comment."""

    content: Annotated[
        str,
        Field(min_length=1, max_length=COMMENT_LIMIT),
        AfterValidator(_not_blank),
        Field(json_schema_extra={"pattern": r"\S"}),
    ]


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
    def _treat_a_missing_file_as_an_empty_one(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {"image": None, **fields}


class Upload(GuestUpload):
    """The form of an upload by a user, who can also make the image public."""

    isPublic: bool = False
    access: AccessText = OPEN


def _some(files: list[UploadedFile]) -> list[UploadedFile]:
    if not files:
        raise ValueError(NO_FILE)
    return files


class Uploads(BaseModel):
    """The form of an upload of several files, to which the other fields apply alike."""

    image: Annotated[
        list[File], Field(max_length=MOST_UPLOADS, json_schema_extra={"minItems": 1}), AfterValidator(_some)
    ]
    description: Description = ""
    isPublic: bool = False
    access: AccessText = OPEN

    @model_validator(mode="before")
    @classmethod
    def _treat_missing_files_as_none(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {"image": [], **fields}


class ImageDescription(BaseModel, json_schema_extra=without_defaults):
    """New values for an image: its description, its visibility, who can use its links, and what cut pictures keep.

    A field that is left out stays. ``focus`` is ``center``, ``auto``, or a point as in links; null means ``center``.
    """

    description: Description = ""
    isPublic: bool = False
    access: AccessText = OPEN
    focus: FocusText | None = None

    @property
    def change(self) -> ImageChange:
        """Return the change of an image."""
        given = self.model_dump(exclude_unset=True)
        focus = (self.focus or CENTER) if "focus" in given else None
        return ImageChange(given.get("description"), given.get("isPublic"), access=given.get("access"), focus=focus)


_SHA_256 = "[0-9a-f]{64}"


def _digest(text: str) -> str:
    if not re.fullmatch(_SHA_256, text):
        raise ValueError("This value should be 64 hexadecimal digits, in lower case.")
    return text


Digest = Annotated[str, AfterValidator(_digest), Field(json_schema_extra={"pattern": f"^{_SHA_256}$"})]
"""The SHA-256 digest of a file."""


class Tags(BaseModel):
    """The new tags of an image, which replace those that it has. Of tags that compare as equal, the first counts."""

    tags: list[TagText] = Field(max_length=MOST_TAGS)


class Files(BaseModel):
    """The files to look for among those uploaded, by the SHA-256 digests of their bytes."""

    sha256: list[Digest] = Field(max_length=MOST_FILES)


class Deletion(BaseModel):
    """How to delete an image. ``preserveOnDisk`` keeps the bytes of its original."""

    preserveOnDisk: bool = False

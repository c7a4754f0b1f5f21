"""The input of the route that begins an upload. Fields have their names on the wire."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator

from constellation.common.errors import Invalid, Violation
from constellation.common.ids import new_id
from constellation.firmware.model import EXTENSION
from constellation.images.model import OPEN, SIGNED
from constellation.runtime.fields import Description, Name, Uuid, one_of, without_defaults
from constellation.runtime.urls import MOST_CHARACTERS, PATTERN, file_name, parse_url
from constellation.uploads.model import FIRMWARE, FORM_LIFE, IMAGE, LARGEST, ONLY_IMAGES, Upload, posted_key

_UNNAMED = "image"
"""The name of a fetched file whose address ends in none."""


def _address(text: str) -> str:
    parse_url(text)
    return text


SourceUrl = Annotated[
    str,
    Field(max_length=MOST_CHARACTERS, json_schema_extra={"pattern": PATTERN}),
    AfterValidator(_address),
]
"""The address of a file elsewhere."""


def _schema(schema: dict[str, Any]) -> None:
    without_defaults(schema)
    schema["required"].remove("fileName")  # needed without a sourceUrl only


class NewUpload(BaseModel, json_schema_extra=_schema):
    """The kind of a file, and what is known of it. ``image_id`` is the firmware image whose binary it becomes.

    With a ``sourceUrl`` the file, an image, is fetched from there. Its name is then the last part of the address, if
    none is sent. Without a ``sourceUrl`` the name is needed.
    """

    kind: Annotated[str, one_of(IMAGE, FIRMWARE)]
    sourceUrl: SourceUrl = ""
    fileName: Name
    size: Annotated[int, Field(le=LARGEST)] | None = None
    description: Description = ""
    isPublic: bool = False
    access: Annotated[str, one_of(OPEN, SIGNED)] = OPEN
    constellation_uuid: Uuid = ""
    folder_uuid: Uuid = ""
    image_id: Uuid = ""

    @model_validator(mode="before")
    @classmethod
    def _name_in_address(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Add the name of a file that is fetched, if the client sends none."""
        source = fields.get("sourceUrl")
        if "fileName" in fields or not isinstance(source, str):
            return fields
        return {**fields, "fileName": file_name(source) or _UNNAMED}

    def upload(self, user_id: str, now: datetime) -> Upload:
        """Return the upload. Raises Invalid for firmware that lacks what firmware needs."""
        is_image = self.kind == IMAGE
        if not is_image:
            self._check_firmware()
        id_ = new_id()
        return Upload(
            id=id_,
            key=posted_key(id_),
            user_id=user_id,
            kind=self.kind,
            name=self.fileName,
            created_at=now,
            expires_at=now + FORM_LIFE,
            size=self.size,
            description=self.description,
            is_public=self.isPublic,
            access=self.access,
            constellation=self.constellation_uuid if is_image else "",
            folder=self.folder_uuid if is_image else "",
            firmware="" if is_image else self.image_id,
            source=self.sourceUrl,
        )

    def _check_firmware(self) -> None:
        wrong: list[Violation] = []
        if not self.image_id:
            wrong.append(Violation("image_id", "", "missing"))
        if not self.fileName.lower().endswith(EXTENSION):
            wrong.append(Violation("fileName", f"The file's name must end in {EXTENSION}."))
        if self.sourceUrl:
            wrong.append(Violation("sourceUrl", ONLY_IMAGES))
        if wrong:
            raise Invalid(*wrong)

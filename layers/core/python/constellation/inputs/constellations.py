"""What the routes of documents 000 and 001 take; field names as on the wire."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from constellation.domain.constellations import COMMENT_LIMIT
from constellation.domain.errors import Invalid, Violation
from constellation.domain.ids import parse_id
from constellation.domain.rights import Right, parse_right
from constellation.inputs.files import File
from constellation.inputs.ids import Uuid
from constellation.inputs.listing import Slice
from constellation.inputs.names import Name
from constellation.inputs.schemas import without_defaults


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("This value should not be blank.")
    return text


class Named(BaseModel):
    """The name of a constellation."""

    name: Name


class Connection(BaseModel, json_schema_extra=without_defaults):
    """Who is to be connected, by either name of the field, and with which right."""

    user_uuid: str = ""
    user_uuid_to_connect: str = ""
    rights: str = ""


class Disconnection(BaseModel, json_schema_extra=without_defaults):
    """Who is to be disconnected, by either name of the field."""

    user_uuid: str = ""
    user_uuid_to_disconnect: str = ""


class NewFolder(BaseModel, json_schema_extra=without_defaults):
    """A new folder; in the root where no parent is named."""

    name: Name
    constellation_uuid: Uuid
    parent_folder_uuid: Uuid = ""


class FolderChange(BaseModel, json_schema_extra=without_defaults):
    """A folder's new name, new parent or both."""

    name: Name = ""
    parent_folder_uuid: Uuid = ""


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


class ImageQuery(Slice):
    """The query of the images that a user sees, or of those in one constellation."""

    constellation_uuid: Uuid = ""


class NewComment(BaseModel):
    """What is to be said of an image."""

    content: Annotated[str, Field(min_length=1, max_length=COMMENT_LIMIT), AfterValidator(_said)]


def connected(body: Connection, query: Connection) -> tuple[str, Right]:
    """Whom to connect with which right; the body's fields go before the query's. Raises Invalid."""
    text = _sent("rights", body, query)
    right = Right.READ if text is None else parse_right(text)
    if right is None:
        names = ", ".join(Right.__members__)
        raise Invalid(Violation("rights", f"This value should be one of {names}."))
    return _user("user_uuid_to_connect", body, query), right


def disconnected(body: Disconnection, query: Disconnection) -> str:
    """Whom to disconnect; as above."""
    return _user("user_uuid_to_disconnect", body, query)


def _user(other_name: str, body: BaseModel, query: BaseModel) -> str:
    sent = (_sent(name, model) for model in (body, query) for name in ("user_uuid", other_name))
    user_id = parse_id(next((text for text in sent if text is not None), ""))
    if user_id is None:
        raise Invalid(Violation("user_uuid", "This is not a valid UUID."))
    return user_id


def _sent(name: str, *models: BaseModel) -> str | None:
    """A field as the first of the models has it that was given it."""
    return next((getattr(model, name) for model in models if name in model.model_fields_set), None)

"""Request bodies and queries of constellations and folders, with the field names of the contract."""

from typing import Annotated

from pydantic import BaseModel, Field

from constellation.common.errors import Invalid, Violation
from constellation.common.ids import parse_id
from constellation.runtime.fields import Name, Uuid, without_defaults
from constellation.workspaces.rights import Right, parse_right

AnyId = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
"""A text that ``connected`` and ``disconnected`` read as an identifier."""

AnyRight = Annotated[str, Field(json_schema_extra={"enum": [*Right.__members__]})]
"""A text that ``connected`` reads as a right, in any case."""


class Named(BaseModel):
    """The name of a constellation."""

    name: Name


class Connection(BaseModel, json_schema_extra=without_defaults):
    """The user to connect, under either name of the field, and its right, READ by default."""

    user_uuid: AnyId = ""
    user_uuid_to_connect: AnyId = ""
    rights: AnyRight = ""


class Disconnection(BaseModel, json_schema_extra=without_defaults):
    """The user to disconnect, under either name of the field."""

    user_uuid: AnyId = ""
    user_uuid_to_disconnect: AnyId = ""


class NewFolder(BaseModel, json_schema_extra=without_defaults):
    """A new folder. Without a parent it lies in the root."""

    name: Name
    constellation_uuid: Uuid
    parent_folder_uuid: Uuid = ""


class FolderChange(BaseModel, json_schema_extra=without_defaults):
    """A new name for a folder, a new parent or both."""

    name: Name = ""
    parent_folder_uuid: Uuid = ""


def connected(body: Connection, query: Connection) -> tuple[str, Right]:
    """Return whom to connect with which right. A field in the body takes precedence over the query. Raise Invalid."""
    text = _sent("rights", body, query)
    right = Right.READ if text is None else parse_right(text)
    if right is None:
        names = ", ".join(Right.__members__)
        raise Invalid(Violation("rights", f"This value should be one of {names}."))
    return _user("user_uuid_to_connect", body, query), right


def disconnected(body: Disconnection, query: Disconnection) -> str:
    """Return whom to disconnect. A field in the body takes precedence over the query. Raise Invalid."""
    return _user("user_uuid_to_disconnect", body, query)


def _user(other_name: str, body: BaseModel, query: BaseModel) -> str:
    sent = (_sent(name, model) for model in (body, query) for name in ("user_uuid", other_name))
    user_id = parse_id(next((text for text in sent if text is not None), ""))
    if user_id is None:
        raise Invalid(Violation("user_uuid", "This is not a valid UUID."))
    return user_id


def _sent(name: str, *models: BaseModel) -> str | None:
    """Return the value of a field in the first of the models that was sent one, or None."""
    return next((getattr(model, name) for model in models if name in model.model_fields_set), None)

"""Inputs of the account routes (contract, "Accounts"), with the field names of the wire."""

from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from constellation.accounts.identities import (
    EMAIL_LIMIT,
    USERNAME_LIMIT,
    checked_email,
    checked_username,
    email_identity,
    login_identity,
)
from constellation.accounts.model import PASSWORD_LIMIT, PASSWORD_MINIMUM
from constellation.common.errors import in_the_past
from constellation.runtime.fields import Moment, Name, Uuid, without_defaults
from constellation.runtime.scopes import SCOPES, Scope


def _same(pair: Any) -> Any:
    confirm, password = pair
    if confirm != password:
        raise ValueError("This value should be the same as the password.")
    return confirm


def _required_without_email(name: str | None, info: ValidationInfo) -> str | None:
    if name is None and info.data.get("email", "") is None:
        raise PydanticCustomError("missing", "Field required")
    return name


Email = Annotated[
    str, AfterValidator(checked_email), Field(json_schema_extra={"format": "email", "maxLength": EMAIL_LIMIT})
]
Username = Annotated[
    str, AfterValidator(checked_username), Field(json_schema_extra={"minLength": 1, "maxLength": USERNAME_LIMIT})
]
Password = Annotated[str, Field(min_length=PASSWORD_MINIMUM, max_length=PASSWORD_LIMIT)]


class Signup(BaseModel):
    """A new user. ``confirm``, if given, repeats the password."""

    email: Email
    password: Password
    username: Username | None = None
    displayName: Name | None = None
    confirm: Annotated[str, BeforeValidator(_same)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _pair(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """Put the password beside ``confirm`` to compare with, so that both can be reported at once."""
        if fields.get("confirm") is None:
            return fields
        return {**fields, "confirm": (fields["confirm"], fields.get("password"))}


class Registration(BaseModel):
    """A new user, in the form of document 001."""

    name: Username
    email: Email
    password: Password


class Login(BaseModel):
    """A username or an email, and the password. ``username`` may hold an email too."""

    email: str | None = None
    username: str | None = Field(default=None, validate_default=True)
    password: str

    _one_of_them = field_validator("username")(_required_without_email)

    def identity(self) -> str:
        """Return the key to find the user by."""
        return _identity(self.username, self.email)


class NameLogin(BaseModel):
    """A name or an email, and the password, in the form of document 001. ``name`` may hold an email too."""

    email: str | None = None
    name: str | None = Field(default=None, validate_default=True)
    password: str

    _one_of_them = field_validator("name")(_required_without_email)

    def identity(self) -> str:
        """Return the key to find the user by."""
        return _identity(self.name, self.email)


class RefreshToken(BaseModel):
    """The refresh token of a session."""

    refresh_token: str


class NewApiKey(BaseModel):
    """A new API key: its name, and the time when it expires, if any."""

    name: Name
    expiresAt: Moment | None = None


def _distinct_scopes(value: Any) -> Any:
    given = cast("list[object]", value)
    if isinstance(value, list):
        if not given or any(scope not in SCOPES for scope in given):
            raise ValueError(f"This value should be a list of at least one of {', '.join(SCOPES)}.")
        if len(given) > len(set(given)):
            raise ValueError("This value should not name a scope twice.")
    return given


class NewScopedToken(BaseModel, json_schema_extra=without_defaults):
    """A new scoped token: its name, its scopes, and the time when it expires, if any.

    With ``constellation_uuid`` everything outside of that constellation is hidden from it.
    """

    name: Name
    scopes: Annotated[
        list[Scope],
        BeforeValidator(_distinct_scopes),
        Field(json_schema_extra={"minItems": 1, "uniqueItems": True}),
    ]
    constellation_uuid: Uuid | None = None
    expiresAt: Moment | None = None

    def check_expiry(self, now: datetime) -> None:
        """Raise Invalid for a time of expiry that has passed at ``now``."""
        if self.expiresAt is not None and self.expiresAt <= now:
            raise in_the_past("expiresAt")


class UserSearch(BaseModel):
    """The email of the user to find."""

    email: str = Field(min_length=1)


def _identity(name: str | None, email: str | None) -> str:
    return login_identity(name) if name is not None else email_identity(email or "")

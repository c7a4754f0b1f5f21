"""Request bodies of shares, with the field names of the contract."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from constellation.accounts.passwords import hash_password
from constellation.common.errors import Invalid, Violation, in_the_past
from constellation.runtime.fields import Moment, Name, Uuid, one_of, without_defaults
from constellation.shares.model import (
    FOLDER,
    MOST_VIEWS,
    PASSWORD_LIMIT,
    PASSWORD_MINIMUM,
    TARGET_TYPES,
    Share,
    Target,
    new_code,
)
from constellation.uploads.model import LARGEST

Password = Annotated[str, Field(min_length=PASSWORD_MINIMUM, max_length=PASSWORD_LIMIT)]
Views = Annotated[int, Field(ge=1, le=MOST_VIEWS)]


class SharedTarget(BaseModel):
    """What is shared."""

    type: Annotated[str, one_of(*TARGET_TYPES)]
    id: Uuid


class NewShare(BaseModel):
    """What is shared, and how."""

    target: SharedTarget
    password: Password | None = None
    expiresAt: Moment | None = None
    maxViews: Views | None = None
    allowDownload: bool = True
    allowUpload: bool = False

    def check(self, now: datetime) -> None:
        """Raise Invalid for an expiry before ``now``, and for uploads into anything but a folder."""
        _check(self.expiresAt, self.target.type, now, takes_uploads=self.allowUpload)

    def share(self, target: Target, creator: str, now: datetime) -> Share:
        """Return the new share of a target."""
        return Share(
            code=new_code(),
            creator=creator,
            target=target,
            created_at=now,
            password_hash=None if self.password is None else hash_password(self.password),
            expires_at=self.expiresAt,
            max_views=self.maxViews,
            allow_download=self.allowDownload,
            allow_upload=self.allowUpload,
        )


class NewSharedUpload(BaseModel, json_schema_extra=without_defaults):
    """A file from someone without an account: its name and, if known, its size in bytes."""

    fileName: Name
    size: Annotated[int, Field(le=LARGEST)] | None = None


class PageOfPictures(BaseModel):
    """The query of the page of a share."""

    after: Annotated[str, Field(description="Which pictures come next: what the page's own link says.")] = ""


class PageForm(BaseModel, json_schema_extra=without_defaults):
    """What the forms of the page of a share send: a password, or the token of a view and which pictures come next."""

    password: str = ""
    token: str = ""
    cursor: str = ""


class ShareChange(BaseModel, json_schema_extra=without_defaults):
    """The changes to a share. A field that is left out stays as it is; null removes it."""

    password: Password | None = None
    expiresAt: Moment | None = None
    maxViews: Views | None = None
    allowDownload: bool = True
    allowUpload: bool = False

    def fields(self, share: Share, now: datetime) -> dict[str, Any]:
        """Return the fields of the share that change. Raise Invalid for those that it cannot have."""
        _check(self.expiresAt, share.target.type, now, takes_uploads=self.allowUpload)
        given = {
            "expiresAt": ("expires_at", self.expiresAt),
            "maxViews": ("max_views", self.maxViews),
            "allowDownload": ("allow_download", self.allowDownload),
            "allowUpload": ("allow_upload", self.allowUpload),
        }
        changed: dict[str, Any] = {
            name: value for sent, (name, value) in given.items() if sent in self.model_fields_set
        }
        if "password" in self.model_fields_set:
            changed["password_hash"] = None if self.password is None else hash_password(self.password)
        return changed


class Unlocking(BaseModel):
    """The password of a share."""

    password: str


def _check(expires_at: datetime | None, target_type: str, now: datetime, *, takes_uploads: bool) -> None:
    if expires_at is not None and expires_at <= now:
        raise in_the_past("expiresAt")
    if takes_uploads and target_type != FOLDER:
        raise Invalid(Violation("allowUpload", "Only a folder takes uploads."))

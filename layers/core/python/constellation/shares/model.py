"""Shares: addresses under which an image, a collection, a folder or a constellation is shown to whoever knows them."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from constellation.common.errors import NotFound
from constellation.common.ids import Id
from constellation.common.times import to_wire

IMAGE, COLLECTION, FOLDER, CONSTELLATION = "image", "collection", "folder", "constellation"
TARGET_TYPES = (IMAGE, COLLECTION, FOLDER, CONSTELLATION)
"""What can be shared."""

TargetType = Annotated[str, TARGET_TYPES]

PASSWORD_MINIMUM, PASSWORD_LIMIT = 4, 128
MOST_VIEWS = 1_000_000

NO_UPLOADS = "This share takes no uploads"

TOKEN_SECONDS = 3600
"""How long the token of a share is valid."""

NO_SUCH_SHARE = "Share not found"

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CODE = re.compile("[0-9A-Za-z]{12}", re.ASCII)


@dataclass(frozen=True)
class Target:
    """What is shared: its type and its id. ``constellation`` is the one that it lies in or is, empty for none."""

    type: str
    id: Id
    constellation: str = ""


@dataclass(frozen=True)
class Share:
    """A share of a user's.

    ``password_hash`` is None without a password. ``password_version`` grows with every change of the password: tokens
    from before are refused. ``links_version`` grows whenever the links that it has given are to end; ``links_given``
    says whether it has given signed ones of that version. ``version`` grows with every change. ``images`` is how many
    it showed at ``counted_at``, if they were counted.
    """

    code: str
    creator: str
    target: Target
    created_at: datetime
    password_hash: str | None = None
    password_version: int = 1
    expires_at: datetime | None = None
    max_views: int | None = None
    allow_download: bool = True
    allow_upload: bool = False
    links_version: int = 1
    links_given: bool = False
    version: int = 1
    images: int | None = None
    counted_at: datetime | None = None

    @property
    def id(self) -> Id:
        """Return its id."""
        return id_of(self.code)

    @property
    def has_password(self) -> bool:
        """Return whether only those who know a password can see what it shows."""
        return self.password_hash is not None

    @property
    def needs_token(self) -> bool:
        """Return whether its images are listed with a token only."""
        return self.has_password or self.max_views is not None

    @property
    def position(self) -> str:
        """Return its position in the order of creation. The id makes it unique."""
        return f"{to_wire(self.created_at)}#{self.id}"

    def is_expired(self, now: datetime) -> bool:
        """Return whether it has expired at ``now``."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def links_tag(self) -> str:
        """Return the tag that links to its pictures name from now on, by which they can be ended."""
        return f"{self.id}.{self.links_version}"

    def changed(self, fields: Mapping[str, Any]) -> "Share":
        """Return the share with some fields changed, or the share itself if that changes nothing."""
        after = replace(self, **fields)
        if after == self:
            return self
        is_new_password = after.password_hash != self.password_hash
        after = replace(after, version=self.version + 1, password_version=self.password_version + is_new_password)
        return after._with_other_links() if after._shows_less_than(self) else after

    def without_links(self) -> "Share":
        """Return the share as it is once the links that it has given have ended."""
        return replace(self, version=self.version + 1)._with_other_links()

    def _with_other_links(self) -> "Share":
        return replace(self, links_version=self.links_version + 1, links_given=False)

    def _shows_less_than(self, before: "Share") -> bool:
        """Return whether links that it gave ``before`` give what it does not give now."""
        has_other_password = self.password_hash not in (None, before.password_hash)
        ends_sooner = self.expires_at is not None and (before.expires_at is None or self.expires_at < before.expires_at)
        return has_other_password or ends_sooner or (before.allow_download and not self.allow_download)


def gone() -> NotFound:
    """Return the error for every share that cannot be seen, whatever the reason."""
    return NotFound(NO_SUCH_SHARE)


def address(share: Share, base: str) -> str:
    """Return the address of a share. ``base`` is its scheme and host."""
    return f"{base}/s/{share.code}"


def new_code() -> str:
    """Return a new code: 12 letters and digits, 71 random bits."""
    return "".join(secrets.choice(_SIGNS) for _ in range(12))


def is_code(text: str) -> bool:
    """Return whether a text has the form of a code."""
    return _CODE.fullmatch(text) is not None


def id_of(code: str) -> Id:
    """Return the id of the share with a code.

    It is made of the code, so that one key finds a share by either of them, and does not reveal it.
    """
    digits = list(hashlib.sha256(f"share/{code}".encode()).hexdigest()[:32])
    digits[12], digits[16] = "4", "89ab"[int(digits[16], 16) % 4]  # the form of a random UUID (RFC 9562, 5.4)
    text = "".join(digits)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

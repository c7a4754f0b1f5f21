"""Images and comments on them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from constellation.common.times import to_wire
from constellation.tags.model import branches, renamed
from constellation.workspaces.model import Location

PUBLIC = "public"
"""The list of all public images. Every other list is named by the id of the user whose images it holds."""

MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""The formats in which originals are stored."""

MediaType = Annotated[str, MEDIA_TYPES]

OPEN, SIGNED = "open", "signed"
"""Who can use the links of an image: whoever knows them, or whoever has been given a signed one."""

Access = Annotated[str, (OPEN, SIGNED)]

CENTER = "center"
"""The focus of an image that has none of its own."""

NO_SUCH_IMAGE = "Image not found"
NO_SUCH_COMMENT = "Comment not found"


def lists_of(owner: str | None, is_public: bool) -> tuple[str, ...]:
    """Return the lists that an image is in."""
    return (*((owner,) if owner else ()), *((PUBLIC,) if is_public else ()))


@dataclass(frozen=True)
class Image:
    """What the product knows of an image, apart from its bytes.

    ``owner`` is a user's id, or None for a guest's image. ``size`` is in bytes, ``width`` and ``height`` in pixels.
    ``location`` is None outside of constellations. ``was_moved`` says whether it ever lay elsewhere. ``name`` is the
    uploader's name for it, ``file_name`` the product's. ``sha256`` is the hexadecimal digest of the cleaned bytes,
    ``file_sha256`` that of the file as it was uploaded, None for an image from before it was kept.
    ``tags`` are as they are shown, and have had so many ``renames`` of its owner's. ``version`` grows with every
    change. ``described_at`` is when the description or the name last changed.
    ``placeholder`` is its ThumbHash in base64, None for an image from before there were any.
    ``signed_at`` is when its access became ``signed``, None while it is ``open``. ``focus`` is what a cut
    picture keeps: ``center``, ``auto`` or a point, as links spell it.
    ``reductions`` is the note of those that are kept, empty without any.
    """

    id: str
    owner: str | None
    location: Location | None
    name: str
    description: str
    is_public: bool
    media_type: str
    extension: str
    size: int
    width: int
    height: int
    frames: int
    sha256: str
    created_at: datetime
    described_at: datetime
    updated_at: datetime | None = None
    views: int = 0
    version: int = 1
    was_moved: bool = False
    placeholder: str | None = None
    signed_at: datetime | None = None
    focus: str = CENTER
    reductions: str = ""
    file_sha256: str | None = None
    tags: tuple[str, ...] = ()
    renames: int = 0

    @property
    def access(self) -> str:
        """Return who can use its links."""
        return OPEN if self.signed_at is None else SIGNED

    @property
    def focus_tag(self) -> str:
        """Return the cache tag of what is cut around its own focus, and of what variants give."""
        return f"{self.id}.focus"

    @property
    def file_name(self) -> str:
        """Return ``<id>.<ext>``, the last part of its public link."""
        return f"{self.id}.{self.extension}"

    @property
    def thumbnail_name(self) -> str:
        """Return the last part of the public link of its thumbnail."""
        return f"{self.id}_thumbnail.{self.extension}"

    @property
    def lists(self) -> tuple[str, ...]:
        """Return the lists that it is in."""
        return lists_of(self.owner, self.is_public)

    @property
    def created(self) -> str:
        """Return its position in the order of creation. The id makes it unique."""
        return f"{to_wire(self.created_at)}#{self.id}"

    @property
    def updated(self) -> str:
        """Return its position in the order of change. A new image counts as changed when it was created."""
        return f"{to_wire(self.updated_at or self.created_at)}#{self.id}"

    def changed(self, change: "ImageChange", now: datetime) -> "Image":
        """Return the image after a change, or the image itself if that changes nothing."""
        after = replace(
            self,
            description=self.description if change.description is None else change.description,
            is_public=self.is_public if change.is_public is None else change.is_public,
            name=self.name if change.name is None else change.name,
            location=self.location if change.location is None else change.location,
            focus=self.focus if change.focus is None else change.focus,
            signed_at=self._signed_at(change.access, now),
        )
        if after == self:
            return self
        is_redescribed = (after.description, after.name) != (self.description, self.name)
        return replace(
            after,
            updated_at=now,
            described_at=now if is_redescribed else self.described_at,
            version=self.version + 1,
            was_moved=self.was_moved or after.location != self.location,
        )

    def with_tags(self, tags: tuple[str, ...], renames: int, now: datetime) -> "Image":
        """Return the image with other tags, given by a request when the owner had asked for so many ``renames``."""
        renames = max(renames, self.renames)
        if (self.tags, self.renames) == (tags, renames):
            return self
        return replace(self, tags=tags, renames=renames, updated_at=now, version=self.version + 1)

    def renamed(self, old: str, new: str, number: int) -> "Image":
        """Return the image after its owner's rename of a branch with this number. It has each rename once."""
        tags = renamed(self.tags, old, new) if self.renames < number else self.tags
        return self if tags == self.tags else replace(self, tags=tags, renames=number, version=self.version + 1)

    @property
    def branches(self) -> dict[tuple[str, str], str]:
        """Return its lists with the branches of its tags (``tags.model``), each with the tag itself, if it has it."""
        found = branches(self.tags)
        return {(list_, branch): tag for list_ in self.lists for branch, tag in found.items()}

    def _signed_at(self, access: str | None, now: datetime) -> datetime | None:
        if access in (None, self.access):
            return self.signed_at
        return None if access == OPEN else now


@dataclass(frozen=True)
class ImageChange:
    """A change of an image. What is None stays."""

    description: str | None = None
    is_public: bool | None = None
    name: str | None = None
    location: Location | None = None
    access: str | None = None
    focus: str | None = None


MOST_FILES = 100
"""The most files that one request looks up."""

MOST_UPLOADS = 20
"""The most files that one request uploads."""

COMMENT_LIMIT = 2000
"""The most characters of a comment."""

MOST_COMMENTS = 10_000
"""The most comments on an image."""


@dataclass(frozen=True)
class Comment:
    """A comment of a user on an image."""

    id: str
    image_id: str
    author: str
    content: str
    created_at: datetime


DELIVERY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""The headers of every response that holds a picture, whoever sends it."""

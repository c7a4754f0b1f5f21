"""Images: what the product knows about one, apart from its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from constellation.common.times import to_wire
from constellation.workspaces.model import Location

PUBLIC = "public"
"""The list of every public image; the other lists are named by the id of the user whose images they hold."""


@dataclass(frozen=True)
class Image:
    """One image. ``owner`` is a user's id, None for a guest's; ``size`` is in bytes, width and height in pixels.

    ``location`` is where it lies, None where that is no constellation; ``was_moved``: it has lain in another folder, or
    in none. ``name`` is what the uploader called it; the product's own name for the file is ``file_name``. ``sha256``
    is the hex digest of the bytes as they are kept, cleaned. ``version`` grows with every change. ``described_at`` is
    when its words, those of the description and of the name, last changed.
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

    @property
    def file_name(self) -> str:
        """``<id>.<ext>``, the last part of its public link."""
        return f"{self.id}.{self.extension}"

    @property
    def thumbnail_name(self) -> str:
        """The last part of its thumbnail's public link."""
        return f"{self.id}_thumbnail.{self.extension}"

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists it is in."""
        return (*((self.owner,) if self.owner else ()), *((PUBLIC,) if self.is_public else ()))

    @property
    def created(self) -> str:
        """Its place in the order of creation; the id makes it the only one there."""
        return f"{to_wire(self.created_at)}#{self.id}"

    @property
    def updated(self) -> str:
        """Its place in the order of change; what never changed did so when it was created."""
        return f"{to_wire(self.updated_at or self.created_at)}#{self.id}"

    def changed(self, change: "ImageChange", now: datetime) -> "Image":
        """The image with what is not None changed; itself when that is nothing new."""
        after = replace(
            self,
            description=self.description if change.description is None else change.description,
            is_public=self.is_public if change.is_public is None else change.is_public,
            name=self.name if change.name is None else change.name,
            location=self.location if change.location is None else change.location,
        )
        if after == self:
            return self
        said = (after.description, after.name) != (self.description, self.name)
        return replace(
            after,
            updated_at=now,
            described_at=now if said else self.described_at,
            version=self.version + 1,
            was_moved=self.was_moved or after.location != self.location,
        )


@dataclass(frozen=True)
class ImageChange:
    """What is to be changed of an image; what is None stays."""

    description: str | None = None
    is_public: bool | None = None
    name: str | None = None
    location: Location | None = None


COMMENT_LIMIT = 2000
"""Characters of a comment."""

MOST_COMMENTS = 10_000
"""Comments on one image."""


NO_SUCH_COMMENT = "Comment not found"


@dataclass(frozen=True)
class Comment:
    """What a user has said of an image."""

    id: str
    image_id: str
    author: str
    content: str
    created_at: datetime


NO_SUCH_IMAGE = "Image not found"


DELIVERY_HEADERS: Mapping[str, str] = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""What every answer that holds a picture says, from whichever place it comes."""

"""Images: what the product knows about one, apart from its bytes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Image:
    """One image. ``owner`` is a user's id, None for a guest's; ``size`` is in bytes, width and height in pixels.

    ``name`` is what the uploader called it; the product's own name for the file is ``file_name``.
    ``sha256`` is the hex digest of the bytes as they are kept, cleaned. ``version`` grows with every change.
    """

    id: str
    owner: str | None
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
    updated_at: datetime | None = None
    views: int = 0
    version: int = 1

    @property
    def file_name(self) -> str:
        """``<id>.<ext>``, the last part of its public link."""
        return f"{self.id}.{self.extension}"

    @property
    def thumbnail_name(self) -> str:
        """The last part of its thumbnail's public link."""
        return f"{self.id}_thumbnail.{self.extension}"

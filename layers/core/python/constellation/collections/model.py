"""Collections: images that a user has put together, its own and those of constellations, in an order of its own."""

from dataclasses import dataclass
from datetime import datetime

from constellation.common.times import to_wire

MOST_ITEMS = 10_000
"""The most images of a collection."""

NO_SUCH_COLLECTION = "Collection not found"


@dataclass(frozen=True)
class Collection:
    """A collection of a user.

    ``first`` is the id of its first image, None for an empty one. ``version`` grows with every change of its images.
    """

    id: str
    owner: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime | None = None
    count: int = 0
    first: str | None = None
    version: int = 1

    @property
    def position(self) -> str:
        """Return its position in the order of creation. The id makes it unique."""
        return f"{to_wire(self.created_at)}#{self.id}"

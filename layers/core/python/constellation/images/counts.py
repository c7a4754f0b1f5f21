"""How many files a list has, and of how many bytes. A list is that of a user (by id) or the public one."""

from collections.abc import Mapping
from dataclasses import dataclass

IMAGE, BINARY = "COUNT", "FIRMWARE"
"""The kinds of files that are counted: images and the binaries of firmware."""


@dataclass(frozen=True)
class Count:
    """The number of some files and their bytes. ``changed_at`` is when the count last changed.

    ``kept`` are the bytes of originals that the deletion of counted images has left.
    """

    total: int = 0
    size: int = 0
    changed_at: str = ""
    kept: int = 0


@dataclass(frozen=True)
class Counts:
    """What is known of a list without reading it. The counts are by the first digit of the files' ids.

    ``indexed_to`` is the position in the order of change up to which the search index has the list.
    """

    images: Mapping[str, Count]
    binaries: Mapping[str, Count]
    indexed_to: str

    def of(self, kind: str) -> Mapping[str, Count]:
        """Return the counts of IMAGE or of BINARY."""
        return self.images if kind == IMAGE else self.binaries

    @property
    def total(self) -> int:
        """Return the number of images in the list."""
        return sum(count.total for count in self.images.values())

"""What users keep here, and how much they may keep."""

from dataclasses import dataclass

from constellation.common.errors import TooLarge
from constellation.common.settings import settings
from constellation.common.sizes import megabytes
from constellation.images import usage_store as store
from constellation.images.counts import Counts
from constellation.runtime.operation import operation


@dataclass(frozen=True)
class Usage:
    """The files of a user: images, originals that deletions have left, and uploaded binaries of firmware."""

    images: int = 0
    image_bytes: int = 0
    kept_bytes: int = 0
    binaries: int = 0
    binary_bytes: int = 0

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return self.image_bytes + self.kept_bytes + self.binary_bytes


@operation(grants=[store.READ])
def counts_of(list_: str) -> Counts:
    """Return the counts of a list as of a moment ago."""
    return store.find(list_)


@operation(uses=[counts_of])
def usage(user_id: str) -> Usage:
    """Return what a user keeps here, as of a moment ago."""
    counts = counts_of(user_id)
    images, binaries = counts.images.values(), counts.binaries.values()
    return Usage(
        images=sum(count.total for count in images),
        image_bytes=sum(count.size for count in images),
        kept_bytes=sum(count.kept for count in images),
        binaries=sum(count.total for count in binaries),
        binary_bytes=sum(count.size for count in binaries),
    )


@operation(errors=[TooLarge], uses=[usage])
def check_room(user_id: str, size: int) -> None:
    """Raise TooLarge if a user has no room for a file of ``size`` bytes.

    Uploads at the very same time do not see each other. Together they may exceed the quota by what they bring.
    """
    quota = settings().bytes_per_user
    if quota and usage(user_id).size + size > quota:
        raise TooLarge(f"There is no room for this file: all your files together may have {megabytes(quota)} MB.")

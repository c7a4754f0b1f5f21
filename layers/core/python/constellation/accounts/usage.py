"""What users keep here, and how much they may."""

from dataclasses import dataclass

from constellation.accounts import usage_store as lists
from constellation.common.errors import TooLarge
from constellation.common.settings import settings
from constellation.common.sizes import megabytes
from constellation.runtime.operation import operation

CHECK = (lists.READ_TOTALS,)
"""What a function that takes files of users needs."""


@dataclass(frozen=True)
class Usage:
    """The files of a user: images, the originals that deletions have left, and uploaded binaries of firmware."""

    images: int = 0
    image_bytes: int = 0
    kept_bytes: int = 0
    binaries: int = 0
    binary_bytes: int = 0

    @property
    def size(self) -> int:
        """The bytes of all of them."""
        return self.image_bytes + self.kept_bytes + self.binary_bytes


def usage(user_id: str) -> Usage:
    """What a user keeps here, as of a moment ago."""
    state = lists.state(user_id)
    images, binaries = state.counts.values(), state.binaries.values()
    return Usage(
        images=sum(count.total for count in images),
        image_bytes=sum(count.size for count in images),
        kept_bytes=sum(count.kept for count in images),
        binaries=sum(count.total for count in binaries),
        binary_bytes=sum(count.size for count in binaries),
    )


@operation(grants=CHECK, errors=[TooLarge])
def check_room(user_id: str, size: int) -> None:
    """Raise TooLarge where a user has no room for a file of ``size`` bytes, of whatever kind.

    Uploads at the very same time do not see each other: together they may pass the quota by what they bring.
    """
    quota = settings().bytes_per_user
    if quota and usage(user_id).size + size > quota:
        raise TooLarge(f"There is no room for this file: all your files together may have {megabytes(quota)} MB.")

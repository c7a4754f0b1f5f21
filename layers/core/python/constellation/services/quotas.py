"""How much a user may keep here."""

from constellation.domain.errors import TooLarge
from constellation.domain.sizes import megabytes
from constellation.settings import settings
from constellation.stores import usage

CHECK = (usage.READ,)
"""What a function that takes files of users needs."""


def check_room(user_id: str, size: int) -> None:
    """Raise TooLarge where a user has no room for a file of ``size`` bytes, of whatever kind.

    Uploads at the very same time do not see each other: together they may pass the quota by what they bring.
    """
    quota = settings().bytes_per_user
    if quota and usage.of(user_id).size + size > quota:
        raise TooLarge(f"There is no room for this file: all your files together may have {megabytes(quota)} MB.")

"""Firmware images in all scopes of a user: its own, and those of the constellations that it is in."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge

from constellation.domain.constellations import NO_SUCH_CONSTELLATION
from constellation.domain.errors import NotFound
from constellation.domain.firmware import Entry, Firmware, no_such_firmware
from constellation.domain.ids import new_id
from constellation.domain.rights import Operation
from constellation.domain.versions import Version
from constellation.services import access
from constellation.services.pages import Page, taken
from constellation.stores import constellations, firmware

SCOPES = (constellations.READ, constellations.READ_MEMBERSHIPS)

CREATE = (constellations.READ, firmware.CREATE, firmware.CREATE_WITHIN)
"""What a function that makes firmware images needs."""

LIST = (*SCOPES, *firmware.LIST)
"""What a function that lists needs."""

LIST_BINARIES = (*SCOPES, firmware.LIST_ALL)
"""What a function that lists binaries needs."""

OFFER = (*SCOPES, *firmware.FIND_OFFERED, firmware.READ)
"""What a function that looks for updates needs."""


def create(user_id: str, constellation_id: str, label: str, version: Version, now: datetime) -> Firmware:
    """A new firmware image, in a constellation if one is named. Raises NotFound and Forbidden for the right to that."""
    if constellation_id:
        access.membership(constellation_id, user_id, Operation.CREATE_FIRMWARE)
    made = Firmware(new_id(), user_id, constellation_id or None, label, version, now)
    if not firmware.create(made):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return made


def page_before(place: str, user_id: str, label: str, limit: int, *, by_version: bool) -> Page[Entry]:
    """The firmware images before a place, of one label if one is given: the newest or the highest versions first."""
    sources = [firmware.listed(scope, label, place, limit + 1, by_version=by_version) for scope in _scopes(user_id)]
    return taken(((entry.place, entry) for entry in _merged(sources)), limit)


def binaries_before(place: str, user_id: str, limit: int) -> Page[Entry]:
    """Those of the firmware images before a place that have a binary, the newest first."""
    sources = [firmware.listed(scope, "", place, limit + 1, by_version=False) for scope in _scopes(user_id)]
    return taken(((entry.place, entry if entry.confirmed else None) for entry in _merged(sources)), limit)


def latest(user_id: str, label: str, *, pre_releases: bool) -> Firmware:
    """What a device is offered: the highest version of a label that has a binary, as of now. Raises NotFound."""
    sources = [firmware.offered(scope, label, pre_releases=pre_releases) for scope in _scopes(user_id)]
    for entry in _merged(sources):
        found = firmware.get(entry.id)
        if found and found.confirmed:
            return found
    raise NotFound(no_such_firmware("latest"))


def _scopes(user_id: str) -> list[str]:
    return [user_id, *constellations.memberships(user_id, constellations.of_user(user_id))]


def _merged(sources: list[Iterator[Entry]]) -> Iterator[Entry]:
    return merge(*sources, key=lambda entry: entry.place, reverse=True)

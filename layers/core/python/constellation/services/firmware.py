"""Firmware images in all scopes of a user: its own, and those of the constellations that it is in."""

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge

from constellation.domain.constellations import NO_SUCH_CONSTELLATION
from constellation.domain.errors import NotFound
from constellation.domain.firmware import Entry, Firmware, no_such_firmware
from constellation.domain.ids import new_id
from constellation.domain.rights import Operation
from constellation.domain.versions import Version
from constellation.services import access
from constellation.services.memberships import READ_WINDOWS, window
from constellation.services.pages import Page, taken
from constellation.services.places import PLACING_FIRMWARE, scope_for_new_firmware
from constellation.stores import constellations, firmware

CREATE = (*PLACING_FIRMWARE, firmware.CREATE, firmware.CREATE_WITHIN)
"""What a function that makes firmware images needs."""

LIST = (*READ_WINDOWS, *firmware.LIST)
"""What a function that lists needs."""

LIST_BINARIES = (*READ_WINDOWS, firmware.LIST_ALL)
"""What a function that lists binaries needs."""

OFFER = (constellations.READ, *firmware.FIND_OFFERED, firmware.READ)
"""What a function that looks for updates needs."""


def create(user_id: str, constellation_id: str, label: str, version: Version, now: datetime) -> Firmware:
    """A new firmware image, in a constellation if one is named. Raises NotFound and Forbidden for the right to that."""
    scope_for_new_firmware(constellation_id, user_id)
    made = Firmware(new_id(), user_id, constellation_id or None, label, version, now)
    if not firmware.create(made):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return made


def page_before(place: str, user_id: str, label: str, limit: int, *, by_version: bool) -> Page[Entry]:
    """The firmware images before a place, of one label if one is given: the newest or the highest versions first.

    That is their order within one window of constellations; those of the next window follow after it.
    """

    def read(scope: str, before: str) -> Iterator[Entry]:
        return firmware.listed(scope, label, before, limit + 1, by_version=by_version)

    return _page(place, user_id, limit, read, lambda entry: entry)


def binaries_before(place: str, user_id: str, limit: int) -> Page[Entry]:
    """Those of the firmware images before a place that have a binary, the newest first, as ``page_before``."""

    def read(scope: str, before: str) -> Iterator[Entry]:
        return firmware.listed(scope, "", before, limit + 1, by_version=False)

    return _page(place, user_id, limit, read, lambda entry: entry if entry.confirmed else None)


def latest(user_id: str, constellation_id: str, label: str, *, pre_releases: bool) -> Firmware:
    """What a device is offered: the highest version of a label that has a binary, as of now, in one place.

    That is the constellation, if one is named, else the user's own firmware that lies in none: what others have
    connected the user to must never reach its devices. Raises NotFound.
    """
    if constellation_id:
        access.membership(constellation_id, user_id, Operation.SEE_FIRMWARE)
    for entry in firmware.offered(constellation_id or user_id, label, pre_releases=pre_releases):
        found = firmware.get(entry.id)
        if found and found.confirmed:
            return found
    raise NotFound(no_such_firmware("latest"))


def _page(
    place: str,
    user_id: str,
    limit: int,
    read: Callable[[str, str], Iterator[Entry]],
    shown: Callable[[Entry], Entry | None],
) -> Page[Entry]:
    """A page of what ``read`` gives of each scope before a place, merged. ``shown`` gives None for what is passed over.

    A place is ``start|end|place``: the window of constellations by its first and last place, and the place within it.
    """
    start, end, before = place.split("|") if place else ("", "", "")
    found = window(user_id, start, end=end)
    scopes = [member.constellation.id for _, member in found.members if member.constellation.may_hold_firmware]
    sources = [read(scope, before) for scope in ([] if start else [user_id]) + scopes]
    page = taken(((entry.place, shown(entry)) for entry in _merged(sources)), limit)
    if page.following:
        return Page(page.items, f"{start}|{found.end}|{page.following}")
    return Page(page.items, f"{found.rest}||" if found.rest else "")


def _merged(sources: list[Iterator[Entry]]) -> Iterator[Entry]:
    return merge(*sources, key=lambda entry: entry.place, reverse=True)

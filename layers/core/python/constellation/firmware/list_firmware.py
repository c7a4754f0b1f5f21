"""Firmware images in all scopes of a user: its own, and those of the constellations that it is in."""

from collections.abc import Callable, Iterator
from heapq import merge

from constellation.common.pages import Page, taken
from constellation.firmware import store as firmware
from constellation.firmware.model import Entry
from constellation.runtime.operation import needs_of
from constellation.workspaces.windows import window

LIST = (*needs_of(window).grants, *firmware.LIST)
"""What a function that lists needs."""

LIST_BINARIES = (*needs_of(window).grants, firmware.LIST_ALL)
"""What a function that lists binaries needs."""


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
    page = taken(((entry.position, shown(entry)) for entry in _merged(sources)), limit)
    if page.following:
        return Page(page.items, f"{start}|{found.end}|{page.following}")
    return Page(page.items, f"{found.rest}||" if found.rest else "")


def _merged(sources: list[Iterator[Entry]]) -> Iterator[Entry]:
    return merge(*sources, key=lambda entry: entry.position, reverse=True)

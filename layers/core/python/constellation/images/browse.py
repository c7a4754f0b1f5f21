"""All images that a user sees: its own that lie in no constellation, then those of each constellation it is in."""

from collections.abc import Iterator
from itertools import islice

from constellation.common.errors import NotFound
from constellation.common.pages import Page, page_of
from constellation.images import lists
from constellation.images.lists import Span
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Location, Membership
from constellation.workspaces.reach import reached
from constellation.workspaces.tree import File
from constellation.workspaces.windows import READ_WINDOWS, window

BROWSE = (*READ_WINDOWS, folders.LIST, lists.READ_OWN_CREATED)
"""What a function that browses needs."""

_FEWEST = 100
"""Entries that one call brings at least: many may be passed over before the few that are wanted."""

_FEWEST_BESIDE_REMOVALS = 200
"""The same where folders are being emptied: whether each folder is still there takes two calls more."""

_OWN = ""
"""The source of images in no constellation; the others are named by the places of memberships, and come after it."""

_Row = tuple[str, File | None]
"""An entry with its place among all of them; None for an image that is not to be seen through this source."""


def page_within(place: str, user_id: str, constellation_id: str, limit: int) -> Page[File]:
    """The images of one constellation past a place. Raises NotFound for one that is not the user's."""
    member = constellations.memberships(user_id, [constellation_id]).get(constellation_id)
    if member is None:
        raise NotFound(NO_SUCH_CONSTELLATION)
    return page_of(_of_constellation(member, constellation_id, place.partition("/")[2], _at_once(limit)), limit)


def page_after(place: str, user_id: str, limit: int) -> Page[File]:
    """The images past a place, of all sources. It can be short where there are many constellations with few images."""
    walk = _Walk(user_id, place, _at_once(limit))
    page = page_of(walk.rows(), limit)
    return page if page.following else Page(page.items, walk.rest)


class _Walk:
    """The way through a user's own images and one window of its constellations.

    ``rest`` is where the next request goes on, once all of that was walked and there are further constellations.
    """

    def __init__(self, user_id: str, place: str, at_once: int) -> None:
        self.rest = ""
        self._user_id = user_id
        self._source, _, self._last = place.partition("/")
        self._at_once = at_once

    def rows(self) -> Iterator[_Row]:
        """The entries, read as they are asked for."""
        if self._source == _OWN:
            yield from _own(self._user_id, self._last, self._at_once)
        found = window(self._user_id, self._source)
        for joined, member in found.members:
            if member.constellation.may_hold_images:
                last = self._last if joined == self._source else ""
                yield from _of_constellation(member, joined, last, self._at_once)
        self.rest = f"{found.rest}/" if found.rest else ""


def _at_once(limit: int) -> int:
    return max(limit + 1, _FEWEST)


def _own(user_id: str, after: str, at_once: int) -> Iterator[_Row]:
    for entry in lists.by_creation(user_id, Span(ascending=False, start=after), at_once):
        file = None if entry.constellation else File(entry.id, entry.name, entry.extension, "")
        yield f"{_OWN}/{entry.position}", file


def _of_constellation(member: Membership, source: str, after: str, at_once: int) -> Iterator[_Row]:
    constellation = member.constellation
    at_once = max(at_once, _FEWEST_BESIDE_REMOVALS) if constellation.removals else at_once
    files = folders.files(constellation.id, after, at_once)
    while constellation.removals and (part := list(islice(files, at_once))):
        places = {Location(constellation.id, file.folder) for _, file in part}
        there = {place.folder for place in reached(places, {constellation.id: constellation})}
        for place, file in part:
            yield f"{source}/{place}", file if file.folder in there else None
    for place, file in files:
        yield f"{source}/{place}", file

"""List all images that a caller sees: its own in no constellation, then those in each of its constellations."""

from collections.abc import Iterator

from constellation.common.errors import NotFound
from constellation.common.pages import Page, page_of
from constellation.images import lists
from constellation.images.lists import Span
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.access import membership_of
from constellation.workspaces.files import files_after
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Membership
from constellation.workspaces.tree import File
from constellation.workspaces.windows import window

_FEWEST = 100
"""The fewest entries of one call, since many may be passed over before the few that are wanted."""

_OWN = ""
"""The source of images in no constellation. Other sources are named by the positions of memberships, and follow it."""

_Row = tuple[str, File | None]
"""An entry with its position among all of them, or None for an image that this source does not show."""


@operation(uses=[membership_of, files_after], errors=[NotFound])
def page_within(position: str, caller: Caller, constellation_id: str, limit: int) -> Page[File]:
    """Return the images of one constellation after a position. Raise NotFound unless the caller is a member."""
    member = membership_of(constellation_id, caller)
    if member is None:
        raise NotFound(NO_SUCH_CONSTELLATION)
    return page_of(_of_constellation(member, constellation_id, position.partition("/")[2], _at_once(limit)), limit)


@operation(grants=[lists.READ_OWN_CREATED], uses=[window, files_after])
def page_after(position: str, caller: Caller, limit: int) -> Page[File]:
    """Return the images of all sources after a position.

    The page can be short where there are many constellations with few images.
    """
    walk = _Walk(caller, position, _at_once(limit))
    page = page_of(walk.rows(), limit)
    return page if page.following else Page(page.items, walk.rest)


class _Walk:
    """The way through a user's own images and one window of its constellations.

    Once all rows are read, ``rest`` is where the next request goes on, empty if there are no further constellations.
    """

    def __init__(self, caller: Caller, position: str, at_once: int) -> None:
        self.rest = ""
        self._caller = caller
        self._source, _, self._last = position.partition("/")
        self._at_once = at_once

    def rows(self) -> Iterator[_Row]:
        """Yield the entries, read as they are asked for."""
        if self._source == _OWN and not self._caller.constellation:
            yield from _own(self._caller.user_id, self._last, self._at_once)
        found = window(self._caller, self._source)
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
    for position, file in files_after(after, member.constellation, at_once):
        yield f"{source}/{position}", file

"""All images that a user sees: its own that lie in no constellation, then those of each constellation it is in."""

from collections.abc import Iterator, Mapping
from itertools import chain, islice

from constellation.domain.constellations import NO_SUCH_CONSTELLATION, Membership, Place
from constellation.domain.errors import NotFound
from constellation.domain.trees import File
from constellation.services.pages import Page, taken
from constellation.services.reach import reached
from constellation.stores import constellations, folders, lists
from constellation.stores.lists import Span

BROWSE = (constellations.READ, constellations.READ_MEMBERSHIPS, folders.LIST, lists.READ_OWN_CREATED)
"""What a function that browses needs."""

_FEWEST = 100
"""Entries that one call brings at least: many may be passed over before the few that are wanted."""

_OWN = ""
"""The source of images in no constellation; the others are named by the ids of constellations, and come after it."""


def page_after(place: str, user_id: str, constellation_id: str, limit: int) -> Page[File]:
    """The images past a place, of one constellation if one is named. Raises NotFound for one that is not the user's."""
    asked = [constellation_id] if constellation_id else constellations.of_user(user_id)
    members = constellations.memberships(user_id, asked)
    if constellation_id and constellation_id not in members:
        raise NotFound(NO_SUCH_CONSTELLATION)
    sources = sorted(members) if constellation_id else [_OWN, *sorted(members)]
    return taken(_rows(sources, members, user_id, place, max(limit + 1, _FEWEST)), limit)


def _rows(
    sources: list[str], members: Mapping[str, Membership], user_id: str, place: str, at_once: int
) -> Iterator[tuple[str, File | None]]:
    """Each entry with its place among all of them; None for an image that is not to be seen through this source."""
    last_source, _, last = place.partition("/")
    return chain.from_iterable(
        _own(user_id, start, at_once) if source == _OWN else _of_constellation(members[source], start, at_once)
        for source in sources
        if source >= last_source
        for start in [last if source == last_source else ""]
    )


def _own(user_id: str, after: str, at_once: int) -> Iterator[tuple[str, File | None]]:
    for entry in lists.by_creation(user_id, Span(ascending=False, start=after), at_once):
        file = None if entry.constellation else File(entry.id, entry.name, entry.extension, "")
        yield f"{_OWN}/{entry.place}", file


def _of_constellation(member: Membership, after: str, at_once: int) -> Iterator[tuple[str, File | None]]:
    constellation = member.constellation
    files = folders.files(constellation.id, after, at_once)
    while constellation.removals and (part := list(islice(files, at_once))):
        places = {Place(constellation.id, file.folder) for _, file in part}
        there = {place.folder for place in reached(places, {constellation.id: constellation})}
        for place, file in part:
            yield f"{constellation.id}/{place}", file if file.folder in there else None
    for place, file in files:
        yield f"{constellation.id}/{place}", file

"""List firmware images in all scopes of a caller: its own, and those of the constellations that it is a member of."""

from collections.abc import Callable, Iterator
from heapq import merge

from constellation.common.pages import Page, page_of
from constellation.firmware import store
from constellation.firmware.model import Entry
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.windows import window


@operation(grants=store.LIST, uses=[window])
def list_firmware(position: str, caller: Caller, label: str, limit: int, *, by_version: bool) -> Page[Entry]:
    """Return a page of the firmware images after a position: the newest first, or the highest versions.

    ``label``, if given, selects the firmware images of one label. The order holds within one window of constellations.
    Those of the next window follow after it.
    """

    def read(scope: str, before: str) -> Iterator[Entry]:
        return store.listed(scope, label, before, limit + 1, by_version=by_version)

    return _page(position, caller, limit, read, lambda entry: entry)


@operation(grants=[store.LIST_ALL], uses=[window])
def list_binaries(position: str, caller: Caller, limit: int) -> Page[Entry]:
    """Return a page of the firmware images after a position that have a binary, the newest first in each window."""

    def read(scope: str, before: str) -> Iterator[Entry]:
        return store.listed(scope, "", before, limit + 1, by_version=False)

    return _page(position, caller, limit, read, lambda entry: entry if entry.confirmed else None)


def _page(
    position: str,
    caller: Caller,
    limit: int,
    read: Callable[[str, str], Iterator[Entry]],
    shown: Callable[[Entry], Entry | None],
) -> Page[Entry]:
    """Return a page of what ``read`` gives for each scope, merged. ``shown`` returns None for an entry to leave out.

    A position is ``start|end|before``: the first and last membership of the window, and the position of the last entry
    of the page before.
    """
    start, end, before = position.split("|") if position else ("", "", "")
    found = window(caller, start, end=end)
    scopes = [member.constellation.id for _, member in found.members if member.constellation.may_hold_firmware]
    own = [] if start or caller.constellation else [caller.user_id]
    sources = [read(scope, before) for scope in own + scopes]
    page = page_of(((entry.position, shown(entry)) for entry in _merged(sources)), limit)
    if page.following:
        return Page(page.items, f"{start}|{found.end}|{page.following}")
    return Page(page.items, f"{found.rest}||" if found.rest else "")


def _merged(sources: list[Iterator[Entry]]) -> Iterator[Entry]:
    return merge(*sources, key=lambda entry: entry.position, reverse=True)

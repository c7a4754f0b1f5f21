"""List the images of a folder and of all folders below it, newest first."""

import heapq
from collections.abc import Iterator
from itertools import islice

from constellation.common.pages import Page, page_of
from constellation.images import lists
from constellation.images.access import ImageAccess, seen
from constellation.images.find import find_images
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.model import Constellation
from constellation.workspaces.newest import few_below, newest_below

_HALF_A_UNIT = 18
"""The images of a folder that half a unit reads, the least that a call costs."""

_Row = tuple[str, str, str]
"""A position, an image and the folder that it lies in, empty for one that is left out."""


@operation(grants=[lists.READ_FOLDER], uses=[few_below, newest_below, find_images, seen])
def page_below(
    folder_id: str, constellation: Constellation, viewer: Caller, position: str, limit: int
) -> Page[ImageAccess]:
    """Return the images of a folder and of those below it after a position, each with the right of the viewer.

    What a page costs grows with the folders, not with the images. The page can be short where the folder has many
    folders below it, and few of the constellation's images.
    """
    folders = None if folder_id == constellation.root else few_below(folder_id, constellation.id)
    if folders is None:
        rows = _walked(folder_id, constellation, position, limit + 1)
    else:
        rows = _merged(folders, position, limit + 1)
    return page_of(_accessed(rows, viewer, limit + 1), limit)


def _merged(folders: list[str], after: str, most: int) -> Iterator[_Row]:
    at_once = most if len(folders) == 1 else min(most, _HALF_A_UNIT)
    orders = (_in_folder(folder, after, at_once) for folder in folders)
    return heapq.merge(*orders, reverse=True)


def _in_folder(folder: str, after: str, at_once: int) -> Iterator[_Row]:
    for entry in lists.in_folder(folder, after, at_once):
        yield entry.position, entry.id, folder


def _walked(folder_id: str, constellation: Constellation, after: str, at_once: int) -> Iterator[_Row]:
    for position, file in newest_below(folder_id, constellation, after, at_once):
        yield (position, file.id, file.folder) if file else (position, "", "")


def _accessed(rows: Iterator[_Row], viewer: Caller, at_once: int) -> Iterator[tuple[str, ImageAccess | None]]:
    """Yield the rows with the images that the viewer sees, unless they have left the folder meanwhile."""
    while part := list(islice(rows, at_once)):
        known = find_images([image for _, image, _ in part if image])
        visible = {each.image.id: each for each in seen(known.values(), viewer)}
        for position, image, folder in part:
            access = visible.get(image)
            location = access.image.location if access else None
            yield position, access if location and location.folder == folder else None

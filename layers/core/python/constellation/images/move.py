"""Rename an image, move it to another folder, or put it into a constellation."""

from datetime import datetime

from constellation.common.errors import Invalid, NotFound, Violation
from constellation.images import links_request
from constellation.images.access import ImageAccess
from constellation.images.change import change
from constellation.images.model import Image, ImageChange
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import folder_store
from constellation.workspaces.locations import (
    CONSTELLATION_FIELD,
    FOLDER_FIELD,
    folder_within,
    location_for_new,
    no_such_folder_within,
)
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, FolderGone, Location
from constellation.workspaces.rights import is_within


@operation(
    grants=[folder_store.FILE, folder_store.UNFILE],
    uses=[location_for_new, folder_within, change, links_request.announce_entry],
)
def move(found: ImageAccess, name: str, constellation_id: str, folder_id: str, caller: Caller, now: datetime) -> Image:
    """Give an image another name, another location or both, and return its new state. What is empty stays.

    An image in a constellation stays in it. Raise NotFound and Forbidden for a constellation that the user may not
    add images to, Invalid for a folder that does not exist.
    """
    location = _location(found, constellation_id, folder_id, caller)
    if location and found.constellation is None:
        links_request.announce_entry(found.image)
    try:
        return change(found.image, ImageChange(name=name or None, location=location), now)
    except FolderGone:
        raise no_such_folder_within(FOLDER_FIELD) from None


def _location(found: ImageAccess, constellation_id: str, folder_id: str, caller: Caller) -> Location | None:
    """Return where the image is to lie, or None where neither a constellation nor a folder is named."""
    if found.constellation is None:
        return location_for_new(constellation_id, folder_id, caller)
    if constellation_id and not is_within(constellation_id, caller):
        raise NotFound(NO_SUCH_CONSTELLATION)
    if constellation_id and constellation_id != found.constellation.id:
        raise Invalid(Violation(CONSTELLATION_FIELD, "An image does not leave its constellation."))
    if not folder_id:
        return None
    return Location(found.constellation.id, folder_within(found.constellation, folder_id, FOLDER_FIELD))

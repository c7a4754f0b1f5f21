"""Rename an image, move it to another folder, or put it into a constellation."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from constellation.common.errors import DomainError, Invalid, NotFound, Violation
from constellation.common.outcomes import one_by_one, outcome
from constellation.images import links_request, watermark_request
from constellation.images.access import ImageAccess
from constellation.images.change import announce, change
from constellation.images.model import Image, ImageChange
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import folder_store
from constellation.workspaces.locations import folder_within, location_for_new
from constellation.workspaces.model import (
    CONSTELLATION_FIELD,
    FOLDER_FIELD,
    NO_SUCH_CONSTELLATION,
    Constellation,
    FolderGone,
    Location,
    no_such_folder_within,
)
from constellation.workspaces.rights import is_within

_ENTRY = (links_request.announce_entry, watermark_request.announce_entry, watermark_request.follow)


@operation(
    grants=[folder_store.FILE, folder_store.UNFILE],
    uses=[location_for_new, folder_within, change, *_ENTRY],
)
def move(found: ImageAccess, name: str, constellation_id: str, folder_id: str, caller: Caller, now: datetime) -> Image:
    """Give an image another name, another location or both, and return its new state. What is empty stays.

    An image in a constellation stays in it. Raise NotFound and Forbidden for a constellation that the user may not
    add images to, Invalid for a folder that does not exist.
    """
    location = _location(found.constellation, constellation_id, folder_id, caller)
    enters = location is not None and found.constellation is None
    if enters:
        _announce_entry([found.image])
    image = _change(found.image, ImageChange(name=name or None, location=location), now)
    if enters:
        watermark_request.follow([image])
    return image


@operation(
    grants=[folder_store.FILE, folder_store.UNFILE],
    uses=[location_for_new, folder_within, announce, change, *_ENTRY],
)
def move_each(
    found: Sequence[ImageAccess], constellation_id: str, folder_id: str, caller: Caller, now: datetime
) -> dict[str, Image | DomainError]:
    """Move images, each as ``move`` does, and return the outcomes by id."""
    # Where an image is to lie depends only on the constellation that it lies in, so each is looked up once.
    lying = {_lies_in(each): each.constellation for each in found}
    places = {
        id_: outcome(partial(_location, each, constellation_id, folder_id, caller)) for id_, each in lying.items()
    }
    refused, moves = dict[str, Image | DomainError](), dict[str, tuple[Image, ImageChange]]()
    for each in found:
        place = places[_lies_in(each)]
        if isinstance(place, DomainError):
            refused[each.image.id] = place
        else:
            moves[each.image.id] = each.image, ImageChange(location=place)
    entering = [image for image, wanted in moves.values() if wanted.location and image.location is None]
    if entering:
        _announce_entry(entering)
    announce(moves.values(), now)
    to_do = {id_: partial(_change, image, wanted, now, announced=True) for id_, (image, wanted) in moves.items()}
    done = one_by_one(to_do)
    watermark_request.follow(each for image in entering if isinstance(each := done[image.id], Image))
    return {**refused, **done}


def _announce_entry(images: Sequence[Image]) -> None:
    """Have the CDN forget what it holds by the old place of images, which are about to enter a constellation."""
    links_request.announce_entry(images)
    watermark_request.announce_entry(images)


def _lies_in(found: ImageAccess) -> str:
    return found.constellation.id if found.constellation else ""


def _change(image: Image, wanted: ImageChange, now: datetime, *, announced: bool = False) -> Image:
    try:
        return change(image, wanted, now, announced=announced)
    except FolderGone:
        raise no_such_folder_within(FOLDER_FIELD) from None


def _location(lies_in: Constellation | None, constellation_id: str, folder_id: str, caller: Caller) -> Location | None:
    """Return where an image is to lie that ``lies_in`` a constellation or in none.

    Return None where neither a constellation nor a folder is named.
    """
    if lies_in is None:
        return location_for_new(constellation_id, folder_id, caller)
    if constellation_id and not is_within(constellation_id, caller):
        raise NotFound(NO_SUCH_CONSTELLATION)
    if constellation_id and constellation_id != lies_in.id:
        raise Invalid(Violation(CONSTELLATION_FIELD, "An image does not leave its constellation."))
    if not folder_id:
        return None
    return Location(lies_in.id, folder_within(lies_in, folder_id, FOLDER_FIELD))

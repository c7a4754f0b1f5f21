"""Who may do what: every right to a constellation, a folder, an image or firmware is found here (``domain.rights``)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from constellation.domain.constellations import (
    NO_SUCH_COMMENT,
    NO_SUCH_CONSTELLATION,
    NO_SUCH_FOLDER,
    Comment,
    Constellation,
    Membership,
    Place,
)
from constellation.domain.errors import Forbidden, NotFound
from constellation.domain.firmware import Firmware, no_such_firmware
from constellation.domain.images import Image
from constellation.domain.links import NO_SUCH_IMAGE
from constellation.domain.rights import Operation, Right, require
from constellation.domain.trees import Folder
from constellation.services.reach import reached
from constellation.stores import comments, constellations, firmware, folders, images

CONSTELLATION_ACCESS = (constellations.READ,)
"""What a function needs that asks for the right to a constellation."""

FOLDER_ACCESS = (constellations.READ, folders.READ)
"""The same for a folder."""

IMAGE_ACCESS = (images.READ, constellations.READ)
"""The same for an image."""

FIRMWARE_ACCESS = (firmware.READ, constellations.READ)
"""The same for a firmware image."""

STANDING = (constellations.READ,)
"""What a function needs that leaves out what lies in deleted folders."""

NOT_YOURS = "This image belongs to somebody else"


@dataclass(frozen=True)
class ImageAccess:
    """An image and a user's right to it, with the constellation that it lies in."""

    image: Image
    right: Right
    constellation: Constellation | None


def membership(constellation_id: str, user_id: str, operation: Operation) -> Membership:
    """A user's membership. Raises NotFound without one, Forbidden where its right is not enough."""
    found = _membership(constellation_id, user_id)
    if found is None:
        raise NotFound(NO_SUCH_CONSTELLATION)
    require(found.right, operation)
    return found


def folder(folder_id: str, user_id: str, operation: Operation) -> tuple[Folder, Constellation]:
    """A folder and its constellation. Raises NotFound and Forbidden as above."""
    found = folders.get(folder_id)
    if found is None:
        raise NotFound(NO_SUCH_FOLDER)
    member = _membership(found.constellation, user_id)
    if member is None or not is_there(member.constellation, folder_id):
        raise NotFound(NO_SUCH_FOLDER)
    require(member.right, operation)
    if found.parent is None:
        found = replace(found, name=member.constellation.name)
    return found, member.constellation


def image(image_id: str, user_id: str, operation: Operation) -> ImageAccess:
    """An image and the right to it. Raises NotFound without any, Forbidden where it is not enough."""
    return _image(images.get(image_id), user_id, operation)


def shared_image(image_id: str, user_id: str, operation: Operation) -> Image:
    """The same as the sharing surface has it: another's image that is public is seen, and so Forbidden."""
    found = images.get(image_id)
    try:
        return _image(found, user_id, operation).image
    except NotFound:
        if found and found.is_public and standing([found]):
            raise Forbidden(NOT_YOURS) from None
        raise


def deletable_comment(image_id: str, comment_id: str, user_id: str) -> Comment:
    """A comment that a user may delete. Raises NotFound and Forbidden as above."""
    access = image(image_id, user_id, Operation.SEE_COMMENTS)
    found = comments.find(image_id, comment_id)
    if found is None:
        raise NotFound(NO_SUCH_COMMENT)
    require(access.right, Operation.DELETE_OWN_COMMENT if found.author == user_id else Operation.DELETE_COMMENT)
    return found


def firmware_image(firmware_id: str, user_id: str, operation: Operation) -> Firmware:
    """A firmware image. Raises NotFound and Forbidden as above."""
    found = firmware.get(firmware_id)
    if found is None:
        raise NotFound(no_such_firmware(firmware_id))
    right = Right.ADMIN if found.owner == user_id else None
    if found.constellation:
        member = _membership(found.constellation, user_id)
        right = member.right if member else None
    if right is None:
        raise NotFound(no_such_firmware(firmware_id))
    require(right, operation)
    return found


def is_there(constellation: Constellation, folder_id: str) -> bool:
    """Whether a folder of a constellation is still below its root, for all that was deleted."""
    place = Place(constellation.id, folder_id)
    return place in _there([place], {constellation.id: constellation})


def standing(found: Iterable[Image]) -> list[Image]:
    """Those of the images that lie in no constellation, or still in one of its folders, whoever asks.

    What was deleted with a folder or a constellation keeps its record until it is cleaned up.
    """
    listed = list(found)
    places = {image.place for image in listed if image.place}
    there = _there(places, constellations.find_many({place.constellation for place in places})) if places else ()
    return [image for image in listed if image.place is None or image.place in there]


def own(found: Iterable[Image], user_id: str) -> list[Image]:
    """Those of the images that a user owns and has a right to."""
    listed = [image for image in found if image.owner == user_id]
    places = {image.place for image in listed if image.place}
    if not places:
        return listed
    members = constellations.memberships(user_id, {place.constellation for place in places})
    there = _there(places, {id_: member.constellation for id_, member in members.items()})
    return [image for image in listed if image.place is None or image.place in there]


def history(found: Iterable[Image], user_id: str) -> list[Image]:
    """Those of the images that a user owns, but for what was deleted with what it lies in, for its own history.

    One that lies in a constellation without the user comes without its description: that is the members' now.
    """
    listed = [image for image in found if image.owner == user_id]
    known = constellations.with_rights(user_id, {image.place.constellation for image in listed if image.place})
    there = _there({image.place for image in listed if image.place}, {id_: each for id_, (each, _) in known.items()})
    return [
        replace(image, description="") if image.place and known[image.place.constellation][1] is None else image
        for image in listed
        if image.place is None or image.place in there
    ]


def _membership(constellation_id: str, user_id: str) -> Membership | None:
    return constellations.memberships(user_id, [constellation_id]).get(constellation_id)


def _image(found: Image | None, user_id: str, operation: Operation) -> ImageAccess:
    if found is None:
        raise NotFound(NO_SUCH_IMAGE)
    if found.place is None:
        if found.owner != user_id:
            raise NotFound(NO_SUCH_IMAGE)
        access = ImageAccess(found, Right.ADMIN, None)
    else:
        member = _membership(found.place.constellation, user_id)
        if member is None or not is_there(member.constellation, found.place.folder):
            raise NotFound(NO_SUCH_IMAGE)
        access = ImageAccess(found, member.right, member.constellation)
    require(access.right, operation)
    return access


def _there(places: Collection[Place], known: Mapping[str, Constellation]) -> set[Place]:
    """The places in known constellations. Folders were deleted with others above them only where removals say so."""
    there = {place for place in places if place.constellation in known}
    doubtful = {place for place in there if known[place.constellation].removals}
    return there - doubtful | reached(doubtful, known)

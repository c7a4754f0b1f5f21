"""Rights to images: who may do what to an image, and which images a user sees."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from constellation.common.errors import Forbidden, NotFound
from constellation.images import comment_store as comments
from constellation.images import store as images
from constellation.images.model import NO_SUCH_COMMENT, NO_SUCH_IMAGE, Comment, Image
from constellation.runtime.operation import operation as declared
from constellation.workspaces import store as constellations
from constellation.workspaces.access import is_there, locations_there, membership_of
from constellation.workspaces.model import Constellation
from constellation.workspaces.rights import Operation, Right, require

IMAGE_ACCESS = (images.READ, constellations.READ)
"""The same for an image."""


NOT_YOURS = "This image belongs to somebody else"


@dataclass(frozen=True)
class ImageAccess:
    """An image and a user's right to it, with the constellation that it lies in."""

    image: Image
    right: Right
    constellation: Constellation | None


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


@declared(grants=[constellations.READ])
def standing(found: Iterable[Image]) -> list[Image]:
    """Those of the images that lie in no constellation, or still in one of its folders, whoever asks.

    What was deleted with a folder or a constellation keeps its record until it is cleaned up.
    """
    listed = list(found)
    places = {image.location for image in listed if image.location}
    there = (
        locations_there(places, constellations.find_many({place.constellation for place in places})) if places else ()
    )
    return [image for image in listed if image.location is None or image.location in there]


@declared(grants=[constellations.READ])
def own(found: Iterable[Image], user_id: str) -> list[Image]:
    """Those of the images that a user owns and has a right to."""
    listed = [image for image in found if image.owner == user_id]
    places = {image.location for image in listed if image.location}
    if not places:
        return listed
    members = constellations.memberships(user_id, {place.constellation for place in places})
    there = locations_there(places, {id_: member.constellation for id_, member in members.items()})
    return [image for image in listed if image.location is None or image.location in there]


@declared(grants=[constellations.READ])
def history(found: Iterable[Image], user_id: str) -> list[Image]:
    """Those of the images that a user owns, but for what was deleted with what it lies in, for its own history.

    One that lies in a constellation without the user comes without its description: that is the members' now.
    """
    listed = [image for image in found if image.owner == user_id]
    known = constellations.with_rights(user_id, {image.location.constellation for image in listed if image.location})
    there = locations_there(
        {image.location for image in listed if image.location}, {id_: each for id_, (each, _) in known.items()}
    )
    return [
        replace(image, description="") if image.location and known[image.location.constellation][1] is None else image
        for image in listed
        if image.location is None or image.location in there
    ]


def _image(found: Image | None, user_id: str, operation: Operation) -> ImageAccess:
    if found is None:
        raise NotFound(NO_SUCH_IMAGE)
    if found.location is None:
        if found.owner != user_id:
            raise NotFound(NO_SUCH_IMAGE)
        access = ImageAccess(found, Right.ADMIN, None)
    else:
        member = membership_of(found.location.constellation, user_id)
        if member is None or not is_there(member.constellation, found.location.folder):
            raise NotFound(NO_SUCH_IMAGE)
        access = ImageAccess(found, member.right, member.constellation)
    require(access.right, operation)
    return access

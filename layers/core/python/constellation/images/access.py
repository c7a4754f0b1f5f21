"""What users may see and do with images."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from constellation.common.errors import DomainError, Forbidden, NotFound, Unavailable
from constellation.common.outcomes import outcome
from constellation.images import comment_store, store
from constellation.images.model import NO_SUCH_COMMENT, NO_SUCH_IMAGE, Comment, Image
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces.access import (
    existing_locations,
    locations_of_members,
    membership_at,
    memberships_at,
    visible_locations,
)
from constellation.workspaces.model import Constellation, Membership
from constellation.workspaces.rights import Operation, Right, is_within, require, right_outside

NOT_YOURS = "This image belongs to somebody else"


@dataclass(frozen=True)
class ImageAccess:
    """An image with a caller's right to it, and the constellation that it lies in, if any."""

    image: Image
    right: Right
    constellation: Constellation | None


@operation(grants=[store.READ], uses=[membership_at], errors=[NotFound])
def image(image_id: str, caller: Caller, wanted: Operation) -> ImageAccess:
    """Return an image with a caller's right to it. Raise NotFound without a right, Forbidden where it is not enough."""
    return _access(store.get(image_id), caller, wanted)


@operation(grants=[store.READ_MANY], uses=[memberships_at])
def images(image_ids: Collection[str], caller: Caller, wanted: Operation) -> dict[str, ImageAccess | DomainError]:
    """Return images with a caller's right to them, by id, and of the others the error that ``image`` raises."""
    return _accesses(image_ids, store.get_many(image_ids, consistent=True), caller, wanted)


@operation(uses=[image, existing_locations], errors=[Forbidden])
def shared_image(image_id: str, caller: Caller, wanted: Operation) -> ImageAccess:
    """Return an image with a caller's right to it, for the sharing surface.

    Raise NotFound without a right. But raise Forbidden where the image is public, since everybody sees it except a
    bound token, and where the right is not enough.
    """
    found = store.get(image_id)
    try:
        return _access(found, caller, wanted)
    except NotFound:
        if found and _is_seen_in_public(found, caller) and standing([found]):
            raise Forbidden(NOT_YOURS) from None
        raise


@operation(grants=[store.READ_MANY], uses=[memberships_at, existing_locations])
def shared_images(
    image_ids: Collection[str], caller: Caller, wanted: Operation
) -> dict[str, ImageAccess | DomainError]:
    """Return images with a caller's right to them, by id, and of the others the error that ``shared_image`` raises."""
    found = store.get_many(image_ids, consistent=True)
    accesses = _accesses(image_ids, found, caller, wanted)
    hidden = [image for image in found.values() if isinstance(accesses[image.id], NotFound)]
    public = standing(image for image in hidden if _is_seen_in_public(image, caller))
    return {**accesses, **{image.id: Forbidden(NOT_YOURS) for image in public}}


@operation(uses=[shared_image])
def taggable_image(image_id: str, caller: Caller) -> Image:
    """Return an image whose tags a caller may change: its owner, with any right to it, or who may change the image.

    Raise the errors of ``shared_image``.
    """
    return _taggable(shared_image(image_id, caller, Operation.SEE_IMAGE), caller).image


@operation(uses=[shared_images])
def taggable_images(image_ids: Collection[str], caller: Caller) -> dict[str, ImageAccess | DomainError]:
    """Return images by id as ``taggable_image`` does, and of the others the error that it raises."""
    found = shared_images(image_ids, caller, Operation.SEE_IMAGE)
    return {
        id_: each if isinstance(each, DomainError) else outcome(partial(_taggable, each, caller))
        for id_, each in found.items()
    }


@operation(grants=[comment_store.FIND], uses=[image], errors=[Forbidden])
def deletable_comment(image_id: str, comment_id: str, caller: Caller) -> Comment:
    """Return a comment that a caller may delete.

    Raise NotFound where there is none that the caller may see, Forbidden where its right is not enough.
    """
    access = image(image_id, caller, Operation.SEE_COMMENTS)
    found = comment_store.find(image_id, comment_id)
    if found is None:
        raise NotFound(NO_SUCH_COMMENT)
    require(access.right, Operation.DELETE_OWN_COMMENT if found.author == caller.user_id else Operation.DELETE_COMMENT)
    return found


@operation(grants=[store.READ], errors=[NotFound, Unavailable])
def again(before: Image) -> Image:
    """Return an image as it is now that another request has changed it.

    Raise NotFound when it is gone, Unavailable when it has entered or left a constellation, which changes who has a
    right to it.
    """
    now = store.get(before.id)
    if now is None:
        raise NotFound(NO_SUCH_IMAGE)
    if now.location != before.location and (before.location is None or now.location is None):
        raise Unavailable
    return now


@operation(uses=[existing_locations])
def standing(images: Iterable[Image]) -> list[Image]:
    """Return the images that lie in no constellation or in a folder that still exists, whoever may see them.

    An image that was deleted with a folder or a constellation keeps its record until it is cleaned up.
    """
    listed = list(images)
    there = existing_locations({image.location for image in listed if image.location})
    return [image for image in listed if image.location is None or image.location in there]


@operation(uses=[memberships_at])
def seen(images: Iterable[Image], caller: Caller) -> list[ImageAccess]:
    """Return those of the images that a caller has a right to, in their order, each with the right."""
    listed = list(images)
    members = memberships_at({image.location for image in listed if image.location}, caller)
    found = (_accessed(image, members.get(image.location) if image.location else None, caller) for image in listed)
    return [access for access in found if access]


@operation(uses=[visible_locations])
def own(images: Iterable[Image], caller: Caller) -> list[Image]:
    """Return the images that a caller owns and still has a right to."""
    listed = _owned(images, caller)
    there = visible_locations({image.location for image in listed if image.location}, caller)
    return [image for image in listed if image.location is None or image.location in there]


@operation(uses=[locations_of_members])
def history(images: Iterable[Image], caller: Caller) -> list[Image]:
    """Return the images that a caller owns for its own history, without those deleted with a folder or constellation.

    An image in a constellation that the user has left comes without its description, which belongs to the members.
    """
    listed = _owned(images, caller)
    there = locations_of_members({image.location for image in listed if image.location}, caller)
    return [
        replace(image, description="") if image.location and not there[image.location] else image
        for image in listed
        if image.location is None or image.location in there
    ]


def _owned(images: Iterable[Image], caller: Caller) -> list[Image]:
    return [image for image in images if image.owner == caller.user_id and _is_known(image, caller)]


def _is_known(image: Image, caller: Caller) -> bool:
    """Return whether a caller may know of an image: a bound token knows none outside of its constellation."""
    return is_within(image.location.constellation if image.location else "", caller)


def _taggable(found: ImageAccess, caller: Caller) -> ImageAccess:
    if found.image.owner != caller.user_id:
        require(found.right, Operation.CHANGE_IMAGE)
    return found


def _is_seen_in_public(image: Image, caller: Caller) -> bool:
    """Return whether the public lists show an image to a caller, provided that its folder still exists."""
    return image.is_public and _is_known(image, caller)


def _access(found: Image | None, caller: Caller, wanted: Operation) -> ImageAccess:
    member = membership_at(found.location, caller) if found and found.location else None
    return _sufficient(found, member, caller, wanted)


def _accesses(
    image_ids: Collection[str], found: Mapping[str, Image], caller: Caller, wanted: Operation
) -> dict[str, ImageAccess | DomainError]:
    members = memberships_at({image.location for image in found.values() if image.location}, caller)

    def access(image: Image | None) -> ImageAccess | DomainError:
        member = members.get(image.location) if image and image.location else None
        return outcome(lambda: _sufficient(image, member, caller, wanted))

    return {id_: access(found.get(id_)) for id_ in image_ids}


def _sufficient(found: Image | None, member: Membership | None, caller: Caller, wanted: Operation) -> ImageAccess:
    """Return an image with a caller's right to it. Raise NotFound without a right, Forbidden where it is too low."""
    access = _accessed(found, member, caller) if found else None
    if access is None:
        raise NotFound(NO_SUCH_IMAGE)
    require(access.right, wanted)
    return access


def _accessed(image: Image, member: Membership | None, caller: Caller) -> ImageAccess | None:
    """Return an image with a caller's right to it, or None. ``member`` is the caller's membership where it lies."""
    if image.location:
        return ImageAccess(image, member.right, member.constellation) if member else None
    right = right_outside(caller) if image.owner == caller.user_id else None
    return ImageAccess(image, right, None) if right else None

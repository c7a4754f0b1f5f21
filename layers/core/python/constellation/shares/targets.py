"""What shares show, with the right of the user who shares it."""

from dataclasses import dataclass

from constellation.collections.find import own_collection
from constellation.collections.model import Collection
from constellation.common.errors import NotFound
from constellation.images.access import ImageAccess, shared_image
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.shares.model import COLLECTION, FOLDER, IMAGE, Share, Target
from constellation.workspaces import access as workspaces
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Constellation, Membership
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder


@dataclass(frozen=True)
class Shared:
    """The target of a share with its name: an image, a collection, a folder with ``member``, or ``member`` alone.

    ``member`` is the membership of the user who shares a folder or a constellation.
    """

    target: Target
    name: str
    image: ImageAccess | None = None
    collection: Collection | None = None
    folder: Folder | None = None
    member: Membership | None = None

    @property
    def constellation(self) -> Constellation:
        """Return the constellation of a folder, or the one that is shared itself."""
        if self.member is None:
            raise NotFound(NO_SUCH_CONSTELLATION)
        return self.member.constellation

    @property
    def folder_id(self) -> str:
        """Return the folder that is shared, the root of a constellation."""
        return self.folder.id if self.folder else self.constellation.root


@operation(uses=[shared_image, own_collection, workspaces.folder, workspaces.membership])
def shareable(type_: str, id_: str, caller: Caller) -> Shared:
    """Return what a caller shares. Raise NotFound, and Forbidden where its right is not enough to share it."""
    if type_ == IMAGE:
        found = shared_image(id_, caller, Operation.SHARE)
        within = found.image.location.constellation if found.image.location else ""
        return Shared(Target(type_, id_, within), found.image.name, image=found)
    if type_ == COLLECTION:
        collection = own_collection(id_, caller)
        return Shared(Target(type_, id_), collection.name, collection=collection)
    if type_ == FOLDER:
        folder, member = workspaces.folder(id_, caller, Operation.SHARE)
        return Shared(Target(type_, id_, folder.constellation), folder.name, folder=folder, member=member)
    member = workspaces.membership(id_, caller, Operation.SHARE)
    return Shared(Target(type_, id_, id_), member.constellation.name, member=member)


@operation(uses=[shareable])
def shared_by_creator(share: Share) -> Shared:
    """Return what a share shows. Raise NotFound or Forbidden where it is gone or its creator may not share it now."""
    return shareable(share.target.type, share.target.id, Caller(share.creator))

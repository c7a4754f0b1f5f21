"""Return the whole tree of a constellation in one response."""

from typing import Literal, NotRequired, TypedDict

from constellation.common.errors import TooLarge
from constellation.common.ids import Id
from constellation.common.sizes import REPLY_LIMIT, megabytes, text_size
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store
from constellation.workspaces.model import Constellation
from constellation.workspaces.tree import Folder, to_json


class Tree(TypedDict):
    """A folder with all that is below it, or a file, which has no ``children``."""

    uuid: Id
    name: str
    type: Literal["folder", "file"]
    children: NotRequired[list["Tree"]]


@operation(grants=[folder_store.LIST], errors=[TooLarge])
def structure(constellation: Constellation) -> bytes:
    """Return the tree as JSON, read in one query. Raise TooLarge where a response cannot hold it."""
    root = Folder(constellation.root, constellation.id, constellation.name, None)
    tree = to_json(root, *folder_store.content(constellation.id))
    if text_size(tree) > REPLY_LIMIT:
        raise TooLarge(
            f"The structure is too large for one answer ({megabytes(len(tree))} MB)."
            f" Read it folder by folder with GET /folders/{{uuid}}, from {constellation.root} on."
        )
    return tree

"""Return the whole tree of a constellation, or all that lies in a folder, in one response.

Of what no response can hold, no more is read than it takes to know that: the rest could take longer than a request may.
"""

from typing import Literal, NotRequired, TypedDict

from constellation.common.errors import TooLarge
from constellation.common.ids import Id
from constellation.common.sizes import REPLY_LIMIT, megabytes, text_size, too_large_answer
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store
from constellation.workspaces.model import Constellation
from constellation.workspaces.tree import MOST_NODES, File, Folder, to_json


class Tree(TypedDict):
    """A folder with all that is below it, or a file, which has no ``children``."""

    uuid: Id
    name: str
    type: Literal["folder", "file"]
    children: NotRequired[list["Tree"]]


@operation(grants=[folder_store.LIST], errors=[TooLarge])
def structure(constellation: Constellation) -> bytes:
    """Return the tree as JSON, read in one query. Raise TooLarge where a response cannot hold it.

    While deleted folders are being emptied, it is read to its end, because what lies below them is not part of it.
    """
    root = Folder(constellation.root, constellation.id, constellation.name, None)
    folders, files = folder_store.content(constellation.id, None if constellation.removals else MOST_NODES + 1)
    if not constellation.removals and len(folders) + len(files) > MOST_NODES:
        raise _too_large(constellation, _MANY)
    tree = to_json(root, folders, files)
    if text_size(tree) > REPLY_LIMIT:
        raise _too_large(constellation, f"{megabytes(len(tree))} MB")
    return tree


@operation(grants=[folder_store.LIST], errors=[TooLarge])
def children(folder: Folder) -> tuple[list[Folder], list[File]]:
    """Return the folders and files that lie directly in a folder. Raise TooLarge for more than a response can hold."""
    folders, files = folder_store.children(folder.constellation, folder.id, MOST_NODES + 1)
    if len(folders) + len(files) > MOST_NODES:
        raise TooLarge(too_large_answer(_MANY))
    return folders, files


def _too_large(constellation: Constellation, size: str) -> TooLarge:
    return TooLarge(
        f"The structure is too large for one answer ({size})."
        f" Read it folder by folder with GET /folders/{{uuid}}, from {constellation.root} on."
    )


_MANY = f"more than {MOST_NODES:,} entries"
"""The size of what was not read to its end."""

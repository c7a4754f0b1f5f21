"""The whole tree of a constellation in one answer."""

from constellation.common.errors import TooLarge
from constellation.common.sizes import REPLY_LIMIT, megabytes, text_size
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Constellation
from constellation.workspaces.tree import Folder, to_json

STRUCTURE = (constellations.READ, folders.LIST)
"""What a function needs that answers with it."""


def structure(constellation: Constellation) -> bytes:
    """The tree as JSON, all of it read once. Raises TooLarge where an answer does not hold it."""
    root = Folder(constellation.root, constellation.id, constellation.name, None)
    tree = to_json(root, *folders.content(constellation.id))
    if text_size(tree) > REPLY_LIMIT:
        raise TooLarge(
            f"The structure is too large for one answer ({megabytes(len(tree))} MB)."
            f" Read it folder by folder with GET /folders/{{uuid}}, from {constellation.root} on."
        )
    return tree

"""The whole tree of a constellation in one answer."""

from constellation.domain.constellations import Constellation
from constellation.domain.errors import TooLarge
from constellation.domain.sizes import REPLY_LIMIT, megabytes, text_size
from constellation.domain.trees import Folder, to_json
from constellation.stores import constellations, folders

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

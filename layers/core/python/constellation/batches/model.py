"""A batch: an action that is asked for on many images at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from constellation.workspaces.model import CONSTELLATION_FIELD, FOLDER_FIELD

MOST_IMAGES = 100
"""The most images of a batch."""

DELETE, PUBLISH, UNPUBLISH = "delete", "publish", "unpublish"
TAG, UNTAG, COLLECT, MOVE = "tag", "untag", "collect", "move"

TAGS_FIELD, COLLECTION_FIELD = "tags", "collection_id"

FIELDS: Mapping[str, tuple[str, ...]] = {
    DELETE: (),
    PUBLISH: (),
    UNPUBLISH: (),
    TAG: (TAGS_FIELD,),
    UNTAG: (TAGS_FIELD,),
    COLLECT: (COLLECTION_FIELD,),
    MOVE: (CONSTELLATION_FIELD, FOLDER_FIELD),
}
"""The fields that each action takes. It needs one of them, if it takes any."""


@dataclass(frozen=True)
class Batch:
    """An action, the ids of the images that it is for, and the tags or the place that it is about; empty if unsent."""

    ids: list[str]
    action: str
    tags: tuple[str, ...] = ()
    collection: str = ""
    constellation: str = ""
    folder: str = ""

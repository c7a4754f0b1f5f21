"""Batches: one action on many images at once."""

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
"""The fields that each action takes. If it takes any, it needs at least one of them."""


@dataclass(frozen=True)
class Batch:
    """An action on images by their ids, and the fields that it takes; those that were not sent are empty."""

    ids: list[str]
    action: str
    tags: tuple[str, ...] = ()
    collection: str = ""
    constellation: str = ""
    folder: str = ""

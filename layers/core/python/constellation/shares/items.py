"""The images of a share, page by page, with links to their pictures."""

from dataclasses import dataclass
from datetime import datetime

from constellation.collections.items import page as page_of_collection
from constellation.common.pages import Page
from constellation.images.access import ImageAccess
from constellation.images.below import page_below
from constellation.images.model import Image
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.shares.access import Opened
from constellation.shares.pictures import Pictures, pictures
from constellation.shares.targets import Shared


@dataclass(frozen=True)
class Item:
    """An image of a share, with the links to its pictures."""

    image: Image
    pictures: Pictures


@operation(uses=[page_of_collection, page_below, pictures])
def page(found: Opened, position: str, limit: int, now: datetime) -> Page[Item]:
    """Return the images of a share after a position: a collection's in its order, others newest first.

    They are those that its creator sees.
    """
    shown = _page(found.shared, Caller(found.share.creator), position, limit)
    links = pictures(shown.items, found.share, now)
    return Page([Item(access.image, links[access.image.id]) for access in shown.items], shown.following)


def _page(shared: Shared, creator: Caller, position: str, limit: int) -> Page[ImageAccess]:
    if shared.image:
        return Page([shared.image], "")
    if shared.collection:
        return page_of_collection(shared.collection, creator, position, limit)
    return page_below(shared.folder_id, shared.constellation, creator, position, limit)

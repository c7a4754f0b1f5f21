"""List variants."""

from constellation.common.pages import Page, page_of
from constellation.runtime.operation import operation
from constellation.variants import store
from constellation.variants.model import Variant


@operation(grants=[store.LIST])
def page_in(place: str, position: str, limit: int) -> Page[Variant]:
    """Return the variants of a place after a position, newest first. All of them are read, at most MOST_VARIANTS."""
    rows = ((store.position(each), each) for each in store.of_place(place))
    return page_of((row for row in rows if not position or row[0] < position), limit)

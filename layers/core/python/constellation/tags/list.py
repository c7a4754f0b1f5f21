"""List the tags of a user's own images."""

from constellation.common.pages import Page, page_of
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.tags import store
from constellation.tags.model import TagCount


@operation(grants=[store.FIND])
def page_of_own(prefix: str, position: str, caller: Caller, limit: int) -> Page[TagCount]:
    """Return the tags of a caller's own images that begin with a prefix, after a position, sorted by name.

    ``prefix`` is in its compared form. A token that is bound to a constellation gets none, because they tell of images
    outside of it.
    """
    list_ = "" if caller.constellation else caller.user_id
    found = store.counts(list_, prefix, position, limit + 1)
    return page_of(((store.short(each.branch), each) for each in found), limit)

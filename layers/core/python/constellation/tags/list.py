"""List the tags of a user's own images."""

from itertools import islice

from constellation.common.errors import Invalid
from constellation.runtime.endpoint import Reply
from constellation.runtime.operation import operation
from constellation.runtime.pagination import cursor_at, cursor_meta, next_link, position_after
from constellation.runtime.request import Caller
from constellation.tags import store
from constellation.tags.inputs import TagQuery
from constellation.tags.model import compared
from constellation.tags.outputs import TagList


@operation(grants=[store.FIND], errors=[Invalid])
def page(path: str, query: TagQuery, caller: Caller) -> Reply[TagList]:
    """Return a page of the tags of a caller's own images, sorted by name, with the address of the next page.

    A token that is bound to a constellation gets none, because they tell of images outside of it.
    """
    prefix, limit = compared(query.prefix), query.limit
    scope = ("tags", caller.reader, prefix)
    after = position_after(query.cursor, *scope)
    list_ = "" if caller.constellation else caller.user_id
    found = list(islice(store.counts(list_, prefix, after, limit + 1), limit + 1))
    shown = found[:limit]
    cursor = cursor_at(shown[-1].branch if len(found) > limit else "", *scope)
    body: TagList = {
        "data": [{"tag": each.shown, "count": each.images} for each in shown],
        "meta": cursor_meta(shown, cursor),
    }
    return Reply(body, next_link(path, cursor, prefix=query.prefix, limit=query.limit))

"""Share an image, a collection, a folder or a constellation."""

from collections.abc import Callable, Sequence

from constellation.aws.table import Part
from constellation.runtime.operation import operation
from constellation.shares import store, view_store
from constellation.shares.model import Share


@operation(grants=[store.CREATE, view_store.CREATE])
def create(share: Share, also: Callable[[Share], Sequence[Part]]) -> Share:
    """Create a share. Write ``also`` in the same transaction."""
    store.create(share, [*view_store.to_create(share.id, share.max_views), *also(share)])
    return share

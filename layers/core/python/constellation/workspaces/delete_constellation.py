"""Delete a constellation: hide it in one transaction, and ask for it to be emptied."""

from datetime import datetime

from constellation.runtime.operation import operation
from constellation.workspaces import removal_request, removal_store, store
from constellation.workspaces.model import Constellation, Removal


@operation(grants=[store.DELETE, removal_store.BEGIN], uses=[removal_request.beginning])
def delete(constellation: Constellation, now: datetime) -> None:
    """Delete a constellation with its members, folders and images."""
    removal = Removal(constellation.id, constellation.root)
    with removal_request.beginning(removal):
        store.delete(constellation.id, removal_store.to_begin(removal, now))

"""Delete a constellation: out of everybody's sight in one transaction, emptied by a queue."""

from datetime import datetime

from constellation.aws import queues
from constellation.aws.resources import REMOVALS
from constellation.workspaces import removal_store as removals
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Constellation, Removal
from constellation.workspaces.removal_request import message

REMOVE_CONSTELLATION = (constellations.READ, constellations.DELETE, removals.BEGIN, queues.ASK_FOR_REMOVAL)
"""What a function that deletes constellations needs."""


def remove_constellation(constellation: Constellation, now: datetime) -> None:
    """Delete a constellation with its members, folders and images."""
    removal = Removal(constellation.id, constellation.root)
    queues.send(REMOVALS, message(removal), queues.SETTLED_SECONDS)
    constellations.delete(constellation.id, removals.beginning(removal, now))
    queues.send(REMOVALS, message(removal))

"""Ask for the clean-up of collections: of deleted ones, and of images that are no longer seen in others."""

from collections.abc import Mapping

from constellation.aws.queue import Queue
from constellation.aws.resources import DELETIONS, Grant
from constellation.runtime.operation import operation


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))])
def ask(parts: Mapping[str, int]) -> None:
    """Ask for clean-ups of collections, by their ids, each from a part of its order on."""
    Queue(DELETIONS).send_many(message(id_, part) for id_, part in parts.items())


def message(collection_id: str, part: int = 0) -> dict[str, str | int]:
    """Return the message that asks for the clean-up of a collection from a part of its order on."""
    return {"collection": collection_id, "part": part}

"""The search index follows what is uploaded and changed."""

from datetime import datetime
from typing import Any

from constellation.events.consumer import consumer
from constellation.services.indexing import INDEX, bring_up_to_date, forget
from constellation.stores.resources import INDEXING


@consumer(INDEXING, grants=INDEX)
def handler(message: Any, now: datetime) -> None:
    """Queue indexing: bring the search index of lists up to date, and take lost words out of it."""
    if lost := message.get("forget"):
        forget(lost["image"], lost["owner"], lost["words"])
    for list_ in message["lists"]:
        bring_up_to_date(list_, now)

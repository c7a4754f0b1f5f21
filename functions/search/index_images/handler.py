"""The search index follows what is uploaded and changed."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import INDEXING
from constellation.runtime.consumer import Passed, consumer
from constellation.search.index import BUDGET, INDEX, TIMEOUT, ask_again, bring_up_to_date, forget


@consumer(INDEXING, grants=INDEX, timeout=TIMEOUT, timed=True)
def handler(message: Any, now: datetime, passed: Passed) -> None:
    """Queue indexing: bring the search index of lists up to date, and take lost words out of it."""
    if passed() >= BUDGET:
        ask_again(message)
        return
    if lost := message.get("forget"):
        forget(lost["image"], lost["owner"], lost["words"])
    for list_ in message["lists"]:
        bring_up_to_date(list_, message, now, passed)

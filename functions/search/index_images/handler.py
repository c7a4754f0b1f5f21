"""The search index, which follows uploads and changes, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import INDEXING
from constellation.runtime.consumer import Passed, consumer
from constellation.search.forget import forget_words
from constellation.search.index import BUDGET, TIMEOUT, index_list, postpone


@consumer(INDEXING, uses=[postpone, forget_words, index_list], timeout=TIMEOUT, timed=True)
def handler(message: Any, now: datetime, passed: Passed) -> None:
    """Queue indexing: bring the search index of lists up to date, and remove lost words from it."""
    if passed() >= BUDGET:
        postpone(message)
        return
    if lost := message.get("forget"):
        forget_words(lost["image"], lost["owner"], lost["words"])
    for list_ in message["lists"]:
        index_list(list_, message, now, passed)

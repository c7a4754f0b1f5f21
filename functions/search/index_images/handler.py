"""The search index, the counts of tags and the known files, which follow uploads and changes, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import INDEXING
from constellation.images import known_files, rename_tags, tag_index
from constellation.runtime.consumer import Passed, consumer
from constellation.search.forget import forget_words
from constellation.search.index import BUDGET, TIMEOUT, index_list, postpone


@consumer(
    INDEXING,
    uses=[postpone, forget_words, tag_index.settle, known_files.settle, rename_tags.rename_tags, index_list],
    timeout=TIMEOUT,
    timed=True,
)
def handler(message: Any, now: datetime, passed: Passed) -> None:
    """Queue indexing: bring the search index of lists up to date, and remove lost words from it.

    Count and rename the tags of images and note their files, too.
    """
    if passed() >= BUDGET:
        postpone(message)
        return
    if lost := message.get("forget"):
        forget_words(lost["image"], lost["owner"], lost["words"])
    if told := message.get("tagged"):
        tag_index.settle(told)
    if told := message.get("filed"):
        known_files.settle(told)
    if "renames" in message:
        rename_tags.rename_tags(message, now, passed)
    for list_ in message.get("lists", ()):
        index_list(list_, message, now, passed)

"""The search index's reading, page by page."""

from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES
from constellation.search import store


def test_of_a_frequent_word_no_more_is_read_than_tells_that_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(IMAGES.variable, "images")
    asked: list[int] = []

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        asked.append(parameters["Limit"])
        found = min(4, parameters["Limit"])  # DynamoDB ends a page at 1 MB.
        return {"Items": [to_wire({"sk": f"sea#{n}", "fields": "d"}) for n in range(found)], "LastEvaluatedKey": {}}

    monkeypatch.setattr(aws, "call", call)
    assert store.find("public", "sea", "d", 9) is None
    assert asked == [10, 6, 2]

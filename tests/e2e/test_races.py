"""Races over HTTP, on an engine that serialises its writes as DynamoDB does."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.races import RACES, Send


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_a_race(client: httpx.Client, race: Callable[[Send], None]) -> None:
    def send(path: str, body: Any) -> tuple[int, Any]:
        answer = client.post(path, json=body)
        return answer.status_code, answer.json()

    race(send)

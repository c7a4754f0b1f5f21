"""Races over HTTP, on an engine that serialises its writes as DynamoDB does."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.http_account_races import RACES


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_a_race(client: httpx.Client, race: Callable[[httpx.Client], None]) -> None:
    race(client)

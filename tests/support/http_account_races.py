"""Races for accounts over HTTP, on an engine that serialises its writes: what must hold however they interleave."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import httpx

from tests.support.accounts import PASSWORD
from tests.support.http_user import statuses_at_once

CROWD = 8


def statuses(client: httpx.Client, path: str, bodies: Sequence[Any]) -> Counter[int]:
    """Return how often each status came when all bodies were posted to ``path`` together."""
    return Counter(statuses_at_once([partial(client.post, path, json=body) for body in bodies]))


def newcomer(client: httpx.Client) -> str:
    """Sign up a user and return the username."""
    name = uuid4().hex
    account = {"email": f"{name}@example.com", "username": name, "password": PASSWORD}
    response = client.post("/api/auth/signup", json=account)
    assert response.status_code == 201, response.text
    return name


def one_of_many_signups_wins(client: httpx.Client) -> None:
    """One sign-up of many gets an email address."""
    name = uuid4().hex
    bodies = [{"email": f"{name}@example.com", "username": f"{name}{n}", "password": PASSWORD} for n in range(CROWD)]
    assert statuses(client, "/api/auth/signup", bodies) == {201: 1, 422: CROWD - 1}


def one_of_many_refreshes_wins(client: httpx.Client) -> None:
    """One of many requests exchanges a refresh token."""
    account = {"username": newcomer(client), "password": PASSWORD}
    tokens = client.post("/api/auth/login", json=account).json()
    bodies = [{"refresh_token": tokens["refresh_token"]}] * CROWD
    assert statuses(client, "/api/auth/refresh", bodies) == {200: 1, 401: CROWD - 1}


def ten_of_many_failures_are_told(client: httpx.Client) -> None:
    """As many guesses are answered together as one by one."""
    name = newcomer(client)
    bodies = [{"username": name, "password": f"guess {n}"} for n in range(2 * CROWD)]
    assert statuses(client, "/api/auth/login", bodies) == {401: 10, 429: 2 * CROWD - 10}
    account = {"username": name, "password": PASSWORD}
    assert client.post("/api/auth/login", json=account).status_code == 429


RACES = (one_of_many_signups_wins, one_of_many_refreshes_wins, ten_of_many_failures_are_told)

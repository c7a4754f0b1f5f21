"""Many clients at the same moment, for an engine that serialises its writes: what must hold however they interleave.

Each race takes ``send``, which POSTs JSON and gives status and body, over HTTP or straight into the functions.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

from tests.support.accounts import PASSWORD

Send = Callable[[str, Any], tuple[int, Any]]

CROWD = 8


def at_once(send: Send, path: str, bodies: Sequence[Any]) -> Counter[int]:
    """How often each status came when all ``bodies`` were sent to ``path`` together."""
    barrier = Barrier(len(bodies))

    def one(body: Any) -> int:
        barrier.wait()
        return send(path, body)[0]

    with ThreadPoolExecutor(len(bodies)) as pool:
        return Counter(pool.map(one, bodies))


def newcomer(send: Send) -> str:
    """The username of a new user."""
    name = uuid4().hex
    status, body = send("/api/auth/signup", {"email": f"{name}@example.com", "username": name, "password": PASSWORD})
    assert status == 201, body
    return name


def one_of_many_signups_wins(send: Send) -> None:
    """An email is given away once."""
    name = uuid4().hex
    bodies = [{"email": f"{name}@example.com", "username": f"{name}{n}", "password": PASSWORD} for n in range(CROWD)]
    assert at_once(send, "/api/auth/signup", bodies) == {201: 1, 422: CROWD - 1}


def one_of_many_refreshes_wins(send: Send) -> None:
    """A refresh token is exchanged once."""
    _, tokens = send("/api/auth/login", {"username": newcomer(send), "password": PASSWORD})
    bodies = [{"refresh_token": tokens["refresh_token"]}] * CROWD
    assert at_once(send, "/api/auth/refresh", bodies) == {200: 1, 401: CROWD - 1}


def ten_of_many_failures_are_told(send: Send) -> None:
    """Guesses sent together are answered no more often than guesses sent one by one."""
    name = newcomer(send)
    bodies = [{"username": name, "password": f"guess {n}"} for n in range(2 * CROWD)]
    assert at_once(send, "/api/auth/login", bodies) == {401: 10, 429: 2 * CROWD - 10}
    assert send("/api/auth/login", {"username": name, "password": PASSWORD})[0] == 429


RACES = (one_of_many_signups_wins, one_of_many_refreshes_wins, ten_of_many_failures_are_told)

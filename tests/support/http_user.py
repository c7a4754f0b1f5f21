"""A user of a running product."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from tests.support.accounts import PASSWORD
from tests.support.parallel import at_once


class User:
    """A new user, who sends requests over HTTP."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        name = f"racer-{time.time_ns()}"
        self.email = f"{name}@example.org"
        account = {"name": name, "email": self.email, "password": PASSWORD}
        made = client.post("/register", json=account).raise_for_status()
        self.id: str = made.json()["user_uuid"]
        self.headers = {"Authorization": f"Bearer {made.json()['access_token']}"}

    def asks(self, method: str, path: str, body: Any = None, **parts: Any) -> httpx.Response:
        """Return the response to a request of this user."""
        return self._client.request(method, path, headers=self.headers, json=body, **parts)

    def gets(self, method: str, path: str, body: Any = None, **parts: Any) -> Any:
        """Return the JSON of the response to a request, which must succeed."""
        answer = self.asks(method, path, body, **parts)
        assert answer.is_success, answer.text
        return answer.json()


def statuses_at_once(requests: Sequence[Callable[[], httpx.Response]]) -> list[int]:
    """Return the statuses of requests that are sent together."""
    return [response.status_code for response in at_once(requests)]

"""Races for firmware over HTTP, on the engine: requests that really run at the same moment, each in its own process."""

from collections.abc import Callable

import httpx

from tests.support.hex_files import firmware
from tests.support.http_user import User, statuses_at_once

FILES = (firmware(1000), firmware(3000))


def created(user: User) -> str:
    """The path of a new firmware image."""
    return user.gets("POST", "/image", {"label": "pump", "fw_version": "1.0.0"})["url"]


def uploads(user: User, path: str, data: bytes) -> httpx.Response:
    """The answer to the upload of a binary."""
    return user.asks("POST", f"{path}/binary", files={"image": ("a.hex", data)})


def two_uploads(user: User, rounds: int) -> None:
    """One of them is the binary, whole; the other is told so."""
    for _ in range(rounds):
        path = created(user)
        statuses = statuses_at_once([lambda path=path, data=data: uploads(user, path, data) for data in FILES])
        assert sorted(statuses) == [200, 400]
        assert user.asks("GET", f"{path}/binary").content == FILES[statuses.index(200)]
        assert user.gets("GET", path)["confirmed"]
        assert user.gets("DELETE", path)["result"] == "ok"


def an_upload_and_a_deletion(user: User, rounds: int) -> None:
    """Of the binary: what is confirmed can be downloaded, whole; of the image: it is gone."""
    for _ in range(rounds):
        path = created(user)
        uploaded, deleted = statuses_at_once(
            [lambda path=path: uploads(user, path, FILES[0]), lambda path=path: user.asks("DELETE", f"{path}/binary")]
        )
        assert (uploaded, deleted) == (200, 200)
        answer = user.asks("GET", f"{path}/binary")
        assert answer.status_code == (200 if user.gets("GET", path)["confirmed"] else 404)
        assert answer.content == FILES[0] or answer.status_code == 404
        uploaded, deleted = statuses_at_once(
            [lambda path=path: uploads(user, path, FILES[0]), lambda path=path: user.asks("DELETE", path)]
        )
        assert uploaded in (200, 400, 404)
        assert deleted == 200
        assert user.asks("GET", f"{path}/binary").status_code == user.asks("GET", path).status_code == 404


RACES: dict[Callable[[User, int], None], int] = {
    two_uploads: 1000,
    an_upload_and_a_deletion: 200,
}
"""The races, and how many rounds of each the bench runs."""

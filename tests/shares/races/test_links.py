"""Links that a share gives while it changes: the CDN refuses them, or they are not given at all."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest

from constellation.aws.resources import HIDING
from tests.shares.contract.test_shares import see, shared
from tests.support.consistency import shelf
from tests.support.faults import after_call, counted
from tests.support.sharing import Client
from tests.support.state import keep
from tests.support.world import World, unrecorded

ENDINGS: dict[str, Callable[[Client, str], int]] = {
    "changed": lambda anna, path: anna.ask("PATCH", path, json={"allowDownload": False}).status,
    "deleted": lambda anna, path: anna.ask("DELETE", path).status,
}


@contextmanager
def by_somebody_else(world: World) -> Generator[None]:
    """What happens inside is not the doing of the function that is invoked."""
    calls = world.calls
    with unrecorded():
        yield
    world.calls = calls


def links(answer: Any) -> list[str]:
    """The tags of the links that were given."""
    given: list[Any] = [] if answer.status != 200 else answer.json["data"]
    return [each["url"].partition("share=")[2].partition("&")[0] for each in given]


def assert_ended(world: World, made: Any, given: list[str]) -> None:
    """What was given before the share changed is refused; what was given after it names the version of now."""
    world.deliver(HIDING)
    share = shelf(world).shares.get(made["id"])
    now = f"{made['id']}.{share['linksVersion']}" if share else ""
    assert all(tag == now or tag in world.cdn.hidden for tag in given), given


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_share_that_ends_while_it_is_seen(world: World, anna: Client, ending: Callable[[Client, str], int]) -> None:
    made, answers = shared(anna, "image", anna.image(access="signed")), set[int]()
    path, kept = f"/api/shares/{made['id']}", keep()
    with counted() as calls:
        see(world, made, "/items")
    for number in range(1, len(calls) + 1):
        kept.restore()
        world.cdn.hidden.clear()

        def end() -> None:
            with by_somebody_else(world):
                assert ending(anna, path) == 204

        with after_call(number, end):
            answer = see(world, made, "/items")
        answers.add(answer.status)
        assert_ended(world, made, links(answer))
    assert 503 in answers


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_a_share_that_is_seen_while_it_ends(world: World, anna: Client, ending: Callable[[Client, str], int]) -> None:
    made, kept = shared(anna, "image", anna.image(access="signed")), keep()
    path, seen = f"/api/shares/{made['id']}", 0
    with counted() as calls:
        assert ending(anna, path) == 204
    for number in range(1, len(calls) + 1):
        kept.restore()
        world.cdn.hidden.clear()
        given = list[str]()

        def look(given: list[str] = given) -> None:
            with by_somebody_else(world):
                given += links(see(world, made, "/items"))

        with after_call(number, look):
            assert ending(anna, path) == 204
        seen += bool(given)
        assert_ended(world, made, given)
    assert seen

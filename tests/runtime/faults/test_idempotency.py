"""Requests with an idempotency key, ended at every AWS call or fifty at once: one effect and one answer."""

import random

import pytest

from constellation.runtime.request import Caller
from tests.runtime.contract.test_idempotency import ROUTES, effects
from tests.support.faults import FAILED, Killed, counted, killed, lost, meanwhile, refused
from tests.support.interleaving import interleaved
from tests.support.sharing import Client
from tests.support.world import Answer, event

EVERY_ROUTE = pytest.mark.parametrize("path", ROUTES)
FUNCTIONS = {
    "/api/upload": "share_upload_image",
    "/api/external/upload": "share_upload_image_by_key",
    "/images": "workspace_add_image",
    "/image": "create_firmware",
    "/api/uploads": "create_upload",
    "/api/collections": "create_collection",
}

RUNS_STILL = "The first request with this key still runs"


def post(client: Client, path: str, key: str) -> Answer:
    """Return the answer of the function behind the authorizer."""
    sent = event("POST", path, headers={"Idempotency-Key": key}, caller=Caller(client.id), **ROUTES[path])
    return client.world.call(FUNCTIONS[path], sent)


@EVERY_ROUTE
def test_a_killed_run_frees_its_key_within_a_minute_and_has_one_effect(anna: Client, path: str) -> None:
    with counted() as made:
        assert post(anna, path, "count").status == 201
    before = effects(anna)
    for call in range(len(made)):
        for after in (False, True):
            key = f"{call} {after}"
            with pytest.raises(Killed), killed(call, after=after):
                post(anna, path, key)
            done = effects(anna) - before
            if done:
                again = post(anna, path, key)
            else:
                again = post(anna, path, key)
                if again.status == 409:
                    assert (again.headers["retry-after"], RUNS_STILL in again.body.decode()) == ("1", True)
                    anna.world.advance(seconds=60)
                    again = post(anna, path, key)
            assert again.status == 201, again.body
            assert post(anna, path, key) == again
            assert effects(anna) == before + 1
            before += 1


@EVERY_ROUTE
def test_a_lost_answer_of_aws_changes_nothing(anna: Client, path: str) -> None:
    with counted() as made:
        assert post(anna, path, "count").status == 201
    for call in range(len(made)):
        before = effects(anna)
        with lost(call):
            first = post(anna, path, f"{call}")
        assert (first.status, post(anna, path, f"{call}")) == (201, first)
        assert effects(anna) == before + 1


@EVERY_ROUTE
def test_where_aws_fails_there_is_one_effect_in_the_end(anna: Client, path: str) -> None:
    with counted() as made:
        assert post(anna, path, "count").status == 201
    for call in range(len(made)):
        before = effects(anna)
        with refused(call, FAILED, times=4):
            assert post(anna, path, f"{call}").status == 503
        again = post(anna, path, f"{call}")
        assert (again.status, post(anna, path, f"{call}")) == (201, again)
        assert effects(anna) == before + 1


@pytest.mark.parametrize("seed", range(3))
@EVERY_ROUTE
def test_fifty_at_once_some_of_them_killed(anna: Client, path: str, seed: int) -> None:
    chance = random.Random(seed)
    requests = [lambda: post(anna, path, "key")] * 50
    ends = [chance.randrange(6) for _ in range(5)]
    answers = [answer for answer in interleaved(chance, requests, ends) if answer]
    assert {answer.status for answer in answers} <= {201, 409}
    assert effects(anna) <= 1
    anna.world.advance(seconds=60)
    last = post(anna, path, "key")
    assert last.status == 201
    assert {answer.body for answer in answers if answer.status == 201} <= {last.body}
    assert effects(anna) == 1


@EVERY_ROUTE
def test_a_run_that_lost_its_key_has_no_effect_and_gives_the_answer_of_the_other(anna: Client, path: str) -> None:
    """Another run takes the key over after a minute, and answers, while the first one is just before its effect."""
    others: list[Answer] = []

    def other() -> None:
        anna.world.advance(seconds=60)
        others.append(post(anna, path, "key"))

    before = effects(anna)
    with meanwhile("UpdateItem", other):
        first = post(anna, path, "key")
    assert (first.status, first) == (201, others[0])
    assert effects(anna) == before + 1
    assert post(anna, path, "key") == others[0]

"""What the queues may take of the account's executions, so that the API has the rest."""

from collections import deque
from collections.abc import Mapping
from itertools import count

import pytest

from infra import concurrency
from infra.discovery import Application, DeclarationError
from infra.flows import reached
from tests.infra.conftest import NEW_ACCOUNT, Synthesized

OF_A_REQUEST = 2
"""Executions that a request needs: the authorizer's, then the function's; here as if both at once."""

DROPPED = 20_000
TICKS_OF_A_FILE, TICKS_OF_A_REQUEST = 20, 1
"""How long an execution lasts, in tenths of a second."""


def maxima(template: Synthesized) -> dict[str, int]:
    mappings = template.resources("AWS::Lambda::EventSourceMapping")
    return {name: mapping["ScalingConfig"]["MaximumConcurrency"] for name, mapping in mappings.items()}


def test_every_queue_is_bounded_and_all_together_leave_room(
    aws: Synthesized, local: Synthesized, application: Application
) -> None:
    for template in (aws, local):
        found = maxima(template)
        assert len(found) == len(application.consumers)
        assert all(concurrency.LEAST <= number <= concurrency.MOST for number in found.values())
        assert sum(found.values()) <= concurrency.USUAL / 2
    assert sum(maxima(local).values()) < 24 < sum(maxima(aws).values())  # a process each


def throttled(account: int, found: Mapping[str, int], feeding: str, fed: frozenset[str]) -> int:
    """Of requests that come every tick while files are dropped, how many find no executions left.

    The files are all there at once; each brings a message for every other queue that they can come to.
    """
    waiting = {feeding: DROPPED} | dict.fromkeys(fed, 0)
    running = {name: deque[int]() for name in waiting}
    refused = 0
    for tick in count():
        for name, ends in running.items():
            while ends and ends[0] <= tick:
                ends.popleft()
                if name == feeding:
                    for other in fed:
                        waiting[other] += 1
        if not any(waiting.values()) and not any(running.values()):
            return refused
        for name in waiting:
            free = account - sum(map(len, running.values()))
            begun = min(waiting[name], found.get(name, account) - len(running[name]), free)
            waiting[name] -= begun
            running[name].extend([tick + TICKS_OF_A_FILE] * begun)
        refused += account - sum(map(len, running.values())) < OF_A_REQUEST * TICKS_OF_A_REQUEST
    raise AssertionError("it is counted until it ends")


@pytest.mark.parametrize("account", [NEW_ACCOUNT, 100, concurrency.USUAL])
def test_a_drop_of_20000_files_leaves_the_api_answering(application: Application, account: int) -> None:
    consumers = application.queued
    found = concurrency.maxima(consumers, account, {}, {})
    fed = reached("ingest_upload", consumers)
    assert {"index_images", "remove_leftover"} <= fed
    assert throttled(account, found, "ingest_upload", fed) == 0
    assert throttled(account, {}, "ingest_upload", fed) > 0


def test_a_new_account_gives_each_queue_the_least(rotating: Synthesized) -> None:
    assert set(maxima(rotating).values()) == {concurrency.LEAST}


def test_what_is_chosen_takes_the_place_of_a_share(application: Application) -> None:
    usual = concurrency.maxima(application.queued, 1000, {}, {})
    found = concurrency.maxima(application.queued, 1000, {"ingest_upload": 7}, {"clean_up_image": 5, "get_me": 9})
    assert found == usual | {"ingest_upload": 7, "clean_up_image": 5}
    assert concurrency.maxima(application.queued, 10**6, {}, {})["ingest_upload"] == concurrency.MOST


@pytest.mark.parametrize(
    ("account", "chosen", "reserved", "message"),
    [
        (1000, {"get_me": 5}, {}, "maximum_concurrency: there is no consumer get_me"),
        (1000, {"ingest_upload": 1}, {}, "maximum_concurrency: ingest_upload needs a number from 2 to 1000"),
        (1000, {"ingest_upload": 1001}, {}, "maximum_concurrency: ingest_upload needs a number from 2 to 1000"),
        (0, {}, {}, "account_concurrency: an account has at least 1"),
        (1000, {}, {"ingest_upload": 1}, "reserved_concurrency: ingest_upload needs its maximum_concurrency of 100"),
        (1000, {"ingest_upload": 9}, {"ingest_upload": 8}, "ingest_upload needs its maximum_concurrency of 9"),
    ],
)
def test_what_cannot_be(
    application: Application, account: int, chosen: dict[str, int], reserved: dict[str, int], message: str
) -> None:
    with pytest.raises(DeclarationError, match=message):
        concurrency.maxima(application.queued, account, chosen, reserved)

"""How long to wait before the next try, and when to give up."""

import pytest

from constellation.aws import retry
from constellation.common.errors import Unavailable


def test_the_waits_are_two_to_three_seconds_in_all() -> None:
    assert 2 <= sum(retry.PAUSES) / 2 <= 3


def test_batches_go_on_as_long_as_the_service_does_a_part_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0,))
    done = list[int]()

    def send(batch: list[int]) -> list[int]:
        done.append(batch[0])
        return batch[1:]

    retry.in_batches(range(100), 25, send)
    assert sorted(done) == list(range(100))


def test_batches_end_where_the_service_does_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0,))
    sent = list[list[int]]()

    def send(batch: list[int]) -> list[int]:
        sent.append(batch)
        return batch if len(sent) > 1 else batch[1:]

    with pytest.raises(Unavailable):
        retry.in_batches(range(4), 2, send)
    assert sent == [[0, 1], [2, 3], [1, 2]]


def test_what_passes_is_tried_once_more_than_there_are_pauses() -> None:
    tries = list[None]()

    def attempt() -> None:
        tries.append(None)
        raise retry.Contended

    with pytest.raises(retry.Contended):
        retry.retry(attempt, (retry.Contended,), (0, 0))
    assert len(tries) == 3


def test_what_does_not_pass_is_tried_once() -> None:
    tries = list[None]()

    def attempt() -> None:
        tries.append(None)
        raise ValueError

    with pytest.raises(ValueError):
        retry.retry(attempt, (retry.Contended,), (0, 0))
    assert len(tries) == 1

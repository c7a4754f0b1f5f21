"""The attempts at the password of a share in the table ``images``: one item for each password that it has had.

    pk SHARE#<id>   sk ATTEMPTS#<version of the password>   slot0 to slot9, ttl

A slot holds an attempt until it no longer counts: ``<epoch seconds>#<attempt>``, with ``?`` at its end as long as
the password is being checked. An attempt takes a slot that is free, on the condition that it still holds what was seen.
So no more attempts can count at any time than there are slots.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.retry import RANDOM
from constellation.aws.table import Table
from constellation.common.errors import TooManyRequests
from constellation.common.ids import new_id
from constellation.shares.model import Share

READ = Grant(IMAGES, ("dynamodb:GetItem",))
RECORD = Grant(IMAGES, ("dynamodb:UpdateItem",))

WRONG_ONES = 10
"""The wrong passwords of a share that are looked at within WINDOW."""

WINDOW = 900
"""Seconds."""

_LONGEST_CHECK = 10
"""Seconds after which the function that was checking a password has ended. Its attempt counts as a wrong one."""

_SLOTS = [f"slot{number}" for number in range(WRONG_ONES)]
_CHECKING = "?"

_TABLE = Table(IMAGES)


class BeingChecked(Exception):
    """No slot is free, and the attempts in some of them may turn out right."""


@dataclass(frozen=True)
class Attempt:
    """An attempt that counts: its share, its slot, and what the slot holds while the password is being checked."""

    share: Share
    slot: str
    mark: str


def begin(share: Share, now: datetime) -> Attempt:
    """Count an attempt at the password of a share. Raises TooManyRequests where as many as may be were wrong.

    Raises BeingChecked where others may have been right.
    """
    ends = math.ceil(now.timestamp()) + WINDOW
    mark = f"{ends}#{new_id()}{_CHECKING}"
    seen: Mapping[str, Any] = _TABLE.get(_key(share), consistent=False) or {}
    while True:
        free = [slot for slot in _SLOTS if _end(seen.get(slot, "")) <= now.timestamp()]
        if not free:
            raise _refusal(seen, now)
        slot = RANDOM.choice(free)
        try:
            _replace(share, slot, seen.get(slot, ""), mark, ends)
        except ConditionFailed as fault:
            seen = fault.item or {}
            if seen.get(slot) != mark:  # else the first try of this write has done it
                continue
        return Attempt(share, slot, mark)


def keep(attempt: Attempt) -> None:
    """Let an attempt count, since the password was wrong. Safe to repeat."""
    names, values = {"slot": attempt.slot}, {"mark": attempt.mark, "wrong": attempt.mark.removesuffix(_CHECKING)}
    _TABLE.try_update(_key(attempt.share), "SET #slot = :wrong", "#slot = :mark", values, names)


def take_back(attempt: Attempt) -> None:
    """Let an attempt count no longer, since the password was right. Safe to repeat."""
    names, values = {"slot": attempt.slot}, {"mark": attempt.mark}
    _TABLE.try_update(_key(attempt.share), "REMOVE #slot", "#slot = :mark", values, names)


def _replace(share: Share, slot: str, seen: str, mark: str, ends: int) -> None:
    condition, there = ("#slot = :seen", {"seen": seen}) if seen else ("attribute_not_exists(#slot)", {})
    values, names = {"mark": mark, "ends": ends, **there}, {"slot": slot, "ttl": "ttl"}
    _TABLE.update(_key(share), "SET #slot = :mark, #ttl = :ends", condition, values, names)


def _refusal(seen: Mapping[str, Any], now: datetime) -> Exception:
    marks: list[str] = [seen[slot] for slot in _SLOTS]
    since = now.timestamp() - _LONGEST_CHECK
    if any(mark.endswith(_CHECKING) and _end(mark) - WINDOW > since for mark in marks):
        return BeingChecked()
    return TooManyRequests("Too many wrong passwords", math.ceil(min(map(_end, marks)) - now.timestamp()))


def _end(mark: str) -> int:
    """Return when what a slot holds no longer counts, in seconds since 1970."""
    return int(mark.partition("#")[0] or 0)


def _key(share: Share) -> dict[str, str]:
    return {"pk": f"SHARE#{share.id}", "sk": f"ATTEMPTS#{share.password_version}"}

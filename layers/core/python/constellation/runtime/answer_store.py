"""First answers to requests with an idempotency key, in the table ``uploads``: one item a user and key, for a day.

    pk ANSWER#<user>#<key>   sk ANSWER   fingerprint, run, until, answer, ttl

A request claims the item for its ``run`` before it does anything. ``until`` then, no other run of the key begins. The
``answer`` comes in the transaction of the effect, on the condition that the claim still stands. So there is an answer
if and only if there is an effect, and a run that lost its claim has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import UPLOADS, Grant
from constellation.aws.table import Part, Table
from constellation.common.times import to_wire

CLAIM = Grant(UPLOADS, ("dynamodb:UpdateItem",))

LIFE = timedelta(hours=24)
"""How long an answer is given again, from the beginning of its run."""

_RUN_LIFE = timedelta(seconds=45)
"""How long a run keeps its key without an answer: longer than any function that answers requests can run."""

_TABLE = Table(UPLOADS)


@dataclass(frozen=True)
class Claim:
    """The claim of a run on the key of a user."""

    user_id: str
    key: str
    run: str


@dataclass(frozen=True)
class Known:
    """What stands in the way of a claim: another run's fingerprint, and its answer if there is one."""

    fingerprint: str
    answer: str


def claim(wanted: Claim, fingerprint: str, now: datetime) -> Known | None:
    """Claim a key for a run, or return what is known of the key. Safe to repeat, also by the SDK."""
    try:
        _TABLE.update(
            _key(wanted),
            "SET fingerprint = :fingerprint, #run = :run, #until = :until, #ttl = :ttl REMOVE answer",
            "attribute_not_exists(pk) OR #ttl <= :second OR (attribute_not_exists(answer) AND #until <= :now)",
            {
                "fingerprint": fingerprint,
                "run": wanted.run,
                "until": to_wire(now + _RUN_LIFE),
                "ttl": int((now + LIFE).timestamp()),
                "second": int(now.timestamp()),
                "now": to_wire(now),
            },
            {"run": "run", "until": "until", "ttl": "ttl"},
        )
    except ConditionFailed as fault:
        known = fault.item or {}
        return None if known.get("run") == wanted.run else _known(known, fingerprint)
    return None


def to_keep(claimed: Claim, answer: str) -> Part:
    """Return the part of a transaction that keeps the answer of a run whose claim still stands."""
    names = {"run": "run"}
    return _TABLE.to_update(
        _key(claimed), "SET answer = :answer", "#run = :run", {"answer": answer, "run": claimed.run}, names
    )


def free(claimed: Claim, fingerprint: str, now: datetime) -> Known | None:
    """Give up a claim, or return what is known of the key: the run has an answer after all, or another run has it."""
    try:
        _TABLE.update(
            _key(claimed),
            "SET #until = :now",
            "#run = :run AND attribute_not_exists(answer)",
            {"now": to_wire(now), "run": claimed.run},
            {"run": "run", "until": "until"},
        )
    except ConditionFailed as fault:
        return _known(fault.item or {}, fingerprint)
    return None


def _known(item: Mapping[str, Any], fingerprint: str) -> Known:
    return Known(item.get("fingerprint", fingerprint), item.get("answer", ""))


def _key(claimed: Claim) -> dict[str, str]:
    return {"pk": f"ANSWER#{claimed.user_id}#{claimed.key}", "sk": "ANSWER"}

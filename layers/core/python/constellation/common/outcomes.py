"""Outcomes of many things that are asked for at once: what was made of each, or why it was refused."""

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import TypeVar

from constellation.common.errors import DomainError, Unavailable

T = TypeVar("T")

SECONDS = 20
"""How long things are done one after another. The gateway waits for 29 seconds."""


def outcome(action: Callable[[], T]) -> T | DomainError:
    """Return what an action returns, or the refusal that it raises."""
    try:
        return action()
    except DomainError as refusal:
        return refusal


def made(found: T | DomainError) -> T:
    """Return what was made. Raise the refusal if there is one instead."""
    if isinstance(found, DomainError):
        raise found
    return found


def in_order(actions: Iterable[Callable[[], T]]) -> list[T | DomainError]:
    """Do things one after another, and return the outcome of each. After SECONDS the rest is refused as busy.

    Nothing is done side by side: writes to items that they share would cancel each other.
    """
    end = monotonic() + SECONDS
    return [outcome(action) if monotonic() < end else Unavailable() for action in actions]


def one_by_one(actions: Mapping[str, Callable[[], T]]) -> dict[str, T | DomainError]:
    """Do things as ``in_order`` does, and return the outcome of each by its name."""
    return dict(zip(actions, in_order(actions.values()), strict=True))

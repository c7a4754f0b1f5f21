"""Declare what operations need: their grants and errors stand beside their code, and what uses them collects both."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from constellation.aws.resources import Grant
from constellation.common.errors import DomainError

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Needs:
    """The grants that code needs and the errors that it can raise, each once."""

    grants: tuple[Grant, ...] = ()
    errors: tuple[type[DomainError], ...] = ()


_DECLARED: dict[Callable[..., Any], Needs] = {}


def operation(
    *,
    grants: Sequence[Grant] = (),
    errors: Sequence[type[DomainError]] = (),
    uses: Sequence[Callable[..., Any]] = (),
) -> Callable[[Function], Function]:
    """Declare a function as an operation, with its own grants and errors and the operations that it ``uses``."""

    def declare(function: Function) -> Function:
        _DECLARED[function] = together([Needs(tuple(grants), tuple(errors)), *map(needs_of, uses)])
        return function

    return declare


def needs_of(function: Callable[..., Any]) -> Needs:
    """Return the needs of an operation and of all that it uses. Raises KeyError for a function that is not one."""
    return _DECLARED[function]


def together(needs: Iterable[Needs]) -> Needs:
    """Return the sum of needs, without repetitions."""
    listed = list(needs)
    return Needs(
        tuple(dict.fromkeys(grant for each in listed for grant in each.grants)),
        tuple(dict.fromkeys(error for each in listed for error in each.errors)),
    )

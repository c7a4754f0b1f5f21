"""What operations need of AWS and how they can fail, declared beside their code and collected by what uses them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from constellation.aws.resources import Grant
from constellation.common.errors import DomainError

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Needs:
    """The grants that some code needs, and the kinds of errors that it can raise, each once."""

    grants: tuple[Grant, ...] = ()
    errors: tuple[type[DomainError], ...] = ()


_DECLARED: dict[Callable[..., Any], Needs] = {}


def operation(
    *,
    grants: Sequence[Grant] = (),
    errors: Sequence[type[DomainError]] = (),
    uses: Sequence[Callable[..., Any]] = (),
) -> Callable[[Function], Function]:
    """Declare a function as an operation: what it needs itself, and the operations that it ``uses``."""

    def declare(function: Function) -> Function:
        _DECLARED[function] = together([Needs(tuple(grants), tuple(errors)), *map(needs_of, uses)])
        return function

    return declare


def needs_of(function: Callable[..., Any]) -> Needs:
    """Return what an operation needs, with all that it uses. Raises KeyError for a function that is none."""
    return _DECLARED[function]


def together(needs: Iterable[Needs]) -> Needs:
    """Return what several pieces of code need in all."""
    listed = list(needs)
    return Needs(
        tuple(dict.fromkeys(grant for each in listed for grant in each.grants)),
        tuple(dict.fromkeys(error for each in listed for error in each.errors)),
    )

"""The scopes of tokens: what each route asks for, and how far a caller with a token can go (contract, part 2)."""

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from constellation.common.errors import Forbidden
from constellation.runtime.request import Caller

Scope = Literal[
    "images:read",
    "images:write",
    "constellations:read",
    "constellations:write",
    "firmware:read",
    "firmware:write",
]

SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Every scope that a token can have."""

ScopeName = Annotated[str, SCOPES]
"""A scope as responses have it."""

RouteScope = Scope | Literal["any", "none"]
"""What a route asks of a token: a scope, any of them, or no token at all."""


def narrowed(caller: Caller, wanted: Sequence[RouteScope]) -> Caller:
    """Return the caller as its token lets it be on a route that asks for one of the ``wanted`` scopes.

    A caller without a token is not limited. Raise Forbidden, which names what is missing, for a token without them.
    """
    if not caller.token_id:
        return caller
    if "any" in wanted:
        return caller._replace(ceiling="READ")
    given = caller.scopes.split(" ")
    has = [scope for scope in wanted if scope in given or _writing(scope) in given]
    if not has:
        raise Forbidden(_refusal(wanted))
    writes = all(_writing(scope) in given for scope in has)
    return caller._replace(ceiling="WRITE" if writes else "READ")


def require_unbound(caller: Caller) -> None:
    """Raise Forbidden for a token that is bound to a constellation, which creates nothing outside of it."""
    if caller.constellation:
        raise Forbidden("This token creates nothing outside of its constellation")


def _writing(scope: str) -> str:
    """Return the scope that includes this one: the one that allows writing what it is about."""
    return f"{scope.partition(':')[0]}:write"


def _refusal(wanted: Sequence[RouteScope]) -> str:
    named = " or ".join(scope for scope in wanted if scope != "none")
    return f"This needs a token with the scope {named}" if named else "A scoped token cannot be used for this"

"""The authorization table for scoped tokens: every operation, with every scope, bound and unbound, alive and dead."""

from collections.abc import Callable, Generator, Iterator

import pytest

from tests.support.world import new_world
from tests.workspaces.rights_table import (
    OPERATIONS,
    TOKENS,
    Operation,
    Role,
    Target,
    Targets,
    Token,
    Where,
    combinations,
    expected,
    is_in_scope,
)
from tests.workspaces.stage import Stage

NEAR = (Target(Where.OWN), Target(Where.OWN, "private"))


@pytest.fixture(scope="module")
def stage() -> Generator[Stage]:
    """Everybody and everything, made once; each cell begins from the same state."""
    with pytest.MonkeyPatch.context() as monkeypatch, new_world(monkeypatch) as world:
        yield Stage(world)


def cells(operation: Operation) -> Iterator[tuple[Token, Targets]]:
    """The cells by class: a token in scope on every first target, with its own beside it; any other on one's own."""
    for targets in combinations(operation):
        places = {target.where for target in targets.values()} - {Where.THERE}
        if Where.BURIED in places or len(places) > 1 + (len(targets) > 1 and Where.OWN in places):
            continue
        for token in TOKENS:
            is_alive = token.state == "valid" and is_in_scope(operation, token)
            if is_alive or not targets or next(iter(targets.values())) in NEAR:
                yield token, targets


def faults(stage: Stage, operation: Operation, token: Token, targets: Targets) -> Iterator[str]:
    """What is wrong with one cell."""
    ids = stage.ids(Role.ADMIN, targets)
    stage.begin(stage.plain)
    answer = stage.ask(operation, stage.tokens[token], ids)
    changed = stage.changes()
    wanted = expected(operation, token, targets)
    if answer.status != wanted:
        yield f"expected {wanted}, got {answer.status} {answer.body[:99]!r}"
    if changed and answer.status >= 400:
        yield f"answered {answer.status}, and changed {sorted(changed)}"
    if not changed and answer.status < 400 and operation.method != "GET" and operation.changes:
        yield f"answered {answer.status}, and changed nothing"
    for name, target in list(targets.items())[:1]:
        if operation.about and answer.status == 200:
            is_shown = ids[name].encode() in answer.body
            if is_shown != operation.shows(token, target):
                yield f"expected shown: {not is_shown}, got {is_shown}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_cell(stage: Stage, operation: Operation, record_property: Callable[[str, object], None]) -> None:
    found, tried = list[str](), 0
    exact = 0
    for token, targets in cells(operation):
        wrong = list(faults(stage, operation, token, targets))
        tried, exact = tried + 1, exact + (not wrong)
        on = ", ".join(f"{name} {target}" for name, target in targets.items())
        found += [f"{operation.name} | {token.value} | {on} | {fault}" for fault in wrong]
    record_property("authorization by tokens cells", tried)
    record_property("authorization by tokens exact", exact)
    assert tried
    assert not found, "\n".join(found)

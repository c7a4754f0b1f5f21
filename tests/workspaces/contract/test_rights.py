"""The authorization table: every operation, by everybody, on everything; and what is refused changes nothing."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from constellation.runtime.endpoint import Endpoint
from tests.support.world import Answer, handlers, new_world
from tests.workspaces.rights_table import (
    OPERATIONS,
    Operation,
    Role,
    Targets,
    Where,
    combinations,
    expected,
    sees,
)
from tests.workspaces.stage import Stage

SURFACES = (
    *("/constellations", "/structure", "/folders", "/image", "/api/image", "/api/uploads", "/api/variants"),
    *("/api/collections", "/api/shares"),
)
"""What the paths begin with that the table must know."""

GARBLED = (Where.OWN, Where.FOREIGN, Where.NONEXISTENT)
"""Where things are that are tried with a body that cannot be read."""


@pytest.fixture(scope="module")
def stage() -> Generator[Stage]:
    """Everybody and everything, made once; each cell begins from the same state."""
    with pytest.MonkeyPatch.context() as monkeypatch, new_world(monkeypatch) as world:
        yield Stage(world)


class Cells:
    """The cells of one operation: how many were tried, how many were exact, and what was wrong with the others."""

    def __init__(self, stage: Stage, operation: Operation) -> None:
        self.tried = self.exact = 0
        self.faults = list[str]()
        self._stage, self._operation = stage, operation
        self._answers = dict[Any, Answer]()
        self._told = dict[Any, tuple[int, bytes]]()

    def try_all(self) -> None:
        for targets in combinations(self._operation):
            for role in Role:
                self._try(role, targets, garbled=False)
                if self._operation.garbled and any(target.where in GARBLED for target in targets.values()):
                    self._try(role, targets, garbled=True)

    def _try(self, role: Role, targets: Targets, *, garbled: bool) -> None:
        wanted = expected(self._operation, role, targets, garbled=garbled)
        faults = list(self._faults(role, targets, wanted, garbled=garbled))
        self.tried += 1
        self.exact += not faults
        on = ", ".join(f"{name} {target}" for name, target in targets.items()) + (", garbled" if garbled else "")
        self.faults += [f"{self._operation.name} | {role.value} | {on} | {fault}" for fault in faults]

    def _faults(self, role: Role, targets: Targets, wanted: int, *, garbled: bool) -> Generator[str]:
        operation, stage, ids = self._operation, self._stage, self._stage.ids(role, targets)
        is_buried = any(target.where is Where.BURIED for target in targets.values())
        stage.begin(stage.buried if is_buried else stage.plain)
        answer = self._answer(role, ids, is_buried=is_buried, garbled=garbled)
        changed = stage.changes()
        if answer.status != wanted:
            yield f"expected {wanted}, got {answer.status}"
        if changed and (answer.status >= 400 or operation.method == "GET"):
            yield f"answered {answer.status}, and changed {sorted(changed)}"
        if not changed and answer.status < 400 and operation.method != "GET" and operation.changes:
            yield f"answered {answer.status}, and changed nothing"
        if any(foreign in part for foreign in stage.foreign for place in changed for part in place):
            yield f"changed what is foreign: {sorted(changed)}"
        for name, target in list(targets.items())[:1]:
            if operation.about and answer.status == 200:
                is_shown = ids[name].encode() in answer.body
                if is_shown != operation.shows(role, target):
                    yield f"expected shown: {not is_shown}, got {is_shown}"
        seen = [target if sees(operation, role, target) else None for target in targets.values()]
        told = _anonymous(answer.body, ids)
        before = self._told.setdefault((role, garbled, *seen), (answer.status, told))
        if answer.status >= 400 and (answer.status, told) != before:
            yield f"answered {told[:99]!r}, and {before[1][:99]!r} where something else was hidden"

    def _answer(self, role: Role, ids: Mapping[str, str], *, is_buried: bool, garbled: bool) -> Answer:
        """The answer; to a question as before, about a list that has a target or not, it is as before."""
        operation, token = self._operation, self._stage.token(role)
        if not operation.about:
            return self._stage.ask(operation, token, ids, garbled=garbled)
        question = (role, is_buried, ids["image"] if "{image}" in (operation.query or {}).values() else "")
        if question not in self._answers:
            self._answers[question] = self._stage.ask(operation, token, ids)
        return self._answers[question]


def _anonymous(body: bytes, ids: Mapping[str, str]) -> bytes:
    """An answer without the ids that were asked for, which it may name again."""
    for id_ in ids.values():
        body = body.replace(id_.encode(), b"what was asked for")
    return body


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_cell(stage: Stage, operation: Operation, record_property: Callable[[str, object], None]) -> None:
    cells = Cells(stage, operation)
    cells.try_all()
    record_property("authorization cells", cells.tried)
    record_property("authorization exact", cells.exact)
    assert not cells.faults, "\n".join(cells.faults)


def test_the_table_knows_every_route() -> None:
    tried = {(operation.method, _parts(operation.path)) for operation in OPERATIONS}
    routes = {
        (method, _parts(handler.path))
        for handler in handlers().values()
        if isinstance(handler, Endpoint) and handler.path.startswith(SURFACES)
        for method in handler.methods
    }
    assert routes - tried == {("HEAD", ("api", "image", "?"))}


def _parts(path: str) -> tuple[str, ...]:
    """The parts of a path, those with parameters as question marks; a page is one."""
    return tuple("?" if "{" in part or part.isdigit() else part for part in path.strip("/").split("/"))

"""What of the engine's state is saved while it runs."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.keeper import Keeper, save_without_copying
from infra.local.ministack_internals import dynamodb, persistence


def test_the_queues_are_saved_with_the_tables_and_only_after_a_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: dict[str, Any] = {name: lambda: {"of": "it"} for name in ("dynamodb", "sqs", "cloudfront")}
    keeper = _keeper(states, tmp_path, monkeypatch)
    asyncio.run(keeper.save_tables())
    assert _saved(tmp_path) == set()
    keeper.tables_written = True
    asyncio.run(keeper.save_tables())
    assert _saved(tmp_path) == {"dynamodb", "sqs"}
    assert not keeper.tables_written
    assert asyncio.run(keeper.save_all())
    assert _saved(tmp_path) == {"dynamodb", "sqs", "cloudfront"}


def test_what_could_not_be_saved_is_saved_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine knows a service from its first use on."""
    states: dict[str, Any] = {"dynamodb": object}
    keeper = _keeper(states, tmp_path, monkeypatch)
    keeper.tables_written = True
    asyncio.run(keeper.save_tables())
    assert keeper.tables_written
    states["dynamodb"] = lambda: {"of": "it"}
    asyncio.run(keeper.save_tables())
    assert _saved(tmp_path) == {"dynamodb"}


def test_what_is_saved_without_copying_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part, name in ((dynamodb, "get_state"), (persistence, "json"), (dynamodb, "tables")):
        monkeypatch.setattr(*part.place(name), getattr(part, name))
    monkeypatch.setattr(*persistence.place("STATE_DIR"), str(tmp_path))
    monkeypatch.setattr(*persistence.place("PERSIST_STATE"), True)
    items = {"pk": {"sk": {"text": {"S": "é\N{GRINNING FACE}"}, "bytes": {"B": b"\0"}}}}
    dynamodb.tables = type(dynamodb.tables)()
    dynamodb.tables["things"] = {"TableName": "things", "items": items, dynamodb.INDEX_MEMBERS: object()}
    services = {"dynamodb": lambda: dynamodb.get_state()}
    persistence.save_all(services)
    (file,) = tmp_path.glob("*.json")
    before = file.read_bytes()
    file.unlink()
    save_without_copying()
    persistence.save_all(services)
    assert file.read_bytes() == before
    assert dynamodb.get_state()["tables"]["things"]["items"] is items


def _keeper(states: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    keeper = Keeper(SimpleNamespace(build_persistence_save_dict=lambda: states))
    monkeypatch.setattr(*persistence.place("STATE_DIR"), str(folder))
    monkeypatch.setattr(*persistence.place("PERSIST_STATE"), True)
    return keeper


def _saved(folder: Path) -> set[str]:
    for path in folder.glob("*.json"):
        json.loads(path.read_text())
    return {path.stem for path in folder.glob("*.json")}

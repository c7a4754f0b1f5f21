"""What of the engine's state is saved while it runs."""

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.keeper import Keeper
from infra.local.ministack_internals import persistence


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


def _keeper(states: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    keeper = Keeper(SimpleNamespace(build_persistence_save_dict=lambda: states))
    monkeypatch.setattr(*persistence.place("STATE_DIR"), str(folder))
    monkeypatch.setattr(*persistence.place("PERSIST_STATE"), True)
    return keeper


def _saved(folder: Path) -> set[str]:
    for path in folder.glob("*.json"):
        json.loads(path.read_text())
    return {path.stem for path in folder.glob("*.json")}

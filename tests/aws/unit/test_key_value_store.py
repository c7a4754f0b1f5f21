"""The key-value store of the CDN: changes in parts, each on the state that it names."""

from typing import Any
from unittest.mock import Mock

import pytest

from constellation.aws import client, retry, sigv4a
from constellation.aws.key_value_store import CHANGED_TOGETHER, KeyValueStore
from constellation.aws.resources import HIDDEN
from constellation.common.errors import Unavailable


class Service:
    """KeyValueStore as CloudFront documents it. ``others`` is how many changes by others come first."""

    def __init__(self, others: int = 0) -> None:
        self.values: dict[str, str] = {}
        self.others = others
        self.changes: list[int] = []

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        assert (service, parameters["KvsARN"]) == ("cloudfront-keyvaluestore", "arn")
        return getattr(self, operation)(**parameters)

    def describe_key_value_store(self, **_: str) -> dict[str, Any]:
        return {"ETag": str(len(self.changes))}

    def get_key(self, **parameters: str) -> dict[str, Any]:
        if parameters["Key"] not in self.values:
            raise client.Missing
        return {"Value": self.values[parameters["Key"]]}

    def update_keys(self, **parameters: Any) -> dict[str, Any]:
        if self.others:
            self.others -= 1
            raise client.ConditionFailed(None)
        assert parameters["IfMatch"] == str(len(self.changes))
        written = {each["Key"]: each["Value"] for each in parameters.get("Puts", ())}
        deleted = [each["Key"] for each in parameters.get("Deletes", ())]
        if any(key not in self.values for key in deleted):
            raise client.Missing
        self.changes.append(len(written) + len(deleted))
        self.values |= written
        for key in deleted:
            del self.values[key]
        return {}


def installed(monkeypatch: pytest.MonkeyPatch, service: Service) -> KeyValueStore:
    monkeypatch.setenv(HIDDEN.variable, "arn")
    monkeypatch.setattr(client, "call", service.call)
    monkeypatch.setattr(retry, "RANDOM", Mock(uniform=min))
    return KeyValueStore(HIDDEN)


def test_keys_are_changed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    store = installed(monkeypatch, service := Service())
    keys = [f"key-{number:02}" for number in range(CHANGED_TOGETHER + 10)]
    store.put(dict.fromkeys(keys, "1"))
    assert service.values == dict.fromkeys(keys, "1")
    store.delete(keys)
    assert (service.values, service.changes) == ({}, [CHANGED_TOGETHER, 10] * 2)


def test_missing_keys_count_as_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    store = installed(monkeypatch, service := Service())
    store.put({"a": "1", "b": "1"})
    store.delete(["a", "c"])
    assert [store.has(key) for key in "abc"] == [False, True, False]
    store.delete(["a", "c"])
    assert service.values == {"b": "1"}


def test_a_change_that_came_second_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store = installed(monkeypatch, service := Service(others=9))
    store.put({"a": "1"})
    assert service.values == {"a": "1"}
    service.others = 10
    with pytest.raises(Unavailable):
        store.put({"b": "1"})


def test_the_requests_are_signed_by_version_4a(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = list[None]()
    monkeypatch.setattr(sigv4a, "install", lambda: signed.append(None))
    store = installed(monkeypatch, Service())
    store.put({"a": "1"})
    store.has("a")
    assert len(signed) == 2

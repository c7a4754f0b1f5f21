"""Key-value stores: every call that the product makes to CloudFront's KeyValueStore."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constellation.aws import client, sigv4a
from constellation.aws.resources import Resource
from constellation.aws.retry import retry
from constellation.common.errors import Unavailable

CHANGED_TOGETHER = 50
"""Keys that one request changes (CloudFront's developer guide, "Quotas on key value stores")."""

_PAUSES = (0.2,) * 9
"""The longest wait, in seconds, before each further try when another change came first."""


@dataclass(frozen=True)
class KeyValueStore:
    """A store that the CDN's edge functions read. A change is seen everywhere within seconds.

    Each change names the state that it builds on. Of two changes at once, one is tried again.
    """

    resource: Resource

    def put(self, values: Mapping[str, str]) -> None:
        """Write the values of some keys, in place of those that they have. Raises Full when the store holds no more."""
        for keys in _parts(values):
            puts = {"Puts": [{"Key": key, "Value": values[key]} for key in keys]}
            self._update(lambda puts=puts: puts)

    def delete(self, keys: Collection[str]) -> None:
        """Delete some keys. Those that are missing count as deleted."""
        for part in _parts(keys):
            try:
                self._delete(part)
            except client.Missing:  # one key is missing, and then the service deletes none
                self._delete([key for key in part if self.has(key)])

    def change(self, decide: Callable[[], Mapping[str, str | None]]) -> None:
        """Write the values that ``decide`` returns, at most CHANGED_TOGETHER; where it returns None, delete the key.

        Such a key must be there. What ``decide`` reads is not older than the state that the change builds on: if
        another change came first, it is asked again. Raises Full when the store holds no more.
        """

        def changes() -> dict[str, Any]:
            wanted = decide()
            puts = [{"Key": key, "Value": value} for key, value in wanted.items() if value is not None]
            deletes = [{"Key": key} for key, value in wanted.items() if value is None]
            return {name: each for name, each in (("Puts", puts), ("Deletes", deletes)) if each}

        self._update(changes)

    def get(self, key: str) -> str | None:
        """Return the value of a key, or None."""
        sigv4a.install()
        try:
            found = client.call("cloudfront-keyvaluestore", "get_key", KvsARN=self.resource.physical_name, Key=key)
        except client.Missing:
            return None
        return found["Value"]

    def has(self, key: str) -> bool:
        """Return whether the store has a key."""
        return self.get(key) is not None

    def _delete(self, keys: list[str]) -> None:
        if keys:
            self._update(lambda: {"Deletes": [{"Key": key} for key in keys]})

    def _update(self, decide: Callable[[], dict[str, Any]]) -> None:
        """Change the store as it is now. Raises Unavailable when others keep being quicker."""
        sigv4a.install()
        arn = self.resource.physical_name

        def update() -> None:
            state = client.call("cloudfront-keyvaluestore", "describe_key_value_store", KvsARN=arn)["ETag"]
            changes = decide()
            if changes:
                client.call("cloudfront-keyvaluestore", "update_keys", KvsARN=arn, IfMatch=state, **changes)

        try:
            retry(update, (client.ConditionFailed,), _PAUSES)
        except client.ConditionFailed:
            raise Unavailable from None


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHANGED_TOGETHER):
        yield ordered[start : start + CHANGED_TOGETHER]

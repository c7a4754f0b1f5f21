"""What the engine's CloudFront lacks: limits on invalidations, their time, and stores for edge functions, by right."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

from infra.local.ministack_internals import cloudfront, iam_actions, key_value_stores

WILDCARDS, PATHS = 15, 3000
"""Paths of one distribution that may be under way at a time, with a wildcard and without (a tag is one without)."""

SECONDS = 15
"""How long an invalidation takes."""

_IMPORT = "import cf from 'cloudfront';"
"""How an edge function asks for its store; the engine's own sandbox has no such module."""

_begun: dict[str, float] = {}
"""When the invalidations of this process began."""


def complete_cloudfront() -> None:
    """Let the engine's CloudFront have all that. Its invalidations of an earlier process are over."""
    create, get, code_of = cloudfront.create_invalidation, cloudfront.get_invalidation, cloudfront.live_function_code

    def created(distribution: str, body: bytes) -> Any:
        batches: list[dict[str, Any]] = cloudfront.invalidations.get(distribution, [])
        before = len(batches)
        answer = create(distribution, body)
        if len(batches) > before:
            if _are_too_many(batches):
                batches.pop()
                return cloudfront.error("TooManyInvalidationsInProgress", "Too many are in progress.", 400)
            _begun[batches[-1]["Id"]] = time.monotonic()
        return answer

    def got(distribution: str, invalidation: str) -> Any:
        for batch in cloudfront.invalidations.get(distribution, []):
            batch["Status"] = "InProgress" if _is_under_way(batch) else "Completed"
        return get(distribution, invalidation)

    def code(function_arn: str) -> bytes | None:
        published: bytes | None = code_of(function_arn)
        function: Mapping[str, Any] = cloudfront.functions.get(function_arn.rpartition("/")[2]) or {}
        stores: Sequence[str] = function.get("kvs_arns", ())
        return with_keys(published.decode(), keys(stores[0])).encode() if published and stores else published

    arn_of = iam_actions.extract_resource_arn

    def arn(service: str, method: str, path: str, *rest: Any, **named: Any) -> str:
        """As the engine has it; of a key-value store, too, which is named in the path."""
        if service == "cloudfront-keyvaluestore":
            return unquote(path).removeprefix("/key-value-stores/").partition("/keys")[0]
        return arn_of(service, method, path, *rest, **named)

    iam_actions.extract_resource_arn = arn
    cloudfront.create_invalidation, cloudfront.get_invalidation = created, got
    cloudfront.live_function_code = code


def with_keys(code: str, held: Collection[str]) -> str:
    """The code of an edge function, its store holding these keys."""
    store = f"{{ exists: async key => new Set({json.dumps(sorted(held))}).has(key) }}"
    return code.replace(_IMPORT, f"const cf = {{ kvs: () => ({store}) }};")


def keys(store_arn: str) -> Collection[str]:
    """The keys that a store holds."""
    return key_value_stores.stores.get(store_arn, {"items": {}})["items"].keys()


def all_keys() -> frozenset[str]:
    """The keys that all stores hold."""
    return frozenset(key for store in key_value_stores.stores.to_dict().values() for key in store["items"])


def done(batches: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The invalidations that have had their time, of some in the order of their beginning."""
    return list(takewhile(lambda batch: not _is_under_way(batch), batches))


def _is_under_way(batch: Mapping[str, Any]) -> bool:
    return time.monotonic() - _begun.get(batch["Id"], -SECONDS) < SECONDS


def _are_too_many(batches: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the last one is one too many beside those under way."""
    counted = [*(batch for batch in batches[:-1] if _is_under_way(batch)), batches[-1]]
    paths = [path for batch in counted for path in batch["InvalidationBatch"]["Paths"]["Items"]]
    wildcards = sum(path.endswith("*") for path in paths)
    return wildcards > WILDCARDS or len(paths) - wildcards > PATHS

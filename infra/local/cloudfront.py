"""Add to the engine's CloudFront: limits and duration of invalidations, cache tags, and stores for edge functions."""

import json
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

from constellation.links.marks import KEYS
from constellation.links.model import TAGS_HEADER
from infra.local.ministack_internals import cloudfront, iam_actions, key_value_stores

WILDCARDS, PATHS = 15, 3000
"""The most paths of a distribution in progress, with and without a wildcard (a tag counts as one without)."""

SECONDS = 15
"""How long an invalidation takes."""

_IMPORT = "import cf from 'cloudfront';"
"""How an edge function imports its store; the engine's sandbox has no such module."""

_DISTRIBUTIONS = 8
"""Configurations of distributions that are kept; the product has one distribution, and updates change it."""

_begun: dict[str, float] = {}
"""When each invalidation of this process began, by its id."""


def complete_cloudfront() -> None:
    """Complete the engine's CloudFront. Invalidations of an earlier process count as completed."""
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
        return with_keys(published.decode(), values(stores[0])).encode() if published and stores else published

    arn_of = iam_actions.extract_resource_arn

    def arn(service: str, method: str, path: str, *rest: Any, **named: Any) -> str:
        """Return the ARN as the engine does; for a key-value store, take it from the path."""
        if service == "cloudfront-keyvaluestore":
            return unquote(path).removeprefix("/key-value-stores/").partition("/keys")[0]
        return arn_of(service, method, path, *rest, **named)

    apply = cloudfront.apply_response_headers_policy

    def applied(headers: Mapping[str, str], *rest: Any) -> Mapping[str, str]:
        """Return the headers by a policy, with the cache tags: the edge needs them, and shows them to nobody."""
        tags = {name: value for name, value in headers.items() if name.lower() == TAGS_HEADER}
        return {**apply(headers, *rest), **tags}

    cloudfront.apply_response_headers_policy = applied
    iam_actions.extract_resource_arn = arn
    cloudfront.create_invalidation, cloudfront.get_invalidation = created, got
    cloudfront.live_function_code = code


def read_distributions_once() -> None:
    """Make the engine parse the configuration of a distribution when it changes; it would do so at each request."""
    parse = cloudfront.parse_distribution_dataplane_config

    @lru_cache(_DISTRIBUTIONS)
    def parsed(configuration: str | bytes) -> Any:
        return parse({"config_xml": configuration})

    def read(distribution: Mapping[str, Any]) -> Any:
        return parsed(distribution.get("config_xml") or b"")

    cloudfront.parse_distribution_dataplane_config = read


def with_keys(code: str, held: Mapping[str, str]) -> str:
    """Return the code of an edge function, with a store that holds these values."""
    values = f"new Map(Object.entries({json.dumps(held, sort_keys=True)}))"
    missing = "() => { throw new Error('KeyNotFound') }"
    exists, get = "async key => held.has(key)", f"async key => held.has(key) ? held.get(key) : ({missing})()"
    store = f"(held => ({{ exists: {exists}, get: {get} }}))({values})"
    return code.replace(_IMPORT, f"const cf = {{ kvs: () => ({store}) }};")


def values(store_arn: str) -> Mapping[str, str]:
    """Return the values in a store, by their keys."""
    return key_value_stores.stores.get(store_arn, {"items": {}})["items"]


def hidden() -> frozenset[str]:
    """Return the images that the edge functions refuse, each with its mark."""
    stores = key_value_stores.stores.to_dict().values()
    return frozenset(f"{key} {mark}" for store in stores for key, mark in store["items"].items() if key != KEYS)


def done(batches: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the completed invalidations among ``batches``, which are in the order in which they began."""
    return list(takewhile(lambda batch: not _is_under_way(batch), batches))


def _is_under_way(batch: Mapping[str, Any]) -> bool:
    return time.monotonic() - _begun.get(batch["Id"], -SECONDS) < SECONDS


def _are_too_many(batches: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the last invalidation exceeds the limits, together with those in progress."""
    counted = [*(batch for batch in batches[:-1] if _is_under_way(batch)), batches[-1]]
    paths = [path for batch in counted for path in batch["InvalidationBatch"]["Paths"]["Items"]]
    wildcards = sum(path.endswith("*") for path in paths)
    return wildcards > WILDCARDS or len(paths) - wildcards > PATHS

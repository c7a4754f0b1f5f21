"""Calls to AWS: each goes through ``call`` and fails with one of the errors below or with Unavailable."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from constellation.aws import direct
from constellation.aws.items import from_wire
from constellation.aws.retry import Contended, patiently
from constellation.aws.sdk import client_of
from constellation.common.errors import Unavailable

T = TypeVar("T")

_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottlingException",
        "SlowDown",
        "ServiceUnavailable",
        "InternalServerError",
        "InternalError",
        "RequestTimeout",
        *("500", "502", "503", "504"),
        "KMSInternalException",
        "InternalServerException",
        "Throttling",
        "TransactionInProgressException",
    }
)

_CONFLICT = "TransactionConflict"

_PASSING = frozenset({_CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"})
"""The reasons for cancelled transactions that pass by themselves. The SDK retries none of them."""

_BUSY_KEYS = ("KMS.Throttling", "KMS.KMSInternal", "KMS.DependencyTimeout", "KMS.KeyUnavailable")
"""The prefixes of S3's codes that say that KMS is busy. All other codes with ``KMS.`` are about the key."""


class ConditionFailed(Exception):
    """A conditional write found another state. ``item`` is the item that stands there, if it was asked for and exists.

    ``failed`` says for each item of a transaction whether its condition failed.
    """

    def __init__(self, item: dict[str, Any] | None, failed: tuple[bool, ...] = ()) -> None:
        super().__init__(failed)
        self.item = item
        self.failed = failed


class Missing(Exception):
    """There is no such object, part of an object, key or invalidation."""


class Full(Exception):
    """The service takes no more, for now."""


class Unreadable(Exception):
    """S3 has the object and does not give it out: it is archived, or encrypted with a key that is not ours to use."""

    def __init__(self, *, archived: bool = False) -> None:
        super().__init__(archived)
        self.archived = archived


def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call ``operation`` (``get_item``) of ``service`` (``dynamodb``) and return its response.

    Raises ConditionFailed, Missing, Unreadable, Full, or Unavailable when the service is still busy after the retries.
    """
    return patiently(lambda: attempt(service, operation, **parameters))


def attempt(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call ``operation`` of ``service`` and return its response.

    Raises Contended when another write is in the way or a transaction is throttled, and the errors of ``call``.
    """
    if direct.serves(service):
        return _post(service, operation, parameters)
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        return getattr(client_of(service), operation)(**parameters)
    except ClientError as fault:
        response = cast("dict[str, Any]", fault.response)
        raise _meaning(operation, response["Error"]["Code"], response) or fault from None
    except (NoConnection, HTTPClientError) as fault:
        raise Unavailable from fault


def fetch(bucket: str, key: str, span: str) -> bytes:
    """Return the bytes of an object of S3, or a ``span`` of them, without the SDK. Raises the errors of ``call``."""
    return _directly("get_object", lambda: direct.get(bucket, key, span))


def store(bucket: str, key: str, data: bytes, headers: Mapping[str, str]) -> None:
    """Store an object of S3 without the SDK. Raises Unavailable when S3 is still busy after the retries."""
    _directly("put_object", lambda: direct.put(bucket, key, data, headers))


def _post(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    return _directly(operation, lambda: direct.post(service, operation, parameters))


def _directly(operation: str, request: Callable[[], T]) -> T:
    try:
        return request()
    except direct.Refused as fault:
        raise _meaning(operation, fault.code, fault.content) or fault from None
    except direct.Unreachable as fault:
        raise Unavailable from fault


def _meaning(operation: str, code: str, response: Mapping[str, Any]) -> Exception | None:
    """Return what a service's refusal means to the stores, or None for one that must not happen."""
    if code in ("ConditionalCheckFailedException", "ConflictException"):
        return ConditionFailed(from_wire(response["Item"]) if "Item" in response else None)
    if code == "TransactionCanceledException":
        reasons = tuple(reason["Code"] for reason in response["CancellationReasons"])
        failed = tuple(reason == "ConditionalCheckFailed" for reason in reasons)
        if any(failed):
            return ConditionFailed(None, failed)
        contended = tuple(reason == _CONFLICT for reason in reasons)
        return Contended(contended) if _PASSING.intersection(reasons) else Unavailable()
    if code == "TransactionConflictException":
        return Contended()
    if code in ("NoSuchKey", "NoSuchVersion", "404", "InvalidRange") or (operation, code) == (
        "get_object",
        "AccessDenied",
    ):
        # For a missing object S3 says "denied" to a caller that may not list the bucket, and no function may.
        return Missing()
    is_key = operation in ("get_key", "update_keys") and code == "ResourceNotFoundException"
    if is_key or code == "NoSuchInvalidation":
        return Missing()
    if code in ("ServiceQuotaExceededException", "TooManyInvalidationsInProgress", "BatchTooLarge"):
        return Full()
    if code in ("InvalidObjectState", "ObjectNotInActiveTierError"):
        return Unreadable(archived=True)
    if code in _BUSY or code.startswith(_BUSY_KEYS):
        return Unavailable()
    # A request for an object without its customer's key (SSE-C) is an invalid one.
    is_encrypted = code.startswith("KMS.") or (operation, code) == ("get_object", "InvalidRequest")
    return Unreadable() if is_encrypted else None


def presign(operation: str, seconds: int, **parameters: Any) -> str:
    """Return a URL whose holder may call ``operation`` of S3 with these parameters, for ``seconds``."""
    return client_of("s3").generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds)


def presign_form(seconds: int, least: int, most: int, **parameters: str) -> tuple[str, dict[str, str]]:
    """Return where a form can be posted to for ``seconds``, and its fields, with a file of ``least`` to ``most`` bytes.

    ``parameters`` are the file's Bucket and Key (S3's API, "POST Object").
    """
    made = client_of("s3").generate_presigned_post(
        **parameters, Conditions=[["content-length-range", least, most]], ExpiresIn=seconds
    )
    return made["url"], made["fields"]

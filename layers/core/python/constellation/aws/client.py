"""The connection to AWS: one session, one client a service, every call through ``call``."""

import json
import os
import random
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from constellation.aws import direct
from constellation.aws.items import from_wire
from constellation.common.errors import Unavailable

T = TypeVar("T")

_CHANCE = random.SystemRandom()
"""Without a seed, which copies of one process, woken from a snapshot, would share."""

_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "SlowDown",
        "ServiceUnavailable",
        "InternalServerError",
        "InternalError",
        *("500", "502", "503", "504"),
        "KMSInternalException",
        "InternalServerException",
        "Throttling",
        "TransactionInProgressException",
    }
)

_BUSY_KEYS = ("KMS.Throttling", "KMS.KMSInternal", "KMS.DependencyTimeout", "KMS.KeyUnavailable")
"""How S3's codes begin that say of KMS that it is busy. All others that begin with ``KMS.`` are about the key."""

_PAUSES = (0.05, 0.1, 0.2, *(0.4,) * 12)
"""The longest wait, in seconds, after each time that another write was in the way; the actual one is random.

All together they are 2.6 seconds on average. Fifty transactions of 30 ms each that come to one item within half a
second have then all been done.
"""


class ConditionFailed(Exception):
    """A conditional write found another state; ``item`` is what stands there, if that was asked for and there is one.

    ``failed`` says of each item of a transaction whether it was the one, or one of those.
    """

    def __init__(self, item: dict[str, Any] | None, failed: tuple[bool, ...] = ()) -> None:
        super().__init__(failed)
        self.item = item
        self.failed = failed


class Missing(Exception):
    """There is no such object, key or invalidation."""


class Full(Exception):
    """The service takes no more, for now."""


class Unreadable(Exception):
    """S3 has the object and does not give it out: it is archived, or encrypted with a key that is not ours to use."""

    def __init__(self, *, archived: bool = False) -> None:
        super().__init__(archived)
        self.archived = archived


class Contended(Exception):
    """Another write to the same items was under way; this one did nothing. The SDK does not retry it.

    ``items`` says of each item of a transaction whether it was the one, or one of those.
    """

    def __init__(self, items: tuple[bool, ...] = ()) -> None:
        super().__init__(items)
        self.items = items


def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call ``operation`` (``get_item``) of ``service`` (``dynamodb``) and return its answer.

    Raises ConditionFailed, Missing, Unreadable, Full, or Unavailable when the service is still busy after the retries.
    """
    return patiently(lambda: attempt(service, operation, **parameters))


def attempt(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """As ``call``; but raises Contended when another write is in the way."""
    return _call(service, operation, parameters)


def patiently(write: Callable[[], T]) -> T:
    """Do ``write`` again, after a while, as long as it raises Contended. Raises Unavailable when it takes too long."""
    for longest_pause in _PAUSES:
        try:
            return write()
        except Contended:
            time.sleep(_CHANCE.uniform(0, longest_pause))
    raise Unavailable


def in_batches(items: Iterable[T], size: int, send: Callable[[list[T]], list[T]]) -> None:
    """Send ``items``, ``size`` at a time; ``send`` returns what the service left undone, which is sent again.

    Raises Unavailable when it does nothing any more, several times in a row.
    """
    waiting, pauses = list(items), iter(_PAUSES)
    while waiting:
        batch, waiting = waiting[:size], waiting[size:]
        undone = send(batch)
        if len(undone) < len(batch):
            pauses = iter(_PAUSES)
        if undone:
            longest_pause = next(pauses, None)
            if longest_pause is None:
                raise Unavailable
            time.sleep(_CHANCE.uniform(0, longest_pause))
            waiting += undone


def _call(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if direct.serves(service):
        return _post(service, operation, parameters)
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        return getattr(_client(service), operation)(**parameters)
    except ClientError as fault:
        response = cast("dict[str, Any]", fault.response)
        raise _meaning(operation, response["Error"]["Code"], response) or fault from None
    except (NoConnection, HTTPClientError) as fault:
        raise Unavailable from fault


def _post(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return direct.post(service, operation, parameters)
    except direct.Refused as fault:
        raise _meaning(operation, fault.code, fault.content) or fault from None
    except direct.Unreachable as fault:
        raise Unavailable from fault


def _meaning(operation: str, code: str, response: Mapping[str, Any]) -> Exception | None:
    """What a service's refusal means to the stores; None for what must not happen."""
    if code in ("ConditionalCheckFailedException", "ConflictException"):
        return ConditionFailed(from_wire(response["Item"]) if "Item" in response else None)
    if code == "TransactionCanceledException":
        reasons = tuple(reason["Code"] for reason in response["CancellationReasons"])
        failed = tuple(reason == "ConditionalCheckFailed" for reason in reasons)
        if any(failed):
            return ConditionFailed(None, failed)
        contended = tuple(reason == "TransactionConflict" for reason in reasons)
        return Contended(contended) if any(contended) else Unavailable()
    if code == "TransactionConflictException":
        return Contended()
    if code in ("NoSuchKey", "NoSuchVersion", "404") or (operation, code) == ("get_object", "AccessDenied"):
        # S3 says "denied" of a missing object to whoever may not list the bucket, and no function may.
        return Missing()
    is_key = operation in ("get_key", "update_keys") and code == "ResourceNotFoundException"
    if is_key or code == "NoSuchInvalidation":
        return Missing()
    if code in ("ServiceQuotaExceededException", "TooManyInvalidationsInProgress"):
        return Full()
    if code in ("InvalidObjectState", "ObjectNotInActiveTierError"):
        return Unreadable(archived=True)
    if code in _BUSY or code.startswith(_BUSY_KEYS):
        return Unavailable()
    # Without its customer's key (SSE-C) an object is asked for by an invalid request.
    is_encrypted = code.startswith("KMS.") or (operation, code) == ("get_object", "InvalidRequest")
    return Unreadable() if is_encrypted else None


def presign(operation: str, seconds: int, **parameters: Any) -> str:
    """A URL that lets whoever holds it call ``operation`` of S3 with these parameters, for ``seconds``."""
    return _client("s3").generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds)


def presign_form(seconds: int, least: int, most: int, **parameters: str) -> tuple[str, dict[str, str]]:
    """Where a form can be posted to, and its fields, with a file of ``least`` to ``most`` bytes, for ``seconds``.

    ``parameters`` are the file's Bucket and Key (S3's API, "POST Object").
    """
    made = _client("s3").generate_presigned_post(
        **parameters, Conditions=[["content-length-range", least, most]], ExpiresIn=seconds
    )
    return made["url"], made["fields"]


def read(stream: Any) -> bytes:
    """The whole body of an object. Raises Unavailable when the connection breaks on the way."""
    with streaming(stream):
        return stream.read()


@contextmanager
def streaming(stream: Any) -> Generator[Any]:
    """The body of an object, to be read bit by bit. Raises Unavailable when the connection breaks on the way."""
    with reading(), stream:
        yield stream


@contextmanager
def reading() -> Generator[None]:
    """Reading inside raises Unavailable when the connection breaks on the way."""
    from botocore.exceptions import HTTPClientError, IncompleteReadError

    try:
        yield
    except (HTTPClientError, IncompleteReadError) as fault:
        raise Unavailable from fault


@cache
def _session() -> Any:
    import botocore.session

    return cast("Any", botocore.session).get_session()


@cache
def _client(service: str) -> Any:
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=2,
        read_timeout=6,
        signature_version="s3v4" if service == "s3" else None,
        # A signed URL must name the bucket's own regional host; an endpoint on one machine has no such hosts.
        s3={"addressing_style": "path" if "AWS_ENDPOINT_URL" in os.environ else "virtual"},
    )
    client = _session().create_client(service, config=config)
    client.meta.events.register("before-parse.dynamodb.Query", _keep_items)
    if "AWS_ENDPOINT_URL" in os.environ:
        client.meta.events.register("before-sign.cloudfront-keyvaluestore", _leave_account_out)
    return client


def _keep_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Hand out a query's items as they came. The SDK would take each apart and put it together just so.

    For an answer of thousands of items that is most of the function's time.
    """
    if response_dict["status_code"] == 200:
        content = json.loads(response_dict["body"])
        customized_response_dict["Items"] = content.pop("Items")
        response_dict["body"] = json.dumps(content).encode()


def _leave_account_out(request: Any, **_: Any) -> None:
    """Ask the endpoint itself. The SDK puts the account's number before its name, which no resolver has to know."""
    asked = urlsplit(str(request.url))
    request.url = asked._replace(netloc=urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc).geturl()


if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    # With no credentials in the environment it is the SDK that asks every service: the snapshot is to hold it.
    _session()

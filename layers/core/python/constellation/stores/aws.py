"""The connection to AWS: one session, one client a service, every call through ``call``."""

from functools import cache
from typing import Any, cast

from constellation.domain.errors import Unavailable

_BUSY = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "SlowDown",
        "ServiceUnavailable",
        "InternalServerError",
        "InternalError",
        "KMSInternalException",
        "TransactionInProgressException",
    }
)


class ConditionFailed(Exception):
    """A conditional write found another state; ``item`` is what stands there, in wire form, where it was asked for.

    ``reasons`` are a transaction's cancellation codes, one for each of its items, ``"None"`` for those that passed.
    """

    def __init__(self, item: dict[str, Any] | None, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(reasons)
        self.item = item
        self.reasons = reasons


class Missing(Exception):
    """There is no such object."""


def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call ``operation`` (``get_item``) of ``service`` (``dynamodb``) and return its answer.

    Raises ConditionFailed, Missing, or Unavailable when the service is still busy after the retries.
    """
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        return getattr(_client(service), operation)(**parameters)
    except ClientError as fault:
        response = cast("dict[str, Any]", fault.response)
        code = response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(response.get("Item")) from None
        if code == "TransactionCanceledException":
            reasons = tuple(reason["Code"] for reason in response["CancellationReasons"])
            if "ConditionalCheckFailed" in reasons:
                raise ConditionFailed(None, reasons) from None
            raise Unavailable("Busy, try again", 1) from fault
        if code in ("NoSuchKey", "404"):
            raise Missing from None
        if code in _BUSY:
            raise Unavailable("Busy, try again", 1) from fault
        raise
    except (NoConnection, HTTPClientError) as fault:
        raise Unavailable("Busy, try again", 1) from fault


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
    )
    return _session().create_client(service, config=config)

"""The SDK: one session, and one client for each service. S3, CloudFront and its KeyValueStore are called by it.

On Lambda DynamoDB, KMS and SQS are called and whole objects of S3 are read and stored without it (``direct``).
"""

import json
import os
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit


@cache
def session() -> Any:
    """Return the SDK's session."""
    import botocore.session

    return cast("Any", botocore.session).get_session()


@cache
def client_of(service: str) -> Any:
    """Return the SDK's client for a service."""
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 4},
        connect_timeout=2,
        read_timeout=6,
        signature_version="s3v4" if service == "s3" else None,
        # A signed URL must name the bucket's own regional host, in us-east-1 too: the console's policy names no other.
        # An endpoint on one machine has no such hosts.
        s3={
            "addressing_style": "path" if "AWS_ENDPOINT_URL" in os.environ else "virtual",
            "us_east_1_regional_endpoint": "regional",
        },
    )
    client = session().create_client(service, config=config)
    client.meta.events.register("before-parse.dynamodb.Query", _keep_items)
    if "AWS_ENDPOINT_URL" in os.environ:
        client.meta.events.register("before-sign.cloudfront-keyvaluestore", _leave_account_out)
    return client


def _keep_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Return a query's items as they came. The SDK would take each one apart and put the same together again.

    For a response of thousands of items that is most of the function's time.
    """
    if response_dict["status_code"] == 200:
        content = json.loads(response_dict["body"])
        customized_response_dict["Items"] = content.pop("Items")
        response_dict["body"] = json.dumps(content).encode()


def _leave_account_out(request: Any, **_: Any) -> None:
    """Send a request to the endpoint itself. The SDK puts the account's number before the endpoint's name.

    A resolver need not know that name.
    """
    asked = urlsplit(str(request.url))
    request.url = asked._replace(netloc=urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc).geturl()


if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    # Without credentials in the environment every service is called by the SDK. The snapshot is to hold it.
    session()

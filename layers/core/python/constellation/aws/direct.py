"""DynamoDB and KMS without the SDK: a call is one signed POST of JSON (AWS JSON protocol, Signature Version 4).

The SDK takes 100 ms of CPU before its first request, most of what a function of metadata needs to wake. It is not
imported where these two services are all that is asked; S3, SQS and CloudFront are its part, and so is every service
where a function does not find its credentials in the environment, as it does on Lambda.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from select import select
from typing import Any
from urllib.parse import urlsplit

_TARGETS = {"dynamodb": ("DynamoDB_20120810", "1.0"), "kms": ("TrentService", "1.1")}
"""The name and the version of the protocol that each service goes by on the wire."""

_BLOBS = ("PublicKey", "Signature")
"""The answers that are bytes, in base64."""

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_CONNECT_TIMEOUT, _READ_TIMEOUT = 2, 6

URL_SUFFIX = "URL_SUFFIX"
"""Where a function finds how the host names of its partition end (``amazonaws.com.cn`` in China). The stack sets it."""


class Refused(Exception):
    """The service has refused a call: the error's ``code``, and all that it says of it."""

    def __init__(self, code: str, content: Mapping[str, Any]) -> None:
        super().__init__(code, content.get("message") or content.get("Message"))
        self.code = code
        self.content = content


class Unreachable(Exception):
    """No answer came."""


def serves(service: str) -> bool:
    """Whether calls of ``service`` are made here."""
    return service in _TARGETS and "AWS_LAMBDA_FUNCTION_NAME" in os.environ and "AWS_ACCESS_KEY_ID" in os.environ


def post(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to ``operation``. Raises Refused and Unreachable, after as many tries as the SDK makes."""
    body = json.dumps(parameters, default=_base64, separators=(",", ":")).encode()
    url = _url(service)
    for pause in (1, 2, 4, None):
        try:
            status, answer = send(url, _headers(service, url, operation.title().replace("_", ""), body), body)
        except (OSError, HTTPException) as fault:
            if pause is None:
                raise Unreachable from fault
        else:
            if status == 200:
                return _answer(answer)
            refused = _refused(status, answer)
            if pause is None or not (status >= 500 or refused.code in _THROTTLED):
                raise refused
        time.sleep(random.uniform(0, pause))  # noqa: S311 - jitter, no secret
    raise AssertionError("the last try has returned or raised")


def send(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to a POST, over a connection that is kept."""
    connection = _connection(url)
    if connection.sock and select([connection.sock], [], [], 0)[0]:
        connection.close()  # the service has hung up meanwhile
    try:
        is_new = connection.sock is None
        if is_new:
            connection.connect()
            connection.sock.settimeout(_READ_TIMEOUT)
        connection.request("POST", "/", body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except BaseException:
        connection.close()
        raise


@cache
def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.netloc, timeout=_CONNECT_TIMEOUT)


def _url(service: str) -> str:
    return (
        os.environ.get("AWS_ENDPOINT_URL") or f"https://{service}.{os.environ['AWS_REGION']}.{os.environ[URL_SUFFIX]}"
    )


def _headers(service: str, url: str, operation: str, body: bytes) -> dict[str, str]:
    """The headers of a request, its signature among them ("Create a signed AWS API request", IAM user guide)."""
    target, version = _TARGETS[service]
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": f"application/x-amz-json-{version}",
        "host": urlsplit(url).netloc,
        "x-amz-date": moment,
        "x-amz-security-token": os.environ.get("AWS_SESSION_TOKEN", ""),
        "x-amz-target": f"{target}.{operation}",
    }
    headers = {name: value for name, value in headers.items() if value}
    names = ";".join(headers)  # in the order of the alphabet
    signed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n\n{signed}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{moment[:8]}/{os.environ['AWS_REGION']}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    authorization = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={key.hex()}"
    return {**headers, "authorization": authorization}


def _base64(value: object) -> str:
    """A parameter that is no JSON: bytes. TypeError for any other type."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError("a parameter is JSON or bytes")


def _answer(body: bytes) -> dict[str, Any]:
    content = json.loads(body)
    return content | {name: base64.b64decode(content[name]) for name in _BLOBS if name in content}


def _refused(status: int, body: bytes) -> Refused:
    """What a service says when it refuses; a proxy before it may say something else, or nothing."""
    try:
        content = dict(json.loads(body))
    except ValueError:
        content = dict[str, Any]()
    return Refused(str(content.get("__type", status)).rpartition("#")[2], content)

"""DynamoDB, KMS, SQS and objects of S3 without the SDK, by requests that are signed here (Signature Version 4).

A call of the first three is one POST of JSON (AWS JSON protocol). The SDK takes 100 ms of CPU before its first request,
most of the cold start of a function that works on metadata. A function that makes no other calls does not import it.
All else of S3 and CloudFront are called by the SDK, and so is every service where a function does not find its
credentials in the environment, as it does on Lambda.
"""

import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from select import select
from typing import Any
from urllib.parse import quote, urlsplit

from constellation.aws.retry import retry

_TARGETS = {"dynamodb": ("DynamoDB_20120810", "1.0"), "kms": ("TrentService", "1.1"), "sqs": ("AmazonSQS", "1.0")}
"""The name of each service on the wire, and its version of the protocol."""

_BLOBS = ("PublicKey", "Signature")
"""The fields of responses that are bytes, in base64."""

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_PASSING = frozenset({"RequestTimeout", "SlowDown"})
"""What S3 says when the same request may be granted a moment later, with a status below 500."""

_PAUSES = (1, 2, 4)
"""The longest wait, in seconds, before each further try: as many as the SDK makes."""

_CONNECT_TIMEOUT, _READ_TIMEOUT = 2, 6

URL_SUFFIX = "URL_SUFFIX"
"""The environment variable with the end of the partition's host names (``amazonaws.com.cn`` in China).

The stack sets it.
"""


class Refused(Exception):
    """The service has refused a call. ``code`` names the error, ``content`` is all that the response says."""

    def __init__(self, code: str, content: Mapping[str, Any]) -> None:
        super().__init__(code, content.get("message") or content.get("Message"))
        self.code = code
        self.content = content


class Busy(Refused):
    """The service has refused a call that it may accept a moment later."""


class Unreachable(Exception):
    """No response came."""


def serves(service: str) -> bool:
    """Return whether ``service`` is called without the SDK."""
    return service in _TARGETS and is_possible()


def is_possible() -> bool:
    """Return whether requests can be signed here: on Lambda, with credentials in the environment."""
    return "AWS_LAMBDA_FUNCTION_NAME" in os.environ and "AWS_ACCESS_KEY_ID" in os.environ


def post(service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the response to ``operation``. Raises Refused and Unreachable, after as many tries as the SDK makes."""
    body = json.dumps(parameters, default=_base64, separators=(",", ":")).encode()
    return retry(lambda: _post(service, operation, body), (Busy, Unreachable), _PAUSES)


def get(bucket: str, key: str, span: str = "") -> bytes:
    """Return the bytes of an object of S3, or a ``span`` of them (``bytes=0-99``).

    Raises Refused and Unreachable, after as many tries as the SDK makes.
    """
    return _object("GET", bucket, key, {"range": span} if span else {})


def put(bucket: str, key: str, data: bytes, headers: Mapping[str, str]) -> None:
    """Store an object of S3 with ``headers``, whose names are in lower case. S3 refuses bytes that are not ``data``.

    Raises Refused and Unreachable, after as many tries as the SDK makes.
    """
    _object("PUT", bucket, key, headers, data)


def _object(method: str, bucket: str, key: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    return retry(lambda: _ask_s3(method, bucket, key, headers, body, digest), (Busy, Unreachable), _PAUSES)


def _post(service: str, operation: str, body: bytes) -> dict[str, Any]:
    url = _url(service)
    try:
        status, content = send(url, _headers(service, url, operation.title().replace("_", ""), body), body)
    except (OSError, HTTPException) as fault:
        raise Unreachable from fault
    if status != 200:
        raise _refused(status, content)
    return _response(content)


def _ask_s3(method: str, bucket: str, key: str, headers: Mapping[str, str], body: bytes, digest: str) -> bytes:
    url, path = _url("s3"), f"/{quote(key, safe='/~')}"
    if "AWS_ENDPOINT_URL" in os.environ:  # it has no host for each bucket
        path = f"/{bucket}{path}"
    else:
        url = url.replace("//", f"//{bucket}.", 1)
    said = {**headers, "host": urlsplit(url).netloc, "x-amz-content-sha256": digest}
    try:
        status, content = send(url, _signed("s3", method, path, said, digest), body, method, path)
    except (OSError, HTTPException) as fault:
        raise Unreachable from fault
    if status not in (200, 206):
        raise _refused_by_s3(status, content)
    return content


def send(url: str, headers: Mapping[str, str], body: bytes, method: str = "POST", path: str = "/") -> tuple[int, bytes]:
    """Return status and body of the response to a request, sent over a connection that is kept open."""
    connection = _connection(url)
    if connection.sock and select([connection.sock], [], [], 0)[0]:
        connection.close()  # the service has hung up meanwhile
    try:
        is_new = connection.sock is None
        if is_new:
            connection.connect()
            connection.sock.settimeout(_READ_TIMEOUT)
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
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
    """Return the headers of a call, with its signature."""
    target, version = _TARGETS[service]
    headers = {
        "content-type": f"application/x-amz-json-{version}",
        "host": urlsplit(url).netloc,
        "x-amz-target": f"{target}.{operation}",
    }
    return _signed(service, "POST", "/", headers, hashlib.sha256(body).hexdigest())


def _signed(service: str, method: str, path: str, headers: Mapping[str, str], digest: str) -> dict[str, str]:
    """Return headers with their signature ("Create a signed AWS API request", IAM user guide)."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    token = os.environ.get("AWS_SESSION_TOKEN", "")
    headers = {**headers, "x-amz-date": moment} | ({"x-amz-security-token": token} if token else {})
    ordered = sorted(headers)
    names = ";".join(ordered)
    signed = "".join(f"{name}:{headers[name]}\n" for name in ordered)
    canonical = f"{method}\n{path}\n\n{signed}\n{names}\n{digest}"
    scope = f"{moment[:8]}/{os.environ['AWS_REGION']}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
    authorization = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={key.hex()}"
    return {**headers, "authorization": authorization}


def _base64(value: object) -> str:
    """Return the JSON form of a parameter that is bytes. Raises TypeError for any other type."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError("a parameter is JSON or bytes")


def _response(body: bytes) -> dict[str, Any]:
    content = json.loads(body)
    return content | {name: base64.b64decode(content[name]) for name in _BLOBS if name in content}


def _refused(status: int, body: bytes) -> Refused:
    """Return the error that a refusal stands for. A proxy before the service may send something else, or nothing."""
    try:
        content = dict(json.loads(body))
    except ValueError:
        content = dict[str, Any]()
    code = str(content.get("__type", status)).rpartition("#")[2]
    return (Busy if status >= 500 or code in _THROTTLED else Refused)(code, content)


def _refused_by_s3(status: int, body: bytes) -> Refused:
    """Return the error that a refusal of S3, which is XML, stands for."""
    found = re.search(rb"<Code>([^<]*)</Code>", body)
    code = found[1].decode() if found else str(status)
    return (Busy if status >= 500 or code in _PASSING else Refused)(code, {})

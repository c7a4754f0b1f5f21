"""Calls without the SDK say what the SDK says, and are tried again as it would try them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from http.client import IncompleteRead
from typing import Any, cast

import botocore.session
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials

from constellation.aws import client as aws
from constellation.aws import direct, retry
from constellation.aws.bucket import Bucket
from constellation.aws.resources import ORIGINALS
from constellation.common.errors import Unavailable
from tests.infra.test_sandbox import CALLS

REGION = "eu-west-1"
GET_KEY = ("kms", "get_public_key")

Sent = tuple[str, Mapping[str, str], bytes]


class Service:
    """What is sent, and what is answered to it: ``answers`` one after the other."""

    def __init__(self, *answers: tuple[int, bytes] | Exception) -> None:
        self.sent: list[Sent] = []
        self.answers = list(answers)

    def send(
        self, url: str, headers: Mapping[str, str], body: bytes, method: str = "POST", path: str = "/"
    ) -> tuple[int, bytes]:
        assert (method == "POST") == (path == "/")
        self.sent.append((url + path.removesuffix("/"), headers, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def _on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {
        "AWS_LAMBDA_FUNCTION_NAME": "get_me",
        "AWS_REGION": REGION,
        "URL_SUFFIX": "amazonaws.com",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(retry.RANDOM, "uniform", min)


def answering(monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, bytes] | Exception) -> Service:
    service = Service(*answers)
    monkeypatch.setattr(direct, "send", service.send)
    return service


@pytest.mark.parametrize(
    ("service", "operation"),
    [(service, operation) for service in ("dynamodb", "kms", "sqs") for operation in CALLS[service]],
)
def test_a_call_says_what_the_sdk_says(monkeypatch: pytest.MonkeyPatch, service: str, operation: str) -> None:
    heard = answering(monkeypatch, (200, b"{}"))
    direct.post(service, operation, _parameters(service, operation))
    url, headers, body = heard.sent[0]
    said = _by_the_sdk(service, operation)
    assert said.url == f"{url}/"
    assert json.loads(body) == json.loads(said.body)
    compared = ("Content-Type", "X-Amz-Target", "X-Amz-Security-Token")
    assert [headers[name.lower()] for name in compared] == [_text(said.headers[name]) for name in compared]


@pytest.mark.parametrize(
    ("region", "suffix"),
    [("cn-north-1", "amazonaws.com.cn"), ("us-gov-west-1", "amazonaws.com"), ("eusc-de-east-1", "amazonaws.eu")],
)
@pytest.mark.parametrize("service", ["dynamodb", "kms", "sqs"])
def test_a_partition_has_names_of_its_own(
    monkeypatch: pytest.MonkeyPatch, service: str, region: str, suffix: str
) -> None:
    monkeypatch.setenv("AWS_REGION", region)
    monkeypatch.setenv("URL_SUFFIX", suffix)
    heard = answering(monkeypatch, (200, b"{}"))
    direct.post(service, "get_item", {})
    url, headers, _ = heard.sent[0]
    the_sdks = cast("Any", botocore.session.Session()).create_client(
        service, region, aws_access_key_id="key", aws_secret_access_key="secret"
    )
    assert (url, headers["host"]) == (the_sdks.meta.endpoint_url, url.removeprefix("https://"))


@pytest.mark.parametrize("session_token", ["token", ""])
def test_the_signature_is_the_sdks(monkeypatch: pytest.MonkeyPatch, session_token: str) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", session_token)
    heard = answering(monkeypatch, (200, b"{}"))
    direct.post("dynamodb", "get_item", CALLS["dynamodb"]["get_item"])
    url, headers, body = heard.sent[0]
    authorization = headers["authorization"]
    request: Any = AWSRequest("POST", f"{url}/", {k: v for k, v in headers.items() if k != "authorization"}, body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = cast("Any", SigV4Auth)(Credentials("key", "secret"), "dynamodb", REGION)
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    assert authorization.rpartition("Signature=")[2] == signer.signature(to_sign, request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    assert f"Credential={signer.scope(request)}, SignedHeaders={names}," in authorization


@pytest.mark.parametrize(
    "fault",
    [
        (500, b"<html>"),
        (503, b'{"__type": "ServiceUnavailable"}'),
        (400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}'),
        ConnectionResetError(),
        TimeoutError(),
    ],
)
def test_what_may_pass_is_tried_four_times(monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    heard = answering(monkeypatch, fault, fault, fault, (200, b'{"PublicKey": "a2V5"}'))
    assert aws.call(*GET_KEY, KeyId="k")["PublicKey"] == b"key"
    assert len(heard.sent) == 4
    heard = answering(monkeypatch, *[fault] * 4)
    with pytest.raises(Unavailable):
        aws.call(*GET_KEY, KeyId="k")


@pytest.mark.parametrize(
    ("said", "reasons", "item", "failed"),
    [
        ({"__type": "x#ConditionalCheckFailedException", "Item": {"pk": {"S": "a"}}}, [], {"pk": "a"}, ()),
        ({"__type": "x#TransactionCanceledException"}, ["None", "ConditionalCheckFailed"], None, (False, True)),
    ],
)
def test_a_failed_condition_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
    said: Mapping[str, Any],
    reasons: Sequence[str],
    item: Mapping[str, Any] | None,
    failed: tuple[bool, ...],
) -> None:
    content = {**said, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    heard = answering(monkeypatch, (400, json.dumps(content).encode()))
    with pytest.raises(aws.ConditionFailed) as raised:
        aws.call("dynamodb", "put_item", TableName="t", Item={})
    assert (raised.value.item, raised.value.failed) == (item, failed)
    assert len(heard.sent) == 1


def test_what_must_not_happen_is_raised_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, (400, b'{"__type": "x#ValidationException", "message": "no"}'))
    with pytest.raises(direct.Refused, match="no"):
        aws.call("dynamodb", "put_item", TableName="t", Item={})


@pytest.mark.parametrize("missing", ["AWS_LAMBDA_FUNCTION_NAME", "AWS_ACCESS_KEY_ID"])
def test_elsewhere_the_sdk_is_asked(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    assert direct.serves("dynamodb")
    assert not direct.serves("s3")
    monkeypatch.delenv(missing)
    assert not direct.serves("dynamodb")


@pytest.mark.parametrize("span", ["", "bytes=5-9"])
@pytest.mark.parametrize("endpoint", ["", "http://localhost:4566"])
def test_an_object_is_asked_for_as_the_sdk_asks(monkeypatch: pytest.MonkeyPatch, endpoint: str, span: str) -> None:
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    heard = answering(monkeypatch, (206 if span else 200, b"pixels"))
    assert direct.get("pictures", "original/a b+ä~%.jpg", span) == b"pixels"
    url, headers, _ = heard.sent[0]
    client, the_sdks = _s3(endpoint)
    with pytest.raises(_Unsent):
        client.get_object(Bucket="pictures", Key="original/a b+ä~%.jpg")
    assert url == the_sdks[0].url
    assert headers.get("range", "") == span
    assert headers["authorization"].endswith(_signature_of_s3("GET", url, headers, b""))


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("endpoint", ["", "http://localhost:4566"])
def test_an_object_is_stored_as_the_sdk_stores_it(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, checked: bool
) -> None:
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    digest = hashlib.sha256(b"pixels").hexdigest() if checked else ""
    heard, key = answering(monkeypatch, (200, b"")), "images/a b+ä~%.jpg"
    monkeypatch.setenv(ORIGINALS.variable, "pictures")

    def store() -> None:
        Bucket(ORIGINALS).put(
            key, b"pixels", "image/jpeg", cache_control="max-age=9", metadata={"cache-tag": "i-1 i-2"}, sha256=digest
        )

    store()
    url, headers, body = heard.sent[0]
    client, the_sdks = _s3(endpoint)
    monkeypatch.setattr(aws, "client_of", {"s3": client}.get)
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME")
    with pytest.raises(_Unsent):
        store()
    (said, *_) = the_sdks
    assert (url, body) == (said.url, b"pixels")
    compared = [
        "Content-Type",
        "Cache-Control",
        "x-amz-meta-cache-tag",
        *(["x-amz-checksum-sha256"] if checked else []),
    ]
    assert [headers[name.lower()] for name in compared] == [_text(said.headers[name]) for name in compared]
    assert headers["x-amz-content-sha256"] == hashlib.sha256(b"pixels").hexdigest()
    assert headers["authorization"].endswith(_signature_of_s3("PUT", url, headers, b"pixels"))


def test_an_object_is_stored_once_more_when_s3_was_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = 503, b"<Error><Code>SlowDown</Code></Error>"
    heard = answering(monkeypatch, busy, TimeoutError(), (200, b""))
    aws.store("pictures", "a", b"pixels", {})
    assert [body for *_, body in heard.sent] == [b"pixels"] * 3
    answering(monkeypatch, *[busy] * 4)
    with pytest.raises(Unavailable):
        aws.store("pictures", "a", b"pixels", {})


def test_a_queue_that_takes_no_more_messages_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = 400, b'{"__type": "com.amazonaws.sqs#RequestThrottled"}'
    heard = answering(monkeypatch, busy, (200, b"{}"))
    aws.call("sqs", "send_message", **CALLS["sqs"]["send_message"])
    assert len(heard.sent) == 2
    answering(monkeypatch, *[busy] * 4)
    with pytest.raises(Unavailable):
        aws.call("sqs", "send_message", **CALLS["sqs"]["send_message"])


@pytest.mark.parametrize(
    ("status", "code", "raised"),
    [
        (404, "NoSuchKey", aws.Missing),
        (403, "AccessDenied", aws.Missing),
        (416, "InvalidRange", aws.Missing),
        (403, "InvalidObjectState", aws.Unreadable),
        (400, "InvalidRequest", aws.Unreadable),
        (400, "KMS.DisabledException", aws.Unreadable),
        (403, "SignatureDoesNotMatch", direct.Refused),
    ],
)
def test_a_refused_object(monkeypatch: pytest.MonkeyPatch, status: int, code: str, raised: type[Exception]) -> None:
    heard = answering(monkeypatch, (status, f"<?xml?><Error><Code>{code}</Code></Error>".encode()))
    with pytest.raises(raised):
        aws.fetch("pictures", "a", "")
    assert len(heard.sent) == 1


@pytest.mark.parametrize(
    "fault",
    [
        (503, b"<Error><Code>SlowDown</Code></Error>"),
        (500, b"<html>"),
        (400, b"<Error><Code>RequestTimeout</Code></Error>"),
        IncompleteRead(b"pix"),
        ConnectionResetError(),
    ],
)
def test_an_object_that_may_come_later_is_asked_for_four_times(monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    answering(monkeypatch, fault, fault, fault, (200, b"pixels"))
    assert aws.fetch("pictures", "a", "") == b"pixels"
    heard = answering(monkeypatch, *[fault] * 4)
    with pytest.raises(Unavailable):
        aws.fetch("pictures", "a", "")
    assert len(heard.sent) == 4


def _parameters(service: str, operation: str) -> dict[str, Any]:
    """The least that an operation takes; a message to be signed is bytes, which CALLS cannot hold."""
    return {name: value.encode() if name == "Message" else value for name, value in CALLS[service][operation].items()}


def _signature_of_s3(method: str, url: str, headers: Mapping[str, str], body: bytes) -> str:
    """The end of the Authorization header that the SDK would make of these headers."""
    request: Any = AWSRequest(method, url, {k: v for k, v in headers.items() if k != "authorization"}, body)
    request.context.update(timestamp=headers["x-amz-date"], payload_signing_enabled=True)
    signer = cast("Any", S3SigV4Auth)(Credentials("key", "secret"), "s3", REGION)
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    return f"Signature={signer.signature(to_sign, request)}"


def _by_the_sdk(service: str, operation: str) -> Any:
    """The request that the SDK would send."""
    said: list[Any] = []

    def hear(request: Any, **_: Any) -> AWSResponse:
        said.append(request)
        return AWSResponse(request.url, 200, dict[str, str](), _Empty())

    client = cast("Any", botocore.session.Session()).create_client(service, region_name=REGION)
    client.meta.events.register("before-send", hear)
    getattr(client, operation)(**_parameters(service, operation))
    return said[0]


class _Unsent(Exception):
    """A request was made, and goes nowhere."""


def _s3(endpoint: str) -> tuple[Any, list[Any]]:
    """Return the SDK's client, and a list that gets the requests that it would send."""
    client = cast("Any", botocore.session.Session()).create_client(
        "s3", REGION, config=Config(s3={"addressing_style": "path" if endpoint else "virtual"})
    )
    requests: list[Any] = []

    def keep(request: Any, **_: Any) -> None:
        requests.append(request)
        raise _Unsent

    client.meta.events.register("before-send", keep)
    return client, requests


class _Empty:
    def stream(self, *_: Any, **__: Any) -> Any:
        yield b"{}"


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value

"""One deployed product in a test: tables, buckets and the signing key in moto, functions called as by the gateway.

Every invocation is watched: an AWS call that the function's grants do not allow fails the test, and so does a 500.
"""

import base64
import functools
import importlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from argon2 import PasswordHasher
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse
from moto.kms.models import kms_backends
from moto.s3 import notifications
from moto.sqs.models import sqs_backends

from constellation.accounts import passwords, signing
from constellation.aws import client as aws
from constellation.aws import sdk
from constellation.aws.resources import (
    BUCKETS,
    CDN,
    HIDDEN,
    INCOMING,
    INDEXES,
    QUEUES,
    SIGNING,
    TABLES,
    Grant,
    Index,
    Resource,
)
from constellation.common.settings import settings
from constellation.runtime import origin
from constellation.runtime.authorizer import CACHE_SECONDS, Authorizer
from constellation.runtime.consumer import Consumer
from constellation.runtime.endpoint import Endpoint
from constellation.runtime.request import CONTEXT, Caller
from constellation.runtime.task import Task
from constellation.uploads.model import POSTED
from infra import flows
from tests.support import at_once
from tests.support.cloudfront import KVS_ARN, CloudFront
from tests.support.conformance import fault
from tests.support.in_order import engines_items_in
from tests.support.moto import ACCOUNT, REGION, create_queue, items_in, kept, objects_in, quicken

FUNCTIONS = Path(__file__).parents[2] / "functions"
NOON = datetime(2025, 7, 11, 12, 0, 0, tzinfo=UTC)
RECURSIONS = 16
"""Invocations of one function after which Lambda stops a chain that leads to it again."""

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Call:
    """One AWS call in the words of a policy: action, resource, and the key or index within it."""

    action: str
    resource: str
    path: str = ""


@dataclass(frozen=True)
class Answer:
    """What the client gets: header names lowered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class File:
    """A file of a multipart form."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Message:
    """What lies in a queue: its content, parsed from JSON, and for how many seconds it was to be kept back."""

    content: Any
    delay: int


Declared = Endpoint | Authorizer | Consumer | Task
"""What a function's ``handler`` can be."""

Scenario = Callable[["World", pytest.MonkeyPatch], None]
"""Some doings in a world, after which grants are compared with what was used."""


def function_names() -> list[str]:
    """The folders of ``functions`` that hold a handler."""
    return sorted(_folders())


def load(name: str) -> Declared:
    """The handler of one function."""
    return importlib.import_module(f"functions.{_folders()[name].parent.name}.{name}.handler").handler


@functools.cache
def _folders() -> dict[str, Path]:
    return {path.parent.name: path.parent for path in FUNCTIONS.glob("*/*/handler.py")}


@functools.cache
def handlers() -> dict[str, Declared]:
    """Every handler of ``functions`` by its folder."""
    return {name: load(name) for name in function_names()}


Form = Mapping[str, str | File | Sequence[File]]
"""The fields of a multipart form. A sequence of files is sent one by one, under one name."""


def multipart(fields: Form, boundary: str = "BOUNDARY") -> tuple[bytes, str]:
    """A multipart/form-data body and its content type."""
    parts: list[bytes] = []
    sent = [
        (name, each) for name, value in fields.items() for each in ([value] if isinstance(value, str | File) else value)
    ]
    for name, value in sent:
        disposition = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, File):
            head = f'{disposition}; filename="{value.name}"\r\nContent-Type: {value.media_type}'
            data = value.data
        else:
            head, data = disposition, value.encode()
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def event(
    method: str,
    path: str,
    *,
    json: Any = None,
    body: bytes | None = None,
    form: Form | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str | Sequence[str]] | None = None,
    path_parameters: Mapping[str, str] | None = None,
    caller: Caller | None = None,
    address: str = "192.0.2.1",
) -> dict[str, Any]:
    """A REST API proxy event, the body in base64 as the gateway sends it for binary media types."""
    sent = {"Host": "api.example.com", **(headers or {})}
    if json is not None:
        body = _dumps(json)
        sent.setdefault("Content-Type", "application/json")
    if form is not None:
        body, content_type = multipart(form)
        sent.setdefault("Content-Type", content_type)
    lists = {name: [value] if isinstance(value, str) else list(value) for name, value in (query or {}).items()}
    context: dict[str, Any] = {"requestId": "request-1", "identity": {"sourceIp": address}}
    if caller:
        context["authorizer"] = {name: getattr(caller, name) for name in CONTEXT} | {"principalId": caller.user_id}
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in lists.items()} or None,
        "multiValueQueryStringParameters": lists or None,
        "pathParameters": dict(path_parameters) if path_parameters else None,
        "requestContext": context,
        "body": None if body is None else base64.b64encode(body).decode(),
        "isBase64Encoded": body is not None,
    }


def queue_event(queue: Resource, messages: Mapping[str, Any]) -> dict[str, Any]:
    """An SQS event with messages by their ids."""
    return {
        "Records": [
            {
                "messageId": message_id,
                "receiptHandle": f"receipt of {message_id}",
                "body": json.dumps(content),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": _queue_arn(queue),
                "awsRegion": REGION,
            }
            for message_id, content in messages.items()
        ]
    }


def _queue_arn(queue: Resource) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{_queue_name(queue)}"


def _queue_name(queue: Resource) -> str:
    return queue.physical_name.rpartition("/")[2]


def lying_messages(queue: Resource) -> list[Any]:
    """The messages that moto keeps for ``queue``; its own methods would give them out by the real clock."""
    backend: Any = sqs_backends[ACCOUNT][REGION]
    return backend.get_queue(_queue_name(queue))._messages


def _note_ancestors(ancestors: Counter[str]) -> None:
    """Note with the new messages, which are the last ones in their queues, what invocations they come of."""
    for queue in QUEUES:
        for message in takewhile(lambda each: "ancestors" not in each.__dict__, reversed(lying_messages(queue))):
            message.ancestors = ancestors


def _ancestors(message: Any) -> Counter[str]:
    """The invocations that a message comes of, by function."""
    return message.__dict__.get("ancestors", Counter[str]())


def _consumer_of(queue: Resource) -> tuple[str, Consumer]:
    """The function that gets the messages of a queue, with its name."""
    return next((name, handler) for name, handler in _consumers(handlers).items() if handler.queue == queue)


@functools.cache
def _authorizers(functions: Callable[[], dict[str, Declared]]) -> dict[str, tuple[str, Authorizer]]:
    """The functions that say who asks, with their names, among all ``functions``, by the security that they serve."""
    return {
        handler.security: (name, handler) for name, handler in functions().items() if isinstance(handler, Authorizer)
    }


@functools.cache
def _consumers(functions: Callable[[], dict[str, Declared]]) -> dict[str, Consumer]:
    """The functions of queues among all ``functions``."""
    return {name: handler for name, handler in functions().items() if isinstance(handler, Consumer)}


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@dataclass
class World:
    """The product with its clock; ``calls`` are the AWS calls of the last invocation, ``cdn`` is what stands for it.

    Messages are followed as Lambda does: to a function that is not said to be in a loop, a message that comes of 16 of
    its own invocations is not given; its name is then in ``dropped``. Without ``allows_loops`` this holds for all.

    With a dictionary for what authorizers have ``approved``, they are asked again only when the gateway would.

    ``ready`` are the users that ``tests.support.ready_users`` has put in.
    """

    now: datetime = NOON
    cdn: CloudFront = field(default_factory=CloudFront)
    calls: list[Call] = field(default_factory=list[Call])
    used: dict[str, set[tuple[Grant, str]]] = field(default_factory=dict[str, set[tuple[Grant, str]]])
    allows_loops: bool = True
    approved: dict[tuple[str, str], tuple[datetime, Caller | None]] | None = None
    dropped: list[str] = field(default_factory=list[str])
    ready: set[str] = field(default_factory=set[str])

    def advance(self, **duration: float) -> None:
        """Let time pass: ``advance(minutes=15)``."""
        self.now += timedelta(**duration)

    def now_in_seconds(self) -> float:
        """The clock, as seconds; it stands still unless ``advance`` is called while a function runs."""
        return self.now.timestamp()

    def invoke(self, name: str, happening: Mapping[str, Any]) -> Any:
        """What the function answers to an event; its calls must be granted."""
        handler = load(name)
        clock = {"clock": self.now_in_seconds} if isinstance(handler, Consumer) else {}
        with recording() as self.calls:
            result: Any = handler(happening, None, now=self.now, **clock)
        for call in self.calls:
            allowing = [grant for grant in handler.grants if _allows(grant, call)]
            assert allowing, f"{name} may not {call.action} on {call.resource} {call.path}"
            self.used.setdefault(name, set()).update((grant, call.action) for grant in allowing)
        return result

    def call(self, name: str, happening: Mapping[str, Any]) -> Answer:
        """The HTTP answer of the function to a proxy event; never a 500."""
        result = self.invoke(name, happening)
        body = base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()
        headers = {header.lower(): value for header, value in result["headers"].items()}
        answer = Answer(result["statusCode"], headers, body)
        assert answer.status != 500, answer.body
        handler = load(name)
        if isinstance(handler, Endpoint) and "httpMethod" in happening:
            assert not (found := fault(handler, happening["httpMethod"], answer.status, headers, body)), found
        return answer

    def ask(self, name: str, **parts: Any) -> Answer:
        """The HTTP answer of the function to its own method; the arguments are those of ``event``."""
        function = load(name)
        assert isinstance(function, Endpoint)
        return self.call(name, event(function.methods[0], "/", **parts))

    def request(self, method: str, path: str, *, token: str | None = None, **parts: Any) -> Answer:
        """A request as the gateway takes it: find the route, ask its authorizer, call its function.

        ``token`` becomes ``Authorization: Bearer``; the other arguments are those of ``event``.
        """
        headers = dict(parts.pop("headers", None) or {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        name, parameters = _route(method, path)
        function = load(name)
        assert isinstance(function, Endpoint)
        caller = None
        if function.security != "public":
            caller = self.authorize(function.security, headers.get("Authorization"))
            if caller is None:
                return Answer(401, {}, b"")
        return self.call(name, event(method, path, headers=headers, path_parameters=parameters, caller=caller, **parts))

    def authorize(self, security: str, header: str | None) -> Caller | None:
        """Whom the authorizer of ``security`` sees in an Authorization header; None when the gateway would deny."""
        if self.approved is None or header is None:
            return self._authorize(security, header)
        moment, caller = self.approved.get((security, header), (None, None))
        if moment is None or self.now - moment >= timedelta(seconds=CACHE_SECONDS):
            caller = self._authorize(security, header)
            self.approved[security, header] = self.now, caller
        return caller

    def _authorize(self, security: str, header: str | None) -> Caller | None:
        name, authorizer = _authorizers(handlers)[security]
        if header is None or not re.fullmatch(authorizer.pattern, header):
            self.calls = []
            return None
        arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/live/GET/users/me"
        answer = self.invoke(name, {"type": "TOKEN", "authorizationToken": header, "methodArn": arn})
        effect = answer["policyDocument"]["Statement"][0]["Effect"]
        assert (effect == "Allow") == ("context" in answer)
        return Caller(**answer["context"]) if effect == "Allow" else None

    def messages(self, queue: Resource) -> list[Message]:
        """What lies in ``queue``, in the order of its sending."""
        return [
            Message(json.loads(message.body), round(max(message.delayed_until - message.sent_timestamp, 0) / 1000))
            for message in lying_messages(queue)
        ]

    def deliver(self, queue: Resource, *, delayed: bool = False) -> int:
        """Hand what lies in ``queue`` to its consumer, none of which may fail; the answer is how many messages.

        Without ``delayed`` those that were sent with a delay stay where they are. What the consumer sends to the
        same queue is left for the next call, and so is everything when the consumer is killed.
        """
        name, consumer = _consumer_of(queue)
        taken = [message for message in lying_messages(queue) if delayed or not message.delayed_until]
        given = [message for message in taken if self._may_have(name, message)]
        for start in range(0, len(given), consumer.batch):
            batch = given[start : start + consumer.batch]
            ancestors = Counter[str]()
            for message in batch:
                ancestors |= _ancestors(message)
            _note_ancestors(Counter())
            failed = self.receive(queue, [json.loads(message.body) for message in batch])
            assert not failed, failed
            _note_ancestors(ancestors + Counter([name]))
        self.dropped += [name] * (len(taken) - len(given))
        done = {id(message) for message in taken}
        lying_messages(queue)[:] = [message for message in lying_messages(queue) if id(message) not in done]
        return len(taken)

    def _may_have(self, name: str, message: Any) -> bool:
        """Whether Lambda gives a message to a function ("Use Lambda recursive loop detection", developer guide)."""
        if _ancestors(message)[name] < RECURSIONS:
            return True
        return self.allows_loops and name in flows.looping(_consumers(handlers))

    def take(self, queue: Resource) -> list[Any]:
        """The contents of the messages that its consumer could have now, out of ``queue``."""
        taken = [message for message in lying_messages(queue) if not message.delayed_until]
        lying_messages(queue)[:] = [message for message in lying_messages(queue) if message not in taken]
        return [json.loads(message.body) for message in taken]

    def lose(self, queue: Resource) -> None:
        """Have all that lies in ``queue`` never come to its consumer."""
        lying_messages(queue).clear()

    def receive(self, queue: Resource, contents: Sequence[Any]) -> list[Any]:
        """Let the consumer of ``queue`` have messages with these contents; the answer is those that it failed at."""
        name, consumer = _consumer_of(queue)
        failed: list[Any] = []
        for start in range(0, len(contents), consumer.batch):
            batch = {f"message-{start + n}": each for n, each in enumerate(contents[start : start + consumer.batch])}
            answer = self.invoke(name, queue_event(queue, batch))
            failed += [batch[failure["itemIdentifier"]] for failure in answer["batchItemFailures"]]
        return failed

    def invalidated(self) -> list[str]:
        """The paths and tags that the CDN was told to forget."""
        return [path for each in self.cdn.invalidations for path in each.paths]

    def items(self, resource: Resource) -> list[dict[str, Any]]:
        """Everything in a table, in wire form."""
        found = items_in(resource.physical_name)
        return engines_items_in(resource.physical_name) if found is None else found

    def objects(self, resource: Resource) -> dict[str, bytes]:
        """Everything in a bucket by its key."""
        return objects_in(resource.physical_name)

    def unused(self, name: str) -> list[tuple[Grant, str]]:
        """Grants of a function, with the action, that none of its invocations here has needed."""
        used = self.used.get(name, set())
        return [
            (grant, action) for grant in load(name).grants for action in grant.actions if (grant, action) not in used
        ]


@functools.cache
def _routes() -> list[tuple[str, Sequence[str], re.Pattern[str]]]:
    """Every function with a route: its name, its methods, and its path as a regular expression."""
    return [
        (name, handler.methods, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))))
        for name, handler in handlers().items()
        if isinstance(handler, Endpoint)
        for path in [handler.path.rstrip("/") or "/"]
    ]


def _route(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The function that the gateway would choose, literal parts before parameters, and the path's parameters."""
    candidates: list[tuple[int, str, dict[str, str]]] = []
    for name, methods, pattern in _routes():
        if method in methods and (match := pattern.fullmatch(path.rstrip("/") or "/")):
            values = {key: unquote(value) for key, value in match.groupdict().items()}
            candidates.append((len(values), name, values))
    assert candidates, f"no function for {method} {path}"
    _, name, values = min(candidates, key=lambda candidate: candidate[0])
    return name, values


_recorded: list[Call] | None = None
_watched: object = None


@contextmanager
def recording() -> Generator[list[Call]]:
    """The AWS calls made inside, as a list that fills."""
    global _recorded
    outer, _recorded = _recorded, (calls := list[Call]())
    try:
        yield calls
    finally:
        _recorded = outer


@contextmanager
def unrecorded() -> Generator[None]:
    """What happens inside is not the doing of the function that is invoked."""
    global _recorded
    calls, _recorded = _recorded, None
    try:
        yield
    finally:
        _recorded = calls


def _record(params: Mapping[str, Any], model: Any, **_: Any) -> None:
    if _recorded is not None:
        _recorded.extend(_calls(model.service_model.service_name, model.name, params))


_S3_ACTIONS = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "ListObjectVersions": "ListBucketVersions"}
"""The operations of S3 that a policy knows under another name."""

_SUBJECTS = {"cloudfront": "DistributionId", "cloudfront-keyvaluestore": "KvsARN", "kms": "KeyId", "sqs": "QueueUrl"}
"""The parameter of a service's operations that names what they are about."""


def _calls(service: str, operation: str, params: Mapping[str, Any]) -> Iterator[Call]:
    """One API call as the actions that a policy must allow for it."""
    if service == "dynamodb":
        if operation.startswith("Transact"):
            for part in params["TransactItems"]:
                for kind, body in part.items():
                    yield Call(f"dynamodb:{kind}Item", body["TableName"])
        elif operation.startswith("Batch"):
            for table in params["RequestItems"]:
                yield Call(f"dynamodb:{operation}", table)
        else:
            index = f"index/{params['IndexName']}" if "IndexName" in params else ""
            yield Call(f"dynamodb:{operation}", params["TableName"], index)
    elif operation == "DeleteObjects":
        for each in params["Delete"]["Objects"]:
            yield Call("s3:DeleteObject", params["Bucket"], each["Key"])
    elif operation == "CreateBucket":  # by way of which the SDK signs a form; it does not say for which key
        yield Call("s3:PutObject", params["Bucket"], POSTED)
    elif operation == "CopyObject":
        source, _, version = params["CopySource"].partition("?versionId=")
        bucket, _, key = unquote(source).partition("/")
        yield Call("s3:GetObjectVersion" if version else "s3:GetObject", bucket, key)
        yield Call("s3:PutObject", params["Bucket"], params["Key"])
    elif service == "s3":
        action = _S3_ACTIONS.get(operation, operation)
        version = "Version" if "VersionId" in params else ""
        yield Call(f"s3:{action}{version}", params["Bucket"], params.get("Key", ""))
    else:
        yield Call(f"{service}:{operation.removesuffix('Batch')}", params.get(_SUBJECTS.get(service, ""), ""))


def _allows(grant: Grant, call: Call) -> bool:
    if call.action not in grant.actions or call.resource not in grant.resource.physical_name.split(","):
        return False
    return fnmatchcase(call.path, grant.path or "*") if grant.resource.kind == "bucket" else call.path == grant.path


def _note(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["token"] = params["ClientRequestToken"]


def _repeat(request: Any, **_: Any) -> AWSResponse | None:
    """What DynamoDB does and moto does not: a transaction with the token of one that succeeded is not done again."""
    if json.loads(request.body)["ClientRequestToken"] in at_once.done_transactions:
        return AWSResponse(request.url, 200, dict[str, str](), MockRawResponse(b"{}"))
    return None


def _remember(parsed_response: Mapping[str, Any] | None, context: Mapping[str, Any], **_: Any) -> None:
    if parsed_response is not None and "Error" not in parsed_response:
        at_once.done_transactions.add(context["token"])


def _watch() -> None:
    """Hang the recorder into the session once; a session that another test has made is taken down first."""
    global _watched
    if _watched is None or sdk.session() is not _watched:
        sdk.client_of.cache_clear()
        sdk.session.cache_clear()
        _watched = sdk.session()
        sdk.session().register("before-parameter-build", _record)
        sdk.session().get_component("event_emitter").register_last("before-call", at_once.answer)
        sdk.session().register("before-parameter-build.dynamodb.TransactWriteItems", _note)
        sdk.session().get_component("event_emitter").register_first("before-send.dynamodb.TransactWriteItems", _repeat)
        sdk.session().register("response-received.dynamodb.TransactWriteItems", _remember)
        sdk.session().get_component("event_emitter").register_first("before-send", _answer_for_cloudfront)


_cdn: CloudFront | None = None
"""What answers CloudFront's requests, which moto does not know all of."""


def _answer_for_cloudfront(**request: Any) -> AWSResponse | None:
    return _cdn.answer(**request) if _cdn else None


@contextmanager
def _answering(cdn: CloudFront) -> Generator[None]:
    global _cdn
    _cdn = cdn
    yield
    _cdn = None


_moto_s3_event: Any = notifications._get_s3_event  # pyright: ignore[reportPrivateUsage]


def _s3_event(event_name: str, bucket: Any, key: Any, notification_id: str) -> Any:
    """As moto's own; it says too which version of an object has come, where its bucket keeps versions."""
    told = _moto_s3_event(event_name, bucket, key, notification_id)
    if bucket.is_versioned:
        told["Records"][0]["s3"]["object"]["versionId"] = key.version_id
    return told


def configure(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Set ``values`` in this deployment's settings."""
    monkeypatch.setenv("SETTINGS", json.dumps(values))
    settings.cache_clear()


def has_default_settings() -> bool:
    """Whether this deployment's settings are those of a fresh world."""
    return os.environ["SETTINGS"] == "{}"


def create_key() -> str:
    """A new signing key of the kind the stack makes; its ARN."""
    answer = aws.call("kms", "create_key", KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return answer["KeyMetadata"]["Arn"]


def create_table(table: Resource) -> None:
    """One of the product's tables, with its indexes as the stack makes them."""

    def keys(partition: str, sort: str) -> list[dict[str, str]]:
        return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]

    def projection(index: Index) -> dict[str, Any]:
        if index.includes:
            return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.includes)}
        return {"ProjectionType": "KEYS_ONLY"}

    indexes = INDEXES.get(table, ())
    attributes = {"pk", "sk", *(name for index in indexes for name in (index.partition, index.sort))}
    secondary = [
        {"IndexName": index.name, "KeySchema": keys(index.partition, index.sort), "Projection": projection(index)}
        for index in indexes
    ]
    aws.call(
        "dynamodb",
        "create_table",
        TableName=table.physical_name,
        KeySchema=keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in sorted(attributes)],
        BillingMode="PAY_PER_REQUEST",
        **({"GlobalSecondaryIndexes": secondary} if secondary else {}),
    )


def _keep_versions(bucket: Resource) -> None:
    aws.call(
        "s3",
        "put_bucket_versioning",
        Bucket=bucket.physical_name,
        VersioningConfiguration={"Status": "Enabled"},
    )


def _announce(bucket: Resource, prefixes: Sequence[str], queue: Resource) -> None:
    """Let a bucket tell a queue of new objects under prefixes; what it says first, to try, is not kept."""
    told = [
        {
            "QueueArn": _queue_arn(queue),
            "Events": ["s3:ObjectCreated:*"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}},
        }
        for prefix in prefixes
    ]
    aws.call(
        "s3",
        "put_bucket_notification_configuration",
        Bucket=bucket.physical_name,
        NotificationConfiguration={"QueueConfigurations": told},
    )
    lying_messages(queue).clear()


def _create_distribution() -> str:
    """A distribution, only to have an id; the answer is that."""
    ports = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    origin = {"Id": "api", "DomainName": "api.example.com", "CustomOriginConfig": ports}
    answer = aws.call(
        "cloudfront",
        "create_distribution",
        DistributionConfig={
            "CallerReference": "once",
            "Comment": "",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only"},
        },
    )
    return answer["Distribution"]["Id"]


@functools.cache
def _cheap_hasher() -> PasswordHasher:
    """Hash passwords in no time: with the product's own costs half of many tests would be hashing."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make tables, buckets, the distribution and the signing key."""
    restore, distribution, key = _created()
    restore()
    there: Any = kms_backends[ACCOUNT][REGION]
    there.keys[key.id] = key
    signing._public_key.cache_clear()  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setenv(CDN.variable, distribution)
    monkeypatch.setenv(SIGNING.variable, key.arn)


@functools.cache
def _created() -> tuple[Callable[[], None], str, Any]:
    """Make them by the API, once in a process, and keep them: each world gets a copy, and the same key."""
    for table in TABLES:
        create_table(table)
    for bucket in BUCKETS:
        aws.call("s3", "create_bucket", Bucket=bucket.physical_name)
    _keep_versions(INCOMING)
    for each in flows.ANNOUNCEMENTS:
        _announce(each.bucket, each.prefixes, each.queue)
    distribution = _create_distribution()
    signing_key = kms_backends[ACCOUNT][REGION].keys[create_key().rpartition("/")[2]]
    return kept(), distribution, signing_key


@contextmanager
def new_world(monkeypatch: pytest.MonkeyPatch) -> Generator[World]:
    """A fresh product: everything that ``stores.resources`` lists, default settings, the clock at NOON."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv(origin.VARIABLE, "the-value-that-only-the-CDN-shows")
    monkeypatch.setattr(passwords, "hasher", _cheap_hasher)
    monkeypatch.setattr(passwords, "_DUMMY", _cheap_hasher().hash("a password that nobody has"))
    quicken(monkeypatch)
    monkeypatch.setattr(BaseClient, "_make_api_call", at_once.call)
    monkeypatch.setattr(notifications, "_get_s3_event", _s3_event)
    configure(monkeypatch)
    with mock_aws():
        _watch()
        for resource in (*TABLES, *BUCKETS):
            monkeypatch.setenv(resource.variable, f"constellation-{resource.name}")
        for queue in QUEUES:
            monkeypatch.setenv(queue.variable, create_queue(f"constellation-{queue.name}"))
        _set_up(monkeypatch)
        monkeypatch.setenv(HIDDEN.variable, KVS_ARN)
        made = World()
        made.cdn.clock = lambda: made.now
        with _answering(made.cdn):
            yield made
    settings.cache_clear()

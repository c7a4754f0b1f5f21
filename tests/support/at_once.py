"""DynamoDB, KMS, SQS, and most of S3, answered at once.

botocore would make a request of each call, sign it, send it, and read the answer. Here a call goes only as far as the
event ``before-call``, where most hooks of tests are; except for S3, its endpoint is not worked out either. Hooks that
refuse a request, or lose its answer, need botocore's own way, and ask for it.
"""

import io
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

from botocore.awsrequest import HeadersDict
from botocore.client import BaseClient
from botocore.parsers import JSONParser, RestXMLParser
from botocore.response import StreamingBody

from infra.local import fast_json
from tests.support.moto import HANDLERS, answer_of, answer_of_s3

Answer = Callable[[str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]]
"""Answers an operation, by the headers and the body of its request, with a status, headers and a body."""

_OF_ITEMS = frozenset(
    (
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchGetItem", "BatchWriteItem", "TransactWriteItems"),
    )
)
"""The operations whose answers are JSON as botocore gives it, but for bytes."""

done_transactions: set[str] = set()
"""The tokens of transactions that succeeded: DynamoDB does not do them again, and moto does not know that."""

_parser: Any = JSONParser()
_s3_parser: Any = RestXMLParser()


class _Status(NamedTuple):
    """All that botocore looks at of an HTTP answer that is parsed already."""

    status_code: int


def _ask_moto(operation: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
    token = json.loads(body)["ClientRequestToken"] if operation == "TransactWriteItems" else None
    if token in done_transactions:
        return 200, {}, b"{}"
    status, answered, said = answer_of("dynamodb", headers, body.decode())
    if token and status == 200:
        done_transactions.add(token)
    return status, answered, said.encode() if isinstance(said, str) else said


_asked: list[Answer | None] = [_ask_moto]


@contextmanager
def answering(answer: Answer | None) -> Generator[None]:
    """Have calls of DynamoDB answered by something else than moto; None: all calls by way of requests."""
    _asked.append(answer)
    try:
        yield
    finally:
        _asked.pop()


_call_by_request: Any = cast(Any, BaseClient)._make_api_call


def call(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
    """Call a service whose requests are JSON, as botocore does, but prepare only what ``before-call`` needs."""
    service = client.meta.service_model
    if _asked[-1] is None or service.service_name not in HANDLERS:
        return _call_by_request(client, operation, parameters)
    model, context = service.operation_model(operation), dict[str, Any]()
    given = client._emit_api_params(api_params=parameters, operation_model=model, context=context)
    asked, name = client._serializer.serialize_to_request(given, model), f"{service.service_id.hyphenize()}.{operation}"
    _, answered = client.meta.events.emit_until_response(
        f"before-call.{name}", model=model, params=asked, request_signer=client._request_signer, context=context
    )
    if answered is None:  # a client without the hook ``answer``
        return _call_by_request(client, operation, parameters)
    status, parsed = answered
    client.meta.events.emit(f"after-call.{name}", http_response=status, parsed=parsed, model=model, context=context)
    if status.status_code >= 300:
        raise client.exceptions.from_code(parsed.get("Error", {}).get("Code"))(parsed, operation)
    return parsed


def answer(model: Any, params: Mapping[str, Any], context: Mapping[str, Any], **_: Any) -> Any:
    """Hook of ``before-call``: return the answer to a call, or None where it goes by way of a request."""
    ask, service = _asked[-1], model.service_model.service_name
    if ask is None:
        return None
    if service == "s3":
        return _answer_of_s3(model, params, context)
    if service not in HANDLERS:
        return None
    headers = {name.lower(): value for name, value in params["headers"].items()}
    if service == "dynamodb":
        status, answered, body = ask(model.name, headers, params["body"])
    else:
        status, answered, said = answer_of(service, headers, params["body"].decode())
        body = said.encode()
    if status == 200 and model.name in _OF_ITEMS and b'"B":' not in body and b'"BS":' not in body:
        parsed = fast_json.loads(body)
    else:
        told = {"status_code": status, "headers": answered, "body": body}
        parsed = _parser.parse(told, model.output_shape)
        if error := model.service_model.shape_for_error_code(parsed.get("Error", {}).get("Code")):
            parsed.update(_parser.parse(told, error))
    parsed["ResponseMetadata"] = {"HTTPStatusCode": status}
    return _Status(status), parsed


def _answer_of_s3(model: Any, params: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
    bucket, key = context["s3_redirect"]["bucket"], unquote(params["url_path"].removeprefix("/"))
    headers = HeadersDict(params["headers"])
    found = answer_of_s3(model.name, bucket, key, params["query_string"], headers, params["body"])
    if found is None:
        return None
    status, answered, said = found
    content = said.encode() if isinstance(said, str) else said
    is_stream = model.has_streaming_output and status < 300
    body = StreamingBody(io.BytesIO(content), len(content)) if is_stream else content
    told = {"status_code": status, "headers": HeadersDict(answered), "body": body}
    parsed = _s3_parser.parse(told, model.output_shape)
    parsed["ResponseMetadata"] = {"HTTPStatusCode": status}
    return _Status(status), parsed

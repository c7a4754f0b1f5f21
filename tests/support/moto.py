"""moto without what no test needs of it: hundreds of services, copies, counts; and its state, kept and put back."""

import copy
import pickle
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore import serialize, utils
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.parsers import BaseJSONParser
from botocore.regions import EndpointRulesetResolver
from botocore.useragent import UserAgentString
from botocore.validate import ParamValidator
from moto import backend_index
from moto.cloudfront.models import cloudfront_backends
from moto.core import parse, responses
from moto.core import serialize as moto_serialize
from moto.core.base_backend import BaseBackend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.serialize import JSONSerializer
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.responses import DynamoHandler
from moto.kms.responses import KmsResponse
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeKey, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.sqs import models as sqs
from moto.sqs.models import Queue, sqs_backends
from moto.sqs.responses import SQSResponse

from infra.local import fast_json

ACCOUNT = "123456789012"
REGION = "us-east-1"

SERVICES = ("cloudfront", "dynamodb", "kms", "s3", "sqs")
"""What the product calls."""


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out of moto what costs a test much and gives it nothing."""
    monkeypatch.setattr(backend_index, "backend_url_patterns", _patterns())
    monkeypatch.setattr(BaseBackend, "urls", property(_urls))
    monkeypatch.setattr(UserAgentString, "to_string", _user_agent)
    for module, name in _PURE:
        monkeypatch.setattr(module, name, _cached(getattr(module, name)))
    for name, quick in _OF_TEXTS.items():
        monkeypatch.setattr(DynamoType, name, quick)
    monkeypatch.setattr(Table, "all_items", _all_items)
    monkeypatch.setattr(Table, "query", _query)
    monkeypatch.setattr(Table, "__deepcopy__", _copied, raising=False)
    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", _transact)
    monkeypatch.setattr(Item, "__deepcopy__", _itself)
    monkeypatch.setattr(Item, "project", _project)
    monkeypatch.setattr(DynamoDBBackend, "update_item", _update_a_copy)
    monkeypatch.setattr(UpdateExpressionParser, "make", _parsed)
    monkeypatch.setattr(Node, "__deepcopy__", _copied_node, raising=False)
    monkeypatch.setattr(DepthFirstTraverser, "nodes_to_be_processed", _kinds_of_nodes)
    monkeypatch.setattr(DepthFirstTraverser, "traverse_node_recursively", _traverse)
    monkeypatch.setattr(JSONSerializer, "_serialize_result", _serialize)
    for module in (serialize, parse, moto_serialize):
        monkeypatch.setattr(module, "json", fast_json)
    monkeypatch.setattr(ParamValidator, "_validate", _validate)
    monkeypatch.setattr(ParamValidator, "_validate_map", _validate_map)
    monkeypatch.setattr(serialize.JSONSerializer, "_serialize", _write)
    monkeypatch.setattr(BaseJSONParser, "_handle_structure", _read_by_botocore)
    monkeypatch.setattr(parse.BaseJSONParser, "_parse_structure", _read_by_moto)
    monkeypatch.setattr(ConditionExpressionParser, "_lex_condition_expression", _lexed)
    monkeypatch.setattr(responses, "gen_amzn_requestid_long", _name_request)
    monkeypatch.setattr(EndpointRulesetResolver, "construct_endpoint", _endpoint)
    monkeypatch.setattr(SigV4Auth, "add_auth", _sign)
    monkeypatch.setattr(BotocoreStubber, "process_request", _answer)
    for counted in _COUNTS:
        monkeypatch.setattr(Queue, counted, property(_uncounted))
    monkeypatch.setattr(FakeKey, "__deepcopy__", _itself, raising=False)
    monkeypatch.setattr(S3Backend, "list_object_versions", _list_versions)


def kept() -> Callable[[], None]:
    """Return what brings the tables, buckets and distributions of now into a moto that was reset."""
    states: list[dict[str, Any]] = copy.deepcopy([vars(backend) for backend in _backends()])

    def restore() -> None:
        for backend, state in zip(_backends(), copy.deepcopy(states), strict=True):
            backend.__dict__.update(state)

    return restore


def create_queue(name: str) -> str:
    """Make a queue without a request, and return its URL; a queue holds a lock, which cannot be copied."""
    cast(Any, sqs_backends)[ACCOUNT][REGION].create_queue(name)
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def items_in(table: str) -> list[dict[str, Any]] | None:
    """Return everything in a table, as a scan does and in one page; None if moto does not have the table."""
    tables: Mapping[str, Any] = cast(Any, dynamodb_backends)[ACCOUNT][REGION].tables
    if table not in tables:
        return None
    items = tables[table].all_items()
    return [{name: attribute.to_regular_json() for name, attribute in item.attrs.items()} for item in items]


def objects_in(bucket: str) -> dict[str, bytes]:
    """Return the current objects of a bucket by their keys, in the order of a list."""
    keys: Mapping[str, Any] = cast(Any, s3_backends)[ACCOUNT]["aws"].buckets[bucket].keys
    return {key: found.value for key, found in sorted(keys.items()) if isinstance(found, FakeKey)}


def _backends() -> Iterator[Any]:
    yield dynamodb_backends[ACCOUNT][REGION]
    yield s3_backends[ACCOUNT]["aws"]
    yield cloudfront_backends[ACCOUNT]["aws"]


@cache
def _patterns() -> list[Any]:
    """Return the addresses of the product's services; moto compares each request with those of all services."""
    return [each for each in backend_index.backend_url_patterns if each[0] in SERVICES]


_urls_of: Any = cast(Any, BaseBackend).urls.fget


def _user_agent(_: Any) -> str:
    """Who asks, which botocore describes anew at each request, with all that it runs on."""
    return "tests"


_PURE = (
    (responses, "method_names_from_class"),
    (responses, "camelcase_to_underscores"),
    (sqs, "camelcase_to_underscores"),
    (utils, "_parse_timestamp_with_tzinfo"),
)
"""What moto and botocore work out anew at each request, from classes, names and times that are always the same."""

_cached = cache(cache)
"""Give a function its cache, the same one for every world."""

_known_urls: dict[str, Any] = {}


def _urls(backend: Any) -> Any:
    """Return what moto puts together anew at each request: the addresses of a service and who answers there."""
    module: str = type(backend).__module__
    if module not in _known_urls:
        _known_urls[module] = _urls_of(backend)
    return _known_urls[module]


def _all_items(table: Any) -> list[Any]:
    """What moto's own gives: every item, in the order of its keys, which are texts; a hundred times as fast."""
    items = [item for partition in table.items.values() for item in partition.values()]
    return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))


_hash: Any = DynamoType.__hash__
_cast: Any = cast(Any, DynamoType).cast_value.fget


def _value_of(attribute: Any) -> Any:
    return attribute.value if attribute.type == "S" else _cast(attribute)


def _hashed(attribute: Any) -> int:
    return hash(attribute.value) if attribute.type == "S" else _hash(attribute)


def _equal(one: Any, other: Any) -> bool:
    return one.type == other.type and _value_of(one) == _value_of(other)


def _unequal(one: Any, other: Any) -> bool:
    return not _equal(one, other)


_OF_TEXTS: Mapping[str, Any] = {
    "cast_value": property(_value_of),
    "__hash__": _hashed,
    "__eq__": _equal,
    "__ne__": _unequal,
}
"""What moto does with an attribute by asking for each of its possible types; nearly all are texts."""

_NOTHING = DynamoType({"NULL": True})

_moto_query: Any = Table.query


def _query(table: Any, hash_key: Any, *others: Any, **more: Any) -> Any:
    """As moto's own, which compares the key with every item; here it sees those alone that have the key."""
    narrowed = copy.copy(table)
    *_, index, _, _ = others
    if index:
        keys: list[tuple[str, Any]] = more["hash_key_conditions"]
        items = (item for partition in table.items.values() for item in partition.values())
        found = [item for item in items if all(item.attrs.get(name, _NOTHING) == value for name, value in keys)]
        narrowed.items = {hash_key: dict(enumerate(found))}
    else:
        narrowed.items = {hash_key: table.items.get(hash_key, {})}
    return _moto_query(narrowed, hash_key, *others, **more)


_transaction: set[Any] | None = None
_kept_tables: dict[int, Any] = {}


def _copied(table: Any, _: Any) -> Any:
    """What moto copies before each transaction, to bring it back: of items only where they lie, as none is changed.

    Within a transaction only the partitions of its items are copied, and once.
    """
    if _transaction is None:
        made = copy.copy(table)
        made.items = defaultdict(dict, {key: dict(items) for key, items in table.items.items()})
        return made
    if id(table) not in _kept_tables:
        made = _kept_tables[id(table)] = copy.copy(table)
        made.items = table.items.copy()
        made.items.update({key: dict(table.items[key]) for key in _transaction & table.items.keys()})
    return _kept_tables[id(table)]


_transact_anything: Any = DynamoDBBackend.transact_write_items


def _transact(backend: Any, items: Sequence[Mapping[str, Any]]) -> None:
    """As moto's own, with the keys of the partitions that it may change."""
    global _transaction
    keys = [part.get("Key") or part["Item"] for item in items for part in item.values()]
    _transaction = {DynamoType(key["pk"]) for key in keys}
    try:
        _transact_anything(backend, items)
    finally:
        _transaction = None
        _kept_tables.clear()


_update_item: Any = DynamoDBBackend.update_item
_copy_of_item: Any = Item.__deepcopy__


def _update_a_copy(backend: Any, table_name: str, key: Mapping[str, Any], *others: Any, **more: Any) -> Any:
    """As moto's own; but a copy takes the item's place and is changed, so that nothing else needs to copy items."""
    items = backend.tables[table_name].items[DynamoType(key["pk"])]
    place = DynamoType(key["sk"])
    if place in items:
        items[place] = _copy_of_item(items[place], {})
    return _update_item(backend, table_name, key, *others, **more)


_nodes: Any = DepthFirstTraverser.nodes_to_be_processed
_kinds: dict[type[Any], Any] = {}


def _kinds_of_nodes(traverser: Any) -> Any:
    """What moto says is cached, and works out anew at each part of an expression."""
    kind: Any = traverser.__class__
    if kind not in _kinds:
        _kinds[kind] = _nodes(traverser)
    return _kinds[kind]


_is_kind: Any = cache(issubclass)


def _traverse(traverser: Any, node: Any, place: int = -1) -> Any:
    """As moto's own, which asks its kinds one by one whether a node is of them."""
    if not _is_kind(node.__class__, Node):
        return node
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, number)
        _traverse(traverser, child, number)
    if _is_kind(node.__class__, traverser.nodes_to_be_processed()):
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[place] = node
    return node


_parse_update: Any = cast(Any, UpdateExpressionParser).make
_parsed_updates: dict[str, Any] = {}


def _parsed(text: str) -> Any:
    """What moto parses anew at each request, twice: an update. Who changes what is parsed copies it first."""
    if text not in _parsed_updates:
        made = _parse_update(text)
        made.kept = pickle.dumps(made)
        _parsed_updates[text] = made
    return _parsed_updates[text]


def _copied_node(node: Any, _: Any) -> Any:
    return pickle.loads(node.kept)


_project_anything: Any = Item.project


def _project(item: Any, paths: Sequence[Sequence[str]]) -> Any:
    """As moto's own, which for each attribute converts all others; here the attributes stay as they are."""
    if any(len(path) > 1 or "[" in path[0] for path in paths):
        return _project_anything(item, paths)
    made: Any = Item(item.hash_key, item.range_key, {})
    made.attrs.update({name: item.attrs[name] for (name,) in paths if name in item.attrs})
    return made


_lex: Any = ConditionExpressionParser._lex_condition_expression  # pyright: ignore[reportPrivateUsage]
_tokens: dict[str, tuple[Any, ...]] = {}


def _lexed(parser: Any) -> deque[Any]:
    """What moto works out anew for each item: the tokens of a condition."""
    text: str = parser.condition_expression
    if text not in _tokens:
        _tokens[text] = tuple(_lex(parser))
    return deque(_tokens[text])


def _name_request(headers: dict[str, Any] | None = None) -> str:
    """What moto puts together of random letters, and nobody looks at."""
    if headers is not None:
        headers["x-amzn-requestid"] = "request"
    return "request"


_construct: Any = cast(Any, EndpointRulesetResolver).construct_endpoint


def _endpoint(resolver: Any, operation_model: Any, call_args: Any, request_context: Any) -> Any:
    """What botocore works out from rules at each request; the endpoint of a service or a bucket is always the same.

    CloudFront's KeyValueStore is left to botocore: its endpoint depends on the store.
    """
    if "KvsARN" in call_args:
        return _construct(resolver, operation_model, call_args, request_context)
    known: dict[tuple[str, str], Any] = resolver.__dict__.setdefault("known", {})
    wanted = operation_model.name, call_args.get("Bucket", "")
    if wanted not in known:
        known[wanted] = _construct(resolver, operation_model, call_args, request_context)
    return known[wanted]


_add_auth: Any = cast(Any, SigV4Auth).add_auth


def _sign(signer: Any, request: Any) -> None:
    """Sign a request as far as moto looks; it takes any signature."""
    if signer.__class__ not in (SigV4Auth, S3SigV4Auth):
        _add_auth(signer, request)
        return
    if signer.__class__ is S3SigV4Auth:
        request.headers["X-Amz-Content-SHA256"] = signer.payload(request)  # says how the body is encoded
    scope = f"{signer.credentials.access_key}/20250711/{signer._region_name}/{signer._service_name}/aws4_request"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


_answer_by_http: Any = BotocoreStubber.process_request


def _answer(stubber: Any, request: Any) -> Any:
    """Answer a request as moto does; one to DynamoDB without the HTTP request that moto makes of it anew."""
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    if not headers.get("x-amz-target", "").startswith("DynamoDB_20120810."):
        return _answer_by_http(stubber, request)
    return answer_of("dynamodb", headers, _text(request.body))


HANDLERS = {"dynamodb": DynamoHandler, "kms": KmsResponse, "sqs": SQSResponse}
"""moto's handlers of the services whose requests are JSON, and nothing else."""


def answer_of(service: str, headers: Mapping[str, str], body: str) -> Any:
    """Return moto's answer, as status, headers and body, to a request whose headers have lower-case names."""
    media_type = headers.get("content-type", "")
    asked: Any = SimpleNamespace(
        method="POST", path="/", data=body, values={}, headers=headers, content_type=media_type
    )
    handler: Any = HANDLERS[service]()
    handler.body, handler.headers, handler.response_headers = body, headers, {}
    handler.normalized_request, handler.querystring, handler.uri_match = asked, {}, {}
    handler.region, handler.partition, handler.current_account = REGION, "aws", ACCOUNT
    handler.access_key = ""
    handler.parse_parameters(asked)
    return handler.call_action()


def _head(asked: Any) -> Any:
    return asked.head_object(asked.bucket_name, asked.querystring, asked.parse_key_name(), asked.headers)


def _delete_all(asked: Any) -> Any:
    return asked._bucket_response_delete_keys(asked.bucket_name)


_OF_S3: Mapping[str, Any] = {
    "GetObject": S3Response.get_object,
    "HeadObject": _head,
    "PutObject": S3Response.put_object,
    "DeleteObject": S3Response.delete_object,
    "DeleteObjects": _delete_all,
    "ListObjectsV2": S3Response.list_objects_v2,
    "ListObjectVersions": S3Response.list_object_versions,
}
"""What moto does for the operations that are answered without a request."""


def answer_of_s3(
    operation: str, bucket: str, key: str, query: Mapping[str, Any], headers: Mapping[str, str], body: Any
) -> tuple[int, Mapping[str, str], str | bytes] | None:
    """Return moto's answer to a call, as status, headers and body; None if it needs a request."""
    if operation not in _OF_S3:
        return None
    handler: Any = S3Response()
    handler.region, handler.current_account = REGION, ACCOUNT
    handler.bucket_name, handler.parse_key_name = bucket, lambda: key
    handler.request, handler.uri, handler.uri_match = SimpleNamespace(args=query), "", None
    handler.data, handler.response_headers, handler._get_action = {}, {}, lambda: operation
    handler.headers, handler.querystring = headers, {name: [value] for name, value in query.items()}
    handler.body = handler.raw_body = body.read() if hasattr(body, "read") else body
    try:
        status, answered, content = _OF_S3[operation](handler)
        if "range" in headers:
            return handler._handle_range_header(SimpleNamespace(method="GET", headers=headers), answered, content)
    except S3ClientError as fault:
        return handler.serialized(responses.ActionResult(fault))
    return status, answered, content


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _itself(thing: Any, _: Any) -> Any:
    """What moto copies of items that it finds, and of every object in a bucket, to list some of its versions."""
    return thing


_list_versions_anywhere: Any = S3Backend.list_object_versions


def _list_versions(backend: Any, bucket_name: str, **more: Any) -> Any:
    """As moto's own, which looks at every object of the bucket; here it sees those alone that have the prefix."""
    narrowed = copy.copy(backend.get_bucket(bucket_name))
    found = [key for key in list(narrowed.keys) if key.startswith(more["prefix"] or "")]
    narrowed.keys = type(narrowed.keys)((key, narrowed.keys.getlist(key)) for key in found)

    def get_bucket(_: str) -> Any:
        return narrowed

    return _list_versions_anywhere(SimpleNamespace(get_bucket=get_bucket), bucket_name, **more)


def _uncounted(_: Any) -> int:
    """What moto counts anew, message by message, at each that is sent; nobody asks for it."""
    return 0


_COUNTS = (
    "approximate_number_of_messages",
    "approximate_number_of_messages_delayed",
    "approximate_number_of_messages_not_visible",
)

_OF_ITEMS = frozenset(
    ("GetItem", "PutItem", "UpdateItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "TransactWriteItems")
)
"""The operations whose results moto has as they are in JSON, but for bytes."""

_serialize_anything: Any = cast(Any, JSONSerializer)._serialize_result


def _serialize(self: Any, answer: Any, result: Any) -> Any:
    """As moto's own, which picks and copies each member of a result."""
    if self.operation_name in _OF_ITEMS:
        with suppress(TypeError):  # bytes
            return self._serialized_result_to_response(answer, result, self.operation_model.output_shape, result)
    return _serialize_anything(self, answer, result)


_TYPES: Mapping[str, type] = {"S": str, "N": str, "BOOL": bool, "NULL": bool}
"""The Python types of what an attribute can be, but for bytes, sets, lists and maps."""

_validate_anything: Any = cast(Any, ParamValidator)._validate


def _validate(self: Any, value: Any, shape: Any, errors: Any, name: str) -> None:
    """As botocore's own, which validates an attribute as a structure of ten members."""
    if not _is_simple(value, shape):
        _validate_anything(self, value, shape, errors, name)


_validate_any_map: Any = cast(Any, ParamValidator)._validate_map


def _validate_map(self: Any, value: Any, shape: Any, errors: Any, name: str) -> None:
    """As botocore's own, which validates each attribute and its name; here those alone that may be wrong."""
    if value.__class__ is dict and shape.value.name == "AttributeValue":
        value = {key: one for key, one in value.items() if key.__class__ is not str or not _is_simple(one, shape.value)}
    _validate_any_map(self, value, shape, errors, name)


_write_anything: Any = cast(Any, serialize.JSONSerializer)._serialize


def _write(self: Any, written: Any, value: Any, shape: Any, key: Any = None) -> None:
    """As botocore's own, which copies an attribute member by member."""
    if key is not None and _is_simple(value, shape):
        written[key] = value
    else:
        _write_anything(self, written, value, shape, key)


def _is_simple(value: Any, shape: Any) -> bool:
    """Whether a value is an attribute of one of the ``_TYPES``, and right."""
    if shape.name != "AttributeValue" or value.__class__ is not dict or len(value) != 1:
        return False
    ((kind, inner),) = value.items()
    return inner.__class__ is _TYPES.get(kind)


_PLAIN = frozenset(("S", "N", "BOOL", "NULL", "SS", "NS"))
"""The types of attributes whose values are in JSON what they are in Python."""

_read_structure: Any = cast(Any, BaseJSONParser)._handle_structure


def _read_by_botocore(self: Any, shape: Any, value: Any) -> Any:
    """As botocore's own; but of an attribute's ten possible types only that one is looked for which it has."""
    if shape.name == "AttributeValue" and value:
        return (
            value
            if value.keys() <= _PLAIN
            else {name: self._parse_shape(shape.members[name], inner) for name, inner in value.items()}
        )
    return _read_structure(self, shape, value)


_read_request: Any = cast(Any, parse.BaseJSONParser)._parse_structure


def _read_by_moto(self: Any, shape: Any, value: Any) -> Any:
    """As moto's own, with an attribute's type alone, as in ``_read_by_botocore``."""
    if shape.name == "AttributeValue" and value:
        return (
            value
            if value.keys() <= _PLAIN
            else self.MAP_TYPE((name, self._parse_shape(shape.members[name], inner)) for name, inner in value.items())
        )
    return _read_request(self, shape, value)

"""What is read out of moto without a request, and what is quickened in it: the same as moto's own."""

import base64
import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from moto.dynamodb.models.dynamo_type import DynamoType

from constellation.aws import client as aws
from constellation.aws.resources import IMAGES, INCOMING, PUBLIC_CREATED, RENDITIONS
from constellation.aws.sdk import client_of
from constellation.aws.table import transact
from tests.support.at_once import answering
from tests.support.engine import engine
from tests.support.world import World

EVERY_TYPE: dict[str, Any] = {
    "text": {"S": "é"},
    "number": {"N": "1.50"},
    "bytes": {"B": b"\x00\xff"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "set of bytes": {"BS": [b"\x01", b"\x02"]},
    "map": {"M": {"list": {"L": [{"N": "1"}, {"B": b"\x01"}, {"M": {}}]}}},
}


def _put(partition: str, sort: str, **attributes: Any) -> None:
    item = {"pk": {"S": partition}, "sk": {"S": sort}, **attributes}
    aws.call("dynamodb", "put_item", TableName=IMAGES.physical_name, Item=item)


def _scanned() -> list[dict[str, Any]]:
    return aws.call("dynamodb", "scan", TableName=IMAGES.physical_name)["Items"]


def test_items_are_those_of_a_scan(world: World) -> None:
    assert world.items(IMAGES) == _scanned() == []
    _put("b", "1", **EVERY_TYPE)
    for place in (("b", "0"), ("a", "2")):
        _put(*place)
    assert world.items(IMAGES) == _scanned()
    assert [item["sk"]["S"] for item in world.items(IMAGES)] == ["2", "0", "1"]


def test_items_are_the_engines_where_it_stands_for_moto(world: World) -> None:
    _put("moto", "1")
    with engine():
        for place in (("engine", "1"), ("b", "2"), ("b", "1")):
            _put(*place, **EVERY_TYPE)
        found = world.items(IMAGES)
        assert sorted(found, key=str) == sorted(_scanned(), key=str)
        assert [(item["pk"]["S"], item["sk"]["S"]) for item in found] == [("b", "1"), ("b", "2"), ("engine", "1")]
    assert [item["pk"]["S"] for item in world.items(IMAGES)] == ["moto"]


def test_objects_are_those_of_a_list(world: World) -> None:
    for bucket in (RENDITIONS, INCOMING):  # the second one keeps versions
        name = bucket.physical_name
        for key, body in (("b", b"1"), ("a/c", b"2"), ("b", b"3"), ("gone", b"4")):
            aws.call("s3", "put_object", Bucket=name, Key=key, Body=body)
        aws.call("s3", "delete_object", Bucket=name, Key="gone")
        listed = [found["Key"] for found in aws.call("s3", "list_objects_v2", Bucket=name)["Contents"]]
        assert list(world.objects(bucket).items()) == [("a/c", b"2"), ("b", b"3")]
        assert list(world.objects(bucket)) == listed


def _stored(bucket: str, key: str, **asked: Any) -> dict[str, Any]:
    """An object as it is answered, without what only a request has."""
    answer = aws.call("s3", "get_object", Bucket=bucket, Key=key, **asked)
    body = answer.pop("Body")
    del answer["ResponseMetadata"]
    return answer | {"bytes": body.read()}


@pytest.mark.usefixtures("world")
def test_objects_are_stored_read_and_deleted_as_by_requests() -> None:
    described: dict[str, Any] = {
        "ContentType": "image/gif",
        "CacheControl": "max-age=60",
        "Metadata": {"from": "here"},
        "ChecksumSHA256": base64.b64encode(hashlib.sha256(b"pixels").digest()).decode(),
    }
    for bucket in (RENDITIONS.physical_name, INCOMING.physical_name):
        for key, way in (("at once/ä +%.gif", contextlib.nullcontext()), ("by request/ä +%.gif", answering(None))):
            with way:
                aws.call("s3", "put_object", Bucket=bucket, Key=key, Body=b"pixels", **described)
                found = [_stored(bucket, key), _stored(bucket, key, Range="bytes=2-3")]
            with answering(None):
                asked = [_stored(bucket, key), _stored(bucket, key, Range="bytes=2-3")]
            assert found == asked
            assert [each["bytes"] for each in found] == [b"pixels", b"xe"]
            assert found[0]["ContentType"] == "image/gif"
            assert found[0]["Metadata"] == {"from": "here"}
            with pytest.raises(aws.Missing):
                _stored(bucket, key, Range="bytes=6-7")
            aws.call("s3", "delete_object", Bucket=bucket, Key=key)
            with pytest.raises(aws.Missing):
                _stored(bucket, key)
    (kept, other) = aws.call("s3", "list_object_versions", Bucket=bucket, Prefix="")["Versions"]
    for each in (kept, other):
        version = {"VersionId": each["VersionId"]}
        assert _stored(bucket, each["Key"], **version)["bytes"] == b"pixels"
        aws.call("s3", "delete_object", Bucket=bucket, Key=each["Key"], **version)
        with pytest.raises(aws.Missing):
            _stored(bucket, each["Key"], **version)


def _said(operation: str, **asked: Any) -> Any:
    """What S3 says to a call, or its refusal, without what only a request has."""
    try:
        answer: Mapping[str, Any] = getattr(client_of("s3"), operation)(**asked)
    except ClientError as fault:
        return cast("Any", fault.response)["Error"]
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.usefixtures("world")
def test_what_s3_lists_and_refuses_is_as_by_requests() -> None:
    bucket = {"Bucket": INCOMING.physical_name}
    keys = ("a/ä +%.gif", "b&<1>", "b/2", "b/2")

    def told() -> list[Any]:
        one, missing = bucket | {"Key": keys[0]}, bucket | {"Key": "missing"}
        return [
            _said("list_objects_v2", **bucket),
            _said("list_objects_v2", **bucket, Prefix="b", StartAfter=keys[1]),
            _said("list_objects_v2", **bucket, MaxKeys=1),
            _said("list_objects_v2", **bucket, Prefix="nothing"),
            _said("list_object_versions", **bucket),
            _said("list_object_versions", **bucket, Prefix="b", MaxKeys=1),
            _said("list_object_versions", **bucket, Prefix="nothing"),
            *(_said("head_object", **which) for which in (one, missing)),
            *(_said("get_object", **missing, **more) for more in ({}, {"VersionId": "none"})),
            _said("get_object", **one, Range="bytes=9-"),
        ]

    for key in keys:
        aws.call("s3", "put_object", **bucket, Key=key, Body=b"pixels")
    found = told()
    with answering(None):
        assert found == told()
    assert found[0]["KeyCount"] == 3
    assert [each["Code"] for each in found[-4:]] == ["404", "NoSuchKey", "NoSuchVersion", "InvalidRange"]
    for wanted, way in ((keys[:2], contextlib.nullcontext()), (keys[2:3], answering(None))):
        with way:
            deleted = _said("delete_objects", **bucket, Delete={"Objects": [{"Key": key} for key in wanted]})["Deleted"]
        assert [(each["Key"], each["DeleteMarker"]) for each in deleted] == [(key, True) for key in wanted]
    assert "Contents" not in _said("list_objects_v2", **bucket)


@pytest.mark.usefixtures("world")
def test_versions_are_listed_with_their_prefix_alone() -> None:
    bucket = INCOMING.physical_name
    for key in ("b/1", "a/1", "b/2", "b/1"):
        aws.call("s3", "put_object", Bucket=bucket, Key=key, Body=b"")
    found = aws.call("s3", "list_object_versions", Bucket=bucket, Prefix="b/")["Versions"]
    assert [(each["Key"], each["IsLatest"]) for each in found] == [("b/1", True), ("b/1", False), ("b/2", True)]
    page = aws.call("s3", "list_object_versions", Bucket=bucket, MaxKeys=3)
    marks = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
    rest = aws.call("s3", "list_object_versions", Bucket=bucket, **marks)
    assert [each["Key"] for each in page["Versions"] + rest["Versions"]] == ["a/1", "b/1", "b/1", "b/2"]


@pytest.mark.usefixtures("world")
def test_a_query_finds_its_partition_alone() -> None:
    for partition in "abc":
        for sort in "321":
            _put(partition, sort, publicList={"S": f"list {sort}"}, created={"S": partition})
    asked: dict[str, Any] = {"TableName": IMAGES.physical_name, "ExpressionAttributeValues": {":key": {"S": "b"}}}
    found = aws.call("dynamodb", "query", KeyConditionExpression="pk = :key", **asked)["Items"]
    assert [(item["pk"]["S"], item["sk"]["S"]) for item in found] == [("b", "1"), ("b", "2"), ("b", "3")]
    page = aws.call("dynamodb", "query", KeyConditionExpression="pk = :key", Limit=2, **asked)
    after = page["LastEvaluatedKey"]
    rest = aws.call("dynamodb", "query", KeyConditionExpression="pk = :key", ExclusiveStartKey=after, **asked)
    assert page["Items"] + rest["Items"] == found
    asked["ExpressionAttributeValues"] = {":key": {"S": "list 2"}}
    listed = aws.call(
        "dynamodb", "query", KeyConditionExpression="publicList = :key", IndexName=PUBLIC_CREATED.name, **asked
    )
    assert [(item["pk"]["S"], item["sk"]["S"]) for item in listed["Items"]] == [("a", "2"), ("b", "2"), ("c", "2")]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("wrong", [{"S": 1}, {"N": 1}, {"BOOL": "yes"}, {"NULL": None}, "a"])
def test_an_attribute_of_a_wrong_type_is_not_sent(wrong: Any) -> None:
    with pytest.raises(ParamValidationError):
        _put("a", "1", wrong=wrong, right={"S": "a"})
    attributes: Any = {1: {"S": "a"}}
    with pytest.raises(ParamValidationError, match="valid types: <class 'str'>"):
        aws.call("dynamodb", "get_item", TableName=IMAGES.physical_name, Key=attributes)


def test_a_transaction_that_is_refused_changes_nothing(world: World) -> None:
    _put("a", "1", **EVERY_TYPE)
    before = world.items(IMAGES)
    table = IMAGES.physical_name

    def put(partition: str, **more: Any) -> dict[str, Any]:
        return {"Put": {"TableName": table, "Item": {"pk": {"S": partition}, "sk": {"S": "2"}}, **more}}

    change = {
        "TableName": table,
        "Key": {"pk": {"S": "a"}, "sk": {"S": "1"}},
        "UpdateExpression": "SET texts = :none",
        "ExpressionAttributeValues": {":none": {"S": ""}},
    }
    refused = put("c", ConditionExpression="attribute_exists(pk)")
    with pytest.raises(aws.ConditionFailed):
        transact([put("a"), put("new"), {"Update": change}, refused])
    assert world.items(IMAGES) == before
    transact([put("a"), put("new"), {"Update": change}])
    assert [(item["pk"]["S"], item["sk"]["S"]) for item in world.items(IMAGES)] == [
        ("a", "1"),
        ("a", "2"),
        ("new", "2"),
    ]
    assert world.items(IMAGES)[0]["texts"] == {"S": ""}


@pytest.mark.usefixtures("world")
def test_attributes_are_equal_as_in_moto() -> None:
    kinds = [{"S": "1"}, {"N": "1"}, {"N": "1.0"}, {"BOOL": True}, {"NULL": True}, {"SS": ["1"]}, {"L": [{"N": "1"}]}]
    kinds.append({"B": base64.b64encode(b"1").decode()})
    attributes = [DynamoType(kind) for kind in kinds]
    numbered = list(enumerate(attributes))
    equal = {(i, j) for i, one in numbered for j, other in numbered if one == other}
    assert equal == {*((each, each) for each in range(len(kinds))), (1, 2), (2, 1)}
    assert hash(attributes[1]) == hash(attributes[2])
    assert hash(attributes[0]) == hash(DynamoType({"S": "1"}))
    assert all((one == other) is not (one != other) for one in attributes for other in attributes)

"""What no single update can do to a deployment that holds data is known before it is tried."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from infra.changes import RELEASED, extract, obstacles
from tests.infra.conftest import Synthesized

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def released() -> dict[str, Any]:
    return json.loads(RELEASED.read_text(encoding="utf-8"))


def test_this_template_can_follow_the_released_one_in_one_step(aws: Synthesized, released: dict[str, Any]) -> None:
    """A sentence here is what the release notes have to say. What has been released is noted by `make released`."""
    assert obstacles(released, aws.template) == []


def test_what_grows_with_the_endpoints_is_made_anew_and_what_keeps_something_is_not(
    aws: Synthesized, released: dict[str, Any]
) -> None:
    """The functions are in nested stacks, and the whole API in one resource, as none of them holds anything."""
    kept = aws.templates[""]["Resources"]
    assert all(kept[name]["Type"] == resource["Type"] for name, resource in released["Resources"].items())
    for template in (template for part, template in aws.templates.items() if part):
        assert extract(template) == {"Resources": {}}


def test_what_is_noted_is_all_that_keeps_data(released: dict[str, Any]) -> None:
    kinds = {resource["Type"] for resource in released["Resources"].values()}
    assert kinds == {
        "AWS::ApiGateway::RestApi",
        "AWS::CloudFront::Distribution",
        "AWS::CloudFront::KeyValueStore",
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
    assert extract(released) == released


def _table(resources: Resources, name: str = "StorageImagesTable") -> dict[str, Any]:
    return _named(resources, name)["Properties"]


def _named(resources: Resources, name: str) -> dict[str, Any]:
    (found,) = (resource for each, resource in resources.items() if re.fullmatch(f"{name}[0-9A-F]{{8}}", each))
    return found


def _renamed(resources: Resources, name: str) -> None:
    (found,) = (each for each in resources if re.fullmatch(f"{name}[0-9A-F]{{8}}", each))
    resources[found[:-8] + "00000000"] = resources.pop(found)


def _add(resources: Resources, *indexes: str, table: str = "StorageImagesTable") -> None:
    first = _table(resources)["GlobalSecondaryIndexes"][0]
    _table(resources, table).setdefault("GlobalSecondaryIndexes", []).extend(
        {**copy.deepcopy(first), "IndexName": name} for name in indexes
    )


def _remove(resources: Resources, count: int = 1) -> None:
    del _table(resources)["GlobalSecondaryIndexes"][:count]


def _key_type(resources: Resources) -> None:
    _table(resources)["AttributeDefinitions"][0]["AttributeType"] = "N"


def _index_key(resources: Resources) -> None:
    _table(resources)["GlobalSecondaryIndexes"][0]["KeySchema"].reverse()


def _index_type(resources: Resources) -> None:
    table = _table(resources)
    attribute = table["GlobalSecondaryIndexes"][0]["KeySchema"][0]["AttributeName"]
    (definition,) = (each for each in table["AttributeDefinitions"] if each["AttributeName"] == attribute)
    definition["AttributeType"] = "B"


def _projected(resources: Resources) -> None:
    _table(resources)["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "ALL"}


def _projected_more(resources: Resources) -> None:
    for index in _table(resources)["GlobalSecondaryIndexes"]:
        index["Projection"].setdefault("NonKeyAttributes", []).append("colour")
        index["Projection"]["ProjectionType"] = "INCLUDE"


def _another_type(resources: Resources, name: str, kind: str) -> None:
    _named(resources, name)["Type"] = kind


def _no_key(resources: Resources) -> None:
    for name in [each for each, resource in resources.items() if resource["Type"] == "AWS::KMS::Key"]:
        del resources[name]


HINDERED: list[tuple[Callable[[Resources], object], list[str]]] = [
    (lambda r: _add(r, "one", "two"), ["takes one index an update: .*: add one, add two\\."]),
    (lambda r: _remove(r, 2), ["takes one index an update: .*: remove own-created, remove own-updated\\."]),
    (lambda r: (_remove(r), _add(r, "one")), ["takes one index .*: add one, remove own-created\\."]),
    (_projected, ["The index own-created of StorageImagesTable\\w+ has another projection"]),
    (_projected_more, ["has another projection"] * 5),
    (_index_key, ["The index own-created of StorageImagesTable\\w+ has another keys"]),
    (_index_type, ["another keys", "another keys"]),
    (_key_type, ["StorageImagesTable\\w+ is replaced by an empty table, as its keys change"]),
    (lambda r: _table(r)["KeySchema"].pop(), ["is replaced by an empty table, as its keys change"]),
    (lambda r: _table(r).update(TableName="images"), ["replaced by a new one, as TableName changes"]),
    (lambda r: _table(r).update(LocalSecondaryIndexes=[{"IndexName": "x"}]), ["as its local indexes change"]),
    (
        lambda r: _table(r).update(TimeToLiveSpecification={"AttributeName": "end", "Enabled": True}),
        ["expires items by another attribute, which takes two updates: first by none, then by end"],
    ),
    (lambda r: _renamed(r, "StorageImagesTable"), ["its data stays behind and is attached to nothing"]),
    (lambda r: _renamed(r, "StorageOriginalsBucket"), ["its data stays behind and is attached to nothing"]),
    (lambda r: _renamed(r, "StorageArrivalsQueue"), ["its messages are lost"]),
    (lambda r: _renamed(r, "DeliveryDistribution"), ["the deployment's address changes"]),
    (lambda r: _renamed(r, "ApiRest"), ["the API's address changes"]),
    (lambda r: _renamed(r, "StorageHiddenKeyValueStore"), ["the CDN shows deleted images again"]),
    (lambda r: _renamed(r, "ApiAccessLog"), ["what it holds is deleted"]),
    (lambda r: _named(r, "FunctionsLog")["Properties"].update(LogGroupName="x"), ["as LogGroupName changes"]),
    (lambda r: _renamed(r, "StorageSigningKey"), ["what they have signed counts no more"]),
    (lambda r: _renamed(r, "StorageOriginSecret"), ["what they have signed counts no more"]),
    (_no_key, ["what they have signed counts no more"]),
    (lambda r: _another_type(r, "StorageImagesTable", "AWS::DynamoDB::GlobalTable"), ["GlobalTable now, and was"]),
    (lambda r: _another_type(r, "StorageImagesTable", "AWS::S3::Bucket"), ["AWS::S3::Bucket now, and was"]),
    (lambda r: _named(r, "StorageArrivalsQueue")["Properties"].update(FifoQueue=True), ["as FifoQueue changes"]),
    (lambda r: _named(r, "StorageArrivalsQueue")["Properties"].update(QueueName="x"), ["as QueueName changes"]),
    (lambda r: _named(r, "StorageLogsBucket")["Properties"].update(BucketName="x"), ["as BucketName changes"]),
    (lambda r: _named(r, "StorageSigningKey")["Properties"].update(KeySpec="RSA_2048"), ["as KeySpec changes"]),
    (
        lambda r: _named(r, "StorageOriginSecret")["Properties"]["GenerateSecretString"].update(PasswordLength=9),
        ["as GenerateSecretString changes"],
    ),
    (
        lambda r: _named(r, "StorageImagesTable").update(DeletionPolicy="Delete"),
        ["was kept whatever happens, and DeletionPolicy does not say so any more"],
    ),
    (lambda r: _named(r, "StorageLogsBucket").pop("UpdateReplacePolicy"), ["UpdateReplacePolicy does not say so"]),
]


@pytest.mark.parametrize(("change", "told"), HINDERED)
def test_what_cannot_be_done_in_one_step_is_named(
    aws: Synthesized, change: Callable[[Resources], object], told: list[str]
) -> None:
    changed = copy.deepcopy(aws.template)
    change(changed["Resources"])
    found = obstacles(extract(aws.template), changed)
    assert len(found) == len(told)
    for sentence, wanted in zip(found, told, strict=True):
        assert re.search(wanted, sentence)
        assert sentence.endswith(".")


FREE: list[Callable[[Resources], object]] = [
    lambda r: _add(r, "one"),
    lambda r: _remove(r),
    lambda r: (_add(r, "one"), _add(r, "one", table="StorageAccountsTable")),
    lambda r: r.update(New={"Type": "AWS::DynamoDB::Table", "Properties": {}}),
    lambda r: _table(r)["GlobalSecondaryIndexes"].reverse(),
    lambda r: _table(r).pop("TimeToLiveSpecification"),
    lambda r: _table(r).update(DeletionProtectionEnabled=False),
    lambda r: r.update(StorageNext={**copy.deepcopy(_named(r, "StorageSigningKey"))}),
    lambda r: _named(r, "StorageArrivalsQueue")["Properties"].update(VisibilityTimeout=7),
]


@pytest.mark.parametrize("change", FREE)
def test_what_one_update_can_do_is_not(aws: Synthesized, change: Callable[[Resources], object]) -> None:
    changed = copy.deepcopy(aws.template)
    change(changed["Resources"])
    assert obstacles(aws.template, changed) == []


def test_a_key_that_was_rotated_may_go(rotating: Synthesized) -> None:
    """Its old name is removed in the last step; the new one stays."""
    last = copy.deepcopy(rotating.template)
    (old,) = (name for name in last["Resources"] if name.startswith("StorageOriginSecret"))
    del last["Resources"][old]
    assert obstacles(rotating.template, last) == []

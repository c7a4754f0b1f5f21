"""What storage says of its resources: several signing keys count at once, and an index is not its table."""

from typing import TYPE_CHECKING

import pytest

from constellation.accounts import signing
from constellation.aws.resources import IMAGES, INCOMING, QUEUES, SIGNING, Grant
from constellation.uploads import incoming_store as incoming
from infra import app

if TYPE_CHECKING:
    from aws_cdk import Stack

    from infra.storage import Storage


@pytest.fixture
def stack() -> "Stack":
    """An empty stack. The CDK starts its Node when it is imported."""
    app.use_locked_node()
    from aws_cdk import App, Stack

    return Stack(App(), "Stack")


def test_the_first_of_several_signing_keys_signs_and_all_are_readable(stack: "Stack") -> None:
    storage = _storage(stack, "Next", "Present")
    arns = stack.resolve(storage.arns(signing.PUBLISH))
    following, present = ({"Fn::GetAtt": [reference["Fn::GetAtt"][0], "Arn"]} for reference in arns)
    assert following["Fn::GetAtt"][0].startswith("StorageNext")
    assert present["Fn::GetAtt"][0].startswith("StoragePresent")
    assert stack.resolve(storage.name(SIGNING)) == {"Fn::Join": ["", [following, ",", present]]}


def test_the_right_to_an_index_is_none_to_its_table(stack: "Stack") -> None:
    storage = _storage(stack, "Present")
    read = ("dynamodb:Query",)
    (table,) = stack.resolve(storage.arns(Grant(IMAGES, read)))
    assert stack.resolve(storage.arns(Grant(IMAGES, read, "index/own-created"))) == [
        {"Fn::Join": ["", [table, "/index/own-created"]]}
    ]


def test_the_right_to_list_versions_is_one_to_the_bucket_and_that_to_versions_to_objects(stack: "Stack") -> None:
    storage = _storage(stack, "Present")
    (bucket,) = stack.resolve(storage.arns(incoming.LIST))
    assert bucket["Fn::GetAtt"][0].startswith("StorageIncomingBucket")
    assert [stack.resolve(storage.arns(grant)) for grant in incoming.TAKE] == [
        [{"Fn::Join": ["", [bucket, f"/{pattern}"]]}] for pattern in ("incoming/*", "drop/*") * 2
    ]
    whole = stack.resolve(storage.arns(Grant(INCOMING, ("s3:GetObject",))))
    assert whole == [{"Fn::Join": ["", [bucket, "/*"]]}]


def _storage(stack: "Stack", *signing_keys: str) -> "Storage":
    """All storage, with consumers that have a minute each and nobody who drops files."""
    from infra.storage import Storage

    timeouts = dict.fromkeys(QUEUES, 60)
    return Storage(
        stack,
        "Storage",
        signing_keys=signing_keys,
        origin_secrets=["Secret"],
        timeouts=timeouts,
        drop_writers=[],
        tables={},
    )

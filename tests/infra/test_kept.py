"""What an earlier deployment has left is found by its names, and taken up as what it was."""

from typing import Any

import pytest

from infra.kept import kept_names, mapping
from tests.infra.conftest import Synthesized


def _left(aws: Synthesized, stack: str = "Constellation") -> dict[str, str]:
    """The names that CloudFormation gives, by logical ids."""
    names = {
        name: f"{stack}-{name}-1QAZ2WSX"
        for name, resource in aws.template["Resources"].items()
        if resource["Type"] == "AWS::DynamoDB::Table"
    }
    return names | {
        name: f"{stack[:24]}-{name}-1qaz2wsx".lower()
        for name, resource in aws.template["Resources"].items()
        if resource["Type"] == "AWS::S3::Bucket"
    }


@pytest.mark.parametrize("stack", ["Constellation", "staging", "eu-Production", "a-name-of-more-than-24-letters"])
def test_what_is_left_is_known_by_its_name(aws: Synthesized, stack: str) -> None:
    names = list(_left(aws, stack).values())
    others = [*_left(aws, "other").values(), "orders", f"{stack}-Orders-1"]
    assert kept_names(stack, [*names, *others], [*names, *others], []) == sorted(names)
    assert kept_names(stack, names, names, names[1:]) == names[:1]
    assert kept_names("eu", names, names, []) == []


def test_tables_buckets_and_keys_are_taken_up_and_what_tells_queues_is_not(aws: Synthesized) -> None:
    """CloudFormation imports nothing that refers to what is not there yet."""
    left = _left(aws)
    (key,) = aws.resources("AWS::KMS::Key")
    found = mapping(sorted(left.values()), {key: "key-id", "Other": "x"}, aws.template)
    expected: dict[str, Any] = {
        name: {"TableName" if "Table" in name else "BucketName": physical}
        for name, physical in left.items()
        if not name.startswith(("StorageIncoming", "StorageLogs"))
    }
    assert found == {**expected, key: {"KeyId": "key-id"}}
    for name in found:
        assert aws.template["Resources"][name]["DeletionPolicy"].startswith("Retain")  # the import asks for one


def test_one_of_two_is_not_chosen_by_chance(aws: Synthesized) -> None:
    (name,) = (each for each in _left(aws) if each.startswith("StorageImagesTable"))
    with pytest.raises(ValueError, match=f"{name} is one of Constellation-{name}-1, Constellation-{name}-2"):
        mapping([f"Constellation-{name}-1", f"Constellation-{name}-2"], {}, aws.template)


def test_nothing_is_taken_for_what_it_is_not(aws: Synthesized) -> None:
    assert mapping(["Constellation-StorageImagesTable00000000-1"], {}, aws.template) == {}

"""What an earlier deployment has left is found by its names, and taken up as what it was."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from infra import app
from infra.kept import kept_names, main, mapping
from infra.session import new_session
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
        in_root = aws.templates[""]["Resources"][name]  # nothing is imported into a nested stack
        assert in_root["DeletionPolicy"].startswith("Retain")  # the import asks for one


def test_one_of_two_is_not_chosen_by_chance(aws: Synthesized) -> None:
    (name,) = (each for each in _left(aws) if each.startswith("StorageImagesTable"))
    with pytest.raises(ValueError, match=f"{name} is one of Constellation-{name}-1, Constellation-{name}-2"):
        mapping([f"Constellation-{name}-1", f"Constellation-{name}-2"], {}, aws.template)


def test_nothing_is_taken_for_what_it_is_not(aws: Synthesized) -> None:
    assert mapping(["Constellation-StorageImagesTable00000000-1"], {}, aws.template) == {}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, aws: Synthesized, tmp_path: Path) -> Any:
    """An empty account, and the command as it is about to run."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "us-east-1")  # which the CDK reads, and the SDK alone does not
    monkeypatch.setattr(app, "synthesized", lambda: aws.template)
    monkeypatch.setattr(sys, "argv", ["kept", str(tmp_path / "build" / "kept.json")])
    with mock_aws():
        yield new_session()


def test_the_file_for_the_cdk_is_written_and_the_rest_is_named(
    account: Any, aws: Synthesized, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = _left(aws)
    for name, physical in left.items():
        if "Table" in name:
            account.client("dynamodb").create_table(
                TableName=physical,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        else:
            account.client("s3").create_bucket(Bucket=physical)
    assert main() == 0
    assert json.loads((tmp_path / "build" / "kept.json").read_text()) == mapping([*left.values()], {}, aws.template)
    told = capsys.readouterr().out
    assert told.count("is not attached: its files are kept for days only") == 2


def test_where_nothing_is_left_there_is_nothing_to_take_up(account: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 1
    assert capsys.readouterr().err == "Nothing of an earlier deployment named Constellation is left to be attached.\n"


def test_an_account_that_does_not_answer_is_told_of(
    account: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert main() == 1
    assert capsys.readouterr().err.startswith("The account does not answer, so run `make preflight` first: ")

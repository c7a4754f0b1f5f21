"""The engine's housekeeping: idle workers, old logs, positions in streams that are gone."""

import asyncio
import importlib
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from infra.local import engine
from infra.local.engine import (
    copy_items_in_c,
    drop_old_invalidations,
    drop_old_logs,
    end_idle_workers,
    forget_stream_positions,
    judge_batches_as_sends,
    keep_attributes_in_nested_stacks,
    make_secrets_of_the_systems_randomness,
    release_messages,
    remember_expressions,
    resolve_references_in_nested_stacks,
    take_alarms_of_sums,
)
from infra.local.keeper import Keeper
from infra.local.ministack_internals import cloudfront, dynamodb, iam_actions, lambda_runtime, logs, provisioners, s3


@dataclass(eq=False)
class Worker:
    """A function's process as the engine keeps book of it."""

    in_use: bool
    last_used: float
    ended: bool = False
    _proc: None = None

    def _discard_tmpdir(self) -> None:
        self.ended = True


def test_idle_workers_are_ended_and_busy_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    now = lambda_runtime.time.time()
    busy, fresh, idle = Worker(True, 0), Worker(False, now), Worker(False, now - 61)
    pools = {"a": [busy, fresh, idle]}
    monkeypatch.setattr(*lambda_runtime.place("workers"), pools)
    end_idle_workers(60)
    assert pools == {"a": [busy, fresh]}
    assert [worker.ended for worker in (busy, fresh, idle)] == [False, False, True]


def test_the_last_invocations_logs_are_kept() -> None:
    group: dict[str, dict[str, object]] = {"streams": {str(number): None for number in range(5)}}
    logs.log_groups["/constellation/a"] = group
    drop_old_logs(2)
    assert list(group["streams"]) == ["3", "4"]
    del logs.log_groups["/constellation/a"]


def test_the_last_invalidations_are_kept() -> None:
    cloudfront.invalidations["E1"] = batches = list(range(5))
    drop_old_invalidations(2)
    assert batches == [3, 4]
    drop_old_invalidations(2)
    assert batches == [3, 4]
    del cloudfront.invalidations["E1"]


def test_messages_under_way_are_there_again_and_delayed_ones_are_not(tmp_path: Path) -> None:
    release_messages(tmp_path)
    saved = tmp_path / "sqs.json"
    under_way, delayed = {"receive_count": 2, "visible_at": 9e9}, {"receive_count": 0, "visible_at": 9e9}
    payload = {"queues": {"data": {"a": {"messages": [under_way, delayed]}}}, "queue_name_to_url": {}}
    saved.write_text(json.dumps({"payload": payload}))
    release_messages(tmp_path)
    under_way["visible_at"] = 0
    assert json.loads(saved.read_text()) == {"payload": payload}


def test_stream_positions_are_forgotten_and_nothing_else(tmp_path: Path) -> None:
    forget_stream_positions(tmp_path)
    saved = tmp_path / "lambda.json"
    saved.write_text(json.dumps({"payload": {"functions": {"a": 1}, "dynamodb_stream_positions": {"b": 2}}}))
    forget_stream_positions(tmp_path)
    assert json.loads(saved.read_text()) == {"payload": {"functions": {"a": 1}}}


def test_housekeeping_goes_on_after_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SAVE_SECONDS", 0)
    saves: list[int] = []

    class Failing:
        async def save_tables(self) -> None:
            await asyncio.sleep(0)
            saves.append(1)
            raise OSError("no room on the disk")

    async def twice() -> None:
        keeping = asyncio.create_task(engine.housekeeping(cast(Keeper, Failing()), asyncio.Event(), os.getppid()))
        while len(saves) < 2 and not keeping.done():
            await asyncio.sleep(0)
        keeping.cancel()

    asyncio.run(asyncio.wait_for(twice(), 10))
    assert len(saves) == 2


def test_an_expression_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[str]()

    def tokenize(expression: str, tokenize: Any = dynamodb.tokenize) -> Any:
        read.append(expression)
        return tokenize(expression)

    monkeypatch.setattr(*dynamodb.place("tokenize"), tokenize)
    monkeypatch.setattr(*dynamodb.place("condition_syntax_error"), dynamodb.condition_syntax_error)
    remember_expressions()
    items = [{"pk": {"S": name}} for name in ("a", "b", "a")]
    for condition in ("pk = :a", "pk <> :a") * 2:
        found = [dynamodb.evaluate_condition(condition, item, {":a": {"S": "a"}}, {}) for item in items]
        assert found == ([True, False, True] if condition == "pk = :a" else [False, True, False])
    assert read == ["pk = :a", "pk <> :a"]


def test_a_projection_of_whole_attributes_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    own, parsed = dynamodb.project_item, list[str]()

    def project_item(item: Any, expression: str, names: Any) -> Any:
        parsed.append(expression)
        return own(item, expression, names)

    monkeypatch.setattr(*dynamodb.place("project_item"), project_item)
    for name in ("tokenize", "condition_syntax_error"):
        monkeypatch.setattr(*dynamodb.place(name), getattr(dynamodb, name))
    remember_expressions()
    names = {"#b": "c.d", "#l": "l"}
    items: list[Any] = [
        {"a": {"S": "1"}, "c.d": {"N": "2"}, "e": {"M": {"f": {"S": "3"}, "g": {"BOOL": True}}}},
        {"a": {"L": [{"S": "4"}, {"S": "5"}]}, "l": {"SS": ["6"]}},
        {},
    ]
    for expression in ("a", "a, #b,e", " #b , gone", "e.f, a", "a[1]", "a,, #b", ""):
        assert [dynamodb.project_item(item, expression, names) for item in items] == [
            own(item, expression, names) for item in items
        ]
    assert [parsed.count(each) for each in ("a, #b,e", " #b , gone")] == [1, 1]
    for wrong in ("a, a", "a, a.b", "a, date"):
        for _ in range(2):
            with pytest.raises(ValueError, match="Invalid ProjectionExpression"):
                dynamodb.project_item({}, wrong, names)


def test_a_copy_has_all_of_an_item_and_nothing_in_common_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb.place("copy")[0], "copy", dynamodb.copy)
    copy_items_in_c()
    item = {"pk": {"S": "\ud800ä"}, "list": {"L": [{"BOOL": True}, {"NULL": True}, {"N": "1"}]}, "bytes": {"B": b"\0"}}
    copied = dynamodb.copy.deepcopy(item)
    assert copied == item
    copied["list"]["L"].clear()
    assert len(item["list"]["L"]) == 3


def test_what_is_more_than_an_item_is_copied_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb.place("copy")[0], "copy", dynamodb.copy)
    copy_items_in_c()
    partitions = defaultdict[str, dict[str, str]](dict, {"a": {"b": "c"}})
    copied = dynamodb.copy.deepcopy({"items": partitions})
    assert copied == {"items": partitions}
    assert copied["items"]["new"] == {}
    assert "new" not in partitions


def test_a_batch_of_messages_takes_the_right_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*iam_actions.place("action_from_target"), iam_actions.action_from_target)
    judge_batches_as_sends()
    asked = {
        operation: iam_actions.extract_iam_action(
            "sqs", "POST", "/", {"x-amz-target": f"AmazonSQS.{operation}"}, b"", {}
        )
        for operation in ("SendMessage", "SendMessageBatch", "DeleteMessageBatch")
    }
    assert asked == {
        "SendMessage": "sqs:SendMessage",
        "SendMessageBatch": "sqs:SendMessage",
        "DeleteMessageBatch": "sqs:DeleteMessageBatch",
    }


def test_a_generated_secret_does_not_follow_from_other_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*provisioners.place("sm_secret_string"), provisioners.sm_secret_string)
    make_secrets_of_the_systems_randomness()
    found = set[str]()
    for _ in range(2):
        random.seed(1)
        found.add(provisioners.sm_secret_string({"GenerateSecretString": {"PasswordLength": 43}}))
    assert {len(secret) for secret in found} == {86}
    assert len(found) == 2
    assert provisioners.sm_secret_string({"SecretString": "a"}) == "a"


def test_a_function_in_a_nested_stack_gets_the_secret_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[Any]()

    def record(*given: Any) -> None:
        made.append(given)

    def secret(*_: Any) -> str:
        return "a secret"

    monkeypatch.setattr(*provisioners.place("provision_resource"), record)
    monkeypatch.setattr(*provisioners.place("update_resource"), record)
    monkeypatch.setattr(importlib.import_module("ministack.services.secretsmanager"), "resolve_secret_string", secret)
    resolve_references_in_nested_stacks()
    named = {"Environment": {"Variables": {"SECRETS": "{{resolve:secretsmanager:shared:SecretString:::}}"}}}
    wanted = {"Environment": {"Variables": {"SECRETS": "a secret"}}}
    provisioners.provision_resource("AWS::Lambda::Function", "first", named, "stack")
    provisioners.update_resource("AWS::Lambda::Function", "first", {}, named, "stack")
    assert made == [
        ("AWS::Lambda::Function", "first", wanted, "stack"),
        ("AWS::Lambda::Function", "first", {}, wanted, "stack"),
    ]


def test_an_alarm_of_several_metrics_is_one_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*provisioners.place("cw_metric_alarm_record"), provisioners.cw_metric_alarm_record)
    take_alarms_of_sums()
    one = {"Namespace": "AWS/Lambda", "MetricName": "RecursiveInvocationsDropped"}
    rest = {"ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 1, "EvaluationPeriods": 1}
    summands: list[dict[str, Any]] = [
        {"Id": "a", "Expression": "b + c"},
        {"Id": "b", "MetricStat": {"Metric": one, "Period": 300}},
    ]
    found = provisioners.cw_metric_alarm_record("alarm", rest | {"Metrics": summands})
    assert (found["MetricName"], found["Namespace"]) == (one["MetricName"], one["Namespace"])
    plain = provisioners.cw_metric_alarm_record("alarm", rest | {"Namespace": "n", "MetricName": "m", "Period": 60})
    assert plain["MetricName"] == "m"


def test_what_stays_in_a_nested_stack_keeps_its_attributes_in_an_update(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*provisioners.place("update_resource"), provisioners.update_resource)
    keep_attributes_in_nested_stacks()
    role: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}}
    nested = provisioners.RESOURCE_HANDLERS["AWS::CloudFormation::Stack"]
    outputs: list[str] = []

    def deployed(description: str, deploy: Callable[[dict[str, str]], tuple[str, dict[str, str]]]) -> str:
        queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": description}}
        arn = {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}
        template: dict[str, Any] = {"Resources": {"Role": role, "Queue": queue}, "Outputs": {"Role": arn}}
        s3.buckets["templates"] = {"objects": {f"{description}.json": {"body": json.dumps(template).encode()}}}
        stack, attributes = deploy({"TemplateURL": f"https://s3.us-east-1.amazonaws.com/templates/{description}.json"})
        outputs.append(attributes["Outputs.Role"])
        return stack

    stack = deployed("first", lambda properties: nested["create"]("Part", properties, "root"))
    try:
        deployed("second", lambda properties: nested["update"](stack, {}, properties, "root"))
        assert outputs[0].startswith("arn:aws:iam::")
        assert outputs[1] == outputs[0]
    finally:
        nested["delete"](stack, {})
        del s3.buckets["templates"]

"""Functions that start from snapshots of themselves: whoever calls one calls the snapshot."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from infra import app
from infra.discovery import DeclarationError, discover
from tests.infra.conftest import Synthesized, synthesize

CHOSEN = ("authorize", "get_me", "ingest_upload", "reconcile", "render_image")
"""One of each kind: an authorizer, an endpoint, a queue's consumer, a task with a schedule, and what the CDN calls."""


@pytest.fixture(scope="module")
def snapped(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    context: dict[str, object] = {**app.context(), "snap_start": list(CHOSEN)}
    return synthesize(tmp_path_factory.mktemp("snapped"), context, checked=False)


def _alias(snapped: Synthesized, name: str) -> str:
    """The logical id of a function's alias."""
    (function,) = (each for each in discover().functions if each.name == name)
    (found,) = (each for each in snapped.resources("AWS::Lambda::Alias") if f"{function.construct_id}Live" in each)
    return found


def test_what_is_chosen_has_a_version_and_an_alias_and_nothing_else_has(snapped: Synthesized, aws: Synthesized) -> None:
    functions = snapped.resources("AWS::Lambda::Function")
    applied = [properties["SnapStart"] for properties in functions.values() if "SnapStart" in properties]
    assert applied == [{"ApplyOn": "PublishedVersions"}] * len(CHOSEN)
    assert len(snapped.resources("AWS::Lambda::Alias")) == len(snapped.resources("AWS::Lambda::Version")) == len(CHOSEN)
    assert len(snapped.template["Resources"]) == len(aws.template["Resources"]) + 2 * len(CHOSEN)
    assert not any("SnapStart" in properties for properties in aws.resources("AWS::Lambda::Function").values())


@pytest.mark.parametrize(
    ("name", "caller", "property_"),
    [
        ("authorize", "AWS::ApiGateway::Authorizer", "AuthorizerUri"),
        ("get_me", "AWS::ApiGateway::Method", "Integration"),
        ("ingest_upload", "AWS::Lambda::EventSourceMapping", "FunctionName"),
        ("reconcile", "AWS::Events::Rule", "Targets"),
        ("render_image", "AWS::Lambda::Url", "Qualifier"),
        ("render_image", "AWS::ApiGateway::Method", "Integration"),
    ],
)
def test_the_caller_calls_the_alias(snapped: Synthesized, name: str, caller: str, property_: str) -> None:
    alias = _alias(snapped, name)
    functions = snapped.resources("AWS::Lambda::Function")
    (function,) = (each for each in functions if each.startswith(f"{alias.partition('Live')[0]}Function"))
    wanted: list[Any] = [properties.get(property_) for properties in snapped.resources(caller).values()]
    texts = [json.dumps(each) for each in wanted if each is not None]
    assert any(alias in text for text in texts) or texts == ['"live"']
    assert not any(function in text for text in texts)


def test_whoever_may_call_may_call_the_alias(snapped: Synthesized) -> None:
    permissions = [json.dumps(each["FunctionName"]) for each in snapped.resources("AWS::Lambda::Permission").values()]
    for name in ("authorize", "get_me", "reconcile", "render_image"):
        assert any(_alias(snapped, name) in each for each in permissions), name


def test_a_function_that_there_is_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    context: dict[str, object] = {**app.context(), "snap_start": ["get_me", "get_you"]}
    with pytest.raises(DeclarationError, match="there is no function get_you"):
        app.compose(context, str(tmp_path_factory.mktemp("unknown")))


def test_on_one_machine_nothing_is_a_snapshot(tmp_path_factory: pytest.TempPathFactory) -> None:
    context: dict[str, object] = {**app.context(), "snap_start": list(CHOSEN), "local": True, "engine_port": 4566}
    made = synthesize(tmp_path_factory.mktemp("one-machine"), context, checked=False)
    assert not made.resources("AWS::Lambda::Alias", "AWS::Lambda::Version")


@pytest.mark.parametrize(("kind", "loaded"), [("snap-start", "True"), ("on-demand", "False")])
def test_the_snapshot_holds_the_sdk(kind: str, loaded: str) -> None:
    code = "import sys, constellation.aws.client; print('botocore.client' in sys.modules)"
    environment = {"AWS_LAMBDA_INITIALIZATION_TYPE": kind, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded

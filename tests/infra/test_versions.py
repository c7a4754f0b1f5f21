"""Whoever calls a function calls a version of it, which pins code, layers and configuration."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from infra import app, flows
from infra.discovery import Application
from tests.infra.conftest import SETTINGS, Synthesized, synthesize

CALLERS = (
    "AWS::ApiGateway::RestApi",
    "AWS::Events::Rule",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    def looping(_: object) -> frozenset[str]:
        return frozenset()

    context: dict[str, object] = {**app.context(), "settings": SETTINGS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows, "looping", looping)
        return synthesize(tmp_path_factory.mktemp("rebuilt"), context, checked=False, layers={"imaging": "another"})


def test_every_function_has_one_version_and_an_alias_of_it(
    aws: Synthesized, local: Synthesized, application: Application
) -> None:
    for made in (aws, local):
        aliases, versions = made.resources("AWS::Lambda::Alias"), _versions(made)
        assert aliases.keys() == {
            _only(made.resources("AWS::Lambda::Alias"), f"{name}Live") for name in _ids(application)
        }
        assert len(made.resources("AWS::Lambda::Version")) == len(aliases) == len(application.functions)
        for construct in _ids(application):
            function = _only(made.resources("AWS::Lambda::Function"), f"{construct}Function")
            alias = aliases[_only(aliases, f"{construct}Live")]
            assert alias["Name"] == "live"
            assert alias["FunctionName"] == {"Ref": function}
            assert alias["FunctionVersion"] == {"Fn::GetAtt": [versions[function], "Version"]}
            assert "ProvisionedConcurrencyConfig" not in alias


def test_no_caller_calls_a_function_itself(aws: Synthesized, local: Synthesized) -> None:
    """Each would then call what an update has half changed."""
    for made in (aws, local):
        functions = made.resources("AWS::Lambda::Function").keys()
        for properties in made.resources(*CALLERS).values():
            assert not functions & set(_references(properties))
        assert {url["Qualifier"] for url in made.resources("AWS::Lambda::Url").values()} == {"live"}
    shown = aws.resources("AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard")
    assert not aws.resources("AWS::Lambda::Alias").keys() & set(_references(shown))  # all versions together


def test_an_earlier_version_goes_with_the_update_that_replaces_it(aws: Synthesized) -> None:
    """CloudFormation removes it at the end of an update that succeeded, and Lambda stores one of each function."""
    found = [each for each in aws.template["Resources"].values() if each["Type"] == "AWS::Lambda::Version"]
    assert {each.get("DeletionPolicy", "Delete") for each in found} == {"Delete"}
    assert {each.get("UpdateReplacePolicy", "Delete") for each in found} == {"Delete"}


def test_a_version_is_a_new_one_if_and_only_if_what_it_pins_has_changed(
    aws: Synthesized, rotating: Synthesized, local: Synthesized
) -> None:
    """While a secret is rotated, the environment changes of those that share it; on one machine no function has layers.

    Lambda publishes no version of a function that is what its last version is, and CloudFormation would fail.
    """
    for other in (rotating, local):
        before, after = aws.resources("AWS::Lambda::Function"), other.resources("AWS::Lambda::Function")
        changed = {name for name in before if before[name] != after[name]}
        assert changed
        old, new = _versions(aws), _versions(other)
        assert {name for name in before if old[name] != new[name]} == changed


def test_what_a_layer_holds_is_pinned_and_what_is_the_functions_is_not(
    aws: Synthesized, rebuilt: Synthesized, application: Application
) -> None:
    """The imaging layer is another one, and no function is said to be in a loop."""
    assert not any("RecursiveLoop" in each for each in rebuilt.resources("AWS::Lambda::Function").values())
    old, new = _versions(aws), _versions(rebuilt)
    changed = {_plain(function) for function in old if old[function] != new[function]}
    assert changed == {f"{each.construct_id}Function" for each in application.functions if "imaging" in each.layers}


def _ids(application: Application) -> list[str]:
    return [function.construct_id for function in application.functions]


def _versions(made: Synthesized) -> dict[str, str]:
    """The logical ids of the versions, by those of their functions."""
    return {each["FunctionName"]["Ref"]: name for name, each in made.resources("AWS::Lambda::Version").items()}


def _plain(logical_id: str) -> str:
    return logical_id[:-8]


def _only(resources: Mapping[str, Any], start: str) -> str:
    """The one logical id that is ``start`` and a hash."""
    (found,) = (name for name in resources if re.fullmatch(f"{start}[0-9A-F]{{8}}", name))
    return found


def _references(node: Any) -> list[str]:
    """The logical ids that a part of a template refers to."""
    text = json.dumps(node)
    return re.findall(r'"Ref": "(\w+)"', text) + re.findall(r'"Fn::GetAtt": \["(\w+)"', text)

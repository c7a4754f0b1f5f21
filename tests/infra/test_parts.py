"""Room for what comes: 200 endpoints are one deployment, within what CloudFormation, IAM and API Gateway take."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from constellation.runtime.endpoint import Endpoint
from infra import app, discovery, parts
from infra.discovery import Application, DeclarationError, Function
from infra.whole import nested
from tests.infra.conftest import Synthesized, synthesize

ENDPOINTS = 200

TEMPLATE_BYTES, IMPORTED_BYTES = 1_000_000, 6_000_000
"""Of a template (CloudFormation quotas), and of a definition that is imported (API Gateway quotas)."""

PARAMETERS, OUTPUTS, AUTHORIZERS = 200, 200, 10
"""Of a stack (CloudFormation quotas), and of an API (API Gateway quotas)."""


class Another(Function[Endpoint]):
    """A function that is named after its path; its code is another one's."""

    @property
    def name(self) -> str:
        return self.declaration.path.removeprefix("/").replace("-", "_")


def _grown(application: Application) -> Application:
    """The application with 200 endpoints: those that there are, and some with what ``create_upload`` may do."""
    (model,) = (each for each in application.endpoints if each.name == "create_upload")
    more = (
        Another(model.folder, replace(model.declaration, path=f"/another-{number}"), model.layers, model.modules)
        for number in range(ENDPOINTS - len(application.endpoints))
    )
    return replace(application, endpoints=(*application.endpoints, *more))


@pytest.fixture(scope="module")
def grown(application: Application, tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discovery, "discover", lambda: _grown(application))
        return synthesize(tmp_path_factory.mktemp("grown"), app.context(), checked=False)


def test_two_hundred_endpoints_fit(grown: Synthesized) -> None:
    for template in grown.templates.values():
        assert len(template["Resources"]) <= parts.RESOURCES
        assert len(template.get("Parameters", {})) <= PARAMETERS
        assert len(template.get("Outputs", {})) <= OUTPUTS
        assert json.dumps(template).count("{{resolve:") <= 60
    assert all(path.stat().st_size <= TEMPLATE_BYTES for path in grown.paths)
    assert parts.room(grown.templates) >= 0


def test_the_gateway_takes_two_hundred_endpoints(grown: Synthesized) -> None:
    (api,) = grown.resources("AWS::ApiGateway::RestApi").values()
    body = api["Body"]
    assert len({json.dumps(each["x-amazon-apigateway-integration"]["uri"]) for each in _operations(body)}) == ENDPOINTS
    assert len(parts.paths(body)) <= parts.PATHS
    assert len(body["components"]["securitySchemes"]) <= AUTHORIZERS
    assert len(json.dumps(body)) <= IMPORTED_BYTES


def test_its_roles_can_name_what_it_calls(grown: Synthesized) -> None:
    arn = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:" + 64 * "x" + ":live"
    for role in grown.resources("AWS::IAM::Role").values():
        named = json.dumps([policy["PolicyDocument"] for policy in role.get("Policies", [])], separators=(",", ":"))
        for alias in grown.resources("AWS::Lambda::Alias"):
            named = named.replace(json.dumps({"Ref": alias}, separators=(",", ":")), json.dumps(arn))
        assert len(named) <= parts.POLICY_CHARACTERS


def test_an_endpoint_takes_four_resources_and_the_rest_does_not_grow(grown: Synthesized, aws: Synthesized) -> None:
    more = ENDPOINTS - len({json.dumps(each["x-amazon-apigateway-integration"]["uri"]) for each in _routes(aws)})
    assert _count(grown) - _count(aws) == more * parts.PER_FUNCTION
    assert len(grown.templates[""]["Resources"]) == len(aws.templates[""]["Resources"])


def test_the_whole_loses_nothing(grown: Synthesized, aws: Synthesized) -> None:
    for made in (grown, aws):
        stacks = nested(made.templates[""])
        assert len(made.template["Resources"]) == _count(made) - len(stacks)
        text = json.dumps(made.template)
        assert "Outputs." not in text
        assert "referenceto" not in text
        assert stacks.keys() == set(parts.ENDPOINTS) | {parts.WORKERS}


def test_the_line_tells_the_fullest_stack_and_the_room(aws: Synthesized, application: Application) -> None:
    """By hand: 77 functions can be named by a role, and the fullest of four parts decides."""
    aliases = {
        name: sum(each["Type"] == "AWS::Lambda::Alias" for each in template["Resources"].values())
        for name, template in aws.templates.items()
    }
    fullest = max(aliases[part] for part in parts.ENDPOINTS)
    most = max(len(template["Resources"]) for template in aws.templates.values())
    assert parts.said(aws.templates) == f"{most} resources of 500; {4 * (77 - fullest)} more endpoints fit"
    assert len(application.endpoints) + parts.room(aws.templates) >= ENDPOINTS


@pytest.mark.parametrize(
    ("resources", "outputs", "aliases", "path_count", "room"),
    [
        (100, 0, 7, 1, 4 * 70),
        (460, 0, 0, 1, 4 * 10),
        (100, 180, 0, 1, 4 * 10),
        (100, 0, 70, 1, 4 * 7),
        (100, 0, 0, 290, 9),
    ],
)
def test_what_is_scarcest_decides(resources: int, outputs: int, aliases: int, path_count: int, room: int) -> None:
    def template(resources: int, aliases: int) -> dict[str, Any]:
        kinds = ["AWS::Lambda::Alias"] * aliases + ["AWS::IAM::Role"] * (resources - aliases)
        return {
            "Resources": {str(number): {"Type": kind} for number, kind in enumerate(kinds)},
            "Outputs": {str(number): "" for number in range(outputs)},
        }

    body = {"paths": {f"/{number}": "" for number in range(path_count)}}
    root: dict[str, Any] = {"Resources": {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}}}
    fullest = template(resources, aliases)
    templates = {"": root, **{part: template(9, 0) for part in parts.ENDPOINTS}, parts.ENDPOINTS[2]: fullest}
    assert parts.room(templates) == room


def test_a_path_is_one_for_each_segment() -> None:
    assert parts.paths({"paths": {"/a/{b}/c": {}, "/a/{b}": {}, "/d": {}}}) == {"/", "/a", "/a/{b}", "/a/{b}/c", "/d"}


def test_a_name_decides_and_what_else_there_is_does_not(application: Application) -> None:
    before, after = parts.distribute(application), parts.distribute(_grown(application))
    for part, functions in before.items():
        assert {each.name for each in functions} <= {each.name for each in after[part]}
    assert {each.name for each in before[parts.WORKERS]} == {
        each.name for each in (*application.consumers, *application.tasks)
    }


def test_a_part_that_is_added_takes_its_share_and_moves_nothing_else(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown = _grown(application)
    before = {function.name: parts.part_of(function) for function in grown.functions}
    monkeypatch.setattr(parts, "ENDPOINTS", (*parts.ENDPOINTS, "Endpoints5"))
    after = {function.name: parts.part_of(function) for function in grown.functions}
    moved = {name for name, part in after.items() if part != before[name]}
    assert {after[name] for name in moved} == {"Endpoints5"}
    assert ENDPOINTS / 10 < len(moved) < ENDPOINTS / 3


def test_a_part_that_is_full_is_told(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_INVOKED", 5)
    with pytest.raises(
        DeclarationError, match=r"infra/parts\.py: Endpoints\d has \d+ functions and takes 5: add a part"
    ):
        parts.distribute(application)


def _routes(made: Synthesized) -> list[dict[str, Any]]:
    (api,) = made.resources("AWS::ApiGateway::RestApi").values()
    return _operations(api["Body"])


def _operations(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in body["paths"].values() for operation in methods.values()]


def _count(made: Synthesized) -> int:
    return sum(len(template["Resources"]) for template in made.templates.values())

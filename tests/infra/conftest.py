"""The templates of the stack, each synthesized once; cdk-nag checks AWS's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import app, whole
from infra.discovery import Application, discover
from infra.layers import EMPTY

# The CDK starts its Node when it is imported.
app.use_locked_node()
os.environ["CDK_VALIDATION"] = "false"  # cfn-lint looks at the templates

SETTINGS = {"signups_per_day": 20, "token_issuer": "https://id.constellation.example"}
WRITERS = ["arn:aws:iam::210987654321:role/plant", "arn:aws:iam::210987654321:role/press"]
"""Who may drop files on AWS; nobody may in the other templates."""

NEW_ACCOUNT = 10
"""Concurrent executions of a new account."""

RESERVED: dict[str, object] = {"render_image": 50, "authorize": 100, "create_upload": 20}
"""The concurrency that some functions have to themselves."""

SNAPPED = ("authorize", "get_me", "ingest_upload", "reconcile", "render_image")
"""One of each kind: an authorizer, an endpoint, a queue's consumer, a task with a schedule, and what the CDN calls."""


@dataclass(frozen=True)
class Synthesized:
    """The templates as CloudFormation gets them, what they are as a whole, and what the checks found in them."""

    folder: Path
    templates: dict[str, dict[str, Any]]
    template: dict[str, Any]
    findings: str

    @property
    def paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.template.json"))

    def mistakes(self) -> list[str]:
        """Return what cfn-lint finds in the templates."""
        from cfnlint import ManualArgs, lint_by_config

        return [str(match) for match in lint_by_config(ManualArgs(templates=[*map(str, self.paths)]))]

    def resources(self, *types: str) -> dict[str, dict[str, Any]]:
        return {
            name: resource["Properties"]
            for name, resource in self.template["Resources"].items()
            if resource["Type"] in types
        }


def synthesize(
    folder: Path, context: dict[str, object], *, checked: bool, layers: Mapping[str, str] | None = None
) -> Synthesized:
    """Synthesize with empty layers, whether they are built or not, and with the fingerprints in ``layers``."""

    def asset(layer: str) -> tuple[Path, str]:
        EMPTY.mkdir(parents=True, exist_ok=True)
        return EMPTY, (layers or {}).get(layer, "not built")

    app.use_locked_node()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CDK_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"):
            patch.delenv(name, raising=False)
        patch.setattr("infra.target.asset", asset)
        composed = app.compose(context, str(folder))
    if checked:
        from aws_cdk import Validations
        from cdk_nag import AwsSolutionsChecks

        Validations.of(composed).add_plugins(AwsSolutionsChecks(composed))
    findings = ""
    try:
        composed.synth()
    except RuntimeError:
        findings = (folder / "validation-report.json").read_text()
    (assets,) = folder.glob("*.assets.json")
    templates = whole.templates(folder, assets.name.removesuffix(".assets.json"))
    return Synthesized(folder, templates, whole.whole(templates[""], templates.__getitem__), findings)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    context: dict[str, object] = {**app.context(), "settings": SETTINGS, "drop_writers": WRITERS}
    return synthesize(tmp_path_factory.mktemp("aws"), context, checked=True)


@pytest.fixture(scope="session")
def rotating(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """AWS's template for a new account, in the midst of a rotation of the secrets."""
    context: dict[str, object] = {
        **app.context(),
        "settings": SETTINGS,
        "account_concurrency": NEW_ACCOUNT,
        "origin_secrets": ["NewSecret", "OriginSecret"],
    }
    return synthesize(tmp_path_factory.mktemp("rotating"), context, checked=False)


@pytest.fixture(scope="session")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """AWS's template with some functions that start from snapshots, or have concurrency to themselves."""
    context: dict[str, object] = {
        **app.context(),
        "settings": SETTINGS,
        "reserved_concurrency": RESERVED,
        "snap_start": list(SNAPPED),
    }
    return synthesize(tmp_path_factory.mktemp("tuned"), context, checked=False)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    context: dict[str, object] = {**app.context(), "settings": SETTINGS, "local": True, "engine_port": 4566}
    return synthesize(tmp_path_factory.mktemp("local"), context, checked=False)


@pytest.fixture(scope="session")
def application() -> Application:
    return discover()

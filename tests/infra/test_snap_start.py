"""Functions that start from snapshots of themselves."""

import os
import subprocess
import sys

import pytest

from infra import app
from infra.discovery import Application, DeclarationError
from tests.infra.conftest import SNAPPED, Synthesized


def test_what_is_chosen_starts_from_snapshots_and_nothing_else_does(
    tuned: Synthesized, aws: Synthesized, application: Application
) -> None:
    """A snapshot is one of a version, and callers call every function by a version (``test_versions``)."""
    snapped = {each.construct_id for each in application.functions if each.name in SNAPPED}
    applied = {
        name.partition("Function")[0]: properties["SnapStart"]
        for name, properties in tuned.resources("AWS::Lambda::Function").items()
        if "SnapStart" in properties
    }
    assert applied == {construct: {"ApplyOn": "PublishedVersions"} for construct in snapped}
    assert len(tuned.template["Resources"]) == len(aws.template["Resources"])
    assert not any("SnapStart" in properties for properties in aws.resources("AWS::Lambda::Function").values())


def test_a_function_that_there_is_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    context: dict[str, object] = {**app.context(), "snap_start": ["get_me", "get_you"]}
    with pytest.raises(DeclarationError, match="there is no function get_you"):
        app.compose(context, str(tmp_path_factory.mktemp("unknown")))


@pytest.mark.parametrize(("kind", "loaded"), [("snap-start", "True"), ("on-demand", "False")])
def test_the_snapshot_holds_the_sdk(kind: str, loaded: str) -> None:
    code = "import sys, constellation.aws.client; print('botocore.client' in sys.modules)"
    environment = {"AWS_LAMBDA_INITIALIZATION_TYPE": kind, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded

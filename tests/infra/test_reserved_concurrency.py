"""Functions that have some of the account's concurrency to themselves, and no more than that.

What cfn-lint and cdk-nag say of them is in ``test_deployments``.
"""

import pytest

from infra import app
from infra.discovery import Application, DeclarationError
from tests.infra.conftest import RESERVED, SNAPPED, Synthesized


def _reservations(template: Synthesized) -> dict[str, int]:
    functions = template.resources("AWS::Lambda::Function")
    return {
        function["Description"].partition(":")[0]: function["ReservedConcurrentExecutions"]
        for function in functions.values()
        if "ReservedConcurrentExecutions" in function
    }


def test_what_is_chosen_is_reserved_and_nothing_else(tuned: Synthesized) -> None:
    named = _reservations(tuned)
    assert named.pop("GET|HEAD /api/image/{image_id}") == RESERVED["render_image"]
    assert sorted(named.values()) == [RESERVED["create_upload"], RESERVED["authorize"]]


def test_a_reservation_is_the_functions_and_no_versions(
    tuned: Synthesized, aws: Synthesized, application: Application
) -> None:
    """Lambda would have no new version to publish; a snapshot is one of a version."""
    changed = tuned.resources("AWS::Lambda::Version").keys() ^ aws.resources("AWS::Lambda::Version").keys()
    assert "create_upload" in RESERVED.keys() - set(SNAPPED)
    snapped = {each.construct_id for each in application.functions if each.name in SNAPPED}
    assert {name.partition("Function")[0] for name in changed} == snapped


def test_nothing_is_reserved_by_default(aws: Synthesized, local: Synthesized) -> None:
    assert _reservations(aws) == _reservations(local) == {}


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"get_me": 5, "get_you": 5}, "reserved_concurrency: there is no function get_you"),
        ({"get_me": 0}, "reserved_concurrency: a function needs at least 1"),
    ],
)
def test_what_cannot_be_reserved(
    tmp_path_factory: pytest.TempPathFactory, chosen: dict[str, int], message: str
) -> None:
    context: dict[str, object] = {**app.context(), "reserved_concurrency": chosen}
    with pytest.raises(DeclarationError, match=message):
        app.compose(context, str(tmp_path_factory.mktemp("unknown")))

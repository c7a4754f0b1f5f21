"""What uses every grant of each function of this part."""

import pytest

from tests.support.sharing import Client
from tests.support.tagging import rename
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World


def _tagging(world: World, _: pytest.MonkeyPatch) -> None:
    client = Client(world)
    image_id, space = client.image(isPublic="true"), Workspace(client)
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    for tags in (["trips/2025", "sea"], []):
        assert client.ask("PUT", f"/api/image/{image_id}/tags", json={"tags": tags}).status == 204


def _listing(world: World, _: pytest.MonkeyPatch) -> None:
    assert Client(world).ask("GET", "/api/tags").json["data"] == []


def _renaming(world: World, _: pytest.MonkeyPatch) -> None:
    client = Client(world)
    for old, new in (("a", "b"), ("b", "c/d")):
        assert rename(client, old, new).status == 202


SCENARIOS: dict[str, Scenario] = {
    "share_tag_image": _tagging,
    "share_list_tags": _listing,
    "share_rename_tags": _renaming,
}

"""What uses every grant of each function of this part."""

import pytest

from constellation.aws.resources import INDEXING
from constellation.search import index
from constellation.search.model import CREATED, UPDATED
from tests.support.accounts import new_token
from tests.support.faults import calls_take
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World

LISTS = (
    {"orderBy": UPDATED},
    {"orderBy": CREATED},
    {"searchTerm": "sea client"},
    {"searchTerm": "a", "searchBy": "tag", "orderBy": CREATED},
)


def _asked(name: str, path: str, *queries: dict[str, str]) -> Scenario:
    """A user with a public image in a constellation asks for images; ``{}`` in a query stands for the image's id.

    A folder of the constellation is deleted and not yet cleaned up.
    """

    def run(world: World, _: pytest.MonkeyPatch) -> None:
        client = Client(world)
        image_id, space = client.image(description="sea", isPublic="true"), Workspace(client)
        assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
        assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
        for query in queries:
            filled = {key: value.format(image_id) for key, value in query.items()}
            assert client.ask("GET", path, query=filled).status == 200
            bound = new_token(world, client.token, constellation_uuid=space.id)["token"]
            assert world.request("GET", path, token=bound, query=filled).status == 200
        assert world.used[name]

    return run


def _indexing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "FEWEST", 2)
    monkeypatch.setattr(index, "BUDGET", 1)
    client = Client(world)
    image_ids = [client.image(description="sea", isPublic="true") for _ in range(2)]
    for tags in (["a"], ["b"]):
        assert client.ask("PUT", f"/api/image/{image_ids[0]}/tags", json={"tags": tags}).status == 204
        world.deliver(INDEXING, delayed=True)
    assert client.ask("PATCH", "/api/tags", json={"from": "b", "to": "c"}).status == 202
    for change in ({}, {"description": "lake"}, {"isPublic": False}):
        for image_id in image_ids:
            assert client.ask("PATCH", f"/api/image/{image_id}", json=change).status == 204
        world.advance(minutes=5)
        with calls_take(world, 1):
            world.deliver(INDEXING, delayed=True)


SCENARIOS: dict[str, Scenario] = {
    "share_list_public_images": _asked("share_list_public_images", "/api/images/1", *LISTS),
    "share_list_own_images": _asked("share_list_own_images", "/api/images/history/1", *LISTS),
    "share_find_images": _asked("share_find_images", "/api/images", {"uuid[]": "{}"}),
    "index_images": _indexing,
}

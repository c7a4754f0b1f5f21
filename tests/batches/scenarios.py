"""What uses every grant of each function of this part."""

import pytest

from constellation.collections import parts
from tests.support.sharing import Client
from tests.support.workspace import Workspace, created
from tests.support.world import Scenario, World


def _every_action(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An own constellation with a deleted folder, and an empty one; images in it, in none, and another's in public."""
    monkeypatch.setattr(parts, "MOST", 3)
    client, other = Client(world), Client(world, "bea")
    space = Workspace(client)
    folder, gone = space.folder(), space.folder()
    ids = [space.image(), client.image(), other.image(isPublic="true"), space.image(folder=gone)]
    known = created(client.ask("POST", "/api/collections", json={"name": "All"}))["id"]
    assert client.ask("DELETE", f"/folders/{gone}").status == 200
    empty = {"action": "move", "constellation_uuid": Workspace(client).id}
    assert client.ask("POST", "/api/images/batch", json={"ids": [client.image()], **empty}).status == 200
    for fields in (
        {"action": "tag", "tags": ["sea"]},
        {"action": "publish"},
        {"action": "collect", "collection_id": known},
        {"action": "move", "constellation_uuid": space.id, "folder_uuid": folder},
        {"action": "delete"},
    ):
        answer = client.ask("POST", "/api/images/batch", json={"ids": ids, **fields})
        done = 200 if fields["action"] == "move" else 204
        refused = 404 if fields["action"] == "move" else 403
        assert [each["status"] for each in answer.json["results"]] == [done, done, refused, 404]


SCENARIOS: dict[str, Scenario] = {"run_batch": _every_action}

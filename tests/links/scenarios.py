"""What uses every grant of each function of this part."""

import pytest

from constellation.aws.resources import ACCESS_LOGS
from constellation.links import deliver
from tests.support import logs, pictures
from tests.support.sharing import Client, link, uploaded
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World, configure


def _links(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=1)
    client = Client(world)
    image_id = client.image(pictures.still("JPEG"))
    space = Workspace(client)  # a folder of it is deleted, and not yet cleaned up
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    for width in ("10", "10", "20"):
        assert link(world, f"{image_id}.png", {"w": width}).status == 200
    assert link(world, f"{client.image(pictures.long())}.png", {"w": "10"}).status == 200
    configure(monkeypatch, renditions_per_image=1, reductions=False)
    image_from_before = client.image(pictures.long())
    configure(monkeypatch, renditions_per_image=1)
    assert link(world, f"{image_from_before}.png", {"w": "10"}).status == 200
    monkeypatch.setattr(deliver, "DIRECT_FILE_LIMIT", 100)
    assert link(world, f"{image_id}.png", {"w": "20"}).status == 302


def _counting(world: World, _: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    logs.write("one.gz", [logs.line(f"/image/{image_id}.jpg")])
    assert world.deliver(ACCESS_LOGS) == 1


def _signing(world: World, _: pytest.MonkeyPatch) -> None:
    client = Client(world)
    space = Workspace(client)
    image_id = client.image(access="signed")
    assert client.ask("PUT", "/api/variants/card", json={"w": 1}).status == 201
    assert client.ask("POST", f"/api/image/{image_id}/sign", json={"variant": "card"}).status == 200
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    assert client.ask("POST", f"/api/image/{image_id}/sign").status == 200


SCENARIOS: dict[str, Scenario] = {"render_image": _links, "count_views": _counting, "sign_link": _signing}

"""What uses every grant of each function of this part."""

from collections.abc import Mapping
from typing import Any

import pytest

from constellation.collections import parts
from tests.support.sharing import Client
from tests.support.workspace import Workspace, created
from tests.support.world import Scenario, World


def _asked(name: str, method: str, path: str, **sent: Any) -> Scenario:
    """The owner of a collection of eight images asks. A folder is deleted, and with it an image that is in it, too."""

    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parts, "MOST", 3)
        client = Client(world)
        space = Workspace(client)
        folder = space.folder()
        lost, images = space.image(folder=folder), [space.image(), *(client.image() for _ in range(7)), space.image()]
        assert client.ask("PATCH", f"/api/image/{images[0]}", json={"access": "signed"}).status == 204
        known = created(client.ask("POST", "/api/collections", json={"name": "All"}))["id"]
        one = f"/api/collections/{known}"
        for image in (images[0], lost, *images[1:8]):
            assert client.ask("PUT", f"{one}/items/{image}").status == 204
        for image in (images[1], images[2], images[5]):
            assert client.ask("DELETE", f"{one}/items/{image}").status == 204
        assert client.ask("DELETE", f"/folders/{folder}").status == 200
        if name in ("get_collection", "list_collections"):
            other = created(client.ask("POST", "/api/collections", json={"name": "Gone"}))["id"]
            assert client.ask("PUT", f"/api/collections/{other}/items/{images[7]}").status == 204
            assert client.ask("DELETE", f"/api/image/{images[7]}").status == 204
            assert client.ask(method, path.format(f"/api/collections/{other}")).status == 200
        body: Mapping[str, Any] = {"json": {"ids": [images[6]]}} if name == "order_items" else sent
        image = images[8] if name == "put_item" else images[0]
        assert client.ask(method, path.format(one, image), **body).status in (200, 201, 204)
        assert world.used[name]

    return run


SCENARIOS: dict[str, Scenario] = {
    name: _asked(name, method, path, **sent)
    for name, method, path, sent in (
        (
            "create_collection",
            "POST",
            "/api/collections",
            {"json": {"name": "New"}, "headers": {"Idempotency-Key": "key"}},
        ),
        ("list_collections", "GET", "/api/collections", {}),
        ("get_collection", "GET", "{}", {}),
        ("change_collection", "PATCH", "{}", {"json": {"name": "New"}}),
        ("delete_collection", "DELETE", "{}", {}),
        ("list_items", "GET", "{}/items", {}),
        ("put_item", "PUT", "{}/items/{}", {}),
        ("delete_item", "DELETE", "{}/items/{}", {}),
        ("order_items", "PATCH", "{}/order", {}),
    )
}

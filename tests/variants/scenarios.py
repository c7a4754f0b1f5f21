"""What uses every grant of each function of this part."""

from typing import Any

import pytest

from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World


def _asked(name: str, method: str, path: str, body: Any = None) -> Scenario:
    """An ADMIN of a constellation with a variant, in which a folder was deleted, asks on one of the surfaces."""

    def run(world: World, _: pytest.MonkeyPatch) -> None:
        client = Client(world)
        space = Workspace(client)
        assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
        place = path.format(f"/constellations/{space.id}" if name.startswith("workspace") else "/api")
        assert client.ask("PUT", f"{place.removesuffix('/card')}/card", json={"w": 1}).status == 201
        sent = {"json": {**body, "watermark": {**body["watermark"], "image_uuid": space.image()}}} if body else {}
        assert client.ask(method, place, **sent).status in (200, 204)
        assert world.used[name]

    return run


_MARK = {"watermark": {"position": "north", "opacity": 1, "scale": 0.1, "margin": 0}}

SCENARIOS: dict[str, Scenario] = {
    f"{surface}_{function}": _asked(f"{surface}_{function}", method, path, body)
    for surface in ("share", "workspace")
    for function, method, path, body in (
        ("put_variant", "PUT", "{}/variants/card", _MARK),
        ("get_variant", "GET", "{}/variants/card", None),
        ("list_variants", "GET", "{}/variants", None),
        ("delete_variant", "DELETE", "{}/variants/card", None),
    )
}

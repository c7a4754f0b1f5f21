"""What uses every grant of each function of this part."""

import pytest

from constellation.links import deliver
from tests.support import pictures
from tests.support.iiif import iiif
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World, configure


def _deleted_with_its_folder(client: Client, picture: bytes) -> str:
    """Return an image in a constellation where a folder is deleted, and not yet cleaned up."""
    image_id, space = client.image(picture), Workspace(client)
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    return image_id


def _pictures(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(world)
    configure(monkeypatch, reductions=False)
    image_from_before = client.image(pictures.long())
    configure(monkeypatch, renditions_per_image=1)
    assert iiif(world, image_from_before, "full/96,1/0/default.png").status == 200
    image_id = _deleted_with_its_folder(client, pictures.still("PNG", 1000, 700))
    for width in ("10", "10", "20"):
        assert iiif(world, image_id, f"full/{width},/0/default.png").status == 200
    assert iiif(world, image_id, "9,9,600,600/max/0/default.png").status == 200
    monkeypatch.setattr(deliver, "DIRECT_FILE_LIMIT", 100)
    assert iiif(world, image_id, "full/20,/0/default.png").status == 302


def _information(world: World, _: pytest.MonkeyPatch) -> None:
    assert iiif(world, _deleted_with_its_folder(Client(world), pictures.still("GIF")), "info.json").status == 200


SCENARIOS: dict[str, Scenario] = {"render_region": _pictures, "get_info": _information}

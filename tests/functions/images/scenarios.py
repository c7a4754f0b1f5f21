"""What uses every grant of each function of this part."""

import pytest

from constellation.services import delivery
from tests import pictures
from tests.sharing import ANNA, link, uploaded
from tests.world import File, Scenario, World, configure, event


def _upload(name: str, path: str) -> Scenario:
    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, bytes_per_user=10**9, guest_uploads_per_day=10)
        form: dict[str, str | File] = {"image": File("a.png", pictures.still("PNG"))}
        assert world.call(name, event("POST", path, form=form, caller=ANNA)).status == 201

    return run


def _links(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=1)
    image_id = uploaded(world, pictures.still("JPEG"))
    for width in ("10", "10", "20"):
        assert link(world, f"{image_id}.png", {"w": width}).status == 200
    monkeypatch.setattr(delivery, "DIRECT_FILE_LIMIT", 100)
    assert link(world, f"{image_id}.png", {"w": "20"}).status == 302


SCENARIOS: dict[str, Scenario] = {
    "upload_image": _upload("upload_image", "/api/upload"),
    "upload_guest_image": _upload("upload_guest_image", "/api/guest/upload"),
    "upload_external_image": _upload("upload_external_image", "/api/external/upload"),
    "render_image": _links,
}

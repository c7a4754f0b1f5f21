"""What uses every grant of each function of this part."""

from functools import partial

import pytest

from constellation.aws.resources import LEFTOVERS
from constellation.runtime.request import Caller
from tests.support.faults import meanwhile
from tests.support.firmware import FILE, about
from tests.support.sharing import Client
from tests.support.workspace import Workspace, created
from tests.support.world import File, Scenario, World, configure

FORM = {"image": File("pump.hex", FILE)}


def _life(world: World, _: pytest.MonkeyPatch) -> None:
    """A firmware image in a constellation from its creation to its end, looked for in every way."""
    client = Client(world)
    where = {"constellation_uuid": Workspace(client).id}
    fields = {"label": "pump", "fw_version": "1.0.0", **where}
    keyed = client.ask("POST", "/image", json=fields, headers={"Idempotency-Key": "key"})
    path = f"/image/{created(keyed)['id']}"
    assert client.ask("POST", f"{path}/binary", form=FORM).status == 200
    for found in (path, f"{path}/binary", "/image/binary"):
        assert client.ask("GET", found).status == 200
    for label in ({}, {"label": "pump"}):
        for sort in ({}, {"sort": "version"}):
            assert len(client.ask("GET", "/image", query={**label, **sort}).json) == 1
    for pre in ("true", "false"):
        assert client.ask("GET", "/image/latest", query={"label": "pump", "pre": pre, **where}).status == 200
    assert client.ask("DELETE", f"{path}/binary").status == 200
    assert client.ask("POST", f"{path}/binary", form=FORM).status == 200
    assert client.ask("DELETE", path).status == 200
    assert world.deliver(LEFTOVERS, delayed=True) == 4


def _late_upload(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The firmware image goes just before its binary would be its own."""
    configure(monkeypatch, bytes_per_user=10**9)
    client = Client(world)
    fields = {"label": "pump", "fw_version": "1.0.0", "constellation_uuid": Workspace(client).id}
    image = created(client.ask("POST", "/image", json=fields))["id"]
    goes = partial(about, world, "delete_firmware", Caller(client.id, session_id="session"), image)
    with meanwhile("PutObject", goes):
        assert client.ask("POST", f"/image/{image}/binary", form=FORM).status == 404


SCENARIOS: dict[str, Scenario] = {
    "create_firmware": _life,
    "list_firmware": _life,
    "get_firmware": _life,
    "delete_firmware": _life,
    "get_latest_firmware": _life,
    "list_binaries": _life,
    "get_binary": _life,
    "upload_binary": _late_upload,
    "delete_binary": _life,
    "remove_leftover": _life,
}

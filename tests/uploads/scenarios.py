"""What uses every grant of each function of this part."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import BINARIES, INDEXING, ORIGINALS, RENDITIONS
from constellation.cleanup import reconcile as reconciliation
from constellation.runtime.request import Caller
from constellation.search import index as indexing
from tests.faults import meanwhile
from tests.firmware import FILE, about
from tests.firmware_api import confirmed, made
from tests.sharing import SMALL, Client
from tests.spaces import ask as ask_function
from tests.uploads_api import ask, ask_for_binary, drop, posted, put, status, tell
from tests.workspace import UNKNOWN, Workspace
from tests.world import File, Scenario, World, configure


def _asked(world: World, _: pytest.MonkeyPatch) -> None:
    """Forms for an image in a folder, beside one that is deleted and not yet emptied, and for a binary."""
    client = Client(world)
    space = Workspace(client)
    folder = space.folder()
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    form = ask(client, constellation_uuid=space.id, folder_uuid=folder)
    assert status(client, form["id"])["status"] == "pending"
    ask_for_binary(client, made(client, constellation_uuid=space.id))


def _taken_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of both kinds in both ways; some are refused at the last moment, and one is gone before it is told of."""
    configure(monkeypatch, bytes_per_user=10**9)
    client = Client(world)
    space = Workspace(client)
    caller, folder = Caller(client.id, session_id="session"), space.folder()
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    form = ask(client, constellation_uuid=space.id, folder_uuid=folder)
    twice = [put(form["fields"]["key"]) for _ in range(2)]
    tell(world, *twice)
    assert status(client, form["id"])["status"] == "ready"
    late = ask(client, constellation_uuid=space.id, folder_uuid=folder)
    delete_folder = partial(ask_function, world, "delete_folder", caller, folder_uuid=folder)
    with meanwhile("PutObject", delete_folder):
        assert posted(client, late)["status"] == "failed"
    binary = made(client)
    assert posted(client, ask_for_binary(client, binary), FILE)["status"] == "ready"
    taken = made(client)
    with meanwhile("CopyObject", partial(about, world, "delete_firmware", caller, taken)):
        assert posted(client, ask_for_binary(client, taken), FILE)["status"] == "failed"
    for name, data in (("a.gif", SMALL), ("pump-1.0.0.hex", FILE), ("a.txt", b"text")):
        drop(world, f"drop/{client.id}/{space.id}/{name}", data)
    dropped = [put(f"drop/{client.id}/a.gif") for _ in range(2)]
    tell(world, *dropped, *dropped)


def _reconciled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a killed function can leave behind, in parts of one object."""
    monkeypatch.setattr(reconciliation, "OBJECTS", 1)
    monkeypatch.setattr(indexing, "FEWEST", 1)
    uploaded_by_guest = world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)})
    assert uploaded_by_guest.status == 201
    world.advance(minutes=5)
    world.deliver(INDEXING, delayed=True)  # only the own list is behind
    client = Client(world)
    space = Workspace(client)
    put(ask(client)["fields"]["key"])
    ask(client)
    space.image()
    confirmed(client)
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    assert client.ask("DELETE", f"/images/{space.image()}").status == 200
    for bucket in (ORIGINALS, BINARIES):
        for key in world.objects(bucket):
            aws.call("s3", "delete_object", Bucket=bucket.physical_name, Key=key)
    for bucket, key in ((ORIGINALS, "images/{}"), (RENDITIONS, "renditions/{}/a"), (BINARIES, "firmware/{}/a")):
        aws.call("s3", "put_object", Bucket=bucket.physical_name, Key=key.format(UNKNOWN), Body=b"left")
    world.now = datetime.now(UTC) + timedelta(hours=3)
    report = world.invoke("reconcile", {})
    assert report == dict.fromkeys(report, 1)


SCENARIOS: dict[str, Scenario] = {
    "create_upload": _asked,
    "get_upload": _asked,
    "ingest_upload": _taken_in,
    "reconcile": _reconciled,
}

"""What uses every grant of each function of this part."""

from functools import partial

import pytest

from constellation.aws.resources import SOURCES
from constellation.images import file_store
from constellation.runtime.request import Caller
from tests.support import pictures
from tests.support.accounts import new_token
from tests.support.faults import meanwhile
from tests.support.firmware import FILE, about
from tests.support.firmware_api import made
from tests.support.internet import CERTIFIED, file, new_internet
from tests.support.sharing import SMALL, Client
from tests.support.spaces import ask as ask_function
from tests.support.uploads_api import ask, ask_for_binary, drop, posted, put, status, tell
from tests.support.workspace import Workspace
from tests.support.world import Scenario, World, configure

SOURCE = f"https://{CERTIFIED[0]}/a.gif"


def _asked(world: World, _: pytest.MonkeyPatch) -> None:
    """Forms for an image in a folder, beside one that is deleted and not yet emptied, and for a binary."""
    client = Client(world)
    space = Workspace(client)
    folder = space.folder()
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    form = ask(client, constellation_uuid=space.id, folder_uuid=folder)
    assert status(client, form["id"])["status"] == "pending"
    ask_for_binary(client, made(client, constellation_uuid=space.id))
    assert client.ask("POST", "/api/uploads", json={"kind": "image", "sourceUrl": SOURCE}).status == 201
    body = {"kind": "image", "fileName": "a.gif"}
    assert client.ask("POST", "/api/uploads", json=body, headers={"Idempotency-Key": "key"}).status == 201


def _bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is bound to a constellation asks for the upload of a binary into it."""
    _asked(world, monkeypatch)
    client = Client(world, "grace")
    space = Workspace(client)
    firmware = made(client, "sensor", constellation_uuid=space.id)
    asked = {"kind": "firmware", "fileName": "a.hex", "image_id": firmware}
    upload = client.ask("POST", "/api/uploads", json=asked).json["id"]
    token = new_token(world, client.token, "firmware:read", constellation_uuid=space.id)["token"]
    assert world.request("GET", f"/api/uploads/{upload}", token=token).status == 200


def _taken_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of both kinds in both ways; some are refused at the last moment, and one is gone before it is told of."""
    configure(monkeypatch, bytes_per_user=10**9)
    client = Client(world)
    space = Workspace(client)
    caller, folder = Caller(client.id, session_id="session"), space.folder()
    monkeypatch.setattr(file_store, "MOST_KNOWN", 1)
    assert client.ask("DELETE", f"/api/image/{client.image()}").status == 204
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
    for name, data in (("a.gif", SMALL), ("a.png", pictures.long()), ("pump-1.0.0.hex", FILE), ("a.txt", b"text")):
        drop(world, f"drop/{client.id}/{space.id}/{name}", data)
    dropped = [put(f"drop/{client.id}/a.gif") for _ in range(2)]
    tell(world, *dropped, *dropped)


def _fetched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address gives a file, and one is refused."""
    client = Client(world)
    with new_internet(monkeypatch) as internet:
        internet.host(lambda _: file(SMALL))
        for source in (SOURCE, "https://10.0.0.1/"):
            assert client.ask("POST", "/api/uploads", json={"kind": "image", "sourceUrl": source}).status == 201
        assert world.deliver(SOURCES, delayed=True) == 2


SCENARIOS: dict[str, Scenario] = {
    "create_upload": _asked,
    "fetch_upload": _fetched,
    "get_upload": _bound,
    "ingest_upload": _taken_in,
}

"""Uploads by S3 in tests: asked for, posted, dropped, told of, and what has come of them."""

from collections.abc import Mapping
from typing import Any

import requests

from constellation.aws import client as aws
from constellation.aws.resources import ARRIVALS, BINARIES, FIRMWARE, IMAGES, INCOMING, ORIGINALS
from constellation.runtime.s3_events import StoredObject, notification
from constellation.uploads import incoming_store as incoming
from tests.support.sharing import SMALL, Client
from tests.support.state import Location, seen
from tests.support.workspace import created
from tests.support.world import World


def ask(client: Client, **fields: Any) -> Any:
    """A form for an image; ``fields`` say more of it, or other."""
    return created(client.ask("POST", "/api/uploads", json={"kind": "image", "fileName": "sea.gif", **fields}))


def ask_for_binary(client: Client, firmware_id: str, **fields: Any) -> Any:
    """A form for the binary of a firmware image."""
    return ask(client, kind="firmware", fileName="pump.hex", image_id=firmware_id, **fields)


def post(form: Mapping[str, Any], data: bytes = SMALL, **fields: str) -> int:
    """The status of S3's answer to a form with a file; ``fields`` take the place of the form's own."""
    sent = {**form["fields"], **fields}
    return requests.post(form["url"], data=sent, files={"file": ("any name", data)}, timeout=10).status_code


def posted(client: Client, form: Mapping[str, Any], data: bytes = SMALL) -> Any:
    """What has come of a form once a file was posted with it."""
    assert post(form, data) == 204
    client.world.deliver(ARRIVALS)
    return status(client, form["id"])


def status(client: Client, upload_id: str) -> Any:
    """How it stands with an upload."""
    answer = client.ask("GET", f"/api/uploads/{upload_id}")
    assert answer.status == 200, answer.body
    return answer.json


def put(key: str, data: bytes = SMALL) -> StoredObject:
    """An object that somebody has written into the bucket for what comes in."""
    name = INCOMING.physical_name
    answer = aws.call("s3", "put_object", Bucket=name, Key=key, Body=data)
    return StoredObject(name, key, answer["VersionId"])


def drop(world: World, key: str, data: bytes = SMALL) -> None:
    """The same, and it was taken in; nothing of it is left, and nothing else is there but reports."""
    put(key, data)
    world.deliver(ARRIVALS)
    assert lying() == []


def tell(world: World, *stored: StoredObject) -> None:
    """Tell of objects, once each, in this order."""
    messages = [notification(each) for each in stored]
    assert world.receive(ARRIVALS, messages) == []


def lying() -> list[str]:
    """The keys of all versions of what has come in and was not taken in."""
    return [each.key for prefix in ("incoming/", "drop/") for each in incoming.versions(prefix)]


def reports(world: World) -> dict[str, bytes]:
    """What is said of the dropped files that were refused, by its key."""
    return {key: text for key, text in world.objects(INCOMING).items() if key.startswith("drop-failed/")}


def kept() -> dict[Location, Any]:
    """All that is kept of images and firmware."""
    places = {resource.physical_name for resource in (IMAGES, ORIGINALS, FIRMWARE, BINARIES)}
    return {place: thing for place, thing in seen().items() if place[0] in places}


def binaries(world: World) -> list[bytes]:
    """The files of firmware that are kept."""
    return list(world.objects(BINARIES).values())

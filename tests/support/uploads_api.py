"""Uploads by S3 in tests, through the API and through S3's forms."""

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
    """Ask for a form for an image. ``fields`` add to the body or replace parts of it."""
    return created(client.ask("POST", "/api/uploads", json={"kind": "image", "fileName": "sea.gif", **fields}))


def ask_for_binary(client: Client, firmware_id: str, **fields: Any) -> Any:
    """Ask for a form for the binary of a firmware image."""
    return ask(client, kind="firmware", fileName="pump.hex", image_id=firmware_id, **fields)


def post(form: Mapping[str, Any], data: bytes = SMALL, **fields: str) -> int:
    """Return the status of S3's answer to a form with a file. ``fields`` replace fields of the form."""
    sent = {**form["fields"], **fields}
    return requests.post(form["url"], data=sent, files={"file": ("any name", data)}, timeout=10).status_code


def posted(client: Client, form: Mapping[str, Any], data: bytes = SMALL) -> Any:
    """Post a file with a form, let it be taken in, and return the upload."""
    assert post(form, data) == 204
    client.world.deliver(ARRIVALS)
    return status(client, form["id"])


def status(client: Client, upload_id: str) -> Any:
    """Return an upload as the API shows it."""
    answer = client.ask("GET", f"/api/uploads/{upload_id}")
    assert answer.status == 200, answer.body
    return answer.json


def put(key: str, data: bytes = SMALL) -> StoredObject:
    """Write an object into the bucket ``incoming`` and return it."""
    name = INCOMING.physical_name
    answer = aws.call("s3", "put_object", Bucket=name, Key=key, Body=data)
    return StoredObject(name, key, answer["VersionId"])


def drop(world: World, key: str, data: bytes = SMALL) -> None:
    """Drop a file and let it be taken in. Check that nothing but reports is left in the bucket."""
    put(key, data)
    world.deliver(ARRIVALS)
    assert lying() == []


def tell(world: World, *stored: StoredObject) -> None:
    """Deliver a message about each object, in this order."""
    messages = [notification(each) for each in stored]
    assert world.receive(ARRIVALS, messages) == []


def lying() -> list[str]:
    """Return the keys of all versions that have come in and were not taken in."""
    return [each.key for prefix in ("incoming/", "drop/") for each in incoming.versions(prefix)]


def reports(world: World) -> dict[str, bytes]:
    """Return the reports on refused dropped files, by their keys."""
    return {key: text for key, text in world.objects(INCOMING).items() if key.startswith("drop-failed/")}


def kept() -> dict[Location, Any]:
    """Return everything that is stored of images and firmware."""
    places = {resource.physical_name for resource in (IMAGES, ORIGINALS, FIRMWARE, BINARIES)}
    return {place: thing for place, thing in seen().items() if place[0] in places}


def binaries(world: World) -> list[bytes]:
    """Return all stored binaries."""
    return list(world.objects(BINARIES).values())

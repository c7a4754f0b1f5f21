"""Firmware in tests, through the API."""

from typing import Any

from constellation.aws.resources import BINARIES, FIRMWARE
from tests.support.sharing import Client
from tests.support.workspace import created
from tests.support.world import Answer, File, World

PLAIN = b"0123456789"
"""A binary that is not Intel HEX."""


def made(client: Client, label: str = "FW_Example", version: str = "1.0.0", **fields: str) -> str:
    """Make a firmware image, newer than those before it, and return its id."""
    client.world.advance(milliseconds=1)
    body = {"label": label, "fw_version": version, **fields}
    return created(client.ask("POST", "/image", json=body))["id"]


def send(client: Client, firmware_id: str, data: bytes = PLAIN, name: str = "image.hex") -> Answer:
    """Return the answer to the upload of a binary."""
    return client.ask("POST", f"/image/{firmware_id}/binary", form={"image": File(name, data)})


def confirmed(client: Client, label: str = "FW_Example", version: str = "1.0.0", **fields: str) -> str:
    """Make a firmware image with a binary and return its id."""
    firmware_id = made(client, label, version, **fields)
    assert send(client, firmware_id).status == 200
    return firmware_id


def detail(client: Client, firmware_id: str) -> dict[str, Any]:
    """Return the detail of a firmware image."""
    answer = client.ask("GET", f"/image/{firmware_id}")
    assert answer.status == 200, answer.body
    return answer.json


def no_such(firmware_id: str) -> dict[str, Any]:
    """Return the body of the 404 for a firmware image that the caller may not see."""
    return {"message": f"No such image: {firmware_id}", "status": 404}


def stored(world: World) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Return all records and files of firmware."""
    return world.items(FIRMWARE), world.objects(BINARIES)

"""Firmware in tests, by calls of the functions as the gateway makes them (``tests.support.spaces.ask``)."""

from constellation.common.ids import new_id
from constellation.runtime.request import Caller
from tests.support.hex_files import firmware
from tests.support.spaces import ask
from tests.support.world import Answer, File, World

FILE = firmware(40)
"""The binary that is uploaded if no other is given."""


def create(world: World, caller: Caller, constellation: str = "") -> Answer:
    """Return the answer to the creation of a firmware image with a label of its own."""
    body = {"label": new_id(), "fw_version": "1.0.0"} | ({"constellation_uuid": constellation} if constellation else {})
    return ask(world, "create_firmware", caller, body)


def created(world: World, caller: Caller, constellation: str = "") -> str:
    """Make a firmware image without a binary and return its id."""
    answer = create(world, caller, constellation)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def provided(world: World, caller: Caller, constellation: str = "") -> str:
    """Make a firmware image with a binary and return its id."""
    firmware_id = created(world, caller, constellation)
    assert upload(world, caller, firmware_id).status == 200
    return firmware_id


def upload(world: World, caller: Caller, firmware_id: str, data: bytes = FILE) -> Answer:
    """Return the answer to the upload of a binary."""
    return ask(world, "upload_binary", caller, form={"image": File("a.hex", data)}, image_id=firmware_id)


def about(world: World, function: str, caller: Caller, firmware_id: str) -> Answer:
    """Return a function's answer to a request that only names a firmware image in its path."""
    return ask(world, function, caller, image_id=firmware_id)

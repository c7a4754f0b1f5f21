"""Firmware in tests: made, filled and fetched as the gateway asks the functions (``tests.spaces.ask``)."""

from constellation.common.ids import new_id
from constellation.runtime.request import Caller
from tests.support.hex_files import firmware
from tests.support.spaces import ask
from tests.support.world import Answer, File, World

FILE = firmware(40)
"""The bytes of a binary, if no others are given."""


def create(world: World, caller: Caller, constellation: str = "") -> Answer:
    """The answer to the creation of a firmware image of a label of its own, in a constellation if one is named."""
    body = {"label": new_id(), "fw_version": "1.0.0"} | ({"constellation_uuid": constellation} if constellation else {})
    return ask(world, "create_firmware", caller, body)


def created(world: World, caller: Caller, constellation: str = "") -> str:
    """The id of a new firmware image without a binary."""
    answer = create(world, caller, constellation)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def provided(world: World, caller: Caller, constellation: str = "") -> str:
    """The id of a new firmware image with a binary."""
    firmware_id = created(world, caller, constellation)
    assert upload(world, caller, firmware_id).status == 200
    return firmware_id


def upload(world: World, caller: Caller, firmware_id: str, data: bytes = FILE) -> Answer:
    """The answer to an upload of a binary."""
    return ask(world, "upload_binary", caller, form={"image": File("a.hex", data)}, image_id=firmware_id)


def about(world: World, function: str, caller: Caller, firmware_id: str) -> Answer:
    """The answer of a function to which the path tells the firmware image, and nothing more."""
    return ask(world, function, caller, image_id=firmware_id)

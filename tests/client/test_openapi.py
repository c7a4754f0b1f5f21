"""The client against the OpenAPI document: it asks for nothing, and reads nothing, that is not described there."""

import hashlib
import json
import re
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from constellation.images.outputs import ImageMetadata
from constellation_client import Client, responses
from constellation_client.account import Account
from constellation_client.constellations import Constellations
from constellation_client.firmware import Firmware
from constellation_client.images import Images, Place
from infra import ROOT
from tests.support.small_server import Answer, Asked, Told, serving

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions/docs/get_openapi/openapi.json").read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
ID = "7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04"

NAMED = {"ApiKey": "CreatedApiKey"}
"""What the document calls otherwise."""

IN_WORDS = {"ImageMetadata", "Node"}
"""What the document describes in words."""

READ = {name: found for name, found in vars(responses).items() if typing.is_typeddict(found)}


@pytest.mark.parametrize("name", sorted(READ.keys() - IN_WORDS))
def test_every_field_that_is_read_is_described(name: str) -> None:
    read = READ[name]
    schema = SCHEMAS[NAMED.get(name, name)]
    properties = schema["properties"]
    assert set(typing.get_type_hints(read)) <= set(properties)
    assert set(read.__required_keys__) <= set(schema["required"])


def test_the_metadata_of_an_image_is_what_the_server_sends() -> None:
    assert typing.get_type_hints(responses.ImageMetadata) == typing.get_type_hints(ImageMetadata)


def _answering(file: Path) -> Answer:
    """Return what gives the least that the document allows. ``file`` arrives when its upload is asked for."""
    arrived: dict[str, str] = {}

    def answer(asked: Asked) -> Told:
        if asked.path.startswith("/api/uploads/"):
            arrived["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            return Told(200, {"id": ID, "status": "ready", "imageId": ID})
        _, operation = _described(asked)
        (status,) = [int(each) for each in operation["responses"] if each in {"200", "201", "204"}][:1]
        content = operation["responses"][str(status)].get("content", {})
        if "application/json" not in content:
            return Told(status, b"")
        body = _least(content["application/json"]["schema"])
        return Told(status, {**body, **arrived} if asked.path == f"/image/{ID}" else body)

    return answer


def _least(schema: Any) -> Any:
    """Return the smallest value of a schema."""
    schema = _resolved(schema)
    kinds = schema.get("anyOf", [schema])
    if {"type": "null"} in kinds:
        return None
    match _resolved(kinds[0]):
        case {"enum": [first, *_]}:
            return first
        case {"type": "object"} as found:
            return {name: _least(found["properties"][name]) for name in found.get("required", [])}
        case {"type": "array", "items": items}:
            return [_least(items)]
        case {"type": "integer" | "number"}:
            return 1
        case {"type": "boolean"}:
            return True
        case {"format": "date-time"}:
            return "2999-01-01T00:00:00+00:00"
        case {"format": "uuid"}:
            return ID
        case _:
            return ""


CALLS: dict[str, Callable[[Client, Path], object]] = {
    "me": lambda client, file: client.account.me(),
    "log_in": lambda client, file: client.account.log_in("ada", "correct horse"),
    "refresh": lambda client, file: client.account.refresh("token"),
    "log_out": lambda client, file: client.account.log_out("token"),
    "create_api_key": lambda client, file: client.account.create_api_key("ShareX"),
    "upload": lambda client, file: client.images.upload(file, public=True),
    "upload to a folder": lambda client, file: client.images.upload(file, place=Place(ID, ID), public=True),
    "upload of a large file": lambda client, file: client.images.upload(_large(file), place=Place(ID, ID)),
    "upload of several files": lambda client, file: client.images.upload_many([file, file], public=True),
    "images": lambda client, file: list(client.images),
    "images of a constellation": lambda client, file: list(client.images.list(ID)),
    "search": lambda client, file: list(client.images.search("sea")),
    "existing": lambda client, file: client.images.existing([ID]),
    "image": lambda client, file: client.images.get(ID),
    "download": lambda client, file: client.images.download(ID, file),
    "change": lambda client, file: client.images.change(ID, name="b", place=Place(ID, ID)),
    "publish": lambda client, file: client.images.publish(ID),
    "delete": lambda client, file: client.images.delete(ID),
    "constellations": lambda client, file: list(client.constellations),
    "constellation": lambda client, file: client.constellations.get(ID),
    "create": lambda client, file: client.constellations.create("Holidays"),
    "tree": lambda client, file: client.constellations.tree(ID),
    "folder": lambda client, file: client.constellations.folder(ID),
    "create_folder": lambda client, file: client.constellations.create_folder(ID, "Beach", ID),
    "push": lambda client, file: client.firmware.push(file, "pump", "1.0.0", ID),
    "push of a large file": lambda client, file: client.firmware.push(_large(file), "pump", "1.0.0"),
    "firmware": lambda client, file: client.firmware.get(ID),
    "list of firmware": lambda client, file: list(client.firmware.list("pump")),
    "latest": lambda client, file: client.firmware.latest("pump", "1.0.0", True, ID),
    "download of firmware": lambda client, file: client.firmware.download(ID, file),
}


def _large(file: Path) -> Path:
    with file.open("r+b") as opened:
        opened.truncate(4_500_001)
    return file


@pytest.mark.parametrize("name", CALLS)
def test_every_request_is_described(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.gif"
    file.write_bytes(b"GIF89a")
    with serving(_answering(file)) as server, Client(server.url, "cst_token") as client:
        CALLS[name](client, file)
        assert server.asked
        for asked in server.asked:
            _assert_described(asked)


def test_every_method_is_called() -> None:
    kinds: tuple[type[object], ...] = (Account, Images, Constellations, Firmware)
    public = {name for kind in kinds for name in vars(kind) if not name.startswith("_")} - {"link"}
    source = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in public if not re.search(rf"client\.\w+\.{name}\(", source)} <= {"list"}


def _assert_described(asked: Asked) -> None:
    template, operation = _described(asked)
    described = {each["name"] for each in _parameters(operation)}
    assert set(asked.query) <= described, template
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content and asked.body:
        schema = {**content["application/json"]["schema"], "components": DOCUMENT["components"]}
        validator: Any = Draft202012Validator(schema)
        validator.validate(asked.json)
        assert set(asked.json) <= set(_properties(content["application/json"]["schema"]))
    elif asked.body:
        fields = re.findall(rb'; name="([^"]+)"', asked.body)
        assert {name.decode() for name in fields} <= set(_properties(content["multipart/form-data"]["schema"]))


def _described(asked: Asked) -> tuple[str, Any]:
    """Return the document's path and operation of a request."""
    (found,) = [
        (path, methods[asked.method.lower()])
        for path, methods in _matching(asked.path)
        if asked.method.lower() in methods
    ]
    return found


def _matching(path: str) -> list[tuple[str, Any]]:
    """Return the document's path, the one without parameters if there is one."""
    if path in DOCUMENT["paths"]:
        return [(path, DOCUMENT["paths"][path])]
    return [
        (template, methods)
        for template, methods in DOCUMENT["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+}", "[^/.]+", template.replace(".", r"\.")), path)
    ]


def _parameters(operation: Any) -> list[Any]:
    return [_resolved(each) for each in operation.get("parameters", [])]


def _properties(schema: Any) -> Any:
    return _resolved(schema)["properties"]


def _resolved(node: Any) -> Any:
    if "$ref" not in node:
        return node
    found: Any = DOCUMENT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found

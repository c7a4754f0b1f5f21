"""The command line and the Python client against the running product."""

import json
from pathlib import Path

import httpx
import pytest

from constellation_client import ApiError, Client
from tests.photographs import sunset
from tests.support.command_line import CommandLine
from tests.support.hex_files import firmware
from tests.support.http_user import User
from tests.support.product import Product
from tests.support.sharing import SMALL

LARGE = 4_500_001


@pytest.fixture
def command(product: Product, client: httpx.Client, tmp_path: Path) -> CommandLine:
    """The command line of somebody new, who is in the constellation Holidays."""
    user = User(client)
    user.gets("POST", "/constellations", {"name": "Holidays"})
    return CommandLine(tmp_path, product.url, user.headers["Authorization"].removeprefix("Bearer "))


def test_the_life_of_an_image(command: CommandLine, client: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(sunset())
    (uploaded,) = command("upload", "photo.jpg", "--public", "--json", cwd=tmp_path).objects
    assert client.get(uploaded["url"]).status_code == 200
    assert command("upload", "photo.jpg", "--public", "--json", cwd=tmp_path).objects == [
        {**uploaded, "status": "unchanged"}
    ]
    (moved,) = command("mv", uploaded["id"], "--to", "Holidays/Beach", "--name", "sea.jpg", "--json").objects
    assert moved["name"] == "sea.jpg"
    (listed,) = command("ls", "Holidays/Beach", "--json").objects
    assert (listed["uuid"], listed["name"]) == (uploaded["id"], "sea.jpg")
    (link,) = command("link", uploaded["id"], "-w", "80", "--format", "webp").lines
    assert client.get(link).headers["Content-Type"] == "image/webp"
    (path,) = command("get", uploaded["id"], "-o", str(tmp_path)).lines
    assert Path(path).name == "sea.jpg"
    assert command("rm", uploaded["id"]).code == 0
    assert command("rm", uploaded["id"]).code == 4
    (again,) = command("upload", "photo.jpg", "--public", "--json", cwd=tmp_path).objects
    assert again["id"] != uploaded["id"]


def test_a_large_file_goes_by_form(command: CommandLine, client: httpx.Client, tmp_path: Path) -> None:
    # What follows a JPEG's end is ignored.
    (tmp_path / "large.jpg").write_bytes(sunset().ljust(LARGE, b"\0"))
    (uploaded,) = command("upload", "large.jpg", "--to", "Holidays", "--json", cwd=tmp_path).objects
    assert client.get(uploaded["url"]).status_code == 200


def test_a_folder_is_synced(command: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "pictures" / "a"
    folder.mkdir(parents=True)
    (folder / "sea.gif").write_bytes(SMALL)
    assert command("sync", folder.parent, "Holidays/Sync").code == 0
    assert command("sync", folder.parent, "Holidays/Sync").lines == []
    folder.rename(folder.with_name("b"))
    assert [line.split()[0] for line in command("sync", folder.parent, "Holidays/Sync").lines] == ["moved"]
    (listed,) = command("ls", "Holidays/Sync/b", "--json").objects
    assert listed["name"] == "sea.gif"


def test_firmware_is_pushed_and_pulled(command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "pump.hex").write_bytes(firmware(100))
    push = ["firmware", "push", str(tmp_path / "pump.hex"), "--label", "pump", "--version", "1.0.0"]
    (pushed,) = command(*push, "--json").objects
    (latest,) = command("firmware", "latest", "--label", "pump", "--json").objects
    assert latest == pushed
    assert command("firmware", "latest", "--label", "pump", "--current", "1.0.0").out == ""
    assert command("firmware", "pull", "--label", "pump", "-o", str(tmp_path / "pulled.hex")).code == 0
    assert (tmp_path / "pulled.hex").read_bytes() == firmware(100)


def test_a_sharex_file_uploads(command: CommandLine, client: httpx.Client) -> None:
    told = command("sharex")
    uploader = json.loads(told.out)
    assert "holds the API key" in told.err
    answer = httpx.post(
        uploader["RequestURL"],
        headers=uploader["Headers"],
        files={uploader["FileFormName"]: ("a.gif", SMALL)},
        timeout=30,
    )
    for field in ("URL", "ThumbnailURL"):
        address = uploader[field]
        for name, value in answer.json().items():
            address = address.replace(f"{{json:{name}}}", value)
        assert client.get(address).status_code == 200
    refused = httpx.post(uploader["RequestURL"], headers=uploader["Headers"], files={"other": b"a"}, timeout=30)
    assert refused.json()["error"]["message"]


def test_a_refusal_has_its_violations(product: Product, command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"no picture")
    with Client(product.url, command.environment["CONSTELLATION_TOKEN"]) as client:
        with pytest.raises(ApiError) as raised:
            client.images.upload(tmp_path / "a.gif")
        assert raised.value.status == 422
        assert [each.property for each in raised.value.violations] == ["image"]
        assert client.images.existing([client.account.me()["uuid"]]) == set()

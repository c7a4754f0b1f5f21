"""The command line and the Python client against the running product."""

import json
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from constellation_client import ApiError, Client
from tests.photographs import sunset
from tests.support.accounts import PASSWORD
from tests.support.command_line import COMMAND, CommandLine, ended
from tests.support.hex_files import firmware
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.polling import eventually
from tests.support.product import Product
from tests.support.sharex import share
from tests.support.sharing import SMALL
from tests.support.small_server import Asked, Told, serving
from tests.support.terminal import on_terminal

LARGE = 4_500_001
PASSED_ON = ("Authorization", "Content-Type", "Idempotency-Key", "Accept")
HANDED_BACK = ("Content-Type", "Link", "Retry-After")


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
    assert "holds the API key" in told.err
    shared = share(told.out, "a.gif", SMALL)
    assert shared.error == ""
    assert client.get(shared.url).content == client.get(shared.url.replace("/api/image/", "/image/")).content
    assert client.get(shared.url).headers["Content-Type"] == "image/gif"
    assert client.get(shared.thumbnail).headers["Content-Type"] == "image/gif"
    image = shared.url.rpartition("/")[2].partition(".")[0]
    assert shared.deletion == f"{str(client.base_url).rstrip('/')}/console/images/{image}"
    # It is an image of whoever made the file.
    assert command("rm", image).code == 0
    # What the server says is what ShareX shows, in both shapes of its errors.
    assert "The mime type of the file is invalid" in share(told.out, "a.txt", b"no picture").error
    assert "too large for a direct upload" in share(told.out, "a.gif", SMALL.ljust(LARGE, b"\0")).error
    revoked = told.out.replace("Bearer sk_", "Bearer sk_0")
    assert share(revoked, "a.gif", SMALL).error.strip() == "No authorization token has been supplied"


def test_a_refusal_has_its_violations(product: Product, command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"no picture")
    with Client(product.url, command.environment["CONSTELLATION_TOKEN"]) as client:
        with pytest.raises(ApiError) as raised:
            client.images.upload(tmp_path / "a.gif")
        assert raised.value.status == 422
        assert [each.property for each in raised.value.violations] == ["image"]
        assert client.images.existing([client.account.me()["uuid"]]) == set()


def test_a_session_from_log_in_to_log_out(product: Product, client: httpx.Client, tmp_path: Path) -> None:
    user, person = User(client), CommandLine(tmp_path)
    with on_terminal([*COMMAND, "login", "--url", product.url, "--user", user.email], person.environment) as terminal:
        terminal.shows("Password:")
        terminal.types_in_secret(f"{PASSWORD}\n")
        assert terminal.ends() == 0, terminal.shown
    config = tmp_path / ".config" / "constellation" / "config.json"
    first = json.loads(config.read_text())["default"]
    # The token is refused before its time; then it is known to have ended.
    for old in ({"access_token": first["access_token"][:-8] + "AAAAAAAA"}, {"expires_at": 0}):
        before = json.loads(config.read_text())["default"]
        config.write_text(json.dumps({"default": {**before, **old}}))
        assert person("whoami", "--json").objects[0]["uuid"] == user.id
        after = json.loads(config.read_text())["default"]
        assert after["refresh_token"] != before["refresh_token"]
        assert config.stat().st_mode & 0o777 == 0o600
    last = json.loads(config.read_text())["default"]
    assert person("logout").code == 0
    assert client.post("/api/auth/refresh", json={"refresh_token": last["refresh_token"]}).status_code == 401
    assert person("whoami").code == 3


def test_a_scoped_token_opens_what_its_scopes_say(product: Product, client: httpx.Client, tmp_path: Path) -> None:
    user, person = User(client), CommandLine(tmp_path)
    space = user.gets("POST", "/constellations", {"name": "Holidays"})["constellation_uuid"]
    (tmp_path / "a.gif").write_bytes(SMALL)
    upload = ["upload", str(tmp_path / "a.gif"), "--to", "Holidays/Sea"]

    def log_in(*scopes: str, **fields: str) -> dict[str, Any]:
        made = user.gets("POST", "/api/user/tokens", {"name": "cli", "scopes": scopes, **fields})
        assert person("login", "--url", product.url, "--token-stdin", stdin=f"{made['token']}\n").code == 0
        return made

    log_in("images:read")
    assert person("whoami").code == 0
    for arguments, scope in ((["upload", str(tmp_path / "a.gif")], "images:write"), (["ls"], "constellations:read")):
        refused = person(*arguments)
        assert refused.code == 4
        assert scope in refused.err
    assert person("sharex").code == 4
    token = log_in("images:write", "constellations:write", constellation_uuid=space)
    (uploaded,) = person(*upload, "--json").objects
    assert [each["name"] for each in person("ls", "Holidays/Sea", "--json").objects] == ["a.gif"]
    # Bound to a constellation, it opens nothing outside.
    assert person("upload", str(tmp_path / "a.gif")).code == 4
    assert person("rm", uploaded["id"]).code == 0
    assert user.asks("DELETE", f"/api/user/tokens/{token['id']}").status_code == 204
    headers = {"Authorization": f"Bearer {token['token']}"}
    assert eventually(lambda: client.get("/constellations", headers=headers).status_code == 401, 60)
    assert person("whoami").code == 3
    assert person("logout").code == 0
    assert person("whoami").code == 3


@pytest.mark.parametrize("size", [0, LARGE])
def test_firmware_that_was_deleted_is_pushed_again(
    command: CommandLine, client: httpx.Client, tmp_path: Path, size: int
) -> None:
    (tmp_path / "pump.hex").write_bytes(b"opaque".ljust(size, b"\0"))
    push = ["firmware", "push", str(tmp_path / "pump.hex"), "--label", "pump", "--version", "1.0.0", "--json"]
    headers = {"Authorization": f"Bearer {command.environment['CONSTELLATION_TOKEN']}"}
    (first,) = command(*push).objects
    assert command(*push).objects == [first]
    assert client.delete(f"/image/{first['id']}/binary", headers=headers).status_code == 200
    (second,) = command(*push).objects
    assert (second["id"], second["sha256"]) == (first["id"], first["sha256"])
    assert client.delete(f"/image/{first['id']}", headers=headers).status_code == 200
    told = command(*push)
    assert told.err == ""
    (third,) = told.objects
    assert third["id"] != first["id"]
    assert third["sha256"] == first["sha256"]
    assert command(*push).objects == [third]


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize(
    ("arguments", "size", "killed_at"),
    [
        (["upload"], 0, "POST /api/upload"),
        (["upload", "--to", "Holidays"], 0, "POST /images"),
        (["upload", "--to", "Holidays"], LARGE, "POST /api/uploads"),
        (["upload", "--to", "Holidays"], LARGE, "GET /api/uploads/"),
        (["sync"], 0, "POST /images"),
    ],
)
def test_a_command_that_is_killed_unanswered_and_run_again_makes_one_image(
    client: httpx.Client, tmp_path: Path, arguments: list[str], size: int, killed_at: str, heard: bool
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "photo.jpg").write_bytes(sunset().ljust(size, b"\0"))
    last = ["Holidays"] if arguments == ["sync"] else ["-r"]
    assert _made_after_a_kill(client, tmp_path, arguments, last, killed_at, heard) == ["photo.jpg"]


@pytest.mark.parametrize("heard", [True, False])
def test_a_group_that_is_killed_unanswered_and_run_again_makes_each_image_once(
    client: httpx.Client, tmp_path: Path, heard: bool
) -> None:
    (tmp_path / "files").mkdir()
    names = [f"{width}.png" for width in range(10, 33)]
    for width, name in enumerate(names, 10):
        (tmp_path / "files" / name).write_bytes(still("PNG", width, 8))
    made = _made_after_a_kill(client, tmp_path, ["upload"], ["-r"], "POST /api/upload/batch", heard)
    assert sorted(made) == names


def _made_after_a_kill(
    client: httpx.Client, tmp_path: Path, arguments: list[str], last: list[str], killed_at: str, heard: bool
) -> list[str]:
    """Kill a command at a request, run it again, and return the names of the images that there are."""
    user = User(client)
    user.gets("POST", "/constellations", {"name": "Holidays"})
    killed: list[str] = []

    def between(asked: Asked) -> Told:
        """Pass a request on. Kill the command before or after the server's work on the one that is named."""
        name = f"{asked.method} {asked.path}"
        kills = not killed and name.startswith(killed_at)
        if kills:
            killed.append(name)
        if kills and not heard:
            process.kill()
        answer = _passed_on(client, asked)
        if kills and heard:
            process.kill()
        return Told(0) if kills else answer

    with serving(between) as server:
        command = CommandLine(tmp_path, server.url, user.headers["Authorization"].removeprefix("Bearer "))
        process = command.start(*arguments, tmp_path / "files", *last)
        assert ended(process).code == -signal.SIGKILL
        assert command(*arguments, tmp_path / "files", *last).code == 0
    assert killed
    return [each["name"] for each in user.gets("GET", "/images")["images"]]


def _passed_on(client: httpx.Client, asked: Asked) -> Told:
    """Ask the product, and return what it answers."""
    headers = {each: asked.headers[each] for each in PASSED_ON if each in asked.headers}
    answer = client.request(asked.method, asked.path, params={**asked.query}, content=asked.body, headers=headers)
    return Told(
        answer.status_code,
        answer.content,
        {each: answer.headers[each] for each in HANDED_BACK if each in answer.headers},
    )

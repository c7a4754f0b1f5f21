"""Files of this machine: changing while they are sent, oddly named, and with no room left to write any."""

import os
from pathlib import Path
from typing import Any

import pytest

from constellation_client import FileChanged
from constellation_client.files import Snapshot
from tests.support.command_line import CommandLine, ended
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import Asked, SmallServer, Told, serving

PICTURE = b"GIF89a"
LARGE = 4_500_001
"""More than one request carries."""


def test_a_file_that_changes_while_it_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "large.gif"
    path.write_bytes(PICTURE * 1000)
    snapshot = Snapshot(path, in_memory=100)
    stream = snapshot.open()
    assert stream.read(10)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(FileChanged, match="changed while it was sent"):
        stream.read()


def test_a_file_in_memory_cannot_change(tmp_path: Path) -> None:
    path = tmp_path / "small.gif"
    path.write_bytes(PICTURE)
    snapshot = Snapshot(path, in_memory=100)
    path.write_bytes(b"other")
    assert snapshot.open().read() == PICTURE


def test_a_disk_that_is_full(command: CommandLine, tmp_path: Path) -> None:
    metadata = {"name": "a.gif", "mime_type": "image/gif", "size": 10_000_000, "image_uuid": "an-id", "url": ""}
    rest = {
        "width": 1,
        "rights": "READ",
        "height": 1,
        "constellation_uuid": None,
        "folder_uuid": None,
        "created": "",
        "updated": None,
    }
    folder = tmp_path / "out"
    folder.mkdir()

    def answer(asked: Asked) -> Told:
        wants_json = "application/json" in asked.headers.get("Accept", "")
        return Told(200, metadata | rest) if wants_json else Told(200, bytes(10_000_000))

    with serving(answer) as server:
        limited = CommandLine(command.home, server.url, "cst_token")
        told = limited("get", "an-id", "-o", folder, room=1_000_000)
    assert told.code == 1
    assert "File too large" in told.err
    assert list(folder.iterdir()) == []


def test_a_state_that_cannot_be_written(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    picture = pictures / "a.gif"
    picture.write_bytes(PICTURE)
    (command.home / ".local").write_text("a file where the folder would be")
    told = command("upload", picture)
    assert (told.code, constellation.uploads) == (0, 1)
    assert "will not be remembered" in told.err


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _truncate(path: Path) -> None:
    os.truncate(path, 100)


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(bytes(LARGE))
    other.replace(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_append, "changed while it was sent"),
        (_truncate, "changed while it was sent"),
        (_replace, "changed while it was sent"),
        (Path.unlink, "No such file"),
    ],
)
def test_a_large_file_that_changes_while_it_is_sent_is_not_uploaded(
    command: CommandLine, pictures: Path, change: Any, said: str
) -> None:
    path = pictures / "large.gif"
    path.write_bytes(PICTURE.ljust(LARGE, b"\0"))
    posted: list[Asked] = []

    def answer(asked: Asked) -> Told:
        match asked.method, asked.path:
            case "POST", "/api/uploads":
                change(path)
                form = {"url": f"{server.url}/bucket", "fields": {"key": "a"}, "expiresAt": "2999-01-01T00:00:00Z"}
                return Told(201, {"id": "an-id", "maxSize": LARGE, **form})
            case "GET", "/api/uploads/an-id":
                return Told(200, {"id": "an-id", "status": "pending"})
            case "POST", "/bucket":
                posted.append(asked)
                return Told(204)
            case _:
                return Told(200, {"uuid": "ada", "name": "ada", "email": None})

    with serving(answer) as server:
        told = CommandLine(command.home, server.url, "cst_token")("upload", path)
    assert (told.code, told.out, posted) == (1, "", [])
    assert f"{path}" in told.err
    assert said in told.err


def test_a_small_file_that_changes_while_it_is_sent_is_uploaded_as_it_was(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    path = pictures / "a.gif"
    path.write_bytes(PICTURE)
    bodies: list[bytes] = []

    def change(asked: Asked) -> None:
        bodies.append(asked.body)
        path.write_bytes(PICTURE + b"more")

    constellation.before_upload = change
    assert command("upload", path).code == 0
    assert b"more" not in bodies[0]
    # It is not the file that was uploaded any more.
    assert [each["status"] for each in command("upload", path, "--json").objects] == ["uploaded"]


def test_names_with_newlines_surrogates_and_quotes(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    names = [b"bytes\xff.gif", b"new\nline\x1b.gif", b'quo"te.gif', "\u202egpj.gif".encode(), b"-r", b" .gif"]
    paths = [os.fsencode(pictures) + b"/" + name for name in names]
    for number, path in enumerate(paths):
        Path(os.fsdecode(path)).write_bytes(PICTURE + bytes([number]))
    told = command("upload", *paths, "--to", "Holidays", "--json")
    assert told.code == 0
    assert [each["name"] for each in told.objects] == [
        "bytes\ufffd.gif",
        "new_line_.gif",
        'quo"te.gif',
        "gpj.gif",
        "-r",
        ".gif",
    ]
    assert [os.fsencode(each["path"]) for each in told.objects] == paths
    assert constellation.names() == sorted(each["name"] for each in told.objects)
    assert [each["status"] for each in command("upload", *paths, "--to", "Holidays", "--json").objects] == [
        "unchanged"
    ] * len(names)
    Path(os.fsdecode(paths[1])).write_bytes(b"")
    (pictures / "folder\n").mkdir()
    refused = command("upload", paths[1] + b"\n", pictures / "folder\n", "--link", "md")
    assert refused.code == 1
    assert refused.err.count("\n") == 3
    assert "\x1b" not in refused.err


def test_ten_thousand_files_of_a_folder_are_uploaded_once(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, server: SmallServer
) -> None:
    for number in range(10_000):
        (pictures / f"{number:05}.gif").write_bytes(PICTURE + str(number).encode())
    assert len(command("upload", "-r", "--jobs", "8", pictures).lines) == 10_000
    again = command("upload", "-r", pictures)
    assert len(again.lines) == 10_000
    assert constellation.uploads == 10_000
    # A hundred files are looked up with one request.
    assert server.count("GET", "/api/images") == 100


def test_results_that_cannot_be_written(command: CommandLine) -> None:
    for arguments in (["ls", "Holidays"], ["whoami"], ["completion", "bash"], ["--help"], ["sync", "--help"]):
        with Path("/dev/full").open("wb") as full:
            told = ended(command.start(*arguments, out=full))
        assert told.code == 1 or arguments == ["ls", "Holidays"]
        assert told.err.count("\n") <= 1
        assert told.code == 0 or told.err == "constellation: No space left on device\n"


def test_no_room_to_remember_uploads(command: CommandLine, constellation: SmallConstellation, pictures: Path) -> None:
    for number in range(60):
        (pictures / f"{number:02}.gif").write_bytes(PICTURE + bytes([number]))
    assert command("upload", "-r", pictures, room=0).code == 0
    # The database begins, and has no room for all rows.
    told = command("upload", "-r", pictures, room=60_000)
    assert (told.code, len(told.lines)) == (0, 60)
    assert told.err.count("will not be remembered") == 1
    before = constellation.uploads
    assert len(command("upload", "-r", pictures).lines) == 60
    # Their keys make them the same images.
    assert constellation.uploads == before


def test_no_room_to_remember_what_moved_deletes_nothing(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    (pictures / "a").mkdir()
    for number in range(60):
        (pictures / "a" / f"{number:02}.gif").write_bytes(PICTURE + bytes([number]))
    assert command("sync", pictures, "Holidays").code == 0
    (pictures / "a").rename(pictures / "b")
    told = command("sync", pictures, "Holidays", "--delete", "--json", room=60_000)
    assert [each["status"] for each in told.objects] == ["moved"] * 60
    assert "will not be remembered" in told.err
    assert command("sync", pictures, "Holidays", "--delete").code == 0
    assert constellation.names() == [f"b/{number:02}.gif" for number in range(60)]
    assert constellation.uploads == 60


def test_no_room_for_a_configuration_leaves_nothing(command: CommandLine, server: SmallServer) -> None:
    person = CommandLine(command.home)
    told = person("login", "--url", server.url, "--token-stdin", stdin="cst_token\n", room=10)
    assert told.code == 3
    assert "cannot be written" in told.err
    assert list((command.home / ".config" / "constellation").iterdir()) == []

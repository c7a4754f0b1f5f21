"""What can go wrong between the command line and a server: one sentence, an exit code, and never a traceback."""

import contextlib
import fcntl
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from constellation_client import ApiError, Client, Unreachable
from constellation_client.errors import Cancelled
from tests.support.command_line import CommandLine, ended
from tests.support.product import free_port
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import Answer, Told, serving

PICTURE = b"GIF89a"


@pytest.fixture
def picture(pictures: Path) -> Path:
    """A file to upload."""
    path = pictures / "a.gif"
    path.write_bytes(PICTURE)
    return path


def elsewhere(command: CommandLine, url: str) -> CommandLine:
    """Return the command line for another server."""
    return CommandLine(command.home, url, "cst_token")


def always(told: Told) -> Answer:
    """Answer every request alike."""
    return lambda asked: told


def test_no_network(command: CommandLine, picture: Path) -> None:
    told = elsewhere(command, f"http://127.0.0.1:{free_port()}")("upload", picture)
    assert (told.code, told.out) == (5, "")
    assert "cannot be reached" in told.err
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("url", ["images.example.org", "ftp://example.org", "http://", "http://[", "http://\x00"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(Unreachable, match="no address"):
        Client(url)


HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("told", "code", "said"),
    [
        (Told(200, b"<html>Log in", HTML), 5, "answered with text/html where Constellation's JSON was expected"),
        (Told(302, b"", {"Location": "/login"}), 4, "answered 302 Found"),
        (Told(401, {"message": "No authorization token has been supplied", "status": 401}), 3, "constellation login"),
        (Told(403, {"message": "This token has no scope images:write"}), 4, "images:write"),
        (Told(403, b"<html>Blocked", HTML), 4, "answered 403 Forbidden, without a reason"),
        (Told(404, [1]), 4, "answered 404"),
        (Told(429, {"message": "Too many"}, {"Retry-After": "900"}), 5, "Too many"),
        (Told(200, b"{", {}), 5, "answered with application/json where"),
        (Told(200, b"[" * 100_000), 5, "answered with application/json where"),
        (Told(200, {"page": "Log in"}), 5, "answered with other JSON where"),
        (Told(200, ["Log in"]), 5, "answered with other JSON where"),
        (Told(200, None), 5, "answered with other JSON where"),
        (Told(200, b"plain", {"Content-Encoding": "gzip"}), 5, "answered with what cannot be read"),
    ],
)
def test_answers_that_are_none(command: CommandLine, picture: Path, told: Told, code: int, said: str) -> None:
    with serving(always(told)) as server:
        ending = elsewhere(command, server.url)("upload", picture)
    assert ending.code == code
    assert said in ending.err
    assert ending.err.count("\n") == 1
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503])
def test_what_passes_is_tried_again(
    command: CommandLine, constellation: SmallConstellation, picture: Path, status: int
) -> None:
    told = [Told(status, {"message": "Later"}, {"Retry-After": "0"})] * 2
    constellation.after_upload = lambda: told.pop() if told else None
    ending = command("upload", picture)
    assert ending.code == 0
    assert constellation.uploads == len(ending.lines) == 1


def test_what_is_not_repeatable_is_not_repeated() -> None:
    with serving(always(Told(500, {"message": "Broken"}))) as server, Client(server.url, "cst_token") as client:
        with pytest.raises(ApiError) as raised:
            client.constellations.create("Holidays")
        assert raised.value.status == 500
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "message", "violations"),
    [
        ({"message": "Why"}, "Why", []),
        ({"message": "Why", "status": 400}, "Why", []),
        ({"message": "Why", "errors": {"label": ["Missing"]}}, "Why", [("label", "Missing")]),
        (
            {"error": {"title": "T", "message": "Why", "violations": [{"property": "image", "message": "Bad"}]}},
            "Why",
            [("image", "Bad")],
        ),
    ],
)
def test_the_four_error_bodies(body: object, message: str, violations: list[tuple[str, str]]) -> None:
    with serving(always(Told(400, body))) as server, Client(server.url) as client, pytest.raises(ApiError) as raised:
        client.account.me()
    assert (raised.value.status, raised.value.message, list(raised.value.violations)) == (400, message, violations)


def test_some_failures_are_partial_and_printed_beside_the_file(
    command: CommandLine, constellation: SmallConstellation, picture: Path
) -> None:
    refused: dict[str, Any] = {"error": {"title": "T", "message": "Not a picture", "violations": []}}
    constellation.before_upload = lambda asked: Told(422, refused) if b"no\r\n" in asked.body else None
    bad = picture.with_name("bad.gif")
    bad.write_bytes(b"no")
    told = command("upload", picture, bad, picture.with_name("missing.gif"))
    assert (told.code, len(told.lines)) == (1, 1)
    assert f"{bad}: Not a picture" in told.err
    assert "missing.gif: No such file or directory" in told.err
    assert command("upload", bad).code == 4


def test_an_upload_that_is_repeated_sends_nothing_twice(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    for number in range(40):
        (pictures / f"{number:02}.gif").write_bytes(PICTURE + bytes([number]))

    def kill() -> Told | None:
        if constellation.uploads == 15:
            process.kill()
        return None

    constellation.after_upload = kill
    process = command.start("upload", "-r", pictures)
    ended(process)
    constellation.after_upload = lambda: None
    told = command("upload", "-r", pictures, "--json")
    assert [each["name"] for each in told.objects] == [f"{number:02}.gif" for number in range(40)]
    assert constellation.uploads == 40
    constellation.images.pop(told.objects[0]["id"])
    again = command("upload", "-r", pictures, "--json")
    assert [each["status"] for each in again.objects] == ["uploaded"] + ["unchanged"] * 39


def test_progress_is_shown_on_a_terminal_only(
    command: CommandLine, constellation: SmallConstellation, picture: Path
) -> None:
    assert command("upload", picture).err == ""
    picture.write_bytes(PICTURE + b"2")
    near, far = pty.openpty()
    fcntl.fcntl(near, fcntl.F_SETFL, os.O_NONBLOCK)
    process = subprocess.run(
        [sys.executable, "-m", "constellation_client", "upload", str(picture)],
        env={**command.environment, "TERM": "xterm"},
        stderr=far,
        stdout=subprocess.PIPE,
        check=True,
    )
    assert b"Uploading" in os.read(near, 100_000)
    assert process.stdout.count(b"\n") == 1


def test_a_reader_that_has_seen_enough(command: CommandLine) -> None:
    near, far = os.pipe()
    os.close(near)
    arguments = [sys.executable, "-m", "constellation_client", "ls", "Holidays"]
    told = subprocess.run(arguments, env=command.environment, stdout=far, stderr=subprocess.PIPE, check=False)
    assert told.returncode in {0, 1}
    assert told.stderr == b""


def test_pages_are_followed_but_never_to_another_host() -> None:
    pages = {"": "b", "b": "c", "c": ""}
    with serving(always(Told(200, []))) as other:

        def answer(asked: object) -> Told:
            cursor = getattr(asked, "query", {}).get("cursor", [""])[0]
            link = f'<{other.url}/constellations?cursor={pages[cursor]}>; rel="next"' if pages[cursor] else ""
            return Told(200, [{"constellation_uuid": cursor, "name": cursor}], {"Link": link} if link else {})

        with serving(answer) as server, Client(server.url, "cst_token") as client:
            assert [each["name"] for each in client.constellations] == ["", "b", "c"]
    assert other.asked == []


@pytest.mark.parametrize("identifier", ["../x", "..", ".", "a/b", "a?b", "a#b", "a\nb", "a%2Fb", "é", "\udcff"])
def test_an_id_is_one_segment_of_a_path(tmp_path: Path, identifier: str) -> None:
    with serving(always(Told(404, {"message": "Not found"}))) as server, Client(server.url) as client:
        calls: list[Callable[[str], object]] = [
            client.images.get,
            client.images.delete,
            client.images.publish,
            client.images.change,
            client.constellations.get,
            client.constellations.tree,
            client.constellations.folder,
            client.firmware.get,
            lambda each: client.images.download(each, tmp_path / "a"),
            lambda each: client.firmware.download(each, tmp_path / "a"),
        ]
        for call in calls:
            with pytest.raises(ApiError, match="Not found"):
                call(identifier)
    paths = [asked.path for asked in server.asked]
    assert [path.count("/") for path in paths] == [2, 2, 3, 2, 2, 2, 2, 2, 2, 3]
    assert {unquote(path.split("/")[3 if "/api/" in path else 2], errors="replace") for path in paths} == {
        identifier.replace("\udcff", "?")
    }


def test_ids_that_are_none_are_refused_in_a_sentence(command: CommandLine) -> None:
    told = command("rm", "a\nb", b"\xff")
    assert (told.code, told.err.count("Not Found")) == (4, 2)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Told(302, b"", {"Location": "/images/a"}), "redirects"),
        (Told(200, b"plain", {"Content-Encoding": "gzip"}), "cannot be read"),
    ],
)
def test_downloads_that_are_none(tmp_path: Path, told: Told, said: str) -> None:
    with serving(always(told)) as server, Client(server.url) as client, pytest.raises(Unreachable, match=said):
        client.images.download("a", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["\udcff", "a" * 70_000])
def test_what_cannot_be_sent(words: str) -> None:
    with serving(always(Told(200, {"data": []}))) as server, Client(server.url) as client:
        with pytest.raises(Unreachable, match="cannot be sent"):
            list(client.images.search(words))
        assert server.asked == []


def test_a_refusal_that_cannot_be_read() -> None:
    told = Told(400, b"plain", {"Content-Encoding": "gzip"})
    with serving(always(told)) as server, Client(server.url) as client, pytest.raises(Unreachable):
        client.account.me()


def test_a_link_to_the_next_page_that_is_none() -> None:
    told = Told(200, [], {"Link": '<http://[>; rel="next"'})
    with serving(always(told)) as server, Client(server.url) as client, pytest.raises(Unreachable, match="a link"):
        list(client.constellations)


@pytest.mark.parametrize("identifier", ["../out", "a/b", "C:out", "a\nb"])
def test_firmware_stays_in_its_folder(command: CommandLine, tmp_path: Path, identifier: str) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    before = set(tmp_path.rglob("*"))
    found = {"id": identifier, "label": "pump", "fw_version": "1.0.0", "created": "", "confirmed": False}
    with serving(always(Told(200, found))) as server:
        told = elsewhere(command, server.url)("firmware", "pull", "--label", "pump", "-o", folder)
    (path,) = set(tmp_path.rglob("*")) - before
    assert (told.code, path.parent, path.suffix) == (0, folder, ".hex")
    assert path.name.isprintable()
    assert ":" not in path.name


def test_a_client_that_is_stopped_waits_no_longer() -> None:
    asked = threading.Event()

    def answer(_: object) -> Told:
        asked.set()
        return Told(503, {"message": "Later"}, {"Retry-After": "50"})

    def ask() -> None:
        with contextlib.suppress(ApiError, Cancelled):
            client.account.me()

    with serving(answer) as server, Client(server.url) as client:
        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(20)
        client.stop()
        thread.join(20)
        assert not thread.is_alive()

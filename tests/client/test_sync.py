"""``constellation sync`` against a small server."""

import os
import signal
import subprocess
import threading
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine, ended
from tests.support.polling import eventually
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import Asked, SmallServer, Told, serving

MANY = 10_000


def picture(number: int = 0) -> bytes:
    """Return bytes that begin as a GIF."""
    return b"GIF89a" + str(number).encode()


def test_new_changed_renamed_and_deleted_files(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    (pictures / "a" / "b").mkdir(parents=True)
    for number, name in enumerate(["1.gif", "2.gif", "a/3.gif", "a/b/4.gif"]):
        (pictures / name).write_bytes(picture(number))
    (pictures / "notes.txt").write_text("no picture")
    (pictures / ".hidden.gif").write_bytes(picture())
    first = command("sync", pictures, "Holidays/Sea")
    assert first.code == 0
    assert constellation.names() == ["Sea/1.gif", "Sea/2.gif", "Sea/a/3.gif", "Sea/a/b/4.gif"]
    assert "notes.txt: skipped, no JPEG, PNG, WebP or GIF" in first.err
    (pictures / "a").rename(pictures / "c")
    (pictures / "1.gif").write_bytes(picture(100))
    (pictures / "2.gif").unlink()
    before = constellation.uploads
    tried = command("sync", pictures, "Holidays/Sea", "--delete", "--dry-run", "--json").objects
    assert {each["status"] for each in tried} == {"update", "upload", "delete"}
    assert constellation.uploads == before
    second = command("sync", pictures, "Holidays/Sea", "--delete", "--json").objects
    assert sorted(each["status"] for each in second) == ["deleted", "moved", "moved", "updated"]
    assert constellation.names() == ["Sea/1.gif", "Sea/c/3.gif", "Sea/c/b/4.gif"]
    assert constellation.uploads == before + 1
    assert command("sync", pictures, "Holidays/Sea").lines == []


@pytest.mark.parametrize("stays", [b"a.gif", b"b.gif"])
def test_a_file_that_replaces_another(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, stays: bytes
) -> None:
    (pictures / "a.gif").write_bytes(picture(1))
    (pictures / "b.gif").write_bytes(picture(2))
    command("sync", pictures, "Holidays")
    if stays == b"a.gif":
        (pictures / "b.gif").rename(pictures / "a.gif")
    else:
        (pictures / "a.gif").rename(pictures / "b.gif")
    told = command("sync", pictures, "Holidays", "--json")
    assert [each["status"] for each in told.objects] == ["moved"]
    assert constellation.names() == [stays.decode()]
    assert constellation.uploads == 2
    assert command("sync", pictures, "Holidays").lines == []


@pytest.mark.parametrize("arrives", [False, True])
def test_a_replaced_image_that_could_not_be_deleted_is_deleted_next_time(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, arrives: bool
) -> None:
    def answer(asked: Asked) -> Told:
        if asked.method != "DELETE" or not refusals:
            return constellation(asked)
        refusals.pop()
        if arrives:
            constellation(asked)
        return Told(403, {"message": "Not now"})

    for number, name in enumerate("abc"):
        (pictures / f"{name}.gif").write_bytes(picture(number))
    refusals = [1]
    with serving(answer) as server:
        person = CommandLine(command.home, server.url, "cst_token")
        person("sync", pictures, "Holidays")
        moved = next(image for image, each in constellation.images.items() if each["name"] == "b.gif")
        (pictures / "b.gif").rename(pictures / "a.gif")
        assert person("sync", pictures, "Holidays", "--delete").code == 1
        assert moved in constellation.images
        assert person("sync", pictures, "Holidays", "--delete").code == 0
    assert constellation.names() == ["a.gif", "c.gif"]
    assert moved in constellation.images


def test_without_delete_nothing_is_deleted_and_strangers_never(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    for number in range(4):
        (pictures / f"{number}.gif").write_bytes(picture(number))
    command("sync", pictures, "Holidays")
    constellation.images["theirs"] = {"folder": next(iter(constellation.images.values()))["folder"], "name": "x.gif"}
    for number in range(3):
        (pictures / f"{number}.gif").unlink()
    assert "3 kept" in command("sync", pictures, "Holidays").err
    assert len(constellation.images) == 5
    command("sync", pictures, "Holidays", "--delete")
    assert constellation.names() == ["3.gif", "x.gif"]
    assert "theirs" in constellation.images


def test_what_is_there_but_cannot_be_read_is_not_gone(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    for number in range(3):
        (pictures / f"{number}.gif").write_bytes(picture(number))
    command("sync", pictures, "Holidays")
    (pictures / "0.gif").write_bytes(b"")
    (pictures / "1.gif").unlink()
    (pictures / "1.gif").symlink_to("nowhere")
    assert command("sync", pictures, "Holidays", "--delete").lines == []
    assert constellation.names() == ["0.gif", "1.gif", "2.gif"]
    (pictures / "0.gif").write_bytes(picture(0))
    (pictures / "1.gif").unlink()
    (pictures / "1.gif").write_bytes(picture(1))
    assert command("sync", pictures, "Holidays", "--delete").lines == []
    assert constellation.uploads == 3


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_nothing_is_deleted_for_a_folder_without_pictures(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, dry_run: list[str]
) -> None:
    (pictures / "a.gif").write_bytes(picture())
    command("sync", pictures, "Holidays")
    (pictures / "a.gif").unlink()
    told = command("sync", pictures, "Holidays", "--delete", *dry_run)
    assert (told.code, told.lines) == (2, [])
    assert told.err.startswith(f"constellation: {pictures} holds no picture any more")
    assert constellation.names() == ["a.gif"]
    constellation.images.clear()
    assert command("sync", pictures, "Holidays", "--delete", *dry_run).code == 0


def test_ten_thousand_files_are_sent_once(
    command: CommandLine, constellation: SmallConstellation, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    for number in range(MANY):
        path = folder / f"{number % 100}" / f"{number}.gif"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(number))
    interrupted = threading.Event()

    def enough() -> Told | None:
        if constellation.uploads == 300 and not interrupted.is_set():
            interrupted.set()
            process.send_signal(signal.SIGINT)
        return None

    constellation.after_upload = enough
    process = command.start("sync", folder, "Holidays", "-q")
    first = ended(process)
    assert first.code == 130
    assert 300 <= constellation.uploads < MANY
    assert command("sync", folder, "Holidays", "-q", "--jobs", "8").code == 0
    assert constellation.uploads == len(constellation.images) == MANY
    third = command("sync", folder, "Holidays")
    assert (third.code, third.lines) == (0, [])
    assert "10,000 unchanged" in third.err
    assert constellation.uploads == MANY


def test_a_killed_sync_uploads_nothing_twice(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    for number in range(50):
        (pictures / f"{number}.gif").write_bytes(picture(number))

    def kill() -> Told | None:
        if constellation.uploads == 20:
            process.kill()
        return None

    constellation.after_upload = kill
    process = command.start("sync", pictures, "Holidays")
    assert ended(process).code == -signal.SIGKILL
    constellation.after_upload = lambda: None
    assert command("sync", pictures, "Holidays").code == 0
    assert constellation.uploads == len(constellation.images) == 50


def test_a_lost_state_uploads_nothing_twice(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    (pictures / "a.gif").write_bytes(picture())
    command("sync", pictures, "Holidays")
    for path in command.home.rglob("state.db*"):
        path.unlink()
    again = command("sync", pictures, "Holidays", "--json")
    assert [each["status"] for each in again.objects] == ["adopted"]
    assert constellation.uploads == 1


def test_names_with_newlines_surrogates_and_both_compositions(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    names = [b"new\nline.gif", b"bytes\xff.gif", "é.gif".encode(), unicodedata.normalize("NFD", "é.gif").encode()]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(pictures) + b"/" + name)).write_bytes(picture(number))
    first = command("sync", pictures, "Holidays")
    assert first.code == 0
    assert len(first.lines) == 4
    assert constellation.names() == ["bytes\ufffd.gif", "new_line.gif", "é.gif", "é.gif"]
    assert command("sync", pictures, "Holidays").lines == []
    for path in command.home.rglob("state.db*"):
        path.unlink()
    assert command("sync", pictures, "Holidays").code == 0
    assert constellation.uploads == 4


def test_what_was_deleted_on_the_server_is_sent_again(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    (pictures / "a.gif").write_bytes(picture())
    command("sync", pictures, "Holidays")
    constellation.images.clear()
    assert command("sync", pictures, "Holidays").lines == [f"uploaded  {pictures}/a.gif"]
    assert len(constellation.images) == 1


@pytest.mark.parametrize("arguments", [["missing", "Holidays"], [".", "Nowhere"], [".", ""]])
def test_what_is_not_there_is_misuse(command: CommandLine, arguments: list[str], pictures: Path) -> None:
    told = command("sync", *arguments, cwd=pictures)
    assert told.code == 2
    assert told.err.startswith("constellation: ")
    assert told.err.count("\n") == 1


@contextmanager
def watching(command: CommandLine, folder: Path, err: Any = subprocess.PIPE) -> Generator[subprocess.Popen[bytes]]:
    """Watch a folder. No watch is left behind."""
    process = command.start("sync", folder, "Holidays", "--watch", "--delete", err=err)
    try:
        yield process
    finally:
        process.kill()


def test_a_watched_folder_is_synced_when_it_changes(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, server: SmallServer
) -> None:
    arrived = threading.Event()

    def count() -> Told | None:
        arrived.set()
        return None

    constellation.after_upload = count
    (pictures / "1.gif").write_bytes(picture(1))
    with watching(command, pictures) as process:
        assert arrived.wait(60)
        arrived.clear()
        (pictures / "2.gif").write_bytes(picture(2))
        assert arrived.wait(60)
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 130
    assert constellation.names() == ["1.gif", "2.gif"]
    assert server.count("POST", "/images") == 2


def test_a_watch_goes_on_after_failures_and_tells_each_once(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, tmp_path: Path
) -> None:
    (pictures / "1.gif").write_bytes(picture(1))
    (pictures / "notes.txt").write_text("no picture")
    # Two rounds of six attempts.
    left = [1] * 12
    constellation.before_upload = lambda _: (
        Told(503, {"message": "Down"}, {"Retry-After": "0"}) if left and left.pop() else None
    )
    errors = tmp_path / "errors.txt"
    with errors.open("wb") as file, watching(command, pictures, file) as process:
        assert eventually(lambda: constellation.names() == ["1.gif"], 60)
        aside = pictures.rename(tmp_path / "aside")
        (aside / "2.gif").write_bytes(picture(2))
        assert eventually(lambda: f"constellation: {pictures}: No such file" in errors.read_text(), 60)
        pictures.mkdir()
        assert eventually(lambda: f"constellation: {pictures} holds no picture" in errors.read_text(), 60)
        aside.rename(pictures)
        assert eventually(lambda: constellation.names() == ["1.gif", "2.gif"], 60)
        process.send_signal(signal.SIGINT)
        assert ended(process).code == 130
    told = errors.read_text()
    assert "Traceback" not in told
    assert [told.count(text) for text in ("constellation: Down (503)", "No such file", "skipped, no")] == [1, 1, 2]
    assert constellation.uploads == 2


@pytest.mark.parametrize(("status", "code"), [(401, 3), (403, 4)])
def test_a_watch_ends_when_its_target_is_refused(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, status: int, code: int
) -> None:
    refuses = threading.Event()

    def answer(asked: Asked) -> Told:
        return Told(status, {"message": "Not you"}) if refuses.is_set() else constellation(asked)

    (pictures / "1.gif").write_bytes(picture(1))
    with (
        serving(answer) as server,
        watching(CommandLine(command.home, server.url, "cst_token"), pictures) as process,
    ):
        assert eventually(lambda: constellation.names() == ["1.gif"], 60)
        refuses.set()
        (pictures / "2.gif").write_bytes(picture(2))
        told = ended(process)
    assert told.code == code
    assert "constellation: Not you" in told.err


def test_ctrl_c_twice_ends_at_once(command: CommandLine, constellation: SmallConstellation, pictures: Path) -> None:
    (pictures / "a.gif").write_bytes(picture())
    begun, go_on = threading.Event(), threading.Event()

    def wait(_: Asked) -> None:
        begun.set()
        go_on.wait(60)

    constellation.before_upload = wait
    process = command.start("sync", pictures, "Holidays")
    assert begun.wait(60)
    process.send_signal(signal.SIGINT)
    while process.poll() is None:
        # Two signals that come together are one.
        process.send_signal(signal.SIGINT)
    go_on.set()
    assert ended(process).code == 130

"""Small files go in groups: what holds of a file alone holds of each of them."""

import signal
import threading
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from constellation_client import ApiError, Client, Unreachable
from constellation_client.files import Snapshot
from constellation_client.images import Named
from tests.support.command_line import CommandLine, ended
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import Asked, SmallServer, Told, serving

PICTURE = b"GIF89a"
BATCH, ALONE = "/api/upload/batch", "/api/upload"
REFUSED: dict[str, Any] = {"error": {"title": "T", "message": "Not a picture", "violations": []}}
BUSY: dict[str, Any] = {"error": {"title": "T", "message": "Busy", "violations": []}}


def made(folder: Path, number: int, size: int = 0) -> list[Path]:
    """Files, each of which is another picture."""
    paths = [folder / f"{each:03}.gif" for each in range(number)]
    for each, path in enumerate(paths):
        path.write_bytes((PICTURE + str(each).encode()).ljust(size, b"\0"))
    return paths


def groups(server: SmallServer) -> list[int]:
    """How many files each of the requests had that sent groups."""
    return [each.body.count(b'name="image"') for each in server.asked if each.path == BATCH]


@pytest.mark.parametrize(
    ("number", "jobs", "wanted"),
    [
        (1, 4, [1]),
        (3, 32, [1] * 3),
        (4, 4, [1] * 4),
        (8, 4, [2] * 4),
        (9, 4, [3] * 3),
        (40, 4, [10] * 4),
        (41, 4, [5, *[6] * 6]),
        (25, 1, [7, 9, 9]),
    ],
)
def test_groups_are_as_large_as_keeps_all_threads_busy(
    command: CommandLine, server: SmallServer, pictures: Path, number: int, jobs: int, wanted: list[int]
) -> None:
    paths = made(pictures, number)
    told = command("upload", "--jobs", str(jobs), *paths, "--json")
    assert [each["path"] for each in told.objects] == [str(path) for path in paths]
    assert sorted(groups(server)) == sorted(wanted)


def test_what_is_large_or_goes_into_a_folder_is_sent_alone(
    command: CommandLine, server: SmallServer, pictures: Path
) -> None:
    made(pictures, 20, size=120_000)
    large = pictures / "005.gif"
    large.write_bytes(PICTURE.ljust(262_145, b"\0"))
    told = command("upload", "-r", "--jobs", "1", pictures, "--json")
    assert [each["name"] for each in told.objects] == [f"{each:03}.gif" for each in range(20)]
    # A megabyte holds eight of them.
    assert groups(server) == [8, 8, 3]
    assert server.count("POST", ALONE) == 1
    assert command("upload", "-r", pictures, "--to", "Holidays").code == 0
    assert server.count("POST", "/images") == 20


def test_many_threads_hold_no_more_than_eight_megabytes(
    command: CommandLine, server: SmallServer, pictures: Path
) -> None:
    told = command("upload", "--jobs", "32", *made(pictures, 128, size=120_000))
    assert (told.code, len(told.lines)) == (0, 128)
    assert groups(server) == [2] * 64


def test_one_bad_file_among_good_ones(
    command: CommandLine, constellation: SmallConstellation, server: SmallServer, pictures: Path
) -> None:
    paths = made(pictures, 10)
    paths[4].write_bytes(b"no")
    paths[6].unlink()
    constellation.before_upload = lambda asked: Told(422, REFUSED) if b"no\r\n" in asked.body else None
    told = command("upload", "--jobs", "1", *paths)
    assert (told.code, len(told.lines), groups(server)) == (1, 8, [9])
    assert f"{paths[4]}: Not a picture" in told.err
    assert "006.gif: No such file or directory" in told.err
    assert "8 done, 2 failed." in told.err
    # What was refused is sent again, the others are remembered.
    again = command("upload", "--jobs", "1", *paths[:6], "--json")
    assert [each["status"] for each in again.objects] == ["unchanged"] * 5
    assert groups(server) == [9, 1]
    assert constellation.uploads == 8


def test_only_refused_files(command: CommandLine, constellation: SmallConstellation, pictures: Path) -> None:
    constellation.before_upload = lambda asked: Told(422, REFUSED)
    told = command("upload", "--jobs", "1", *made(pictures, 3))
    assert (told.code, told.out, told.err.count("Not a picture")) == (4, "", 3)


@pytest.mark.parametrize("status", [409, 503])
def test_files_that_the_server_has_no_time_for_are_sent_again(
    command: CommandLine, constellation: SmallConstellation, server: SmallServer, pictures: Path, status: int
) -> None:
    paths = made(pictures, 10)
    asked = count()
    constellation.before_upload = lambda _: Told(status, BUSY) if 6 <= next(asked) < 12 else None
    told = command("upload", "--jobs", "1", *paths, "--json")
    assert [each["path"] for each in told.objects] == [str(path) for path in paths]
    # Of ten files four were busy, of these four two.
    assert groups(server) == [10, 4, 2]
    assert constellation.uploads == 10


def test_a_server_that_stays_busy_ends_the_command(
    constellation: SmallConstellation, server: SmallServer, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation_client.transport._FIRST_WAIT", 0)
    constellation.before_upload = lambda asked: Told(503, BUSY) if b"001.gif" in asked.body else None
    with Client(server.url, "cst_token") as client:
        first, busy, last = client.images.upload_many(made(pictures, 3))
    assert isinstance(first, str)
    assert isinstance(last, str)
    assert isinstance(busy, ApiError)
    assert (busy.status, busy.message) == (503, "Busy")
    assert groups(server) == [3, 1, 1, 1, 1, 1]


def test_the_whole_is_refused(
    constellation: SmallConstellation, server: SmallServer, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation_client.transport._FIRST_WAIT", 0)
    for status, times in ((403, 1), (429, 6), (500, 6), (503, 6)):
        constellation.before_upload = lambda asked, status=status: Told(status, {"message": "Why"})
        before = len(groups(server))
        with Client(server.url, "cst_token") as client:
            told = client.images.upload_many(made(pictures, 3))
        assert [each.status for each in told if isinstance(each, ApiError)] == [status] * 3
        assert len(groups(server)) - before == times


@pytest.mark.parametrize(
    "told",
    [
        Told(200, b"<html>Log in", {"Content-Type": "text/html"}),
        Told(200, {"page": "Log in"}),
        Told(200, {"results": []}),
        Told(200, {"results": [{"status": 201}] * 2}),
        Told(200, {"results": [{"status": 201, "image": {}}] * 2}),
        Told(200, {"results": [{"status": 201, "image": {"id": "a"}}] * 3}),
        Told(200, {"results": [7, 7]}),
        Told(200, []),
    ],
)
def test_answers_that_are_none(pictures: Path, told: Told) -> None:
    with serving(lambda asked: told) as server, Client(server.url, "cst_token") as client:
        first, second = client.images.upload_many(made(pictures, 2))
    assert isinstance(first, Unreachable)
    assert isinstance(second, Unreachable)
    assert "where Constellation's JSON was expected" in str(first)


def test_a_refusal_without_a_reason(pictures: Path) -> None:
    told = Told(200, {"results": [{"status": 422}]})
    with serving(lambda asked: told) as server, Client(server.url, "cst_token") as client:
        (refused,) = client.images.upload_many(made(pictures, 1))
    assert isinstance(refused, ApiError)
    assert refused.status == 422


def test_a_login_page_in_the_middle(command: CommandLine, pictures: Path) -> None:
    inside = SmallConstellation()

    def answer(asked: Asked) -> Told:
        html = Told(200, b"<html>Log in", {"Content-Type": "text/html"})
        return html if asked.path == BATCH else inside(asked)

    with serving(answer) as server:
        told = CommandLine(command.home, server.url, "cst_token")("upload", "--jobs", "1", *made(pictures, 200))
    # The other groups would meet it too. Some may have begun.
    assert (told.code, told.out) == (5, "")
    assert len(groups(server)) < 20
    assert "answered with text/html where" in told.err


@pytest.mark.parametrize("at", [1, 3, 7, 10])
def test_killed_in_the_middle_of_a_group_and_run_again(
    command: CommandLine, constellation: SmallConstellation, server: SmallServer, pictures: Path, at: int
) -> None:
    paths = made(pictures, 23)

    def kill() -> Told | None:
        if constellation.uploads == at:
            process.kill()
            process.wait()
        return None

    constellation.after_upload = kill
    process = command.start("upload", "--jobs", "1", *paths)
    assert ended(process).code == -signal.SIGKILL
    assert set(groups(server)) == {8}
    constellation.after_upload = lambda: None
    # Groups of other sizes, in another order.
    told = command("upload", "--jobs", "3", *reversed(paths), "--json")
    assert [each["path"] for each in told.objects] == [str(path) for path in reversed(paths)]
    assert constellation.uploads == len({each["id"] for each in told.objects}) == 23


@pytest.mark.parametrize("at", [3, 10])
def test_a_connection_that_is_lost_in_the_middle_of_a_group(
    command: CommandLine, constellation: SmallConstellation, pictures: Path, at: int
) -> None:
    lost: list[Told] = [Told(0)]
    constellation.after_upload = lambda: lost.pop() if lost and constellation.uploads == at else None
    told = command("upload", "--jobs", "1", *made(pictures, 10))
    assert (told.code, len(told.lines), lost) == (0, 10, [])
    assert constellation.uploads == 10


def test_ctrl_c_lets_the_group_under_way_end(
    command: CommandLine, constellation: SmallConstellation, server: SmallServer, pictures: Path
) -> None:
    paths = made(pictures, 200)

    def interrupt() -> Told | None:
        if constellation.uploads == 13:
            process.send_signal(signal.SIGINT)
        return None

    constellation.after_upload = interrupt
    process = command.start("upload", "--jobs", "1", *paths, "--json")
    told = ended(process)
    assert told.code == 130
    assert {*groups(server)} == {10}
    assert 2 <= len(groups(server)) < 20
    assert [each["path"] for each in told.objects] == [str(path) for path in paths[: constellation.uploads]]
    constellation.after_upload = lambda: None
    again = command("upload", *paths, "--json")
    assert {each["status"] for each in again.objects} == {"unchanged", "uploaded"}
    assert constellation.uploads == 200


def test_a_stop_while_the_rest_waits_keeps_what_is_done(
    constellation: SmallConstellation, server: SmallServer, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation_client.transport._FIRST_WAIT", 600)
    monkeypatch.setattr("constellation_client.transport._LONGEST_WAIT", 600)
    constellation.before_upload = lambda asked: Told(503, BUSY) if b"001.gif" in asked.body else None
    with Client(server.url, "cst_token") as client:
        outcomes = list[object]()
        paths = made(pictures, 2)
        thread = threading.Thread(target=lambda: outcomes.extend(client.images.upload_many(paths)))
        thread.start()
        while not constellation.uploads:
            thread.join(0.01)
        client.stop()
        thread.join(20)
    assert [type(each).__name__ for each in outcomes] == ["str", "Cancelled"]


def test_a_file_that_grows_before_its_turn_is_sent_alone(
    command: CommandLine, constellation: SmallConstellation, server: SmallServer, pictures: Path
) -> None:
    paths = made(pictures, 12)

    def grow(_: Asked) -> None:
        paths[11].write_bytes(PICTURE.ljust(300_000, b"\0"))

    constellation.before_upload = grow
    told = command("upload", "--jobs", "1", *paths)
    assert (told.code, len(told.lines)) == (0, 12)
    assert groups(server) == [6, 5]
    assert server.count("POST", ALONE) == 1


def test_a_file_that_changes_while_its_group_is_sent_is_uploaded_as_it_was(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    paths = made(pictures, 3)
    bodies: list[bytes] = []

    def change(asked: Asked) -> None:
        bodies.append(asked.body)
        paths[2].write_bytes(PICTURE + b"more")

    constellation.before_upload = change
    assert command("upload", "--jobs", "1", *paths).code == 0
    assert b"more" not in b"".join(bodies)
    statuses = [each["status"] for each in command("upload", *paths, "--json").objects]
    assert statuses == ["unchanged", "unchanged", "uploaded"]


def test_equal_files_of_one_name_are_one_image_in_one_group_or_two(
    command: CommandLine, constellation: SmallConstellation, server: SmallServer, pictures: Path
) -> None:
    paths = [pictures / folder / "a.gif" for folder in "abcd"]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(PICTURE)
    together = command("upload", "--jobs", "1", *paths[:2], "--json").objects
    apart = command("upload", "--jobs", "1", *paths[2:], "--json").objects
    assert {each["id"] for each in together} == {each["id"] for each in apart}
    assert (constellation.uploads, groups(server)) == (1, [1, 1])


def test_an_image_that_is_gone_is_uploaded_anew(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    paths = made(pictures, 5)
    first = command("upload", *paths, "--json").objects
    del constellation.images[first[2]["id"]]
    again = command("upload", *paths, "--json").objects
    assert [each["status"] for each in again] == ["unchanged"] * 2 + ["uploaded"] + ["unchanged"] * 2
    assert again[2]["id"] not in {each["id"] for each in first}


def test_progress_counts_the_bytes_of_all_files_equal_ones_too_and_a_repeated_attempt_once(
    constellation: SmallConstellation, server: SmallServer, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constellation_client.transport._FIRST_WAIT", 0)
    asked = count()
    constellation.before_upload = lambda _: Told(503, BUSY) if next(asked) == 1 else None
    told: list[tuple[int, int]] = []
    with Client(server.url, "cst_token") as client:
        paths = made(pictures, 3, size=50_000)
        named = [Named(Snapshot(path, 10**6), path.name) for path in [*paths, paths[0]]]
        outcomes = client.images.upload_many(named, progress=lambda sent, size: told.append((sent, size)))
    assert all(isinstance(each, str) for each in outcomes)
    assert told[-1] == (200_000, 200_000)
    assert {size for _, size in told} == {200_000}
    assert max(sent for sent, _ in told) == 200_000


def test_the_form_says_what_the_option_says(command: CommandLine, server: SmallServer, pictures: Path) -> None:
    paths = made(pictures, 2)
    for options, said in (([], b"false"), (["--public"], b"true")):
        assert command("upload", *options, *paths).code == 0
        assert b'name="isPublic"\r\n\r\n' + said in server.asked[-1].body
    keys = [each.key for each in server.asked if each.path == BATCH]
    assert len({*keys}) == 2

"""The edge's access logs: what is in a file, and that no line is lost or in two files."""

import asyncio
import gzip
import re
from collections.abc import Callable

import pytest

from constellation.links.access_logs import views_in
from infra.local import access_log
from infra.local.access_log import FIELDS, AccessLog
from tests.support.link_vectors import ID
from tests.support.logs import HEADING

VIEW = {"cs-method": "GET", "cs-uri-stem": f"/image/{ID}.jpg", "sc-status": "200"}


class Bucket:
    """Where files are put; the first ``faults`` of them go wrong, stored or not."""

    def __init__(self, faults: int = 0, *, stored: bool = False) -> None:
        self.faults = faults
        self.stored = stored
        self.files: dict[str, str] = {}
        self.puts = 0
        self.meanwhile: Callable[[], None] = lambda: None

    async def put(self, name: str, content: bytes) -> None:
        self.meanwhile()
        self.puts += 1
        self.faults -= 1
        if self.faults < 0 or self.stored:
            text = gzip.decompress(content).decode("ascii")
            assert self.files.setdefault(name, text) == text
        if self.faults >= 0:
            raise ConnectionError("the engine is busy")

    @property
    def stems(self) -> list[str]:
        """The paths in all files."""
        column = FIELDS.index("cs-uri-stem")
        lines = [line for text in self.files.values() for line in text.splitlines() if not line.startswith("#")]
        return [line.split("\t")[column] for line in lines]


def write(log: AccessLog) -> bool:
    return asyncio.run(log.write())


def test_a_file_is_a_standard_log() -> None:
    bucket = Bucket()
    log = AccessLog("E1", bucket.put)
    for told in (VIEW, VIEW, {**VIEW, "sc-status": "404"}):
        log.note(told)
    assert write(log)
    ((name, text),) = bucket.files.items()
    assert re.fullmatch(r"cdn/E1\.\d{4}-\d\d-\d\d-\d\d\.[0-9a-f]{8}\.gz", name)
    lines = text.splitlines(keepends=True)
    assert lines[:2] == HEADING
    assert views_in(lines) == {ID: 2}


def test_without_requests_there_is_no_file() -> None:
    bucket = Bucket()
    log = AccessLog("E1", bucket.put)
    assert write(log)
    assert bucket.puts == 0
    log.note(VIEW)
    assert write(log)
    assert write(log)
    assert bucket.puts == 1


@pytest.mark.parametrize("text", ["a\tb", "a\nb\r\x00", "ä\u2028€", " ", "\x7f"])
def test_no_value_ends_its_field(text: str) -> None:
    bucket = Bucket()
    log = AccessLog("E1", bucket.put)
    log.note({**VIEW, "cs(User-Agent)": text, "cs-uri-query": text})
    write(log)
    (written,) = bucket.files.values()
    assert len(written.splitlines()) == 3
    assert views_in(written.splitlines()) == {ID: 1}


@pytest.mark.parametrize("stored", [False, True])
def test_a_file_that_could_not_be_written_comes_again_as_it_was(stored: bool) -> None:
    bucket = Bucket(faults=2, stored=stored)
    log = AccessLog("E1", bucket.put)
    log.note({"cs-uri-stem": "/1"})
    assert not write(log)
    log.note({"cs-uri-stem": "/2"})
    assert not write(log)
    assert write(log)
    assert bucket.stems == ["/1", "/2"]
    assert len(bucket.files) == 2


def test_what_comes_while_a_file_is_written_is_for_the_next() -> None:
    bucket = Bucket()
    log = AccessLog("E1", bucket.put)
    bucket.meanwhile = lambda: log.note({"cs-uri-stem": "/2"})
    log.note({"cs-uri-stem": "/1"})
    assert write(log)
    assert bucket.stems == ["/1"]
    bucket.meanwhile = lambda: None
    assert write(log)
    assert bucket.stems == ["/1", "/2"]


def test_a_writing_that_was_cut_off_is_done_by_the_next() -> None:
    bucket = Bucket()
    log = AccessLog("E1", bucket.put)
    log.note({"cs-uri-stem": "/1"})

    async def stop() -> None:
        writing = asyncio.create_task(log.write())
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
        assert await log.write()

    asyncio.run(stop())
    assert bucket.stems == ["/1"]


def test_lines_that_wait_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "LINE_LIMIT", 2)
    bucket = Bucket()
    log = AccessLog("E1", bucket.put)
    for number in range(3):
        log.note({"cs-uri-stem": f"/{number}"})
    write(log)
    assert bucket.stems == ["/0", "/1"]

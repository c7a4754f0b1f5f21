"""``constellation upload``."""

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from constellation_client.cli.exits import Misused, sentence
from constellation_client.cli.local import pictures
from constellation_client.cli.output import Bar, Output, counting, shown_path
from constellation_client.cli.pool import in_groups
from constellation_client.cli.remote import find_place
from constellation_client.cli.running import Run, finish
from constellation_client.cli.state import Sent, State
from constellation_client.errors import ConstellationError
from constellation_client.files import Snapshot, Stamp, clean_name, extension_of, stamp_of
from constellation_client.images import Named, Place
from constellation_client.large import DIRECT_LIMIT
from constellation_client.links import embedded

_BATCH = 100
"""Files that are looked up with one request."""

_SMALL = 256 * 1024
"""The most bytes of a file that is sent in a group, even alone: a repeat must find it by the same route and key."""
_MOST_FILES, _MOST_BYTES = 10, 1024 * 1024
"""The most that a group has."""
_MOST_HELD = 8 * 1024 * 1024
"""Bytes of groups that all threads together hold in memory."""


class Job(NamedTuple):
    """A file to upload."""

    path: Path
    stamp: Stamp
    replaces: str
    """The id of an image of this file that is gone."""


class Wanted(NamedTuple):
    """What is asked for, of all files."""

    place: Place | None
    public: bool
    jobs: int

    @property
    def key(self) -> str:
        """The key under which the state remembers the files."""
        return " ".join(["upload", *(each or "" for each in self.place or ()), "public" if self.public else ""])


def upload(run: Run, files: Sequence[Path], to: str, public: bool, form: str, jobs: int, recursive: bool) -> None:
    """Upload files, and print their links in the order in which they were given."""
    failures: list[Exception] = []
    account = run.client.account.me()["uuid"]
    wanted = Wanted(find_place(run.client, to) if to else None, public, jobs)
    state = State(f"{run.client.url} {account}", run.output.note)
    found = _found(run.output, files, recursive, failures)
    there, missing = _sorted_out(run, state.of(wanted.key), found)
    printed = _Printer(run, form, list(found))
    for path, sent in there.items():
        printed.add(path, sent.image, "unchanged")
    done = len(there)
    try:
        with run.output.progress("Uploading") as bar:
            bar.expect(len(missing), sum(job.stamp.size for job in missing))
            for job, result in in_groups(
                lambda group: _sent(run, wanted, state.salt, group, bar),
                _grouped(missing, wanted),
                jobs,
                run.client.stop,
            ):
                bar.add(files=1)
                if isinstance(result, Exception):
                    failures.append(result)
                    printed.skip(job.path)
                    run.output.error(f"{shown_path(job.path)}: {sentence(result)}")
                else:
                    done += 1
                    state.put(wanted.key, _absolute(job.path), result)
                    printed.add(job.path, result.image, "uploaded")
    finally:
        printed.flush()
        state.close()
    finish(run.output, done, failures)


def _found(output: Output, files: Sequence[Path], recursive: bool, failures: list[Exception]) -> dict[Path, Stamp]:
    found: dict[Path, Stamp] = {}

    def skipped(path: Path, why: str) -> None:
        output.note(f"{shown_path(path)}: skipped, {why}")

    for path in files:
        try:
            if path.is_dir():
                if not recursive:
                    raise Misused(f"{shown_path(path)} is a folder. Add -r to upload the pictures in it.")
                found |= dict(pictures(path, skipped))
            else:
                found[path] = stamp_of(path.stat())
        except (OSError, Misused) as error:
            failures.append(error)
            output.error(sentence(error))
    return found


def _sorted_out(run: Run, sent: dict[bytes, Sent], found: dict[Path, Stamp]) -> tuple[dict[Path, Sent], list[Job]]:
    """Return the files that were uploaded before and still are images, and the others."""
    before = {path: sent[key] for path in found if (key := _absolute(path)) in sent and sent[key].stamp == found[path]}
    ids, existing = [each.image for each in before.values()], set[str]()
    for start in range(0, len(ids), _BATCH):
        existing |= run.client.images.existing(ids[start : start + _BATCH])
    there = {path: each for path, each in before.items() if each.image in existing}
    gone = {path: each.image for path, each in before.items() if path not in there}
    return there, [Job(path, stamp, gone.get(path, "")) for path, stamp in found.items() if path not in there]


def _grouped(missing: Sequence[Job], wanted: Wanted) -> Iterator[list[Job]]:
    """Yield the groups that are sent: as large as they may be, but small enough to keep all threads busy."""
    small = [job for job in missing if not wanted.place and job.stamp.size <= _SMALL and not job.replaces]
    rounds = math.ceil(len(small) / (_MOST_FILES * wanted.jobs))
    most = math.ceil(len(small) / max(rounds * wanted.jobs, 1))
    group, size, together = list[Job](), 0, set(small)
    room = min(_MOST_BYTES, _MOST_HELD // wanted.jobs)
    for job in missing:
        if job not in together:
            yield [job]
            continue
        if len(group) == most or (group and size + job.stamp.size > room):
            yield group
            group, size = [], 0
        group.append(job)
        size += job.stamp.size
    if group:
        yield group


def _sent(run: Run, wanted: Wanted, salt: str, group: Sequence[Job], bar: Bar) -> list[Sent | Exception]:
    """Upload files that have the same ``replaces``. Return what is to be remembered of each, or what went wrong."""
    results, together = dict[Job, Sent | Exception](), dict[Job, Named]()
    salt = f"{salt} {group[0].replaces}"
    for job in group:
        try:
            named = Named(Snapshot(job.path, DIRECT_LIMIT), clean_name(job.path.name))
            if wanted.place or named.file.size > _SMALL:
                results[job] = Sent.of(named.file, _sent_alone(run, wanted, salt, named, bar))
            else:
                together[job] = named
        except (OSError, ConstellationError) as error:
            results[job] = error
    images = run.client.images.upload_many(
        [*together.values()], public=wanted.public, salt=salt, progress=counting(bar)
    )
    for (job, named), image in zip(together.items(), images, strict=True):
        results[job] = Sent.of(named.file, image) if isinstance(image, str) else image
    return [results[job] for job in group]


def _sent_alone(run: Run, wanted: Wanted, salt: str, named: Named, bar: Bar) -> str:
    return run.client.images.upload(
        named.file,
        name=named.name,
        place=wanted.place,
        public=wanted.public,
        salt=salt,
        progress=counting(bar),
    )


class _Printer:
    """Prints the results in the order of the arguments, each as soon as those before it are there."""

    def __init__(self, run: Run, form: str, order: list[Path]) -> None:
        self._run, self._form = run, form
        self._order = iter(order)
        self._next = next(self._order, None)
        self._waiting: dict[Path, tuple[str, str] | None] = {}

    def add(self, path: Path, image: str, status: str) -> None:
        """Print a file's result when its turn comes."""
        self._waiting[path] = (image, status)
        self._advance()

    def skip(self, path: Path) -> None:
        """Do not wait for a file."""
        self._waiting[path] = None
        self._advance()

    def flush(self) -> None:
        """Print what waits, after an interruption."""
        while self._next:
            self._waiting.setdefault(self._next)
            self._advance()

    def _advance(self) -> None:
        while self._next in self._waiting:
            path = self._next
            result = self._waiting.pop(path)
            if result:
                self._print(path, *result)
            self._next = next(self._order, None)

    def _print(self, path: Path, image: str, status: str) -> None:
        name = clean_name(path.name)
        url = self._run.client.images.link(image, _extension(path))
        self._run.output.result(
            embedded(url, name.rpartition(".")[0] or name, self._form),
            path=str(path),
            id=image,
            name=name,
            url=url,
            status=status,
        )


def _extension(path: Path) -> str:
    """Return the extension of the stored picture. A file that is gone by now does not tell; any other works as well."""
    try:
        return extension_of(path)
    except OSError:
        return "jpg"


def _absolute(path: Path) -> bytes:
    return os.fsencode(path.absolute())

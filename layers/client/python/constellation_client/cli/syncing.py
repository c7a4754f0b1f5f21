"""``constellation sync``: make a folder of a constellation hold what a local folder holds.

One request reads the constellation's tree, one scan the local folder, and one query what was sent before; each file is
then decided on by looking up its path. So the time grows with the number of files, not with its square.
"""

import os
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, NoReturn

from constellation_client.cli.exits import Code, Misused, code_of, sentence
from constellation_client.cli.local import pictures
from constellation_client.cli.output import shown_path
from constellation_client.cli.pool import at_once
from constellation_client.cli.remote import Target, find_folder, find_target
from constellation_client.cli.running import Run, finish
from constellation_client.cli.state import Sent, State
from constellation_client.errors import ApiError, ConstellationError
from constellation_client.files import Snapshot, Stamp, clean_name
from constellation_client.images import Place
from constellation_client.large import DIRECT_LIMIT
from constellation_client.responses import Node

_POLL_SECONDS = 2.0

Names = tuple[str, ...]
"""A folder by its names from the target on."""


class File(NamedTuple):
    """A local file."""

    key: bytes
    path: Path
    folder: Names
    name: str
    stamp: Stamp


class Action(NamedTuple):
    """What is to be done about a file."""

    verb: str
    file: File
    before: Sent | None


@dataclass
class Remote:
    """The target: its folders by name, and its images by id and by place."""

    folders: dict[Names, str]
    images: set[str] = field(default_factory=set[str])
    at: dict[tuple[Names, str], deque[str]] = field(default_factory=lambda: defaultdict(deque))


def sync(run: Run, folder: Path, address: str, dry_run: bool, delete: bool, watch: bool, jobs: int) -> None:
    """Bring a folder up to date, once or for as long as it is watched."""
    if not folder.is_dir():
        raise Misused(f"{shown_path(folder)} is no folder.")
    target = find_target(run.client, address)
    state = State(f"{run.client.url} {run.client.account.me()['uuid']}", run.output.note)
    one = _Sync(run, folder, target, state, dry_run, delete, jobs)
    try:
        if watch:
            _watch(one, folder)
        finish(run.output, *one.run())
    finally:
        state.close()


def _watch(one: "_Sync", folder: Path) -> NoReturn:
    """Sync at once, whenever the folder has changed and has been quiet since, and again after what may pass."""
    before, waiting = _seen(folder), True
    while True:
        now = _seen(folder)
        waiting = waiting or now != before
        if waiting and now == before:
            waiting = not one.settles()
        before = now
        time.sleep(_POLL_SECONDS)


def _seen(folder: Path) -> list[tuple[Path, Stamp]] | None:
    """Return the files in a folder, or None if it cannot be read; why is told when it is synced."""
    try:
        return list(pictures(folder, _in_silence, _taken_as_known))
    except OSError:
        return None


def _in_silence(path: Path, why: str) -> None:
    del path, why


def _taken_as_known(path: Path, stamp: Stamp) -> bool:
    del path, stamp
    return True


class _Sync:
    def __init__(
        self, run: Run, folder: Path, target: Target, state: State, dry_run: bool, delete: bool, jobs: int
    ) -> None:
        self._run, self._folder, self._target, self._state = run, folder, target, state
        self._dry_run, self._delete, self._jobs = dry_run, delete, jobs
        self._place = " ".join(["sync", target.constellation, *target.names])
        self._failures: list[Exception] = []
        self._counts: dict[str, int] = defaultdict(int)
        self._told: set[str] = set()

    def settles(self) -> bool:
        """Bring the target up to date, and return whether nothing is left that may go well without a change.

        Raises what ends a watch: a credential or a target that is refused.
        """
        try:
            _, failures = self.run()
        except BrokenPipeError:
            raise
        except (ConstellationError, OSError) as error:
            if code_of(error) in {Code.NOT_LOGGED_IN, Code.REFUSED}:
                raise
            self._tell_once(self._run.output.error, f"constellation: {sentence(error)}")
            self._run.client.resume()
            if isinstance(error, ApiError) and error.retry_after:
                time.sleep(error.retry_after)
            failures = [error]
        settled = not any(code_of(each) in {Code.NETWORK, Code.PARTLY_FAILED} for each in failures)
        if settled:
            self._told.clear()
        return settled

    def run(self) -> tuple[int, list[Exception]]:
        """Bring the target up to date. Return how many files that went well for, and the failures."""
        self._failures, self._counts = [], defaultdict(int)
        sent = self._state.of(self._place)
        files, gone = self._scanned(sent)
        remote = self._looked_at()
        if self._delete and not files and any(each.image in remote.images for each in gone.values()):
            raise Misused(
                f"{shown_path(self._folder)} holds no picture any more, as if its drive were missing:"
                " nothing is deleted. Delete the images with `constellation rm`."
            )
        actions = self._decided(files, sent, remote)
        if self._dry_run:
            for action in actions:
                self._tell(action.verb, action.file.path, action.before and action.before.image)
        else:
            self._send(actions, remote, gone)
        self._removed(gone, remote)
        self._summarized()
        return sum(self._counts.values()), self._failures

    def _scanned(self, sent: dict[bytes, Sent]) -> tuple[list[File], dict[bytes, Sent]]:
        """Return the files, and what was sent of files that are gone. One that is left out is there all the same."""
        gone = dict(sent)

        def skipped(path: Path, why: str) -> None:
            gone.pop(self._key(path), None)
            self._counts["skipped"] += 1
            self._tell_once(self._run.output.note, f"{shown_path(path)}: skipped, {why}")

        def known(path: Path, stamp: Stamp) -> bool:
            before = sent.get(self._key(path))
            return before is not None and before.stamp == stamp

        files = [self._file(path, stamp) for path, stamp in pictures(self._folder, skipped, known)]
        for file in files:
            gone.pop(file.key, None)
        return files, gone

    def _key(self, path: Path) -> bytes:
        return os.fsencode(path.relative_to(self._folder))

    def _file(self, path: Path, stamp: Stamp) -> File:
        *folder, name = (clean_name(each) for each in path.relative_to(self._folder).parts)
        return File(self._key(path), path, tuple(folder), name, stamp)

    def _looked_at(self) -> Remote:
        node = self._run.client.constellations.tree(self._target.constellation)
        remote = Remote({})
        path: Names = ()
        for name in self._target.names:
            found = [each for each in _children(node) if each["type"] == "folder" and clean_name(each["name"]) == name]
            if not found:
                # Above the target, folders are kept by their whole path: those that are missing are created with it.
                return remote
            node, path = found[0], ()
        waiting: deque[tuple[Names, Node]] = deque([(path, node)])
        while waiting:
            path, node = waiting.popleft()
            remote.folders.setdefault(path, node["uuid"])
            for child in _children(node):
                name = clean_name(child["name"])
                if child["type"] == "folder":
                    waiting.append(((*path, name), child))
                else:
                    remote.images.add(child["uuid"])
                    remote.at[path, name].append(child["uuid"])
        return remote

    def _decided(self, files: list[File], sent: dict[bytes, Sent], remote: Remote) -> list[Action]:
        """Return what is to be done."""
        mine = {each.image for each in sent.values()}
        actions: list[Action] = []
        for file in files:
            before = sent.get(file.key)
            if before and before.image in remote.images:
                if before.stamp == file.stamp:
                    self._counts["unchanged"] += 1
                else:
                    actions.append(Action("update", file, before))
                continue
            strangers = remote.at[file.folder, file.name] if (file.folder, file.name) in remote.at else deque[str]()
            while strangers and strangers[0] in mine:
                strangers.popleft()
            if strangers:
                actions.append(Action("adopt", file, Sent(file.stamp, "", strangers.popleft())))
            else:
                actions.append(Action("upload", file, before))
        return actions

    def _send(self, actions: list[Action], remote: Remote, gone: dict[bytes, Sent]) -> None:
        """Do what is to be done, and take from ``gone`` what has only moved."""
        self._create_folders(actions, remote)
        leftover = _Leftover(gone, remote.images)
        work = [each for each in actions if each.file.folder in remote.folders]
        with self._run.output.progress("Syncing") as bar:
            bar.expect(len(work), sum(each.file.stamp.size for each in work))

            def one(action: Action) -> tuple[str, Sent, bytes | None]:
                return self._done(action, remote, leftover)

            for action, result in at_once(one, work, self._jobs, self._run.client.stop):
                bar.add(files=1, size=action.file.stamp.size)
                if isinstance(result, Exception):
                    self._failed(action.file.path, result)
                    continue
                verb, sent, moved_from = result
                if moved_from is None:
                    self._state.put(self._place, action.file.key, sent)
                else:
                    self._state.move(self._place, moved_from, action.file.key, sent)
                self._tell(verb, action.file.path, sent.image)

    def _done(self, action: Action, remote: Remote, leftover: "_Leftover") -> tuple[str, Sent, bytes | None]:
        """Do what is to be done about a file, and return what it was, what is remembered, and from where it moved."""
        file, before, images = action.file, action.before, self._run.client.images
        if action.verb == "adopt" and before:
            # Whether the image shows what the file holds cannot be told: the server writes pictures anew.
            return "adopted", before._replace(digest=Snapshot(file.path, DIRECT_LIMIT).digest), None
        snapshot = Snapshot(file.path, DIRECT_LIMIT)
        place = Place(self._target.constellation, remote.folders[file.folder])
        if action.verb == "update" and before and snapshot.digest == before.digest:
            return "unchanged", Sent.of(snapshot, before.image), None
        if moved := leftover.take(snapshot.digest):
            key, sent = moved
            images.change(sent.image, name=file.name, place=place)
            if action.verb == "update" and before:
                self._delete_image(before.image)
            return "moved", Sent.of(snapshot, sent.image), key
        salt = f"{self._state.salt} {before.image if before else ''}"
        image = images.upload(snapshot, name=file.name, place=place, salt=salt)
        if action.verb == "update" and before:
            self._delete_image(before.image)
            return "updated", Sent.of(snapshot, image), None
        return "uploaded", Sent.of(snapshot, image), None

    def _create_folders(self, actions: list[Action], remote: Remote) -> None:
        """Create the folders that files need, parents first."""
        if () not in remote.folders and actions:
            remote.folders[()] = find_folder(self._run.client, self._target, create=True)
        needed = {action.file.folder[:depth] for action in actions for depth in range(1, len(action.file.folder) + 1)}
        for names in sorted(needed - remote.folders.keys(), key=len):
            parent = remote.folders.get(names[:-1])
            if parent:
                created = self._run.client.constellations.create_folder(self._target.constellation, names[-1], parent)
                remote.folders[names] = created["folder_uuid"]

    def _removed(self, gone: dict[bytes, Sent], remote: Remote) -> None:
        """Delete the images of files that are gone, if that is asked for, and forget those that are deleted anyway."""
        for key, each in gone.items():
            path = self._folder / os.fsdecode(key)
            if each.image not in remote.images:
                if not self._dry_run:
                    self._state.remove(self._place, key)
            elif not self._delete:
                self._counts["kept"] += 1
            elif self._dry_run:
                self._tell("delete", path, each.image)
            else:
                try:
                    self._delete_image(each.image)
                    self._state.remove(self._place, key)
                    self._tell("deleted", path, each.image)
                except ConstellationError as error:
                    self._failed(path, error)

    def _delete_image(self, image: str) -> None:
        try:
            self._run.client.images.delete(image)
        except ApiError as error:
            if error.status != 404:
                raise

    def _tell(self, verb: str, path: Path, image: str | None) -> None:
        self._counts[verb] += 1
        if verb != "unchanged":
            self._run.output.result(f"{verb}  {shown_path(path)}", status=verb, path=str(path), id=image)

    def _failed(self, path: Path, error: Exception) -> None:
        self._failures.append(error)
        self._tell_once(self._run.output.error, f"{shown_path(path)}: {sentence(error)}")

    def _summarized(self) -> None:
        counted = ", ".join(f"{count:,} {verb}" for verb, count in self._counts.items()) or "no pictures"
        self._tell_once(self._run.output.note, f"{shown_path(self._folder)}: {counted}.")

    def _tell_once(self, tell: Callable[[str], None], text: str) -> None:
        """Tell a person something, but not again while a watch only tries again."""
        if text not in self._told:
            self._told.add(text)
            tell(text)


class _Leftover:
    """Files that are gone but whose images are there, by the digest of what they held. Threads share it."""

    def __init__(self, gone: dict[bytes, Sent], images: set[str]) -> None:
        self._gone = gone
        self._by_digest = {each.digest: key for key, each in gone.items() if each.image in images}

    def take(self, digest: str) -> tuple[bytes, Sent] | None:
        """Return the key of such a file, and what was sent, once. Even if it cannot be moved, it is not gone."""
        key = self._by_digest.pop(digest, None)
        return None if key is None else (key, self._gone.pop(key))


def _children(node: Node) -> list[Node]:
    return node.get("children", [])

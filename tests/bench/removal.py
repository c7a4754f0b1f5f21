"""Deletion of a large constellation on the whole product, its cleaner killed again and again: what is seen of it on the
way, and what is left in the end.

To be killed is what happens to a function whose machine fails. Its message is given to another one when its time of
invisibility is over; the six minutes of that are made a few seconds here.
"""

import contextlib
import os
import random
import re
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from constellation.aws.resources import QUEUES, REMOVALS
from constellation.images import comment_store as comments
from constellation.images import original_store as blobs
from constellation.images import usage_store as lists
from constellation.images.model import Comment, Image
from constellation.links import rendition_store, slot_store
from tests.bench import Row, report, workspace
from tests.bench.workspace import Workspace
from tests.support.http_constellation_races import PICTURE
from tests.support.http_user import User
from tests.support.product import Product, running_product

FOLDERS, IMAGES, PUBLIC = 500, 5_000, 500
RENDERED, COMMENTED = 500, 100
"""Images that have a stored rendition, and a comment."""

KILLS = 20
IN_A_ROW = 3
"""Kills of one message at most; after five it would be given up."""
PART = 500
"""Images that one message removes."""

INVISIBLE_SECONDS = 40
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 1800

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Watch:
    """Somebody who asks for it all the time: requests with the statuses that they may get, and what came of it."""

    requests: Mapping[str, tuple[Callable[[], httpx.Response], int]]
    gone: frozenset[str]
    seen: Counter[str] = field(default_factory=Counter[str])
    slowest: dict[str, float] = field(default_factory=dict[str, float])
    asked: int = 0

    def look(self) -> None:
        """Ask for everything once."""
        for what, (request, status) in self.requests.items():
            started = time.monotonic()
            answer = request()
            self.slowest[what] = max(self.slowest.get(what, 0.0), time.monotonic() - started)
            self.asked += 1
            if answer.status_code != status:
                self.seen[f"{what}: {answer.status_code}"] += 1
            elif self.gone.intersection(_ID.findall(answer.text)):
                self.seen[what] += 1

    @contextlib.contextmanager
    def going_on(self) -> Generator[None]:
        """Look every now and then beside what is done inside."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(PAUSE_SECONDS):
                self.look()

        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(watch)
            try:
                yield
            finally:
                over.set()
            watching.result()


def main() -> list[Row]:
    """Rows of the report."""
    with (
        tempfile.TemporaryDirectory() as data,
        running_product(Path(data)) as product,
        product.http() as client,
        product.reached(),
    ):
        ada, ben = User(client), User(client)
        kept = ada.gets("POST", "/images", files={"file": ("a.png", PICTURE)})["uuid"]
        warm = ada.gets("POST", "/constellations", {"name": "Warm"})["constellation_uuid"]
        ada.gets("DELETE", f"/constellations/{warm}")
        made = workspace.create(ada.id, FOLDERS, IMAGES, datetime.now(UTC), PUBLIC)
        workspace.connect(made, [ben.id], datetime.now(UTC))
        _fill(made)
        invisible = {"VisibilityTimeout": str(INVISIBLE_SECONDS)}
        product.sdk("sqs").set_queue_attributes(QueueUrl=REMOVALS.physical_name, Attributes=invisible)
        watch = Watch(_requests(client, ada, ben, made), frozenset(image.id for image in made.images))
        started = time.perf_counter()
        ada.gets("DELETE", f"/constellations/{made.id}")
        answered = time.perf_counter() - started
        with watch.going_on():
            killed = _kill_the_cleaner(product, ada.id)
            _wait(lambda: _records(ada.id) == 0)
            emptied = time.perf_counter() - started
            _wait(lambda: not _messages(product))
            finished = time.perf_counter() - started
        left = _left(product, made)
        assert ada.gets("GET", f"/api/image/{kept}/detail")["id"] == kept
    slowest = sorted(watch.slowest, key=lambda what: -watch.slowest[what])[:5]
    return [
        Row("answer to the DELETE", f"{answered * 1000:.0f} ms", "≤ 300 ms"),
        Row("the cleaner was killed", f"{killed} times", f"{KILLS}"),
        Row("until the last record was gone", f"{emptied:.0f} s", ""),
        Row("until the last message was gone", f"{finished:.0f} s", ""),
        *(Row(f"{what} left", f"{number}", "0") for what, number in left.items()),
        Row(f"of {watch.asked} answers meanwhile, those with a part of it", f"{watch.seen.total()}", "0"),
        *(Row(f"  {what}", f"{number}", "") for what, number in watch.seen.items()),
        *(Row(f"slowest {what}", f"{watch.slowest[what]:.1f} s", "") for what in slowest),
    ]


def _fill(made: Workspace) -> None:
    """The originals of all images; renditions and comments of some."""

    def fill(numbered: tuple[int, Image]) -> None:
        number, image = numbered
        blobs.put_original(image.id, PICTURE, image.media_type)
        if number < RENDERED:
            slot_store.claim(image.id, "3x.png", 64, signed=False, follows_focus=False)
            rendition_store.put(f"{image.id}/3x.png", PICTURE, image.media_type, "immutable", image.id)
        if number < COMMENTED:
            comments.add(Comment(workspace.new_id(), image.id, f"{image.owner}", "Bright", image.created_at), 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, enumerate(made.images)))


def _requests(
    client: httpx.Client, owner: User, member: User, made: Workspace
) -> dict[str, tuple[Callable[[], httpx.Response], int]]:
    """Whatever could show something of the constellation, with its status once that is gone."""
    last = made.images[-1].id
    folder = made.folders[-1].id
    paths = {
        f"/constellations/{made.id}": 404,
        f"/constellations/{made.id}/users": 404,
        f"/structure/{made.id}": 404,
        f"/folders/{made.root}": 404,
        f"/folders/{folder}": 404,
        f"/images?constellation_uuid={made.id}": 404,
        f"/images/{last}": 404,
        f"/images/{last}/comments": 404,
        f"/api/image/{last}/detail": 404,
        f"/api/images?uuid[]={last}": 200,
        "/constellations": 200,
        "/images": 200,
        "/api/images/history/1": 200,
        "/api/images/history/1?orderBy=attributes.createdAt": 200,
        "/api/images/1": 200,
    }
    requests = {
        f"{who} GET {path.replace(made.id, '…').replace(last, '…').replace(folder, '…').replace(made.root, '…')}": (
            lambda user=user, path=path: user.asks("GET", path),
            status,
        )
        for path, status in paths.items()
        for who, user in (("owner", owner), ("member", member))
    }
    link = f"/image/{made.images[0].id}.png"
    return {**requests, f"GET {link}": (lambda: client.get(link), 404)}


def _kill_the_cleaner(product: Product, owner: str) -> int:
    """Kill the function's processes in the midst of their work; how often."""
    chance, killed = random.Random(5), 0
    while killed < KILLS and (left := _records(owner)):
        # After some kills of one message let it come to its end.
        left -= chance.randrange(5, 60) + (PART if killed and killed % IN_A_ROW == 0 else 0)
        _wait(lambda left=left: _records(owner) <= max(left, 0))
        processes = product.processes("CleanUpFolder")
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed += bool(processes)
    return killed


def _records(owner: str) -> int:
    """How many of the owner's images are left, but for the one in no constellation."""
    return lists.find(owner).total - 1


def _messages(product: Product) -> int:
    """Messages in all queues, those not due yet and those under way included."""
    kinds = ["", "NotVisible", "Delayed"]
    names = [f"ApproximateNumberOfMessages{kind}" for kind in kinds]
    found = [
        product.sdk("sqs").get_queue_attributes(QueueUrl=queue.physical_name, AttributeNames=names)["Attributes"]
        for queue in QUEUES
    ]
    return sum(int(each[name]) for each in found for name in names)


def _left(product: Product, made: Workspace) -> dict[str, int]:
    """What is left of a constellation, but for the tombstones of its images, which expire."""
    ids = {made.id, made.root, *(folder.id for folder in made.folders), *(image.id for image in made.images)}

    def known(table: str) -> list[Mapping[str, Any]]:
        pages = product.sdk("dynamodb").get_paginator("scan").paginate(TableName=product.physical(table))
        found = [item for page in pages for item in page["Items"] if item["sk"]["S"] != "DELETED"]
        return [item for item in found if ids.intersection(_ID.findall(item["pk"]["S"] + item["sk"]["S"]))]

    objects = [key for bucket in ("originals", "renditions") for key in product.bucket(bucket)]
    return {
        "records": len(known("StorageImagesTable")),
        "items of the constellation": len(known("StorageConstellationsTable")),
        "objects": sum(bool(ids.intersection(_ID.findall(key))) for key in objects),
        "messages given up": sum(_dead_letters(product)),
    }


def _dead_letters(product: Product) -> list[int]:
    sqs = product.sdk("sqs")
    urls = [url for url in sqs.list_queues()["QueueUrls"] if "DeadLetters" in url]
    name = "ApproximateNumberOfMessages"
    return [int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]) for url in urls]


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the removal does not come to its end"
        time.sleep(0.1)


if __name__ == "__main__":
    report(f"Deletion of a constellation with {IMAGES:,} images", main())

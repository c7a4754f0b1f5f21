"""The purges of deleted images from the CDN that are still to be done, in the table ``images``.

pk PURGES   sk WAITING#<image>    tag: the tag of its copies; at: since when it waits
pk PURGES   sk RUN#<reference>    images, tags: what the CDN is to purge in one invalidation
                                  invalidation: the id that the CDN gave it, once it was requested
pk PURGES   sk EVERYTHING         at: when, in seconds, the whole cache was last purged
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Table
from constellation.common.times import to_wire

WAIT = Grant(IMAGES, ("dynamodb:BatchWriteItem",))
WORK = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))
PURGE_EVERYTHING = Grant(IMAGES, ("dynamodb:UpdateItem",))

_PARTITION = "PURGES"
_TABLE = Table(IMAGES)


@dataclass(frozen=True)
class Waiting:
    """A deleted image whose copies, found by their ``tag``, the CDN is to purge."""

    image: str
    tag: str
    at: str


@dataclass(frozen=True)
class Run:
    """Images that are purged together. ``invalidation`` is None until it was requested from the CDN."""

    reference: str
    images: frozenset[str]
    tags: frozenset[str]
    invalidation: str | None = None


def wait(image_id: str, tag: str, now: datetime) -> None:
    """Have an image wait for its purge. Safe to repeat."""
    _TABLE.put_many([{**_key(f"WAITING#{image_id}"), "image": image_id, "tag": tag, "at": to_wire(now)}])


def waiting(most: int) -> list[Waiting]:
    """Return ``most`` of the images that wait, in no order."""
    values = {"pk": _PARTITION, "sk": "WAITING#"}
    items = islice(_TABLE.query("pk = :pk AND begins_with(sk, :sk)", values), most)
    return [Waiting(item["image"], item["tag"], item["at"]) for item in items]


def begin(chosen: Sequence[Waiting]) -> Run:
    """Write a run of some images that wait, and end their wait. After a kill in between, ``runs`` has them too."""
    told = "\n".join(sorted(f"{each.image} {each.at}" for each in chosen))
    run = Run(
        hashlib.sha256(told.encode()).hexdigest()[:32],
        frozenset(each.image for each in chosen),
        frozenset(each.tag for each in chosen),
    )
    _put(run)
    stop_waiting(run)
    return run


def stop_waiting(run: Run) -> None:
    """End the wait of the images of a run. Safe to repeat."""
    _TABLE.delete_many(_key(f"WAITING#{image}") for image in sorted(run.images))


def runs() -> list[Run]:
    """Return the runs that have not come to their end, as of now."""
    values = {"pk": _PARTITION, "sk": "RUN#"}
    return [
        Run(
            item["sk"].removeprefix("RUN#"),
            frozenset(item["images"]),
            frozenset(item["tags"]),
            item.get("invalidation"),
        )
        for item in _TABLE.query("pk = :pk AND begins_with(sk, :sk)", values, consistent=True)
    ]


def note(run: Run, invalidation: str) -> None:
    """Keep the invalidation of a run."""
    _put(replace(run, invalidation=invalidation))


def end(run: Run) -> None:
    """Delete a run that is done."""
    _TABLE.delete_many([_key(f"RUN#{run.reference}")])


def may_purge_everything(now: datetime, pause: timedelta) -> bool:
    """Return whether the whole cache was not purged within ``pause``, and if so, count it as purged now."""
    at = int(now.timestamp())
    return _TABLE.try_update(
        _key("EVERYTHING"),
        "SET #at = :at",
        "attribute_not_exists(#at) OR #at <= :before",
        {"at": at, "before": at - int(pause.total_seconds())},
        {"at": "at"},
    )


def _put(run: Run) -> None:
    invalidation = {"invalidation": run.invalidation} if run.invalidation else {}
    item = {**_key(f"RUN#{run.reference}"), "images": set(run.images), "tags": set(run.tags), **invalidation}
    _TABLE.put_many([item])


def _key(sk: str) -> dict[str, str]:
    return {"pk": _PARTITION, "sk": sk}

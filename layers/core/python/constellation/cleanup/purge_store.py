"""The purges of images from the CDN that are still to be done, in the table ``images``.

pk PURGES   sk WAITING#<image>    tag: the tag of its copies; at: since when it waits; mark: its mark at the CDN, if it
                                  is not deleted; or instead of an image the tag of something else
pk PURGES   sk RUN#<reference>    images, tags, marks: what the CDN is to purge in one invalidation
                                  invalidation: the id that the CDN gave it, once it was requested
pk PURGES   sk EVERYTHING         at: when, in seconds, the whole cache was last purged

pk PURGED#<tag>   sk <end of the minute>   times: how often the tag was purged at once; it expires with the minute
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Table
from constellation.common.times import seconds_left, to_wire

WAIT = Grant(IMAGES, ("dynamodb:BatchWriteItem",))
WORK = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))
PURGE_EVERYTHING = Grant(IMAGES, ("dynamodb:UpdateItem",))
PURGE_AT_ONCE = Grant(IMAGES, ("dynamodb:UpdateItem",))

_MINUTE = 60
_PARTITION = "PURGES"
_TABLE = Table(IMAGES)


@dataclass(frozen=True)
class Waiting:
    """An image whose copies, found by their ``tag``, the CDN is to purge.

    ``mark`` is the one with which the CDN refuses it until then, empty for an image that was deleted.
    """

    image: str
    tag: str
    at: str
    mark: str = ""

    @property
    def size(self) -> int:
        """Return the most bytes that it takes in the record of a run, which names its image twice if it has a mark."""
        entry = len(self.image) + len(self.mark) + 1 if self.mark else 0  # an entry of a map takes a byte more
        return len(self.image) + len(self.tag) + entry


@dataclass(frozen=True)
class Run:
    """Images that are purged together, with the ``marks`` of those that are not deleted.

    ``invalidation`` is None until it was requested from the CDN.
    """

    reference: str
    images: frozenset[str]
    tags: frozenset[str]
    marks: Mapping[str, str]
    invalidation: str | None = None

    @property
    def deleted(self) -> frozenset[str]:
        """Return those of the images that were deleted."""
        return self.images - self.marks.keys()


def wait(image_id: str, tag: str, now: datetime, mark: str = "") -> None:
    """Have an image wait for its purge. Safe to repeat."""
    _TABLE.put_many([_to_wait(image_id, tag, now, mark)])


def wait_together(tags: Collection[str], now: datetime, mark: str) -> None:
    """Have tags of something else than images wait for their purge, 25 in a call. Safe to repeat."""
    _TABLE.put_many(_to_wait(tag, tag, now, mark) for tag in sorted(tags))


def waiting(most: int) -> list[Waiting]:
    """Return ``most`` of the images that wait, in no order."""
    values = {"pk": _PARTITION, "sk": "WAITING#"}
    items = islice(_TABLE.query("pk = :pk AND begins_with(sk, :sk)", values), most)
    return [Waiting(item["image"], item["tag"], item["at"], item.get("mark", "")) for item in items]


def begin(chosen: Sequence[Waiting]) -> Run:
    """Write a run of some images that wait, and end their wait. After a kill in between, ``runs`` has them too."""
    told = "\n".join(sorted(f"{each.image} {each.at}" for each in chosen))
    run = Run(
        hashlib.sha256(told.encode()).hexdigest()[:32],
        frozenset(each.image for each in chosen),
        frozenset(each.tag for each in chosen),
        {each.image: each.mark for each in chosen if each.mark},
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
            item.get("marks", {}),
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


def may_purge_at_once(tag: str, most: int, now: datetime) -> bool:
    """Return whether a tag was purged at once less than ``most`` times in this minute, and if so, count it."""
    ends = int(now.timestamp()) + seconds_left(now, _MINUTE)
    return _TABLE.try_update(
        {"pk": f"PURGED#{tag}", "sk": str(ends)},
        "SET #ttl = :ends ADD times :one",
        "attribute_not_exists(times) OR times < :most",
        {"ends": ends, "one": 1, "most": most},
        {"ttl": "ttl"},
    )


def _to_wait(image_id: str, tag: str, now: datetime, mark: str) -> dict[str, str]:
    optional = {"mark": mark} if mark else {}
    return {**_key(f"WAITING#{image_id}"), "image": image_id, "tag": tag, "at": to_wire(now), **optional}


def _put(run: Run) -> None:
    item: dict[str, Any] = {**_key(f"RUN#{run.reference}"), "images": set(run.images), "tags": set(run.tags)}
    item |= {"marks": dict(run.marks)} if run.marks else {}
    item |= {"invalidation": run.invalidation} if run.invalidation else {}
    _TABLE.put_many([item])


def _key(sk: str) -> dict[str, str]:
    return {"pk": _PARTITION, "sk": sk}

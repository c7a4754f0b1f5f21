"""What the CDN still has to forget of deleted images, in the table ``images``.

pk PURGES   sk WAITING#<image>    tag: what its copies are found by; at: since when it waits
pk PURGES   sk RUN#<reference>    images, tags: what the CDN is told to forget, all together
                                  invalidation: the id that it gave, once it was told
pk PURGES   sk EVERYTHING         at: when, in seconds, it was last told to forget all that it holds
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from constellation.aws import batches
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.transactions import update, updates
from constellation.common.times import to_wire

WAIT = Grant(IMAGES, ("dynamodb:BatchWriteItem",))
WORK = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))
FORGET_EVERYTHING = Grant(IMAGES, ("dynamodb:UpdateItem",))

_PARTITION = "PURGES"


@dataclass(frozen=True)
class Waiting:
    """A deleted image whose copies the CDN is to forget, by their ``tag``."""

    image: str
    tag: str
    at: str


@dataclass(frozen=True)
class Run:
    """Images whose copies are forgotten together; ``invalidation`` is None until the CDN was told."""

    reference: str
    images: frozenset[str]
    tags: frozenset[str]
    invalidation: str | None = field(default=None)


def wait(image_id: str, tag: str, now: datetime) -> None:
    """Have an image wait. Safe to repeat."""
    batches.put_many(IMAGES, [{**_key(f"WAITING#{image_id}"), "image": image_id, "tag": tag, "at": to_wire(now)}])


def waiting(most: int) -> list[Waiting]:
    """Those that wait, ``most`` of them, in no order."""
    found = batches.query(IMAGES, "pk = :pk AND begins_with(sk, :sk)", {":pk": _PARTITION, ":sk": "WAITING#"})
    return [Waiting(item["image"], item["tag"], item["at"]) for item in islice(found, most)]


def begin(chosen: Sequence[Waiting]) -> Run:
    """A run of some that wait. They wait no longer; where the function is killed in between, ``runs`` has them too."""
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
    """Take away what says that the images of a run wait. Safe to repeat."""
    batches.delete_many(IMAGES, (_key(f"WAITING#{image}") for image in sorted(run.images)))


def runs() -> list[Run]:
    """Those that have not come to their end."""
    found = batches.query(
        IMAGES, "pk = :pk AND begins_with(sk, :sk)", {":pk": _PARTITION, ":sk": "RUN#"}, ConsistentRead=True
    )
    return [
        Run(
            item["sk"].removeprefix("RUN#"),
            frozenset(item["images"]),
            frozenset(item["tags"]),
            item.get("invalidation"),
        )
        for item in found
    ]


def note(run: Run, invalidation: str) -> None:
    """Keep the invalidation of a run."""
    _put(Run(run.reference, run.images, run.tags, invalidation))


def end(run: Run) -> None:
    """Take a run away."""
    batches.delete_many(IMAGES, [_key(f"RUN#{run.reference}")])


def may_forget_everything(now: datetime, pause: timedelta) -> bool:
    """Whether the CDN was not told to forget everything within ``pause``; it counts as told from now on."""
    at, names = int(now.timestamp()), {"at": "at"}
    before = at - int(pause.total_seconds())
    return updates(
        update(
            IMAGES,
            _key("EVERYTHING"),
            "SET #at = :at",
            "attribute_not_exists(#at) OR #at <= :before",
            {"at": at, "before": before},
            names,
        )
    )


def _put(run: Run) -> None:
    told = {"invalidation": run.invalidation} if run.invalidation else {}
    item = {**_key(f"RUN#{run.reference}"), "images": set(run.images), "tags": set(run.tags), **told}
    batches.put_many(IMAGES, [item])


def _key(sk: str) -> dict[str, str]:
    return {"pk": _PARTITION, "sk": sk}

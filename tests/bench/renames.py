"""A rename of a tag that many images have, really run: what it takes, and what others see of it meanwhile.

``python -m tests.bench.renames [images [public]]`` works off a rename of the tag of 100,000 private images, if nothing
else is said. It takes some minutes. After each transaction the totals are read: they must add up at every moment.
"""

import contextlib
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from constellation.accounts import store as accounts
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import IMAGES, INDEXING
from constellation.common.ids import new_id
from constellation.images.model import PUBLIC, Image
from constellation.runtime.request import Caller
from tests.bench.collection import BRANCH, enter, load
from tests.support.accounts import sign_up
from tests.support.engine import Engine, engine
from tests.support.faults import hooked
from tests.support.meter import metered
from tests.support.world import event, new_world

IMAGES_RENAMED = 100_000
LEAF, RENAMED = f"{BRANCH}/2025", "journeys"


def main() -> None:
    """Print what a rename takes, and what its totals were meanwhile."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else IMAGES_RENAMED
    is_public = "public" in sys.argv
    said = sys.stdout
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        user = accounts.find(sign_up(world))
        assert user
        images, lists = load(made, user, number, is_public=is_public), (user.id, PUBLIC) if is_public else (user.id,)
        _file(made, lists, images)
        world.advance(minutes=5)
        body = {"from": BRANCH, "to": RENAMED.title()}
        caller = Caller(user.id, session_id="session")
        assert world.call("share_rename_tags", event("PATCH", "/api/tags", json=body, caller=caller)).status == 202
        sums, runs = Counter[int](), 0
        begun, worked = time.perf_counter(), time.process_time()
        with metered(made) as bill, hooked("after-call.dynamodb.TransactWriteItems", _looking(made, lists, sums)):
            while world.deliver(INDEXING):
                runs += 1
        seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - worked
        _check(made, lists, images)
    operations = ", ".join(f"{name} {count:,}" for name, count in sorted(bill.operations.items()))
    kind = "public" if is_public else "private"
    for line in (
        f"a rename of the tag of {number:,} {kind} images",
        f"  {seconds:.0f} s, {cpu_seconds:.0f} s of CPU; messages: {runs}",
        f"  {bill.writes / number:.1f} write units and {bill.reads / number:.1f} read units an image; {operations}",
        f"  images in the old and the new branch together, after each transaction: {dict(sums)}",
        "  at the end every image has the new tag, once, and is entered and counted there alone",
    ):
        print(line, file=said)


def _file(made: Engine, lists: Sequence[str], images: Sequence[Image]) -> None:
    """Have images counted and entered in both branches of their tag."""
    for list_ in lists:
        enter(made, list_, LEAF, images, own=True)
    counted = {list_: {BRANCH: False, LEAF: True} for list_ in lists}
    notes = ({"pk": f"IMAGE#{each.id}", "sk": "TAGS", "counted": counted, "version": new_id()} for each in images)
    made.load(IMAGES, map(to_wire, notes))


def _looking(made: Engine, lists: Sequence[str], sums: Counter[int]) -> Callable[..., None]:
    """A look at the totals of both branches and of what they become, which notes how many images they are together."""

    def total(list_: str, branch: str) -> int:
        item = made.item(IMAGES.physical_name, to_wire({"pk": f"TAGS#{list_}", "sk": branch}))
        return from_wire(item)["images"] if item else 0

    def look(**_: object) -> None:
        for list_ in lists:
            for old, new in ((BRANCH, RENAMED), (LEAF, f"{RENAMED}/2025")):
                sums[total(list_, old) + total(list_, new)] += 1

    return look


def _check(made: Engine, lists: Sequence[str], images: Sequence[Image]) -> None:
    """Every image has the new tag once, is entered and counted where it is, and nowhere else."""
    positions = sorted(image.created for image in images)
    for list_ in lists:
        for branch, wanted in ((BRANCH, []), (LEAF, []), (RENAMED, positions), (f"{RENAMED}/2025", positions)):
            entries = made.partition(IMAGES.physical_name, f"TAGGED#{list_}#{branch}")
            assert sorted(from_wire(each)["sk"] for each in entries) == wanted
        totals = {
            from_wire(each)["sk"]: from_wire(each) for each in made.partition(IMAGES.physical_name, f"TAGS#{list_}")
        }
        counts = {key: (total["images"], total["own"]) for key, total in totals.items()}
        assert counts == {RENAMED: (len(images), 0), f"{RENAMED}/2025": (len(images), len(images))}
    for image in images:
        items = {
            from_wire(each)["sk"]: from_wire(each) for each in made.partition(IMAGES.physical_name, f"IMAGE#{image.id}")
        }
        assert (items["IMAGE"]["tags"], items["IMAGE"]["renames"]) == (f"{RENAMED.title()}/2025", 1)
        assert items["IMAGE"]["version"] == image.version + 1


if __name__ == "__main__":
    main()

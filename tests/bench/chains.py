"""The clean-up of a folder of 20,000 images, where Lambda stops chains of 16 messages and where it does not.

DynamoDB is the engine's and S3 is moto's, in this process; messages are followed as in ``tests.support.world``.
"""

import contextlib
import io
import sys
import time

import pytest

from constellation.aws.resources import CONSTELLATIONS, IMAGES, REMOVALS
from constellation.images import original_store as blobs
from tests.bench import Row, report
from tests.bench.engine import engine
from tests.support.chains import drained, filled
from tests.support.spaces import Space
from tests.support.world import new_world

NUMBER = 20_000


def main(number: int = NUMBER) -> list[Row]:
    """Rows of the report."""
    return [row for allowed in (True, False) for row in _emptied(number, allows_loops=allowed)]


def _emptied(number: int, *, allows_loops: bool) -> list[Row]:
    logged, begun = contextlib.redirect_stdout(io.StringIO()), time.monotonic()
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as tables:
        world.allows_loops = allows_loops
        space = Space(world)
        folder = space.folder()
        filled(space, folder, number)
        assert space.delete_folder(folder).status == 200
        messages = runs = 0
        while True:
            while delivered := world.deliver(REMOVALS):
                messages += delivered
            drained(world)
            keys = tables.items().keys()  # a scan gives a page of them
            if not any(sk.startswith("REMOVAL#") for _, _, sk in keys):
                break
            world.advance(minutes=16)
            world.invoke("reconcile", {})
            runs += 1
        left = (
            sum((table, sk) == (IMAGES.name, "IMAGE") for table, _, sk in keys),
            sum(1 for _ in blobs.originals("")),
            sum(table == CONSTELLATIONS.name for table, _, _ in keys),
        )
        stopped = len(world.dropped)
    what = "allowed" if allows_loops else "stopped after 16"
    return [
        Row(f"chains {what}: messages about the folder", f"{messages}", f"≥ {number // 500}"),
        Row("  of which Lambda stopped", f"{stopped}", ""),
        Row("  runs of the reconciliation", f"{runs}", ""),
        Row("  records and objects left", f"{left[0]}, {left[1]}", "0, 0"),
        Row("  items of the constellation left: itself, its root, its member", f"{left[2]}", "3"),
        Row("  seconds", f"{time.monotonic() - begun:.0f}", ""),
    ]


if __name__ == "__main__":
    report(f"Clean-up of a folder of {NUMBER:,} images", main(*map(int, sys.argv[1:])))

"""What uses every grant of each function of this part."""

import pytest

from constellation.aws.resources import ACCESS_LOGS
from tests import logs, pictures
from tests.sharing import uploaded
from tests.world import Scenario, World


def _counting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    logs.write("one.gz", [logs.line(f"/image/{image_id}.jpg")])
    assert world.deliver(ACCESS_LOGS) == 1


SCENARIOS: dict[str, Scenario] = {"count_views": _counting}

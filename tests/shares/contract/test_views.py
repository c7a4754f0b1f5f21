"""Views of shares through the routes."""

from tests.shares.contract.test_shares import NO_SHARE, shared
from tests.support.sharing import Client
from tests.support.world import World


def test_as_many_as_may_be(world: World, anna: Client) -> None:
    made = shared(anna, "image", anna.image(), maxViews=2)
    answers = [world.request("GET", f"/api/s/{made['code']}") for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 404, 404]
    assert answers[2].json == NO_SHARE

"""Work on many shares at once: in messages of bounded work, each of which begins where the one before has ended."""

from collections.abc import Iterable
from datetime import timedelta

from constellation.aws.resources import CONSTELLATIONS, DELETIONS, IMAGES, REMOVALS, Resource
from constellation.aws.table import Table, transact
from constellation.common.ids import new_id
from constellation.shares import store, view_store
from constellation.shares.model import Share, Target, new_code
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.faults import counted
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import World

MANY = 250
MOST_CALLS = 1000
"""AWS calls of one message: some ten seconds."""


def shared_often(client: Client, target: Target, number: int = MANY) -> list[Share]:
    """Shares of one target, a second apart, which have given links."""
    now = client.world.now
    made = [
        Share(new_code(), client.id, target, now - timedelta(seconds=each), links_given=True) for each in range(number)
    ]
    for each in made:
        transact([*store.to_create(each), *view_store.to_create(each.id, None)])
    return made


def worked_off(world: World, queue: Resource) -> tuple[int, float]:
    """Deliver all messages; the answer is how many there were, and about the most AWS calls of one."""
    messages, most = 0, 0.0
    while True:
        with counted() as calls:
            delivered = world.deliver(queue, delayed=True)
        if not delivered:
            return messages, most
        messages, most = messages + delivered, max(most, len(calls) / delivered)


def tags(shares: Iterable[Share]) -> set[str]:
    return {share.links_tag for share in shares}


def test_links_of_a_member_with_many_shares_end(world: World, anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    trip.connect(bea, rights="WRITE")
    folder = trip.folder()
    target = Target("folder", folder, trip.id)
    theirs, others = shared_often(bea, target), shared_often(anna, target, 40)
    trip.connect(bea, rights="READ")
    messages, most = worked_off(world, DELETIONS)
    assert tags(theirs) <= shelf(world).ended
    assert not tags(others) & shelf(world).ended
    assert most <= MOST_CALLS
    assert messages == 2 * 3
    settle(world)
    assert_at_rest(world)


def test_many_shares_follow_their_image_into_a_constellation(world: World, anna: Client) -> None:
    trip, image = Workspace(anna), anna.image()
    made = shared_often(anna, Target("image", image))
    answer = anna.ask("PATCH", f"/images/{image}", json={"constellation_uuid": trip.id})
    assert answer.status == 200
    _, most = worked_off(world, DELETIONS)
    assert most <= MOST_CALLS / 5
    assert {share["constellation"] for share in shelf(world).shares.values()} == {trip.id}
    assert len(shelf(world).shares) == len(made)
    settle(world)
    assert_at_rest(world)


def test_a_folder_goes_where_many_others_are_shared(world: World, anna: Client) -> None:
    """Their entries alone matter here, so that there are no shares behind them."""
    trip = Workspace(anna)
    gone, root = trip.folder(), trip.root
    others = [new_id() for _ in range(7000)]
    Table(CONSTELLATIONS).put_many(
        {"pk": f"FOLDER#{each}", "sk": "FOLDER", "constellation": trip.id, "parent": root} for each in others
    )
    Table(IMAGES).put_many(
        {"pk": f"SHARES#{trip.id}", "sk": f"2020-01-01T00:00:{number % 60:02}#{new_id()}", "folder": each}
        for number, each in enumerate([*others, root])
    )
    made = shared_often(anna, Target("folder", gone, trip.id), 30)
    of_root = shared_often(anna, Target("folder", root, trip.id), 5)
    assert anna.ask("DELETE", f"/folders/{gone}").status == 200
    _, most = worked_off(world, REMOVALS)
    assert most <= MOST_CALLS
    assert shelf(world).shares.keys() == {share.id for share in of_root}
    assert tags(made) <= shelf(world).ended
    assert not trip.admin.ask("GET", f"{trip.path}").json.get("removals")

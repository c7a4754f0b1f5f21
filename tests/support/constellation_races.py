"""Races in constellations: what must hold however requests and removals interleave; each takes a world and chance."""

import random
from collections.abc import Mapping
from functools import partial
from unittest.mock import patch

from constellation.aws.resources import ORIGINALS
from constellation.images import comments
from constellation.workspaces.rights import Right
from tests.support.consistency import shelf, workspaces
from tests.support.races import Race, race_statuses
from tests.support.spaces import Space, empty, newcomer, own_image, work_off
from tests.support.world import World


def admins_against_each_other(world: World, chance: random.Random) -> None:
    """One disconnects or lowers the other, and is the ADMIN who is left."""
    space = Space(world)
    one, other = space.owner, space.member(Right.ADMIN)
    ways = (space.disconnect, partial(space.connect, right=Right.READ))
    doings = [partial(chance.choice(ways), whom, by=by) for whom, by in ((one, other), (other, one))]
    statuses = race_statuses(world, chance, *doings)
    assert sorted(statuses) in ([200, 403], [200, 404])
    assert list(workspaces(world).members[space.id].values()).count(Right.ADMIN) == 1


def admins_leaving(world: World, chance: random.Random) -> None:
    """Of two, one of them twice, one can go, once."""
    space = Space(world)
    one, other = space.owner, space.member(Right.ADMIN)
    statuses = race_statuses(world, chance, *[partial(space.disconnect, each, by=each) for each in (one, one, other)])
    assert sorted(statuses) in ([200, 400, 400], [200, 400, 404])
    assert len(workspaces(world).members[space.id]) == 1


def connecting_and_disconnecting(world: World, chance: random.Random) -> None:
    """Each is done, in some order, and the number of ADMINs is right in the end."""
    space = Space(world)
    user = chance.choice([newcomer(world), space.member(Right.READ), space.member(Right.ADMIN)])
    wanted = [chance.choice(list(Right)) for _ in range(2)]
    connects = [partial(space.connect, user, right) for right in wanted]
    *connected, disconnected = race_statuses(world, chance, *connects, partial(space.disconnect, user))
    assert connected == [200, 200]
    assert disconnected in (200, 404)
    right = workspaces(world).members[space.id].get(user.user_id)
    assert right in ([None, *wanted] if disconnected == 200 else wanted)


def leaving_for_good(world: World, chance: random.Random) -> None:
    """Who leaves is out in the end, whoever connects it at the same time."""
    space = Space(world)
    user = space.member(chance.choice((Right.READ, Right.ADMIN)))
    connects = [partial(space.connect, user, chance.choice(list(Right))) for _ in range(2)]
    left, *connected = race_statuses(world, chance, partial(space.disconnect, user, by=user), *connects)
    assert left == 200
    assert set(connected) <= {200, 403}
    assert user.user_id not in workspaces(world).members[space.id]
    assert space.connect(user, Right.READ).status == 403


def coming_back(world: World, chance: random.Random) -> None:
    """Who accepts is connected, at once or at the next try, and once."""
    space = Space(world)
    user = space.member(Right.READ)
    assert space.disconnect(user, by=user).status == 200
    accepts = [partial(space.ask, "accept_connection", caller=user) for _ in range(2)]
    *accepted, connected = race_statuses(world, chance, *accepts, partial(space.connect, user, Right.WRITE))
    assert accepted == [204, 204]
    assert connected in (200, 403)
    assert space.connect(user, Right.WRITE).status == 200
    assert workspaces(world).members[space.id][user.user_id] is Right.WRITE


def a_lowered_admin(world: World, chance: random.Random) -> None:
    """It does not raise itself again, whatever it has under way."""
    space = Space(world)
    other = space.member(Right.ADMIN)
    lowers = chance.choice([partial(space.disconnect, other), partial(space.connect, other, Right.READ)])
    raises = [partial(space.connect, other, right, by=other) for right in (Right.ADMIN, Right.WRITE)]
    friend = newcomer(world)
    lowered, *_, befriended = race_statuses(
        world, chance, lowers, *raises, partial(space.connect, friend, Right.ADMIN, by=other)
    )
    members = workspaces(world).members[space.id]
    assert lowered == 200
    assert members.get(other.user_id) in (None, Right.READ)
    assert (members.get(friend.user_id) is Right.ADMIN) == (befriended == 200)


def opposite_moves(world: World, chance: random.Random) -> None:
    """Of moves that would make a circle together, one is refused."""
    space = Space(world)
    folders = [space.folder() for _ in range(chance.choice((2, 3)))]
    targets = [*folders[1:], folders[0]]
    moves = [partial(space.move_folder, folder, target) for folder, target in zip(folders, targets, strict=True)]
    statuses = race_statuses(world, chance, *moves)
    assert sorted(statuses) == [*[200] * (len(folders) - 1), 400]
    assert space.parents().keys() == set(folders)


def moves_at_random(world: World, chance: random.Random) -> None:
    """Each is done or refused, and everything can be reached from the root."""
    space = Space(world)
    folders = [space.root]
    for _ in range(6):
        folders.append(space.folder(chance.choice(folders)))
    images = [space.image(chance.choice(folders)) for _ in range(2)]
    moves = [partial(space.move_folder, chance.choice(folders[1:]), chance.choice(folders)) for _ in range(4)]
    moves += [partial(space.move_image, chance.choice(images), chance.choice(folders))]
    assert set(race_statuses(world, chance, *moves)) <= {200, 400}
    assert space.parents().keys() == {*folders[1:], *images}


def renames_and_a_move(world: World, chance: random.Random) -> None:
    """The folder has got another place and one of the names."""
    space = Space(world)
    folder, target = space.folder(name="old"), space.folder()
    renames = [partial(space.change_folder, folder, name=name) for name in ("one", "other")]
    assert race_statuses(world, chance, *renames, partial(space.move_folder, folder, target)) == [200] * 3
    assert space.parents()[folder] == target
    assert space.ask("get_folder", folder_uuid=folder).json["name"] in ("one", "other")


def a_move_and_deletions_of_folders(world: World, chance: random.Random) -> None:
    """What was moved goes with where it lies then; nothing else goes, and everything goes whole."""
    space = Space(world)
    moved, target = space.folder(), space.folder()
    content = {space.folder(moved), space.image(moved)}
    doomed = chance.choice(([target], [moved], [target, target], [moved, target]))
    deletions = [partial(space.delete_folder, folder) for folder in doomed]
    into, *deleted = race_statuses(
        world, chance, partial(space.move_folder, moved, target), *deletions, beside=[partial(work_off, world)] * 2
    )
    assert into in (200, 400, 404)
    if doomed == [moved, target]:
        assert deleted in ([200, 200], [404, 200])  # the one went with the other
    else:
        assert sorted(deleted) == [200, 404][: len(deleted)]
    goes = moved in doomed or into == 200
    assert space.parents().keys() == ({target} | (set[str]() if goes else {moved, *content})) - set(doomed)


def newcomers_to_a_folder_that_goes(world: World, chance: random.Random) -> None:
    """They are refused, or go with it, bytes and all."""
    space = Space(world)
    outer = space.folder()
    inner = space.folder(outer)
    own = own_image(world, space.owner)
    deleted, *others = race_statuses(
        world,
        chance,
        partial(space.delete_folder, outer),
        partial(space.add_image, inner),
        partial(space.add_image, chance.choice((inner, outer))),
        partial(space.add_folder, inner),
        partial(space.change_image, own, constellation_uuid=space.id, folder_uuid=inner),
        beside=[partial(work_off, world)] * 2,
    )
    assert deleted == 200
    assert set(others) <= {200, 201, 400}
    assert space.parents() == {}
    assert (own in shelf(world).records) == (others[-1] == 400)
    assert {key.removeprefix("images/") for key in world.objects(ORIGINALS)} == shelf(world).records.keys()


def images_and_a_folder_that_goes(world: World, chance: random.Random) -> None:
    """What was moved out is there, what was moved in is not, however often the folder is emptied."""
    space = Space(world)
    outer, safe = space.folder(), space.folder()
    inner = space.folder(outer)
    lost = [space.image(chance.choice((inner, outer))) for _ in range(7)]
    out, into = lost[:4], [space.image(safe) for _ in range(2)]
    deleted, *moved = race_statuses(
        world,
        chance,
        partial(space.delete_folder, outer),
        *[partial(space.move_image, image, safe) for image in out],
        *[partial(space.move_image, image, chance.choice((inner, outer))) for image in into],
        beside=[partial(work_off, world), partial(empty, space, outer), partial(empty, space, outer)],
    )
    moved_out, moved_in = moved[: len(out)], moved[len(out) :]
    assert deleted == 200
    assert set(moved_out) <= {200, 404}
    assert set(moved_in) <= {200, 400}
    there = {image for image, status in zip(out, moved_out, strict=True) if status == 200}
    there |= {image for image, status in zip(into, moved_in, strict=True) if status == 400}
    assert space.parents() == {safe: space.root, **dict.fromkeys(there, safe)}


def a_rename_a_description_and_a_move(world: World, chance: random.Random) -> None:
    """Changes of different things all stand, whichever surface they came through."""
    space = Space(world)
    image, target = space.image(), space.folder()
    statuses = race_statuses(
        world,
        chance,
        partial(space.change_image, image, name="new.gif"),
        partial(space.share, image, description="new", isPublic=True),
        partial(space.move_image, image, target),
    )
    assert statuses == [200, 204, 200]
    record = shelf(world).records[image]
    assert [record[each] for each in ("name", "description", "publicList", "folder", "version")] == [
        *("new.gif", "new", "public", target),
        4,
    ]


def deletions_of_an_image_and_comments(world: World, chance: random.Random) -> None:
    """Nothing is left of it, whichever surface deletes it, or its folder."""
    space = Space(world)
    folder = space.folder()
    image = space.image(folder)
    space.comment(image)
    ways = [partial(space.delete_image, image), partial(space.unshare, image), partial(space.delete_folder, folder)]
    one, other = chance.sample(ways, 2)
    comments = [partial(space.add_comment, image)] * 2
    deletions = [*race_statuses(world, chance, one, other, *comments, beside=[partial(work_off, world)])]
    assert set(deletions[:2]) <= {200, 204, 404}
    assert set(deletions[2:]) <= {201, 404}
    assert image not in shelf(world).records


def comments_at_the_bound(world: World, chance: random.Random) -> None:
    """As many are taken as there is room for, not one more, while others go, some of them twice."""
    most = 12
    with patch.object(comments, "MOST_COMMENTS", most):
        space = Space(world)
        image = space.image()
        there = [space.comment(image) for _ in range(chance.randrange(most))]
        doomed = chance.choices(there, k=3) if there else []
        adds = [partial(space.add_comment, image)] * 50
        deletions = [partial(space.ask, "delete_comment", image_uuid=image, comment_uuid=id_) for id_ in doomed]
        statuses = race_statuses(world, chance, *adds, *deletions)
    added, deleted = statuses[:50].count(201), statuses[50:]
    assert set(statuses[:50]) <= {201, 400}
    assert set(deleted) <= {200, 404}
    free = most - len(there)
    assert free <= added <= free + len(set(doomed))
    assert shelf(world).records[image]["commentCount"] == len(there) - len(set(doomed)) + added <= most


def the_end_of_a_constellation(world: World, chance: random.Random) -> None:
    """All that is done in it at the same time is done before, or refused; and nothing is left of it."""
    space = Space(world)
    outer, other = space.folder(), space.folder()
    inner = space.folder(outer)
    images = [space.image(folder) for folder in (space.root, outer, inner, inner)]
    user, own = space.member(Right.ADMIN), own_image(world, space.owner)
    doings = [
        partial(space.connect, newcomer(world), Right.WRITE),
        partial(space.disconnect, user),
        partial(space.ask, "rename_constellation", {"name": "New"}),
        partial(space.add_folder, inner),
        partial(space.add_folder),
        partial(space.move_folder, inner, other),
        partial(space.delete_folder, outer),
        partial(space.add_image, inner),
        partial(space.move_image, images[0], inner),
        partial(space.change_image, own, constellation_uuid=space.id),
        partial(space.add_comment, images[1]),
        partial(space.delete_image, images[2]),
        partial(space.ask, "delete_constellation", caller=user),
    ]
    chosen = chance.sample(doings, 4)
    ends = partial(space.ask, "delete_constellation")
    first, *statuses = race_statuses(world, chance, ends, *chosen, beside=[partial(work_off, world)] * 2)
    assert first in (200, 404)
    assert set(statuses) <= {200, 201, 400, 403, 404}
    assert space.id not in workspaces(world).metas
    assert not shelf(world).records.keys() & set(images)
    assert own not in shelf(world).records or shelf(world).records[own].get("constellation") is None


RACES: Mapping[Race, int] = {
    admins_against_each_other: 1000,
    admins_leaving: 240,
    connecting_and_disconnecting: 1000,
    leaving_for_good: 240,
    coming_back: 240,
    a_lowered_admin: 240,
    opposite_moves: 1000,
    moves_at_random: 240,
    renames_and_a_move: 240,
    a_move_and_deletions_of_folders: 240,
    newcomers_to_a_folder_that_goes: 240,
    images_and_a_folder_that_goes: 240,
    a_rename_a_description_and_a_move: 240,
    deletions_of_an_image_and_comments: 240,
    comments_at_the_bound: 60,
    the_end_of_a_constellation: 240,
}
"""The races, and how many rounds of each the bench runs."""

"""Document 000 and the contract's section "Images in constellations": the list of all images that a user sees."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from constellation.aws.resources import REMOVALS
from constellation.common.ids import new_id
from constellation.images import store as images
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Location
from tests.support import pictures
from tests.support.engine import engine
from tests.support.records import SAMPLE
from tests.support.sharing import SMALL_PLACEHOLDER, Client
from tests.support.workspace import NO_CONSTELLATION, UNKNOWN, Workspace, added, no_uuids
from tests.support.world import NOON, File, World

NOT_YOURS = {"message": "cursor: This is not a cursor of this list, order and search, given to you."}
BAD_LIMIT = {"message": "limit: This value should be a whole number from 1 to 100."}


def walk(client: Client, **query: str) -> Iterator[list[str]]:
    """Page after page the ids of the images that a client sees."""
    for _ in range(500):
        answer = client.ask("GET", "/images", query=query)
        assert answer.status == 200, answer.body
        assert answer.json.keys() <= {"images", "next_cursor"}
        yield [image["image_uuid"] for image in answer.json["images"]]
        if "next_cursor" not in answer.json:
            return
        query["cursor"] = answer.json["next_cursor"]
    raise AssertionError("it goes on and on")


def seen(client: Client, **query: str) -> list[str]:
    """The ids of all images of a walk, none of which may come twice."""
    met = [image for page in walk(client, **query) for image in page]
    assert len(met) == len(set(met))
    return met


def cursor_of(client: Client, **query: str) -> str:
    """The cursor after the first image."""
    return client.ask("GET", "/images", query={"limit": "1", **query}).json["next_cursor"]


# What is in it


def test_it_is_of_what_the_caller_owns_or_sees_through_a_constellation(anna: Client, bea: Client) -> None:
    shared, hidden, left = Workspace(bea), Workspace(bea), Workspace(bea)
    shared.connect(anna)
    left.connect(anna, rights="ADMIN")
    own_place = Workspace(anna)
    mine = [added(anna), anna.image(), anna.image(isPublic="true"), own_place.image()]
    theirs = [shared.image(), shared.image(folder=shared.folder())]
    for workspace in (hidden, left):
        workspace.image()
    left.image(by=anna)
    left.disconnect(anna)
    bea.image(isPublic="true")
    added(bea)
    assert sorted(seen(anna)) == sorted([*mine, *theirs])
    assert [image["url"] for image in anna.ask("GET", "/images").json["images"]] == [
        f"/image/{image}.gif" for image in seen(anna)
    ]


KNOWN = {"mime_type": "image/gif", "width": 8, "height": 6, "placeholder": SMALL_PLACEHOLDER}
"""What a list says of the picture that ``added`` uploads."""


def test_an_entry_says_how_large_the_picture_is(anna: Client) -> None:
    trip = Workspace(anna)
    for kind, where in (("JPEG", {}), ("PNG", {"constellation_uuid": trip.id}), ("WEBP", {})):
        form = {"file": File("a", pictures.still(kind, 36, 21)), **where}
        assert anna.ask("POST", "/images", form=form).status == 201
        anna.world.advance(seconds=1)
    listed = [
        (entry["mime_type"], entry["width"], entry["height"])
        for query in ({}, {"constellation_uuid": trip.id}, {"limit": "1"})
        for entry in anna.ask("GET", "/images", query=query).json["images"]
    ]
    kinds = ("webp", "jpeg", "png", "png", "webp")
    assert listed == [(f"image/{kind}", 36, 21) for kind in kinds]


def test_an_entry_has_the_images_present_name(anna: Client) -> None:
    trip = Workspace(anna)
    own, shared = added(anna, "own.gif"), trip.image("shared.gif")
    for image, name in ((own, "mine"), (shared, "ours")):
        assert anna.ask("PATCH", f"/images/{image}", json={"name": name}).status == 200
    assert anna.ask("GET", "/images").json == {
        "images": [
            {"image_uuid": own, "name": "mine", "url": f"/image/{own}.gif", **KNOWN},
            {"image_uuid": shared, "name": "ours", "url": f"/image/{shared}.gif", **KNOWN},
        ]
    }


def test_an_image_that_comes_into_a_constellation_is_listed_once(anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    trip.connect(bea)
    image = added(anna)
    assert (seen(anna), seen(bea)) == ([image], [])
    assert anna.ask("PATCH", f"/images/{image}", json={"constellation_uuid": trip.id}).status == 200
    assert (seen(anna), seen(bea)) == ([image], [image])
    assert anna.ask("PATCH", f"/images/{image}", json={"folder_uuid": trip.folder()}).status == 200
    assert (seen(anna), seen(bea)) == ([image], [image])


def test_a_constellation_narrows_it(anna: Client, bea: Client) -> None:
    trip, other = Workspace(anna), Workspace(anna)
    inside = [trip.image(), trip.image(folder=trip.folder())]
    other.image()
    added(anna)
    trip.connect(bea)
    for client in (anna, bea):
        for spelled in (trip.id, trip.id.upper()):
            assert sorted(seen(client, constellation_uuid=spelled)) == sorted(inside)
    assert seen(anna, constellation_uuid=Workspace(anna).id) == []


def test_what_was_deleted_with_its_folder_or_constellation_is_not_in_it(world: World, anna: Client) -> None:
    trip, other = Workspace(anna), Workspace(anna)
    top = trip.folder()
    stays = trip.image()
    for folder in (top, trip.folder(parent=top)):
        trip.image(folder=folder)
    other.image()
    assert anna.ask("DELETE", f"/folders/{top}").status == 200
    assert anna.ask("DELETE", other.path).status == 200
    for _ in range(3):
        assert seen(anna) == seen(anna, constellation_uuid=trip.id) == [stays]
        world.deliver(REMOVALS)


# What is asked wrongly


def test_a_constellation_that_the_caller_does_not_see(anna: Client, bea: Client) -> None:
    hidden, left, gone = (Workspace(bea) for _ in range(3))
    left.connect(anna)
    left.disconnect(anna)
    gone.connect(anna, rights="ADMIN")
    assert anna.ask("DELETE", gone.path).status == 200
    for id_ in (UNKNOWN, hidden.id, left.id, gone.id, hidden.root, anna.id):
        for more in ({}, {"limit": "5"}):
            answer = anna.ask("GET", "/images", query={"constellation_uuid": id_, **more})
            assert (answer.status, answer.json) == (404, NO_CONSTELLATION)


def test_a_constellation_that_is_none(anna: Client) -> None:
    for spelling in ("", *no_uuids(Workspace(anna).id)):
        answer = anna.ask("GET", "/images", query={"constellation_uuid": spelling})
        assert (answer.status, answer.json) == (400, {"message": "constellation_uuid: This is not a valid UUID."})


@pytest.mark.parametrize("limit", ["0", "101", "1000", "-1", "+1", "1.0", "x", "", "１", "1e1", " 1", "1\n"])
def test_a_bad_limit(anna: Client, limit: str) -> None:
    answer = anna.ask("GET", "/images", query={"limit": limit})
    assert (answer.status, answer.json) == (400, BAD_LIMIT)


def test_a_bad_limit_is_told_before_a_constellation_that_is_not_there(anna: Client) -> None:
    for query in ({"limit": "0"}, {"cursor": "x"}):
        assert anna.ask("GET", "/images", query={"constellation_uuid": UNKNOWN, **query}).status == 400


@pytest.mark.parametrize("name", ["limit", "cursor", "constellation_uuid"])
def test_a_parameter_comes_once(anna: Client, name: str) -> None:
    answer = anna.ask("GET", "/images", query={name: ["1", "1"]})
    assert (answer.status, answer.json) == (400, {"message": f"{name}: This parameter must be given once."})


def test_a_cursor_is_for_one_reader_and_one_list(world: World, anna: Client, bea: Client) -> None:
    trip, other = Workspace(anna), Workspace(anna)
    for workspace in (trip, other):
        workspace.connect(bea)
        for _ in range(2):
            workspace.image()
    of_all, of_trip = cursor_of(anna), cursor_of(anna, constellation_uuid=trip.id)
    wrong: list[tuple[Client, dict[str, str]]] = [
        (bea, {"cursor": of_all}),
        (bea, {"cursor": of_trip, "constellation_uuid": trip.id}),
        (anna, {"cursor": of_trip}),
        (anna, {"cursor": of_trip, "constellation_uuid": other.id}),
        (anna, {"cursor": of_all, "constellation_uuid": trip.id}),
    ]
    for place in range(len(of_all)):
        letter = "A" if of_all[place] != "A" else "B"
        wrong.append((anna, {"cursor": of_all[:place] + letter + of_all[place + 1 :]}))
    wrong += [(anna, {"cursor": text}) for text in (of_all[:-1], f"{of_all}A", f"{of_all}=", "x", "é", " ")]
    for client, query in wrong:
        answer = client.ask("GET", "/images", query=query)
        assert (answer.status, answer.json) == (400, NOT_YOURS)
    assert anna.ask("GET", "/images", query={"cursor": ""}).status == 400
    image = trip.image()
    comments = f"/images/{image}/comments"
    for _ in range(2):
        assert anna.ask("POST", comments, json={"content": "nice"}).status == 201
    link = anna.ask("GET", comments, query={"limit": "1"}).headers["link"]
    foreign = link.partition("cursor=")[2].partition("&")[0]
    assert anna.ask("GET", "/images", query={"cursor": foreign}).json == NOT_YOURS


# Pages


def stored(owner: Client, place: Location | None, minutes: float = 0) -> str:
    """The id of an image's record, made so long after noon."""
    moment = NOON + timedelta(minutes=minutes)
    image = replace(SAMPLE, id=new_id(), owner=owner.id, location=place, created_at=moment, described_at=moment)
    if place:
        constellations.expect_images(place.constellation)
    images.create(image)
    return image.id


class Album:
    """Images that Anna sees: her own in no constellation, and those of constellations that she is in by any right."""

    def __init__(self, anna: Client, bea: Client, own: int, shared: int, workspaces: int) -> None:
        self.anna, self.bea = anna, bea
        self.workspaces = [Workspace(bea) for _ in range(workspaces)]
        self.places: list[Location] = []
        for number, workspace in enumerate(self.workspaces):
            workspace.connect(anna, rights=("READ", "COMMENT", "WRITE", "ADMIN")[number % 4])
            self.places += [Location(workspace.id, workspace.root), Location(workspace.id, workspace.folder())]
        self.own = {stored(anna, None, number // 2) for number in range(own)}
        self.shared = {
            stored((anna, bea)[number % 2], self.places[number % len(self.places)], number) for number in range(shared)
        }
        hidden = Workspace(bea)
        for _ in range(3):
            stored(bea, Location(hidden.id, hidden.root))
            stored(bea, None)

    @property
    def all(self) -> set[str]:
        return self.own | self.shared


@pytest.mark.parametrize("limit", ["1", "2", "7", "14", "15", "100"])
def test_pages_are_full_and_miss_nothing_across_constellations(anna: Client, bea: Client, limit: str) -> None:
    album = Album(anna, bea, own=5, shared=9, workspaces=4)
    pages = list(walk(anna, limit=limit))
    sizes = [len(page) for page in pages]
    assert sizes[:-1] == [int(limit)] * (len(sizes) - 1)
    assert 0 < sizes[-1] <= int(limit)
    assert sorted(image for page in pages for image in page) == sorted(album.all)
    for workspace in album.workspaces:
        inside = seen(anna, constellation_uuid=workspace.id, limit=limit)
        assert set(inside) == set(seen(bea, constellation_uuid=workspace.id)) <= album.shared


def test_where_nothing_follows_there_is_no_cursor(anna: Client) -> None:
    assert anna.ask("GET", "/images").json == {"images": []}
    images_ = [added(anna), added(anna)]
    assert anna.ask("GET", "/images", query={"limit": "2"}).json.keys() == {"images"}
    assert anna.ask("GET", "/images", query={"limit": "1"}).json.keys() == {"images", "next_cursor"}
    cursor = cursor_of(anna)
    last = anna.ask("GET", "/images", query={"limit": "1", "cursor": cursor}).json
    assert (last.keys(), len(last["images"])) == ({"images"}, 1)
    for image in images_:
        assert anna.ask("DELETE", f"/images/{image}").status == 200
    assert anna.ask("GET", "/images", query={"cursor": cursor}).json == {"images": []}


@pytest.fixture
def crowd(world: World) -> Iterator[Album]:
    """More than a thousand images, in the local engine's tables, which are quicker than moto's."""
    with engine():
        yield Album(Client(world), Client(world, "bea"), own=400, shared=650, workspaces=3)


def test_without_a_limit_a_page_has_up_to_a_thousand(crowd: Album) -> None:
    pages = list(walk(crowd.anna))
    assert [len(page) for page in pages] == [1000, 50]
    assert {image for page in pages for image in page} == crowd.all
    assert len(next(walk(crowd.anna, constellation_uuid=crowd.workspaces[0].id))) > 200


def test_a_walk_misses_nothing_while_images_come_and_go(world: World, crowd: Album) -> None:
    """And constellations too: what is there and to be seen all the time is met once."""
    chance = random.Random(4)
    leaving = chance.sample(sorted(crowd.all), 60)
    lost = crowd.workspaces[1]
    met: list[str] = []
    for number, page in enumerate(walk(crowd.anna, limit="100")):
        met += page
        for image_id in leaving[6 * number : 6 * number + 6]:
            image = images.get(image_id)
            assert image
            assert images.delete(image, keeps_bytes=False, now=world.now)
        for place in (None, *crowd.places):
            stored(crowd.anna, place, chance.uniform(-10, 300))
        new = Workspace(crowd.bea)
        new.connect(crowd.anna)
        stored(crowd.bea, Location(new.id, new.root))
        if number == 3:
            lost.disconnect(crowd.anna)
    stays = crowd.all - set(leaving) - set(seen(crowd.bea, constellation_uuid=lost.id))
    assert len(met) == len(set(met))
    assert stays <= set(met)
    assert len(stays) > 700


def test_pages_may_be_short_where_much_is_passed_over(
    world: World, anna: Client, bea: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request reads so many entries, seen or not: of images elsewhere and in deleted folders."""
    album = Album(anna, bea, own=3, shared=8, workspaces=2)
    for _ in range(12):
        stored(anna, album.places[0], 5)
    top = album.places[1]
    for _ in range(12):
        stored(bea, top)
    assert bea.ask("DELETE", f"/folders/{top.folder}").status == 200
    right = seen(anna)
    assert len(right) == len(album.all) - 2 + 12
    with monkeypatch.context() as patch:
        patch.setattr("constellation.common.pages.MOST_READ", 5)
        pages = list(walk(anna, limit="4"))
    assert [image for page in pages for image in page] == right
    assert [] in pages
    assert max(map(len, pages)) == 4


def test_a_small_page_costs_few_calls_where_much_is_passed_over(world: World, crowd: Album) -> None:
    """Of Anna's images the newest 225 lie in constellations, whose turn comes later; others lay in a deleted folder."""
    crowd.anna.ask("GET", "/images", query={"limit": "1"})
    assert len(world.calls) <= 5
    deleted = crowd.places[1]
    assert crowd.bea.ask("DELETE", f"/folders/{deleted.folder}").status == 200
    crowd.anna.ask("GET", "/images", query={"limit": "1", "constellation_uuid": deleted.constellation})
    assert len(world.calls) <= 5

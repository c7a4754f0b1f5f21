"""The pictures of a share: links that are signed for an hour and end with it, small ones, and ones with a watermark."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import DELETIONS, HIDING, IMAGES
from constellation.aws.table import Table
from constellation.cleanup import end_shares
from constellation.common.ids import new_id
from constellation.common.times import to_wire
from constellation.links import signing
from constellation.links.marks import KEYS
from tests.shares.contract.test_shares import items, opened, shared, unlock
from tests.support.consistency import settle, shelf
from tests.support.edge import running_edge, viewer_request
from tests.support.faults import counted
from tests.support.sharing import Client
from tests.support.workspace import Workspace, created
from tests.support.world import World


@pytest.fixture
def now(world: World) -> World:
    """A world at the time of this machine, which the edge looks at."""
    world.now = datetime.fromtimestamp(int(time.time()), UTC)
    return world


def signed(client: Client) -> str:
    return client.image(access="signed")


def query(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


def given(world: World, *links: str) -> list[str]:
    """What the edge makes of links, with what the CDN has been told: a rendition's key, or a status."""
    keys = ",".join(signing.keys())
    with running_edge(held={**world.cdn.hidden, KEYS: keys}) as edge:
        events = [viewer_request(urlsplit(link).path, parse_qs(urlsplit(link).query)) for link in links]
        return [answer.get("uri") or str(answer["statusCode"]) for answer in edge.all(events)]


def told(world: World) -> None:
    """What was sent for now has reached the CDN; what is to be done later has not."""
    world.deliver(HIDING)


def test_links_are_signed_where_they_must_be(now: World, anna: Client) -> None:
    image = signed(anna)
    made = shared(anna, "image", image)
    (found,) = items(now, made)
    for name in ("url", "thumbnailUrl", "downloadUrl"):
        asked = query(found[name])
        assert asked.keys() == {"exp", "share", "sig"}
        assert int(asked["exp"]) == int(now.now.timestamp()) + 3600
    assert given(now, found["url"], found["thumbnailUrl"], found["downloadUrl"]) == [
        f"/{image}/signed/full.gif",
        f"/{image}/signed/300x300c.gif",
        f"/{image}/signed/full.gif",
    ]
    other = f"{made['id']}.2"
    assert given(now, found["url"].replace(f"{made['id']}.1", other), found["url"].replace("share=", "x=")) == [
        "403" if mark else f"/{image}/full.gif" for mark in (now.cdn.hidden.get(image),) * 2
    ]


def test_links_end_with_their_share(now: World, anna: Client) -> None:
    made, other = (shared(anna, "image", anna.image()) for _ in range(2))
    images = [shared(anna, "image", signed(anna)) for _ in range(2)]
    told(now)
    links = [items(now, each)[0]["url"] for each in images]
    assert all("/signed/" in each for each in given(now, *links))
    assert anna.ask("DELETE", f"/api/shares/{images[0]['id']}").status == 204
    told(now)
    assert now.cdn.hidden[f"{images[0]['id']}.1"]
    assert [("/signed/" in each) for each in given(now, *links)] == [False, True]
    assert items(now, made) != items(now, other)


def test_links_end_with_what_a_share_shows_no_more(now: World, anna: Client) -> None:
    made = shared(anna, "image", signed(anna))
    path = f"/api/shares/{made['id']}"
    told(now)
    ends = to_wire(now.now + timedelta(minutes=30))
    for change, is_over in (
        ({"password": "sesame"}, True),
        ({"allowDownload": False}, True),
        ({"expiresAt": ends}, True),
        ({"expiresAt": to_wire(now.now + timedelta(minutes=40)), "maxViews": 100, "allowDownload": True}, False),
        ({"password": None}, False),
        ({"password": "sesame"}, True),
    ):
        token = opened(now, made)["token"] or unlock(now, made, "sesame").json["token"]
        (found,) = items(now, made, token)
        assert anna.ask("PATCH", path, json=change).status == 204
        told(now)
        assert ("/signed/" not in given(now, found["url"])[0]) == is_over, change
    assert len(now.cdn.hidden.keys() - {KEYS, made["target"]["id"]}) == 4


def test_links_end_with_the_right_of_the_creator(now: World, anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    for end in (lambda: trip.connect(bea, rights="COMMENT"), lambda: trip.disconnect(bea)):
        trip.connect(bea, rights="WRITE")
        made = [shared(by, "image", trip.image(access="signed")) for by in (bea, anna)]
        told(now)
        links = [items(now, each)[0]["url"] for each in made]
        end()
        now.deliver(DELETIONS)
        told(now)
        assert ["/signed/" in each for each in given(now, *links)] == [False, True]
        trip.connect(bea, rights="ADMIN")
        assert "/signed/" in given(now, items(now, made[0])[0]["url"])[0]


def test_links_are_not_valid_for_longer_than_their_share(now: World, anna: Client) -> None:
    ends = now.now + timedelta(minutes=20)
    made = shared(anna, "image", signed(anna), expiresAt=to_wire(ends))
    assert int(query(items(now, made)[0]["url"])["exp"]) == int(ends.timestamp())


def test_the_cdn_forgets_what_has_ended_once_it_is_over_anyway(world: World, anna: Client) -> None:
    made = shared(anna, "image", signed(anna))
    items(world, made)
    assert anna.ask("DELETE", f"/api/shares/{made['id']}").status == 204
    settle(world)
    tag = f"{made['id']}.1"
    world.advance(minutes=60)
    world.invoke("reconcile", {})
    assert tag in world.cdn.hidden
    world.advance(minutes=20)
    world.invoke("reconcile", {})
    assert tag not in world.cdn.hidden


def test_the_cdn_is_told_of_links_only_that_were_signed(now: World, anna: Client) -> None:
    """A share that nobody has opened, or none of whose images needs it, ends at no cost and takes no room there."""
    plain, unseen, seen = (shared(anna, "image", image) for image in (anna.image(), signed(anna), signed(anna)))
    settle(now)
    before = now.cdn.requests
    for made in (plain, unseen, seen):
        path = f"/api/shares/{made['id']}"
        if made is not unseen:
            items(now, made)
        before += 0 if made is not seen else now.cdn.requests - before  # the edge learns the keys of signatures
        for word in ("sesame", "open sesame"):
            assert anna.ask("PATCH", path, json={"password": word}).status == 204
        assert anna.ask("DELETE", path).status == 204
        assert len(now.messages(HIDING)) == (2 if made is seen else 0)
    settle(now)
    assert shelf(now).ended == {f"{seen['id']}.1"}
    assert now.cdn.hidden.keys() - {KEYS, seen["target"]["id"], unseen["target"]["id"]} == {f"{seen['id']}.1"}


def test_a_share_of_before_may_have_given_links(now: World, anna: Client) -> None:
    """Its record does not say whether it has."""
    made = shared(anna, "image", anna.image())
    aws.call(
        "dynamodb",
        "update_item",
        TableName=IMAGES.physical_name,
        Key={"pk": {"S": f"SHARE#{made['id']}"}, "sk": {"S": "SHARE"}},
        UpdateExpression="REMOVE linksGiven",
    )
    assert anna.ask("PATCH", f"/api/shares/{made['id']}", json={"password": "sesame"}).status == 204
    assert anna.ask("DELETE", f"/api/shares/{made['id']}").status == 204
    settle(now)
    assert shelf(now).ended == {f"{made['id']}.1"}


def test_links_are_noted_once_a_version(now: World, anna: Client) -> None:
    made = shared(anna, "image", signed(anna))
    items(now, made)
    with counted() as calls:
        items(now, made)
    assert "UpdateItem" not in calls
    version = shelf(now).shares[made["id"]]["version"]
    items(now, made)
    assert shelf(now).shares[made["id"]]["version"] == version


def test_one_user_does_not_fill_the_store_of_the_cdn(
    now: World, anna: Client, bea: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each version that has given signed links can need a mark. Beyond a number an hour, others give none."""
    monkeypatch.setattr("constellation.shares.pictures.MOST_GIVEN", 3, raising=False)
    image, plain = signed(anna), anna.image()
    collection = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    for each in (image, plain):
        assert anna.ask("PUT", f"/api/collections/{collection}/items/{each}").status == 204
    made = shared(anna, "collection", collection)
    given = list[bool]()
    for minutes in range(1, 7):
        secret, whole = items(now, made)
        assert len({link is None for link in (secret["url"], secret["thumbnailUrl"], secret["downloadUrl"])}) == 1
        assert whole["url"] == f"/image/{plain}.gif"
        given.append(secret["url"] is not None)
        ends = to_wire(now.now + timedelta(days=1) - timedelta(minutes=minutes))
        assert anna.ask("PATCH", f"/api/shares/{made['id']}", json={"expiresAt": ends}).status == 204
    assert given == [True] * 3 + [False] * 3
    assert items(now, shared(bea, "image", signed(bea)))[0]["url"]
    settle(now)
    assert len(shelf(now).ended) == 3
    now.advance(hours=1)
    assert items(now, made)[0]["url"]


@pytest.mark.parametrize("never_put", [0, 700])
def test_all_that_is_due_is_forgotten_in_one_run(world: World, anna: Client, never_put: int) -> None:
    """However much that is, and whether or not the CDN had room for it."""
    ids = [new_id() for _ in range(1300)]
    at = to_wire(world.now)
    Table(IMAGES).put_many(
        {"pk": f"SHARE#{id_}", "sk": "ENDED#1", "publicList": "ended-shares", "updated": f"{at}#{id_}.1"} for id_ in ids
    )
    world.cdn.hidden |= {f"{id_}.1": "ended" for id_ in ids[never_put:]}
    world.advance(minutes=76)
    assert world.invoke("reconcile", {})["EndedLinksForgotten"] == len(ids)
    assert not world.cdn.hidden
    assert not shelf(world).ended


def test_a_run_ends_in_time_and_the_next_one_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(end_shares, "MARKS", 10)
    clock = iter(range(0, 10_000, 70))
    monkeypatch.setattr(end_shares, "monotonic", lambda: next(clock))
    at = to_wire(world.now)
    Table(IMAGES).put_many(
        {"pk": f"SHARE#{(id_ := new_id())}", "sk": "ENDED#1", "publicList": "ended-shares", "updated": f"{at}#{id_}.1"}
        for _ in range(75)
    )
    world.advance(minutes=76)
    healed = [world.invoke("reconcile", {})["EndedLinksForgotten"] for _ in range(3)]
    assert healed == [30, 30, 15]
    assert not shelf(world).ended


def test_without_leave_to_download_pictures_are_small(now: World, anna: Client) -> None:
    image, plain = signed(anna), anna.image()
    collection = created(anna.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    for each in (image, plain):
        assert anna.ask("PUT", f"/api/collections/{collection}/items/{each}").status == 204
    made = shared(anna, "collection", collection, allowDownload=False)
    small, whole = items(now, made)
    assert {"w": "2048", "h": "2048"}.items() <= query(small["url"]).items()
    assert given(now, small["url"]) == [f"/{image}/signed/2048x2048.gif"]
    assert whole["url"] == f"/image/{plain}.gif"
    assert not {"downloadUrl"} & (small.keys() | whole.keys())


@pytest.fixture
def marked(anna: Client, bea: Client) -> tuple[Any, str, Workspace]:
    """A collection of Bea's with a signed image of a constellation that has a watermark, which she only reads."""
    trip = Workspace(anna)
    trip.connect(bea)
    image = trip.image(access="signed")
    mark = {"image_uuid": trip.image(), "position": "center", "opacity": 1, "scale": 0.1, "margin": 0}
    answer = anna.ask("PUT", f"{trip.path}/variants/stamp", json={"watermark": mark, "w": 4000})
    assert answer.status == 201
    collection = created(bea.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    assert bea.ask("PUT", f"/api/collections/{collection}/items/{image}").status == 204
    return collection, image, trip


def test_a_watermark_stays_where_its_viewer_has_it(now: World, anna: Client, bea: Client, marked: Any) -> None:
    collection, image, trip = marked
    made = shared(bea, "collection", collection)
    (found,) = items(now, made)
    assert query(found["url"])["variant"] == "stamp"
    assert found["thumbnailUrl"] == found["url"]
    assert found["downloadUrl"] is None
    assert given(now, found["url"]) == [f"/{image}/signed/~stamp.gif"]
    trip.connect(bea, rights="WRITE")
    (found,) = items(now, made)
    assert "variant" not in query(found["url"])
    assert found["downloadUrl"]
    trip.disconnect(bea)
    assert items(now, made) == []


def test_a_watermarked_picture_that_would_be_too_large_is_not_given(
    now: World, anna: Client, bea: Client, marked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, _, trip = marked
    made = shared(bea, "collection", collection, allowDownload=False)
    assert query(items(now, made)[0]["url"])["variant"] == "stamp"  # the image is small enough
    monkeypatch.setattr("constellation.shares.pictures.LARGEST", 5)
    (found,) = items(now, made)
    assert (found["url"], found["thumbnailUrl"]) == (None, None)
    stamp = anna.ask("GET", f"{trip.path}/variants/stamp").json["watermark"]
    for options, fits in (({"w": 5}, False), ({"w": 5, "h": 6}, False), ({"w": 5, "h": 5}, True)):
        body = {"watermark": stamp, **options}
        assert anna.ask("PUT", f"{trip.path}/variants/fine", json=body).status in (200, 201)
        (found,) = items(now, made)
        assert (found["url"] is not None) == fits, options


def test_a_deleted_image_is_shown_no_more(now: World, anna: Client) -> None:
    trip = Workspace(anna)
    image = trip.image(access="signed")
    made = shared(anna, "constellation", trip.id)
    (found,) = items(now, made)
    assert anna.ask("DELETE", f"/images/{image}").status == 200
    told(now)
    assert items(now, made) == []
    assert given(now, found["url"]) == ["404"]

"""Who can use an image's links, and what its cut pictures keep (second contract, 3): set at uploads and by PATCH."""

import contextlib
from typing import Any

import pytest

from constellation.aws.resources import DELETIONS, HIDING, RENDITIONS
from constellation.cleanup.purge import EVERY
from constellation.images import store
from tests.support import pictures
from tests.support.cloudfront import TAKES, Copy
from tests.support.consistency import assert_at_rest, settle
from tests.support.faults import Killed, killed
from tests.support.sharing import SMALL, Client, cdn_event, errors, link
from tests.support.uploads_api import ask, put
from tests.support.workspace import Workspace
from tests.support.world import File, World

NEEDS_SIGNATURE: dict[str, Any] = {
    "error": {"title": "Forbidden", "message": "This link needs a valid signature", "violations": []}
}
CHOICES = errors(("access", "This value should be one of open, signed."))


def detail(client: Client, image_id: str) -> tuple[str, str | None]:
    answer = client.ask("GET", f"/api/image/{image_id}/detail")
    assert answer.status == 200, answer.body
    return answer.json["access"], answer.json["focus"]


def patch(client: Client, image_id: str, **fields: Any) -> int:
    return client.ask("PATCH", f"/api/image/{image_id}", json=fields).status


def signed(world: World, file: str) -> int:
    """The function's status for a link whose signature the edge has verified."""
    return world.call("render_image", cdn_event(f"/{file.replace('/', '/signed/')}")).status


# What can be set


@pytest.mark.parametrize("path", ["/api/upload", "/api/external/upload"])
def test_an_upload_says_who_can_use_the_links(anna: Client, path: str) -> None:
    for fields, access in (({}, "open"), ({"access": "open"}, "open"), ({"access": "signed"}, "signed")):
        answer = anna.send(path, SMALL, **fields)
        assert answer.status == 201
        assert detail(anna, answer.json["id"]) == (access, None)


def test_an_upload_into_a_constellation_says_it_too(anna: Client) -> None:
    space = Workspace(anna)
    for fields in ({"constellation_uuid": space.id}, {}):
        form: dict[str, str | File] = {"file": File("a.gif", SMALL), "access": "signed", **fields}
        answer = anna.ask("POST", "/images", form=form)
        assert answer.status == 201
        assert detail(anna, answer.json["uuid"]) == ("signed", None)


def test_an_upload_by_s3_says_it_too(world: World, anna: Client) -> None:
    for access in ("signed", "open"):
        form = ask(anna, access=access)
        put(form["fields"]["key"], SMALL)
        settle(world)
        status = anna.ask("GET", f"/api/uploads/{form['id']}").json
        assert detail(anna, status["imageId"]) == (access, None)


def test_a_guest_does_not(world: World) -> None:
    form: dict[str, str | File] = {"image": File("a.gif", SMALL), "access": "signed"}
    answer = world.request("POST", "/api/guest/upload", form=form)
    assert answer.status == 201
    assert link(world, f"{answer.json['id']}.gif").status == 200


@pytest.mark.parametrize("access", ["", "Signed", "open ", "private", "none"])
def test_there_is_no_other_access(anna: Client, access: str) -> None:
    for path in ("/api/upload", "/api/external/upload"):
        answer = anna.send(path, SMALL, access=access)
        assert (answer.status, answer.json) == (422, CHOICES)
    image_id = anna.image()
    answer = anna.ask("PATCH", f"/api/image/{image_id}", json={"access": access})
    assert (answer.status, answer.json) == (422, CHOICES)
    answer = anna.ask("POST", "/api/uploads", json={"kind": "image", "fileName": "a.jpg", "access": access})
    assert (answer.status, answer.json) == (422, CHOICES)
    assert anna.ask("POST", "/images", form={"file": File("a.gif", SMALL), "access": access}).status == 400
    assert detail(anna, image_id) == ("open", None)


@pytest.mark.parametrize("value", [None, 5, True, [], {}])
def test_an_access_is_a_text(anna: Client, value: Any) -> None:
    assert patch(anna, anna.image(), access=value) == 422


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("auto", "auto"),
        ("0.5,0.25", "0.5,0.25"),
        ("0,1", "0,1"),
        ("1.0,0.500", "1,0.5"),
        ("0.125,1.000", "0.125,1"),
        ("center", None),
        (None, None),
    ],
)
def test_a_focus_is_kept_in_one_spelling(anna: Client, given: str | None, kept: str | None) -> None:
    image_id = anna.image()
    assert patch(anna, image_id, focus="0.1,0.9") == 204
    assert patch(anna, image_id, description="the sea") == 204
    assert detail(anna, image_id) == ("open", "0.1,0.9")
    assert patch(anna, image_id, focus=given) == 204
    assert detail(anna, image_id) == ("open", kept)


@pytest.mark.parametrize(
    "focus",
    ["", "NaN,1", "1.1,0", "-0,1", "0.1234,0", ".5,0", "0,5", "0.5", "0.5,0.5,0.5", "AUTO", "0.5,0.5\n", 5, True],
)
def test_there_is_no_other_focus(anna: Client, focus: Any) -> None:
    image_id = anna.image()
    assert patch(anna, image_id, focus=focus) == 422
    assert detail(anna, image_id) == ("open", None)


def test_who_may_change_the_image_may_change_both(world: World, anna: Client, bea: Client) -> None:
    image_id = anna.image(isPublic="true")
    assert patch(bea, image_id, access="signed", focus="auto") == 403
    space = Workspace(anna)
    assert anna.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    for rights, status in (("READ", 403), ("COMMENT", 403), ("WRITE", 204)):
        space.connect(bea, rights=rights)
        assert patch(bea, image_id, access="signed", focus="auto") == status
    assert detail(anna, image_id) == ("signed", "auto")


# What links give then


def test_a_signed_image_is_given_to_signed_links_only(world: World, anna: Client) -> None:
    image_id = anna.image(pictures.still("JPEG"), access="signed")
    for file, query in ((f"{image_id}.jpg", {}), (f"{image_id}.webp", {"w": "10"}), (f"{image_id}_thumbnail.jpg", {})):
        answer = link(world, file, query)
        assert (answer.status, answer.json) == (403, NEEDS_SIGNATURE)
        assert answer.headers["cache-control"] == "no-store"
    for key in ("full.jpg", "10x.webp", "10x.webp", "300x300c.jpg"):
        assert world.call("render_image", cdn_event(f"/{image_id}/{key}")).status == 403
        answer = world.call("render_image", cdn_event(f"/{image_id}/signed/{key}"))
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=31536000"
    assert world.objects(RENDITIONS).keys() == {f"{image_id}/signed/10x.webp"}
    assert link(world, f"{image_id}.webp", {"w": "10"}).status == 403


def test_a_signature_changes_nothing_for_an_open_image(world: World, anna: Client) -> None:
    image_id = anna.image(pictures.still("JPEG"))
    assert signed(world, f"{image_id}/10x.webp") == 200


# Turning an image to signed, and back


class Scene:
    """An open image of which the CDN and the bucket hold copies."""

    def __init__(self, world: World, owner: Client) -> None:
        self.world, self.owner = world, owner
        self.image = owner.image(pictures.still("JPEG"))
        for _ in range(2):
            assert link(world, f"{self.image}.webp", {"w": "10"}).status == 200
        self.cache(f"/{self.image}/10x.webp")

    def cache(self, path: str, *tags: str) -> None:
        self.world.cdn.copies.add(Copy(path, frozenset({self.image, *tags})))

    def is_shown(self) -> bool:
        """Whether an unsigned link gives the picture, from the cache, the bucket or the function."""
        if self.image in self.world.cdn.hidden:
            return False
        has_object = f"{self.image}/10x.webp" in self.world.objects(RENDITIONS)
        return self.world.cdn.shows(self.image) or has_object or link(self.world, f"{self.image}.jpg").status == 200

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.world.advance(seconds=1)
            for queue in (HIDING, DELETIONS):
                self.world.deliver(queue)
            if self.world.now.second % EVERY.total_seconds() == 0:
                self.world.invoke("purge_cdn", {})


@pytest.fixture
def scene(world: World, anna: Client) -> Scene:
    return Scene(world, anna)


def test_unsigned_links_end_within_seconds(scene: Scene, world: World) -> None:
    assert scene.is_shown()
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(2)
    assert not scene.is_shown()
    assert world.objects(RENDITIONS) == {}
    assert world.cdn.hidden[scene.image].startswith("signed ")
    for _ in range(300):
        scene.wait(1)
        assert not scene.is_shown()
    settle(world)
    assert not world.cdn.holds(scene.image)
    assert not world.cdn.hidden
    assert world.invalidated() == [f"#{scene.image}"] * 2  # at once, for what it is a watermark of, and in the end
    assert not scene.is_shown()
    assert_at_rest(world)


def test_an_image_that_is_open_again_is_shown_at_once(scene: Scene, world: World) -> None:
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(30)
    assert patch(scene.owner, scene.image, access="open") == 204
    scene.wait(2)
    assert scene.is_shown()
    assert not world.cdn.hidden
    settle(world)
    assert scene.is_shown()
    assert_at_rest(world)


def test_a_copy_from_between_two_changes_is_not_shown(scene: Scene, world: World) -> None:
    """Signed, open for a moment in which a copy is made, and signed again: the first purge does not show it."""
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(100)
    assert patch(scene.owner, scene.image, access="open") == 204
    scene.wait(5)
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(2)
    for second in range(400):
        scene.wait(1)
        if second == 25:  # of a request that had begun while it was open
            scene.cache(f"/{scene.image}/20x.webp")
        assert not scene.is_shown(), second
    settle(world)
    assert not world.cdn.hidden
    assert not world.cdn.holds(scene.image)


def test_a_message_that_comes_late_or_twice_changes_nothing(scene: Scene, world: World) -> None:
    late = {"access": [scene.image]}
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(2)
    assert world.receive(HIDING, [late, late]) == []
    assert not scene.is_shown()
    assert patch(scene.owner, scene.image, access="open") == 204
    settle(world)
    final = {"refresh": scene.image, "access": True, "focus": False, "final": True}
    assert world.receive(HIDING, [late, late]) == []
    assert world.receive(DELETIONS, [final, final]) == []
    assert scene.is_shown()
    settle(world)
    assert_at_rest(world)


def test_a_deletion_meanwhile_is_a_deletion(scene: Scene, world: World) -> None:
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(130)
    assert scene.owner.ask("DELETE", f"/api/image/{scene.image}").status == 204
    for _ in range(200):
        scene.wait(1)
        assert world.cdn.hidden.get(scene.image) == "1" or not world.cdn.holds(scene.image)
    settle(world)
    assert not world.cdn.hidden
    assert not world.cdn.holds(scene.image)
    assert world.receive(HIDING, [{"access": [scene.image]}]) == []
    assert not world.cdn.hidden


def test_the_store_is_full(scene: Scene, world: World) -> None:
    world.cdn.most_bytes = 0
    assert patch(scene.owner, scene.image, access="signed") == 204
    scene.wait(2 + int(TAKES.total_seconds()))
    assert world.invalidated() == ["/*", f"#{scene.image}"]
    assert not scene.is_shown()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(10))
def test_a_change_that_is_killed_is_completed(scene: Scene, world: World, at: int, after: bool) -> None:
    change = {"access": "signed", "focus": "auto"}
    with killed(at, after=after), contextlib.suppress(Killed):
        assert patch(scene.owner, scene.image, **change) == 204
    scene.wait(130)
    scene.wait(130)
    settle(world)
    access, _ = detail(scene.owner, scene.image)
    assert scene.is_shown() == (access == "open")
    assert patch(scene.owner, scene.image, **change) == 204
    settle(world)
    assert not scene.is_shown()
    assert_at_rest(world)


# A focus of its own


def test_what_is_cut_around_the_focus_is_forgotten(scene: Scene, world: World) -> None:
    tag = f"{scene.image}.focus"
    scene.cache(f"/{scene.image}/10x10c.webp", tag)
    assert patch(scene.owner, scene.image, focus="0,0") == 204
    scene.wait(2 + int(TAKES.total_seconds()))
    world.cdn.forget_what_is_due()
    assert {copy.path for copy in world.cdn.copies} == {f"/{scene.image}/10x.webp"}
    assert world.objects(RENDITIONS) == {}
    settle(world)
    assert world.invalidated() == [f"#{tag}"] * 2
    assert not world.cdn.hidden
    assert_at_rest(world)
    assert patch(scene.owner, scene.image, focus="0.0,0.000") == 204
    assert world.messages(HIDING) == []


def test_many_images_are_read_with_all_that_one_is_read_with(world: World, anna: Client) -> None:
    image_id = anna.image(pictures.still("JPEG"), access="signed", description="the sea", isPublic="true")
    assert patch(anna, image_id, focus="auto") == 204
    assert store.get_many([image_id], consistent=True) == {image_id: store.get(image_id)}

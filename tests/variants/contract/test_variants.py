"""Variants (second contract, 3): their routes on both surfaces, the links that ask for them, and watermarks."""

from typing import Any

import pytest
from PIL import Image

from constellation.aws.resources import HIDING, IMAGES, RENDITIONS
from constellation.links.model import TAGS_HEADER
from tests.support import pictures
from tests.support.consistency import assert_at_rest, settle
from tests.support.sharing import NOT_FOUND, Client, cdn_event, errors, link
from tests.support.workspace import Workspace
from tests.support.world import World

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"
CARD: dict[str, Any] = {
    "w": 40,
    "h": 30,
    "fit": "cover",
    "focus": "0,0.5",
    "q": 70,
    "dpr": 1.5,
    "gray": True,
    "bg": "FF000080",
}


class Place:
    """A place with variants: a client's own, or a constellation."""

    def __init__(self, client: Client, path: str = "/api/variants") -> None:
        self.client, self.path = client, path

    def put(self, name: str, **members: Any) -> Any:
        return self.put_by(self.client, name, **members)

    def put_by(self, client: Client, name: str, **members: Any) -> Any:
        return client.ask("PUT", f"{self.path}/{name}", json=members)

    def get(self, name: str = "", by: Client | None = None, **query: str) -> Any:
        return (by or self.client).ask("GET", f"{self.path}{f'/{name}' if name else ''}", query=query)

    def delete(self, name: str, by: Client | None = None) -> int:
        return (by or self.client).ask("DELETE", f"{self.path}/{name}").status

    def image(self, picture: bytes | None = None, **fields: str) -> str:
        image_id = self.client.image(picture or pictures.still("PNG"), **fields)
        if self.path != "/api/variants":
            constellation = self.path.split("/")[2]
            moved = self.client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": constellation})
            assert moved.status == 200
        return image_id


@pytest.fixture(params=["own", "constellation"])
def place(request: pytest.FixtureRequest, anna: Client) -> Place:
    if request.param == "own":
        return Place(anna)
    return Place(anna, f"/constellations/{Workspace(anna).id}/variants")


# The routes


def test_a_variant_is_created_replaced_shown_and_deleted(world: World, place: Place) -> None:
    created = place.put("card", **CARD)
    assert created.status == 201
    entry = {"name": "card", **CARD, "format": None, "watermark": None, "updatedAt": None}
    assert {name: value for name, value in created.json.items() if name != "createdAt"} == entry
    assert place.get("card").json == created.json
    world.advance(seconds=1)
    replaced = place.put("card", w=10, format="webp")
    assert replaced.status == 200
    assert replaced.json["createdAt"] == created.json["createdAt"]
    assert replaced.json["updatedAt"] > created.json["createdAt"]
    assert "h" not in replaced.json
    assert place.get("card").json == replaced.json
    assert place.put("card", w=10, format="webp").json == replaced.json
    assert place.delete("card") == 204
    assert place.delete("card") == 404
    assert place.get("card").status == 404
    settle(world)
    assert_at_rest(world)


@pytest.mark.parametrize("name", ["a", "0", "a-b-", "a" * 32, "x9"])
def test_names_that_are_taken(place: Place, name: str) -> None:
    assert place.put(name).status == 201
    assert place.get(name).status == 200


@pytest.mark.parametrize("name", ["-a", "A", "a_b", "a" * 33, "ü", "a.b", "a%2Fb", "a b", "a\n", "１", "~a"])
def test_names_that_are_refused(place: Place, name: str) -> None:
    answer = place.put(name)
    assert answer.status == (422 if place.path.startswith("/api") else 400)
    assert place.get(name).status == place.delete(name) == 404


def test_options_are_those_of_links(place: Place) -> None:
    refused: list[dict[str, Any]] = [
        {"w": 0},
        {"w": 4097},
        {"w": "x"},
        {"w": 4000, "dpr": 2},
        {"w": [1]},
        {"w": 1.5},
        {"w": 1, "width": 2},
        {"crop": "yes"},
        {"crop": True, "fit": "pad", "w": 1, "h": 1},
        {"fit": "pad", "w": 3},
        {"bg": "red"},
        {"focus": "NaN,1"},
        {"q": 1e3},
        {"q": 0},
        {"dpr": 4},
        {"rotate": 45},
        {"flip": "vh"},
        {"blur": 0.5},
        {"gray": 1},
        {"format": "auto"},
        {"format": "bmp"},
        {"watermark": {}},
        {"watermark": 5},
    ]
    for members in refused:
        answer = place.put("card", **members)
        assert answer.status == (422 if place.path.startswith("/api") else 400), members
    assert place.get("card").status == 404
    assert place.put("card", w=None, unknown="x", variant="y", exp=1).status == 201


def test_a_violation_names_the_option(anna: Client) -> None:
    answer = Place(anna).put("card", w=0, gray="maybe")
    size = "This value should be a whole number between 1 and 4096."
    assert (answer.status, answer.json) == (422, errors(("w", size), ("gray", "This value should be true or false.")))


MARK = {"position": "southeast", "opacity": 0.5, "scale": 0.25, "margin": 4}


@pytest.mark.parametrize(
    "change",
    [
        {"position": "middle"},
        {"opacity": 1.1},
        {"opacity": -0.1},
        {"opacity": "0.5"},
        {"scale": 0.001},
        {"scale": 1.01},
        {"margin": -1},
        {"margin": 5.5},
        {"image_uuid": "x"},
        *({name: None} for name in ("position", "opacity", "scale", "margin", "image_uuid")),
    ],
    ids=str,
)
def test_all_of_a_watermark_is_required_and_checked(place: Place, change: dict[str, Any]) -> None:
    mark = {"image_uuid": place.image(), **MARK, **change}
    answer = place.put("card", watermark={name: value for name, value in mark.items() if value is not None})
    assert answer.status == (422 if place.path.startswith("/api") else 400)


def test_a_watermark_is_an_image_that_one_sees(place: Place, bea: Client) -> None:
    for image_id in (UNKNOWN, bea.image(), bea.image(isPublic="true")):
        assert place.put("card", watermark={"image_uuid": image_id, **MARK}).status == 404
    image_id = place.image()
    answer = place.put("card", watermark={"image_uuid": image_id.upper(), **MARK})
    assert answer.status == 201
    assert answer.json["watermark"] == {"image_uuid": image_id, **MARK}


def test_a_list_comes_newest_first_in_pages(world: World, place: Place, bea: Client) -> None:
    for number in range(5):
        assert place.put(f"v{number}", w=number + 1).status == 201
        world.advance(seconds=1)
    assert place.put("v1", w=99).status == 200
    names, cursor = list[str](), ""
    for size in (2, 2, 1):
        page = place.get(limit="2", **({"cursor": cursor} if cursor else {}))
        assert page.status == 200
        names += [each["name"] for each in page.json["data"]]
        assert page.json["meta"]["size"] == size
        cursor = page.json["meta"]["nextCursor"]
        assert ("link" in page.headers) == bool(cursor)
    assert cursor is None
    assert names == ["v4", "v3", "v2", "v1", "v0"]
    assert place.get(cursor="x").status == (422 if place.path.startswith("/api") else 400)
    assert place.get(limit="101").status == place.get(limit="0").status != 200
    assert Place(bea).get().json["data"] == []


def test_there_are_at_most_100(place: Place) -> None:
    for number in range(100):
        assert place.put(f"v{number}").status == 201
    assert place.put("more").status == (422 if place.path.startswith("/api") else 400)
    assert place.put("v7", w=3).status == 200
    assert place.delete("v8") == 204
    assert place.put("more").status == 201
    assert len(place.get(limit="100").json["data"]) == 100


def test_rights_in_a_constellation(anna: Client, bea: Client) -> None:
    space = Workspace(anna)
    place = Place(anna, f"/constellations/{space.id}/variants")
    assert place.put("card", w=3).status == 201
    assert place.put_by(bea, "card").status == place.get("card", bea).status == place.delete("card", bea) == 404
    for rights in ("READ", "COMMENT", "WRITE"):
        space.connect(bea, rights=rights)
        assert place.put_by(bea, "card", w=4).status == place.delete("card", bea) == 403
        assert place.get("card", bea).status == place.get("", bea).status == 200
    space.connect(bea, rights="ADMIN")
    assert place.put_by(bea, "card", w=4).status == 200
    assert place.delete("card", bea) == 204
    assert anna.ask("GET", f"/constellations/{UNKNOWN}/variants").status == 404
    assert anna.ask("GET", "/constellations/x/variants/card").status == 404


# Links


def variant(world: World, file: str, **query: str) -> Any:
    return link(world, file, query)


def test_a_link_gives_what_the_variant_asks(world: World, place: Place) -> None:
    image_id = place.image()
    assert place.put("small", w=32, gray=True).status == 201
    varied = variant(world, f"{image_id}.png", variant="small")
    assert varied.status == 200
    assert varied.body == link(world, f"{image_id}.png", {"w": "32", "gray": "true"}).body
    assert varied.headers["cache-control"] == ("public, max-age=300, s-maxage=31536000, stale-while-revalidate=3600")
    assert pictures.opened(variant(world, f"{image_id}.png", variant="small", dpr="1.5").body).size == (48, 36)


def test_dpr_replaces_that_of_the_variant(world: World, place: Place) -> None:
    image_id = place.image()
    assert place.put("small", w=10, dpr=3).status == 201
    for query, width in (({}, 30), ({"dpr": "1"}, 10), ({"dpr": "2"}, 20)):
        answer = variant(world, f"{image_id}.png", variant="small", **query)
        assert pictures.opened(answer.body).width == width


def test_a_variant_excludes_other_options(world: World, place: Place) -> None:
    image_id = place.image()
    assert place.put("small", w=10).status == 201
    for query in ({"w": "3"}, {"q": "5"}, {"focus": "x"}, {"dpr": "7"}, {"crop": "true", "dpr": "2"}):
        assert variant(world, f"{image_id}.png", variant="small", **query).status == 400, query
    assert link(world, f"{image_id}.png", {"variant": ["small", "small"]}).status == 400
    assert variant(world, f"{image_id}.png", variant="small", utm_source="x").status == 200
    assert link(world, f"{image_id}_thumbnail.png", {"variant": "nothing", "w": "0"}).status == 200


def test_an_unknown_or_impossible_variant_is_404(world: World, place: Place, bea: Client) -> None:
    image_id, others = place.image(), bea.image()
    assert place.put("large", w=3000).status == 201
    for file, query in (
        (f"{image_id}.png", {"variant": "nothing"}),
        (f"{image_id}.png", {"variant": ""}),
        (f"{image_id}.png", {"variant": "a/b"}),
        (f"{image_id}.png", {"variant": "Large"}),
        (f"{image_id}.png", {"variant": "large", "dpr": "2"}),
        (f"{others}.gif", {"variant": "large"}),
        (f"{UNKNOWN}.gif", {"variant": "large"}),
    ):
        answer = link(world, file, query)
        assert answer.status == 404, (file, query)
        assert answer.json["error"]["title"] == "Not Found"
    assert variant(world, f"{image_id}.png", variant="large").status == 200


def test_a_guests_image_has_no_variants(world: World) -> None:
    from tests.support.world import File

    form: dict[str, str | File] = {"image": File("a.gif", pictures.still("GIF"))}
    image_id = world.request("POST", "/api/guest/upload", form=form).json["id"]
    assert variant(world, f"{image_id}.gif", variant="card").status == 404


def test_an_image_that_moves_has_the_variants_of_its_new_place(world: World, anna: Client) -> None:
    space = Workspace(anna)
    own, there = Place(anna), Place(anna, f"/constellations/{space.id}/variants")
    assert own.put("card", w=10).status == there.put("card", w=20).status == 201
    image_id = own.image()
    assert pictures.opened(variant(world, f"{image_id}.png", variant="card").body).width == 10
    assert anna.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert pictures.opened(variant(world, f"{image_id}.png", variant="card").body).width == 20


def test_the_cdn_forgets_what_the_variants_of_the_old_place_gave(world: World, anna: Client) -> None:
    space, own = Workspace(anna), Place(anna)
    assert own.put("card", w=10).status == 201
    image_id = own.image()
    (tag,) = {f"{image_id}.focus"} & {*from_edge(world, f"{image_id}/~card.png").headers[TAGS_HEADER].split(",")}
    for change in ({"constellation_uuid": space.id}, {"folder_uuid": space.root}, {"name": "renamed"}):
        assert anna.ask("PATCH", f"/images/{image_id}", json=change).status == 200
    settle(world)
    assert world.invalidated().count(f"#{tag}") == 1


def from_edge(world: World, key: str) -> Any:
    return world.call("render_image", cdn_event(f"/{key}"))


def test_the_cdn_forgets_a_variant_that_has_changed(world: World, place: Place) -> None:
    image_id = place.image()
    owner = place.path.split("/")[2] if "constellations" in place.path else place.client.id
    tag = f"{owner}.card"
    changes: list[dict[str, Any] | None] = [{"w": 10}, {"w": 20}, None]
    for change in changes:
        status = place.put("card", **change).status if change else place.delete("card")
        assert status in (200, 201, 204)
        before = world.invalidated().count(f"#{tag}")
        world.deliver(HIDING)
        assert world.invalidated().count(f"#{tag}") == before + 1
        settle(world)
        assert world.invalidated().count(f"#{tag}") == before + 2
        if change:
            answer = from_edge(world, f"{image_id}/~card.png")
            assert tag in answer.headers[TAGS_HEADER].split(",")
            assert pictures.opened(answer.body).width == change["w"]
    assert from_edge(world, f"{image_id}/~card.png").status == 404
    assert place.put("card", w=3).status == 201
    settle(world)
    before = len(world.invalidated())
    assert place.put("card", w=3).status == 200
    assert place.delete("nothing") == 404
    world.deliver(HIDING)
    assert len(world.invalidated()) == before
    assert_at_rest(world)


def test_what_a_variant_gives_is_stored_like_what_its_options_give(world: World, place: Place) -> None:
    image_id = place.image()
    assert place.put("small", w=32).status == 201
    varied = [from_edge(world, f"{image_id}/~small.webp") for _ in range(2)][-1]
    assert varied.status == 200
    assert world.objects(RENDITIONS).keys() == {f"{image_id}/32x.webp"}
    plain = from_edge(world, f"{image_id}/32x.webp")
    assert (plain.body, plain.headers["cache-control"]) == (varied.body, "public, max-age=31536000, immutable")


def test_the_format_of_a_variant_is_what_auto_gives(world: World, place: Place) -> None:
    image_id = place.image()
    assert place.put("photo", w=32, format="jpg").status == 201
    for extension in ("auto", "auto-webp", "auto-avif"):
        answer = from_edge(world, f"{image_id}/~photo.{extension}")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert from_edge(world, f"{image_id}/~photo.webp").headers["content-type"] == "image/webp"


@pytest.mark.parametrize("key", ["~", "~A", "~a@", "~a@4", "~a@1_5_0", "~a@1.5", "~-a", "~" + "a" * 33, "~a@2@2"])
def test_no_other_path_is_a_key(world: World, anna: Client, key: str) -> None:
    assert from_edge(world, f"{anna.image()}/{key}.png").status == 404


# Watermarks


def solid(mode: str, size: tuple[int, int], colour: Any) -> bytes:
    return pictures.encoded(Image.new(mode, size, colour), "PNG")


def test_a_watermark_lies_where_it_should(world: World, place: Place) -> None:
    image_id = place.image(solid("RGB", (100, 80), (200, 100, 0)))
    mark = place.image(solid("RGBA", (20, 10), (0, 0, 255, 255)))
    for position, corner in {
        "northwest": (5, 5),
        "north": (40, 5),
        "northeast": (75, 5),
        "west": (5, 35),
        "center": (40, 35),
        "east": (75, 35),
        "southwest": (5, 65),
        "south": (40, 65),
        "southeast": (75, 65),
    }.items():
        watermark = {"image_uuid": mark, "position": position, "opacity": 0.5, "scale": 0.2, "margin": 5}
        assert place.put("marked", watermark=watermark).status in (200, 201)
        picture = pictures.opened(variant(world, f"{image_id}.png", variant="marked").body).convert("RGB")
        assert picture.size == (100, 80)
        marked = {(x, y) for x in range(100) for y in range(80) if picture.getpixel((x, y)) != (200, 100, 0)}
        assert marked == {(corner[0] + x, corner[1] + y) for x in range(20) for y in range(10)}, position
        assert picture.getpixel(corner) == (100, 50, 128)


def test_a_watermark_is_scaled_with_the_result(world: World, place: Place) -> None:
    image_id = place.image(solid("RGB", (400, 320), (255, 255, 255)))
    mark = place.image(solid("RGBA", (200, 100), (0, 0, 0, 255)))
    watermark = {"image_uuid": mark, "position": "northwest", "opacity": 1, "scale": 0.5, "margin": 2}
    assert place.put("marked", w=40, watermark=watermark).status == 201
    for dpr, factor in (("1", 1), ("1.5", 1.5), ("3", 3)):
        answer = variant(world, f"{image_id}.png", variant="marked", dpr=dpr)
        picture = pictures.opened(answer.body).convert("L").point(list(range(255, -1, -1)))
        margin = int(2 * factor + 0.5)
        width = int(20 * factor)
        assert picture.getbbox() == (margin, margin, margin + width, margin + width // 2)


def test_what_is_clear_in_a_watermark_leaves_no_fringe(world: World, place: Place) -> None:
    """A white half beside a black half that is clear: scaled, nothing of the black shows."""
    image_id = place.image(solid("RGB", (100, 100), (255, 255, 255)))
    halves = Image.new("RGBA", (101, 101), (0, 0, 0, 0))
    halves.paste((255, 255, 255, 255), (0, 0, 50, 101))
    mark = place.image(pictures.encoded(halves, "PNG"))
    watermark = {"image_uuid": mark, "position": "center", "opacity": 1, "scale": 0.3, "margin": 0}
    assert place.put("marked", watermark=watermark).status == 201
    picture = pictures.opened(variant(world, f"{image_id}.png", variant="marked").body).convert("L")
    assert picture.getextrema()[0] >= 254


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "gif", "avif"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_type_is_marked_by_every_type(world: World, anna: Client, kind: str, extension: str) -> None:
    place = Place(anna)
    image_id, mark = place.image(pictures.still(kind)), place.image(pictures.still(kind, 33, 21))
    watermark = {"image_uuid": mark, "position": "north", "opacity": 0.7, "scale": 1, "margin": 3}
    assert place.put("marked", w=40, watermark=watermark).status == 201
    answer = variant(world, f"{image_id}.{extension}", variant="marked")
    assert answer.status == 200
    assert pictures.opened(answer.body).size == (40, 30)
    assert answer.body != link(world, f"{image_id}.{extension}", {"w": "40"}).body


def test_an_animation_is_marked_in_every_picture(world: World, anna: Client) -> None:
    place = Place(anna)
    image_id, mark = place.image(pictures.animated("GIF")), place.image(pictures.animated("GIF"))
    watermark = {"image_uuid": mark, "position": "center", "opacity": 1, "scale": 0.5, "margin": 0}
    assert place.put("marked", watermark=watermark).status == 201
    for extension in ("gif", "webp"):
        answer = variant(world, f"{image_id}.{extension}", variant="marked")
        assert pictures.frames_of(answer.body) == 3


def test_without_its_watermarks_image_a_variant_is_404(world: World, place: Place) -> None:
    image_id, mark = place.image(), place.image()
    assert place.put("marked", w=30, watermark={"image_uuid": mark, **MARK}).status == 201
    answer = [from_edge(world, f"{image_id}/~marked.png") for _ in range(3)][-1]
    assert answer.status == 200
    assert mark in answer.headers[TAGS_HEADER].split(",")
    assert place.client.ask("DELETE", f"/api/image/{mark}").status == 204
    gone = link(world, f"{image_id}.png", {"variant": "marked"})
    assert (gone.status, gone.json) == (404, NOT_FOUND)
    settle(world)
    assert f"#{mark}" in world.invalidated()
    assert place.get("marked").status == 200


@pytest.mark.parametrize("whole", [False, True], ids=["folder", "constellation"])
def test_with_its_watermarks_folder_a_picture_is_forgotten(
    world: World, anna: Client, bea: Client, whole: bool
) -> None:
    """Of images that are deleted with their folder, the CDN is told the folder alone."""
    space = Workspace(bea)
    space.connect(anna)
    folder, place = space.folder(), Place(anna)
    image_id, mark = place.image(), space.image(folder=folder)
    assert place.put("marked", w=30, watermark={"image_uuid": mark, **MARK}).status == 201
    answer = [from_edge(world, f"{image_id}/~marked.png") for _ in range(3)][-1]
    tags = {*answer.headers[TAGS_HEADER].split(",")}
    settle(world)
    before = len(world.invalidated())
    assert bea.ask("DELETE", space.path if whole else f"/folders/{folder}").status == 200
    assert status_of(world, image_id) == 404
    settle(world)
    assert {f"#{tag}" for tag in tags} & {*world.invalidated()[before:]} == {f"#{folder}"}
    assert mark in tags


def test_the_tags_of_a_picture_are_few_and_each_is_told_once(anna: Client, world: World) -> None:
    """CloudFront keeps 50 tags of a response, of at most 256 characters each, and S3 2 KB of metadata."""
    space, name = Workspace(anna), "n" * 32
    place = Place(anna, f"{space.path}/variants")
    image_id, mark, inside = space.image(), space.image(), space.folder()
    lower = space.image(folder=inside)
    assert place.put(name, watermark={"image_uuid": mark, **MARK}).status == 201
    for shown, folder, tags in ((image_id, space.root, [mark]), (lower, inside, [mark, space.root])):
        told = from_edge(world, f"{shown}/~{name}.png").headers[TAGS_HEADER]
        assert told.split(",") == [shown, folder, f"{shown}.focus", f"{space.id}.{name}", *tags]
        assert len(told) < 300


# Watermarks whose links must be signed


def status_of(world: World, image_id: str, name: str = "marked") -> int:
    """The status of what the CDN gets for a variant of an image."""
    return from_edge(world, f"{image_id}/~{name}.png").status


def over(image_id: str) -> dict[str, Any]:
    """A watermark that hides all below it: its image, unmarked and in full size."""
    return {"image_uuid": image_id, "position": "center", "opacity": 1, "scale": 1, "margin": 0}


class Withheld:
    """An image that Bea gets with a watermark only, and a blank image of her own."""

    def __init__(self, world: World, anna: Client, bea: Client) -> None:
        self.world, self.anna, self.bea, self.space = world, anna, bea, Workspace(anna)
        self.there, self.own = Place(anna, f"/constellations/{self.space.id}/variants"), Place(bea)
        self.image = self.there.image(access="signed")
        assert self.there.put("marked", watermark={"image_uuid": self.there.image(), **MARK}).status == 201
        self.space.connect(bea)
        self.blank = self.own.image(solid("RGB", (64, 48), (255, 255, 255)))


@pytest.fixture
def withheld(world: World, anna: Client, bea: Client) -> Withheld:
    return Withheld(world, anna, bea)


@pytest.mark.parametrize("rights", ["READ", "COMMENT"])
def test_who_gets_an_image_with_a_watermark_only_does_not_lay_it_over_others(withheld: Withheld, rights: str) -> None:
    withheld.space.connect(withheld.bea, rights=rights)
    refused = withheld.own.put("x", watermark=over(withheld.image))
    bytes_ = withheld.bea.ask("GET", f"/images/{withheld.image}")
    assert refused.status == bytes_.status == 403
    assert refused.json["error"]["message"] == bytes_.json["message"]
    assert withheld.own.get("x").status == 404
    for path in (f"{withheld.image}/full/max/0/default.png", f"{withheld.image}/full/max/0/default.jpg"):
        assert withheld.world.request("GET", f"/iiif/3/{path}").status == 401


def test_a_signed_watermark_shows_in_no_other_place(withheld: Withheld) -> None:
    """Who may have the bytes can name the image, but no link gives it: the place of a variant can be anybody's."""
    world, bea = withheld.world, withheld.bea
    withheld.space.connect(bea, rights="WRITE")
    assert withheld.own.put("x", watermark=over(withheld.image)).status == 201
    gone = link(world, f"{withheld.blank}.png", {"variant": "x"})
    assert (gone.status, gone.json) == (404, NOT_FOUND)
    signed = bea.ask("POST", f"/api/image/{withheld.blank}/sign", json={"variant": "x"})
    assert signed.status == 404
    assert from_edge(world, f"{withheld.blank}/signed/~x.png").status == 404
    iiif = world.request("GET", f"/iiif/3/{withheld.blank}/full/max/0/default.png")
    assert pictures.opened(iiif.body).convert("RGB").getextrema() == ((255, 255),) * 3
    withheld.space.disconnect(bea)
    assert status_of(world, withheld.blank, "x") == 404


def test_a_signed_watermark_shows_in_its_own_place(world: World, place: Place) -> None:
    image_id, mark = place.image(), place.image(access="signed")
    assert place.put("marked", w=30, watermark={"image_uuid": mark, **MARK}).status == 201
    assert status_of(world, image_id) == 200
    assert from_edge(world, f"{image_id}/signed/~marked.png").status == 200
    assert place.client.ask("POST", f"/api/image/{image_id}/sign", json={"variant": "marked"}).status == 200


def test_a_watermark_that_becomes_signed_leaves_other_places(withheld: Withheld) -> None:
    world = withheld.world
    mark = withheld.there.image()
    assert withheld.own.put("x", watermark=over(mark)).status == 201
    assert withheld.there.put("logo", watermark=over(mark)).status == 201
    inside = withheld.there.image()
    answer = [from_edge(world, f"{withheld.blank}/~x.png") for _ in range(3)][-1]
    assert answer.status == 200
    assert mark in answer.headers[TAGS_HEADER].split(",")
    settle(world)
    before = world.invalidated().count(f"#{mark}")
    assert withheld.anna.ask("PATCH", f"/api/image/{mark}", json={"access": "signed"}).status == 204
    world.deliver(HIDING)
    assert world.invalidated().count(f"#{mark}") == before + 1
    assert status_of(world, withheld.blank, "x") == 404
    assert status_of(world, inside, "logo") == 200
    settle(world)
    assert world.invalidated().count(f"#{mark}") == before + 2
    assert withheld.anna.ask("PATCH", f"/api/image/{mark}", json={"access": "open"}).status == 204
    assert status_of(world, withheld.blank, "x") == 200
    settle(world)
    assert_at_rest(world)


@pytest.mark.parametrize("many", [False, True], ids=["alone", "in a batch"])
def test_a_signed_watermark_that_moves_leaves_its_old_place(withheld: Withheld, many: bool) -> None:
    world, anna, own = withheld.world, withheld.anna, Place(withheld.anna)
    image_id, mark, plain = own.image(), own.image(access="signed"), own.image()
    assert own.put("marked", watermark=over(mark)).status == 201
    assert status_of(world, image_id) == 200
    settle(world)
    if many:
        body = {"ids": [mark, plain], "action": "move", "constellation_uuid": withheld.space.id}
        results = anna.ask("POST", "/api/images/batch", json=body).json["results"]
        assert [each["status"] for each in results] == [200, 200]
    else:
        for each in (mark, plain):
            moved = anna.ask("PATCH", f"/images/{each}", json={"constellation_uuid": withheld.space.id})
            assert moved.status == 200
    world.deliver(HIDING)
    assert world.invalidated().count(f"#{mark}") == 1
    assert status_of(world, image_id) == 404
    settle(world)
    assert world.invalidated().count(f"#{mark}") == 2
    assert f"#{plain}" not in world.invalidated()
    assert_at_rest(world)


def test_deleting_a_constellation_deletes_its_variants(world: World, anna: Client) -> None:
    space = Workspace(anna)
    place = Place(anna, f"/constellations/{space.id}/variants")
    assert place.put("card").status == 201
    assert anna.ask("DELETE", space.path).status == 200
    assert place.get("card").status == 404
    settle(world)
    assert not [item for item in world.items(IMAGES) if item["pk"]["S"].startswith("VARIANTS#")]

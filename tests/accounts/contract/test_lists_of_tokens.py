"""The contract's section "Scoped tokens": what lists show to a bound token, and whose cursors it can use."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest

from constellation.search import model
from tests.support.accounts import new_token
from tests.support.firmware_api import confirmed
from tests.support.fixtures import lasting_world
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Answer, World

EVERYTHING = ("images:read", "constellations:read", "firmware:read")

LISTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/images", {}),
    ("/images", {"constellation_uuid": "{space}"}),
    *(
        (path, {**query, "order": order})
        for path in ("/api/images/1", "/api/images/history/1")
        for order in ("asc", "desc")
        for query in (
            *({"orderBy": f"attributes.{name}"} for name in ("updatedAt", "createdAt", "views", "fileName")),
            {"orderBy": "metadata.size"},
            {"searchTerm": "sea"},
        )
    ),
    ("/image", {}),
    ("/image", {"label": "sensor"}),
    ("/image", {"sort": "version"}),
    ("/image/binary", {}),
)


@dataclass(frozen=True)
class Stage:
    """Two constellations of Anna's with two public images and firmware each, and as much in none.

    Of her tokens two are bound to the first one, one to the second, and one to none.
    """

    world: World
    anna: Client
    space: Workspace
    inside: frozenset[str]
    outside: frozenset[str]
    bound: str
    twin: str
    elsewhere: str
    free: str

    def ask(self, token: str, path: str, query: Mapping[str, str], cursor: str = "") -> Answer:
        """A page of one thing."""
        filled = {name: value.format(space=self.space.id) for name, value in query.items()}
        more = {"cursor": cursor} if cursor else {}
        return self.world.request("GET", path, token=token, query={"limit": "1", **filled, **more})

    def shown(self, answer: Answer) -> set[str]:
        """What of hers an answer shows."""
        assert answer.status == 200, answer.body
        return {id_ for id_ in self.inside | self.outside if id_.encode() in answer.body}

    def walked(self, token: str, path: str, query: Mapping[str, str]) -> set[str]:
        """What all pages show together."""
        answer = self.ask(token, path, query)
        found = self.shown(answer)
        while cursor := following(answer):
            answer = self.ask(token, path, query, cursor)
            found |= self.shown(answer)
        return found


def following(answer: Answer) -> str:
    """The cursor of the next page, empty at the end."""
    for link in answer.headers.get("link", "").split(", "):
        if link.endswith('rel="next"'):
            return parse_qs(urlsplit(link[1 : link.index(">")]).query)["cursor"][0]
    return ""


world = lasting_world
"""Nothing here changes what there is, so one stage is enough."""


@pytest.fixture(scope="module")
def stage(world: World) -> Stage:
    anna = Client(world)
    spaces = [Workspace(anna) for _ in range(2)]
    things: list[set[str]] = [set(), set(), set()]
    for found, space in zip(things, (*spaces, None), strict=True):
        where = {"constellation_uuid": space.id} if space else {}
        for number in range(2):
            world.advance(seconds=1)
            image = anna.image(description="sea", isPublic="true")
            if where:
                assert anna.ask("PATCH", f"/images/{image}", json=where).status == 200
            found |= {image, confirmed(anna, "sensor", f"1.{number}.0", **where)}
    inside, twin, loose = things
    scopes = [{"constellation_uuid": space.id} for space in (spaces[0], spaces[0], spaces[1])]
    tokens = [new_token(world, anna.token, *EVERYTHING, **bound)["token"] for bound in (*scopes, {})]
    return Stage(world, anna, spaces[0], frozenset(inside), frozenset(twin | loose), *tokens)


@pytest.mark.parametrize(("path", "query"), LISTS, ids=str)
def test_a_bound_token_is_shown_what_is_in_its_constellation(stage: Stage, path: str, query: Mapping[str, str]) -> None:
    of_kind = stage.walked(stage.anna.token, path, query)
    assert stage.walked(stage.free, path, query) == of_kind
    found = stage.walked(stage.bound, path, query)
    assert found == of_kind & stage.inside
    assert len(found) == 2


@pytest.mark.parametrize(("path", "query"), LISTS, ids=str)
def test_a_cursor_is_of_what_one_may_know_of(stage: Stage, path: str, query: Mapping[str, str]) -> None:
    whole = following(stage.ask(stage.anna.token, path, query))
    part = following(stage.ask(stage.bound, path, query))
    assert whole
    assert part
    assert stage.shown(stage.ask(stage.free, path, query, whole))
    assert stage.shown(stage.ask(stage.twin, path, query, part)) <= stage.inside
    refused = 422 if path.startswith("/api/") else 400
    for token in (stage.bound, stage.elsewhere):
        if token == stage.elsewhere and "constellation_uuid" in query:
            continue
        assert stage.ask(token, path, query, whole).status == refused
    for token in (stage.anna.token, stage.free):
        assert stage.ask(token, path, query, part).status == refused


def test_constellations(stage: Stage) -> None:
    whole = following(stage.ask(stage.anna.token, "/constellations", {}))
    assert whole
    (only,) = stage.ask(stage.bound, "/constellations", {}).json
    assert only["constellation_uuid"] == stage.space.id
    assert following(stage.ask(stage.bound, "/constellations", {})) == ""
    assert stage.ask(stage.bound, "/constellations", {}, whole).status == 400


def test_a_constellation_with_more_images_than_can_be_put_into_an_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for most, status in ((2, 200), (1, 422)):
        monkeypatch.setattr(model, "MOST_SORTED", most)
        for path in ("/api/images/1", "/api/images/history/1"):
            assert stage.ask(stage.bound, path, {}).status == status

"""Rights that change, rights that are claimed, and things that are deleted: all of it counts with the next request."""

import base64
import json
from collections.abc import Generator, Mapping
from typing import Any

import pytest

from constellation.accounts.signing import encode, signing_key
from tests.support.sharing import Client, from_cdn, link
from tests.support.state import keep
from tests.support.workspace import UNKNOWN, Workspace, added, created
from tests.support.world import Answer, new_world
from tests.workspaces.rights_table import (
    OPERATIONS,
    TARGETS,
    Operation,
    Role,
    Targets,
    Where,
    expected,
)
from tests.workspaces.stage import STAFF, Stage

OWN = {
    name: next(target for target in targets if target.where in (Where.OWN, Where.THERE))
    for name, targets in TARGETS.items()
}
"""One's own of everything."""

SMUGGLED = {
    "rights": "ADMIN",
    "right": "ADMIN",
    "role": "ADMIN",
    "admin": "true",
    "user_id": "{founder}",
    "owner": "{founder}",
    "author": "{founder}",
    "root": "{me}",
    "admins": "5",
    "version": "1",
    "created": "2001-01-01T00:00:00.000000+00:00",
    "views": "5",
    "constellation": "{nobody}",
}
"""Fields that nobody may set."""

FILES = (".gif", ".webp", "_thumbnail.gif", "_thumbnail.jpg")
"""The ends of links."""


@pytest.fixture(scope="module")
def stage() -> Generator[Stage]:
    """Everybody and everything, made once; each test begins from the plain state."""
    with pytest.MonkeyPatch.context() as monkeypatch, new_world(monkeypatch) as world:
        yield Stage(world)


@pytest.fixture(autouse=True)
def _from_the_beginning(stage: Stage) -> None:
    stage.plain.restore()


def own_targets(operation: Operation) -> Targets:
    """What an operation is tried on here."""
    return {name: OWN[name] for name in operation.places}


def statuses(stage: Stage, role: Role, token: str | None, smuggled: Mapping[str, str] | None = None) -> dict[str, int]:
    """What every operation answers to a token on what is ``role``'s own, each from the same state."""
    now, found = keep(), dict[str, int]()
    for operation in OPERATIONS:
        ids = stage.ids(role, own_targets(operation))
        fields = {name: text.format_map(ids) for name, text in (smuggled or {}).items()}
        found[operation.name] = stage.ask(operation, token, ids, smuggled=fields).status
        now.restore()
    return found


def wanted(role: Role) -> dict[str, int]:
    """What the table has for it."""
    return {operation.name: expected(operation, role, own_targets(operation)) for operation in OPERATIONS}


def signed(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that our own key has really signed."""
    message = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    return f"{message}.{encode(signing_key().sign(message.encode()))}"


def owned(client: Client, *ids: str) -> list[str]:
    """Those of the images that ``GET /api/images`` gives."""
    answer = client.ask("GET", "/api/images", query={"uuid[]": ids})
    assert answer.status == 200, answer.body
    return [image["id"] for image in answer.json]


@pytest.mark.parametrize("after", [Role.WRITE, Role.COMMENT, Role.READ, Role.EX_MEMBER], ids=lambda role: role.name)
def test_a_right_is_lost_with_the_next_request(stage: Stage, after: Role) -> None:
    token = stage.token(Role.ADMIN)
    assert statuses(stage, Role.ADMIN, token) == wanted(Role.ADMIN)
    if after is Role.EX_MEMBER:
        stage.own.disconnect(stage.people[Role.ADMIN])
    else:
        stage.own.connect(stage.people[Role.ADMIN], rights=after.name)
    assert statuses(stage, Role.ADMIN, token) == wanted(after)


def test_a_right_is_there_with_the_next_request(stage: Stage) -> None:
    stage.own.connect(stage.people[Role.OUTSIDER], rights="ADMIN")
    token, ids = stage.token(Role.OUTSIDER), stage.ids(Role.OUTSIDER, OWN)
    for name in ("see a constellation", "connect a user", "delete another's comment", "delete a constellation"):
        (operation,) = (each for each in OPERATIONS if each.name == name)
        assert stage.ask(operation, token, ids).status == 200, name


def test_rights_in_a_token_are_nothing(stage: Stage) -> None:
    rights = {"rights": "ADMIN", "scope": "ADMIN", "roles": ["ADMIN"], "constellations": {stage.own.id: "ADMIN"}}
    for role in (Role.READ, Role.OUTSIDER):
        token = f"{stage.token(role)}"
        header, claims = (json.loads(base64.urlsafe_b64decode(f"{part}==")) for part in token.split(".")[:2])
        richer = signed(header, claims | rights)
        assert stage.world.authorize("jwt", f"Bearer {richer}") == stage.world.authorize("jwt", f"Bearer {token}")
        assert statuses(stage, role, richer) == wanted(role)


def test_rights_in_a_body_form_or_query_are_nothing(stage: Stage) -> None:
    for role in (Role.OUTSIDER, Role.READ, Role.COMMENT, Role.WRITE):
        assert statuses(stage, role, stage.token(role), smuggled=SMUGGLED) == wanted(role)


def test_what_nobody_may_set_is_not_set(stage: Stage) -> None:
    founder, writer, own = stage.founder, stage.people[Role.WRITE], stage.things[Where.OWN]
    smuggled = {"owner": founder.id, "rights": "ADMIN", "user_uuid": founder.id, "author": founder.id, "id": UNKNOWN}
    image = added(writer, constellation_uuid=own.constellation, **smuggled)
    assert owned(writer, image, own.private) == [image]
    assert owned(founder, image, own.private) == [own.private]
    for path in (f"/images/{own.private}", f"/api/image/{own.private}"):
        smuggled |= {"description": "New", "name": "New", "owner": writer.id, "user_uuid": writer.id}
        assert writer.ask("PATCH", path, json=smuggled).status in (200, 204)
    assert owned(writer, image, own.private) == [image]
    comment = created(writer.ask("POST", f"/images/{image}/comments", json={**smuggled, "content": "Fine"}))
    assert comment["user_uuid"] == writer.id
    members = stage.own.rights()
    for method, path in (("PATCH", stage.own.path), ("PATCH", f"/folders/{own.root}")):
        fields = {"name": "New", "rights": "ADMIN", "members": [writer.id], "root": own.folder, "admins": 0}
        assert writer.ask(method, path, json=fields).status == 200
    assert stage.own.rights() == members
    assert founder.ask("GET", stage.own.path).json == {
        "name": "New",
        "root_folder_uuid": own.root,
        "rights": "ADMIN",
    }
    space = Workspace(writer)
    fields = {"name": "New", "constellation_uuid": space.id, "folder_uuid": own.folder}
    assert created(writer.ask("POST", "/folders", json=fields))["folder_uuid"] != own.folder
    moved = writer.ask("PATCH", f"/folders/{own.folder}", json={"constellation_uuid": space.id, "name": "New"})
    assert moved.json["constellation_uuid"] == own.constellation
    assert space.rights() == {"write": "ADMIN"}


def test_ids_of_others_among_ones_own_are_left_out(stage: Stage) -> None:
    foreign, own = stage.things[Where.FOREIGN], stage.things[Where.OWN]
    for role in STAFF:
        mine, loose = stage.mine["image", Where.OWN, role], stage.mine["image", Where.LOOSE, role]
        others = [foreign.private, foreign.public, own.private, own.public, *stage.loose.values(), UNKNOWN, own.folder]
        assert owned(stage.people[role], *others, loose, *others, mine) == [loose, mine]
    former = stage.people[Role.OWNER]
    assert owned(former, stage.mine["image", Where.OWN, Role.OWNER], stage.mine["image", Where.LOOSE, Role.OWNER]) == [
        stage.mine["image", Where.LOOSE, Role.OWNER]
    ]


def test_a_cursor_is_good_for_nobody_and_nothing_else(stage: Stage) -> None:
    reader, writer = stage.people[Role.READ], stage.people[Role.WRITE]
    own, twin = stage.own.id, stage.things[Where.TWIN].constellation

    def page(client: Client, **query: str) -> Answer:
        return client.ask("GET", "/images", query={"limit": "1", **query})

    cursor = page(reader, constellation_uuid=own).json["next_cursor"]
    assert page(reader, constellation_uuid=own, cursor=cursor).status == 200
    assert page(writer, constellation_uuid=own, cursor=cursor).status == 400
    assert page(reader, constellation_uuid=twin, cursor=cursor).status == 400
    assert page(reader, cursor=cursor).status == 400
    everywhere = page(reader).json["next_cursor"]
    assert page(writer, cursor=everywhere).status == 400
    stage.own.disconnect(reader)
    assert page(reader, constellation_uuid=own, cursor=cursor).status == 404
    left = [page(reader, cursor=everywhere).body]
    while cursor := json.loads(left[-1]).get("next_cursor"):
        left.append(page(reader, cursor=cursor).body)
    assert len(left) > 1
    assert not [text for text in left if stage.things[Where.OWN].private.encode() in text]


@pytest.mark.parametrize("what", ["folder", "constellation"])
def test_what_was_deleted_is_nowhere_at_once(stage: Stage, what: str) -> None:
    things = stage.things[Where.BURIED]
    hidden = [things.folder, things.parent, things.private, things.public]
    people = [stage.founder, stage.people[Role.READ], stage.people[Role.ADMIN]]
    root = f"/folders/{stage.own.root}"
    lists: list[tuple[str, Mapping[str, str | list[str]]]] = [
        ("/images", {}),
        ("/images", {"constellation_uuid": stage.own.id}),
        (f"/structure/{stage.own.id}", {}),
        (f"/folders/{things.folder}", {}),
        ("/api/images/1", {"limit": "100"}),
        ("/api/images/1", {"limit": "100", "orderBy": "metadata.size"}),
        ("/api/images/1", {"searchTerm": "a.gif"}),
        ("/api/images/history/1", {"limit": "100"}),
        ("/api/images/history/1", {"searchTerm": "a.gif", "limit": "100"}),
        ("/api/images", {"uuid[]": hidden}),
    ]

    def told() -> list[int]:
        """How many of the answers name any of it, list by list."""
        return [
            sum(any(id_.encode() in person.ask("GET", path, query=query).body for id_ in hidden) for person in people)
            for path, query in lists
        ]

    def seen() -> list[int]:
        """The statuses of links to it, from the route and from the CDN."""
        files = [f"{image}{file}" for image in (things.private, things.public) for file in FILES]
        return [
            *(link(stage.world, file).status for file in files),
            *(from_cdn(stage.world, f"/image/{file}").status for file in files),
        ]

    assert told() == [3, 3, 3, 3, 3, 3, 3, 1, 1, 1]
    assert set(seen()) == {200}
    deleted = stage.own.path if what == "constellation" else f"/folders/{stage.cellar}"
    assert stage.people[Role.ADMIN].ask("DELETE", deleted).status == 200
    assert told() == [0] * len(lists)
    assert set(seen()) == {404}
    assert stage.founder.ask("GET", root).status == (404 if what == "constellation" else 200)

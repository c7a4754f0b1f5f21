"""The world in which the table of rights is tried: everybody who asks, and everything that is asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.firmware_api import confirmed, made
from tests.support.sharing import SMALL, Client
from tests.support.state import Kept, Location, differences, keep, seen
from tests.support.workspace import UNKNOWN, Workspace, created
from tests.support.world import Answer, File, World
from tests.workspaces.rights_table import TOKENS, WITHOUT_SESSION, Operation, Role, Target, Targets, Token, Where

STAFF = {Role.READ: "READ", Role.COMMENT: "COMMENT", Role.WRITE: "WRITE", Role.ADMIN: "ADMIN"}
FORMER = {Role.EX_MEMBER: "ADMIN", Role.OWNER: "WRITE"}

VARIANTS = {"variant": "card", "stamp": "stamp", "own_variant": "banner", "new_variant": "poster"}
"""By their placeholders the names of the variants of every constellation, of everybody's own one, and of none.

``stamp`` has a watermark.
"""


@dataclass(frozen=True)
class Things:
    """Two folders beside each other, a private, a public and a marked image in the first, and where that is.

    And firmware of that constellation, with a binary and without one, and a pending upload into the first folder.
    """

    constellation: str
    root: str
    folder: str
    parent: str
    private: str
    public: str
    marked: str
    firmware: str
    bare: str
    upload: str


class Stage:
    """The people by their roles, the things by where they are, and two states to begin from.

    In ``plain`` nothing has been deleted but the constellation that is ``GONE``; in ``buried`` a folder of ``OWN``
    has, too, and what lay below it is still there.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.comments = dict[tuple[str, str], str]()
        self.mine = dict[tuple[str, Where, Role], str]()
        self.collections = dict[str, dict[str, str]]()
        self.founder, self.stranger, self.newcomer, self.guest = (
            Client(world, name) for name in ("founder", "stranger", "newcomer", "guest")
        )
        self.people = {role: Client(world, role.name.lower()) for role in Role if role not in WITHOUT_SESSION}
        self.own, twin, gone = (Workspace(self.founder) for _ in range(3))
        self.things = {
            Where.OWN: self._things(self.own),
            Where.TWIN: self._things(twin),
            Where.FOREIGN: self._things(Workspace(self.stranger)),
            Where.GONE: self._things(gone),
        }
        for space in (self.own, twin, gone):
            space.connect(self.guest)
        self._staff(self.own, Where.OWN)
        self._staff(gone, Where.GONE)
        twin.connect(*self.people.values(), rights="ADMIN")
        for role, person in self.people.items():
            image = self.mine["image", Where.LOOSE, role] = person.image()
            things = self.things[Where.TWIN]
            self._comment(person, things.private, things.public, image)
            self._make_others(person, Where.LOOSE, role)
            _put_variant(person, f"/api/variants/{VARIANTS['own_variant']}")
            self.collections[person.id] = _collection(person)
        foreign = _collection(self.stranger)
        self.foreigners = {"foreign_collection": foreign["collection"], "foreign_share": foreign["own_share"]}
        self.shared = _share(self.founder, "constellation", self.own.id)
        self.loose = {kind: self.stranger.image(isPublic=str(kind == "public")) for kind in ("private", "public")}
        self._comment(self.stranger, *self.loose.values())
        self.loose |= _others(self.stranger)
        self.cellar = self.own.folder()
        self.things[Where.BURIED] = self._things(self.own, self.cellar)
        assert self.founder.ask("DELETE", gone.path).status == 200
        self.tokens = self._tokens()
        world.approved = {}
        self.plain = keep()
        assert self.founder.ask("DELETE", f"/folders/{self.cellar}").status == 200
        self.buried = self._current = keep()

    def _tokens(self) -> dict[Token, str]:
        """Every scoped token, used once, so that the note of its use changes nothing later; then some of them die."""
        admin, made = self.people[Role.ADMIN], dict[Token, dict[str, Any]]()
        for token in TOKENS:
            asked: dict[str, Any] = {"name": "robot", "scopes": [token.scope]}
            if token.is_bound:
                asked["constellation_uuid"] = self.own.id
            if token.state == "expired":
                asked["expiresAt"] = (self.world.now + timedelta(seconds=1)).isoformat()
            made[token] = created(admin.ask("POST", "/api/user/tokens", json=asked))
            assert self.world.request("GET", "/users/me", token=made[token]["token"]).status == 200
            if token.state == "revoked":
                assert admin.ask("DELETE", f"/api/user/tokens/{made[token]['id']}").status == 204
        self.world.advance(seconds=2)
        return {token: each["token"] for token, each in made.items()}

    @property
    def foreign(self) -> set[str]:
        """The ids of what nobody on this stage may change."""
        return {*vars(self.things[Where.FOREIGN]).values(), *self.loose.values()}

    def begin(self, start: Kept) -> None:
        """Let everything be as it was in this state."""
        if start is not self._current:
            start.restore()
            self._current = start

    def changes(self) -> set[Location]:
        """What is not as it was at the beginning; then it is so again."""
        found = differences(self._current.seen, seen())
        if found:
            self._current.restore()
        return found

    def person(self, role: Role) -> Client:
        """Somebody; who has no session tries what an ADMIN has."""
        return self.people[_with_session(role)]

    def token(self, role: Role) -> str | None:
        match role:
            case Role.ANONYMOUS:
                return None
            case Role.API_KEY:
                return self.person(role).key
            case _:
                return self.person(role).token

    def ask(
        self,
        operation: Operation,
        token: str | None,
        ids: Mapping[str, str],
        *,
        garbled: bool = False,
        smuggled: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The answer to an operation on these ids; ``smuggled`` fields come with the body, form or query."""
        smuggled = smuggled or {}
        parts: dict[str, Any] = {"query": {**smuggled, **_filled(operation.query, ids)}, "headers": operation.headers}
        if garbled:
            parts["body"] = b'{"name": '
        elif operation.json is not None:
            parts["json"] = {**smuggled, **_filled(operation.json, ids)}
        elif operation.form is not None:
            parts["form"] = {**smuggled, **_filled(operation.form, ids), **_file(operation)}
        answer = self.world.request(operation.method, operation.path.format_map(ids), token=token, **parts)
        return _of_the_image(answer) if operation.is_batch and answer.status == 200 else answer

    def ids(self, role: Role, targets: Targets) -> dict[str, str]:
        """What stands for the placeholders."""
        people = {"newcomer": self.newcomer, "guest": self.guest, "founder": self.founder, "me": self.person(role)}
        ids = {"nobody": UNKNOWN, **VARIANTS, **self.collections[self.person(role).id]}
        ids |= self.foreigners | {"shared": self.shared} | {name: person.id for name, person in people.items()}
        for name, target in targets.items():
            ids[name] = self._id(name, target, role, ids)
        return ids

    def _id(self, name: str, target: Target, role: Role, ids: Mapping[str, str]) -> str:
        own = self.things[Where.OWN]
        if target.where is Where.NONEXISTENT:
            return UNKNOWN
        if target.where is Where.OTHER_KIND:
            others = {"constellation": own.root, "image": own.folder, "marked": own.folder}
            others |= dict.fromkeys(("comment", "remark", "firmware", "bare", "upload"), own.private)
            return others.get(name, own.constellation)
        if name in ("comment", "remark"):
            image = self._commented(target.where, ids["image"])
            authors = (*([self.person(role)] if name == "comment" else []), self.founder, self.stranger)
            written = (self.comments.get((image, author.id)) for author in authors)
            return next(filter(None, written), UNKNOWN)
        if target.kind == "mine":
            others = self.mine[name, target.where, Role.OWNER]
            return self.mine.get((name, target.where, _with_session(role)), others)
        if target.where is Where.LOOSE:
            return self.loose[target.kind or name]
        return getattr(self.things[target.where], target.kind or name)

    def _commented(self, where: Where, image: str) -> str:
        """The image that a comment is on: the one of the path, or another one there."""
        if where is Where.THERE:
            return image
        things = self.things[where]
        return things.private if image == things.public else things.public

    def _things(self, space: Workspace, folder: str = "") -> Things:
        inner, other = space.folder(parent=folder), space.folder(parent=folder)
        private, public = space.image(folder=inner), space.image(folder=inner)
        assert space.admin.ask("PATCH", f"/api/image/{public}", json={"isPublic": True}).status == 204
        self._comment(space.admin, private, public)
        marked = space.image(folder=inner, access="signed")
        _put_variant(space.admin, f"{space.path}/variants/{VARIANTS['variant']}")
        mark = {"image_uuid": private, "position": "center", "opacity": 1, "scale": 1, "margin": 0}
        _put_variant(space.admin, f"{space.path}/variants/{VARIANTS['stamp']}", watermark=mark)
        others = _others(space.admin, space, inner)
        return Things(space.id, space.root, inner, other, private, public, marked, **others)

    def _staff(self, space: Workspace, where: Where) -> None:
        """Let the members upload and comment, and make firmware; then give them the rights of their roles, or none."""
        things = self.things[where]
        for role in (*STAFF, *FORMER):
            person = self.people[role]
            space.connect(person, rights=FORMER.get(role, "WRITE"))
            self._comment(person, things.private, things.public)
            if role is not Role.EX_MEMBER:
                image = self.mine["image", where, role] = space.image(folder=things.folder, by=person)
                self._comment(person, image)
                self._make_others(person, where, role, space, things.folder)
        for role, rights in STAFF.items():
            space.connect(self.people[role], rights=rights)
        for role in FORMER:
            space.disconnect(self.people[role])

    def _make_others(
        self, person: Client, where: Where, role: Role, space: Workspace | None = None, folder: str = ""
    ) -> None:
        for name, id_ in _others(person, space, folder).items():
            self.mine[name, where, role] = id_

    def _comment(self, person: Client, *images: str) -> None:
        for image in images:
            answer = person.ask("POST", f"/images/{image}/comments", json={"content": "Fine"})
            self.comments[image, person.id] = created(answer)["comment_uuid"]


def _others(person: Client, space: Workspace | None = None, folder: str = "") -> dict[str, str]:
    """New firmware of somebody's, in a constellation, whose id is its label, or in none; and an upload there."""
    label, where = (space.id, {"constellation_uuid": space.id}) if space else ("own", dict[str, str]())
    upload = {"kind": "image", "fileName": "a.gif", **where, **({"folder_uuid": folder} if folder else {})}
    return {
        "firmware": confirmed(person, label, **where),
        "bare": made(person, label, **where),
        "upload": created(person.ask("POST", "/api/uploads", json=upload))["id"],
    }


def _collection(person: Client) -> dict[str, str]:
    """A new collection of somebody's with an image, and a share of the image."""
    collection, image = created(person.ask("POST", "/api/collections", json={"name": "Best of"}))["id"], person.image()
    assert person.ask("PUT", f"/api/collections/{collection}/items/{image}").status == 204
    return {"collection": collection, "collected": image, "own_share": _share(person, "image", image)}


def _share(person: Client, type_: str, id_: str) -> str:
    """A new share of somebody's."""
    return created(person.ask("POST", "/api/shares", json={"target": {"type": type_, "id": id_}}))["id"]


def _of_the_image(answer: Answer) -> Answer:
    """What a batch of one image answers for it."""
    (result,) = answer.json["results"]
    return Answer(result["status"], answer.headers, json.dumps(result).encode())


def _put_variant(person: Client, path: str, **asked: Any) -> None:
    assert person.ask("PUT", path, json={"w": 40, **asked}).status in (200, 201)


def _file(operation: Operation) -> dict[str, File]:
    """What an operation uploads."""
    if operation.path.endswith("/binary"):
        return {"image": File("a.hex", b"binary")}
    return {"file": File("a.gif", SMALL)}


def _with_session(role: Role) -> Role:
    return Role.ADMIN if role in WITHOUT_SESSION else role


def _filled(fields: Mapping[str, Any] | None, ids: Mapping[str, str]) -> dict[str, Any]:
    """The fields with the ids in their places: in the plural as a list of one, ``a.b`` as ``b`` in ``a``."""
    found = dict[str, Any]()
    for name, value in (fields or {}).items():
        outer, _, inner = name.partition(".")
        filled = value.format_map(ids) if isinstance(value, str) else value
        if inner:
            found.setdefault(outer, {})[inner] = filled
        else:
            found[name] = [filled] if name == "ids" else filled
    return found

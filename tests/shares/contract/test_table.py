"""The authorization table of the public routes of shares: whoever knows the code, with what it brings, on every share.

A cell is a request for a share of one kind, protected in one way, in one state. What is refused changes nothing, and
of a share that is over all refusals are the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from constellation.common.times import to_wire
from tests.shares.contract.test_shares import NO_SHARE
from tests.support.sharing import Client
from tests.support.state import differences, keep, seen
from tests.support.workspace import Workspace, created
from tests.support.world import Answer, File, World

PASSWORD = "sesame"
FILE = {"fileName": "a.gif"}

WITHIN = ("image", "folder", "constellation")
"""The kinds that lie in the constellation. The others are their creator's alone."""
KINDS = (*WITHIN, "loose image", "collection")

PROTECTED: dict[str, dict[str, Any]] = {"open": {}, "password": {"password": PASSWORD}, "views": {"maxViews": 900}}

RIGHTS = ("none", "READ", "COMMENT", "WRITE", "ADMIN")
"""The right of the creator at the time of the request."""
STATES = (*RIGHTS, "target deleted", "folder above deleted", "revoked", "expired", "used up")

CREDENTIALS = ("nothing", "its token", "another's token", "an altered token", "the creator's bearer token")
REQUESTS = (
    ("open", "nothing"),
    ("page", "nothing"),
    *(("unlock", word) for word in ("the password", "a wrong password")),
    *(("form", sent) for sent in ("the password", "a wrong password", "its token", "another's token")),
    *((request, credential) for request in ("items", "upload") for credential in CREDENTIALS),
)


@dataclass(frozen=True)
class Made:
    """A share of a kind, protected in a way, with its code and a token that opens it."""

    kind: str
    protection: str
    id: str
    code: str
    token: str


def is_over(made: Made, state: str) -> bool:
    """Whether a share is like an unknown one."""
    if state in ("revoked", "expired", "target deleted"):
        return True
    if state == "folder above deleted":
        return made.kind in ("image", "folder")
    return made.kind in WITHIN and state in ("none", "READ", "COMMENT")


def expected(made: Made, state: str, request: str, sent: str) -> int:
    """The status that the answer must have."""
    over, used_up = is_over(made, state), state == "used up"
    if request in ("open", "page"):
        return 404 if over or used_up else 200
    if request in ("unlock", "form") and sent.endswith("password"):
        if over or used_up:
            return 404
        return 401 if made.protection == "password" and sent == "a wrong password" else 200
    if request == "form":
        return 404 if over else 200 if sent == "its token" else 401
    if sent in ("another's token", "an altered token"):
        return 401
    if sent == "its token":
        if state in ("revoked", "expired"):
            return 401
    elif not over and not used_up and made.protection != "open":
        return 401
    if over or (used_up and sent != "its token"):
        return 404
    return 200 if request == "items" else 201 if made.kind == "folder" else 403


class Stage:
    """Shares of every kind, protected in every way, of a creator who had WRITE, in a state."""

    def __init__(self, world: World, state: str) -> None:
        self.world, self.state = world, state
        self.founder, self.creator = Client(world, "founder"), Client(world, "creator")
        self.space = Workspace(self.founder)
        self.space.connect(self.creator, rights="WRITE")
        self.above = self.space.folder()
        self.ids = {
            "image": self.space.image(folder=self.above),
            "folder": self.space.folder(parent=self.above),
            "constellation": self.space.id,
            "loose image": self.creator.image(),
            "collection": created(self.creator.ask("POST", "/api/collections", json={"name": "Best"}))["id"],
        }
        ways = ("views",) if state == "used up" else PROTECTED
        self.shares = [self._made(kind, way) for kind in KINDS for way in ways]
        self._enter()

    def ask(self, made: Made, other: Made, request: str, sent: str) -> Answer:
        """The answer to a request for a share. ``other`` is the one whose token is tried, too."""
        api, page = f"/api/s/{made.code}", f"/s/{made.code}"
        tokens = {"its token": made.token, "another's token": other.token, "an altered token": f"{made.token[:-1]}~"}
        word = PASSWORD if sent == "the password" else "wrong"
        if request in ("open", "page"):
            return self.world.request("GET", api if request == "open" else page)
        if request == "unlock":
            return self.world.request("POST", f"{api}/unlock", json={"password": word})
        if request == "form":
            fields: dict[str, str | File] = {"token": tokens[sent]} if sent in tokens else {"password": word}
            return self.world.request("POST", page, form=fields)
        bearer = {"Authorization": f"Bearer {self.creator.token}"}
        headers = {"Authorization": f"Share {tokens[sent]}"} if sent in tokens else {} if sent == "nothing" else bearer
        if request == "items":
            return self.world.request("GET", f"{api}/items", headers=headers)
        return self.world.request("POST", f"{api}/uploads", headers=headers, json=FILE)

    def _made(self, kind: str, protection: str) -> Made:
        fields = {**PROTECTED[protection], "allowUpload": kind == "folder"}
        if self.state == "expired":
            fields["expiresAt"] = to_wire(self.world.now + timedelta(minutes=1))
        target = {"type": kind.split()[-1], "id": self.ids[kind]}
        share = created(self.creator.ask("POST", "/api/shares", json={"target": target, **fields}))
        path = f"/api/s/{share['code']}"
        if protection == "password":
            answer = self.world.request("POST", f"{path}/unlock", json={"password": PASSWORD})
        else:
            answer = self.world.request("GET", path)
        return Made(kind, protection, share["id"], share["code"], answer.json["token"])

    def _enter(self) -> None:
        """Come into the state."""
        statuses = list[int]()
        if self.state == "none":
            self.space.disconnect(self.creator)
        elif self.state in RIGHTS:
            self.space.connect(self.creator, rights=self.state)
        elif self.state == "expired":
            self.world.advance(minutes=1)
        elif self.state == "folder above deleted":
            statuses = [self.founder.ask("DELETE", f"/folders/{self.above}").status]
        elif self.state == "target deleted":
            places = {
                self.creator: (f"/api/image/{self.ids['loose image']}", f"/api/collections/{self.ids['collection']}"),
                self.founder: (f"/images/{self.ids['image']}", f"/folders/{self.ids['folder']}", self.space.path),
            }
            statuses = [person.ask("DELETE", path).status for person, paths in places.items() for path in paths]
        else:
            for each in self.shares:
                path = f"/api/shares/{each.id}"
                if self.state == "revoked":
                    statuses.append(self.creator.ask("DELETE", path).status)
                else:
                    statuses.append(self.creator.ask("PATCH", path, json={"maxViews": 1}).status)
        assert set(statuses) <= {200, 204}


def faults(stage: Stage, made: Made, other: Made, request: str, sent: str) -> Iterator[str]:
    kept, attempts = keep(), made.protection == "password" and "wrong" in sent
    answer = stage.ask(made, other, request, sent)
    wanted = expected(made, stage.state, request, sent)
    if answer.status != wanted:
        yield f"expected {wanted}, got {answer.status}"
    changed = differences(kept.seen, seen())
    if changed and answer.status >= 400 and not attempts:
        yield f"answered {answer.status}, and changed {sorted(changed)}"
    if answer.status == 404 and request in ("page", "form"):
        if answer.body != stage.world.request("GET", "/s/0000000000aA").body:
            yield "the page tells it from an unknown share"
    elif answer.status == 404 and answer.json != NO_SHARE:
        yield f"told {answer.body!r}"
    kept.restore()


@pytest.mark.parametrize("state", STATES)
def test_every_cell(world: World, state: str, record_property: Callable[[str, object], None]) -> None:
    stage, found, tried, exact = Stage(world, state), list[str](), 0, 0
    for made, other in zip(stage.shares, [*stage.shares[1:], stage.shares[0]], strict=True):
        for request, sent in REQUESTS:
            wrong = list(faults(stage, made, other, request, sent))
            tried, exact = tried + 1, exact + (not wrong)
            found += [f"{made.kind}, {made.protection}, {state} | {request} with {sent} | {each}" for each in wrong]
    record_property("shares cells", tried)
    record_property("shares exact", exact)
    assert not found, "\n".join(found)
    assert tried == len(REQUESTS) * len(KINDS) * (1 if state == "used up" else len(PROTECTED))

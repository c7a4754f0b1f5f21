"""Who may do what, as the contract has it and not as the product does: the table of the authorization tests.

A cell is an operation that somebody tries on something; ``expected`` says which status the answer must have.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from string import Formatter
from typing import Any

from tests.support.sharing import SMALL

READ, COMMENT, WRITE, ADMIN = range(4)


class Role(Enum):
    """Who asks."""

    ANONYMOUS = "nobody"
    OUTSIDER = "an outsider"
    READ = "a member with READ"
    COMMENT = "a member with COMMENT"
    WRITE = "a member with WRITE"
    ADMIN = "an ADMIN"
    EX_MEMBER = "a former ADMIN"
    OWNER = "the owner of images and firmware, a former member"
    API_KEY = "an ADMIN's API key"


RIGHTS = {Role.READ: READ, Role.COMMENT: COMMENT, Role.WRITE: WRITE, Role.ADMIN: ADMIN}
"""The rights in the constellation ``OWN``; it was the same in the one that is ``GONE``."""

BATCH = "POST /api/images/batch"
"""The request whose answer has a status for each image. It is tried with one."""

WITHOUT_SESSION = (Role.ANONYMOUS, Role.API_KEY)


class Where(Enum):
    """Where that lies which an id names."""

    OWN = "in one's own constellation"
    TWIN = "in another one of the caller's, who is an ADMIN there"
    FOREIGN = "in a foreign constellation"
    GONE = "in a deleted constellation"
    BURIED = "below a deleted folder of one's own constellation"
    LOOSE = "in no constellation"
    THERE = "on the image"
    NONEXISTENT = "nonexistent"
    OTHER_KIND = "of something else in one's own constellation"


@dataclass(frozen=True)
class Target:
    """What an id names; an image is ``public``, ``private``, or ``mine``: private and uploaded by the caller.

    A firmware image is ``mine``, too, where the caller made it.
    """

    where: Where
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.where.value}".strip()


@dataclass(frozen=True)
class Token:
    """A scoped token of the ADMIN. It is bound to ``OWN`` or to nothing; ``state`` says if it is dead."""

    scope: str
    is_bound: bool = False
    state: str = "valid"

    @property
    def value(self) -> str:
        return f"an ADMIN's {self.state} token for {self.scope}" + (", bound" if self.is_bound else "")


SCOPES = tuple(f"{kind}:{way}" for kind in ("images", "constellations", "firmware") for way in ("read", "write"))
TOKENS = tuple(
    Token(scope, is_bound, state)
    for scope in SCOPES
    for is_bound, state in ((False, "valid"), (True, "valid"), (False, "revoked"), (False, "expired"))
)
"""For every scope a token, one that is bound, one that was revoked and one that has expired."""

Caller = Role | Token

Targets = Mapping[str, Target]
"""What the ids of a request name, by their placeholders."""

Rule = Callable[[Caller, Targets], int]


@dataclass(frozen=True)
class Operation:
    """A request, and the statuses that members with READ, COMMENT, WRITE and ADMIN get (``ladder``).

    The placeholders of ``TARGETS`` become the ids of targets, the others those of users and the names of variants. The
    right to the first target counts; who has it, and names others that do not belong to that, gets ``elsewhere``.
    ``garbled`` is the ladder where the body cannot be read; not tried where it is None.

    A ``rule`` gives the statuses that a ladder cannot. An answer that lists things is looked through for what it is
    ``about``: ``shows`` says whether that must be in it. ``changes`` is whether a success must leave a trace.
    """

    name: str
    request: str
    ladder: tuple[int, int, int, int]
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    elsewhere: int = 400
    garbled: tuple[int, int, int, int] | None = None
    rule: Rule | None = None
    about: str = ""
    shows: Callable[[Caller, Target], bool] = lambda role, target: True
    changes: bool = True
    leaves_out: tuple[Target, ...] = ()

    @property
    def method(self) -> str:
        return self.request.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.request.partition(" ")[2]

    @property
    def is_open(self) -> bool:
        """Whether it is for whoever has the link."""
        return self.path.startswith(("/api/image/{image}.", "/api/image/{marked}."))

    @property
    def is_batch(self) -> bool:
        """Whether the status that counts is that of an image in the answer."""
        return self.request == BATCH

    @property
    def sees_public(self) -> bool:
        """Whether another's public image is no secret: so it is on the sharing surface."""
        return self.path.startswith("/api/")

    @property
    def places(self) -> list[str]:
        """The placeholders of targets, those of the path first."""
        values = [value for part in (self.query, self.json, self.form) for value in (part or {}).values()]
        texts = [self.path, self.about, *(value for value in values if isinstance(value, str))]
        names = [name for text in texts for _, name, _, _ in Formatter().parse(text) if name]
        return [name for name in dict.fromkeys(names) if name in TARGETS]


def _all(*wheres: Where, kinds: tuple[str, ...] = ("",)) -> tuple[Target, ...]:
    return tuple(Target(where, kind) for where in wheres for kind in kinds)


_SOMEWHERE = _all(Where.OWN, Where.TWIN, Where.FOREIGN, Where.GONE, Where.NONEXISTENT, Where.OTHER_KIND)
_FOLDERS = (*_SOMEWHERE, Target(Where.BURIED))
_IMAGES = (
    *_all(Where.OWN, Where.LOOSE, kinds=("private", "public", "mine")),
    *_all(Where.FOREIGN, Where.GONE, Where.BURIED, kinds=("private", "public")),
    *_all(Where.TWIN, kinds=("private",)),
    *_all(Where.NONEXISTENT, Where.OTHER_KIND),
)
_FIRMWARE = (
    *_all(Where.OWN, Where.LOOSE, kinds=("", "mine")),
    *_all(Where.TWIN, Where.FOREIGN, Where.GONE, Where.NONEXISTENT, Where.OTHER_KIND),
)
_COMMENTS = _all(Where.THERE, Where.OWN, Where.TWIN, Where.FOREIGN, Where.NONEXISTENT, Where.OTHER_KIND)

TARGETS = {
    "constellation": _SOMEWHERE,
    "root": _SOMEWHERE,
    "folder": _FOLDERS,
    "parent": _FOLDERS,
    "image": _IMAGES,
    "marked": _FOLDERS,
    "comment": _COMMENTS,
    "remark": _COMMENTS,
    "firmware": _FIRMWARE,
    "bare": _FIRMWARE,
    "upload": _FIRMWARE,
}
"""What the placeholders can stand for. ``comment`` is the caller's own, ``remark`` another's.

The links of an image that is ``marked`` must be signed, in a place that has a variant with a watermark.
``firmware`` has a binary, ``bare`` has none; an ``upload`` is pending, and to come to lie where it is said to be.
"""

_SHARED = (Target(Where.OWN, "public"), *_all(Where.GONE, Where.BURIED, kinds=("private",)))
"""What is worth a try where it matters whether an image is public."""

_STARTS = (*_all(Where.OWN, kinds=("", "private")), Target(Where.LOOSE, "mine"))
"""The first targets with which all others are tried."""


def combinations(operation: Operation) -> Iterator[Targets]:
    """What is tried: every first target, with others beside it and with one's own; and every other one."""
    first, *others = operation.places or [""]
    if not first:
        yield {}
        return
    tried = list[Targets]()
    for target in TARGETS[first]:
        if target in operation.leaves_out or (target in _SHARED and not operation.sees_public):
            continue
        tried += [{first: target, **_beside(others, where)} for where in (target.where, Where.OWN)]
        if target in _STARTS:
            tried += [{first: target, **_beside(others, other.where)} for name in others[:1] for other in TARGETS[name]]
            tried += [
                {first: target, **_beside(others, target.where), name: other}
                for name in others
                for other in TARGETS[name]
            ]
    yield from map(dict, dict.fromkeys(tuple(targets.items()) for targets in tried))


def _beside(names: list[str], where: Where) -> dict[str, Target]:
    """What belongs together; one's own where there is nothing such."""
    nearest = _all(Where.THERE, where, Where.OWN)
    return {name: next(target for target in nearest if target in TARGETS[name]) for name in names}


def right(role: Caller, target: Target) -> int | None:
    """The caller's right to a target; None to what must look as if it did not exist."""
    if isinstance(role, Token):
        own = None if role.is_bound and target.where is not Where.OWN else right(Role.ADMIN, target)
        return None if own is None else min(own, WRITE if role.scope.endswith(":write") else READ)
    match target.where:
        case Where.OWN:
            return RIGHTS.get(role)
        case Where.TWIN:
            return ADMIN
        case Where.LOOSE if target.kind == "mine":
            return ADMIN
        case _:
            return None


def exists(target: Target) -> bool:
    """Whether there is such a thing, for whoever may see it."""
    return target.where in (Where.OWN, Where.TWIN, Where.FOREIGN, Where.LOOSE)


def sees(operation: Operation, role: Caller, target: Target) -> bool:
    """Whether the answer may depend on the target: nobody is to learn what it is that it has no right to."""
    is_public = operation.sees_public and target.kind == "public" and _is_near(role, target)
    is_open = operation.is_open or is_public
    return target.where is Where.THERE or right(role, target) is not None or (is_open and exists(target))


def _is_near(role: Caller, target: Target) -> bool:
    """Whether a caller may know of it at all: a bound token knows only what is in its constellation."""
    return not isinstance(role, Token) or not role.is_bound or target.where is Where.OWN


def owns(role: Caller, thing: Target) -> bool:
    """Whether an image or an upload is the caller's; who never might has uploaded none to ``OWN``."""
    if isinstance(role, Token):
        return _is_near(role, thing) and owns(Role.ADMIN, thing)
    return thing.kind == "mine" and (thing.where is Where.LOOSE or role in RIGHTS or role is Role.OWNER)


def kind_of(operation: Operation) -> str:
    """What the scope of an operation is about (contract, part 2, table of the scopes)."""
    if "/variants" in operation.path or "/shares" in operation.path:
        return "images"
    if operation.path.startswith("/api/uploads"):
        return "firmware" if (operation.json or {}).get("kind") == "firmware" else "images"
    if operation.path.startswith(("/constellations", "/structure", "/folders")):
        return "constellations"
    return "firmware" if re.match(r"/image(/|$)|/firmware", operation.path) else "images"


def is_in_scope(operation: Operation, token: Token) -> bool:
    """Whether a token has the scope that an operation needs; to write includes to read."""
    kind, _, way = token.scope.partition(":")
    only_reads = operation.method in ("GET", "HEAD") or operation.path.endswith(("/sign", "/exists"))
    return kind == kind_of(operation) and (way == "write" or only_reads)


def _expected_of_token(operation: Operation, token: Token, targets: Targets) -> int | None:
    """The status that a token alone decides on."""
    if token.state != "valid":
        return 401
    if not is_in_scope(operation, token):
        # To the route of an upload either kind of scope leads; which of them counts is in its record.
        by_kind = operation.request == "GET /api/uploads/{upload}" and token.scope.startswith("firmware:")
        return 404 if by_kind and not owns(Role.ADMIN, targets["upload"]) else 403
    return 403 if token.is_bound and operation.name in NOWHERE else None


def expected(operation: Operation, role: Caller, targets: Targets, *, garbled: bool = False) -> int:
    """The status that the answer must have; ``garbled``: its body cannot be read."""
    if operation.is_open:
        return operation.ladder[READ] if exists(next(iter(targets.values()))) else 404
    if isinstance(role, Token):
        decided = _expected_of_token(operation, role, targets)
        if decided is not None:
            return decided
    if role in WITHOUT_SESSION:
        return 401
    if operation.rule and not garbled:
        return operation.rule(role, targets)
    first, *others = targets
    target = targets[first]
    its_right = right(role, target)
    if its_right is None:
        return 403 if sees(operation, role, target) else 404
    if garbled and operation.garbled:
        return operation.garbled[its_right]
    status = operation.ladder[its_right]
    together = {first: target, **_beside(others, target.where)} == targets
    # What a path names is there or not, before anybody's right to it matters.
    return status if together or (status == 403 and operation.elsewhere != 404) else operation.elsewhere


def _for_everybody(status: int) -> Rule:
    return lambda role, targets: status


def _of_ones_own(status: int) -> Rule:
    """What lies in no constellation; for a bound token there is none such."""
    return lambda role, targets: 404 if isinstance(role, Token) and role.is_bound else status


NOWHERE = (
    *("create a constellation", "upload an image", "create firmware", "ask for a form"),
    *("create a variant of one's own", "replace a variant of one's own", "create a collection"),
    "rename one's own tags",
)
"""The operations that create something without naming a place."""


def _collecting(role: Caller, targets: Targets) -> int:
    """An image into a collection of one's own: who sees it may. A bound token has no collection."""
    image = targets["image"]
    if isinstance(role, Token) and role.is_bound:
        return 404
    if right(role, image) is None:
        return 403 if image.kind == "public" and exists(image) else 404
    return 204


def _of_own_constellation(status: int) -> Rule:
    """What is in the constellation ``OWN``, for its ADMINs."""

    def rule(role: Caller, targets: Targets) -> int:
        its_right = right(role, targets["constellation"])
        if its_right is None:
            return 404
        if its_right < ADMIN:
            return 403
        return status if targets["constellation"].where is Where.OWN else 404

    return rule


def _filing(role: Caller, targets: Targets) -> int:
    """An image into a folder, with or without the constellation named: of one that lies in one it must be that one.

    One that lies in none needs it named, and WRITE there.
    """
    image, constellation, parent = targets["image"], targets.get("constellation"), targets.get("parent")
    its_right = right(role, image)
    if its_right is None:
        return 404
    if its_right < WRITE:
        return 403
    where = image.where
    if constellation and not _is_near(role, constellation):
        return 404
    if where is Where.LOOSE:
        if constellation is None:
            return 400
        there = right(role, constellation)
        if there is None or there < WRITE:
            return 404 if there is None else 403
        where = constellation.where
    return 200 if all(each is None or each.where is where for each in (constellation, parent)) else 400


def _filing_together(role: Caller, targets: Targets) -> int:
    """Images by a batch: a constellation that the caller does not see is none for the whole."""
    constellation = targets.get("constellation")
    if constellation and right(role, constellation) is None:
        return 404
    return _filing(role, targets)


_COLLECTING: tuple[tuple[str, str, str, Mapping[str, str] | None, int], ...] = (
    ("see a collection", "GET", "/api/collections/{collection}", None, 200),
    ("rename a collection", "PATCH", "/api/collections/{collection}", {"name": "New"}, 204),
    ("list the images of a collection", "GET", "/api/collections/{collection}/items", None, 200),
    ("take an image out of a collection", "DELETE", "/api/collections/{collection}/items/{collected}", None, 204),
    (
        "put the images of a collection in order",
        "PATCH",
        "/api/collections/{collection}/order",
        {"ids": "{collected}"},
        204,
    ),
    ("delete a collection", "DELETE", "/api/collections/{collection}", None, 204),
)
"""What is asked of a collection: of one's own it gets this status."""

_SHARING = (
    ("see a share", "GET", None, 200),
    ("change a share", "PATCH", {"expiresAt": "2099-01-01T00:00:00Z"}, 204),
    ("end a share", "DELETE", None, 204),
)
"""What is asked of a share: of one's own it gets this status."""


def _tagging(role: Caller, targets: Targets) -> int:
    """Tags are the owner's, who may give them with any right to the image; others need WRITE."""
    image = targets["image"]
    its_right = right(role, image)
    if its_right is None:
        return 403 if image.kind == "public" and exists(image) and _is_near(role, image) else 404
    return 204 if its_right >= WRITE or owns(role, image) else 403


OPERATIONS = (
    # Constellations                                                                   READ COMMENT WRITE ADMIN
    Operation(
        "list constellations",
        "GET /constellations",
        (200, 200, 200, 200),
        rule=_for_everybody(200),
        about="{constellation}",
        shows=lambda role, target: right(role, target) is not None,
    ),
    Operation(
        "create a constellation",
        "POST /constellations",
        (201, 201, 201, 201),
        json={"name": "New", "constellation_uuid": "{constellation}", "owner": "{guest}", "rights": "ADMIN"},
        rule=_for_everybody(201),
    ),
    Operation("see a constellation", "GET /constellations/{constellation}", (200, 200, 200, 200)),
    Operation(
        "rename a constellation",
        "PATCH /constellations/{constellation}",
        (403, 403, 200, 200),
        json={"name": "New"},
        garbled=(403, 403, 400, 400),
    ),
    Operation("delete a constellation", "DELETE /constellations/{constellation}", (403, 403, 403, 200)),
    Operation("see the members", "GET /constellations/{constellation}/users", (200, 200, 200, 200)),
    Operation("see the structure", "GET /structure/{constellation}", (200, 200, 200, 200)),
    # Members
    Operation(
        "connect a user",
        "POST /constellations/{constellation}/connect",
        (403, 403, 403, 200),
        json={"user_uuid": "{newcomer}"},
        garbled=(403, 403, 403, 400),
    ),
    Operation(
        "connect a user named in the query",
        "POST /constellations/{constellation}/connect",
        (403, 403, 403, 200),
        query={"user_uuid_to_connect": "{newcomer}", "rights": "admin"},
    ),
    Operation(
        "connect an unknown user",
        "POST /constellations/{constellation}/connect",
        (403, 403, 403, 404),
        json={"user_uuid": "{nobody}"},
    ),
    Operation(
        "raise a member",
        "POST /constellations/{constellation}/connect",
        (403, 403, 403, 200),
        json={"user_uuid": "{guest}", "rights": "ADMIN"},
    ),
    Operation(
        "lower an ADMIN",
        "POST /constellations/{constellation}/connect",
        (403, 403, 403, 200),
        json={"user_uuid": "{founder}", "rights": "READ"},
    ),
    Operation(
        "raise oneself",
        "POST /constellations/{constellation}/connect",
        (403, 403, 403, 200),
        json={"user_uuid": "{me}", "rights": "ADMIN"},
        changes=False,
    ),
    Operation(
        "disconnect another member",
        "POST /constellations/{constellation}/disconnect",
        (403, 403, 403, 200),
        json={"user_uuid": "{guest}"},
        garbled=(400, 400, 400, 400),
    ),
    Operation(
        "disconnect an ADMIN named in the query",
        "POST /constellations/{constellation}/disconnect",
        (403, 403, 403, 200),
        query={"user_uuid_to_disconnect": "{founder}"},
    ),
    Operation(
        "disconnect who is no member",
        "POST /constellations/{constellation}/disconnect",
        (403, 403, 403, 404),
        json={"user_uuid": "{newcomer}"},
    ),
    Operation(
        "disconnect oneself",
        "POST /constellations/{constellation}/disconnect",
        (200, 200, 200, 200),
        json={"user_uuid": "{me}"},
    ),
    Operation(
        "accept to be connected again",
        "POST /constellations/{constellation}/accept",
        (204, 204, 204, 204),
        changes=False,
    ),
    # Variants
    Operation("list a constellation's variants", "GET /constellations/{constellation}/variants", (200, 200, 200, 200)),
    Operation(
        "see a constellation's variant", "GET /constellations/{constellation}/variants/{variant}", (200, 200, 200, 200)
    ),
    Operation(
        "see a variant of one's own as a constellation's",
        "GET /constellations/{constellation}/variants/{own_variant}",
        (404, 404, 404, 404),
    ),
    Operation(
        "create a constellation's variant",
        "PUT /constellations/{constellation}/variants/{new_variant}",
        (403, 403, 403, 201),
        json={"fit": "cover"},
        garbled=(403, 403, 403, 400),
    ),
    Operation(
        "replace a constellation's variant",
        "PUT /constellations/{constellation}/variants/{variant}",
        (403, 403, 403, 200),
        json={"fit": "cover"},
        garbled=(403, 403, 403, 400),
    ),
    Operation(
        "delete a constellation's variant",
        "DELETE /constellations/{constellation}/variants/{variant}",
        (403, 403, 403, 204),
    ),
    Operation(
        "delete a variant of one's own as a constellation's",
        "DELETE /constellations/{constellation}/variants/{own_variant}",
        (403, 403, 403, 404),
    ),
    Operation(
        "list the variants of one's own",
        "GET /api/variants",
        (200, 200, 200, 200),
        rule=_for_everybody(200),
    ),
    Operation(
        "see a variant of one's own", "GET /api/variants/{own_variant}", (200, 200, 200, 200), rule=_of_ones_own(200)
    ),
    Operation(
        "see a constellation's variant as one's own",
        "GET /api/variants/{variant}",
        (404, 404, 404, 404),
        rule=_for_everybody(404),
    ),
    Operation(
        "create a variant of one's own",
        "PUT /api/variants/{new_variant}",
        (201, 201, 201, 201),
        json={"fit": "cover"},
        rule=_for_everybody(201),
    ),
    Operation(
        "replace a variant of one's own",
        "PUT /api/variants/{own_variant}",
        (200, 200, 200, 200),
        json={"fit": "cover"},
        rule=_for_everybody(200),
    ),
    Operation(
        "delete a variant of one's own",
        "DELETE /api/variants/{own_variant}",
        (204, 204, 204, 204),
        rule=_of_ones_own(204),
    ),
    # Collections
    Operation("list collections", "GET /api/collections", (200, 200, 200, 200), rule=_for_everybody(200)),
    Operation(
        "create a collection",
        "POST /api/collections",
        (201, 201, 201, 201),
        json={"name": "New"},
        rule=_for_everybody(201),
    ),
    *(
        Operation(
            f"{what} of one's own",
            f"{method} {path}",
            (status, status, status, status),
            json=sent,
            rule=_of_ones_own(status),
            changes=not path.endswith("/order"),
        )
        for what, method, path, sent, status in _COLLECTING
    ),
    *(
        Operation(
            f"{what} of another's",
            f"{method} {path.replace('{collection}', '{foreign_collection}')}",
            (404, 404, 404, 404),
            json=sent,
            rule=_for_everybody(404),
        )
        for what, method, path, sent, _ in _COLLECTING
    ),
    Operation(
        "put an image into a collection",
        "PUT /api/collections/{collection}/items/{image}",
        (204, 204, 204, 204),
        rule=_collecting,
    ),
    # Shares
    *(
        Operation(
            f"share {what}",
            "POST /api/shares",
            (403, 403, 201, 201),
            json={"target.type": kind, "target.id": f"{{{place}}}"},
        )
        for what, kind, place in (
            ("an image", "image", "image"),
            ("a folder", "folder", "folder"),
            ("a root", "folder", "root"),
            ("a constellation", "constellation", "constellation"),
        )
    ),
    Operation(
        "share a collection of one's own",
        "POST /api/shares",
        (201, 201, 201, 201),
        json={"target.type": "collection", "target.id": "{collection}"},
        rule=_of_ones_own(201),
    ),
    Operation(
        "share a collection of another's",
        "POST /api/shares",
        (404, 404, 404, 404),
        json={"target.type": "collection", "target.id": "{foreign_collection}"},
        rule=_for_everybody(404),
    ),
    Operation("list shares", "GET /api/shares", (200, 200, 200, 200), rule=_for_everybody(200)),
    *(
        Operation(
            f"{what} of one's own",
            f"{method} /api/shares/{{own_share}}",
            (status, status, status, status),
            json=sent,
            rule=_of_ones_own(status),
        )
        for what, method, sent, status in _SHARING
    ),
    *(
        Operation(
            f"{what} of another's",
            f"{method} /api/shares/{{foreign_share}}",
            (404, 404, 404, 404),
            json=sent,
            rule=_for_everybody(404),
        )
        for what, method, sent, _ in _SHARING
    ),
    Operation("list a constellation's shares", "GET /constellations/{constellation}/shares", (403, 403, 403, 200)),
    *(
        Operation(
            f"{what} of a constellation",
            f"{method} /constellations/{{constellation}}/shares/{{shared}}",
            (403, 403, 403, status),
            rule=_of_own_constellation(status),
        )
        for what, method, _, status in _SHARING
        if method != "PATCH"
    ),
    # Folders
    Operation(
        "create a folder in the root",
        "POST /folders",
        (403, 403, 201, 201),
        json={"name": "New", "constellation_uuid": "{constellation}"},
    ),
    Operation(
        "create a folder in a folder",
        "POST /folders",
        (403, 403, 201, 201),
        json={"name": "New", "constellation_uuid": "{constellation}", "parent_folder_uuid": "{parent}"},
    ),
    Operation("see a folder", "GET /folders/{folder}", (200, 200, 200, 200)),
    Operation(
        "rename a folder",
        "PATCH /folders/{folder}",
        (403, 403, 200, 200),
        json={"name": "New"},
        garbled=(403, 403, 400, 400),
    ),
    Operation(
        "move a folder", "PATCH /folders/{folder}", (403, 403, 200, 200), json={"parent_folder_uuid": "{parent}"}
    ),
    Operation("delete a folder", "DELETE /folders/{folder}", (403, 403, 200, 200)),
    Operation("see the root", "GET /folders/{root}", (200, 200, 200, 200)),
    Operation("rename the root", "PATCH /folders/{root}", (403, 403, 200, 200), json={"name": "New"}),
    Operation("move the root", "PATCH /folders/{root}", (403, 403, 400, 400), json={"parent_folder_uuid": "{parent}"}),
    Operation("delete the root", "DELETE /folders/{root}", (403, 403, 400, 400)),
    # Images
    Operation(
        "list images",
        "GET /images",
        (200, 200, 200, 200),
        rule=_for_everybody(200),
        about="{image}",
        shows=lambda role, image: right(role, image) is not None,
    ),
    Operation(
        "list a constellation's images",
        "GET /images",
        (200, 200, 200, 200),
        query={"constellation_uuid": "{constellation}"},
    ),
    Operation("upload an image", "POST /images", (201, 201, 201, 201), form={}, rule=_for_everybody(201)),
    Operation(
        "upload an image into a constellation",
        "POST /images",
        (403, 403, 201, 201),
        form={"constellation_uuid": "{constellation}"},
    ),
    Operation(
        "upload an image into a folder",
        "POST /images",
        (403, 403, 201, 201),
        form={"constellation_uuid": "{constellation}", "folder_uuid": "{parent}"},
    ),
    Operation(
        "upload an image into a folder of no constellation",
        "POST /images",
        (400, 400, 400, 400),
        form={"folder_uuid": "{parent}"},
        rule=_for_everybody(400),
    ),
    Operation("see an image", "GET /images/{image}", (200, 200, 200, 200)),
    Operation("ask about an image", "HEAD /images/{image}", (200, 200, 200, 200), changes=False),
    Operation(
        "see what is known of an image",
        "GET /images/{image}",
        (200, 200, 200, 200),
        headers={"Accept": "application/json"},
    ),
    Operation(
        "rename an image",
        "PATCH /images/{image}",
        (403, 403, 200, 200),
        json={"name": "New"},
        garbled=(403, 403, 400, 400),
    ),
    Operation(
        "move an image",
        "PATCH /images/{image}",
        (403, 403, 200, 200),
        json={"folder_uuid": "{parent}"},
        rule=_filing,
    ),
    Operation(
        "put an image into a constellation",
        "PATCH /images/{image}",
        (403, 403, 200, 200),
        json={"constellation_uuid": "{constellation}"},
        rule=_filing,
        changes=False,
    ),
    Operation(
        "put an image into a folder of a constellation",
        "PATCH /images/{image}",
        (403, 403, 200, 200),
        json={"constellation_uuid": "{constellation}", "folder_uuid": "{parent}"},
        rule=_filing,
    ),
    Operation("delete an image", "DELETE /images/{image}", (403, 403, 200, 200)),
    # Comments
    Operation("see comments", "GET /images/{image}/comments", (200, 200, 200, 200)),
    Operation(
        "comment",
        "POST /images/{image}/comments",
        (403, 201, 201, 201),
        json={"content": "Good"},
        garbled=(403, 400, 400, 400),
    ),
    Operation(
        "delete one's own comment",
        "DELETE /images/{image}/comments/{comment}",
        (200, 200, 200, 200),
        elsewhere=404,
    ),
    Operation(
        "delete another's comment",
        "DELETE /images/{image}/comments/{remark}",
        (403, 403, 403, 200),
        elsewhere=404,
        leaves_out=_all(Where.OWN, Where.LOOSE, kinds=("mine",)),
    ),
    # The sharing surface
    Operation("see the detail", "GET /api/image/{image}/detail", (200, 200, 200, 200)),
    Operation(
        "describe an image",
        "PATCH /api/image/{image}",
        (403, 403, 204, 204),
        json={"description": "New"},
        garbled=(403, 403, 400, 400),
    ),
    Operation(
        "tag an image",
        "PUT /api/image/{image}/tags",
        (403, 403, 204, 204),
        json={"tags": ["New"]},
        rule=_tagging,
    ),
    Operation(
        "list one's own tags",
        "GET /api/tags",
        (200, 200, 200, 200),
        rule=_for_everybody(200),
    ),
    Operation(
        "rename one's own tags",
        "PATCH /api/tags",
        (202, 202, 202, 202),
        json={"from": "old", "to": "new"},
        rule=_for_everybody(202),
    ),
    Operation(
        "sign a link",
        "POST /api/image/{image}/sign",
        (200, 200, 200, 200),
        json={"ext": "gif"},
        garbled=(400, 400, 400, 400),
        changes=False,
    ),
    Operation("delete a shared image", "DELETE /api/image/{image}", (403, 403, 204, 204)),
    # Batches: the status is that of the image
    Operation("delete images", BATCH, (403, 403, 204, 204), json={"ids": "{image}", "action": "delete"}),
    Operation(
        "publish images", BATCH, (403, 403, 204, 204), json={"ids": "{image}", "action": "publish"}, changes=False
    ),
    Operation(
        "take images back", BATCH, (403, 403, 204, 204), json={"ids": "{image}", "action": "unpublish"}, changes=False
    ),
    Operation(
        "tag images",
        BATCH,
        (403, 403, 204, 204),
        json={"ids": "{image}", "action": "tag", "tags": ["sea"]},
        rule=_tagging,
    ),
    Operation(
        "untag images",
        BATCH,
        (403, 403, 204, 204),
        json={"ids": "{image}", "action": "untag", "tags": ["sea"]},
        rule=_tagging,
        changes=False,
    ),
    Operation(
        "collect images",
        BATCH,
        (204, 204, 204, 204),
        json={"ids": "{image}", "action": "collect", "collection_id": "{collection}"},
        rule=_collecting,
    ),
    Operation(
        "collect images for another",
        BATCH,
        (404, 404, 404, 404),
        json={"ids": "{image}", "action": "collect", "collection_id": "{foreign_collection}"},
        rule=_for_everybody(404),
    ),
    Operation(
        "move images",
        BATCH,
        (403, 403, 200, 200),
        json={"ids": "{image}", "action": "move", "folder_uuid": "{parent}"},
        rule=_filing_together,
    ),
    Operation(
        "move images to a constellation",
        BATCH,
        (403, 403, 200, 200),
        json={"ids": "{image}", "action": "move", "constellation_uuid": "{constellation}"},
        rule=_filing_together,
        changes=False,
    ),
    Operation(
        "move images to a folder of a constellation",
        BATCH,
        (403, 403, 200, 200),
        json={"ids": "{image}", "action": "move", "constellation_uuid": "{constellation}", "folder_uuid": "{parent}"},
        rule=_filing_together,
    ),
    # An image that is given with a watermark only
    Operation("see a marked image", "GET /images/{marked}", (403, 403, 200, 200)),
    Operation("ask about a marked image", "HEAD /images/{marked}", (403, 403, 200, 200), changes=False),
    Operation(
        "see what is known of a marked image",
        "GET /images/{marked}",
        (200, 200, 200, 200),
        headers={"Accept": "application/json"},
    ),
    Operation(
        "sign a link of a marked image",
        "POST /api/image/{marked}/sign",
        (403, 403, 200, 200),
        json={"ext": "gif"},
        changes=False,
    ),
    Operation(
        "sign a link of a marked image by a variant without a watermark",
        "POST /api/image/{marked}/sign",
        (403, 403, 200, 200),
        json={"variant": "{variant}"},
        changes=False,
    ),
    Operation(
        "sign a link of a marked image by its variant",
        "POST /api/image/{marked}/sign",
        (200, 200, 200, 200),
        json={"variant": "{stamp}"},
        changes=False,
    ),
    Operation("follow the link of a marked image", "GET /api/image/{marked}.gif", (403, 403, 403, 403)),
    Operation(
        "find an image of one's own",
        "GET /api/images",
        (200, 200, 200, 200),
        query={"uuid[]": "{image}"},
        rule=_for_everybody(200),
        about="{image}",
        shows=lambda role, image: owns(role, image) and right(role, image) is not None,
    ),
    Operation(
        "ask which files one has uploaded",
        "POST /api/images/exists",
        (200, 200, 200, 200),
        json={"sha256": [sha256(SMALL).hexdigest()]},
        rule=_for_everybody(200),
        about="{image}",
        shows=owns,
        changes=False,
    ),
    Operation(
        "list one's own images",
        "GET /api/images/history/1",
        (200, 200, 200, 200),
        query={"limit": "100"},
        rule=_for_everybody(200),
        about="{image}",
        shows=owns,
    ),
    Operation(
        "list public images",
        "GET /api/images/1",
        (200, 200, 200, 200),
        query={"limit": "100"},
        rule=_for_everybody(200),
        about="{image}",
        shows=lambda role, image: image.kind == "public" and exists(image) and _is_near(role, image),
    ),
    Operation("follow the link", "GET /api/image/{image}.gif", (200, 200, 200, 200)),
    # Firmware
    Operation(
        "list firmware",
        "GET /image",
        (200, 200, 200, 200),
        rule=_for_everybody(200),
        about="{firmware}",
        shows=lambda role, firmware: right(role, firmware) is not None,
    ),
    Operation(
        "list binaries",
        "GET /image/binary",
        (200, 200, 200, 200),
        rule=_for_everybody(200),
        about="{firmware}",
        shows=lambda role, firmware: right(role, firmware) is not None,
    ),
    Operation(
        "ask for the latest in a constellation",
        "GET /image/latest",
        (200, 200, 200, 200),
        query={"label": "{constellation}", "constellation_uuid": "{constellation}"},
    ),
    Operation(
        "ask for the latest of a label that others have put into one's constellation",
        "GET /image/latest",
        (404, 404, 404, 404),
        query={"label": "{constellation}"},
        rule=_for_everybody(404),
    ),
    Operation(
        "create firmware",
        "POST /image",
        (201, 201, 201, 201),
        json={"label": "New", "fw_version": "1.0.0", "owner": "{guest}"},
        rule=_for_everybody(201),
    ),
    Operation(
        "create firmware in a constellation",
        "POST /image",
        (403, 403, 201, 201),
        json={"label": "New", "fw_version": "1.0.0", "constellation_uuid": "{constellation}"},
    ),
    Operation("see firmware", "GET /image/{firmware}", (200, 200, 200, 200)),
    Operation("download a binary", "GET /image/{firmware}/binary", (200, 200, 200, 200)),
    Operation("ask about a binary", "HEAD /image/{firmware}/binary", (200, 200, 200, 200), changes=False),
    Operation(
        "upload a binary",
        "POST /image/{bare}/binary",
        (403, 403, 200, 200),
        form={},
        garbled=(403, 403, 400, 400),
    ),
    Operation("upload another binary", "POST /image/{firmware}/binary", (403, 403, 400, 400), form={}),
    Operation("delete a binary", "DELETE /image/{firmware}/binary", (403, 403, 200, 200)),
    Operation("delete firmware", "DELETE /image/{firmware}", (403, 403, 200, 200)),
    Operation("delete firmware without a binary", "DELETE /image/{bare}", (403, 403, 200, 200)),
    # Uploads by S3
    Operation(
        "ask for a form",
        "POST /api/uploads",
        (201, 201, 201, 201),
        json={"kind": "image", "fileName": "a.gif", "image_id": "{nobody}", "user_id": "{guest}", "id": "{nobody}"},
        rule=_for_everybody(201),
    ),
    Operation(
        "ask for the form of an image in a constellation",
        "POST /api/uploads",
        (403, 403, 201, 201),
        json={"kind": "image", "fileName": "a.gif", "constellation_uuid": "{constellation}"},
    ),
    Operation(
        "ask for the form of an image in a folder",
        "POST /api/uploads",
        (403, 403, 201, 201),
        json={
            "kind": "image",
            "fileName": "a.gif",
            "constellation_uuid": "{constellation}",
            "folder_uuid": "{parent}",
        },
        elsewhere=422,
    ),
    Operation(
        "ask for the form of an image in a folder of no constellation",
        "POST /api/uploads",
        (422, 422, 422, 422),
        json={"kind": "image", "fileName": "a.gif", "folder_uuid": "{parent}"},
        rule=_for_everybody(422),
    ),
    Operation(
        "ask for the form of a binary",
        "POST /api/uploads",
        (403, 403, 201, 201),
        json={"kind": "firmware", "fileName": "a.hex", "image_id": "{bare}"},
    ),
    Operation(
        "ask for the form of another binary",
        "POST /api/uploads",
        (403, 403, 400, 400),
        json={"kind": "firmware", "fileName": "a.hex", "image_id": "{firmware}"},
    ),
    Operation(
        "see an upload",
        "GET /api/uploads/{upload}",
        (404, 404, 404, 404),
        rule=lambda role, targets: 200 if owns(role, targets["upload"]) else 404,
    ),
)
"""Every operation that the table knows."""

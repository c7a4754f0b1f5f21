"""What lists, searches and changes of images cost at DynamoDB, for an owner of few images and of many.

The functions run as in the tests, on the local engine's DynamoDB; ``tests.support.capacity`` counts what they spend.
The session check, which a request needs at most every 30 s, is not in it.
"""

import contextlib
import gc
import io
import statistics
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from constellation.accounts import store as accounts
from constellation.accounts.model import User
from constellation.aws.resources import ACCESS_LOGS, DELETIONS, INDEXING
from constellation.images.model import PUBLIC, Image
from constellation.runtime.request import Caller
from tests.bench import table
from tests.bench.collection import BRANCH, FREQUENT, OTHER, RARE, index, load
from tests.support import logs
from tests.support.accounts import sign_up
from tests.support.engine import Engine, engine
from tests.support.meter import Bill, metered
from tests.support.pictures import still
from tests.support.world import Answer, File, World, event, new_world

SIZES = (100, 10_000, 100_000)
BATCH = 32
"""Images that are indexed at once; a list in use has up to one fewer beyond its search index."""

TIMED_ROUNDS, TIMED_LEAST, TIMED_SECONDS = 30, 3, 4.0
VIEWED = 99

TEN_WORDS = "amber basalt cedar dune ember fjord glacier harbour island juniper"
TEN_OTHERS = "kelp lichen meadow nimbus opal pebble quartz ridge summit tundra"

TAGGED = {"searchBy": "tag", "orderBy": "attributes.createdAt"}

OWN, EVERYONES = "share_list_own_images", "share_list_public_images"


@dataclass(frozen=True)
class Request:
    """A request of the bench. It is a ``goal`` that it costs the same at every size; it may be ``timed``."""

    what: str
    function: str
    query: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, str])
    page: int = 1
    image_id: str = ""
    goal: bool = False
    timed: bool = False


@dataclass(frozen=True)
class Owner:
    """A user of a product of its own, with its images, all public, the oldest first."""

    world: World
    engine: Engine
    user: User
    images: Sequence[Image]

    @property
    def caller(self) -> Caller:
        """The user as the authorizer names it."""
        return Caller(self.user.id, session_id="session")

    def get(self, request: Request) -> Answer:
        """The answer to a request."""
        parameters = {"image_id": request.image_id} if request.image_id else {"page": str(request.page)}
        return self.world.ask(request.function, query=request.query, path_parameters=parameters, caller=self.caller)

    def upload(self, **fields: str) -> str:
        """The id of a new image with a description of ten words."""
        form = {"image": File("IMG_2041.jpg", still("JPEG")), "description": TEN_WORDS, **fields}
        return self.world.call("share_upload_image", event("POST", "/", form=form, caller=self.caller)).json["id"]

    def patch(self, image_id: str, **change: object) -> None:
        """Change an image."""
        self._send("share_change_image", image_id, change)

    def delete(self, image_id: str) -> None:
        """Delete an image."""
        self._send("share_delete_image", image_id, {})

    def index(self) -> None:
        """Let the search index follow what has been uploaded and changed, which by then has settled."""
        self.world.advance(minutes=5)
        self.world.deliver(INDEXING, delayed=True)

    def spent(self, doing: Callable[[], object]) -> Bill:
        """What ``doing`` costs."""
        with metered(self.engine) as bill:
            doing()
        return bill

    def _send(self, function: str, image_id: str, body: Mapping[str, object]) -> None:
        asked = event("PATCH", "/", path_parameters={"image_id": image_id}, caller=self.caller, json=body)
        answer = self.world.call(function, asked)
        assert answer.status == 204, answer.body


@contextlib.contextmanager
def owner_of(number: int) -> Generator[Owner]:
    """The owner of so many images, BATCH - 1 of which are not in the search index yet."""
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        user = accounts.find(sign_up(world, displayName="Ada Lovelace"))
        assert user
        images = load(made, user, number)
        index(made, user, images[: 1 - BATCH])
        gc.freeze()  # What is loaded stays; the collector need not look at it again and again.
        try:
            yield Owner(world, made, user, images)
        finally:
            gc.unfreeze()


def requests(owner: Owner) -> list[Request]:
    """The requests of the bench, with this owner's cursors and ids."""
    on = owner.get(Request("", OWN)).json["meta"]["nextCursor"]
    back = owner.get(Request("", OWN, {"cursor": on})).json["meta"]["prevCursor"]
    ids = [image.id for image in owner.images[:10]]
    return [
        Request("history, page 1", OWN, goal=True, timed=True),
        Request("history, the next page by cursor", OWN, {"cursor": on}, page=2, goal=True),
        Request("history, the page before by cursor", OWN, {"cursor": back}),
        Request("history by createdAt", OWN, {"orderBy": "attributes.createdAt"}),
        Request("public images, page 1", EVERYONES),
        Request("search for a word of 10 images", OWN, {"searchTerm": RARE}, goal=True, timed=True),
        Request("the same among public images", EVERYONES, {"searchTerm": RARE}),
        Request("search for two words of 10 images", OWN, {"searchTerm": f"{RARE} {OTHER}"}),
        Request("search for a tag of all images", OWN, {**TAGGED, "searchTerm": BRANCH}, goal=True),
        Request("the same tag among public images", EVERYONES, {**TAGGED, "searchTerm": BRANCH}, goal=True),
        Request("detail", "share_get_image", image_id=ids[0]),
        Request("10 images by their ids", "share_find_images", {"uuid[]": ids}),
        Request("history, page 50 by number", OWN, page=50),
        Request("search for a rare and a frequent word", OWN, {"searchTerm": f"{RARE} {FREQUENT}"}),
        Request("search for a word of 6 images in 10", OWN, {"searchTerm": FREQUENT}),
        Request("history by views", OWN, {"orderBy": "attributes.views"}),
    ]


def reading() -> None:
    """Print what reading costs at each size, and how long it takes here."""
    bills: dict[str, list[float]] = {}
    costs: dict[str, list[str]] = {}
    times: dict[str, list[str]] = {}
    goals: set[str] = set()

    def measure(owner: Owner, request: Request) -> None:
        with metered(owner.engine) as bill:
            answer = owner.get(request)
        refused = "" if answer.status == 200 else f"{answer.status} for "
        bills.setdefault(request.what, []).append(bill.reads)
        costs.setdefault(request.what, []).append(f"{refused}{bill.reads:.1f} / {bill.calls}")
        if request.goal:
            goals.add(request.what)
        if request.timed:
            times.setdefault(request.what, []).append(_median(owner, request))

    for number in SIZES:
        with owner_of(number) as owner:
            for request in requests(owner):
                measure(owner, request)
            index(owner.engine, owner.user, owner.images[1 - BATCH :])
            measure(owner, Request("search for a word of 10, all indexed", OWN, {"searchTerm": RARE}))
    columns = ["", *(f"{number:,} images" for number in SIZES)]
    same = {what: "yes" if max(found) - min(found) <= 1 else "no" for what, found in bills.items()}
    goal = {what: "yes" if what in goals else "" for what in bills}
    table(
        f"Lists: read units / AWS calls of a request; {BATCH - 1} images beyond the search index",
        [*columns, "within 1 unit", "goal"],
        [[what, *found, same[what], goal[what]] for what, found in costs.items()],
    )
    table(
        "p50 here, of it outside the engine",
        columns,
        [[what, *found] for what, found in times.items()],
    )


def _median(owner: Owner, request: Request) -> str:
    """The median time of a request, and of what the engine has no part in."""
    rounds, started = list[tuple[float, float]](), time.perf_counter()
    while len(rounds) < TIMED_LEAST or (len(rounds) < TIMED_ROUNDS and time.perf_counter() - started < TIMED_SECONDS):
        begun, before = time.perf_counter(), owner.engine.seconds
        owner.get(request)
        seconds = time.perf_counter() - begun
        rounds.append((seconds, seconds - (owner.engine.seconds - before)))
    whole, ours = (statistics.median(column) * 1000 for column in zip(*rounds, strict=True))
    return f"{whole:.0f} / {ours:.0f} ms"


def writing() -> None:
    """Print what writing costs; it does not depend on how many images there are."""
    with owner_of(SIZES[0]) as owner:
        index(owner.engine, owner.user, owner.images[1 - BATCH :])
        private, public = list[str](), list[str]()
        rows = [
            *_each(owner, "upload, private", [lambda: private.append(owner.upload())] * BATCH, "≤ 12"),
            *_each(owner, "upload, public", [lambda: public.append(owner.upload(isPublic="true"))] * BATCH, "≤ 12"),
            *_each(owner, "PATCH isPublic to true", [partial(owner.patch, id_, isPublic=True) for id_ in private]),
            *_each(owner, "PATCH isPublic to false", [partial(owner.patch, id_, isPublic=False) for id_ in private]),
            *_each(
                owner, "PATCH isPublic to true again", [partial(owner.patch, id_, isPublic=True) for id_ in private]
            ),
            *_each(
                owner,
                "PATCH description, public",
                [partial(owner.patch, id_, description=TEN_OTHERS) for id_ in public],
            ),
            *_deletions(owner, public),
            _views(owner),
        ]
    table(
        f"Images: what one change costs, each with ten words; the search index follows {BATCH} at once",
        ["", "write units", "read units", "AWS calls", "entries, own index", "public index", "CDN paths", "goal"],
        rows,
    )


def _each(owner: Owner, what: str, doings: Sequence[Callable[[], object]], goal: str = "") -> list[list[str]]:
    """Rows of what one of the ``doings`` costs, and the search index's following it."""
    spent, later = Bill(), Bill()
    for doing in doings:
        spent += owner.spent(doing)
        later += owner.spent(owner.index)
    return [_row(owner, what, spent, len(doings), goal), _row(owner, "  its search index, later", later, len(doings))]


def _deletions(owner: Owner, ids: Sequence[str]) -> list[list[str]]:
    spent, swept = Bill(), Bill()
    for id_ in ids:
        spent += owner.spent(partial(owner.delete, id_))
        while owner.world.messages(DELETIONS):
            swept += owner.spent(partial(owner.world.deliver, DELETIONS, delayed=True))
    return [_row(owner, "DELETE, public", spent, len(ids)), _row(owner, "  all clean-ups after it", swept, len(ids))]


def _views(owner: Owner) -> list[str]:
    viewed = [image.file_name for image in owner.images[:VIEWED]]
    logs.write("a.gz", [logs.line(f"/image/{name}") for name in viewed])
    spent = owner.spent(partial(owner.world.deliver, ACCESS_LOGS))
    return _row(owner, f"views of one of {VIEWED} images in an access log", spent, VIEWED)


def _row(owner: Owner, what: str, bill: Bill, among: int, goal: str = "") -> list[str]:
    figures = (bill.writes, bill.reads, bill.calls, bill.entries(owner.user.id), bill.entries(PUBLIC), bill.paths)
    return [what, *(f"{figure / among:.1f}" for figure in figures), goal]


if __name__ == "__main__":
    reading()
    writing()

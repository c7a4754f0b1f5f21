"""The ways of four requests through the code, and how many modules a function reaches: ``python -m tests.bench.ways``.

A module is visited when a function written in it runs during one warm request; the authorizer's and CloudFront's part
is not counted. A room is the first package below ``constellation`` (a module at the top is a room of its own); a
handler is in the room of its feature, as its folder says. A change is a step to another room in the order in which
modules are first visited; a crossing is a call from one room into another. ``--json`` prints everything, the modules
in their order too.
"""

import contextlib
import io
import json
import statistics
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS
from constellation.runtime.request import Caller
from infra import CORE, ROOT
from infra.discovery import discover
from tests.bench.tables import Table, show
from tests.photographs import flower
from tests.support.sharing import Client, cdn_event
from tests.support.uploads_api import ask as ask_for_upload
from tests.support.uploads_api import post
from tests.support.workspace import Workspace
from tests.support.world import File, World, event, new_world, queue_event

Request = Callable[[], object]
"""Something that starts one function once."""


@dataclass
class Way:
    """The modules that a request visits, in the order of first visits, and its calls from one room into another."""

    modules: list[str] = field(default_factory=list[str])
    crossings: int = 0

    @property
    def rooms(self) -> list[str]:
        """The rooms in the order of first visits."""
        return list(dict.fromkeys(map(room, self.modules)))

    @property
    def changes(self) -> int:
        """How often the next module lies in another room."""
        return sum(room(one) != room(other) for one, other in pairwise(self.modules))


def room(module: str) -> str:
    """Return the room of a module."""
    return module.split(".")[1]


def module_of(file: str) -> str | None:
    """Return the name of the module of ours that a file holds, or None."""
    path = Path(file)
    for root, package in ((CORE, "constellation"), (ROOT, "functions")):
        if path.is_relative_to(root / package):
            return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    return None


@contextmanager
def traced() -> Generator[Way]:
    """Return the way of what is called inside, which fills."""
    way = Way()
    modules: dict[str, str | None] = {}

    def of(frame: FrameType) -> str | None:
        file = frame.f_code.co_filename
        if file not in modules:
            modules[file] = module_of(file)
        return modules[file]

    def note(frame: FrameType, what: str, _: Any) -> None:
        if what != "call" or (module := of(frame)) is None or frame.f_code.co_name == "<module>":
            return
        if module not in way.modules:
            way.modules.append(module)
        caller = frame.f_back
        while caller and of(caller) is None:
            caller = caller.f_back
        way.crossings += caller is not None and room(of(caller) or "") != room(module)

    sys.setprofile(note)
    try:
        yield way
    finally:
        sys.setprofile(None)


def ways() -> dict[str, Way]:
    """Return the way of each request, the second of its kind."""
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world:
        anna = Client(world)
        made: dict[str, Callable[[World, Client, Workspace], Request]] = {
            "PATCH /images/{id}": _renames,
            "POST /api/upload": _uploads,
            "S3 event": _takes_in,
            "link": _links,
        }
        found: dict[str, Way] = {}
        for name, make in made.items():
            make(world, anna, Workspace(anna))()
            request = make(world, anna, Workspace(anna))
            with traced() as found[name]:
                request()
        return found


def _renames(world: World, anna: Client, space: Workspace) -> Request:
    """Rename an image and move it to another folder."""
    image, folder = space.image(), space.folder()
    body = {"name": "Sea", "folder_uuid": folder}
    happening = event(
        "PATCH", f"/images/{image}", json=body, path_parameters={"image_uuid": image}, caller=_caller(anna)
    )
    return lambda: _expect(200, world.call("workspace_change_image", happening).status)


def _uploads(world: World, anna: Client, _: Workspace) -> Request:
    form: dict[str, str | File] = {"image": File("IMG_2041.jpg", flower()), "description": "sea"}
    happening = event("POST", "/api/upload", form=form, caller=_caller(anna))
    return lambda: _expect(201, world.call("share_upload_image", happening).status)


def _takes_in(world: World, anna: Client, space: Workspace) -> Request:
    """Consume an image that was posted for a folder."""
    form = ask_for_upload(anna, constellation_uuid=space.id, folder_uuid=space.folder())
    _expect(204, post(form, flower()))
    (message,) = world.take(ARRIVALS)
    happening = queue_event(ARRIVALS, {"message": message})
    return lambda: _expect([], world.invoke("ingest_upload", happening)["batchItemFailures"])


def _links(world: World, anna: Client, _: Workspace) -> Request:
    """Ask for a rendition that is not stored, as the CDN does."""
    happening = cdn_event(f"/{anna.image(flower())}/320x.webp")
    return lambda: _expect(200, world.call("render_image", happening).status)


def _caller(client: Client) -> Caller:
    return Caller(client.id, session_id="session")


def _expect(expected: object, found: object) -> None:
    assert found == expected, found


def reached() -> Mapping[str, int]:
    """Return how many modules of ours each function imports, directly or not."""
    return {function.name: len(function.modules) for function in discover().functions}


def main() -> None:
    """Print the ways and the median of what functions reach."""
    found, modules = ways(), reached()
    median = statistics.median(modules.values())
    if "--json" in sys.argv:
        said = {
            "ways": {
                name: {
                    "rooms": way.rooms,
                    "modules": way.modules,
                    "changes": way.changes,
                    "crossings": way.crossings,
                }
                for name, way in found.items()
            },
            "reached": {"median": median, **modules},
        }
        sys.stdout.write(json.dumps(said, indent=1) + "\n")
        return
    rows = [
        [name, str(len(way.rooms)), str(len(way.modules)), str(way.changes), str(way.crossings), " ".join(way.rooms)]
        for name, way in found.items()
    ]
    remark = f"A function reaches {median:g} modules by the median, {max(modules.values())} at most."
    columns = ["request", "rooms", "modules", "changes", "crossings", "which rooms"]
    show([Table("Rooms and modules that a warm request visits", columns, rows, remark)])


if __name__ == "__main__":
    main()

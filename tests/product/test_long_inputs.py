"""Every field of every route is sent more than it takes: what reaches Unicode's tables stays short.

To normalise a text can take time by the square of its length, and there are characters that become eighteen.
"""

import sys
import unicodedata
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest

from constellation.accounts.identities import EMAIL_LIMIT
from constellation.common.ids import new_id
from constellation.common.names import NAME_LIMIT
from constellation.runtime.binding import Source, parameters
from constellation.runtime.endpoint import Endpoint
from tests.support.firmware import created, provided
from tests.support.sharing import SMALL
from tests.support.spaces import Space
from tests.support.world import Answer, File, World, event, handlers, new_world

LONGEST_SENT = 3900
"""Characters of a file's name that a form's header still holds."""

EXPANSION = 18
MOST_NORMALISED = NAME_LIMIT * EXPANSION
"""Characters that are normalised at once: what the longest text that is taken has become by then."""

MOST_CLASSIFIED = 4 * 1024
"""Characters that one request looks up, all together."""

TEXTS: Mapping[str, str] = {
    "marks": "\u0301\u0316" * 50_000,
    "expanding": "\ufdfa" * 50_000,
    "letters": "é" * 50_000,
    "expanding email": "\ufdfa" * (EMAIL_LIMIT - 4) + "@a.b",
    "expanding name": "\ufdfa" * NAME_LIMIT,
    "marks of an email": "a" + "\u0301\u0316" * 100 + "@a.b",
    "blanks": "\u3000" * 50_000,
}

INPUTS = (Source.BODY, Source.OPTIONAL_BODY, Source.QUERY, Source.FORM)
ROUTES: Mapping[str, Endpoint] = {
    name: handler
    for name, handler in handlers().items()
    if isinstance(handler, Endpoint) and any(each.marker in INPUTS for each in parameters(handler.function))
}


@dataclass
class Seen:
    """The longest text that was normalised or folded, and how many characters were looked up."""

    longest: int = 0
    classified: int = 0


@contextmanager
def watched() -> Generator[Seen]:
    """What reaches Unicode's tables inside."""
    seen = Seen()
    normalize, category = unicodedata.normalize, unicodedata.category

    def normalising(form: Any, text: str) -> str:
        seen.longest = max(seen.longest, len(text))
        assert len(text) <= MOST_NORMALISED
        return normalize(form, text)

    def classifying(character: str) -> str:
        seen.classified += 1
        assert seen.classified <= MOST_CLASSIFIED
        return category(character)

    def calling(_: Any, happening: str, called: Any) -> None:
        if happening == "c_call" and getattr(called, "__name__", "") == "casefold":
            seen.longest = max(seen.longest, len(cast("str", called.__self__)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unicodedata, "normalize", normalising)
        patch.setattr(unicodedata, "category", classifying)
        outer = sys.getprofile()
        sys.setprofile(calling)
        try:
            yield seen
        finally:
            sys.setprofile(outer)


class Stage:
    """Somebody with an image and firmware in a constellation."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.space = Space(world)
        folder = self.space.add_folder(self.space.root).json["folder_uuid"]
        form = {"file": File("a.gif", SMALL), "constellation_uuid": self.space.id, "folder_uuid": folder}
        self.ids: dict[str, str] = {
            "constellation_uuid": self.space.id,
            "folder_uuid": folder,
            "image_uuid": self.space.ask("workspace_add_image", form=form).json["uuid"],
            "page": "1",
            "collection_id": self.space.ask("create_collection", {"name": "Best of"}).json["id"],
        }
        share = {"target": {"type": "folder", "id": folder}, "allowUpload": True}
        made = self.space.ask("create_share", share).json
        self.ids |= {"share_id": made["id"], "code": made["code"]}
        self.firmware: dict[str, str] = {
            name: make(world, self.space.owner, self.space.id)
            for name, make in (("upload_binary", created), ("", provided))
        }

    def ask(self, name: str, **parts: Any) -> Answer:
        """What a function answers about all this; never a 5xx."""
        route = ROUTES[name]
        image = self.ids["image_uuid"] if route.path.startswith("/api/") else self.firmware.get(name, self.firmware[""])
        path = {**self.ids, "image_id": image, "name": "card"}
        happening = event(route.methods[0], route.path, path_parameters=path, caller=self.space.owner, **parts)
        answer = self.world.call(name, happening)
        assert answer.status < 500
        return answer


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world:
        yield Stage(world)


def requests(name: str) -> Iterator[dict[str, Any]]:
    """Each field of a route filled with each text, the others with something short."""
    for parameter in parameters(ROUTES[name].function):
        fields: Mapping[str, Any] = getattr(parameter.type, "model_fields", {})
        for field in fields:
            for text in TEXTS.values():
                match parameter.marker:
                    case Source.QUERY:
                        yield {"query": {fields[field].alias or field: text}}
                    case Source.BODY | Source.OPTIONAL_BODY:
                        yield {"json": {**dict.fromkeys(fields, "short text"), field: text}}
                    case Source.FORM if field in ("image", "file"):
                        yield {"form": {field: File(text[: LONGEST_SENT // len(text[0].encode())], SMALL)}}
                    case Source.FORM:
                        file = "image" if "image" in fields else "file"
                        yield {"form": {file: File("a.gif", SMALL), field: text}}
                    case _:
                        pass


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_long_text_reaches_unicodes_tables(stage: Stage, name: str) -> None:
    for request in requests(name):
        with watched():
            stage.ask(name, **request)


def longest(stage: Stage, name: str, text: Callable[[], dict[str, Any]]) -> int:
    with watched() as seen:
        stage.ask(name, **text())
    return seen.longest


def test_what_is_short_enough_is_normalised(stage: Stage) -> None:
    """The watch sees what it is to see."""
    body = {"name": "\ufdfa" * (EMAIL_LIMIT - 1) + "@", "password": new_id()}
    assert longest(stage, "workspace_log_in", lambda: {"json": body}) == (EMAIL_LIMIT - 1) * EXPANSION + 1
    body["name"] += "a"
    assert longest(stage, "workspace_log_in", lambda: {"json": body}) == len(body["password"])

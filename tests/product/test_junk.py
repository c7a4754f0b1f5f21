"""Whatever a member sends to the routes of documents 000 to 002: never a 5xx, and each refusal in its one shape."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constellation.common.ids import new_id
from constellation.images import comment_store as comments
from constellation.images.model import Comment
from constellation.runtime.binding import Source, parameters
from constellation.runtime.dialects import constellations, firmware, firmware_fields
from constellation.runtime.endpoint import Endpoint
from constellation.runtime.request import Caller
from constellation.variants import store as variants
from constellation.variants.model import Variant
from constellation.workspaces.rights import Right
from tests.support.engine import engine
from tests.support.firmware import created, provided
from tests.support.hex_files import END
from tests.support.hex_files import firmware as hex_file
from tests.support.sharing import SMALL
from tests.support.spaces import Space
from tests.support.world import Answer, File, World, event, handlers, multipart, new_world

JSON_OR_QUERY = (Source.BODY, Source.OPTIONAL_BODY, Source.QUERY)

ROUTES: Mapping[str, Endpoint] = {
    name: handler
    for name, handler in handlers().items()
    if isinstance(handler, Endpoint)
    and handler.dialect in (constellations, firmware, firmware_fields)
    and re.match("/(constellations|structure|folders|images?)(/|$)", handler.path)
}
"""The functions that answer there, by their names."""

FIELDS: Mapping[str, list[str]] = {
    name: sorted({field for parameter in found for field in parameter.type.model_fields})
    for name, route in ROUTES.items()
    if (found := [each for each in parameters(route.function) if each.marker in JSON_OR_QUERY])
}
"""What those look for in JSON bodies and queries that do so."""

ENDS = {
    *(name for name, route in ROUTES.items() if "DELETE" in route.methods),
    *("connect_user", "disconnect_user", "upload_binary"),
}
"""After whose success what a stage needs may be gone."""

NAMES = (
    *("name", "constellation_uuid", "parent_folder_uuid", "folder_uuid", "user_uuid", "user_uuid_to_connect"),
    *("user_uuid_to_disconnect", "rights", "content", "limit", "cursor", "file"),
    *("label", "fw_version", "sort", "current", "pre", "image"),
    *("w", "fit", "focus", "dpr", "format", "watermark"),
)
"""What the routes look for in bodies, queries and forms."""

HEADERS = ("Accept", "Range", "If-Range", "If-None-Match", "Content-Type")
SUCCESS = {200, 201, 204, 206, 304}
REFUSALS = {400, 403, 404, 413, 416}
SHAPES: Mapping[tuple[str, bool], Sequence[set[str]]] = {
    ("constellations", False): [{"message"}],
    ("constellations", True): [{"message", "status"}],
    ("firmware", False): [{"message", "status"}, {"message", "errors"}],
    ("firmware", True): [{"message", "status"}],
}
"""The keys of refusals by their surface, and by whether something is too large."""

VARIANT = "card"
"""The name of the variant that a stage has."""

ID, UPPER, OTHER = "an id", "its upper case", "another's id"
"""In the place of these texts stand ids that fit: of what there is, of what the caller does not see."""

WORDS = (
    *(ID, UPPER, OTHER, "READ", "admin", "sea", "n" * 255, "n" * 256, "1", "100", "", "{}", "\0"),
    *("1.0.0", "1.0.0-rc.1", "1.0", "true", "version"),
)

_words = st.sampled_from(WORDS)
_texts = _words | st.text(max_size=40)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=6,
)
_names = st.sampled_from(NAMES) | st.text(max_size=10)
_objects = st.dictionaries(_names, _texts | _values, max_size=6)
_bodies = st.one_of(
    st.none(),
    _objects.map(lambda value: json.dumps(value).encode()),
    _values.map(lambda value: json.dumps(value).encode()),
    _objects.map(lambda value: json.dumps(value).encode()[:-1]),
    st.binary(max_size=60),
)
_binaries = st.sampled_from([END, END[:-1], b":", hex_file(40), b""]) | st.binary(max_size=40).map(b":".__add__)
_forms = st.dictionaries(
    _names,
    _texts
    | st.builds(File, st.text("ab./\\é", max_size=9), st.sampled_from([SMALL, SMALL[:20], b""]))
    | st.builds(File, st.sampled_from(["a.hex", "A.HEX", ".hex", "a.bin"]), _binaries),
    max_size=5,
)
_queries = st.dictionaries(_names, st.lists(_texts, min_size=1, max_size=2), max_size=4)
_paths = st.lists(_words.filter(bool) | st.text(min_size=1, max_size=40), min_size=2, max_size=2) | st.just([ID, ID])
_headers = st.dictionaries(
    st.sampled_from(HEADERS),
    st.sampled_from(["application/json", "multipart/form-data; boundary=B", "bytes=0-3", "*", "*/*"])
    | st.text(st.characters(max_codepoint=255), max_size=30),
    max_size=3,
)


def _own(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(FIELDS[name]), _texts | _values)


@dataclass(frozen=True)
class Stage:
    """A constellation with all that can be in one, and somebody with a right there."""

    caller: Caller
    ids: Mapping[str, str]
    others: Mapping[str, str]

    def filled(self, text: str, name: str) -> str:
        """The text, or where it is for an id the one that fits this field."""
        kind = re.sub(
            "^(parent|user_uuid_to).*", lambda match: {"parent": "folder_uuid"}.get(match[1], "user_uuid"), name
        )
        fitting = self.ids.get(kind, self.ids["image_uuid"])
        return {ID: fitting, UPPER: fitting.upper(), OTHER: self.others.get(kind, new_id())}.get(text, text)


class Stages:
    """One product for all examples, with a stage for each right, a new one after the end of one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._ready: dict[tuple[Right, bool], Stage] = {}

    def of(self, right: Right, name: str) -> Stage:
        """The stage for a member with this right; its firmware has a binary but for what is to give it one."""
        is_bare = name == "upload_binary"
        if (right, is_bare) not in self._ready:
            self._ready[right, is_bare] = staged(self.world, right, created if is_bare else provided)
        return self._ready[right, is_bare]

    def ask(self, name: str, right: Right, path: list[str], **parts: Any) -> None:
        """Send a request, which must succeed or be refused in the one shape; ``path`` fills the places of its ids."""
        declared, stage = ROUTES[name], self.of(right, name)
        parameters = {
            parameter: stage.filled(text, parameter)
            for parameter, text in zip(re.findall(r"{(\w+)}", declared.path), path, strict=False)
        }
        address = declared.path.format_map(parameters)
        happening = event(declared.methods[0], address, path_parameters=parameters, caller=stage.caller, **parts)
        answer = self.world.call(name, happening)
        if answer.status not in SUCCESS:
            assert_refused(name, answer)
        elif name in ENDS:
            del self._ready[right, name == "upload_binary"]


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine():
        yield Stages(world)


def staged(world: World, right: Right, make_firmware: Callable[..., str]) -> Stage:
    """A new constellation and a member of it, with firmware made so."""
    space, other = Space(world), Space(world)
    caller = space.member(right)

    def ids(owner: Space, member: Caller) -> dict[str, str]:
        folder = owner.add_folder(owner.root).json["folder_uuid"]
        form = {"file": File("a.gif", SMALL), "constellation_uuid": owner.id, "folder_uuid": folder}
        image = owner.ask("workspace_add_image", form=form).json["uuid"]
        comment = Comment(new_id(), image, member.user_id, "nice", world.now)
        comments.add(comment, 1)
        firmware_id = make_firmware(owner.world, owner.owner, owner.id)
        variants.put(Variant(owner.id, VARIANT, {"w": "40"}, None, None, owner.world.now))
        return {
            "constellation_uuid": owner.id,
            "folder_uuid": folder,
            "image_uuid": image,
            "comment_uuid": comment.id,
            "user_uuid": member.user_id,
            "image_id": firmware_id,
            "name": VARIANT,
        }

    return Stage(caller, ids(space, caller), ids(other, other.owner))


def assert_refused(name: str, answer: Answer) -> None:
    """With a message, as the route's surface tells it."""
    assert answer.status in REFUSALS, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.json.keys() in SHAPES[ROUTES[name].dialect.name, answer.status == 413], answer
    assert answer.json.get("status", answer.status) == answer.status
    assert isinstance(answer.json["message"], str)
    assert answer.json["message"]
    assert all(reasons for reasons in answer.json.get("errors", {"": True}).values())


JUNK = settings(max_examples=300, deadline=None)


@given(
    name=st.sampled_from(sorted(ROUTES)),
    right=st.sampled_from(Right),
    path=_paths,
    body=_bodies,
    query=_queries,
    headers=_headers,
)
@JUNK
def test_junk_is_refused_in_one_shape(
    stages: Stages, name: str, right: Right, path: list[str], body: bytes | None, query: Any, headers: Any
) -> None:
    stage = stages.of(right, name)
    for id_, place in ((ID, "an id"), (OTHER, "another's id")):
        body = body and body.replace(json.dumps(place).encode(), json.dumps(stage.filled(id_, "user_uuid")).encode())
    filled = {field: [stage.filled(text, field) for text in texts] for field, texts in query.items()}
    stages.ask(name, right, path, body=body, query=filled, headers=headers)


@given(
    sent=st.sampled_from(sorted(FIELDS)).flatmap(lambda name: st.tuples(st.just(name), _own(name), _own(name))),
    right=st.sampled_from([Right.WRITE, Right.ADMIN]),
)
@JUNK
def test_junk_in_a_routes_own_fields_is_refused_in_one_shape(
    stages: Stages, sent: tuple[str, dict[str, Any], dict[str, Any]], right: Right
) -> None:
    name, body, query = sent
    stage = stages.of(right, name)
    body = {field: stage.filled(value, field) if isinstance(value, str) else value for field, value in body.items()}
    query = {field: stage.filled(f"{value}", field) for field, value in query.items()}
    stages.ask(name, right, [ID, ID], body=json.dumps(body).encode(), query=query)


@given(
    name=st.sampled_from(["workspace_add_image", "upload_binary"]),
    form=_forms,
    right=st.sampled_from(Right),
    cut=st.integers(0, 20),
)
@JUNK
def test_junk_in_forms_is_refused_in_one_shape(stages: Stages, name: str, form: Any, right: Right, cut: int) -> None:
    stage = stages.of(right, name)
    filled = {field: stage.filled(value, field) if isinstance(value, str) else value for field, value in form.items()}
    body, content_type = multipart(filled)
    body = body[: len(body) - cut] if cut < 10 else body
    stages.ask(name, right, [ID], body=body, headers={"Content-Type": content_type})


def test_all_routes_are_met() -> None:
    assert len(ROUTES) == 22 + 12 + 4

"""The contract's section "Constellations": folders, and the tree that they and the images make."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from constellation.aws.resources import CONSTELLATIONS, DELETIONS, REMOVALS
from constellation.common.ids import new_id
from constellation.common.sizes import REPLY_LIMIT, text_size
from constellation.workspaces import folder_store as folders
from constellation.workspaces import structure
from constellation.workspaces.model import Location
from constellation.workspaces.tree import MOST_NODES, File, Folder, to_json
from infra.local.engine import remember_expressions
from tests.support.engine import Engine, engine
from tests.support.meter import metered
from tests.support.sharing import Client
from tests.support.workspace import (
    BAD_NAMES,
    GOOD_NAMES,
    HUGE,
    MALFORMED,
    NO_CONSTELLATION,
    NO_FOLDER,
    UNKNOWN,
    Workspace,
    added,
    metadata,
    no_uuids,
)
from tests.support.world import World

FOLDER_ROUTES = ("GET", "PATCH", "DELETE")
NO_SUCH_PARENT = {"message": "parent_folder_uuid: There is no such folder in this constellation."}
NO_UUID = "This is not a valid UUID."
INTO_ITSELF = {"message": "A folder cannot be moved into itself or into a folder below it"}
ROOT_STAYS = {"message": "The root folder cannot be moved or deleted"}


def outline(trip: Workspace) -> dict[str, Any]:
    """The tree by names: what lies in a folder, None for a file; of siblings of one name the last one."""

    def inside(node: Any) -> dict[str, Any]:
        return {child["name"]: inside(child) if child["type"] == "folder" else None for child in node["children"]}

    return inside(trip.tree())


def detail(folder: str, name: str, parent: str | None, trip: Workspace) -> dict[str, Any]:
    """What is said of a folder."""
    return {"folder_uuid": folder, "name": name, "parent_folder_uuid": parent, "constellation_uuid": trip.id}


# The routes, as the contract has them


def test_create(anna: Client, trip: Workspace) -> None:
    top = anna.ask("POST", "/folders", json={"name": "Top", "constellation_uuid": trip.id})
    assert top.status == 201
    top_id = top.json["folder_uuid"]
    assert top.json == detail(top_id, "Top", trip.root, trip)
    body = {"name": "Inner", "constellation_uuid": trip.id.upper(), "parent_folder_uuid": top_id.upper()}
    inner = anna.ask("POST", "/folders/", json=body)
    assert (inner.status, inner.json) == (201, detail(inner.json["folder_uuid"], "Inner", top_id, trip))
    in_root = anna.ask("POST", "/folders", json={**body, "name": "Last", "parent_folder_uuid": trip.root})
    assert (in_root.status, in_root.json["parent_folder_uuid"]) == (201, trip.root)
    assert outline(trip) == {"Last": {}, "Top": {"Inner": {}}}


def test_get(anna: Client, trip: Workspace) -> None:
    top = trip.folder("Top")
    inner, image = trip.folder("Inner", top), trip.image("sea.gif", top)
    trip.image("deep.gif", inner)
    children = [
        {"uuid": inner, "name": "Inner", "type": "folder"},
        {"uuid": image, "name": "sea.gif", "type": "file"},
    ]
    told = {**detail(top, "Top", trip.root, trip), "rights": "ADMIN", "children": children}
    for spelled in (top, top.upper(), f"{top}/"):
        answer = anna.ask("GET", f"/folders/{spelled}")
        assert (answer.status, answer.json) == (200, told)
    root = anna.ask("GET", f"/folders/{trip.root}")
    only = [{"uuid": top, "name": "Top", "type": "folder"}]
    assert (root.status, root.json) == (
        200,
        {**detail(trip.root, "Trip", None, trip), "rights": "ADMIN", "children": only},
    )


def test_change(anna: Client, trip: Workspace) -> None:
    one, other = trip.folder("One"), trip.folder("Other")
    trip.image("sea.gif", one)
    changes: list[tuple[dict[str, Any], str, str]] = [
        ({"name": " First "}, "First", trip.root),
        ({"parent_folder_uuid": other.upper()}, "First", other),
        ({"name": "Again", "parent_folder_uuid": trip.root}, "Again", trip.root),
        ({}, "Again", trip.root),
        ({"name": "Again", "parent_folder_uuid": trip.root}, "Again", trip.root),
        ({"unknown": 5, "constellation_uuid": UNKNOWN, "folder_uuid": other, "children": []}, "Again", trip.root),
    ]
    for body, name, parent in changes:
        answer = anna.ask("PATCH", f"/folders/{one.upper()}/", json=body)
        assert (answer.status, answer.json) == (200, detail(one, name, parent, trip))
        inside = {name: {"sea.gif": None}}
        assert outline(trip) == ({"Other": inside} if parent == other else {**inside, "Other": {}})


def test_delete(anna: Client, trip: Workspace) -> None:
    one, other = trip.folder("One"), trip.folder("Other")
    for spelled in (one.upper(), f"{other}/"):
        answer = anna.ask("DELETE", f"/folders/{spelled}")
        assert (answer.status, answer.json) == (200, {"message": "Folder deleted"})
    assert outline(trip) == {}
    again = anna.ask("DELETE", f"/folders/{one}")
    assert (again.status, again.json) == (404, NO_FOLDER)


# Who may, and what there is


def test_only_a_token_opens_them(world: World, anna: Client, trip: Workspace) -> None:
    folder = trip.folder("One")
    body = {"name": "Two", "constellation_uuid": trip.id}
    routes = [("POST", "/folders"), *((method, f"/folders/{folder}") for method in FOLDER_ROUTES)]
    for method, path in routes:
        for token in (None, anna.key, "no token", anna.token[:-2]):
            assert world.request(method, path, token=token, json=body).status == 401
    assert outline(trip) == {"One": {}}


@pytest.mark.parametrize("right", ["READ", "COMMENT", "WRITE", "ADMIN"])
def test_rights(anna: Client, bea: Client, trip: Workspace, right: str) -> None:
    folder = trip.folder("One")
    trip.connect(bea, rights=right)
    may = right in ("WRITE", "ADMIN")
    assert bea.ask("GET", f"/folders/{folder}").status == 200
    statuses: list[int] = []
    for method, path, body in (
        ("POST", "/folders", {"name": "New", "constellation_uuid": trip.id}),
        ("PATCH", f"/folders/{folder}", {"name": "Two"}),
        ("PATCH", f"/folders/{trip.root}", {"name": "Journey"}),
        ("DELETE", f"/folders/{folder}", {}),
    ):
        answer = bea.ask(method, path, json=body)
        assert may or answer.json == {"message": "This needs WRITE rights"}
        statuses.append(answer.status)
    assert statuses == ([201, 200, 200, 200] if may else [403] * 4)
    assert outline(trip) == ({"New": {}} if may else {"One": {}})


@pytest.mark.parametrize("method", FOLDER_ROUTES)
def test_what_the_caller_does_not_see(world: World, anna: Client, bea: Client, method: str) -> None:
    left = Workspace(anna)
    left.connect(bea, rights="ADMIN")
    folder, image = left.folder(), left.image()
    left.disconnect(bea)
    gone = Workspace(bea)
    lost = gone.folder()
    assert bea.ask("DELETE", gone.path).status == 200
    before = world.items(CONSTELLATIONS)
    for id_ in (UNKNOWN, folder, left.root, left.id, image, lost, gone.root, bea.id):
        for sent in ({"json": {"name": "mine"}}, {"body": b"{"}, {"json": {"name": 5}}):
            answer = bea.ask(method, f"/folders/{id_}", **sent)
            assert (answer.status, answer.json) == (404, NO_FOLDER)
    assert world.items(CONSTELLATIONS) == before


@pytest.mark.parametrize("method", FOLDER_ROUTES)
def test_what_is_no_uuid_is_404(anna: Client, trip: Workspace, method: str) -> None:
    for spelling in no_uuids(trip.folder("One")):
        answer = anna.ask(method, f"/folders/{spelling}", body=b"{")
        assert (answer.status, answer.json) == (404, NO_FOLDER), spelling
    assert outline(trip) == {"One": {}}


def test_size_is_told_first(anna: Client, trip: Workspace) -> None:
    for method, path in (("POST", "/folders"), *(("PATCH", f"/folders/{id_}") for id_ in (trip.root, UNKNOWN, "x"))):
        answer = anna.ask(method, path, body=HUGE)
        assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)


def test_of_a_wrong_change_the_right_is_told_first(anna: Client, bea: Client, trip: Workspace) -> None:
    folder = trip.folder()
    trip.connect(bea)
    for sent in ({"body": b"{"}, {"json": {"name": 5}}, {"json": {"parent_folder_uuid": folder}}):
        assert bea.ask("PATCH", f"/folders/{folder}", **sent).status == 403
        assert bea.ask("DELETE", f"/folders/{trip.root}", **sent).status == 403


def test_of_a_wrong_folder_the_input_is_told_first(anna: Client, bea: Client, trip: Workspace) -> None:
    other = Workspace(bea)
    for id_, status, said in (
        (other.id, 404, NO_CONSTELLATION),
        (UNKNOWN, 404, NO_CONSTELLATION),
        (trip.root, 404, NO_CONSTELLATION),
        ("x", 400, {"message": f"constellation_uuid: {NO_UUID}"}),
    ):
        body = {"name": "One", "constellation_uuid": id_, "parent_folder_uuid": other.root}
        answer = anna.ask("POST", "/folders", json=body)
        assert (answer.status, answer.json) == (status, said)
        assert anna.ask("POST", "/folders", json={**body, "name": ""}).status == 400
    other.connect(anna)
    answer = anna.ask("POST", "/folders", json={"name": "One", "constellation_uuid": other.id})
    assert (answer.status, answer.json) == (403, {"message": "This needs WRITE rights"})
    assert outline(trip) == outline(other) == {}


# Names


@pytest.mark.parametrize(("name", "kept"), GOOD_NAMES)
def test_names_that_are_taken(anna: Client, trip: Workspace, name: str, kept: str) -> None:
    made = anna.ask("POST", "/folders", json={"name": name, "constellation_uuid": trip.id})
    assert (made.status, made.json["name"]) == (201, kept)
    other = trip.folder("other")
    renamed = anna.ask("PATCH", f"/folders/{other}", json={"name": name})
    assert (renamed.status, renamed.json["name"]) == (200, kept)
    assert [child["name"] for child in trip.tree()["children"]] == [kept, kept]
    assert anna.ask("GET", f"/folders/{other}").json["name"] == kept


@pytest.mark.parametrize(("name", "said"), BAD_NAMES)
def test_names_that_are_not(anna: Client, trip: Workspace, name: Any, said: str) -> None:
    folder = trip.folder("One")
    for method, path in (("POST", "/folders"), ("PATCH", f"/folders/{folder}"), ("PATCH", f"/folders/{trip.root}")):
        answer = anna.ask(method, path, json={"name": name, "constellation_uuid": trip.id})
        assert (answer.status, answer.json) == (400, {"message": f"name: {said}"})
    assert outline(trip) == {"One": {}}


@pytest.mark.parametrize("body", MALFORMED)
def test_what_is_no_json_object(anna: Client, trip: Workspace, body: bytes) -> None:
    folder = trip.folder("One")
    for method, path in (("POST", "/folders"), ("PATCH", f"/folders/{folder}")):
        answer = anna.ask(method, path, body=body)
        assert (answer.status, answer.json.keys()) == (400, {"message"})
    assert outline(trip) == {"One": {}}


def test_what_must_be_there(anna: Client, trip: Workspace) -> None:
    for body, missing in (({"name": "One"}, "constellation_uuid"), ({"constellation_uuid": trip.id}, "name")):
        answer = anna.ask("POST", "/folders", json=body)
        assert (answer.status, answer.json) == (400, {"message": f"{missing}: Field required"})


def test_the_roots_name_is_its_constellations(anna: Client, trip: Workspace) -> None:
    answer = anna.ask("PATCH", f"/folders/{trip.root}", json={"name": "Journey"})
    assert (answer.status, answer.json) == (200, detail(trip.root, "Journey", None, trip))
    assert anna.ask("GET", trip.path).json["name"] == "Journey"
    assert anna.ask("PATCH", trip.path, json={"name": "Voyage"}).status == 200
    assert anna.ask("GET", f"/folders/{trip.root}").json["name"] == trip.tree()["name"] == "Voyage"
    unchanged = anna.ask("PATCH", f"/folders/{trip.root}", json={})
    assert (unchanged.status, unchanged.json) == (200, detail(trip.root, "Voyage", None, trip))


def test_siblings_may_share_a_name(anna: Client, trip: Workspace) -> None:
    twins, inner = {trip.folder("Same"), trip.folder("Same")}, trip.folder("Other")
    trip.image("Same")
    assert anna.ask("PATCH", f"/folders/{inner}", json={"name": "Same"}).status == 200
    moved = trip.folder("Same", inner)
    assert anna.ask("PATCH", f"/folders/{moved}", json={"parent_folder_uuid": trip.root}).status == 200
    children = trip.tree()["children"]
    assert [child["type"] for child in children] == ["folder"] * 4 + ["file"]
    assert {child["uuid"] for child in children[:4]} == {*twins, inner, moved}


# Parents and targets


@pytest.fixture
def elsewhere(anna: Client, trip: Workspace) -> list[str]:
    """Ids that are no folders of the trip: another constellation's of the same user, deleted ones, and others."""
    other = Workspace(anna, "Other")
    deleted = trip.folder("Deleted")
    below = trip.folder("Below", deleted)
    assert anna.ask("DELETE", f"/folders/{deleted}").status == 200
    return [UNKNOWN, other.root, other.folder(), deleted, below, trip.id, trip.image(), anna.id]


def test_a_parent_or_target_of_another_constellation(
    world: World, anna: Client, trip: Workspace, elsewhere: list[str]
) -> None:
    folder = trip.folder("One")
    own = {"name": "New", "constellation_uuid": trip.id}
    for _ in range(2):
        for id_ in elsewhere:
            for method, path in (("POST", "/folders"), ("PATCH", f"/folders/{folder}")):
                answer = anna.ask(method, path, json={**own, "parent_folder_uuid": id_})
                assert (answer.status, answer.json) == (400, NO_SUCH_PARENT), id_
        assert outline(trip) == {"One": {}, "a.gif": None}
        world.deliver(REMOVALS)  # of what was deleted nothing is left the second time


@pytest.mark.parametrize("parent", ["", " ", "x", "root", "/", "0000-000000..."])
def test_a_parent_that_is_no_uuid(anna: Client, trip: Workspace, parent: str) -> None:
    folder = trip.folder("One")
    for method, path in (("POST", "/folders"), ("PATCH", f"/folders/{folder}"), ("PATCH", f"/folders/{trip.root}")):
        body = {"name": "New", "constellation_uuid": trip.id, "parent_folder_uuid": parent}
        answer = anna.ask(method, path, json=body)
        assert (answer.status, answer.json) == (400, {"message": f"parent_folder_uuid: {NO_UUID}"})
    assert outline(trip) == {"One": {}}


@pytest.mark.parametrize("field", ["constellation_uuid", "parent_folder_uuid"])
@pytest.mark.parametrize("value", [5, None, True, [], {}])
def test_ids_that_are_no_texts(anna: Client, trip: Workspace, field: str, value: Any) -> None:
    body = {"name": "New", "constellation_uuid": trip.id, "parent_folder_uuid": trip.root, field: value}
    answer = anna.ask("POST", "/folders", json=body)
    assert (answer.status, answer.json) == (400, {"message": f"{field}: Input should be a valid string"})
    assert outline(trip) == {}


def test_a_move_into_itself_or_below(anna: Client, trip: Workspace) -> None:
    chain = [trip.folder("0")]
    for depth in range(1, 4):
        chain.append(trip.folder(f"{depth}", chain[-1]))
    for target in chain[1:]:
        for body in ({"parent_folder_uuid": target}, {"parent_folder_uuid": target, "name": "n"}):
            answer = anna.ask("PATCH", f"/folders/{chain[1]}", json=body)
            assert (answer.status, answer.json) == (400, INTO_ITSELF)
    assert outline(trip) == {"0": {"1": {"2": {"3": {}}}}}
    assert anna.ask("PATCH", f"/folders/{chain[3]}", json={"parent_folder_uuid": chain[0]}).status == 200
    assert anna.ask("PATCH", f"/folders/{chain[1]}", json={"parent_folder_uuid": chain[3]}).status == 200
    assert outline(trip) == {"0": {"3": {"1": {"2": {}}}}}


def test_the_root_stays(anna: Client, trip: Workspace) -> None:
    folder = trip.folder("One")
    for target in (folder, trip.root, UNKNOWN):
        for body in ({"parent_folder_uuid": target}, {"parent_folder_uuid": target, "name": "n"}):
            answer = anna.ask("PATCH", f"/folders/{trip.root}", json=body)
            assert (answer.status, answer.json) == (400, ROOT_STAYS)
    answer = anna.ask("DELETE", f"/folders/{trip.root}")
    assert (answer.status, answer.json) == (400, ROOT_STAYS)
    assert (outline(trip), trip.tree()["name"]) == ({"One": {}}, "Trip")


def test_what_lies_in_a_folder_moves_with_it(anna: Client, trip: Workspace) -> None:
    one, other = trip.folder("One"), trip.folder("Other")
    inner = trip.folder("Inner", one)
    image = trip.image(folder=inner)
    assert anna.ask("PATCH", f"/folders/{one}", json={"parent_folder_uuid": other}).status == 200
    assert outline(trip) == {"Other": {"One": {"Inner": {"a.gif": None}}}}
    assert metadata(anna, image)["folder_uuid"] == inner
    assert anna.ask("GET", f"/folders/{trip.root}").json["children"] == [
        {"uuid": other, "name": "Other", "type": "folder"}
    ]


# Deletion of a subtree


def test_deletion_removes_the_subtree_at_once_and_nothing_else(world: World, anna: Client, trip: Workspace) -> None:
    kept, top = trip.folder("Kept"), trip.folder("Top")
    inner = trip.folder("Inner", top)
    leaf = trip.folder("Leaf", inner)
    lost = [trip.image(folder=folder) for folder in (top, inner, leaf)]
    stays = [trip.image("b.gif", kept), trip.image("b.gif"), added(anna, "own.gif")]
    assert anna.ask("DELETE", f"/folders/{top}").status == 200
    for _ in range(4):
        assert outline(trip) == {"Kept": {"b.gif": None}, "b.gif": None}
        for folder in (top, inner, leaf):
            for method in FOLDER_ROUTES:
                assert anna.ask(method, f"/folders/{folder}", json={"name": "n"}).status == 404
        for image in lost:
            for path in (f"/images/{image}", f"/images/{image}/comments", f"/api/image/{image}/detail"):
                assert anna.ask("GET", path).status == 404
            assert world.request("GET", f"/api/image/{image}.gif").status == 404
        assert {image["image_uuid"] for image in anna.ask("GET", "/images").json["images"]} == {*stays}
        world.deliver(REMOVALS)
        world.deliver(DELETIONS)
    assert anna.ask("GET", f"/folders/{kept}").json["children"] == [{"uuid": stays[0], "name": "b.gif", "type": "file"}]


# The tree


NAMES = ("b", "A", "a", "B", "Straße", "STRASSE", "é", "É", "z", "Zebra", "10", "9", "_")


def test_folders_come_before_files_and_each_by_name(anna: Client, trip: Workspace) -> None:
    nodes = [(trip.folder(name), name, "folder") for name in NAMES]
    nodes += [(trip.image(name), name, "file") for name in NAMES]
    ordered = sorted(nodes, key=lambda node: (node[2] == "file", node[1].casefold(), node[0]))
    children = [(child["uuid"], child["name"], child["type"]) for child in trip.tree()["children"]]
    assert children == ordered
    listed = anna.ask("GET", f"/folders/{trip.root}").json["children"]
    assert [tuple(child.values()) for child in listed] == ordered


def test_a_file_has_no_children_and_a_folder_always(anna: Client, trip: Workspace) -> None:
    trip.image("sea.gif", trip.folder("Full"))
    trip.folder("Empty")
    empty, full = trip.tree()["children"]
    assert (empty.keys(), empty["children"]) == ({"uuid", "name", "type", "children"}, [])
    assert full["children"][0].keys() == {"uuid", "name", "type"}


def test_images_are_in_the_tree_by_their_present_names_and_places(anna: Client, trip: Workspace) -> None:
    folder = trip.folder("One")
    image = trip.image("sea.gif")
    for body in ({"name": "lake.gif"}, {"folder_uuid": folder}, {"name": "pond.gif", "folder_uuid": trip.root}):
        assert anna.ask("PATCH", f"/images/{image}", json=body).status == 200
    assert outline(trip) == {"One": {}, "pond.gif": None}
    assert anna.ask("DELETE", f"/images/{image}").status == 200
    assert outline(trip) == {"One": {}}


@pytest.fixture(scope="module")
def _quick_engine() -> None:
    remember_expressions()


@pytest.fixture
def shelves(world: World, _quick_engine: None) -> Iterator[Engine]:
    """The local engine's tables, which take many items at once, in the place of moto's."""
    with engine() as made:
        yield made


def put(shelves: Engine, trip: Workspace, nested: Iterable[Folder], files: Iterable[tuple[str, str, str]] = ()) -> None:
    """Let folders and files ``(folder, id, name)`` be there as the stores would write them."""
    parts = [part for folder in nested for part in folders.to_create(folder)]
    parts += [
        folders.to_file(Location(trip.id, folder), id_, name, "gif", f"2025#{id_}") for folder, id_, name in files
    ]
    shelves.load(CONSTELLATIONS, (part["Put"]["Item"] for part in parts))


def test_a_tree_of_a_thousand_levels(shelves: Engine, anna: Client, trip: Workspace) -> None:
    chain = [Folder(trip.root, trip.id, "Trip", None)]
    for depth in range(1, 1000):
        chain.append(Folder(new_id(), trip.id, f"level {depth}", chain[-1].id))
    put(shelves, trip, chain[1:], [(chain[-1].id, UNKNOWN, "at the bottom")])
    answer = anna.ask("GET", f"/structure/{trip.id}")
    heads = [f'{{"uuid":"{folder.id}","name":"{folder.name}","type":"folder","children":[' for folder in chain]
    file = f'{{"uuid":"{UNKNOWN}","name":"at the bottom","type":"file"}}'
    assert (answer.status, answer.body.decode()) == (200, "".join(heads) + file + "]}" * 1000)
    bottom = anna.ask("GET", f"/folders/{chain[-1].id}").json
    assert bottom["children"] == [{"uuid": UNKNOWN, "name": "at the bottom", "type": "file"}]
    into_itself = anna.ask("PATCH", f"/folders/{chain[1].id}", json={"parent_folder_uuid": chain[-1].id})
    assert (into_itself.status, into_itself.json) == (400, INTO_ITSELF)


def test_a_tree_of_twenty_thousand_nodes_side_by_side(shelves: Engine, anna: Client, trip: Workspace) -> None:
    nested = [Folder(new_id(), trip.id, f"Folder {number % 7}", trip.root) for number in range(10_000)]
    files = [(trip.root, new_id(), f"file {number % 9}") for number in range(10_000)]
    put(shelves, trip, nested, files)
    inside: list[dict[str, Any]] = [
        {"uuid": folder.id, "name": folder.name, "type": "folder", "children": []}
        for folder in sorted(nested, key=lambda folder: (folder.name, folder.id))
    ]
    inside += [
        {"uuid": id_, "name": name, "type": "file"}
        for _, id_, name in sorted(files, key=lambda file: (file[2], file[1]))
    ]
    assert trip.tree() == {"uuid": trip.root, "name": "Trip", "type": "folder", "children": inside}
    listed = anna.ask("GET", f"/folders/{trip.root}").json["children"]
    assert listed == [{name: node[name] for name in ("uuid", "name", "type")} for node in inside]


WIDE = "🌅" * 255
ESCAPED = '"' * 255
"""What takes four bytes a character in an answer, which is a JSON text inside another."""

TOO_MANY = 6000
"""Nodes with such names that no answer holds."""


@pytest.mark.parametrize("name", [WIDE, ESCAPED], ids=["wide", "escaped"])
def test_a_tree_that_no_answer_holds_is_read_folder_by_folder(
    shelves: Engine, anna: Client, trip: Workspace, name: str
) -> None:
    halves = [Folder(new_id(), trip.id, "Half", trip.root) for _ in range(2)]
    put(shelves, trip, halves, ((halves[each % 2].id, new_id(), name) for each in range(TOO_MANY)))
    answer = anna.ask("GET", f"/structure/{trip.id}")
    size = answer.json["message"].partition(" MB)")[0].rpartition("(")[2]
    message = (
        f"The structure is too large for one answer ({size} MB)."
        f" Read it folder by folder with GET /folders/{{uuid}}, from {trip.root} on."
    )
    assert (answer.status, answer.json) == (413, {"message": message, "status": 413})
    assert float(size) > TOO_MANY * len(json.dumps(name, ensure_ascii=False).encode()) / 1_000_000
    root = anna.ask("GET", f"/folders/{trip.root}").json["children"]
    assert sorted(child["uuid"] for child in root) == sorted(half.id for half in halves)
    for half in halves:
        assert len(anna.ask("GET", f"/folders/{half.id}").json["children"]) == TOO_MANY // 2


def test_a_folder_that_no_answer_holds(shelves: Engine, anna: Client, trip: Workspace) -> None:
    put(shelves, trip, [], ((trip.root, new_id(), WIDE) for _ in range(TOO_MANY)))
    answer = anna.ask("GET", f"/folders/{trip.root}")
    assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)


def test_no_answer_holds_more_than_the_most_nodes() -> None:
    root = Folder(UNKNOWN, UNKNOWN, "", None)
    for name, number in (("", MOST_NODES + 1), ("a", MOST_NODES)):
        files = (File(UNKNOWN, name, "gif", root.id) for _ in range(number))
        assert text_size(to_json(root, (), files)) > REPLY_LIMIT


def test_while_a_folder_is_emptied_what_lay_in_it_makes_no_tree_too_large(
    shelves: Engine, anna: Client, trip: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structure, "MOST_NODES", 3)
    deleted, kept = trip.folder("Deleted"), trip.folder("Kept")
    put(shelves, trip, [], ((deleted, new_id(), "a") for _ in range(5)))
    assert anna.ask("GET", f"/structure/{trip.id}").status == 413
    assert anna.ask("GET", f"/folders/{deleted}").status == 413
    assert anna.ask("DELETE", f"/folders/{deleted}").status == 200
    assert [child["uuid"] for child in trip.tree()["children"]] == [kept]


def test_what_no_answer_holds_is_not_read_to_its_end(shelves: Engine, anna: Client, trip: Workspace) -> None:
    """Else a folder would come to be read for longer than a request may take."""
    more, reads = f"more than {MOST_NODES:,} entries", list[tuple[float, ...]]()
    tree = (
        f"The structure is too large for one answer ({more})."
        f" Read it folder by folder with GET /folders/{{uuid}}, from {trip.root} on."
    )
    for number in (MOST_NODES + 1, 40_000):
        put(shelves, trip, [], ((trip.root, new_id(), "a") for _ in range(number)))
        bills = list[float]()
        for path, message in (
            (f"/structure/{trip.id}", tree),
            (f"/folders/{trip.root}", f"The answer is too large ({more})"),
        ):
            with metered(shelves) as bill:
                answer = anna.ask("GET", path)
            assert (answer.status, answer.json) == (413, {"message": message, "status": 413})
            bills.append(bill.reads)
        reads.append(tuple(bills))
    assert reads[0] == reads[1]

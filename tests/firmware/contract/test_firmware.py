"""Document 002 and the contract's section "Firmware": what is said of firmware images, lists, updates, rights."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from constellation.aws.resources import LEFTOVERS, REMOVALS
from constellation.common.ids import new_id
from constellation.firmware import store
from constellation.firmware.model import Entry
from tests.support.accounts import new_token
from tests.support.firmware_api import PLAIN, confirmed, detail, made, no_such, send, stored
from tests.support.fixtures import lasting_world
from tests.support.sharing import Client
from tests.support.workspace import HUGE, MALFORMED, NO_TEXTS, UNKNOWN, Workspace, no_uuids
from tests.support.world import NOON, UUID, Answer, File, World

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
NO_JSON = {"message": "Payload must be valid JSON, and Content-Type set accordingly", "status": 400}
MISSING = ["Missing data for required field."]
NO_TEXT = ["Not a valid string."]
NO_VERSION = ["Not a semantic version."]
BLANK = ["This value should not be blank."]
CONTROL = ["This value must not hold control characters."]
LONG_LABEL = ["This value is too long. It should have 128 characters or less."]
LONG_VERSION = ["This value is too long. It should have 255 characters or less."]
NO_VERSIONS = (
    *("", "1", "1.0", "v1.0.0", "1.0.0\n", "\n1.0.0", " 1.0.0", "1.0.0 ", "١.٠.٠", "１.０.０", "01.0.0", "1.0.0.0"),
    *("1.0.0-", "1.0.0+", "1.0.0-01", "1.0.0-a..b", "1.0.0-é"),
)
NEEDS_WRITE = {"message": "This needs WRITE rights", "status": 403}
NO_CONSTELLATION = {"message": "Constellation not found", "status": 404}
NO_LATEST = no_such("latest")
GOOD = {"label": "FW_Example", "fw_version": "1.0.0"}

ROUTES = (
    ("GET", "/image"),
    ("POST", "/image"),
    ("GET", "/image/latest"),
    ("GET", "/image/binary"),
    ("GET", "/image/{}"),
    ("DELETE", "/image/{}"),
    ("GET", "/image/{}/binary"),
    ("HEAD", "/image/{}/binary"),
    ("POST", "/image/{}/binary"),
    ("DELETE", "/image/{}/binary"),
)
OF_ONE = [(method, path) for method, path in ROUTES if "{}" in path]

slashes = pytest.mark.parametrize("slash", ["", "/"])


world = lasting_world


@pytest.fixture(scope="module")
def cleo(world: World) -> Client:
    """Somebody who has firmware of other tests, too."""
    return Client(world, "cleo")


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world, f"anna-{new_id()}")


@pytest.fixture
def bea(world: World) -> Client:
    return Client(world, f"bea-{new_id()}")


@pytest.fixture
def lab(anna: Client) -> Workspace:
    """A constellation of Anna's."""
    return Workspace(anna, "Lab")


def create(client: Client, body: Any) -> Answer:
    """The answer to a creation."""
    return client.ask("POST", "/image", json=body)


def listed(client: Client, **query: str) -> list[str]:
    """The ids in a list."""
    answer = client.ask("GET", "/image", query=query)
    assert answer.status == 200, answer.body
    return [entry["id"] for entry in answer.json]


def latest(client: Client, label: str = "FW_Example", **query: str) -> Answer:
    """What a device is told."""
    return client.ask("GET", "/image/latest", query={"label": label, **query})


def following(answer: Answer) -> dict[str, str]:
    """The query of the next page; nothing where there is none."""
    if "link" not in answer.headers:
        return {}
    matched = re.fullmatch('<(/image(?:/binary)?\\?[^>]+)>; rel="next"', answer.headers["link"])
    assert matched
    return {name: values[0] for name, values in parse_qs(urlsplit(matched[1]).query).items()}


def walked(client: Client, path: str = "/image", **query: str) -> list[list[Any]]:
    """All pages of a list, from one to the next."""
    pages = list[list[Any]]()
    while query or not pages:
        answer = client.ask("GET", path, query=query)
        assert answer.status == 200, answer.body
        pages.append(answer.json)
        query = following(answer)
    return pages


def assert_nobody_has_it(firmware_id: str, *clients: Client) -> None:
    """Whoever asks for it is told that there is none, on every route."""
    for client in clients:
        for method, path in OF_ONE:
            answer = client.ask(method, path.format(firmware_id), form={"image": File("a.hex", PLAIN)})
            assert answer.status == 404
            assert method == "HEAD" or answer.json == no_such(firmware_id)
        assert firmware_id not in listed(client)
        assert f"{firmware_id}.hex" not in client.ask("GET", "/image/binary").json


# Document 002, the examples in their order


@slashes
def test_example_list(anna: Client, slash: str) -> None:
    older = confirmed(anna, "ExampleFW", "1.0.0-rc1")
    newer = made(anna, "ExampleFW", "1.0.0-rc1")
    confirmed(anna, "xyz")
    answer = anna.ask("GET", f"/image{slash}", query={"label": "ExampleFW"})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    same = {"label": "ExampleFW", "fw_version": "1.0.0-rc1"}
    assert [{**entry, "created": None} for entry in answer.json] == [
        {"created": None, "confirmed": False, **same, "id": newer},
        {"created": None, "confirmed": True, **same, "id": older},
    ]
    assert all(TIME.fullmatch(entry["created"]) for entry in answer.json)
    assert len(anna.ask("GET", f"/image{slash}").json) == 3
    assert anna.ask("GET", f"/image{slash}", query={"label": "Example"}).json == []


@slashes
def test_example_creation(cleo: Client, slash: str) -> None:
    answer = cleo.ask("POST", f"/image{slash}", json={"label": "FW_Example", "fw_version": "1.0.0"})
    assert (answer.status, answer.headers["content-type"]) == (201, "application/json")
    told = answer.json
    assert told == {"id": told["id"], "label": "FW_Example", "published_at": told["published_at"], "url": told["url"]}
    assert UUID.fullmatch(told["id"])
    assert TIME.fullmatch(told["published_at"])
    assert told["url"] == answer.headers["location"] == f"/image/{told['id']}"
    assert cleo.ask("GET", told["url"]).json["created"] == told["published_at"]


@slashes
def test_example_creation_without_a_label(cleo: Client, slash: str) -> None:
    answer = cleo.ask("POST", f"/image{slash}", json={"fw_version": "1.0.0"})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/json")
    assert answer.json == {
        "message": "failed to parse input",
        "errors": {"label": ["Missing data for required field."]},
    }


@slashes
def test_example_binaries(anna: Client, slash: str) -> None:
    made(anna)
    firmware_id = confirmed(anna)
    answer = anna.ask("GET", f"/image/binary{slash}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == [f"{firmware_id}.hex"]


@slashes
def test_example_metadata(cleo: Client, slash: str) -> None:
    firmware_id = made(cleo)
    answer = cleo.ask("GET", f"/image/{firmware_id}{slash}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    created = answer.json["created"]
    assert TIME.fullmatch(created)
    more = {"id": firmware_id, "created": created, "confirmed": False, "rights": "ADMIN"}
    assert answer.json == {"label": "FW_Example", "fw_version": "1.0.0", **more}


@slashes
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_example_no_such_image(cleo: Client, method: str, slash: str) -> None:
    answer = cleo.ask(method, f"/image/efac{slash}")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json == {"message": "No such image: efac", "status": 404}


@slashes
def test_example_delete(world: World, cleo: Client, slash: str) -> None:
    firmware_id = confirmed(cleo, "ExampleFW", "1.0.0-rc1")
    created = detail(cleo, firmware_id)["created"]
    answer = cleo.ask("DELETE", f"/image/{firmware_id}{slash}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    entry = {"created": created, "fw_version": "1.0.0-rc1", "id": firmware_id, "label": "ExampleFW"}
    assert answer.json == {"removed_image": {"confirmed": True, **entry}, "result": "ok"}
    assert_nobody_has_it(firmware_id, cleo)
    assert not [key for key in stored(world)[1] if firmware_id in key]


# What holds of every route


def test_only_a_token_opens_them(world: World, cleo: Client) -> None:
    firmware_id = confirmed(cleo)
    before = stored(world)
    for token in (None, cleo.key, "no token", cleo.token[:-2]):
        for method, path in ROUTES:
            answer = world.request(method, path.format(firmware_id), token=token, json=GOOD, query={"label": "a"})
            assert answer.status == 401
    assert stored(world) == before


def test_a_trailing_slash_and_upper_case_make_no_difference(anna: Client) -> None:
    for spelled in ("/image/{}", "/image/{}/"):
        firmware_id = confirmed(anna)
        path = spelled.format(firmware_id.upper())
        assert anna.ask("GET", path).json["id"] == firmware_id
        assert anna.ask("DELETE", path).json["removed_image"]["id"] == firmware_id
    assert latest(anna).status == anna.ask("GET", "/image/latest/", query={"label": "FW_Example"}).status == 404


def test_what_is_no_uuid_is_no_image(world: World, cleo: Client) -> None:
    firmware_id = confirmed(cleo)
    before = stored(world)
    for spelling in (*no_uuids(firmware_id), "57852f31-a906-4d5f-a0c3-fde41ff64d"):
        for method, path in OF_ONE:
            answer = cleo.ask(method, path.format(spelling), body=b"{")
            assert answer.status == 404
            assert method == "HEAD" or answer.json == no_such(spelling)
    assert stored(world) == before


def test_what_is_there_for_nobody(cleo: Client) -> None:
    lab = Workspace(cleo)
    for nothing in (UNKNOWN, lab.id, lab.root, cleo.id, lab.image()):
        assert_nobody_has_it(nothing, cleo)


def test_size_is_told_first(cleo: Client) -> None:
    firmware_id = made(cleo)
    for path in ("/image", f"/image/{firmware_id}/binary", f"/image/{UNKNOWN}/binary", "/image/x/binary"):
        answer = cleo.ask("POST", path, body=HUGE)
        assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)


# Creation


@pytest.mark.parametrize("body", MALFORMED)
def test_what_is_no_json_object(world: World, cleo: Client, body: bytes) -> None:
    before = stored(world)
    answer = cleo.ask("POST", "/image", body=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.json) == (400, NO_JSON)
    assert stored(world) == before


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/jsonp", "multipart/form-data", "json"])
def test_another_content_type(world: World, cleo: Client, media_type: str) -> None:
    before = stored(world)
    headers = {"Content-Type": media_type} if media_type else {}
    answer = cleo.ask("POST", "/image", body=b'{"label": "a", "fw_version": "1.0.0"}', headers=headers)
    assert (answer.status, answer.json) == (400, NO_JSON)
    assert stored(world) == before


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_content_types_that_are_taken(cleo: Client, media_type: str) -> None:
    body = b'{"label": "a", "fw_version": "1.0.0"}'
    assert cleo.ask("POST", "/image", body=body, headers={"Content-Type": media_type}).status == 201


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"label": ...}, {"label": MISSING}),
        ({"fw_version": ...}, {"fw_version": MISSING}),
        ({"label": ..., "fw_version": ...}, {"label": MISSING, "fw_version": MISSING}),
        *(({"label": value}, {"label": NO_TEXT}) for value in NO_TEXTS),
        *(({"fw_version": value}, {"fw_version": NO_TEXT}) for value in NO_TEXTS),
        *(({"label": value}, {"label": BLANK}) for value in ("", " ", "\t\n")),
        *(({"label": value}, {"label": CONTROL}) for value in ("a\nb", "a\n", "\ta", "a\0", "a\u2028", "a\u202eb")),
        *(({"label": value}, {"label": LONG_LABEL}) for value in ("a" * 129, "a" * 5000, f"{' ' * 5000}a")),
        *(({"fw_version": value}, {"fw_version": NO_VERSION}) for value in NO_VERSIONS),
        ({"fw_version": f"1.0.{'1' * 252}"}, {"fw_version": LONG_VERSION}),
        ({"label": 5, "fw_version": "1.0"}, {"label": NO_TEXT, "fw_version": NO_VERSION}),
        ({"label": "", "fw_version": ...}, {"label": BLANK, "fw_version": MISSING}),
        ({"constellation_uuid": "x"}, {"constellation_uuid": ["This is not a valid UUID."]}),
        ({"constellation_uuid": ""}, {"constellation_uuid": ["This is not a valid UUID."]}),
        ({"constellation_uuid": None}, {"constellation_uuid": NO_TEXT}),
        (
            {"label": ..., "fw_version": "1", "constellation_uuid": 5},
            {"label": MISSING, "fw_version": NO_VERSION, "constellation_uuid": NO_TEXT},
        ),
    ],
)
def test_all_fields_that_are_wrong_are_named_at_once(
    world: World, cleo: Client, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    before = stored(world)
    answer = create(cleo, {name: value for name, value in {**GOOD, **fields}.items() if value is not ...})
    assert (answer.status, answer.json) == (400, {"message": "failed to parse input", "errors": errors})
    assert stored(world) == before


@pytest.mark.parametrize(
    "label", ["A", "a" * 128, "é" * 128, "🌅" * 128, " a ", "a#b", "<b>/../%00", "latest", "binary"]
)
def test_labels_that_are_taken(cleo: Client, label: str) -> None:
    answer = create(cleo, {"label": label, "fw_version": "1.0.0"})
    assert (answer.status, answer.json["label"]) == (201, label)
    firmware_id = answer.json["id"]
    assert listed(cleo, label=label) == [firmware_id]
    assert detail(cleo, firmware_id)["label"] == label


@pytest.mark.parametrize("version", ["0.0.0", "1.0.0-rc.1", "1.0.0-alpha+001", "1.0.0+exp.sha-5", f"1.0.{'1' * 251}"])
def test_versions_that_are_taken(cleo: Client, version: str) -> None:
    assert detail(cleo, made(cleo, version=version))["fw_version"] == version


def test_what_a_client_may_not_set_is_not_set(anna: Client, bea: Client) -> None:
    more = {"id": UNKNOWN, "owner": bea.id, "confirmed": True, "created": "2000-01-01", "sha256": "0", "x": 1}
    firmware_id = create(anna, {**GOOD, **more}).json["id"]
    told = detail(anna, firmware_id)
    assert firmware_id != UNKNOWN
    assert (told["confirmed"], told["created"] >= NOON.isoformat()) == (False, True)
    assert told.keys() == {"label", "fw_version", "id", "created", "confirmed", "rights"}
    assert_nobody_has_it(firmware_id, bea)


# Lists


def test_the_newest_come_first(anna: Client) -> None:
    ids = [made(anna, label) for label in ("a", "b", "a", "b")]
    assert listed(anna) == ids[::-1]
    assert listed(anna, label="a") == [ids[2], ids[0]]
    assert listed(anna, label="A") == listed(anna, label="a ") == []


VERSIONS = (
    *("0.9.0", "1.0.0-1", "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-rc.1", "1.0.0", "1.0.0+b"),
    *("1.0.1", "1.2.0", "1.11.0", "2.0.0-a", "2.0.0", "10.0.0"),
)


def test_by_version_the_highest_come_first(anna: Client) -> None:
    """Those of one precedence differ in build metadata alone: the newest of them first."""
    ids = {version: made(anna, version=version) for version in (*VERSIONS[1::2], *VERSIONS[::2][::-1])}
    wanted = [ids[version] for version in reversed(VERSIONS)]
    lower = wanted.index(ids["1.0.0"])
    wanted[lower - 1 : lower + 1] = sorted(wanted[lower - 1 : lower + 1], key=list(ids.values()).index, reverse=True)
    other = made(anna, "other", "3.0.0")
    assert listed(anna, label="FW_Example", sort="version") == wanted
    assert listed(anna, sort="version") == [*wanted[:1], other, *wanted[1:]]
    pages = walked(anna, label="FW_Example", sort="version", limit="4")
    assert [[entry["id"] for entry in page] for page in pages] == [wanted[n : n + 4] for n in range(0, 15, 4)]


@pytest.mark.parametrize("sort", [None, "version"])
@pytest.mark.parametrize("label", [None, "a b&c#é"])
def test_pages_over_several_scopes(
    world: World, anna: Client, bea: Client, sort: str | None, label: str | None
) -> None:
    """One's own, those of two constellations, and none of a stranger's; the link says all that was asked."""
    spaces = [Workspace(anna), Workspace(bea)]
    spaces[1].connect(anna)
    scopes = [
        (anna, dict[str, str]()),
        *((space.admin, {"constellation_uuid": space.id}) for space in spaces),
        (bea, dict[str, str]()),
    ]
    made_ = [
        made(client, label or f"label {n % 3}", f"1.{n}.0", **where)
        for n in range(12)
        for client, where in [scopes[n % len(scopes)]]
    ]
    wanted = [id_ for n, id_ in reversed(list(enumerate(made_))) if n % len(scopes) != 3]
    asked = {name: value for name, value in (("sort", sort), ("label", label)) if value}
    assert listed(anna, **asked) == wanted
    for limit in (1, 2, 4, 9, 100):
        pages = walked(anna, **asked, limit=str(limit))
        assert [entry["id"] for page in pages for entry in page] == wanted
        assert [len(page) for page in pages[:-1]] == [limit] * ((len(wanted) - 1) // limit)
    first = anna.ask("GET", "/image", query={**asked, "limit": "2"})
    query = following(first)
    assert query == {**asked, "limit": "2", "cursor": query["cursor"]}
    assert "link" not in anna.ask("GET", "/image", query=asked).headers


def test_what_is_made_or_deleted_between_pages_moves_no_other(anna: Client) -> None:
    ids = [made(anna) for _ in range(4)]
    first = anna.ask("GET", "/image", query={"limit": "2"})
    made(anna)
    assert anna.ask("DELETE", f"/image/{ids[2]}").status == 200
    assert [entry["id"] for page in walked(anna, **following(first)) for entry in page] == ids[1::-1]


def test_without_a_limit_a_list_has_an_end_too(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for handler in ("list_firmware", "list_binaries"):
        monkeypatch.setattr(f"functions.firmware.{handler}.handler.MOST", 2)
    ids = [confirmed(anna) for _ in range(3)]
    assert [[entry["id"] for entry in page] for page in walked(anna)] == [[ids[2], ids[1]], [ids[0]]]
    names = [f"{id_}.hex" for id_ in ids]
    assert walked(anna, "/image/binary") == [[names[2], names[1]], [names[0]]]


def test_pages_of_binaries(anna: Client, lab: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those without one do not count, but where a page has read all that it may: then it is short."""
    ids = [confirmed(anna), confirmed(anna, constellation_uuid=lab.id), confirmed(anna)]
    for _ in range(3):
        made(anna)
    ids.append(confirmed(anna))
    names = [f"{id_}.hex" for id_ in reversed(ids)]
    assert walked(anna, "/image/binary", limit="2") == [names[:2], names[2:]]
    assert walked(anna, "/image/binary", limit="4") == [names]
    monkeypatch.setattr("constellation.common.pages.MOST_READ", 2)
    pages = walked(anna, "/image/binary", limit="3")
    assert [name for page in pages for name in page] == names
    assert pages[1] == []


@pytest.mark.parametrize("path", ["/image", "/image/binary"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in ("0", "101", "-1", "1.0", "", "x", "٣", "1 ")),
        *(("cursor", value) for value in ("", "x", "é", "a.b")),
        ("limit", ["1", "2"]),
        ("cursor", ["x", "y"]),
    ],
)
def test_bad_pages(cleo: Client, path: str, name: str, value: str | list[str]) -> None:
    assert_refused(cleo.ask("GET", path, query={name: value}), name)


@pytest.mark.parametrize("label", [" ", "l" * 129, "l" * 3000, "a\n", ["a", "b"]])
@pytest.mark.parametrize("path", ["/image", "/image/latest"])
def test_what_cannot_be_a_label(cleo: Client, path: str, label: str | list[str]) -> None:
    assert_refused(cleo.ask("GET", path, query={"label": label}), "label")


def test_an_empty_label_asks_for_all(anna: Client) -> None:
    ids = [made(anna), made(anna)]
    assert [entry["id"] for entry in anna.ask("GET", "/image", query={"label": ""}).json] == ids[::-1]


@pytest.mark.parametrize("sort", ["", "created", "Version", "version ", "-version"])
def test_bad_orders(cleo: Client, sort: str) -> None:
    assert_refused(cleo.ask("GET", "/image", query={"sort": sort}), "sort")


def test_a_cursor_is_for_one_list_of_one_user(anna: Client, bea: Client) -> None:
    for _ in range(2):
        confirmed(anna)
    cursor = following(anna.ask("GET", "/image", query={"limit": "1"}))["cursor"]
    binaries = following(anna.ask("GET", "/image/binary", query={"limit": "1"}))["cursor"]
    for client, path, query in (
        (bea, "/image", {"cursor": cursor}),
        (anna, "/image", {"cursor": cursor, "label": "FW_Example"}),
        (anna, "/image", {"cursor": cursor, "sort": "version"}),
        (anna, "/image", {"cursor": cursor[:-1]}),
        (anna, "/image", {"cursor": binaries}),
        (anna, "/image/binary", {"cursor": cursor}),
        (bea, "/image/binary", {"cursor": binaries}),
    ):
        assert_refused(client.ask("GET", path, query=query), "cursor")


def assert_refused(answer: Answer, name: str) -> None:
    """A 400 in the document's shape that names what is wrong."""
    assert (answer.status, answer.json.keys(), answer.json["status"]) == (400, {"message", "status"}, 400)
    assert answer.json["message"].startswith(f"{name}: ")


# What a device asks


def test_the_latest_is_the_highest(anna: Client) -> None:
    ids = {version: confirmed(anna, version=version) for version in ("1.2.0", "1.10.0", "1.9.0", "2.0.0-rc.1")}
    confirmed(anna, "other", "9.0.0")
    answer = latest(anna)
    assert (answer.status, {**answer.json, "rights": "ADMIN"}) == (200, detail(anna, ids["1.10.0"]))
    assert latest(anna, pre="false").json["id"] == ids["1.10.0"]
    assert latest(anna, pre="true").json["id"] == ids["2.0.0-rc.1"]
    assert anna.ask("GET", "/image/latest/", query={"label": "FW_Example"}).json == answer.json


def test_the_latest_has_a_binary(anna: Client) -> None:
    """Never one without, though it had one once, and though it is gone."""
    kept, highest = confirmed(anna), confirmed(anna, version="3.0.0")
    made(anna, version="4.0.0")
    taken = confirmed(anna, version="2.0.0")
    assert latest(anna).json["id"] == highest
    assert anna.ask("DELETE", f"/image/{highest}").status == 200
    assert latest(anna).json["id"] == taken
    assert anna.ask("DELETE", f"/image/{taken}/binary").status == 200
    assert latest(anna).json["id"] == latest(anna, pre="true").json["id"] == kept
    assert send(anna, taken).status == 200
    assert latest(anna).json["id"] == taken


def test_the_latest_has_a_binary_though_the_index_is_behind(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = confirmed(anna)
    gone, taken = (confirmed(anna, version=version) for version in ("3.0.0", "2.0.0"))
    behind = list(store.offered(anna.id, "FW_Example", pre_releases=False))
    assert anna.ask("DELETE", f"/image/{gone}").status == anna.ask("DELETE", f"/image/{taken}/binary").status == 200

    def found_before(*_: object, **__: object) -> Iterator[Entry]:
        return iter(behind)

    monkeypatch.setattr(store, "offered", found_before)
    assert latest(anna).json["id"] == kept


@pytest.mark.parametrize(
    ("current", "pre", "offered"),
    [
        ("0.9.0", "false", "1.5.0"),
        ("1.5.0-rc.1", "false", "1.5.0"),
        ("1.5.0", "false", None),
        ("1.5.0+build", "false", None),
        ("1.5.1", "false", None),
        ("2.0.0-alpha", "false", None),
        ("1.5.0", "true", "2.0.0-beta.2"),
        ("2.0.0-beta.1", "true", "2.0.0-beta.2"),
        ("2.0.0-beta.2", "true", None),
        ("2.0.0-beta.11", "true", None),
        ("2.0.0", "true", None),
    ],
)
def test_who_has_it_is_offered_nothing(cleo: Client, current: str, pre: str, offered: str | None) -> None:
    label = new_id()
    confirmed(cleo, label, "1.5.0")
    confirmed(cleo, label, "2.0.0-beta.2")
    answer = latest(cleo, label, current=current, pre=pre)
    assert answer.status == (200 if offered else 204)
    assert answer.json["fw_version"] == offered if offered else answer.body == b""


def test_where_there_is_nothing_to_offer(anna: Client, bea: Client) -> None:
    confirmed(bea)
    made(anna)
    confirmed(anna, "beta", "1.0.0-beta")
    for label, query in (
        ("FW_Example", {}),
        ("beta", {}),
        ("none", {}),
        ("none", {"current": "1.0.0"}),
    ):
        answer = latest(anna, label, **query)
        assert (answer.status, answer.json) == (404, NO_LATEST)
    assert latest(anna, "beta", pre="true").status == 200
    assert latest(anna, "beta", current="1.0.0-beta", pre="true").status == 204


@pytest.mark.parametrize("current", ["", "1", "1.0", "v1.0.0", "1.0.0\n", "١.٠.٠", "9" * 300])
def test_a_bad_current_version(cleo: Client, current: str) -> None:
    confirmed(cleo)
    assert_refused(latest(cleo, current=current), "current")


def test_other_bad_questions(cleo: Client) -> None:
    confirmed(cleo)
    for query, name in (
        ({}, "label"),
        ({"label": "a", "pre": ""}, "pre"),
        ({"label": "a", "pre": "yes"}, "pre"),
        ({"label": "a", "current": ["1.0.0", "2.0.0"]}, "current"),
    ):
        assert_refused(cleo.ask("GET", "/image/latest", query=query), name)


@pytest.mark.parametrize("right", ["READ", "ADMIN"])
def test_nobody_puts_firmware_on_anothers_devices(anna: Client, bea: Client, lab: Workspace, right: str) -> None:
    """Anna connects Bea unasked and offers a higher version there: Bea's devices hear of it only if they ask for it."""
    own = confirmed(bea, version="1.1.0")
    lab.connect(bea, rights=right)
    theirs = confirmed(anna, version="999.0.0", constellation_uuid=lab.id)
    for query in ({}, {"pre": "true"}, {"current": "1.0.0"}):
        assert latest(bea, **query).json["id"] == own
        assert latest(bea, **query, constellation_uuid=lab.id).json["id"] == theirs
    assert latest(bea, current="1.1.0").status == 204
    assert bea.ask("DELETE", f"/image/{own}").status == 200
    assert (latest(bea).status, latest(bea).json) == (404, NO_LATEST)


def test_the_latest_is_looked_for_in_one_place(anna: Client, bea: Client, lab: Workspace) -> None:
    other = Workspace(anna)
    for workspace in (lab, other):
        workspace.connect(bea, rights="WRITE")
    own = confirmed(bea, version="3.0.0")
    lower = confirmed(bea, version="1.0.0", constellation_uuid=lab.id)
    confirmed(bea, version="2.0.0", constellation_uuid=other.id)
    assert latest(bea).json["id"] == own
    for id_ in (lab.id, lab.id.upper()):
        assert latest(bea, constellation_uuid=id_).json["id"] == lower
        assert latest(anna, constellation_uuid=id_).json["id"] == lower
    assert latest(anna).json == NO_LATEST
    assert latest(bea, constellation_uuid=lab.id, label="other").json == NO_LATEST


def test_the_latest_of_a_constellation_that_the_caller_does_not_see(anna: Client, bea: Client, lab: Workspace) -> None:
    confirmed(anna, constellation_uuid=lab.id)
    gone = Workspace(bea)
    assert bea.ask("DELETE", gone.path).status == 200
    for id_ in (lab.id, gone.id, UNKNOWN):
        answer = latest(bea, constellation_uuid=id_)
        assert (answer.status, answer.json) == (404, NO_CONSTELLATION)
        assert latest(bea, constellation_uuid=id_, current="x").status == 400
    for text in no_uuids(lab.id):
        assert_refused(latest(bea, constellation_uuid=text), "constellation_uuid")


# Constellations


@pytest.mark.parametrize("right", ["READ", "COMMENT", "WRITE", "ADMIN"])
def test_rights(anna: Client, bea: Client, lab: Workspace, right: str) -> None:
    lab.connect(bea, rights="WRITE")
    where = {"constellation_uuid": lab.id}
    own, others, bare = (confirmed(bea, **where), confirmed(anna, **where), made(bea, **where))
    lab.connect(bea, rights=right)
    may = right in ("WRITE", "ADMIN")
    for firmware_id in (own, others):
        told = detail(bea, firmware_id)
        assert (told["confirmed"], told["rights"]) == (True, right)
        assert bea.ask("GET", f"/image/{firmware_id}/binary").body == PLAIN
        assert bea.ask("HEAD", f"/image/{firmware_id}/binary").status == 200
    assert set(listed(bea)) == {own, others, bare}
    assert latest(bea, **where).json["id"] == others
    for answer in (
        send(bea, bare),
        bea.ask("DELETE", f"/image/{others}/binary"),
        bea.ask("DELETE", f"/image/{own}"),
    ):
        assert answer.status == (200 if may else 403)
        assert may or answer.json == NEEDS_WRITE
    answer = create(bea, {**GOOD, **where})
    assert answer.status == (201 if may else 403)
    assert may or answer.json == NEEDS_WRITE
    assert len(listed(anna)) == 3
    assert detail(anna, bare)["confirmed"] is may


def test_the_right_of_a_token_is_told(world: World, anna: Client, lab: Workspace) -> None:
    firmware_id = made(anna, constellation_uuid=lab.id)
    for scope, right in (("firmware:read", "READ"), ("firmware:write", "WRITE")):
        token = new_token(world, anna.token, scope)["token"]
        assert world.request("GET", f"/image/{firmware_id}", token=token).json["rights"] == right


def test_where_the_right_is_told_before_what_is_wrong(anna: Client, bea: Client, lab: Workspace) -> None:
    lab.connect(bea)
    firmware_id = confirmed(anna, constellation_uuid=lab.id)
    for id_, wanted in ((firmware_id, 403), (confirmed(anna), 404), (UNKNOWN, 404)):
        for parts in (
            {"body": b"x"},
            {"form": {"image": File("a.bin", b"")}},
            {"form": {"image": File("a.hex", PLAIN)}},
        ):
            assert bea.ask("POST", f"/image/{id_}/binary", **parts).status == wanted


def test_a_constellation_that_the_caller_does_not_see(world: World, anna: Client, bea: Client, lab: Workspace) -> None:
    left, gone = Workspace(anna), Workspace(bea)
    left.connect(bea, rights="ADMIN")
    left.disconnect(bea)
    assert bea.ask("DELETE", gone.path).status == 200
    before = stored(world)
    for id_ in (lab.id, lab.id.upper(), left.id, gone.id, lab.root, UNKNOWN):
        answer = create(bea, {**GOOD, "constellation_uuid": id_})
        assert (answer.status, answer.json) == (404, NO_CONSTELLATION)
        answer = create(bea, {"label": "a", "fw_version": "1.0", "constellation_uuid": id_})
        assert answer.status == 400
    assert stored(world) == before


def test_who_is_no_member_sees_nothing(anna: Client, bea: Client, lab: Workspace) -> None:
    """Whoever made it: the constellation owns it, and the end of a membership is the end of every right."""
    lab.connect(bea, rights="ADMIN")
    ids = [confirmed(client, constellation_uuid=lab.id.upper()) for client in (anna, bea)]
    for id_ in ids:
        assert detail(bea, id_)["id"] == id_
    lab.disconnect(bea)
    for id_ in (*ids, confirmed(anna), made(anna)):
        assert_nobody_has_it(id_, bea)
    assert latest(bea).json == NO_LATEST
    assert latest(bea, constellation_uuid=lab.id).json == NO_CONSTELLATION
    assert set(ids) < set(listed(anna))
    lab.connect(bea)
    assert set(listed(bea)) == set(ids)


def test_a_deleted_constellation_takes_its_firmware_with_it(
    world: World, anna: Client, bea: Client, lab: Workspace
) -> None:
    lab.connect(bea, rights="WRITE")
    where = {"constellation_uuid": lab.id}
    ids = [confirmed(anna, **where), confirmed(bea, **where), made(bea, **where)]
    own = confirmed(bea, version="0.1.0")
    assert anna.ask("DELETE", lab.path).status == 200
    for id_ in ids:
        assert_nobody_has_it(id_, anna, bea)
    assert latest(bea).json["id"] == own
    while world.deliver(REMOVALS):
        pass
    world.deliver(LEFTOVERS, delayed=True)
    records, files = stored(world)
    assert not [each for each in (*map(str, records), *files) if any(id_ in each for id_ in ids)]
    assert detail(bea, own)["confirmed"] is True

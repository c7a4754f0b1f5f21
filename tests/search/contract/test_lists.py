"""Document 003 and the contract's section "Sharing", as far as they are about lists: pages, orders, cursors, ids."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constellation.aws.resources import ACCESS_LOGS
from constellation.runtime.request import Caller
from tests.support import logs, pictures
from tests.support.accounts import problems, session, sign_up
from tests.support.sharing import SMALL, Client
from tests.support.workspace import Workspace
from tests.support.world import Answer, File, World, event

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"
PUBLIC, OWN = "/api/images/", "/api/images/history/"
LISTS = pytest.mark.parametrize("path", [PUBLIC, OWN])
ORDERS = (
    "attributes.updatedAt",
    "attributes.createdAt",
    "attributes.views",
    "attributes.fileName",
    "metadata.size",
)
NUMBER = "This value should be a whole number from 1 to 100."


def page(client: Client, path: str, number: int | str = 1, **query: Any) -> Any:
    answer = client.ask("GET", f"{path}{number}", query=query)
    assert answer.status == 200, answer.body
    assert answer.headers["cache-control"] == "no-store"
    return answer.json


def ids(content: Any) -> list[str]:
    return [image["id"] for image in content["data"]]


def forward(client: Client, path: str, **query: Any) -> Iterator[Any]:
    """Every page from the first on, by cursor."""
    content = page(client, path, **query)
    yield content
    yield from _walk(client, path, content, "nextCursor", query)


def backward(client: Client, path: str, content: Any, **query: Any) -> Iterator[Any]:
    """Every page before ``content``, by cursor."""
    yield from _walk(client, path, content, "prevCursor", query)


def _walk(client: Client, path: str, content: Any, way: str, query: dict[str, Any]) -> Iterator[Any]:
    for _ in range(20):
        cursor = content["meta"][way]
        if cursor is None:
            return
        content = page(client, path, **query, cursor=cursor)
        yield content
    pytest.fail("the list has no end")


def several(client: Client, number: int, description: str = "") -> list[str]:
    """The ids of so many public images, in the order of their upload, a second apart."""
    made: list[str] = []
    for _ in range(number):
        client.world.advance(seconds=1)
        made.append(client.image(isPublic="true", description=description))
    return made


# Document 003, the examples in their order


@pytest.fixture
def january(world: World, anna: Client) -> str:
    """The id of a public image of Anna's from the time that the document prints."""
    world.now = datetime.fromtimestamp(1705312200, UTC)
    anna.token = session(world, anna.name)["access_token"]
    return anna.image(pictures.still("JPEG", 192, 108), description="Image description", isPublic="true")


def test_example_public_list(world: World, anna: Client, january: str) -> None:
    bea = Client(world, "bea", displayName="Bea B.")
    found = page(bea, PUBLIC)["data"][0]["metadata"]
    size, placeholder = found["size"], found["placeholder"]
    image: dict[str, Any] = {
        "id": january,
        "owner": {"id": anna.id, "email": None, "displayName": "anna"},
        "attributes": {
            "fileName": f"{january}.jpg",
            "description": "Image description",
            "isPublic": True,
            "createdAt": {"formattedDate": "Jan 15, 2024", "timestamp": 1705312200},
            "views": 0,
            "tags": [],
        },
        "metadata": {
            "size": size,
            "mimeType": "image/jpeg",
            "width": 192,
            "height": 108,
            "placeholder": placeholder,
        },
    }
    meta: dict[str, Any] = {"size": 10, "page": 1, "total": 1, "nextCursor": None, "prevCursor": None}
    assert page(bea, PUBLIC) == {"meta": meta, "data": [image]}
    own = image | {"owner": {"id": anna.id, "email": "anna@example.com", "displayName": "anna"}}
    assert page(anna, PUBLIC) == {"meta": meta, "data": [own]}
    detail = anna.ask("GET", f"/api/image/{january}/detail").json
    assert (size, placeholder) == (detail["size"], detail["placeholder"])


def test_example_by_ids(anna: Client, january: str) -> None:
    answer = anna.ask("GET", "/api/images", query={"uuid[]": [january]})
    assert answer.status == 200
    assert answer.json == [
        {
            "id": january,
            "owner": {"id": anna.id, "email": "anna@example.com", "displayName": "anna"},
            "attributes": {
                "fileName": f"{january}.jpg",
                "description": "Image description",
                "isPublic": True,
                "createdAt": {"formattedDate": "Jan 15, 2024", "timestamp": 1705312200},
                "views": 0,
                "tags": [],
            },
            "metadata": answer.json[0]["metadata"],
        }
    ]
    assert answer.json == page(anna, PUBLIC)["data"]


def test_example_history(world: World, anna: Client) -> None:
    world.now = datetime(2025, 7, 11, 12, 3, 6, 999_999, tzinfo=UTC)
    image_id = anna.image(pictures.still("PNG", 36, 21))
    content = page(anna, OWN)
    assert content == {
        "meta": {"size": 10, "page": 1, "total": 1, "nextCursor": None, "prevCursor": None},
        "data": [
            {
                "id": image_id,
                "attributes": {
                    "fileName": f"{image_id}.png",
                    "description": "",
                    "isPublic": False,
                    "createdAt": {"formattedDate": "2025-07-11 12:03:06", "timestamp": 1752235386},
                    "views": 0,
                    "tags": [],
                },
                "metadata": {
                    "size": content["data"][0]["metadata"]["size"],
                    "mimeType": "image/png",
                    "width": 36,
                    "height": 21,
                    "placeholder": content["data"][0]["metadata"]["placeholder"],
                },
                "owner": {
                    "id": anna.id,
                    "email": "anna@example.com",
                    "username": "anna",
                    "displayName": "anna",
                },
            }
        ],
    }


# What is in a list


def test_dates_are_short_english_ones_in_utc(world: World) -> None:
    for month in range(1, 13):
        world.now = datetime(2024, month, month, 23, 30, tzinfo=UTC)
        world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)})
    content = page(Client(world), PUBLIC, limit="12", order="asc")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    assert [image["attributes"]["createdAt"]["formattedDate"] for image in content["data"]] == [
        f"{name} {day}, 2024" for day, name in enumerate(months, 1)
    ]


def test_the_public_list_has_everybodys_public_images_and_the_history_all_of_ones_own(
    world: World, anna: Client, bea: Client
) -> None:
    guests = world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)}).json["id"]
    annas, annas_private = anna.image(isPublic="true"), anna.image()
    beas, beas_private = bea.image(isPublic="true"), bea.image()
    for client in (anna, bea):
        content = page(client, PUBLIC)
        assert set(ids(content)) == {guests, annas, beas}
        assert content["meta"]["total"] == 3
        owners = {image["id"]: image["owner"] for image in content["data"]}
        assert owners[guests] is None
        emails = {image_id: owner and owner["email"] for image_id, owner in owners.items()}
        own = annas if client is anna else beas
        assert emails == {guests: None, annas: None, beas: None} | {own: f"{client.name}@example.com"}
    assert set(ids(page(anna, OWN))) == {annas, annas_private}
    assert set(ids(page(bea, OWN))) == {beas, beas_private}


def test_who_was_sent_away_reads_nothing_new_in_its_history(world: World, anna: Client, bea: Client) -> None:
    """The entry stays, with an empty description; no search finds it, by what was or by what is said of it."""
    space = Workspace(anna)
    space.connect(bea, rights="WRITE")
    image = space.image("harbour.gif", by=bea)
    kept = bea.image(description="a lighthouse")
    path = f"/api/image/{image}"
    world.advance(seconds=1)
    assert bea.ask("PATCH", path, json={"description": "the old pier"}).status == 204
    world.advance(seconds=1)
    assert ids(page(bea, OWN)) == [image, kept]
    assert ids(page(bea, OWN, searchTerm="pier")) == ids(page(bea, OWN, searchTerm="harbour")) == [image]
    space.disconnect(bea)
    assert anna.ask("PATCH", path, json={"description": "#secret sandbank", "isPublic": True}).status == 204
    space.folder()
    for order in ("attributes.updatedAt", "attributes.createdAt", "attributes.views", "metadata.size"):
        entries = {entry["id"]: entry["attributes"] for entry in page(bea, OWN, orderBy=order)["data"]}
        assert {id_: said["description"] for id_, said in entries.items()} == {image: "", kept: "a lighthouse"}
    for term in ("secret", "sandbank", "pier", "harbour", "bea"):
        for by in ("all", "description", "hashtag", "user"):
            content = page(bea, OWN, searchTerm=term, searchBy=by)
            assert (ids(content), content["meta"]["total"]) == ([], 0)
    assert bea.ask("GET", "/api/images", query={"uuid[]": image}).json == []
    space.connect(bea)
    assert ids(page(bea, OWN, searchTerm="sandbank")) == [image]
    assert page(bea, OWN)["data"][0]["attributes"]["description"] == "#secret sandbank"


def test_a_user_without_a_username_has_none_in_its_history(world: World) -> None:
    sign_up(world, "cora@example.com", None, displayName="Cora")
    token = session(world, "cora@example.com")["access_token"]
    world.request("POST", "/api/upload", token=token, form={"image": File("a.gif", SMALL)})
    [image] = world.request("GET", f"{OWN}1", token=token).json["data"]
    assert (image["owner"]["username"], image["owner"]["displayName"]) == (None, "Cora")


@LISTS
def test_only_a_token_opens_a_list(world: World, anna: Client, path: str) -> None:
    for where in (f"{path}1", f"{path}0", "/api/images"):
        for token in (None, anna.key, "no token"):
            assert world.request("GET", where, token=token).status == 401


@LISTS
def test_an_empty_list(anna: Client, path: str) -> None:
    empty = {"size": 10, "page": 1, "total": 0, "nextCursor": None, "prevCursor": None}
    for order in ORDERS:
        assert page(anna, path, orderBy=order) == {"meta": empty, "data": []}


def test_the_total_follows_uploads_changes_and_deletions(anna: Client, bea: Client) -> None:
    def totals() -> tuple[int, int]:
        return page(bea, PUBLIC)["meta"]["total"], page(anna, OWN)["meta"]["total"]

    image_id, other = anna.image(), anna.image(isPublic="true")
    assert totals() == (1, 2)
    for listed, total in ((True, 2), (True, 2), (False, 1), (True, 2)):
        anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": listed, "description": f"{listed}"})
        assert totals() == (total, 2)
    for _ in range(2):
        anna.ask("DELETE", f"/api/image/{image_id}")
        assert totals() == (1, 1)
    anna.ask("DELETE", f"/api/image/{other}")
    assert totals() == (0, 0)


# Orders


Key = Callable[[dict[str, Any], dict[str, Any]], Any]

KEYS: dict[str, Key] = {
    "attributes.updatedAt": lambda image, detail: detail["updatedAt"] or detail["createdAt"],
    "attributes.createdAt": lambda image, detail: detail["createdAt"],
    "attributes.views": lambda image, detail: image["attributes"]["views"],
    "attributes.fileName": lambda image, detail: image["attributes"]["fileName"].casefold(),
    "metadata.size": lambda image, detail: image["metadata"]["size"],
}


@pytest.fixture
def shelf(world: World, anna: Client) -> list[str]:
    """The ids of eleven public images of Anna's of several ages, sizes and views, some of them the same in some."""
    made: list[str] = []
    for number in range(11):
        if number not in (4, 8):
            world.advance(minutes=1)
        side = (20, 400, 60, 60, 90)[number % 5]
        made.append(anna.image(pictures.still("PNG", side, side), isPublic="true"))
    for number in (2, 9, 5):
        world.advance(minutes=1)
        assert anna.ask("PATCH", f"/api/image/{made[number]}", json={"description": "changed"}).status == 204
    for number, views in enumerate((0, 3, 12, 3, 0, 100)):
        logs.write(f"{number}.gz", [logs.line(f"/image/{made[number]}.png")] * views)
    world.deliver(ACCESS_LOGS)
    return made


@LISTS
@pytest.mark.parametrize("order", ORDERS)
def test_every_order_in_both_directions_by_number_and_by_cursor(
    anna: Client, shelf: list[str], path: str, order: str
) -> None:
    details = {image_id: anna.ask("GET", f"/api/image/{image_id}/detail").json for image_id in shelf}
    whole = page(anna, path, limit="100")["data"]
    keys = {image["id"]: (KEYS[order](image, details[image["id"]]), image["id"]) for image in whole}
    assert len({key for key, _ in keys.values()}) > 3
    ascending = sorted(shelf, key=keys.__getitem__)
    for query, expected in (
        ({"orderBy": order, "order": "asc"}, ascending),
        ({"orderBy": order, "order": "desc"}, ascending[::-1]),
        ({"orderBy": order}, ascending[::-1]),
    ):
        assert ids(page(anna, path, **query, limit="100")) == expected
        pages = [expected[start : start + 3] for start in range(0, 11, 3)]
        by_number = [page(anna, path, number, **query, limit="3") for number in range(1, 5)]
        by_cursor = list(forward(anna, path, **query, limit="3"))
        assert [ids(content) for content in by_number] == [ids(content) for content in by_cursor] == pages
        assert {content["meta"]["total"] for content in by_number + by_cursor} == {11}
        for last in (by_number[-1], by_cursor[-1]):
            back = [ids(content) for content in backward(anna, path, last, **query, limit="3")]
            assert back == pages[:-1][::-1]


@LISTS
def test_the_last_change_first_is_the_default_and_none_counts_as_the_upload(
    world: World, anna: Client, path: str
) -> None:
    first, second, third = several(anna, 3)
    assert ids(page(anna, path)) == [third, second, first]
    world.advance(seconds=1)
    anna.ask("PATCH", f"/api/image/{first}", json={"description": "changed"})
    assert ids(page(anna, path)) == [first, third, second]
    assert ids(page(anna, path, orderBy="attributes.createdAt")) == [third, second, first]


@LISTS
@pytest.mark.parametrize(
    ("name", "values", "choices"),
    [
        ("orderBy", ("", "updatedAt", "attributes.updatedat", "attributes.owner", "size", "attributes.views "), ORDERS),
        ("order", ("", "DESC", "ascending", "1"), ("desc", "asc")),
        ("searchBy", ("", "User", "name", "tags"), ("user", "description", "hashtag", "all")),
    ],
)
def test_an_unknown_choice_is_422_and_told_the_choices(
    anna: Client, path: str, name: str, values: tuple[str, ...], choices: tuple[str, ...]
) -> None:
    for value in values:
        answer = anna.ask("GET", f"{path}1", query={name: value, "searchTerm": "sea"})
        message = problems(answer)[name]
        assert all(choice in message for choice in choices)
        assert list(problems(answer)) == [name]


# Pages


@LISTS
def test_ten_is_the_default_limit(anna: Client, path: str) -> None:
    made = several(anna, 11)[::-1]
    first, second = forward(anna, path)
    assert (ids(first), ids(second)) == (made[:10], made[10:])
    assert (first["meta"]["size"], first["meta"]["page"], first["meta"]["total"]) == (10, 1, 11)
    assert first["meta"]["prevCursor"] is None
    assert second["meta"]["nextCursor"] is None
    assert second["meta"]["prevCursor"] is not None
    assert ids(page(anna, path, 2)) == made[10:]


@LISTS
def test_the_ends_have_no_cursors_even_where_the_last_page_is_full(anna: Client, path: str) -> None:
    several(anna, 4)
    for limit, count in (("1", 4), ("2", 2), ("4", 1), ("100", 1)):
        pages = list(forward(anna, path, limit=limit))
        assert len(pages) == count
        assert all(content["meta"]["size"] == int(limit) for content in pages)
        assert [content["meta"]["prevCursor"] is None for content in pages] == [n == 0 for n in range(count)]
        numbered = page(anna, path, count, limit=limit)
        assert numbered["meta"]["nextCursor"] is None
        assert (numbered["meta"]["prevCursor"] is None) == (count == 1)


@LISTS
@pytest.mark.parametrize(
    "limit", ["0", "101", "ten", "1.0", "+5", "１０", "", "-1", "1e1", " 5", "5 ", "5\n", "0x5", "1_0", "9" * 5000]
)
def test_a_bad_limit_is_422(anna: Client, path: str, limit: str) -> None:
    assert problems(anna.ask("GET", f"{path}1", query={"limit": limit})) == {"limit": NUMBER}


@LISTS
def test_a_search_takes_sixteen_words(anna: Client, path: str) -> None:
    words = [f"word{number}" for number in range(17)]
    assert page(anna, path, searchTerm=" ".join([*words[:16], "WORD1"]))["data"] == []
    problem = problems(anna.ask("GET", f"{path}1", query={"searchTerm": " ".join(words)}))
    assert problem == {"searchTerm": "This value has too many words. It should have 16 or less."}


@LISTS
@pytest.mark.parametrize("number", ["0", "-1", "x", "1.0", "+1", "１", "1e9", "00", "1" + "0" * 30, "9" * 5000, "1 "])
def test_a_bad_page_is_422(anna: Client, path: str, number: str) -> None:
    answer = anna.ask("GET", f"{path}{number}")
    assert problems(answer) == {"page": "This value should be a whole number from 1 on."}


@LISTS
@pytest.mark.parametrize("number", ["2", "1000000000", "9" * 18])
@pytest.mark.parametrize("query", [{}, {"searchTerm": "sea"}, {"orderBy": "metadata.size"}])
def test_a_page_past_the_end_is_empty(anna: Client, path: str, number: str, query: dict[str, str]) -> None:
    anna.image(description="sea", isPublic="true")
    for limit in ("1", "100"):
        content = page(anna, path, number, **query, limit=limit)
        meta = {"size": int(limit), "page": int(number), "total": 1, "nextCursor": None, "prevCursor": None}
        assert content == {"meta": meta, "data": []}


@LISTS
def test_a_parameter_is_given_once(anna: Client, path: str) -> None:
    for name, value in (
        ("limit", "5"),
        ("orderBy", "metadata.size"),
        ("order", "asc"),
        ("searchTerm", "sea"),
        ("searchBy", "all"),
        ("cursor", "x"),
    ):
        answer = anna.ask("GET", f"{path}1", query={name: [value, value]})
        assert list(problems(answer)) == [name]


@LISTS
def test_all_that_is_wrong_is_told_at_once_and_what_is_unknown_is_ignored(anna: Client, path: str) -> None:
    answer = anna.ask("GET", f"{path}1", query={"limit": "0", "order": "up", "orderBy": "x", "searchBy": "x"})
    assert set(problems(answer)) == {"limit", "order", "orderBy", "searchBy"}
    assert page(anna, path, utm="x", owner=UNKNOWN, uuid=["x", "y"])["data"] == []


# Cursors


@LISTS
def test_a_cursor_altered_in_any_bit_or_cut_anywhere_is_422(anna: Client, path: str) -> None:
    several(anna, 2)
    cursor = page(anna, path, limit="1")["meta"]["nextCursor"]
    assert re.fullmatch("[A-Za-z0-9_-]{50,400}", cursor)
    name = {PUBLIC: "share_list_public_images", OWN: "share_list_own_images"}[path]

    def answer(text: str) -> Answer:
        query = {"limit": "1", "cursor": text}
        sent = event("GET", f"{path}1", query=query, path_parameters={"page": "1"}, caller=Caller(anna.id))
        return anna.world.call(name, sent)

    flipped = [
        cursor[:place] + chr(ord(cursor[place]) ^ 1 << bit) + cursor[place + 1 :]
        for place in range(len(cursor))
        for bit in range(8)
    ]
    cut = [cursor[:length] for length in range(len(cursor))]
    other = [f"{cursor}=", f"{cursor}A", f" {cursor}", f"{cursor}\n", cursor * 2, cursor[::-1], "=", "é", "\ud83c", "A"]
    for text in (*flipped, *cut, *other):
        assert list(problems(answer(text))) == ["cursor"], text
    assert answer(cursor).status == 200


@LISTS
def test_a_cursor_is_bound_to_its_user_list_order_and_search(anna: Client, bea: Client, path: str) -> None:
    several(anna, 3, description="sea")
    several(bea, 3, description="sea")
    other = OWN if path == PUBLIC else PUBLIC
    plain: dict[str, str] = {}
    found = {"searchTerm": "sea"}
    for query, client, where, elsewhere in (
        (plain, bea, path, plain),
        (plain, anna, other, plain),
        *((plain, anna, path, {"orderBy": order}) for order in ORDERS[1:]),
        (plain, anna, path, {"order": "asc"}),
        (plain, anna, path, found),
        (found, anna, path, plain),
        (found, bea, path, found),
        (found, anna, path, {"searchTerm": "s"}),
        (found, anna, path, {"searchTerm": "sea sea-lion"}),
        (found, anna, path, {"searchTerm": "sea", "searchBy": "description"}),
    ):
        for given in (
            (first := page(anna, path, **query, limit="1")["meta"]["nextCursor"]),
            page(anna, path, **query, limit="1", cursor=first)["meta"]["prevCursor"],
        ):
            answer = client.ask("GET", f"{where}1", query={**elsewhere, "limit": "1", "cursor": given})
            assert list(problems(answer)) == ["cursor"]


@LISTS
def test_a_cursor_goes_with_any_limit_and_with_what_is_the_same_search(anna: Client, path: str) -> None:
    made = several(anna, 6, description="Sea Lion")[::-1]
    cursor = page(anna, path, limit="2")["meta"]["nextCursor"]
    assert ids(page(anna, path, 7, limit="3", cursor=cursor)) == made[2:5]
    cursor = page(anna, path, limit="2", searchTerm="sea lion")["meta"]["nextCursor"]
    assert ids(page(anna, path, cursor=cursor, searchTerm=" LION, sea", searchBy="all")) == made[2:]


@LISTS
@pytest.mark.parametrize("order", ORDERS[:2])
def test_what_comes_and_goes_moves_no_page(anna: Client, path: str, order: str) -> None:
    made = several(anna, 8)[::-1]
    first = page(anna, path, limit="3", orderBy=order)
    several(anna, 2)
    for gone in (made[0], made[2], made[3]):
        anna.ask("DELETE", f"/api/image/{gone}")
    second = page(anna, path, limit="3", orderBy=order, cursor=first["meta"]["nextCursor"])
    assert ids(second) == [made[4], made[5], made[6]]
    assert second["meta"]["total"] == 7
    back = page(anna, path, limit="3", orderBy=order, cursor=second["meta"]["prevCursor"])
    assert made[1] == ids(back)[-1]
    assert len(ids(back)) == 3


@LISTS
@pytest.mark.parametrize("query", [{}, {"searchTerm": "sea"}, {"orderBy": "metadata.size"}])
def test_a_page_whose_images_have_all_gone_leads_back(anna: Client, path: str, query: dict[str, str]) -> None:
    several(anna, 4, description="sea")
    first = page(anna, path, **query, limit="2")
    second = page(anna, path, **query, limit="2", cursor=first["meta"]["nextCursor"])
    for gone in ids(second):
        anna.ask("DELETE", f"/api/image/{gone}")
    empty = page(anna, path, **query, limit="2", cursor=first["meta"]["nextCursor"])
    assert (empty["data"], empty["meta"]["nextCursor"]) == ([], None)
    back = page(anna, path, **query, limit="2", cursor=empty["meta"]["prevCursor"])
    assert back["data"] == first["data"]
    assert (back["meta"]["prevCursor"], back["meta"]["total"]) == (None, 2)


# By ids


def test_ids_are_answered_in_the_order_asked_and_once(anna: Client) -> None:
    first, second, third = several(anna, 3)
    private = anna.image()
    for asked in ([third, first, private, second], [private], [second, third.upper(), second, third]):
        answer = anna.ask("GET", "/api/images", query={"uuid[]": asked})
        assert answer.status == 200
        assert answer.headers["cache-control"] == "no-store"
        assert [image["id"] for image in answer.json] == list(dict.fromkeys(image_id.lower() for image_id in asked))


def test_ids_of_others_and_of_none_are_left_out(world: World, anna: Client, bea: Client) -> None:
    guests = world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)}).json["id"]
    own, deleted = several(anna, 2)
    anna.ask("DELETE", f"/api/image/{deleted}")
    foreign = [bea.image(isPublic="true"), bea.image(), guests, UNKNOWN, deleted]
    answer = anna.ask("GET", "/api/images", query={"uuid[]": [*foreign, own]})
    assert [image["id"] for image in answer.json] == [own]
    assert anna.ask("GET", "/api/images", query={"uuid[]": foreign}).json == []


def test_one_to_a_hundred_ids_are_taken(anna: Client) -> None:
    made = several(anna, 3)
    unknown = [f"123e4567-e89b-42d3-a456-{number:012}" for number in range(97)]
    answer = anna.ask("GET", "/api/images", query={"uuid[]": [*made, *unknown]})
    assert [image["id"] for image in answer.json] == made
    too_many = anna.ask("GET", "/api/images", query={"uuid[]": [*made, *unknown, UNKNOWN]})
    assert problems(too_many) == {"uuid[]": "This collection should contain 100 elements or less."}
    twice = anna.ask("GET", "/api/images", query={"uuid[]": made[:1] * 101})
    assert problems(twice) == {"uuid[]": "This collection should contain 100 elements or less."}
    for query in ({}, {"uuid": made[0]}):
        assert problems(anna.ask("GET", "/api/images", query=query)) == {"uuid[]": "This value should not be blank."}


@pytest.mark.parametrize("bad", ["", "x", "{{{}}}", "urn:uuid:{}", "{},{}", " {}", "{}\n", "１{}"])
def test_a_malformed_id_is_422(anna: Client, bad: str) -> None:
    image_id = anna.image()
    answer = anna.ask("GET", "/api/images", query={"uuid[]": [image_id, bad.format(image_id, image_id)]})
    assert problems(answer) == {"uuid[].1": "This is not a valid UUID."}


def test_the_date_of_an_image_by_its_id_is_the_short_one(world: World, anna: Client) -> None:
    world.now += timedelta(days=-6)
    anna.token = session(world, anna.name)["access_token"]
    [image] = anna.ask("GET", "/api/images", query={"uuid[]": anna.image()}).json
    assert image["attributes"]["createdAt"]["formattedDate"] == "Jul 5, 2025"

"""The contract's section "Constellations": comments on images."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from constellation.accounts.store import profile_key
from constellation.aws.resources import ACCOUNTS, DELETIONS, IMAGES
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.common.sizes import REPLY_LIMIT, text_size
from constellation.images import comment_store as comments
from constellation.images.model import Comment
from functions.images.list_comments import handler as listing
from tests.support.engine import Engine, engine
from tests.support.sharing import Client
from tests.support.workspace import HUGE, MALFORMED, NO_COMMENT, NO_IMAGE, UNKNOWN, Workspace, added, created, no_uuids
from tests.support.world import UUID, Answer, World

NOT_YOURS = {"message": "cursor: This is not a cursor of this list, order and search, given to you."}


@pytest.fixture
def image(trip: Workspace) -> str:
    """The id of an image in it."""
    return trip.image()


def say(client: Client, image: str, content: str = "nice") -> str:
    """The id of a new comment."""
    return created(client.ask("POST", f"/images/{image}/comments", json={"content": content}))["comment_uuid"]


def said(client: Client, image: str) -> list[str]:
    """The contents of the comments on an image."""
    answer = client.ask("GET", f"/images/{image}/comments")
    assert answer.status == 200, answer.body
    return [comment["content"] for comment in answer.json]


def erase(client: Client) -> None:
    """Remove a user's record, as an erasure does."""
    Table(ACCOUNTS).delete(profile_key(client.id))


# The routes, as the contract has them


def test_create(world: World, anna: Client, image: str) -> None:
    world.advance(microseconds=7)
    for path in (f"/images/{image}/comments", f"/images/{image.upper()}/comments/"):
        answer = anna.ask("POST", path, json={"content": "A fine sea", "user_uuid": UNKNOWN, "created": "1999"})
        assert answer.status == 201
        assert UUID.fullmatch(answer.json["comment_uuid"])
        assert answer.json == {
            "comment_uuid": answer.json["comment_uuid"],
            "content": "A fine sea",
            "user_uuid": anna.id,
            "user_name": "anna",
            "created": "2025-07-11T12:00:00.000007+00:00",
        }


def test_list(world: World, anna: Client, bea: Client, trip: Workspace, image: str) -> None:
    trip.connect(bea, rights="COMMENT")
    assert anna.ask("GET", f"/images/{image}/comments").json == []
    made: list[Any] = []
    for client, content in ((anna, "one"), (bea, "two"), (anna, "three")):
        world.advance(seconds=1)
        made.append(client.ask("POST", f"/images/{image}/comments", json={"content": content}).json)
    for client in (anna, bea):
        for path in (f"/images/{image}/comments", f"/images/{image.upper()}/comments/"):
            answer = client.ask("GET", path)
            assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
            assert answer.json == made
            assert "link" not in answer.headers


def test_the_author_is_named_as_long_as_there_is_one(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="COMMENT")
    image = trip.image()
    for client in (anna, bea, anna):
        world.advance(seconds=1)
        say(client, image)
    listed = anna.ask("GET", f"/images/{image}/comments")
    assert [comment["user_name"] for comment in listed.json] == ["anna", "bea", "anna"]
    assert [call.action for call in world.calls].count("dynamodb:BatchGetItem") == 2  # one finds the membership
    erase(bea)
    listed = anna.ask("GET", f"/images/{image}/comments")
    assert [comment["user_name"] for comment in listed.json] == ["anna", None, "anna"]
    assert [comment["user_uuid"] for comment in listed.json] == [anna.id, bea.id, anna.id]


def test_delete(anna: Client, image: str) -> None:
    first, second, third = (say(anna, image, content) for content in ("one", "two", "three"))
    for path in (f"/images/{image}/comments/{first}", f"/images/{image.upper()}/comments/{second.upper()}/"):
        answer = anna.ask("DELETE", path)
        assert (answer.status, answer.json) == (200, {"message": "Comment deleted"})
        again = anna.ask("DELETE", path)
        assert (again.status, again.json) == (404, NO_COMMENT)
    assert said(anna, image) == ["three"]
    assert anna.ask("GET", f"/images/{image}/comments").json[0]["comment_uuid"] == third


# Who may, and what there is


def test_only_a_token_opens_them(world: World, anna: Client, image: str) -> None:
    comment = say(anna, image)
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", f"/{comment}")):
        for token in (None, anna.key, "no token", anna.token[:-2]):
            answer = world.request(method, f"/images/{image}/comments{path}", token=token, json={"content": "more"})
            assert answer.status == 401
    assert said(anna, image) == ["nice"]


@pytest.mark.parametrize("right", ["READ", "COMMENT", "WRITE", "ADMIN"])
def test_rights(anna: Client, bea: Client, trip: Workspace, image: str, right: str) -> None:
    trip.connect(bea, rights="COMMENT")
    own, others = say(bea, image, "own"), say(anna, image, "other's")
    trip.connect(bea, rights=right)
    assert sorted(said(bea, image)) == ["other's", "own"]
    added_ = bea.ask("POST", f"/images/{image}/comments", json={"content": "more"})
    foreign = bea.ask("DELETE", f"/images/{image}/comments/{others}")
    assert bea.ask("DELETE", f"/images/{image}/comments/{own}").status == 200
    left: list[str] = []
    if right == "READ":
        assert (added_.status, added_.json) == (403, {"message": "This needs COMMENT rights"})
    else:
        assert added_.status == 201
        left.append("more")
    if right == "ADMIN":
        assert foreign.status == 200
    else:
        assert (foreign.status, foreign.json) == (403, {"message": "This needs ADMIN rights"})
        left.append("other's")
    assert sorted(said(anna, image)) == left


def test_on_an_image_in_no_constellation_its_owner_comments_alone(anna: Client, bea: Client) -> None:
    image = added(anna)
    comment = say(anna, image)
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", f"/{comment}")):
        answer = bea.ask(method, f"/images/{image}/comments{path}", json={"content": "more"})
        assert (answer.status, answer.json) == (404, NO_IMAGE)
    assert said(anna, image) == ["nice"]
    assert anna.ask("DELETE", f"/images/{image}/comments/{comment}").status == 200


def test_what_is_public_is_not_open_to_comments(anna: Client, bea: Client) -> None:
    image = anna.image(isPublic="true")
    for method in ("GET", "POST"):
        answer = bea.ask(method, f"/images/{image}/comments", json={"content": "more"})
        assert (answer.status, answer.json) == (404, NO_IMAGE)


def test_who_is_no_member_any_more_deletes_not_even_its_own(
    anna: Client, bea: Client, trip: Workspace, image: str
) -> None:
    trip.connect(bea, rights="ADMIN")
    comment = say(bea, image, "Bea's")
    trip.disconnect(bea)
    answer = bea.ask("DELETE", f"/images/{image}/comments/{comment}")
    assert (answer.status, answer.json) == (404, NO_IMAGE)
    assert said(anna, image) == ["Bea's"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("DELETE", "/{}")])
def test_images_that_are_not_there(world: World, anna: Client, trip: Workspace, method: str, path: str) -> None:
    gone = trip.image()
    comment = say(anna, gone)
    assert anna.ask("DELETE", f"/images/{gone}").status == 200
    before = world.items(IMAGES)
    for id_ in (gone, UNKNOWN, trip.id, trip.root, comment, *no_uuids(gone)):
        for sent in ({"json": {"content": "more"}}, {"body": b"{"}, {"json": {"content": 5}}):
            answer = anna.ask(method, f"/images/{id_}/comments{path.format(comment)}", **sent)
            assert (answer.status, answer.json) == (404, NO_IMAGE)
    assert world.items(IMAGES) == before


def test_comments_that_are_not_there(anna: Client, trip: Workspace, image: str) -> None:
    comment, elsewhere = say(anna, image), say(anna, trip.image("other.gif"))
    for id_ in (UNKNOWN, elsewhere, image, *no_uuids(comment)):
        answer = anna.ask("DELETE", f"/images/{image}/comments/{id_}")
        assert (answer.status, answer.json) == (404, NO_COMMENT), id_
    assert said(anna, image) == ["nice"]


def test_with_an_image_its_comments_go(world: World, anna: Client, trip: Workspace, image: str) -> None:
    other = trip.image("other.gif")
    for each in (image, other):
        for number in range(30):
            say(anna, each, f"{number}")
    assert anna.ask("DELETE", f"/images/{image}").status == 200
    world.deliver(DELETIONS)
    items = [item for item in world.items(IMAGES) if item["sk"]["S"].startswith("COMMENT#")]
    assert [item["pk"]["S"] for item in items] == [f"IMAGE#{other}"] * 30


def test_the_right_is_told_before_the_input_and_the_size_before_all(
    anna: Client, bea: Client, trip: Workspace, image: str
) -> None:
    trip.connect(bea)
    for sent in ({"body": b"{"}, {"json": {"content": ""}}):
        assert bea.ask("POST", f"/images/{image}/comments", **sent).status == 403
    for id_ in (image, UNKNOWN, "x"):
        answer = bea.ask("POST", f"/images/{id_}/comments", body=HUGE)
        assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)


# Content


@pytest.mark.parametrize(
    "content", ["c", "c" * 2000, "é" * 2000, "🌅" * 2000, " a\n\tb ", "a\0b\u202e", '<script>"\\', "null"]
)
def test_contents_are_kept_as_they_are(anna: Client, image: str, content: str) -> None:
    answer = anna.ask("POST", f"/images/{image}/comments", json={"content": content})
    assert (answer.status, answer.json["content"]) == (201, content)
    assert said(anna, image) == [content]


BLANK = "This value should not be blank."
TOO_LONG = "String should have at most 2000 characters"
NO_STRING = "Input should be a valid string"
OTHERS: tuple[Any, ...] = (5, None, True, [], {}, ["c"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "String should have at least 1 character"),
        (" \n\t", BLANK),
        ("c" * 2001, TOO_LONG),
        ("🌅" * 2001, TOO_LONG),
        (" " * 2001, TOO_LONG),
        *((value, NO_STRING) for value in OTHERS),
    ],
)
def test_contents_that_are_not_taken(anna: Client, image: str, content: Any, message: str) -> None:
    answer = anna.ask("POST", f"/images/{image}/comments", json={"content": content})
    assert (answer.status, answer.json) == (400, {"message": f"content: {message}"})
    assert said(anna, image) == []


@pytest.mark.parametrize("body", [*MALFORMED, b"{}"])
def test_what_is_no_comment(anna: Client, image: str, body: bytes) -> None:
    answer = anna.ask("POST", f"/images/{image}/comments", body=body)
    assert (answer.status, answer.json.keys()) == (400, {"message"})
    assert said(anna, image) == []


# Pages


def following(answer: Answer) -> dict[str, list[str]]:
    """The query of the next page, as the header says it."""
    match = re.fullmatch(r'<(/images/[^/]+/comments)\?([^>]*)>; rel="next"', answer.headers["link"])
    assert match
    return parse_qs(match[2])


def walk(client: Client, image: str, **query: str) -> list[list[str]]:
    """The contents of page after page, as the header leads."""
    pages: list[list[str]] = []
    parts: Any = query
    for _ in range(100):
        answer = client.ask("GET", f"/images/{image}/comments", query=parts)
        assert answer.status == 200, answer.body
        pages.append([comment["content"] for comment in answer.json])
        if "link" not in answer.headers:
            return pages
        parts = following(answer)
    raise AssertionError("it goes on and on")


@pytest.mark.parametrize(
    ("limit", "sizes"), [("1", [1] * 7), ("3", [3, 3, 1]), ("7", [7]), ("6", [6, 1]), ("100", [7])]
)
def test_a_limit_cuts_the_list_into_pages(world: World, anna: Client, image: str, limit: str, sizes: list[int]) -> None:
    for number in range(7):
        world.advance(seconds=number % 2)  # some of them at the same time
        say(anna, image, f"{number}")
    pages = walk(anna, image, limit=limit)
    assert [len(page) for page in pages] == sizes
    assert [content for page in pages for content in page] == said(anna, image)
    assert sorted(said(anna, image)) == [f"{number}" for number in range(7)]


def test_a_walk_misses_nothing_that_is_there_all_the_time(world: World, anna: Client, image: str) -> None:
    ids: list[str] = []
    for number in range(9):
        world.advance(seconds=1)
        ids.append(say(anna, image, f"{number}"))
    first = anna.ask("GET", f"/images/{image}/comments", query={"limit": "4"})
    for number in (0, 3, 5):  # one of them is where the cursor stands
        assert anna.ask("DELETE", f"/images/{image}/comments/{ids[number]}").status == 200
    world.advance(seconds=1)
    say(anna, image, "new")
    rest = anna.ask("GET", f"/images/{image}/comments", query=following(first))
    assert [comment["content"] for comment in rest.json] == ["4", "6", "7", "8"]
    assert walk(anna, image)[-1][-1] == "new"


@pytest.mark.parametrize("limit", ["0", "101", "-1", "+1", "1.0", "x", "", "１", "1e1", " 1"])
def test_a_bad_limit(anna: Client, image: str, limit: str) -> None:
    answer = anna.ask("GET", f"/images/{image}/comments", query={"limit": limit})
    message = "limit: This value should be a whole number from 1 to 100."
    assert (answer.status, answer.json) == (400, {"message": message})


def test_a_cursor_is_for_one_reader_and_one_image(
    world: World, anna: Client, bea: Client, trip: Workspace, image: str
) -> None:
    trip.connect(bea)
    other = trip.image("other.gif")
    for each in (image, other):
        for _ in range(2):
            say(anna, each)
    [cursor] = following(anna.ask("GET", f"/images/{image}/comments", query={"limit": "1"}))["cursor"]

    def answer(client: Client, image_id: str, text: str) -> Answer:
        return client.ask("GET", f"/images/{image_id}/comments", query={"cursor": text})

    assert len(answer(anna, image, cursor).json) == 1
    altered = [
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :] for place in range(len(cursor))
    ]
    for client, image_id, text in (
        (bea, image, cursor),
        (anna, other, cursor),
        *((anna, image, text) for text in (*altered, f"{cursor}A", cursor[:-1], f"{cursor}=", "x", "é")),
    ):
        refused = answer(client, image_id, text)
        assert (refused.status, refused.json) == (400, NOT_YOURS)
    for query in ({"cursor": ""}, {"cursor": [cursor, cursor]}):
        assert anna.ask("GET", f"/images/{image}/comments", query=query).status == 400
    assert answer(bea, UNKNOWN, "x").status == 404


def test_without_a_limit_a_page_has_up_to_a_thousand(anna: Client, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert listing.MOST == 1000
    monkeypatch.setattr(listing, "MOST", 3)
    for number in range(4):
        say(anna, image, f"{number}")
    assert [len(page) for page in walk(anna, image)] == [3, 1]


@pytest.fixture
def shelves(world: World) -> Iterator[Engine]:
    """The local engine's tables, which take many large items in little time, in the place of moto's."""
    with engine() as made:
        yield made


@pytest.mark.parametrize(("character", "number"), [("\0", 480), ("🌅", 800)], ids=["escaped", "wide"])
def test_a_page_is_no_larger_than_an_answer(
    shelves: Engine, world: World, anna: Client, image: str, character: str, number: int
) -> None:
    """As many of the largest comments as are more than an answer holds."""
    for _ in range(number):
        world.advance(seconds=1)
        comments.add(Comment(new_id(), image, anna.id, character * 2000, world.now), number)
    first = anna.ask("GET", f"/images/{image}/comments")
    second = anna.ask("GET", f"/images/{image}/comments", query=following(first))
    assert len(first.json) + len(second.json) == number
    assert REPLY_LIMIT * 0.95 < text_size(first.body) <= REPLY_LIMIT
    assert "link" not in second.headers
    assert first.json[-1]["created"] < second.json[0]["created"]

"""Searches that find more images than one request fetches: the index tells which, the list in which order."""

from collections.abc import Iterator
from typing import Any

import pytest

from constellation.aws.resources import DELETIONS
from constellation.search import model
from tests.support.accounts import problems
from tests.support.gallery import OWN, PICTURES, PUBLIC, Gallery
from tests.support.world import new_world


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    """Images that are in the index, but for some that were changed since; of what is found three are fetched."""
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world:
        patch.setattr(model, "MOST_FETCHED", 3)
        made = Gallery(world)
        made.settle()
        made.change("picture 5", description="photo")
        made.change("picture 6", description="picture, still")
        made.change("picture 7", isPublic=False)
        assert made.anna.ask("DELETE", f"/api/image/{made.ids['picture 8']}").status == 204
        world.deliver(DELETIONS, delayed=True)
        yield made


def pages(gallery: Gallery, path: str, **query: str) -> list[Any]:
    """Every page of a search, there and back."""
    found = [gallery.anna.ask("GET", f"{path}1", query=query).json]
    for way in ("nextCursor", "prevCursor"):
        for _ in range(PICTURES):
            if cursor := found[-1]["meta"][way]:
                found.append(gallery.anna.ask("GET", f"{path}1", query={**query, "cursor": cursor}).json)
    return found


@pytest.mark.parametrize("path", [PUBLIC, OWN])
@pytest.mark.parametrize("order", ["attributes.updatedAt", "attributes.createdAt", "attributes.fileName"])
def test_every_image_is_found_once_and_in_order(gallery: Gallery, path: str, order: str) -> None:
    whole = gallery.anna.ask("GET", f"{path}1", query={"orderBy": order, "limit": "100"}).json["data"]
    expected = [image["id"] for image in whole if "picture" in image["attributes"]["description"].lower()]
    assert len(expected) == PICTURES - (3 if path == PUBLIC else 2)
    walked = pages(gallery, path, orderBy=order, searchTerm="picture", limit="12")
    ids = [[image["id"] for image in page["data"]] for page in walked]
    assert ids == [expected[:12], expected[12:24], expected[24:], expected[12:24], expected[:12]]
    numbered = gallery.anna.ask("GET", f"{path}2", query={"orderBy": order, "searchTerm": "picture", "limit": "12"})
    assert [image["id"] for image in numbered.json["data"]] == expected[12:24]


def test_the_total_leaves_out_what_has_changed_since_the_index(gallery: Gallery) -> None:
    [first, *_] = pages(gallery, OWN, searchTerm="picture", limit="100")
    assert first["meta"]["total"] == PICTURES - 2


@pytest.mark.parametrize("path", [PUBLIC, OWN])
def test_words_that_too_many_images_have_are_refused(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(model, "MOST_SORTED", 20)
    answer = gallery.anna.ask("GET", f"{path}1", query={"searchTerm": "picture"})
    assert list(problems(answer)) == ["searchTerm"]
    rare = gallery.anna.ask("GET", f"{path}1", query={"searchTerm": "picture 21"})
    assert [gallery.names[image["id"]] for image in rare.json["data"]] == ["picture 21"]
    for order, status in (("attributes.views", 422), ("attributes.updatedAt", 200), ("attributes.createdAt", 200)):
        assert gallery.anna.ask("GET", f"{path}1", query={"orderBy": order}).status == status


@pytest.mark.parametrize("path", [PUBLIC, OWN])
def test_an_index_that_is_behind_says_what_is_not_searched(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    [whole, *_] = pages(gallery, path, searchTerm="picture", limit="12")
    assert "notSearched" not in whole["meta"]
    monkeypatch.setattr(model, "MOST_UNINDEXED", 1)
    walked = pages(gallery, path, searchTerm="picture", limit="12")
    # Until the index has followed, "picture 5" is found by its description of before.
    assert walked[0]["meta"]["total"] == whole["meta"]["total"] + 1
    for page in walked:
        assert page["meta"]["notSearched"]["after"] < page["meta"]["notSearched"]["until"]


@pytest.mark.parametrize("path", [PUBLIC, OWN])
def test_a_page_by_its_number_is_refused_where_it_is_far(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(model, "MOST_WALKED", 25)
    assert gallery.anna.ask("GET", f"{path}2").status == 200
    answer = gallery.anna.ask("GET", f"{path}3")
    assert list(problems(answer)) == ["page"]
    assert gallery.anna.ask("GET", f"{path}400").json["data"] == []
    walked = pages(gallery, path, limit="10")
    assert len({image["id"] for page in walked for image in page["data"]}) == walked[0]["meta"]["total"] > 25

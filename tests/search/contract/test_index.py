"""The contract's section "Sharing": search is kept right by PATCH and DELETE, with and without the index."""

import pytest

from constellation.aws.resources import DELETIONS
from constellation.images.model import PUBLIC as LISTED
from constellation.search import index, store
from constellation.search.query import digits_word, index_words
from tests.support.gallery import OWN, PICTURES, PUBLIC, Gallery
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

INDEXED = pytest.mark.parametrize("indexed", [False, True], ids=["new", "indexed"])


CHANGED = 8
"""So many changes are worth an index here."""


@pytest.fixture
def gallery(world: World, monkeypatch: pytest.MonkeyPatch) -> Gallery:
    monkeypatch.setattr(index, "FEWEST", CHANGED)
    return Gallery(world)


@pytest.fixture
def ready(gallery: Gallery, indexed: bool) -> Gallery:
    """The gallery, its lists in the index or too new for it."""
    if indexed:
        gallery.settle()
    assert bool(gallery.entries()) == indexed
    return gallery


@INDEXED
def test_changes_are_found_and_what_was_there_before_is_not(ready: Gallery) -> None:
    ready.change("sea", description="A lake in the morning #calm")
    ready.change("secret", isPublic=True)
    ready.change("picture 5", isPublic=False)
    for settle in (False, True):
        if settle:
            ready.settle()
        for path in (PUBLIC, OWN):
            assert "sea" not in ready.search(path, "sunset")
            assert ready.search(path, "lake morning") == {"sea"}
            assert ready.search(path, "calm", "hashtag") == {"sea"}
            assert ready.search(path, "beach", "hashtag") == set()
            assert ready.search(path, "holiday") == {"sea"}
        assert ready.search(PUBLIC, "sunset") == {"secret", "bea's", "guest's"}
        assert ready.search(PUBLIC, "picture 5") == set()
        assert ready.search(OWN, "picture 5") == {"picture 5"}


@INDEXED
def test_what_is_deleted_is_not_found(ready: Gallery) -> None:
    for name in ("sea", "picture 5"):
        assert ready.anna.ask("DELETE", f"/api/image/{ready.ids[name]}").status == 204
    for swept in (False, True):
        if swept:
            ready.world.deliver(DELETIONS, delayed=True)
            assert ready.words("sea") == ready.words("picture 5") == set()
            ready.settle()
            assert ready.words("sea") == ready.words("picture 5") == set()
        for path in (PUBLIC, OWN):
            assert ready.search(path, "holiday") == ready.search(path, "picture 5") == set()
            assert len(ready.search(path, "picture")) == PICTURES - 1


def test_the_index_holds_the_words_of_what_is_there_and_no_others(gallery: Gallery) -> None:
    gallery.settle()
    assert gallery.words("sea") >= {"golden", "sunset", "beach", "hour", "holiday", "2024", "anna"}
    for number in range(CHANGED):
        gallery.change(f"picture {number}", description=f"Photo {number} #new")
    gallery.change("sea", description="sunset")
    gallery.change("sea", description="lake")
    gallery.change("sea", description="sunset")
    gallery.settle()
    name = f"@{gallery.ids['picture 7']}"
    assert gallery.words("picture 7") == {"photo", "7", "new", "a", "jpg", "anna", name}
    assert gallery.words("sea") == {*index_words(gallery.ids["sea"], "sunset", "Holiday-2024.jpg", "anna")}
    for path in (PUBLIC, OWN):
        assert len(gallery.search(path, "picture")) == PICTURES - CHANGED
        assert len(gallery.search(path, "new photo")) == CHANGED
        assert "sea" in gallery.search(path, "sunset")


@INDEXED
def test_the_shown_name_of_a_file_finds_it_as_long_as_it_is_there(ready: Gallery) -> None:
    image_id = ready.ids["sea"]
    terms = (image_id, f"{image_id}.gif", image_id[:8])
    ready.change("sea", description="lake", isPublic=False)
    for settled in (False, True):
        if settled:
            ready.settle()
        for term in terms:
            assert (ready.search(PUBLIC, term), ready.search(OWN, term)) == (set(), {"sea"}), term
            assert ready.search(OWN, f"{term} lake") == {"sea"}
            assert ready.search(OWN, f"{term} sunset") == set()
    assert ready.anna.ask("DELETE", f"/api/image/{image_id}").status == 204
    for term in terms:
        assert ready.search(OWN, term) == set()
    ready.world.deliver(DELETIONS, delayed=True)
    assert ready.words("sea") == set()


def test_an_image_that_was_indexed_without_its_id_is_found_by_all_of_it(gallery: Gallery) -> None:
    """As every image that was in the index before ids were; by a part of the id once its words have changed."""
    gallery.settle()
    image_id = gallery.ids["sea"]
    for list_ in (gallery.anna.id, LISTED):
        store.remove(list_, image_id, [digits_word(image_id.replace("-", ""))])
    assert gallery.search(OWN, f"{image_id}.gif") == gallery.search(PUBLIC, image_id) == {"sea"}
    assert gallery.search(OWN, image_id[:8]) == set()
    for number in range(CHANGED):
        gallery.change(f"picture {number}", description=f"Photo {number}")
    gallery.change("sea", description="lake")
    gallery.settle()
    assert gallery.search(OWN, image_id[:8]) == gallery.search(PUBLIC, image_id[:8]) == {"sea"}


def test_a_change_of_is_public_touches_no_entry(gallery: Gallery) -> None:
    gallery.settle()
    before = gallery.entries()
    for listed in (False, True):
        for number in range(CHANGED):
            gallery.change(f"picture {number}", isPublic=listed)
        gallery.settle()
        assert "dynamodb:BatchWriteItem" not in {call.action for call in gallery.world.calls}
        assert gallery.entries() == before
        assert len(gallery.search(PUBLIC, "picture")) == PICTURES - CHANGED * (not listed)

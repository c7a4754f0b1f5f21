"""What lists and searches read at most, seen from the calls they make."""

from datetime import datetime

import pytest

from constellation.common.times import to_wire
from constellation.images import usage_store
from constellation.images.counts import IMAGE, Count
from constellation.runtime.request import Caller
from constellation.search import model, store
from constellation.search.store import Indexed
from tests.support.accounts import sign_up
from tests.support.gallery import index_reaches
from tests.support.pictures import still
from tests.support.world import NOON, Call, File, World, event


@pytest.fixture
def ada(world: World) -> Caller:
    """A user."""
    return Caller(sign_up(world), session_id="session")


def uploaded(world: World, caller: Caller, description: str = "") -> str:
    """The id of a new image."""
    form = {"image": File("sea.jpg", still("JPEG")), "description": description}
    return world.call("share_upload_image", event("POST", "/api/upload", form=form, caller=caller)).json["id"]


def history(world: World, caller: Caller, **query: str) -> int:
    """The status of the first page of the caller's images."""
    asked = event("GET", "/", query=query, path_parameters={"page": "1"}, caller=caller)
    return world.call("share_list_own_images", asked).status


def queries(world: World) -> list[Call]:
    """The last invocation's queries; those of an index have its path."""
    return [call for call in world.calls if call.action == "dynamodb:Query"]


def enter(list_: str, image_id: str, description: str, at: datetime) -> None:
    """Put words into the index of a list, and say that it is up to date."""
    store.put(list_, [Indexed(image_id, dict.fromkeys(description.split(), "d"), to_wire(at))])
    index_reaches(list_, to_wire(at.replace(year=at.year + 1)))


def test_a_list_too_long_for_an_order_is_refused_before_it_is_read(world: World, ada: Caller) -> None:
    uploaded(world, ada)
    usage_store.correct(ada.user_id, IMAGE, "none", Count(), Count(model.MOST_SORTED, 0, to_wire(NOON)))
    assert history(world, ada, orderBy="attributes.views") == 422
    assert [call.path for call in queries(world)] == [""]


def test_beside_a_rare_word_a_frequent_one_is_not_read_to_its_end(
    world: World, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "MOST_FETCHED", 2)
    limits = list[int]()
    find = store.find

    def watched(list_: str, beginning: str, fields: str, limit: int) -> frozenset[str] | None:
        limits.append(limit)
        return find(list_, beginning, fields, limit)

    monkeypatch.setattr(store, "find", watched)
    for text in ("rare sea", "sea", "sea"):
        enter(ada.user_id, uploaded(world, ada, text), text, NOON)
    assert history(world, ada, searchTerm="rare sea") == 200
    assert limits == [2, 2]
    assert history(world, ada, searchTerm="sea") == 200
    assert limits == [2, 2, 2, model.MOST_SORTED]

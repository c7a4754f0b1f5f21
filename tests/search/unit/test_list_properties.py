"""Lists, searches and totals beside a plain model of them, after whatever hypothesis thinks of doing to images."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from constellation.accounts import store as accounts
from constellation.accounts.model import User
from constellation.aws.resources import DELETIONS, INDEXING
from constellation.images import store as images
from constellation.images.model import PUBLIC
from constellation.links import view_store
from constellation.runtime.request import Caller
from constellation.search import index
from tests.support import pictures
from tests.support.consistency import assert_at_rest, settle
from tests.support.engine import engine
from tests.support.world import Answer, File, World, event, new_world

USERS = {
    "Anna Fox": Caller("8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11", session_id="one"),
    "Ben": Caller("1f0e7a3c-52f4-4c3b-8b1d-6f8d9b1c2e33", session_id="another"),
}
GUEST = ""
DESCRIPTIONS = ("", "A red fox", "redder #Red", "Fox-hunt: STRASSE", "#straße, rabbits #fox_hunt", "ｒｅｄ ŘED #Ben")
NAMES = ("sea.png", "Red sea.png")
FILES = [pictures.still("PNG", width, 3) for width in (3, 40)]

TERMS = ("r", "RED fox", "#red", "strass", "ře", "sea", "an fox", "BEN", "badger")
FIELDS = {"all": "dnu", "description": "d", "hashtag": "h", "user": "u"}


@dataclass
class Picture:
    """What the model knows of an image; ``user`` is the owner's display name."""

    id: str
    user: str
    name: str
    description: str
    public: bool
    size: int
    created: datetime
    updated: datetime
    views: int = 0

    def is_found(self, searched: str, fields: str, list_: str) -> bool:
        """Whether every word of a search begins one of the picture's in the fields."""
        texts = {"d": self.description, "n": self.name, "u": self.user if list_ == PUBLIC else ""}
        texts["h"] = " ".join(re.findall(r"#(\S+)", self.description))
        words = [word for each in fields for word in _words(texts[each])]
        return all(any(word.startswith(term) for word in words) for term in _words(searched))


ORDERS: Mapping[str, Callable[[Picture], Any]] = {
    "attributes.updatedAt": lambda picture: (picture.updated, picture.id),
    "attributes.createdAt": lambda picture: (picture.created, picture.id),
    "attributes.views": lambda picture: (picture.views, picture.id),
    "attributes.fileName": lambda picture: picture.id,
    "metadata.size": lambda picture: (picture.size, picture.id),
}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


@dataclass
class Both:
    """The product and its model; what is done to the one is done to the other."""

    world: World
    pictures: list[Picture] = field(default_factory=list[Picture])

    def upload(self, user: str, file: int, name: str, description: str, public: bool) -> None:
        form = {"image": File(name, FILES[file]), "description": description, "isPublic": str(public).lower()}
        function = "share_upload_image_as_guest" if user == GUEST else "share_upload_image"
        answer = self.world.call(function, event("POST", "/", form=form, caller=USERS.get(user)))
        image = images.get(answer.json["id"])
        assert image
        now = self.world.now
        shown = public or user == GUEST
        self.pictures.append(Picture(image.id, user, name, description, shown, image.size, now, now))

    def change(self, number: int, description: str | None, public: bool | None) -> None:
        picture = self.pictures[number % len(self.pictures)]
        given = {"description": description, "isPublic": public}
        fields = {name: value for name, value in given.items() if value is not None}
        if self._asked("PATCH", "share_change_image", picture, fields) != 204:
            return
        before = picture.description, picture.public
        picture.description = picture.description if description is None else description
        picture.public = picture.public if public is None else public
        if (picture.description, picture.public) != before:
            picture.updated = self.world.now

    def delete(self, number: int, keeps_bytes: bool) -> None:
        picture = self.pictures[number % len(self.pictures)]
        if self._asked("DELETE", "share_delete_image", picture, {"preserveOnDisk": keeps_bytes}) == 204:
            self.pictures.remove(picture)

    def see(self, number: int, times: int) -> None:
        picture = self.pictures[number % len(self.pictures)]
        view_store.add(f"log of {self.world.now}", 0, {picture.id: times}, self.world.now)
        picture.views += times

    def hear(self, again: bool) -> None:
        """Let messages come whose time has come, perhaps twice and in another order."""
        self.world.advance(seconds=120)
        contents = [message.content for message in self.world.messages(INDEXING)]
        self.world.deliver(INDEXING, delayed=True)
        self.world.deliver(DELETIONS, delayed=True)
        if again:
            self.world.advance(seconds=120)
            assert self.world.receive(INDEXING, contents[::-1]) == []

    def _asked(self, method: str, function: str, picture: Picture, body: Mapping[str, Any]) -> int:
        """The status when its owner asks, or for a guest's picture anyone, who is refused."""
        caller = USERS.get(picture.user, USERS["Ben"])
        happening = event(method, "/", json=body, path_parameters={"image_id": picture.id}, caller=caller)
        status = self.world.call(function, happening).status
        assert status == (403 if picture.user == GUEST else 204)
        return status

    def assert_same(self, term: str, search_by: str) -> None:
        """Every list in every order, whole and searched."""
        for user, caller in USERS.items():
            own = [picture for picture in self.pictures if picture.user == user]
            self._assert_listed("share_list_own_images", caller.user_id, caller, own, term, search_by)
        public = [picture for picture in self.pictures if picture.public]
        self._assert_listed("share_list_public_images", PUBLIC, USERS["Ben"], public, term, search_by)

    def _assert_listed(
        self, function: str, list_: str, caller: Caller, listed: list[Picture], term: str, search_by: str
    ) -> None:
        def page(**query: str) -> Answer:
            return self.world.call(
                function, event("GET", "/", query=query, path_parameters={"page": "1"}, caller=caller)
            )

        for order, key in ORDERS.items():
            answer = page(orderBy=order, order="desc", limit="100")
            right = [picture.id for picture in sorted(listed, key=key, reverse=True)]
            assert [image["id"] for image in answer.json["data"]] == right, order
            assert answer.json["meta"]["total"] == len(right)
            answer = page(orderBy=order, order="asc", limit="100", searchTerm=term, searchBy=search_by)
            found = [picture for picture in listed if picture.is_found(term, FIELDS[search_by], list_)]
            right = [picture.id for picture in sorted(found, key=key)]
            assert [image["id"] for image in answer.json["data"]] == right, (order, term)
            assert answer.json["meta"]["total"] == len(right)

    def assert_totals_need_no_repair(self) -> None:
        for list_ in (PUBLIC, *(caller.user_id for caller in USERS.values())):
            report = self.world.invoke("recount_list", {"list": list_})
            assert (report["corrected"], report["skipped"]) == (0, 0)


NUMBERS = st.integers(0, 50)
UPLOADS = st.tuples(
    st.just(Both.upload),
    st.sampled_from([*USERS, GUEST]),
    st.sampled_from(range(len(FILES))),
    st.sampled_from(NAMES),
    st.sampled_from(DESCRIPTIONS),
    st.booleans(),
)
DOINGS = st.one_of(
    UPLOADS,
    st.tuples(st.just(Both.change), NUMBERS, st.none() | st.sampled_from(DESCRIPTIONS), st.none() | st.booleans()),
    st.tuples(st.just(Both.delete), NUMBERS, st.booleans()),
    st.tuples(st.just(Both.see), NUMBERS, st.integers(1, 3)),
    st.tuples(st.just(Both.hear), st.booleans()),
)


def sign_up(name: str, caller: Caller) -> None:
    """A user's account, without a password that would take its time."""
    created_at = datetime(2025, 7, 11, 12, tzinfo=UTC)
    user = User(caller.user_id, f"{caller.user_id}@example.com", None, name, "", created_at)
    assert accounts.create(user) == []


# To shrink a failure takes minutes; ``phases`` may be left out for it.
@settings(max_examples=8, deadline=None, phases=[Phase.generate])
@given(st.lists(UPLOADS, min_size=2, max_size=6), st.lists(DOINGS, max_size=16), st.data())
def test_lists_are_as_the_model_has_them(uploads: list[Any], doings: list[Any], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine():
        patch.setattr(index, "FEWEST", 1)
        patch.setattr(index, "SLICE", 12)
        for name, caller in USERS.items():
            sign_up(name, caller)
        both = Both(world)
        for doing, *arguments in [*uploads, *doings]:
            world.advance(seconds=1)
            if both.pictures or doing in (Both.upload, Both.hear):
                doing(both, *arguments)
        for _ in range(2):
            both.assert_same(data.draw(st.sampled_from(TERMS)), data.draw(st.sampled_from([*FIELDS])))
            settle(world)
        both.assert_totals_need_no_repair()
        assert_at_rest(world)

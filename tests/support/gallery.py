"""Images to be searched: of two users and a guest, with words of many kinds."""

import json
from typing import Any

from constellation.aws.resources import IMAGES, INDEXING
from constellation.search import lease_store
from tests.support.sharing import SMALL, Client
from tests.support.world import NOON, File, World

PUBLIC, OWN = "/api/images/", "/api/images/history/"
PICTURES = 34
"""With the others enough of them to be worth an index."""


def index_reaches(list_: str, place: str) -> None:
    """Say that the search index holds a list up to this place in the order of change."""
    assert lease_store.lease(list_, "test", NOON, NOON) is not None
    assert lease_store.advance(list_, "test", place, NOON)
    lease_store.release(list_, "test")


class Gallery:
    """Anna's images, some of Bea's and a guest's, by names for the test; and many that are called pictures."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna = Client(world, "anna")
        self.bea = Client(world, "bea", displayName="Björn Ødegård")
        self.ids: dict[str, str] = {}
        for number in range(PICTURES):
            world.advance(seconds=1)
            self.ids[f"picture {number}"] = self.anna.image(description=f"Picture {number}", isPublic="true")
        for name, client, file, listed, description in (
            ("sea", self.anna, "Holiday-2024.jpg", True, "Golden SUNSET over the sea, (#Beach) #golden_hour!"),
            ("café", self.anna, "U\u0308bung.gif", True, "Cafe\u0301 in der Straße"),
            ("turkish", self.anna, "1", True, "İstanbul'da GÜNEŞ"),
            ("wide", self.anna, "2", True, "Ｆｕｌｌ ﬁne ⅷ #ｔａｇｇｅｄ"),
            ("long", self.anna, "3", True, "ab" * 100),
            ("secret", self.anna, "4", False, "a secret sunset"),
            ("bea's", self.bea, "5", True, "sunset again"),
        ):
            world.advance(seconds=1)
            self.ids[name] = client.image(name=file, description=description, isPublic=str(listed))
        form: dict[str, str | File] = {"image": File("6", SMALL), "description": "sunset of a guest"}
        self.ids["guest's"] = world.request("POST", "/api/guest/upload", form=form).json["id"]
        self.names = {image_id: name for name, image_id in self.ids.items()}

    def search(self, path: str, term: str, by: str = "", client: Client | None = None) -> set[str]:
        """The names of the images that a search finds; its total must be their number."""
        query = {"searchTerm": term, "limit": "100"} | ({"searchBy": by} if by else {})
        answer = (client or self.anna).ask("GET", f"{path}1", query=query)
        assert answer.status == 200, answer.body
        found = [self.names[image["id"]] for image in answer.json["data"]]
        assert answer.json["meta"]["total"] == len(found) == len(set(found))
        return set(found)

    def change(self, name: str, **fields: Any) -> None:
        """A PATCH by Anna."""
        self.world.advance(seconds=1)
        assert self.anna.ask("PATCH", f"/api/image/{self.ids[name]}", json=fields).status == 204

    def settle(self) -> None:
        """Let the index follow all that has been done; of messages that are alike one is enough."""
        self.world.advance(minutes=5)
        told = {json.dumps(message.content): message.content for message in self.world.messages(INDEXING)}
        assert self.world.receive(INDEXING, list(told.values())) == []

    def entries(self) -> list[Any]:
        """The index, in an order of its own."""
        return sorted(
            (item for item in self.world.items(IMAGES) if item["pk"]["S"].startswith("WORDS#")),
            key=lambda item: (item["pk"]["S"], item["sk"]["S"]),
        )

    def words(self, name: str) -> set[str]:
        """The words under which an image is in the index."""
        keys = [item["sk"]["S"].rpartition("#") for item in self.entries()]
        return {word for word, _, image_id in keys if image_id == self.ids[name]}

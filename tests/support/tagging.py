"""Tags in tests, by requests."""

from typing import Any

from constellation.aws.resources import INDEXING
from tests.support.sharing import Client
from tests.support.world import Answer, World


def put(client: Client, image_id: str, *tags: Any) -> Answer:
    """Return the answer to a request that gives an image tags."""
    return client.ask("PUT", f"/api/image/{image_id}/tags", json={"tags": list(tags)})


def tagged(client: Client, *tags: str, isPublic: str = "false") -> str:
    """Return the id of a new image with tags."""
    image_id = client.image(isPublic=isPublic)
    assert put(client, image_id, *tags).status == 204
    return image_id


def rename(client: Client, old: Any, new: Any) -> Answer:
    """Return the answer to a request to rename a branch."""
    return client.ask("PATCH", "/api/tags", json={"from": old, "to": new})


def tags_of(client: Client, image_id: str) -> list[str]:
    """Return the tags of an image."""
    return client.ask("GET", f"/api/image/{image_id}/detail").json["tags"]


def counts(client: Client, **query: str) -> dict[str, int]:
    """Return how many images have the tags of a page, the first one if none is asked for."""
    answer = client.ask("GET", "/api/tags", query=query)
    assert answer.status == 200, answer.body
    return {entry["tag"]: entry["count"] for entry in answer.json["data"]}


def found(client: Client, tag: str, *, public: bool = False) -> set[str]:
    """Return the ids of a user's own images, or of the public ones, with a tag, 100 at most."""
    query = {"searchBy": "tag", "searchTerm": tag, "orderBy": "attributes.createdAt", "limit": "100"}
    answer = client.ask("GET", f"/api/images/{'' if public else 'history/'}1", query=query)
    assert answer.status == 200, answer.body
    return {each["id"] for each in answer.json["data"]}


def counted(world: World) -> None:
    """Let a minute pass."""
    world.advance(seconds=60)
    world.deliver(INDEXING, delayed=True)

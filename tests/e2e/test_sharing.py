"""The life of an image on the sharing surface, as its owner and the world see it through the edge."""

import httpx

from tests.e2e.test_local import eventually, sign_up
from tests.photographs import flower
from tests.support.product import Product

SECONDS = 30
"""How long a deleted image may go on being seen."""


def test_the_life_of_an_image(client: httpx.Client) -> None:
    headers = sign_up(client).headers
    fields = {"description": "A quiet sea #evening", "isPublic": "true"}
    ids: list[str] = []
    for _ in range(3):
        answer = client.post("/api/upload", files={"image": ("sea.jpg", flower())}, data=fields, headers=headers)
        ids.append(answer.json()["id"])
    newest = ids[::-1]

    first = client.get("/api/images/history/1", params={"limit": "2"}, headers=headers).json()
    assert [image["id"] for image in first["data"]] == newest[:2]
    assert first["meta"]["total"] == 3
    cursor = {"limit": "2", "cursor": first["meta"]["nextCursor"]}
    second = client.get("/api/images/history/2", params=cursor, headers=headers).json()
    assert [image["id"] for image in second["data"]] == newest[2:]
    assert second["meta"]["nextCursor"] is None

    asked = {"uuid[]": [ids[2], ids[0]]}
    assert [image["id"] for image in client.get("/api/images", params=asked, headers=headers).json()] == asked["uuid[]"]
    everyone = client.get("/api/images/1", params={"searchTerm": "#even qui"}, headers=sign_up(client).headers).json()
    assert {image["id"] for image in everyone["data"]} >= set(ids)
    assert {image["owner"]["email"] for image in everyone["data"]} == {None}

    change = {"description": "A loud harbour", "isPublic": False}
    path = f"/api/image/{ids[0]}"
    assert client.patch(path, json=change, headers=headers).status_code == 204
    detail = client.get(f"{path}/detail", headers=headers)
    assert detail.headers["Cache-Control"] == "no-store"
    assert detail.json()["description"] == "A loud harbour"
    assert detail.json()["updatedAt"] is not None
    found = client.get("/api/images/history/1", params={"searchTerm": "HARB"}, headers=headers).json()
    assert [image["id"] for image in found["data"]] == [ids[0]]
    assert client.get(f"{path}/detail", headers=sign_up(client).headers).status_code == 404


def test_head_tells_what_get_would(client: httpx.Client) -> None:
    headers = sign_up(client).headers
    image_id = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=headers).json()["id"]
    for link in (f"/image/{image_id}.jpg?w=60", f"/api/image/{image_id}.webp?w=60", f"/image/{image_id}.jpg"):
        heads = [client.head(link) for _ in range(2)]  # of what neither the CDN nor the bucket has
        whole = client.get(link)
        heads.append(client.head(link))
        told = ("ETag", "Accept-Ranges", "Content-Type", "Content-Length", "Cache-Control")
        for head in heads:
            assert (head.status_code, head.content) == (200, b"")
            assert {name: head.headers[name] for name in told} == {name: whole.headers[name] for name in told}
        assert whole.headers["Content-Length"] == str(len(whole.content))


def test_after_a_deletion_no_link_is_left_and_nothing_behind_it(product: Product, client: httpx.Client) -> None:
    headers = sign_up(client).headers
    image_id = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=headers).json()["id"]
    links = [
        f"/image/{image_id}{rest}" for rest in (".jpg", "_thumbnail.webp", ".png?w=90", ".jpg?w=40&h=40&crop=true")
    ]
    links += [f"/api{link}" for link in links]  # past the CDN: the second request, which stores
    for _ in range(2):
        assert {client.get(link).status_code for link in links} == {200}
    assert len(kept(product, image_id)) == len(links) // 2
    assert client.request("DELETE", f"/api/image/{image_id}", json={}, headers=headers).status_code == 204
    assert client.delete(f"/api/image/{image_id}", headers=headers).status_code == 404
    assert eventually(lambda: {client.get(link).status_code for link in links} == {404}, SECONDS)
    assert eventually(lambda: kept(product, image_id) == [], SECONDS)


def test_bytes_stay_where_that_is_asked_for(product: Product, client: httpx.Client) -> None:
    headers = sign_up(client).headers
    image_id = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=headers).json()["id"]
    for path in ("/image", "/api/image"):
        assert client.get(f"{path}/{image_id}.jpg?w=90").status_code == 200
    assert len(kept(product, image_id)) == 2
    how = {"preserveOnDisk": True}
    assert client.request("DELETE", f"/api/image/{image_id}", json=how, headers=headers).status_code == 204
    assert eventually(lambda: client.get(f"/image/{image_id}.jpg?w=90").status_code == 404, SECONDS)
    assert eventually(lambda: kept(product, image_id) == [f"images/{image_id}"], SECONDS)


def kept(product: Product, image_id: str) -> list[str]:
    """The keys of all objects of an image."""
    return [key for name in ("originals", "renditions") for key in product.bucket(name) if image_id in key]

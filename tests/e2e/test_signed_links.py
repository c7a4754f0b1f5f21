"""Signed links and variants in the running product: the edge verifies, its cache keeps, and the CDN forgets in time."""

from collections.abc import Callable

import httpx

from tests.e2e.test_local import eventually
from tests.photographs import flower
from tests.support import pictures
from tests.support.http_user import User

DEAD_SECONDS = 30
"""How long the open links of an image may go on once it is signed."""

FORGOTTEN_SECONDS = 60
"""How long what a variant or a focus gave may be seen after a change."""


def upload(client: httpx.Client, user: User, picture: bytes, **fields: str) -> str:
    answer = client.post("/api/upload", files={"image": ("a.jpg", picture)}, data=fields, headers=user.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def signed(user: User, image_id: str, **asked: object) -> str:
    return user.gets("POST", f"/api/image/{image_id}/sign", asked)["url"]


def test_a_signed_link_is_verified_before_the_cache(client: httpx.Client) -> None:
    user = User(client)
    image_id = upload(client, user, flower(), access="signed")
    assert client.get(f"/image/{image_id}.jpg").status_code == 403
    url = signed(user, image_id, w=200, ext="webp", expiresIn=600)
    assert eventually(lambda: client.get(url).status_code == 200, 10)
    first, again = client.get(url), client.get(url)
    assert again.headers["x-cache"] == "Hit from cloudfront"
    assert first.content == again.content
    name, _, age = again.headers["cache-control"].partition("=")
    assert name == "private, max-age"
    assert 0 < int(age) <= 600
    for forged in (url.replace("w=200", "w=201"), url.replace(".webp", ".png"), f"{url}A", f"/api{url}", url[:-1]):
        assert client.get(forged).status_code == 403, forged
    assert client.get(url.partition("?")[0], params={"w": "200"}).status_code == 403


def test_open_links_end_within_seconds(client: httpx.Client) -> None:
    user = User(client)
    image_id = upload(client, user, flower())
    links = [f"/image/{image_id}.{rest}" for rest in ("jpg", "webp?w=200", "png?w=50&h=50&fit=cover")]
    for link in links * 2:
        assert client.get(link).status_code == 200
    assert user.asks("PATCH", f"/api/image/{image_id}", {"access": "signed"}).status_code == 204
    assert eventually(lambda: [client.get(link).status_code for link in links] == [403] * 3, DEAD_SECONDS)
    assert eventually(lambda: client.get(signed(user, image_id, w=200)).status_code == 200, 10)
    assert user.asks("PATCH", f"/api/image/{image_id}", {"access": "open"}).status_code == 204
    assert eventually(lambda: [client.get(link).status_code for link in links] == [200] * 3, 10)


def width(client: httpx.Client, link: str) -> Callable[[], int]:
    return lambda: pictures.opened(client.get(link).content).width


def test_a_changed_variant_and_a_changed_focus_are_seen_in_time(client: httpx.Client) -> None:
    user = User(client)
    image_id = upload(client, user, flower())
    user.gets("PUT", "/api/variants/card", {"w": 100})
    varied, cut = f"/image/{image_id}.webp?variant=card", f"/image/{image_id}.png?w=20&h=200&fit=cover"
    assert width(client, varied)() == 100
    assert client.get(varied).headers["x-cache"] == "Hit from cloudfront"
    before = client.get(cut).content
    user.gets("PUT", "/api/variants/card", {"w": 120})
    assert user.asks("PATCH", f"/api/image/{image_id}", {"focus": "0,0"}).status_code == 204
    assert eventually(lambda: width(client, varied)() == 120, FORGOTTEN_SECONDS)
    assert eventually(lambda: client.get(cut).content != before, FORGOTTEN_SECONDS)
    assert client.get(f"{cut}&focus=0,0").content == client.get(cut).content

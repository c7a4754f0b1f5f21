"""Views and invalidations, as the product counts and follows them: the edge, its logs, the queue and the function."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from constellation.links.model import TAGS_HEADER
from tests.e2e.test_local import LINK, eventually, sign_up
from tests.photographs import flower
from tests.support.product import Product

MINUTE = 60


def upload(client: httpx.Client, headers: dict[str, str]) -> str:
    """The id of a new image of this user."""
    answer = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def views(client: httpx.Client, image_id: str, headers: dict[str, str]) -> Callable[[], int]:
    """What asks for the views in an image's detail."""
    return lambda: client.get(f"/api/image/{image_id}/detail", headers=headers).json()["views"]


def invalidate(product: Product, *paths: str) -> None:
    """Tell the product's CDN to forget these paths, all at one time."""
    product.sdk("cloudfront").create_invalidation(
        DistributionId=product.outputs()["DistributionId"],
        InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": [*paths]},
            "CallerReference": str(time.time_ns()),
        },
    )


def test_views_are_counted_within_a_minute_from_the_cache_too(client: httpx.Client) -> None:
    headers = sign_up(client).headers
    image_id = upload(client, headers)
    link = f"/image/{image_id}.jpg"
    etag = client.get(link, params=LINK).headers["ETag"]
    with ThreadPoolExecutor(4) as pool:
        answers = [each.result() for each in [pool.submit(client.get, link, params=LINK) for _ in range(40)]]
    assert {answer.headers["X-Cache"] for answer in answers} == {"Hit from cloudfront"}
    counted = [
        client.get(f"/api/image/{image_id.upper()}.png"),
        client.get(link, params=LINK, headers={"If-None-Match": etag}),
        client.get(link, params=LINK, headers={"Range": "bytes=0-9"}),
    ]
    assert [answer.status_code for answer in counted] == [200, 304, 206]
    for answer in (
        client.head(link, params=LINK),
        client.get(f"/image/{image_id}_thumbnail.jpg"),
        client.get(link, params={"w": "0"}),
        client.get(link, params=LINK, headers={"Range": "bytes=99999999-"}),
        client.post(link),
    ):
        assert answer.status_code in (200, 400, 405, 416)
    count = views(client, image_id, headers)
    assert eventually(lambda: count() >= 44, MINUTE)
    assert count() == 44


def test_views_before_a_stop_are_counted_after_the_start(product: Product, client: httpx.Client) -> None:
    headers = sign_up(client).headers
    image_id = upload(client, headers)
    for _ in range(5):
        assert client.get(f"/image/{image_id}.jpg").status_code == 200
    assert product.stop() == 0
    product.start()
    count = views(client, image_id, headers)
    assert eventually(lambda: count() == 5, MINUTE)


def test_what_is_invalidated_is_asked_for_anew_and_the_rest_is_not(product: Product, client: httpx.Client) -> None:
    headers = sign_up(client).headers
    ids = [upload(client, headers) for _ in range(3)]
    mine, tagged, other = (f"/image/{each}.jpg" for each in ids)
    shouted = mine.upper().replace("/IMAGE", "/image").replace("JPG", "jpg")

    def hits() -> list[bool]:
        links = (mine, f"{mine}?w=300", shouted, tagged, other)
        answers = [client.get(link).headers for link in links]
        assert not [each for each in answers if TAGS_HEADER in each]
        return ["Hit" in each["X-Cache"] for each in answers]

    assert hits() == [False] * 5
    assert hits() == [True] * 5
    invalidate(product, mine.replace(".jpg", "*"), f"#{ids[1]}")
    assert eventually(lambda: "Miss" in client.get(mine, params=LINK).headers["X-Cache"], MINUTE)
    assert hits() == [False, True, False, False, True]

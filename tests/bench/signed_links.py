"""What a signed link from the cache takes beside an open one, through the edge of the product on this machine."""

import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from tests.photographs import flower
from tests.support.http_user import User
from tests.support.product import running_product

ROUNDS = 300


def main() -> None:
    """Measure in turns, and print the medians."""
    with (
        tempfile.TemporaryDirectory() as data,
        running_product(Path(data)) as product,
        httpx.Client(base_url=product.url) as client,
    ):
        user = User(client)
        sent = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=user.headers)
        image = sent.raise_for_status().json()["id"]
        signed = user.gets("POST", f"/api/image/{image}/sign", {"w": 200, "ext": "webp"})["url"]
        links = {"open": f"/image/{image}.webp?w=200", "signed": signed}
        took = {name: list[float]() for name in links}
        for _ in range(ROUNDS):
            for name, link in links.items():
                begun = time.perf_counter()
                client.get(link).raise_for_status()
                took[name].append((time.perf_counter() - begun) * 1000)
    told = ", ".join(f"{name} {median(each):.1f} ms" for name, each in took.items())
    print(f"links from the cache, median: {told}")


if __name__ == "__main__":
    main()

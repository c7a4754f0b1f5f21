"""Links with options through the running product: its edge, its cache and its functions."""

import httpx

from tests.e2e.test_local import sign_up
from tests.photographs import flower
from tests.support.pictures import animated, frames_of, opened


def _uploaded(client: httpx.Client, data: bytes) -> str:
    headers = sign_up(client).headers
    return client.post("/api/upload", files={"image": ("a", data)}, headers=headers).json()["id"]


def test_options_reach_the_function_and_equal_ones_share_a_copy(client: httpx.Client) -> None:
    image_id = _uploaded(client, flower())
    query = {"w": "40", "h": "30", "dpr": "2", "fit": "pad", "bg": "FF8000", "flip": "v", "rotate": "90", "q": "71"}
    answer = client.get(f"/image/{image_id}.jpg", params=query)
    assert (answer.status_code, opened(answer.content).size) == (200, (80, 60))
    assert "vary" not in answer.headers
    edge = opened(answer.content).getpixel((2, 30))
    assert all(abs(said - meant) < 12 for said, meant in zip(edge, (255, 128, 0), strict=True))
    again = client.get(f"/image/{image_id}.jpg?w=80&h=60&bg=ff8000&fit=pad&flip=h&rotate=270&q=70&utm_source=x")
    assert again.headers["etag"] == answer.headers["etag"]
    for path in (f"/image/{image_id}.webp", f"/api/image/{image_id}.webp"):
        cut = client.get(f"{path}?w=50&h=50&fit=cover&focus=0.25%2C0.75")
        plain = client.get(f"{path}?w=50&h=50&fit=cover&focus=0.25,0.75")
        assert cut.content == plain.content
        assert opened(cut.content).size == (50, 50)


def test_a_refusal_names_the_option(client: httpx.Client) -> None:
    for query, name in {"blur=51": "blur", "q=80&q=80": "q", "fit=pad&w=9": "fit", "w=4096&dpr=3": "dpr"}.items():
        for path in ("/image/", "/api/image/"):
            answer = client.get(f"{path}5ee52617-24ed-4e57-9b23-4c7a557a34ad.auto?{query}")
            assert answer.status_code == 400
            assert [each["property"] for each in answer.json()["error"]["violations"]] == [name]


def test_auto_is_chosen_before_the_cache(client: httpx.Client) -> None:
    still, moving = _uploaded(client, flower()), _uploaded(client, animated("GIF"))
    accepted = {"image/avif,image/webp,*/*": ("avif", "webp"), "image/webp": ("webp", "webp"), "*/*": ("jpeg", "gif")}
    for number, name in enumerate((still, moving)):
        for cached in ("Miss from cloudfront", "Hit from cloudfront"):
            for accept, kinds in accepted.items():
                answer = client.get(f"/image/{name}.auto?w=60", headers={"Accept": accept})
                assert answer.headers["content-type"] == f"image/{kinds[number]}"
                assert (answer.headers["vary"], answer.headers["x-cache"]) == ("Accept", cached)
                assert frames_of(answer.content) == (1, 3)[number]
    nonsense = client.get(f"/image/{still}.auto?w=60", headers={"Accept": "x/y;q=z," * 1000})
    assert (nonsense.status_code, nonsense.headers["x-cache"]) == (200, "Hit from cloudfront")

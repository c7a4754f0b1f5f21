"""Pages of other origins at the running product: every surface, and whoever answers it."""

from collections.abc import Mapping

import httpx
import pytest

from tests.e2e.test_first_light import User, upload
from tests.e2e.test_local import eventually
from tests.photographs import flower
from tests.support.cors import EMBEDDING, EXPOSED, PREFLIGHT, PREFLIGHTS, is_open
from tests.support.pictures import noise

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"
SECONDS = 60
ORIGINS = pytest.mark.parametrize("sent", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}])


@pytest.mark.parametrize("headers", PREFLIGHTS.values(), ids=PREFLIGHTS)
@pytest.mark.parametrize("path", ["/", "/api/upload", "/image/nothing.jpg", "/no/such/path", "/docs", "/health"])
def test_a_preflight_is_answered_whatever_it_says(client: httpx.Client, path: str, headers: Mapping[str, str]) -> None:
    answer = client.request(
        "OPTIONS", path, headers={name: value.replace("\t", " ") for name, value in headers.items()}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers.items() >= PREFLIGHT.items()


@ORIGINS
def test_every_answer_is_open(client: httpx.Client, sent: dict[str, str]) -> None:
    user = User(client)
    image = upload(client, user, flower())
    answers: list[tuple[int, str, str, dict[str, str]]] = [
        (200, "GET", "/health", {}),
        (302, "GET", "/", {}),
        (200, "GET", "/docs", {}),
        (200, "GET", "/openapi.json", {}),
        (404, "GET", "/docs/nothing.js", {}),
        (404, "GET", "/no/such/path", {}),
        (404, "DELETE", "/health", {}),
        (401, "GET", "/users/me", {}),
        (401, "GET", "/users/me", {"Authorization": "Bearer nonsense"}),
        (200, "GET", "/users/me", user.headers),
        (404, "GET", f"/constellations/{UNKNOWN}", user.headers),
        (404, "GET", f"/image/{UNKNOWN}", user.headers),
        (404, "GET", f"/api/image/{UNKNOWN}/detail", user.headers),
        (422, "GET", "/api/images/0", user.headers),
        (400, "POST", "/image", user.headers),
        (200, "GET", f"/image/{image}.jpg", {}),
        (200, "GET", f"/image/{image}.jpg", {}),
        (200, "HEAD", f"/image/{image}.jpg", {}),
        (206, "GET", f"/image/{image}.jpg", {"Range": "bytes=0-9"}),
        (416, "GET", f"/image/{image}.jpg", {"Range": "bytes=99999999-"}),
        (404, "GET", f"/image/{UNKNOWN}.jpg", {}),
        (404, "GET", "/image/nothing.jpg", {}),
        (400, "GET", f"/image/{image}.jpg?w=0", {}),
        (405, "POST", f"/image/{image}.jpg", {}),
    ]
    for status, method, path, headers in answers:
        answer = client.request(method, path, headers={**headers, **sent})
        assert (answer.status_code, is_open(answer.headers)) == (status, True), (method, path, answer.headers)
        assert len(answer.headers.get_list("Access-Control-Allow-Origin")) == 1
        if path.startswith(f"/image/{image}.") and method != "POST":
            assert answer.headers.items() >= EMBEDDING.items(), (path, answer.headers)
            assert "vary" not in answer.headers


def test_health_and_home(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert (answer.json(), answer.headers["Cache-Control"]) == ({"status": "ok", "version": "1.0.0"}, "no-store")
    assert client.get("/").headers["Location"] == "/console/"


def test_documentation_comes_compressed_from_the_cache(client: httpx.Client) -> None:
    for path in ("/openapi.json", "/docs/swagger-ui.js"):
        answers = [client.get(path, headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
        assert answers[1].headers["X-Cache"] == "Hit from cloudfront"
        for answer in answers:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert int(answer.headers["Content-Length"]) < len(answer.content) / 2
        again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": answers[0].headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@ORIGINS
def test_what_s3_answers_behind_a_redirect_and_to_a_form(client: httpx.Client, sent: dict[str, str]) -> None:
    user = User(client)
    large = noise(1500, 1100)
    assert len(large) > 4_500_000
    wanted = {"kind": "image", "fileName": "large.png", "size": len(large)}
    begun = client.post("/api/uploads", headers=user.headers, json=wanted).raise_for_status().json()
    form = client.post(begun["url"], data=begun["fields"], files={"file": ("large.png", large)}, headers=sent)
    assert form.status_code in (200, 201, 204), form.text
    refused = client.post(begun["url"], data={}, files={"file": ("large.png", b"x")}, headers=sent)
    assert refused.status_code >= 400
    assert eventually(lambda: _status(client, user, begun["id"])["status"] == "ready", SECONDS)
    image = _status(client, user, begun["id"])["imageId"]
    redirect = client.get(f"/images/{image}", headers={**user.headers, **sent})
    assert (redirect.is_redirect, is_open(redirect.headers)) == (True, True)
    signed = redirect.headers["Location"]
    whole, part = client.get(signed, headers=sent), client.get(signed, headers={**sent, "Range": "bytes=0-9"})
    altered = client.get(signed[:-1] + ("0" if signed[-1] != "0" else "1"), headers=sent)
    assert [each.status_code for each in (whole, part, altered)] == [200, 206, 403]
    if not sent:
        return  # S3 answers pages alone
    for answer in (form, refused, whole, part, altered):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["Access-Control-Expose-Headers"] == EXPOSED
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match,range"}
    preflight = client.request("OPTIONS", signed, headers={**sent, **asked})
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert preflight.headers["Access-Control-Allow-Headers"].lower() == "if-none-match, range"


def _status(client: httpx.Client, user: User, upload_id: str) -> dict[str, str]:
    return client.get(f"/api/uploads/{upload_id}", headers=user.headers).raise_for_status().json()

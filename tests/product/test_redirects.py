"""Downloads that are redirected to S3, by clients that keep their credential on the way: Python's urllib is one.

S3 refuses a request with two credentials, so the plain way fails. What is documented at both routes works.
"""

import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest
import requests

from infra.discovery import discover
from infra.openapi import document
from tests.support import pictures
from tests.support.firmware_api import made, send
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.sharing import Client
from tests.support.world import Answer

world, anna = lasting_world, lasting_anna

LIMIT = 1000
"""Bytes that the functions answer themselves, here."""

TWO_CREDENTIALS = b"<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>"
DATA = bytes(range(256)) * 40
PICTURE = pictures.noise(60, 60)


@dataclass
class Site:
    """The product and S3 behind one port."""

    client: Client
    port: int = 0

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What either answers; S3 as moto plays it, and as it treats two credentials."""
        if not path.startswith("/s3/"):
            return self.client.world.request("GET", path, headers=headers)
        if "X-Amz-Signature" in parse_qs(urlsplit(path).query) and "Authorization" in headers:
            return Answer(400, {}, TWO_CREDENTIALS)
        wanted = {name: value for name, value in headers.items() if name in ("Range", "If-Range")}
        answer = requests.get(f"https://{path.removeprefix('/s3/')}", headers=wanted, timeout=5)
        return Answer(answer.status_code, {"Content-Range": answer.headers.get("Content-Range", "")}, answer.content)

    def asks(self, path: str, *, redirected: bool = True, **headers: str) -> tuple[bytes, str]:
        """What urllib gets with the token and these headers, and Content-Range; all of it is sent on if redirected."""
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        add = request.add_header if redirected else request.add_unredirected_header
        add("Authorization", f"Bearer {self.client.token}")
        with build_opener(ProxyHandler({})).open(request, timeout=10) as response:
            return response.read(), response.headers["Content-Range"] or ""


@pytest.fixture
def site(anna: Client, monkeypatch: pytest.MonkeyPatch) -> Generator[Site]:
    monkeypatch.setattr("functions.firmware.get_binary.handler.DIRECT_FILE_LIMIT", LIMIT)
    monkeypatch.setattr("functions.images.workspace_get_image.handler.DIRECT_FILE_LIMIT", LIMIT)
    made_site = Site(anna)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = made_site.answer(self.path, dict(self.headers.items()))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                here = f"http://127.0.0.1:{made_site.port}/s3/"
                self.send_header(name, value.replace("https://", here) if name == "location" else value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made_site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made_site
        server.shutdown()
        thread.join()


@pytest.fixture(params=["binary", "image"])
def download(request: pytest.FixtureRequest, site: Site) -> tuple[str, bytes]:
    """The path of something that is redirected to, and its bytes."""
    client = site.client
    if request.param == "binary":
        firmware_id = made(client)
        assert send(client, firmware_id, DATA).status == 200
        return f"/image/{firmware_id}/binary", DATA
    image_id = client.image(PICTURE, name="noise.png")
    kept = requests.get(client.ask("GET", f"/images/{image_id}").headers["location"], timeout=5).content
    return f"/images/{image_id}", kept


def test_a_client_that_keeps_its_credential_is_refused_by_s3(site: Site, download: tuple[str, bytes]) -> None:
    with pytest.raises(HTTPError) as refusal:
        site.asks(download[0])
    with refusal.value as response:
        assert (response.status, response.read()) == (400, TWO_CREDENTIALS)


def test_ranges_up_to_the_limit_are_not_redirected_and_give_the_whole(site: Site, download: tuple[str, bytes]) -> None:
    path, data = download
    assert len(data) > 3 * LIMIT
    got, size = b"", ""
    while len(got) != int(size or -1):
        part, said = site.asks(path, Range=f"bytes={len(got)}-{len(got) + LIMIT - 1}")
        assert 0 < len(part) <= LIMIT
        assert said.startswith(f"bytes {len(got)}-")
        got, size = got + part, said.rpartition("/")[2]
    assert got == data


def test_a_client_that_leaves_it_out_gets_the_whole(site: Site, download: tuple[str, bytes]) -> None:
    path, data = download
    assert site.asks(path, redirected=False) == (data, "")
    assert site.asks(path, redirected=False, Range=f"bytes=5-{LIMIT + 5}")[0] == data[5 : LIMIT + 6]


def test_both_routes_say_so() -> None:
    paths = document(discover())["paths"]
    for path in ("/image/{image_id}/binary", "/images/{image_uuid}"):
        for method in ("get", "head"):
            text = paths[path][method]["description"]
            assert all(word in text for word in ("redirected", "4.5 MB", "Authorization", "400", "ranges")), text

"""``docs/examples/page.js`` in Chromium, on a page of another origin that is isolated by COEP."""

import json
import queue
import subprocess
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra import ROOT
from tests.photographs import flower
from tests.support.browser import CHROMIUM
from tests.support.http_user import User
from tests.support.pictures import noise
from tests.support.product import Product

SCRIPT = ROOT / "docs" / "examples" / "page.js"
SECONDS = 90

PAGE = """<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="module">
import { Constellation } from '/page.js';
const [base, token] = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const report = { isolated: crossOriginIsolated };
const file = async (path, name, type) =>
  new File([await (await fetch(path)).arrayBuffer()], name, { type });
try {
  const stars = new Constellation(base, token);
  const ids = [];
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
    ids.push(await stars.upload(await file('/small', name, 'image/jpeg')));
  }
  report.listed = [];
  for await (const image of stars.images(1)) report.listed.push(image.id);
  report.uploaded = ids;
  report.widths = [];
  for (const mode of [null, 'anonymous']) {
    const image = stars.show(ids[0], 100);
    if (mode) { image.crossOrigin = mode; image.src += '&again'; }
    document.body.append(image);
    await image.decode();
    report.widths.push(image.naturalWidth);
  }
  const upload = await stars.uploadLarge(await file('/large', 'large.png', 'image/png'));
  let status = {};
  const end = performance.now() + 60000;
  do {
    status = await (await stars.ask(`/api/uploads/${upload}`)).json();
    await new Promise(done => setTimeout(done, 200));
  } while (status.status === 'pending' && performance.now() < end);
  report.status = status.status;
  const picture = await stars.download(status.imageId);
  report.large = picture.size;
  const bitmap = await createImageBitmap(picture);
  report.size = [bitmap.width, bitmap.height];
  const part = await stars.ask(`/images/${ids[0]}`, { headers: { Range: 'bytes=0-9' } });
  report.range = part.headers.get('Content-Range')?.slice(0, 10);
} catch (error) {
  report.error = String(error);
}
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
</script>
"""


@dataclass
class Site:
    """Another origin: what it serves, and what its page reports."""

    port: int = 0
    reports: "queue.Queue[Any]" = field(default_factory=lambda: queue.Queue[Any]())


@pytest.fixture
def site() -> Generator[Site]:
    site = Site()
    served = {
        "/": (PAGE.encode(), "text/html"),
        "/page.js": (SCRIPT.read_bytes(), "text/javascript"),
        "/small": (flower(), "image/jpeg"),
        "/large": (noise(1500, 1100), "image/png"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*served[self.path])

        def do_POST(self) -> None:
            site.reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"", "text/plain")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            for name, value in (
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                ("Cross-Origin-Embedder-Policy", "require-corp"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield site
        server.shutdown()


def test_the_script_is_short() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 40


def test_a_page_of_another_origin(product: Product, client: httpx.Client, site: Site, tmp_path: Path) -> None:
    """It uploads, lists, shows pictures, and follows a redirect to a large file."""
    token = User(client).headers["Authorization"].removeprefix("Bearer ")
    address = f"http://127.0.0.1:{site.port}/#{json.dumps([product.url, token], separators=(',', ':'))}"
    log = tmp_path / "chromium.log"
    switches = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
    with log.open("wb") as written:
        command = [CHROMIUM, *switches, "--remote-debugging-port=0", "--enable-logging=stderr"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        browser = subprocess.Popen([*command, profile, address], stdout=subprocess.DEVNULL, stderr=written)
        try:
            report = site.reports.get(timeout=SECONDS)
        finally:
            browser.terminate()
            browser.wait(30)
    said = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if "CONSOLE" in line]
    assert (report.get("error"), said) == (None, [])
    assert report["isolated"]
    assert report["listed"] == report["uploaded"][::-1]
    assert report["widths"] == [100, 100]
    assert (report["status"], report["size"]) == ("ready", [1500, 1100])
    assert report["large"] > 4_500_000
    assert report["range"] == "bytes 0-9/"

"""What the console weighs, how it is kept, and that nothing jumps while it loads."""

import gzip

import httpx
from playwright.sync_api import Response

from constellation.shares.page import SCRIPT
from infra.console_files import BUILT
from tests.console.visit import Visit
from tests.support.http_user import User

FIRST, ALL, SHARE = 60_000, 100_000, 6_000
"""Bytes of gzipped script: of the first page, of all pages in all languages, and of the page of a share."""

_SHIFTS = """() => new Promise(done => {
  const seen = list => done(list.getEntries().reduce((sum, each) => sum + each.value, 0));
  new PerformanceObserver(seen).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(0), 500);
})"""


def test_the_first_page_and_all_pages_are_light(visit: Visit) -> None:
    scripts: list[Response] = []
    visit.context.on("response", lambda answer: scripts.append(answer) if answer.url.endswith(".js") else None)
    visit.go()
    first = sum(len(gzip.compress(answer.body())) for answer in scripts)
    every = sum(len(gzip.compress(path.read_bytes())) for path in BUILT.rglob("*.js"))
    assert 10_000 < first <= FIRST
    assert first < every <= ALL


def test_the_script_of_a_share_is_light_and_asked_for_each_time(client: httpx.Client) -> None:
    answer = client.get(SCRIPT)
    assert len(gzip.compress(answer.content)) <= SHARE
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(SCRIPT, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_files_are_kept_for_ever_and_the_page_is_asked_for_each_time(client: httpx.Client) -> None:
    page = client.get("/console/")
    assert page.headers["Cache-Control"] == "no-cache"
    again = client.get("/console/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    names = [part.partition('"')[0] for part in page.text.split("/console/assets/")[1:]]
    assert len(names) >= 3
    for name in names:
        answer = client.get(f"/console/assets/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if len(answer.content) >= 1_000 and not name.endswith(".svg"):
            assert answer.headers["Content-Encoding"] == "gzip"


def test_nothing_jumps(visit: Visit, client: httpx.Client) -> None:
    visit.go()
    assert visit.page.evaluate(_SHIFTS) == 0
    visit.sign_in(User(client), "/settings")
    visit.page.get_by_text("No tokens yet.").wait_for()
    assert visit.page.evaluate(_SHIFTS) < 0.1

"""Take the pictures of the console that the README shows, in both themes: ``python -m tests.console.pictures``."""

import io
import tempfile
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import sync_playwright

from infra import ROOT
from tests.console.visit import THEMES, Visit
from tests.photographs import flower
from tests.support.browser import CHROMIUM
from tests.support.http_user import User
from tests.support.product import running_product

PICTURES = ROOT / "docs" / "images"
SUBJECTS = ROOT / "tests" / "photographs" / "subjects"
WIDTH, HEIGHT, QUALITY = 1200, 760, 80


def main() -> None:
    """Write ``docs/images/console-light.webp`` and ``console-dark.webp``."""
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder)) as product, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with product.http() as client:
            user = User(client)
            files = [_larger(path) for path in sorted(SUBJECTS.glob("*.jpg"))]
            for content in (*files, flower()):
                answer = client.post("/api/upload", headers=user.headers, files={"image": ("photo.jpg", content)})
                answer.raise_for_status()
        visit = Visit(browser, product.url)
        page = visit.sign_in(user)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.locator("main img").first.wait_for()
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.wait_for_load_state("networkidle")
            with Image.open(io.BytesIO(page.screenshot())) as shown:
                shown.save(PICTURES / f"console-{theme}.webp", quality=QUALITY, method=6)
        visit.end()


def _larger(path: Path) -> bytes:
    """Return a small photograph in twice its size: the gallery shows none larger than it is."""
    written = io.BytesIO()
    with Image.open(path) as small:
        ImageOps.scale(small, 2).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


if __name__ == "__main__":
    main()

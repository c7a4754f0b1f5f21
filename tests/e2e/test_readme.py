"""The README's own commands, letter by letter, against the running product."""

import re
import shutil
import subprocess
from pathlib import Path

from PIL import Image

from tests.photographs import sunset
from tests.product import ROOT, Product

PRINTED_BASE = "http://127.0.0.1:8080"


def first_upload() -> str:
    """The shell commands under "A first upload"."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("### A first upload")[2]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def test_a_first_upload(product: Product, tmp_path: Path) -> None:
    if not product.running():
        product.start()
    (tmp_path / "photo.jpg").write_bytes(sunset())
    shell = shutil.which("sh")
    assert shell
    assert PRINTED_BASE in first_upload()
    done = subprocess.run(
        [shell, "-e", "-c", first_upload().replace(PRINTED_BASE, product.url)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with Image.open(tmp_path / "small.jpg") as small:
        assert (small.format, small.size) == ("JPEG", (800, 533))
    with Image.open(tmp_path / "square.webp") as square:
        assert (square.format, square.size) == ("WEBP", (300, 300))
    assert re.search(rf"^{product.url}/image/[0-9a-f-]{{36}}\.jpg$", done.stdout, re.MULTILINE)
    assert done.stdout.rstrip().lower().endswith("x-cache: hit from cloudfront")

"""The commands of the README and of the guide, letter by letter, against the running product."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from PIL import Image

from tests.photographs import sunset
from tests.support.pictures import still
from tests.support.product import ROOT, Product

PRINTED_BASE = "http://127.0.0.1:8080"
FIRST_UPLOAD = ("README.md", "### A first upload")
LARGE_FILE = ("docs/guide.md", "## A large file")
SEVERAL_FILES = ("docs/guide.md", "## Several files in one request")
CONSTELLATION = ("docs/guide.md", "## A constellation")
TOKENS = (("docs/guide.md", "## Tokens for programs"), ("docs/guide.md", "### Revoke a token"))
FETCHED = ("docs/guide.md", "## An image from a URL")
"""The one section of the guide whose command needs the Internet."""


def printed(page: str, heading: str) -> str:
    """The first shell commands under a heading of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(r"```sh\n(.*?)```", text.partition(f"\n{heading}\n")[2], re.DOTALL)
    assert found
    return found[1]


def entered(product: Product, folder: Path, *sections: tuple[str, str]) -> str:
    """What the commands of the sections print, entered one after the other."""
    return run(product, folder, "".join(printed(page, heading) for page, heading in sections))


def run(product: Product, folder: Path, commands: str) -> str:
    """What commands print, entered in a folder with a photograph and a logo."""
    if not product.running():
        product.start()
    (folder / "photo.jpg").write_bytes(sunset())
    (folder / "logo.png").write_bytes(still("PNG"))
    assert PRINTED_BASE in commands
    shell = shutil.which("sh")
    assert shell
    done = subprocess.run(
        [shell, "-e", "-c", commands.replace(PRINTED_BASE, product.url)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.rstrip()


def test_a_first_upload(product: Product, tmp_path: Path) -> None:
    told = entered(product, tmp_path, FIRST_UPLOAD)
    with Image.open(tmp_path / "small.jpg") as small:
        assert (small.format, small.size) == ("JPEG", (800, 533))
    with Image.open(tmp_path / "square.webp") as square:
        assert (square.format, square.size) == ("WEBP", (300, 300))
    assert re.search(rf"^{product.url}/image/[0-9a-f-]{{36}}\.jpg$", told, re.MULTILINE)
    assert told.lower().endswith("x-cache: hit from cloudfront")


def test_a_large_file(product: Product, tmp_path: Path) -> None:
    status = json.loads(entered(product, tmp_path, FIRST_UPLOAD, LARGE_FILE).splitlines()[-1])
    assert (status["status"], status["imageId"]) == ("ready", status["id"])
    with Image.open(tmp_path / "large.webp") as large:
        assert (large.format, large.size) == ("WEBP", (1200, 800))


def test_several_files_in_one_request(product: Product, tmp_path: Path) -> None:
    results = json.loads(entered(product, tmp_path, FIRST_UPLOAD, SEVERAL_FILES).splitlines()[-1])["results"]
    assert [each["status"] for each in results] == [201, 201]


def test_a_constellation(product: Product, tmp_path: Path) -> None:
    *_, image, tree = entered(product, tmp_path, FIRST_UPLOAD, CONSTELLATION).splitlines()
    (child,) = json.loads(tree)["children"]
    assert child == {"uuid": json.loads(image)["uuid"], "name": "photo.jpg", "type": "file"}


def test_tokens_for_programs(product: Product, tmp_path: Path) -> None:
    *_, image, _tree, shown, deleted = entered(product, tmp_path, FIRST_UPLOAD, CONSTELLATION, *TOKENS).splitlines()
    assert [each["image_uuid"] for each in json.loads(shown)["images"]] == [json.loads(image)["uuid"]]
    assert deleted == "204"


def test_every_command_of_the_guide(product: Product, tmp_path: Path) -> None:
    guide = (ROOT / "docs/guide.md").read_text(encoding="utf-8").replace(printed(*FETCHED), "")
    blocks = re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
    assert len(blocks) > 15
    refusing = 'curl() { command curl --fail "$@"; }\n'
    told = run(product, tmp_path, printed(*FIRST_UPLOAD) + refusing + "".join(blocks))
    (found,) = json.loads(told.splitlines()[-1])["found"].values()
    assert found

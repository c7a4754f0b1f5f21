"""The IIIF Image API through the running product: the public validator, the cache, and what it forgets."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import httpx
from PIL import Image

from tests.e2e.test_local import eventually, sign_up
from tests.support.pictures import encoded, opened

DEAD_SECONDS = 30
"""How long pictures may go on once their image is signed."""

CONTEXT = "http://iiif.io/api/image/3/context.json"

_VALIDATE = """
import runpy, sys, types
sys.modules["magic"] = types.ModuleType("magic")  # a binding of a C library, for formats that are not offered
from iiif_validator.validator import ValidationInfo
sys.argv[0] = "iiif-validate.py"
if sys.argv[1:] == ["colours"]:
    print(ValidationInfo().colorInfo)
else:
    runpy.run_path(SCRIPT, run_name="__main__")
"""


def _validator(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the public validator (iiif-validator on PyPI)."""
    found = importlib.util.find_spec("iiif_validator")
    assert found
    assert found.origin
    scripts = [Path(sys.prefix, "bin", "iiif-validate.py"), Path(found.origin).parents[1] / "bin" / "iiif-validate.py"]
    script = next(path for path in scripts if path.exists())
    code = f"SCRIPT = {str(script)!r}\n{_VALIDATE}"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def _squares() -> bytes:
    """The picture that the validator knows: ten by ten squares of a hundred pixels."""
    told = _validator("colours").stdout
    colours = eval(told[told.index("[[") :], {})  # its own list
    picture = Image.new("RGB", (1000, 1000))
    for x, column in enumerate(colours):
        for y, colour in enumerate(column):
            picture.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
    return encoded(picture, "PNG")


def _uploaded(client: httpx.Client, data: bytes) -> tuple[str, dict[str, str]]:
    headers = sign_up(client).headers
    answer = client.post("/api/upload", files={"image": ("a.png", data)}, headers=headers)
    return answer.json()["id"], headers


def test_the_public_validator_passes_but_for_one_test_that_the_contract_excepts(client: httpx.Client) -> None:
    """Of a box that is larger than the region, ``size_noup`` wants 400, and the specification (4.2) the region."""
    image_id, _ = _uploaded(client, _squares())
    server = f"{client.base_url.host}:{client.base_url.port}"
    told = _validator("-s", server, "-p", "iiif/3", "-i", image_id, "--version", "3.0", "--level", "2")
    results = [line.split()[2:] for line in told.stderr.splitlines() if line.startswith("[")]
    assert len(results) > 25
    assert [name for name, result in results if result != "PASS"] == ["size_noup"], told.stderr
    optional = [
        each
        for name in ("rot_mirror", "rot_mirror_180", "linkheader_canonical", "linkheader_profile", "format_gif")
        for each in ("--test", name)
    ]
    told = _validator("-s", server, "-p", "iiif/3", "-i", image_id, "--version", "3.0", *optional)
    assert (told.returncode, told.stderr.count("PASS")) == (0, 5), told.stderr


def test_the_host_that_was_asked_and_the_preference_belong_to_the_caches_key(client: httpx.Client) -> None:
    image_id, _ = _uploaded(client, encoded(Image.new("RGB", (9, 7)), "PNG"))
    host = f"{client.base_url.host}:{client.base_url.port}"
    for cached in ("Miss from cloudfront", "Hit from cloudfront"):
        for name in (host, "pictures.example"):
            for accept, kind in (
                ("application/json", "application/json"),
                ("*/*", f'application/ld+json;profile="{CONTEXT}"'),
            ):
                answer = client.get(f"/iiif/3/{image_id}/info.json", headers={"Accept": accept, "Host": name})
                assert (answer.headers["content-type"], answer.headers["x-cache"]) == (kind, cached)
                assert (answer.json()["id"], answer.json()["width"]) == (f"http://{name}/iiif/3/{image_id}", 9)
            picture = client.get(
                f"/iiif/3/{image_id}/full/9,/0/color.png", headers={"Host": name, "X-Base-Url": "http://evil"}
            )
            assert picture.headers["link"].startswith(f"<http://{name}/iiif/3/{image_id}/full/max/0/default.png>;")
            assert picture.headers["x-cache"] == cached
    leading = client.get(f"/iiif/3/{image_id}")
    assert (leading.status_code, leading.headers["location"]) == (303, f"/iiif/3/{image_id}/info.json")


def test_pictures_end_within_seconds_once_the_image_is_signed_or_deleted(client: httpx.Client) -> None:
    image_id, headers = _uploaded(client, encoded(Image.new("RGB", (90, 70), "teal"), "PNG"))
    paths = [
        f"/iiif/3/{image_id}/{rest}" for rest in ("full/max/0/default.jpg", "8,8,16,16/8,/!90/gray.webp", "info.json")
    ]
    paths.append(paths[1].replace("-", "%2D"))
    for cached in ("Miss from cloudfront", "Hit from cloudfront"):
        assert [(client.get(path).headers["x-cache"]) for path in paths] == [cached] * 4
    assert opened(client.get(paths[1]).content).size == (8, 8)

    def change(access: str) -> None:
        assert client.patch(f"/api/image/{image_id}", json={"access": access}, headers=headers).status_code == 204

    change("signed")
    assert eventually(lambda: [client.get(path).status_code for path in paths] == [401] * 4, DEAD_SECONDS)
    assert "width" not in client.get(paths[2]).json()
    change("open")
    assert eventually(lambda: [client.get(path).status_code for path in paths] == [200] * 4, 10)
    assert client.delete(f"/api/image/{image_id}", headers=headers).status_code == 204
    assert eventually(lambda: [client.get(path).status_code for path in paths] == [404] * 4, 10)


def test_what_is_wrong_never_reaches_a_5xx(client: httpx.Client) -> None:
    image_id, _ = _uploaded(client, encoded(Image.new("RGB", (9, 7)), "PNG"))
    host = f"{client.base_url.host}:{client.base_url.port}"
    for rest, status in {
        "full/%5Emax/0/default.jpg": 400,
        "%3Cscript%3E/max/0/default.jpg": 400,
        "full/max/360/default.jpg": 400,
        "full/max/0/default.tif": 400,
        "99,99,9,9/max/0/default.jpg": 400,
        "full/max/%00/default.jpg": 400,
        "%C3%A4/max/0/default.jpg": 400,
        "full%2Fmax/0/default.jpg": 404,
        "full/max/0/default.jpg/": 404,
        "full/max/0": 404,
        "x/info.json": 404,
        "info.jsonx": 404,
    }.items():
        answer = httpx.get(f"http://{host}/iiif/3/{image_id}/{rest}", timeout=60)
        assert (answer.status_code, "message" in answer.json()) == (status, True), rest
        assert answer.headers["access-control-allow-origin"] == "*"

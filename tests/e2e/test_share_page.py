"""The page of a share in Chromium: it shows its pictures, breaks no policy of its own, and fits phones.

Screenshots in both themes are written to ``build/share-shots``, for people to look at.
"""

import re
import struct
import subprocess
from collections.abc import Sequence
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

SHOTS = ROOT / "build" / "share-shots"
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
)
THEMES = {"dark": 0, "light": 1}
"""The values of Blink's setting ``preferredColorScheme``."""

_SAID = re.compile(rb"CONSOLE[^\n]*")


def share(user: User, type_: str, id_: str, **fields: Any) -> str:
    body = {"target": {"type": type_, "id": id_}, **fields}
    return user.gets("POST", "/api/shares", body)["url"]


@pytest.fixture
def pages(client: httpx.Client) -> dict[str, str]:
    """The addresses of pages, by names."""
    user = User(client)
    space = user.gets("POST", "/constellations", {"name": "Holidays"})["constellation_uuid"]
    for number, picture in enumerate((flower(), noise(300, 200), flower())):
        sent = {"file": (f"Picture {number}.jpg", picture)}
        into = {"constellation_uuid": space}
        client.post("/images", files=sent, data=into, headers=user.headers).raise_for_status()
    photo = client.post("/api/upload", files={"image": ("a.jpg", flower())}, headers=user.headers).json()["id"]
    return {
        "constellation": share(user, "constellation", space),
        "image": share(user, "image", photo),
        "locked": share(user, "image", photo, password="open sesame"),
        "gone": f"{client.base_url}/s/{12 * 'a'}",
    }


def test_it_opens_as_a_form_says(client: httpx.Client, pages: dict[str, str]) -> None:
    """What a browser sends without script, through the CDN and the gateway."""
    address = pages["locked"]
    door = client.get(address)
    assert (door.status_code, door.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<img" not in door.text
    wrong = client.post(address, files={"password": (None, "wrong")})
    assert wrong.status_code == 401
    opened = client.post(address, files={"password": (None, "open sesame")}, headers={"Accept-Language": "de"})
    assert opened.status_code == 200
    assert "Herunterladen" in opened.text
    (picture,) = re.findall(r'<img src="([^"]+)"', opened.text)
    assert client.get(picture).status_code == 200
    assert client.get(pages["gone"]).status_code == 404
    shown = client.get(pages["image"]).text
    assert f'property="og:url" content="{pages["image"]}"' in shown
    (preview,) = re.findall(r'property="og:image" content="([^"]+)"', shown)
    assert client.get(preview).status_code == 200


def test_its_looks(product: Product, pages: dict[str, str], tmp_path: Path) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    wanted = [
        *(("constellation", "dark", 320), ("constellation", "light", 1440), ("image", "light", 390)),
        *(("image", "dark", 800), ("locked", "dark", 390), ("gone", "light", 390)),
    ]
    running = [
        _shoot(pages[name], SHOTS / f"{name}-{theme}-{width}.png", theme, width, tmp_path)
        for name, theme, width in wanted
    ]
    for process in running:
        _, said = process.communicate(timeout=90)
        assert process.returncode == 0
        assert _SAID.findall(said) == []
    for name, theme, width in wanted:
        data = (SHOTS / f"{name}-{theme}-{width}.png").read_bytes()
        assert struct.unpack(">II", data[16:24]) == (width, 900)


def _shoot(address: str, to: Path, theme: str, width: int, folder: Path) -> "subprocess.Popen[bytes]":
    more: Sequence[str] = (
        f"--screenshot={to}",
        f"--window-size={width},900",
        f"--blink-settings=preferredColorScheme={THEMES[theme]}",
        f"--user-data-dir={folder / to.stem}",
        "--enable-logging=stderr",
        "--virtual-time-budget=5000",
    )
    return subprocess.Popen([CHROMIUM, *SWITCHES, *more, address], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

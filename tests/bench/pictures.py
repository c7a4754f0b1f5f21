"""The pictures that transforms are measured on, made once from four real photographs.

They are in the Debian package ``lomiri-wallpapers-16.04``: a dragonfly by Bolly (CC BY-SA 4.0), seeds by Clemens
Engelhardt (CC0), a sunset and the Picos de Europa by Aitzol Berasategi (CC BY 4.0). apt fetches it; where there is no
apt, its file may lie in ``build/bench``. Without it all is made of ``tests/photographs``, and the tables say so.
"""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import hashlib
import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PIL import Image

from tests.bench.peers.install import FOLDER
from tests.photographs import scaled, sunset

PICTURES = FOLDER / "pictures"

JPEG_12, PROGRESSIVE_12, JPEG_24 = "jpeg-12.jpg", "jpeg-12-progressive.jpg", "jpeg-24.jpg"
PNG, GIF, WEBP, SMALL = "large.png", "animated.gif", "large.webp", "small.jpg"

_PACKAGE, _VERSION = "lomiri-wallpapers-16.04", "20.04.0-2"
_SHA256 = "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab"
_FILE = FOLDER / f"{_PACKAGE}_{_VERSION}_all.deb"
_BACKGROUNDS = "./usr/share/backgrounds"
_NAMES = (
    "Dragonfly_by_Bolly.jpg",
    "seeding_by_Clements_Engelhardt.jpg",
    "sunset_by_Aitzol_Berasategi.jpg",
    "picosdeeuropa_by_Aitzol_Berasategi.jpg",
)
_FRAMES = 24
_AR_MAGIC, _AR_HEADER = 8, 60


def prepare() -> str:
    """Make the pictures unless they are there; what they were made from, in words."""
    source = PICTURES / "source.txt"
    if not source.exists():
        unfinished = PICTURES.with_suffix(".unfinished")
        shutil.rmtree(PICTURES, ignore_errors=True)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        package = _package()
        photographs = _photographs(package) if package else [_opened(sunset())] * len(_NAMES)
        for name, save in _saved(*photographs).items():
            save(unfinished / name)
        words = f"photographs of Debian's {_PACKAGE} {_VERSION}" if package else "tests/photographs/sunset.jpg alone"
        (unfinished / source.name).write_text(words, encoding="utf-8")
        unfinished.rename(PICTURES)
    return source.read_text(encoding="utf-8")


def _package() -> bytes | None:
    """The package's file if it can be had, and is what it should be."""
    if not _FILE.exists() and shutil.which("apt-get"):
        subprocess.run(["apt-get", "download", f"{_PACKAGE}={_VERSION}"], cwd=FOLDER, check=False)
    if not _FILE.exists():
        return None
    package = _FILE.read_bytes()
    if hashlib.sha256(package).hexdigest() != _SHA256:
        raise ValueError(f"{_FILE.name} is not the file that Debian has under this name")
    return package


def _photographs(package: bytes) -> list[Image.Image]:
    with tarfile.open(fileobj=io.BytesIO(member(package, "data.tar.xz"))) as archive:
        files = {found.name: archive.extractfile(found) for found in archive if found.isfile()}
        return [_opened(file.read()) for name in _NAMES if (file := files[f"{_BACKGROUNDS}/{name}"])]


def member(archive: bytes, name: str) -> bytes:
    """A member of an ar archive (deb(5), ar(5)): headers of 60 bytes, contents padded to an even length."""
    at = _AR_MAGIC
    while at < len(archive):
        header = archive[at : at + _AR_HEADER]
        begin, length = at + _AR_HEADER, int(header[48:58])
        if header[:16].decode("ascii").rstrip(" /") == name:
            return archive[begin : begin + length]
        at = begin + length + length % 2
    raise KeyError(name)


def _saved(
    dragonfly: Image.Image, seeds: Image.Image, sunset: Image.Image, mountains: Image.Image
) -> Mapping[str, Callable[[Path], None]]:
    """How each picture is written."""
    twelve = _centre(dragonfly, 4000, 3000)
    montage = Image.new("RGB", (6000, 4000))
    for index, photograph in enumerate((dragonfly, seeds, sunset, mountains)):
        montage.paste(_centre(photograph, 3000, 2000), (index % 2 * 3000, index // 2 * 2000))
    small = scaled(_centre(mountains, 3200, 2400), (640, 480))
    first, *others = _panned(_centre(sunset, 1600, 1200))
    return {
        JPEG_12: lambda path: twelve.save(path, quality=92),
        PROGRESSIVE_12: lambda path: twelve.save(path, quality=92, progressive=True),
        JPEG_24: lambda path: montage.save(path, quality=92),
        PNG: lambda path: _centre(seeds, 3600, 2100).save(path),
        GIF: lambda path: first.save(path, save_all=True, append_images=others, duration=60, loop=0),
        WEBP: lambda path: scaled(twelve, (2000, 1500)).save(path, quality=90),
        SMALL: lambda path: small.save(path, quality=88),
    }


def _panned(photograph: Image.Image) -> Sequence[Image.Image]:
    """The frames of an animation that moves over a photograph, all of one palette."""
    boxes = [(index * 12, index * 8, index * 12 + 1280, index * 8 + 960) for index in range(_FRAMES)]
    frames = [photograph.resize((480, 360), Image.Resampling.LANCZOS, box) for box in boxes]
    palette = frames[0].quantize(256)
    return [frame.quantize(palette=palette) for frame in frames]


def _centre(image: Image.Image, width: int, height: int) -> Image.Image:
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")

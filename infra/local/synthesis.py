"""Synthesize the template for this machine with the CDK app, only if one of its sources has changed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from infra import CORE, ROOT
from infra.app import context
from infra.local.checks import Refusal
from infra.local.children import run_module
from infra.local.environment import isolated
from infra.local.places import Places

_SOURCES = ("functions", "infra", "layers", "cdk.json", "requirements.lock")
_NOT_IN_TEMPLATE = ("__pycache__", "local", "console")
_OFF = ("guest_uploads_per_day", "signups_per_day", "failed_logins_per_address", "bytes_per_user")


def synthesize(places: Places, engine_port: int) -> None:
    """Synthesize the assembly if needed. Raises Refusal with the CDK's message."""
    overlay = json.dumps({"local": True, "engine_port": engine_port, "settings": local_settings()})
    fingerprint = _fingerprint(overlay)
    if places.fingerprint.exists() and places.fingerprint.read_text(encoding="ascii") == fingerprint:
        return
    fresh = places.data / "assembly.new"
    shutil.rmtree(fresh, ignore_errors=True)
    environment = isolated(
        Path.home(),
        CDK_OUTDIR=str(fresh),
        CDK_CONTEXT_JSON=overlay,
        CDK_VALIDATION="false",  # AWS's rules do not matter here, and checking them takes a quarter of the time
        PYTHONPATH=str(CORE),
    )
    status, output, errors = run_module("infra.app", env=environment, stderr=subprocess.PIPE)
    if status != 0:
        raise Refusal(f"The template could not be made:\n{errors.strip() or output.strip()}")
    (fresh / places.fingerprint.name).write_text(fingerprint, encoding="ascii")
    shutil.rmtree(places.assembly, ignore_errors=True)
    fresh.replace(places.assembly)


def local_settings() -> dict[str, object]:
    """Return the settings of the deployment without the quotas, which have no use on one machine.

    ``OUTBOUND_ALLOW`` in the environment names hosts with their ports from which files may be fetched, with commas.
    """
    settings = cast("dict[str, object]", context()["settings"])
    allowed = [place for place in os.environ.get("OUTBOUND_ALLOW", "").split(",") if place]
    kept = {name: value for name, value in settings.items() if name not in _OFF}
    return {**kept, "outbound_allow": allowed} if allowed else kept


def _fingerprint(overlay: str) -> str:
    digest = hashlib.sha256(f"{sys.version}\0{overlay}".encode())
    for name in _SOURCES:
        for path in sorted(_files(ROOT / name)):
            content = path.read_bytes()
            digest.update(f"\0{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """Yield the files under ``path``, but compiled ones and those that the template does not use."""
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if name not in _NOT_IN_TEMPLATE]
        yield from (Path(folder) / name for name in names)

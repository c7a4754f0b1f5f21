"""Build the Lambda layers: ``python -m infra.layers``.

Each layer is installed from its hashed requirements into ``build/layers/<platform>/<layer>/python``, cut down to what
the functions use, and compiled. ``aws`` is Lambda on arm64, ``local`` this machine. No Docker: only wheels are
installed, never anything that would have to be built.
"""

import ast
import compileall
import gzip
import hashlib
import json
import os
import platform as machine
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any, cast

from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]

from infra import CORE, ROOT
from infra.discovery import LAYERS
from infra.modes import make_readable

SOURCES = ROOT / "layers"
BUILD = ROOT / "build" / "layers"
EMPTY = BUILD / "empty"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

LAMBDA_PYTHON = PYTHON if sys.version_info >= (3, 12) else "3.12"
"""The version of Python on AWS: the present one, if Lambda runs it on Amazon Linux 2023. Versions before 3.12 run on
Amazon Linux 2, whose glibc 2.26 is too old for Pillow and cryptography."""

# All three: with the oldest one only, pip would choose old releases of packages that no longer support it.
_LAMBDA_WHEELS = (
    *("--implementation", "cp", "--python-version", LAMBDA_PYTHON),
    *("--platform", "manylinux_2_28_aarch64"),
    *("--platform", "manylinux_2_17_aarch64"),
    *("--platform", "manylinux2014_aarch64"),
)
_PLATFORMS: Mapping[str, tuple[str, ...]] = {"aws": _LAMBDA_WHEELS, "local": ()}


class BuildError(Exception):
    """A layer cannot be built, or is needed and not built."""


def build(platform: str) -> None:
    """Build every layer whose sources have changed, and print the sizes."""
    for layer in LAYERS:
        folder, stamp = BUILD / platform / layer, BUILD / platform / f"{layer}.fingerprint"
        wanted = fingerprint(layer, platform)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            stamp.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            _build(layer, platform, folder / "python")
            stamp.write_text(wanted, encoding="utf-8")
        make_readable(folder)
        print(f"{platform}/{layer}: {size(folder) / 1e6:.1f} MB")


def asset(layer: str) -> tuple[Path, str]:
    """Return the folder to deploy as ``layer`` on AWS, and its fingerprint, which depends on the sources only.

    Before the layers are built, this is an empty folder with a fingerprint of its own, which is enough for a template.
    Raises BuildError in a deployment, for which it is not.
    """
    wanted = fingerprint(layer, "aws")
    stamp = BUILD / "aws" / f"{layer}.fingerprint"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return BUILD / "aws" / layer, wanted
    if "CDK_CLI_VERSION" in os.environ:
        raise BuildError(f"The layer {layer} is not built from the present sources: run `python -m infra.layers`")
    EMPTY.mkdir(parents=True, exist_ok=True)
    # With the fingerprint of the layer, the CDK would find the empty folder in cdk.out again and deploy it.
    return EMPTY, "not built"


def fingerprint(layer: str, platform: str) -> str:
    """Return a hash of everything from which a layer is built."""
    digest = hashlib.sha256(f"{layer} {platform} {PYTHON} {_python(platform)}".encode())
    if platform == "local":
        digest.update(machine.machine().encode())
    for path in [Path(__file__), *_sources(layer)]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    if layer == "runtime":
        digest.update(json.dumps(operations()).encode())
    return digest.hexdigest()


def operations() -> dict[str, list[str]]:
    """Return the AWS operations in use by service, ``{"kms": ["sign"]}``, from the calls in the source of the core."""
    used: dict[str, set[str]] = {}
    for path in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="call") | ast.Attribute(attr="call"), args=[service, operation, *_]):
                    used.setdefault(_text(service, path), set()).add(_text(operation, path))
                case ast.Call(func=ast.Name(id="presign") | ast.Attribute(attr="presign"), args=[operation, *_]):
                    used.setdefault("s3", set()).add(_text(operation, path))
                case ast.Call(func=ast.Name(id="presign_form") | ast.Attribute(attr="presign_form")):
                    used.setdefault("s3", set()).add("create_bucket")  # by way of which the SDK signs a form
                case _:
                    pass
    return {service: sorted(used[service]) for service in sorted(used)}


def _text(node: ast.expr, path: Path) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise BuildError(f"{path.name}:{node.lineno}: an AWS call must name its service and operation where it is made")


def size(folder: Path) -> int:
    """Return the bytes in all files below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _python(platform: str) -> str:
    """Return the version of Python for the layers of ``platform``."""
    return LAMBDA_PYTHON if platform == "aws" else PYTHON


def _sources(layer: str) -> list[Path]:
    if layer == "core":
        return sorted(CORE.rglob("*.py"))
    return [SOURCES / layer / "requirements.txt"]


def _build(layer: str, platform: str, folder: Path) -> None:
    if layer == "core":
        shutil.copytree(CORE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        _install(layer, platform, folder)
        _trim(folder)
    if layer == "runtime":
        _trim_botocore(folder / "botocore" / "data")
    if _python(platform) != PYTHON:
        return  # another version's bytecode would not be read
    # Lambda's file system is read-only: without these every cold start would compile. They are never checked
    # against their sources, whose times an archive does not keep.
    compiled = compileall.compile_dir(
        folder, quiet=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH, stripdir=folder, prependdir="/opt/python"
    )
    if not compiled:
        raise BuildError(f"{layer}: a module does not compile")


def _install(layer: str, platform: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--target", str(folder), "--only-binary", ":all:", "--no-deps", "--require-hashes"]
    command += [*_PLATFORMS[platform], "--requirement", str(SOURCES / layer / "requirements.txt")]
    subprocess.run(command, check=True)


def _trim(folder: Path) -> None:
    """Remove files that only development needs."""
    for path in [*folder.rglob("tests"), *folder.rglob("test"), folder / "bin"]:
        shutil.rmtree(path, ignore_errors=True)
    for path in [*folder.rglob("*.pyi"), *folder.rglob("*.dist-info/RECORD")]:
        path.unlink()


def _trim_botocore(data: Path) -> None:
    """Reduce the service models to the operations in use, because parsing them takes much of a cold start."""
    used = operations()
    for service in [path for path in data.iterdir() if path.is_dir() and path.name not in used]:
        shutil.rmtree(service)
    for service, verbs in used.items():
        *older, version = sorted(path for path in (data / service).iterdir() if path.is_dir())
        for folder in older:
            shutil.rmtree(folder)
        for path in list(version.iterdir()):
            if path.name.startswith("service-2.json"):
                _replace(path, _trimmed(_load(path), verbs))
            elif not path.name.startswith(("service-2.", "endpoint-")):
                path.unlink()
    endpoints = next(data.glob("endpoints.json*"))
    document = _load(endpoints)
    for partition in document["partitions"]:
        partition["services"] = {name: known for name, known in partition["services"].items() if name in used}
    _replace(endpoints, document)


def _trimmed(model: dict[str, Any], verbs: list[str]) -> dict[str, Any]:
    """Return the part of a service model that the operations ``verbs`` need."""
    kept = {name: operation for name, operation in model["operations"].items() if xform_name(name) in verbs}
    missing = set(verbs) - {xform_name(name) for name in kept}
    if missing:
        raise BuildError(f"{model['metadata']['serviceId']} has no operation {', '.join(sorted(missing))}")
    shapes: dict[str, Any] = {}
    waiting = list(_shape_names(kept))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            waiting.extend(_shape_names(shapes[name]))
    # Only of these: the rest is small, and botocore asks for the documentation of an S3 client's parameters.
    return {**model, "operations": _without_documentation(kept), "shapes": _without_documentation(shapes)}


def _shape_names(node: Any) -> Iterator[str]:
    """Yield every value of a key ``shape`` below ``node``."""
    match node:
        case {"shape": str(name)}:
            yield name
        case dict():
            for value in cast("dict[str, Any]", node).values():
                yield from _shape_names(value)
        case list():
            for item in cast("list[Any]", node):
                yield from _shape_names(item)
        case _:
            pass


def _without_documentation(node: Any) -> Any:
    match node:
        case dict():
            return {
                key: _without_documentation(value)
                for key, value in cast("dict[str, Any]", node).items()
                if not (key == "documentation" and isinstance(value, str))
            }
        case list():
            return [_without_documentation(item) for item in cast("list[Any]", node)]
        case _:
            return node


def _load(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)


def _replace(path: Path, document: Any) -> None:
    """Replace ``path`` by ``document``, uncompressed because that loads faster."""
    path.unlink()
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    plain.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    build("aws")

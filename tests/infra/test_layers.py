"""The layers: built for Lambda without Docker, small enough, and with all that the stores call."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra import layers
from infra.discovery import LAYERS, Application

LIMIT = 60_000_000

AMAZON_LINUX_2023_GLIBC = (2, 34)
"""What Lambda's Python has from 3.12 on."""

CREATE_CLIENTS = """
import json, sys
import botocore.session
session = botocore.session.Session()
session.set_credentials("a", "b")
for service, operations in json.loads(sys.argv[1]).items():
    client = session.create_client(service, region_name="eu-central-1")
    for operation in operations:
        getattr(client, operation)
print(botocore.__file__)
"""


def test_they_are_built_fit_and_hold_every_operation_in_use(application: Application) -> None:
    """One test, so that one process builds: botocore is pure Python and runs here too, the rest only on Lambda."""
    layers.build("aws")
    sizes = {layer: layers.size(layers.BUILD / "aws" / layer) for layer in LAYERS}
    for function in application.functions:
        assert layers.size(function.folder) + sum(sizes[layer] for layer in function.layers) <= LIMIT, function.name
    runtime = layers.BUILD / "aws" / "runtime" / "python"
    used = layers.operations()
    found = subprocess.run(
        [sys.executable, "-c", CREATE_CLIENTS, json.dumps(used)],
        env={"PYTHONPATH": str(runtime), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(runtime))
    assert sorted(path.name for path in (runtime / "botocore" / "data").iterdir() if path.is_dir()) == list(used)
    assert _machine_codes(layers.BUILD / "aws") == {183}  # EM_AARCH64
    assert (2, 17) < _glibc(layers.BUILD / "aws") <= AMAZON_LINUX_2023_GLIBC
    assert layers.LAMBDA_PYTHON in ("3.12", "3.13")


def test_a_template_needs_no_built_layer_and_a_deployment_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = layers.asset("crypto")
    monkeypatch.setattr(layers, "BUILD", tmp_path)
    monkeypatch.setattr(layers, "EMPTY", tmp_path / "empty")
    folder, fingerprint = layers.asset("crypto")
    assert list(folder.iterdir()) == []
    # The CDK does not look again into a folder in cdk.out that has the fingerprint.
    assert fingerprint != built[1]
    monkeypatch.setenv("CDK_CLI_VERSION", "2.1148.1")
    with pytest.raises(layers.BuildError, match=r"python -m infra\.layers"):
        layers.asset("crypto")


def test_the_fingerprint_follows_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {layer: layers.fingerprint(layer, "aws") for layer in LAYERS}
    assert len(set(before.values())) == len(LAYERS)
    monkeypatch.setattr(layers, "LAMBDA_PYTHON", "3.99")
    assert all(layers.fingerprint(layer, "aws") != before[layer] for layer in LAYERS)


def test_operations_are_read_from_the_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "CORE", tmp_path)
    (tmp_path / "a.py").write_text(
        'call("kms", "sign", KeyId="k")\naws.call("kms", "get_public_key")\naws.presign("get_object", 9)\nf("s3", "x")'
    )
    assert layers.operations() == {"kms": ["get_public_key", "sign"], "s3": ["get_object"]}
    (tmp_path / "a.py").write_text('aws.presign_form(9, 1, 2, Key="k")')
    assert layers.operations() == {"s3": ["create_bucket"]}  # the SDK looks it up to sign a form
    (tmp_path / "b.py").write_text('call("kms", verb)')
    with pytest.raises(layers.BuildError, match=r"b\.py:1"):
        layers.operations()


def _machine_codes(folder: Path) -> set[int]:
    """The machine in the ELF header of every library (its bytes 18 and 19)."""
    return {int.from_bytes(path.read_bytes()[18:20], "little") for path in folder.rglob("*.so*")}


def _glibc(folder: Path) -> tuple[int, ...]:
    """The newest version of glibc that a library asks for."""
    asked = {match for path in folder.rglob("*.so*") for match in re.findall(rb"GLIBC_(\d+)\.(\d+)", path.read_bytes())}
    return max((int(major), int(minor)) for major, minor in asked)

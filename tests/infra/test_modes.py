"""What is packed can be read by everybody: on Lambda a function is another user than whoever deployed it.

The CDK zips what lies in its folder with the modes that it finds there, and the layers are copied into it.
"""

import io
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import CORE, ROOT, app
from infra.local.packing import pack
from infra.modes import fingerprint, make_readable

BUILD = """
import os, shutil, sys
from pathlib import Path
from infra import layers
os.umask(0o077)
shutil.copystat = lambda *names, **options: None
layers.BUILD = Path(sys.argv[1])
layers.LAYERS = ("core",)
layers.build("aws")
"""

SYNTHESIZE = """
import os, shutil, sys
from pathlib import Path
os.umask(0o077)
shutil.copytree(sys.argv[1], "layer", copy_function=shutil.copyfile)
shutil.copytree(sys.argv[2], "functions", copy_function=shutil.copyfile)
from infra import app, discovery
app.use_locked_node()
from infra import target
target.asset = lambda name: (Path("layer"), name)
discovery.FUNCTIONS = Path("functions")
sys.exit(app.main())
"""


def _unreadable(folder: Path) -> list[str]:
    """What others than the owner cannot read, or, of folders, enter."""
    wanted = {True: 0o555, False: 0o444}
    return [
        str(path.relative_to(folder))
        for path in [folder, *folder.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) & wanted[path.is_dir()] != wanted[path.is_dir()]
    ]


def _run(code: str, *arguments: str, folder: Path, **variables: str) -> str:
    path = os.pathsep.join([str(ROOT), str(CORE)])
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": path, **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_layer_is_built_readable(tmp_path: Path) -> None:
    _run(BUILD, str(tmp_path / "layers"), folder=tmp_path)
    built = tmp_path / "layers" / "aws" / "core"
    assert (built / "python" / "constellation" / "common" / "settings.py").is_file()
    assert _unreadable(built) == []


def test_functions_and_layers_are_handed_to_the_cdk_readable(tmp_path: Path) -> None:
    """Their files are private here, as a checkout and an older build leave them under such a umask."""
    sources = (str(CORE / "constellation" / "common"), str(ROOT / "functions"))
    printed = _run(SYNTHESIZE, *sources, folder=tmp_path, CDK_OUTDIR=str(tmp_path / "out"))
    assert re.fullmatch(r"\d+ resources of 500; \d+ more endpoints fit", printed.splitlines()[-1])
    assert _unreadable(tmp_path / "layer")
    assert _unreadable(tmp_path / "functions")
    out = tmp_path / "out"
    functions = [path.parent for path in out.glob("asset.*/handler.py")]
    layers = [path.parent for path in out.glob("asset.*/settings.py")]
    assert len(functions) == len(list(ROOT.glob("functions/*/*/handler.py")))
    assert layers
    assert [unreadable for folder in (*functions, *layers) for unreadable in _unreadable(folder)] == []


def test_a_package_that_lies_unreadable_in_the_bucket_is_not_taken_for_the_new_one(tmp_path: Path) -> None:
    """The CDK names an archive by this, and hands over none whose name it finds there."""
    app.use_locked_node()
    from aws_cdk import FileSystem  # starts the CDK's Node

    for name in ("one", "other"):
        (tmp_path / name / "__pycache__").mkdir(parents=True)
        (tmp_path / name / "handler.py").write_text("pass\n")
        (tmp_path / name / "__pycache__" / "handler.pyc").write_text(name)
    one, other = tmp_path / "one", tmp_path / "other"
    assert fingerprint(one) == fingerprint(other)
    assert FileSystem.fingerprint(str(one), exclude=["__pycache__"]) != fingerprint(one)
    (other / "handler.py").write_text("pass \n")
    assert fingerprint(one) != fingerprint(other)
    (other / "handler.py").rename(other / "__init__.py")
    (other / "__init__.py").write_text("pass\n")
    assert fingerprint(one) != fingerprint(other)


def test_the_local_engines_archives_are_readable(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir(mode=0o700)
    file = tmp_path / "folder" / "handler.py"
    file.write_text("pass\n")
    file.chmod(0o600)
    (entry,) = zipfile.ZipFile(io.BytesIO(pack(tmp_path))).infolist()
    assert entry.external_attr >> 16 & 0o777 == 0o644


@pytest.mark.parametrize(("before", "after"), [(0o600, 0o644), (0o700, 0o755), (0o400, 0o444), (0o664, 0o664)])
def test_what_can_be_run_can_still_be_run(tmp_path: Path, before: int, after: int) -> None:
    file = tmp_path / "library.so"
    file.touch()
    file.chmod(before)
    make_readable(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == after


def test_folders_are_opened_and_links_are_left(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch(mode=0o600)
    inner = tmp_path / "package" / "inner"
    inner.mkdir(parents=True)
    (inner / "link").symlink_to(elsewhere)
    (inner / "broken").symlink_to(tmp_path / "nothing")
    for folder in (inner, inner.parent):
        folder.chmod(0o700)
    make_readable(tmp_path / "package")
    assert stat.S_IMODE(inner.stat().st_mode) == stat.S_IMODE(inner.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600
    shutil.rmtree(tmp_path / "package")

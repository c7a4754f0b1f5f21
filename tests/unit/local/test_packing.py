"""Archives of folders."""

import zipfile
from io import BytesIO
from pathlib import Path

from infra.local.packing import pack


def test_equal_folders_make_equal_archives(tmp_path: Path) -> None:
    for name, order in (("one", "ab"), ("two", "ba")):
        for file in order:
            path = tmp_path / name / "sub" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
            path.chmod(0o600 if name == "one" else 0o755)
    one, two = (pack(tmp_path / name) for name in ("one", "two"))
    assert one == two
    with zipfile.ZipFile(BytesIO(one)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"sub/a": b"a", "sub/b": b"b"}

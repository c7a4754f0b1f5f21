"""Files that functions can read on Lambda, whatever the umask of whoever deploys.

Lambda runs a function as another user than the one that its package's files belong to, and archives keep modes: what
is readable for its owner alone ends in EACCES there.
"""

import hashlib
import stat
from pathlib import Path

_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_RUN = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH

_PACKED = b"readable by everybody"
"""How packages are packed. One that was packed in another way is another package, of the same files too."""


def fingerprint(folder: Path) -> str:
    """A hash of the files under ``folder`` but for compiled ones, which names their package."""
    digest = hashlib.sha256(_PACKED)
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def make_readable(folder: Path) -> None:
    """Let everybody read what is under ``folder``, and run what its owner can run."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | _READ | (_RUN if path.is_dir() or mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)

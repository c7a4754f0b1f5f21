"""Make the files of packages readable for functions on Lambda, whatever the umask of the operator.

Lambda runs a function as a user that does not own the files of its package, and archives keep file modes. A file that
only its owner can read fails there with EACCES.
"""

import hashlib
import stat
from pathlib import Path

_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_RUN = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH

_PACKED = b"readable by everybody"
"""How packages are packed. It is part of the hash: the same files packed differently are another package."""


def fingerprint(folder: Path) -> str:
    """Return the hash that names the package of ``folder``, over its files without the compiled ones."""
    digest = hashlib.sha256(_PACKED)
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def make_readable(folder: Path) -> None:
    """Make everything under ``folder`` readable for everybody, and executable where its owner can execute it."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | _READ | (_RUN if path.is_dir() or mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)

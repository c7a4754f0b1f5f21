"""A contender in Python: it takes jobs line by line, in JSON, and answers each with what it took."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Job(NamedTuple):
    """One transform: ``file`` is to be made ``width`` wide, or with ``crop`` cut to both sides, and written to ``out``.

    ``times``: how often it is done, where once is too short to be measured. ``asked`` are the options of a link, in
    place of the sizes. ``address`` is that of the bucket which the original is fetched from, where that belongs to it.
    ``region`` is the part of the picture that is wanted, alone. With ``is_upload``, an original is to be made of the
    file instead.
    """

    file: str
    out: str
    format: str
    width: int
    height: int | None
    crop: bool
    times: int
    options: dict[str, Any]
    asked: Mapping[str, str] | None = None
    address: str = ""
    region: tuple[int, int, int, int] | None = None
    is_upload: bool = False

    @property
    def is_animated(self) -> bool:
        """Whether all pictures of the file are wanted."""
        return self.file.endswith(".gif") and self.format in ("gif", "webp")


def serve(transform: Callable[[bytes, Job], bytes]) -> None:
    """Do the jobs of standard input, one after the other."""
    originals: dict[str, bytes] = {}
    for line in sys.stdin:
        job = Job(**json.loads(line))
        if job.file not in originals:
            originals[job.file] = Path(job.file).read_bytes()
        made, began = b"", time.process_time()
        for _ in range(job.times):
            made = transform(originals[job.file], job)
        spent = time.process_time() - began
        Path(job.out).write_bytes(made)
        answer = {"cpu_ms": spent * 1000 / job.times, "bytes": len(made), "peak_mb": _peak_megabytes()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _peak_megabytes() -> float:
    """The most memory that this process has had (Linux); ``getrusage`` would tell its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024

"""Name the files of the console, and put them where the CDN finds them: ``python -m infra.console_files OUTPUTS``.

The files under ``FILES`` have a hash of their content in their names, so they are kept for ever. ``PAGE`` names the
newest of them and is asked for each time. It is put last: whoever gets it finds all that it names. What an earlier
build has left stays, because pages that are open may still load parts of it. The script of the page of a share is asked
for each time, too: the function that names it knows no hash.
"""

import json
import sys
from hashlib import md5
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.session import new_session

BASE = "/console/"
"""The path of the console. Its pages and files lie below."""

BARE = BASE.rstrip("/")
"""The path that leads to it."""

PAGE = f"{BASE}index.html"
"""The path of the one page that the CDN gives for all addresses."""

FILES = f"{BASE}assets/"
"""The paths of what the page loads."""

BUILT = ROOT / "build" / "console" / "dist"
"""Where the build leaves the files, below the path ``BASE``."""

BUCKET_OUTPUT = "ConsoleBucketName"
"""The output of the stack with the name of the bucket."""

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


def publish(s3: Any, bucket: str, built: Path = BUILT) -> int:
    """Put the files that ``bucket`` does not have into it; return their number. Safe to repeat."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    present = {item["Key"]: item["ETag"].strip('"') for page in pages for item in page.get("Contents", ())}
    count = 0
    for path in sorted(_files(built), key=lambda path: (path.suffix == ".html", path)):
        key = BASE.lstrip("/") + path.relative_to(built).as_posix()
        content = path.read_bytes()
        if present.get(key) == md5(content, usedforsecurity=False).hexdigest():
            continue
        kept = IMMUTABLE if f"/{key}".startswith(FILES) else REVALIDATED
        s3.put_object(Bucket=bucket, Key=key, Body=content, ContentType=_TYPES[path.suffix], CacheControl=kept)
        count += 1
    return count


def _files(built: Path) -> list[Path]:
    return [path for path in built.rglob("*") if path.is_file()]


def main() -> None:
    """Publish what was built for the deployment with the outputs in the named file."""
    (outputs,) = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")).values()
    count = publish(new_session().client("s3"), outputs[BUCKET_OUTPUT])
    print(f"The console is published: {count} new files.")


if __name__ == "__main__":
    main()

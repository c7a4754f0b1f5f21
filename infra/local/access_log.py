"""Write the access logs of the edge as CloudFront writes its standard logs, into the same bucket."""

import asyncio
import gzip
import importlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex
from typing import Any
from urllib.parse import quote

import httpcore

from constellation.aws.resources import LOGS_OF_CDN
from infra.local.environment import ACCESS_KEY
from infra.local.places import LOOPBACK, REGION

WRITE_SECONDS = 10
"""Seconds between two files, while there are requests."""

LINE_LIMIT = 100_000
"""The most lines that wait while the engine takes no file. Further requests are not logged."""

FIELDS = (
    "date", "time", "x-edge-location", "sc-bytes", "c-ip", "cs-method", "cs(Host)", "cs-uri-stem", "sc-status",
    "cs(Referer)", "cs(User-Agent)", "cs-uri-query", "cs(Cookie)", "x-edge-result-type", "x-edge-request-id",
    "x-host-header", "cs-protocol", "cs-bytes", "time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher",
    "x-edge-response-result-type", "cs-protocol-version", "fle-status", "fle-encrypted-fields", "c-port",
    "time-to-first-byte", "x-edge-detailed-result-type", "sc-content-type", "sc-content-len", "sc-range-start",
    "sc-range-end",
)  # fmt: skip
"""The columns of a standard log in order (CloudFront developer guide, "Log file fields")."""

_HEADING = f"#Version: 1.0\n#Fields: {' '.join(FIELDS)}\n"

Put = Callable[[str, bytes], Awaitable[None]]

logger = logging.getLogger("access_log")


class AccessLog:
    """Collects lines, and writes them to a file every WRITE_SECONDS. A file that failed is tried again unchanged."""

    def __init__(self, distribution: str, put: Put) -> None:
        self._distribution = distribution
        self._put = put
        self._lines: list[str] = []
        self._file: tuple[str, list[str]] | None = None

    def note(self, told: Mapping[str, str]) -> None:
        """Add a line for a request; ``told`` holds texts by the names of fields."""
        if len(self._lines) < LINE_LIMIT:
            self._lines.append("\t".join([_encoded(told[field]) if field in told else "-" for field in FIELDS]))

    async def keep_writing(self) -> None:
        """Write regularly until cancelled."""
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await self.write()

    async def write(self) -> bool:
        """Write the waiting lines, after a file that failed before; return whether that succeeded."""
        try:
            await self._write_file()
            if self._lines:
                hour = time.strftime("%Y-%m-%d-%H", time.gmtime())
                self._file = f"{LOGS_OF_CDN}{self._distribution}.{hour}.{token_hex(4)}.gz", self._lines
                self._lines = []
                await self._write_file()
        except Exception:
            logger.exception("an access log could not be written")
            return False
        return True

    async def _write_file(self) -> None:
        if self._file:
            name, lines = self._file
            await self._put(name, await asyncio.to_thread(_compressed, lines))
            self._file = None


def bucket(engine_port: int, secret_key: str, name: str) -> Put:
    """Return a function that puts objects into a bucket of the engine, signed with the secret of its account."""
    auth: Any = importlib.import_module("botocore.auth")
    awsrequest: Any = importlib.import_module("botocore.awsrequest")
    credentials: Any = importlib.import_module("botocore.credentials")
    signer = auth.S3SigV4Auth(credentials.Credentials(ACCESS_KEY, secret_key), "s3", REGION)

    async def put(key: str, body: bytes) -> None:
        address = f"http://{LOOPBACK}:{engine_port}/{name}/{quote(key)}"
        request = awsrequest.AWSRequest("PUT", address, data=body)
        signer.add_auth(request)
        headers = {**dict(request.headers), "Content-Length": str(len(body))}
        timeout = {"connect": 5, "write": 5, "read": 5}
        async with httpcore.AsyncConnectionPool() as engine:
            response = await engine.request(
                "PUT", address, headers=headers, content=body, extensions={"timeout": timeout}
            )
        if response.status != 200:
            raise ConnectionError(f"the engine answers {response.status}")

    return put


def _compressed(lines: list[str]) -> bytes:
    return gzip.compress((_HEADING + "\n".join(lines) + "\n").encode("ascii"))


def _encoded(text: str) -> str:
    """Return a value without the characters that would end it, or a hyphen for an empty value."""
    return quote(text, safe="%/?:@!$&'()*+,;=#") or "-"

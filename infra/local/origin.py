"""Let the distribution ask the API of the same engine without a connection, a thread and a second parse.

The origin of the distribution on one machine is the API of the same engine. Through a socket, an upload would be
written, read and parsed once more by the same process.
"""

import asyncio
import re
from collections.abc import Mapping
from http.client import responses
from typing import Any
from urllib.parse import parse_qs, unquote

from infra import EXECUTE_API
from infra.local.ministack_internals import app, cloudfront
from infra.local.places import LOOPBACK

_UNUSUAL = re.compile(r"[^!-~]")
"""What no path has that an HTTP client sends."""

_WITH_BODY = ("PATCH", "POST", "PUT")
"""Methods that say how long their body is, even without one."""


def ask_own_api_directly(port: int) -> None:
    """Make the distribution ask the API on ``port`` directly; other origins are asked as before."""
    fetch = cloudfront.fetch_from_origin

    async def fetched(
        origin: Mapping[str, Any],
        method: str,
        uri: str,
        query: str,
        headers: Mapping[str, Any],
        body: bytes,
        viewer_is_https: bool,
        address: str,
        forwarded_for: str,
        arn: str,
    ) -> Any:
        target: str = (origin.get("origin_path") or "") + uri
        host, its_port, is_https = cloudfront.origin_connect_target(origin, viewer_is_https)
        is_own = (its_port, is_https) == (port, False) and host in ("localhost", LOOPBACK)
        if not is_own or not target.startswith(EXECUTE_API) or _UNUSUAL.search(target):
            return await fetch(origin, method, uri, query, headers, body, viewer_is_https, address, forwarded_for, arn)
        sent: Mapping[str, str] = cloudfront.origin_request_headers(origin, headers, address, forwarded_for)
        return await _within(origin["read_timeout"], _answer(method, target, query, sent, body))

    cloudfront.fetch_from_origin = fetched


async def _within(seconds: float, answer: Any) -> Any:
    """Return the answer, or raise the engine's error after ``seconds``; the API finishes its work all the same."""
    asked = asyncio.ensure_future(answer)
    await asyncio.wait({asked}, timeout=seconds)
    if not asked.done():
        raise cloudfront.OriginTimeout
    return await asked


async def _answer(
    method: str, target: str, query: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, str, dict[str, Any], bytes]:
    """Return status, reason, headers and body as an HTTP client would receive them from the API."""
    asked = {"accept-encoding": "identity"} | {name.lower(): value for name, value in headers.items()}
    if body or method in _WITH_BODY:
        asked["content-length"] = str(len(body))
    answer = await app.handle_execute_api_request(
        asked["host"],
        unquote(target),
        method,
        asked,
        body,
        parse_qs(query, keep_blank_values=True),
        raw_path=target,
        raw_query_string=query,
    )
    status, answered, content = answer or (404, {"Content-Type": "application/json"}, b'{"message": "Not Found"}')
    data: bytes = content if isinstance(content, bytes) else content.encode()
    pairs: list[tuple[bytes, bytes]] = app.asgi_header_list(answered)
    if method != "HEAD" and not any(name.lower() == b"content-length" for name, _ in pairs):
        pairs.append((b"content-length", str(len(data)).encode("ascii")))
    received = cloudfront.multidict_from_pairs(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs
    )
    return status, responses.get(status, ""), received, b"" if method == "HEAD" else data

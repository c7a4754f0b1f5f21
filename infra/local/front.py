"""What is asked of the engine comes in here, before its own application."""

import importlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from infra.local.keeper import Keeper
from infra.local.serving import Receive, Scope, Send

SAVE_PATH = "/_constellation/save"
"""A request to it is answered 204 once everything the engine holds is on disk."""

INVALIDATIONS_PATH = "/_constellation/invalidations"
"""A GET of it answers with ``{"last", "paths"}``: what the CDN was told to forget after the invalidation ``?after=``,
or at all where there is no such one, and the id of the last. The engine's own list has no paths, and has no pages.
"""

_TABLE_WRITES = tuple(
    f"DynamoDB_20120810.{operation}".encode()
    for operation in (
        "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement",
        "BatchExecuteStatement", "ExecuteTransaction",
    )
)  # fmt: skip


class Front:
    """Before the engine's own application: the CDN's viewers, the launcher's requests, a note of what is written.

    What comes from outside goes straight to the emulated distribution, and from there to the emulated API. The
    engine's general routing would first look for paths of its own (``/login`` is a Cognito page to it, ``/health``
    its health) and let AWS credentials in a header or a query choose the account.
    """

    def __init__(self, ministack: Any, keeper: Keeper) -> None:
        self._ministack = ministack
        self._cloudfront: Any = importlib.import_module("ministack.services.cloudfront")
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            await self._ministack.app(scope, receive, send)
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if any(name == b"host" and value.endswith(b".cloudfront.net") for name, value in headers):
            await self._answer(scope, receive, send, self._view)
        elif scope["path"].startswith("/_aws/execute-api/"):
            await self._answer(scope, receive, send, self._execute)
        elif scope["path"] == SAVE_PATH:
            await send({"type": "http.response.start", "status": 204 if await self._keeper.save_all() else 500})
            await send({"type": "http.response.body", "body": b""})
        elif scope["path"] == INVALIDATIONS_PATH:
            await self._answer(scope, receive, send, self._invalidated)
        else:
            scope["scheme"] = "https"  # the loopback stands for TLS, which the buckets' policies demand
            await self._ministack.app(scope, receive, send)
            if any(name == b"x-amz-target" and value in _TABLE_WRITES for name, value in headers):
                self._keeper.tables_written = True

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, handle: Callable[[Scope, dict[str, str], bytes], Any]
    ) -> None:
        chunks: list[bytes] = []
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            more = message.get("more_body", False)
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            separator = "; " if key == "cookie" else ", "
            headers[key] = f"{headers[key]}{separator}{text}" if key in headers else text
        answer = await handle(scope, headers, b"".join(chunks))
        if answer is None:
            answer = 404, {"Content-Type": "application/json"}, b'{"message": "Not Found"}'
        status, answer_headers, body = answer
        await self._ministack._send_response(send, status, dict(answer_headers), body, head=scope["method"] == "HEAD")

    async def _invalidated(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:  # noqa: ARG002
        after = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
        listed = [each for batches in self._cloudfront._invalidations.to_dict().values() for each in batches]
        ids = [each["Id"] for each in listed]
        fresh = listed[ids.index(after) + 1 :] if after in ids else listed
        paths = [path for each in fresh for path in each["InvalidationBatch"]["Paths"]["Items"]]
        answer = {"last": ids[-1] if ids else "", "paths": paths}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    async def _view(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:
        query = scope["query_string"].decode("latin-1")
        return await self._ministack._handle_cloudfront_dataplane_request(
            headers["host"],
            scope["path"],
            scope["raw_path"].decode("latin-1"),
            query,
            scope["method"],
            headers,
            body,
            parse_qs(query, keep_blank_values=True),
            scope["client"][0],
        )

    async def _execute(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:
        query = scope["query_string"].decode("latin-1")
        return await self._ministack._handle_execute_api_request(
            headers["host"],
            scope["path"],
            scope["method"],
            headers,
            body,
            parse_qs(query, keep_blank_values=True),
            raw_path=scope["raw_path"].decode("latin-1"),
            raw_query_string=query,
        )

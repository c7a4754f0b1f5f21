"""Receive the requests to the engine, before its own application."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from infra import EXECUTE_API
from infra.local import cloudfront
from infra.local.door import Door
from infra.local.keeper import Keeper
from infra.local.ministack_internals import cloudfront as engines
from infra.local.ministack_internals import iam_evaluator
from infra.local.serving import Receive, Scope, Send

HEALTH_PATH = "/_ministack/health"
"""A GET gets 200 once the engine is ready."""

SAVE_PATH = "/_constellation/save"
"""A request gets 204 once everything that the engine holds is on disk."""

INVALIDATIONS_PATH = "/_constellation/invalidations"
"""A GET gets ``{"last", "paths", "hidden"}``.

``paths`` are the paths of the invalidations that completed after ``?after=``, or of all if there is none with that id.
``last`` is the id of the last one. ``hidden`` is the version of the edge functions' stores; if it differs from
``?hidden=``, the response has their ``keys`` too. The engine's own list has no paths and no pages.
"""

_LAUNCHERS = frozenset((HEALTH_PATH, SAVE_PATH, INVALIDATIONS_PATH))
"""The paths that the launcher requests without a signature."""

_REFUSED = json.dumps({"message": "The engine takes signed requests, and none of a web page", "status": 403})

_TABLE_WRITES = tuple(
    f"DynamoDB_20120810.{operation}".encode()
    for operation in (
        "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement",
        "BatchExecuteStatement", "ExecuteTransaction",
    )
)  # fmt: skip


class Front:
    """Routes requests of the CDN's viewers and of the launcher, and notes writes to tables.

    Requests from outside go straight to the emulated distribution, and from there to the emulated API. The engine's
    general routing would first look for its own paths (``/login`` is a Cognito page, ``/health`` its health check) and
    let AWS credentials in a header or a query choose the account. The distribution and the API are the product, open to
    every page. All other requests must pass the door.
    """

    def __init__(self, ministack: Any, keeper: Keeper, port: int) -> None:
        self._ministack = ministack
        self._keeper = keeper
        self._door = Door(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] == "lifespan":
            await self._ministack.app(scope, receive, send)
        elif scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif any(name == b"host" and value.endswith(b".cloudfront.net") for name, value in scope["headers"]):
            await self._answer(scope, receive, send, self._view)
        elif not self._door.knows_host(scope):
            await self._refuse(scope, send)
        elif scope["path"].startswith(EXECUTE_API):
            await self._answer(scope, receive, send, self._execute)
        elif scope["path"] in _LAUNCHERS and not self._door.is_from_page(scope):
            await self._serve_launcher(scope, receive, send)
        else:
            admitted = self._door.admit(scope)
            await (self._refuse(scope, send) if admitted is None else self._pass_on(admitted, receive, send))

    async def _refuse(self, scope: Scope, send: Send) -> None:
        headers = {"Content-Type": "application/json"}
        await self._ministack.send_response(send, 403, headers, _REFUSED, head=scope["method"] == "HEAD")

    async def _serve_launcher(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == SAVE_PATH:
            await send({"type": "http.response.start", "status": 204 if await self._keeper.save_all() else 500})
            await send({"type": "http.response.body", "body": b""})
        elif scope["path"] == INVALIDATIONS_PATH:
            await self._answer(scope, receive, send, self._invalidated)
        else:
            await self._ministack.app(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The loopback counts as TLS, which the policies of the buckets require.
        await self._ministack.app({**scope, "scheme": "https"}, receive, send)
        if any(name == b"x-amz-target" and value in _TABLE_WRITES for name, value in scope["headers"]):
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
        await self._ministack.send_response(send, status, dict(answer_headers), body, head=scope["method"] == "HEAD")

    async def _invalidated(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:  # noqa: ARG002
        query = parse_qs(scope["query_string"].decode("latin-1"))
        after, seen = query.get("after", [""])[0], query.get("hidden", [""])[0]
        listed = [each for batches in engines.invalidations.to_dict().values() for each in cloudfront.done(batches)]
        ids = [each["Id"] for each in listed]
        fresh = listed[ids.index(after) + 1 :] if after in ids else listed
        paths = [path for each in fresh for path in each["InvalidationBatch"]["Paths"]["Items"]]
        hidden = cloudfront.hidden()
        version = str(hash(hidden))
        answer = {"last": ids[-1] if ids else "", "paths": paths, "hidden": version}
        if version != seen:
            answer["keys"] = sorted(hidden)
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    async def _view(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:
        # The CDN reads buckets by TLS, which their policies require.
        iam_evaluator.pin_request_origin(scope["client"][0], True)
        query = scope["query_string"].decode("latin-1")
        return await self._ministack.handle_cloudfront_dataplane_request(
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
        return await self._ministack.handle_execute_api_request(
            headers["host"],
            scope["path"],
            scope["method"],
            headers,
            body,
            parse_qs(query, keep_blank_values=True),
            raw_path=scope["raw_path"].decode("latin-1"),
            raw_query_string=query,
        )

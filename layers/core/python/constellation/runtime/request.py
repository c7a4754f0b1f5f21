"""One form of request for both events that carry HTTP: REST API proxy (payload 1.0) and Function URL (2.0)."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs


class Caller(NamedTuple):
    """The user that the authorizer found, and the session, the API key or the scoped token of the request.

    ``expires`` is when the credential expires, in seconds since 1970 as text, empty for never. The other fields limit a
    scoped token: its ``scopes``, separated by spaces; the constellation that it is bound to, if any; and the highest
    right that it gives on the route of the request (``runtime.scopes``).
    """

    user_id: str
    session_id: str = ""
    key_id: str = ""
    token_id: str = ""
    scopes: str = ""
    constellation: str = ""
    expires: str = ""
    ceiling: Literal["READ", "WRITE", "ADMIN"] = "ADMIN"

    @property
    def reader(self) -> str:
        """Return for whom a cursor is signed: the user, and the constellation outside of which its lists show nothing.

        A session and every token that is not bound read the lists of the user.
        """
        return f"{self.user_id} in {self.constellation}" if self.constellation else self.user_id


CONTEXT = ("user_id", "session_id", "key_id", "token_id", "scopes", "constellation", "expires")
"""The fields of a caller that the authorizer passes on, in their order."""


class Request(NamedTuple):
    """A request, with header names in lower case, queries as lists, and the body as bytes.

    ``peer`` is the address that called the gateway or the Function URL, often the CDN's.
    """

    id: str
    method: str
    path: str
    path_parameters: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    body: bytes
    caller: Caller | None
    peer: str
    from_cdn: bool


def read_event(event: Mapping[str, Any]) -> Request:
    """Return the request in a REST API proxy event or a Function URL event."""
    context = event["requestContext"]
    identity: dict[str, str] = context.get("identity") or {}
    body: str = event.get("body") or ""
    headers: dict[str, str] = event.get("headers") or {}
    lowered = {name.lower(): value for name, value in headers.items()}
    content = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")
    request_id = context.get("requestId", "")
    if "http" in context:
        return Request(
            id=request_id,
            method=context["http"]["method"],
            path=event["rawPath"],
            path_parameters={},
            query=parse_qs(event.get("rawQueryString", ""), keep_blank_values=True),
            headers=lowered,
            body=content,
            caller=None,
            peer=context["http"].get("sourceIp", ""),
            from_cdn=True,
        )
    return Request(
        id=request_id,
        method=event["httpMethod"],
        path=event["path"],
        path_parameters=event.get("pathParameters") or {},
        query=event.get("multiValueQueryStringParameters") or {},
        headers=lowered,
        body=content,
        caller=_caller(context.get("authorizer") or {}),
        peer=identity.get("sourceIp", ""),
        from_cdn=False,
    )


def _caller(authorized: Mapping[str, str]) -> Caller | None:
    if "user_id" not in authorized:
        return None
    fields: dict[str, Any] = {name: authorized.get(name, "") for name in CONTEXT}
    return Caller(**fields)

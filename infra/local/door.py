"""Decide which requests the engine accepts. It runs code as the user who started it, so web pages get nothing."""

from urllib.parse import parse_qs

from infra.local.ministack_internals import s3
from infra.local.serving import Scope

_BROWSER_MARKS = (b"origin", b"sec-fetch-site")
"""Headers that browsers add to the requests of pages, and that no SDK sends.

``Origin`` is missing from a navigation, an image and a script; older browsers do not send ``Sec-Fetch-Site``.
"""

_ALGORITHM = "AWS4-HMAC-SHA256"

_SIGNED = (f"{_ALGORITHM} ".encode(), b"AWS4-ECDSA-P256-SHA256 ")
"""How the Authorization header of every SDK begins. A page needs a CORS preflight for it, which is refused."""

_SIGNATURE = frozenset(
    ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-SignedHeaders")
)
_BESIDE_SIGNATURE = frozenset(
    ("X-Amz-Security-Token", "response-cache-control", "response-content-disposition", "response-content-type")
)
"""The parameters of a signed URL: those that every URL has, and those that ours can have besides.

With another algorithm, another spelling of a parameter or an empty parameter, the engine would not check the signature.
"""

_PAGE_HEADERS = frozenset(
    (b"host", b"origin", b"access-control-request-method", b"access-control-request-headers", b"content-type",
     b"content-length", b"transfer-encoding", b"range", b"if-range", b"if-match", b"if-none-match",
     b"if-modified-since", b"if-unmodified-since")
)  # fmt: skip
"""The headers of a page's request that reach the engine. With X-Amz-Target, a form could call any service."""


class Door:
    """Tells requests of the project's processes and of SDKs from requests that a web page makes a browser send.

    ``port`` is the port on which the engine listens.
    """

    def __init__(self, port: int) -> None:
        # The emulated CDN names its origin without a port, which no browser does.
        self._hosts = (f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode(), b"localhost")

    def knows_host(self, scope: Scope) -> bool:
        """Return whether the request addresses the engine by the names that its own processes use.

        A page whose name resolves to this machine (DNS rebinding) has the same origin as the engine, but its browser
        sends the name of the page.
        """
        return _headers(scope).get(b"host") in self._hosts

    def is_from_page(self, scope: Scope) -> bool:
        """Return whether a browser marks the request as sent by a page or typed by its user."""
        return any(name in _headers(scope) for name in _BROWSER_MARKS)

    def admit(self, scope: Scope) -> Scope | None:
        """Return the request as the engine may see it, or None if it must be refused.

        SDKs are admitted by their Authorization header. Pages of any origin may do two things. They may post a form to
        a bucket whose CORS rules allow it. They may read an object by a signed URL, which the product's responses
        contain: the engine always checks its signature, and no page knows the secret to make one. Browsers ask both
        in advance (OPTIONS). Neither reaches another service or changes anything but that bucket.
        """
        headers = _headers(scope)
        if headers.get(b"authorization", b"").startswith(_SIGNED) and not self.is_from_page(scope):
            return scope
        if self._is_form(scope, headers) or self._is_signed_reading(scope):
            kept = [(name, value) for name, value in scope["headers"] if name.lower() in _PAGE_HEADERS]
            return {**scope, "headers": kept}
        return None

    def _is_form(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        bucket = scope["path"].strip("/")
        is_post = scope["method"] == "POST" and headers.get(b"content-type", b"").startswith(b"multipart/form-data")
        if scope["query_string"] or not (is_post or scope["method"] == "OPTIONS"):
            return False
        origin = headers.get(b"origin", b"null").decode("latin-1")
        return bool(s3.cors_response_headers(bucket, "POST", {"origin": origin}))

    def _is_signed_reading(self, scope: Scope) -> bool:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        bucket, _, key = scope["path"].removeprefix("/").partition("/")
        return (
            scope["method"] in ("GET", "HEAD", "OPTIONS")
            and _SIGNATURE <= query.keys() <= _SIGNATURE | _BESIDE_SIGNATURE
            and all(len(values) == 1 and values[0] for values in query.values())
            and query["X-Amz-Algorithm"] == [_ALGORITHM]
            and key != ""
            and s3.bucket_owner_account(bucket) is not None
        )


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers by their names in lower case."""
    return {name.lower(): value for name, value in scope["headers"]}

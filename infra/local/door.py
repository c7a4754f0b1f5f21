"""Who may ask the engine for what. It runs code as the user who started it, so it does nothing for a web page."""

from urllib.parse import parse_qs

from infra.local.ministack_internals import s3
from infra.local.serving import Scope

_BROWSER_MARKS = (b"origin", b"sec-fetch-site")
"""What a page cannot keep its browser from sending, and no SDK sends.

``Origin`` is missing from a navigation, an image and a script; older browsers do not send ``Sec-Fetch-Site``.
"""

_ALGORITHM = "AWS4-HMAC-SHA256"

_SIGNED = (f"{_ALGORITHM} ".encode(), b"AWS4-ECDSA-P256-SHA256 ")
"""How the Authorization header of every SDK begins. A page can send one only after a preflight, which is refused."""

_SIGNATURE = frozenset(
    ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-SignedHeaders")
)
_BESIDE_SIGNATURE = frozenset(
    ("X-Amz-Security-Token", "response-cache-control", "response-content-disposition", "response-content-type")
)
"""The parameters of a signed address: those that each has, and those that ours can have.

With another algorithm, a parameter in another spelling or an empty one the engine would not look at the signature.
"""

_PAGE_HEADERS = frozenset(
    (b"host", b"origin", b"access-control-request-method", b"access-control-request-headers", b"content-type",
     b"content-length", b"transfer-encoding", b"range", b"if-match", b"if-none-match", b"if-modified-since",
     b"if-unmodified-since")
)  # fmt: skip
"""What the engine hears of a page's request; with an X-Amz-Target, a form would be a call of any service."""


class Door:
    """Tells requests of the project's own processes and of SDKs from those that a web page has a browser send.

    ``port`` is the port on which the engine listens.
    """

    def __init__(self, port: int) -> None:
        # The emulated CDN names its origin without a port, which no browser does.
        self._hosts = (f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode(), b"localhost")

    def knows_host(self, scope: Scope) -> bool:
        """Whether the request names the engine as its own processes do.

        A page whose own name resolves to this machine (DNS rebinding) is of the same origin as the engine, but its
        browser sends that name.
        """
        return _headers(scope).get(b"host") in self._hosts

    def is_from_page(self, scope: Scope) -> bool:
        """Whether a browser marks the request as a page's, or as one that its user has typed."""
        return any(name in _headers(scope) for name in _BROWSER_MARKS)

    def admit(self, scope: Scope) -> Scope | None:
        """The request as the engine may see it; None for one that is to be refused.

        SDKs are let in by their Authorization header. Two things come in from pages of any origin. One is a form for a
        bucket whose CORS rules allow it. The other is the reading of an object by a signed address, to which the
        product's own answers lead; its signature protects it, which the engine checks even where it checks no other,
        and no page knows the secret that makes one. Neither reaches another service or changes more than that bucket.
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
            scope["method"] in ("GET", "HEAD")
            and _SIGNATURE <= query.keys() <= _SIGNATURE | _BESIDE_SIGNATURE
            and all(len(values) == 1 and values[0] for values in query.values())
            and query["X-Amz-Algorithm"] == [_ALGORITHM]
            and key != ""
            and s3.bucket_owner_account(bucket) is not None
        )


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """The headers by their lowered names."""
    return {name.lower(): value for name, value in scope["headers"]}

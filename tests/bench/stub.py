"""AWS as a server in this process that always has the same answers: one user, its session, one image, one key."""

import base64
import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from constellation.accounts.access_tokens import ACCESS_TOKEN_TYPE, claims
from constellation.accounts.signing import SigningKey
from constellation.aws.items import to_wire
from constellation.aws.key import Key
from constellation.images import store as images
from constellation.images.model import Image
from tests.photographs import sunset

USER = "0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e"
SIGNING_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"

_NOW = datetime.now(UTC)
_PRIVATE_KEY = ec.generate_private_key(ec.SECP256R1())

_PROFILE = {
    "pk": f"USER#{USER}",
    "sk": "PROFILE",
    "id": USER,
    "email": "ada@example.org",
    "username": "ada",
    "displayName": "Ada",
    "passwordHash": "$argon2id$none",
    "createdAt": "2026-01-02T03:04:05.678901+00:00",
}
_SESSION = {"userId": USER, "ttl": int((_NOW + timedelta(days=1)).timestamp())}
_IMAGE = Image(
    id=USER,
    owner=USER,
    location=None,
    name="IMG_2041.jpg",
    description="",
    is_public=True,
    media_type="image/jpeg",
    extension="jpg",
    size=len(sunset()),
    width=4032,
    height=3024,
    frames=1,
    sha256="0" * 64,
    created_at=_NOW,
    described_at=_NOW,
)
_ITEMS: Mapping[str, Mapping[str, Any]] = {"PROFILE": _PROFILE, "SESSION": _SESSION, "IMAGE": images.to_item(_IMAGE)}
"""What lies in the tables, by sort key: whoever asks for one of these finds it."""


@dataclass(frozen=True)
class Reply:
    """An answer to an HTTP request."""

    body: bytes = b""
    status: int = 200


def access_token() -> str:
    """An access token that is good for an hour, of the user's session."""
    headers = {"typ": ACCESS_TOKEN_TYPE, "kid": SigningKey(Key(SIGNING_KEY)).id}
    return jwt.encode(claims(USER, USER, _NOW), _PRIVATE_KEY, algorithm="ES256", headers=headers)


@contextmanager
def stubbed_aws() -> Generator[str]:
    """The server's URL."""

    class Stub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            target = self.headers.get("X-Amz-Target")
            reply = _operation(target.rpartition(".")[2], request) if target else _object(self.command, self.path)
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("ETag", '"0"')
            self.end_headers()
            self.wfile.write(reply.body)

        def do_GET(self) -> None:
            self.do_POST()

        def do_PUT(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def _operation(name: str, request: bytes) -> Reply:
    match name:
        case "GetItem":
            item = _ITEMS.get(json.loads(request)["Key"]["sk"]["S"])
            answer: Mapping[str, Any] = {"Item": to_wire(item)} if item else {}
        case "UpdateItem":
            answer = {"Attributes": to_wire(_ITEMS["IMAGE"])}
        case "Query":
            answer = {"Items": [], "Count": 0}
        case "BatchGetItem":
            answer = {"Responses": {table: [] for table in json.loads(request)["RequestItems"]}, "UnprocessedKeys": {}}
        case "GetPublicKey":
            answer = {"PublicKey": base64.b64encode(_public_key()).decode()}
        case _:
            answer = {}
    return Reply(json.dumps(answer).encode())


def _object(method: str, path: str) -> Reply:
    if method != "GET":
        return Reply()
    return Reply(sunset()) if path.startswith("/originals/") else Reply(status=404)


@cache
def _public_key() -> bytes:
    return _PRIVATE_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

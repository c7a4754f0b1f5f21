"""The signature of KeyValueStore's requests, against the published test vector and the SDK's own frame."""

import ast
import hashlib
import inspect
import textwrap
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from constellation.aws import sigv4a

KEY, SECRET = "AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom"
"""Of the test vectors of aws-c-auth, and so are the numbers of their key below."""


def signed(body: bytes = b"{}") -> AWSRequest:
    request = AWSRequest("POST", "https://1.example.com/key-value-stores/arn%3Aaws%3Aa%2Fb/keys", data=body)
    request.headers["If-Match"] = "V1"
    sigv4a.install()
    make: Any = cast("dict[str, Any]", auth.AUTH_TYPE_MAPS)["v4a"]
    make(Credentials(KEY, SECRET, "token"), "cloudfront-keyvaluestore", "*").add_auth(request)
    return request


def verify(request: AWSRequest, body: bytes) -> None:
    """Check the signature as the service does, from the headers as they are sent."""
    headers = {name.lower(): str(value) for name, value in cast("Any", request.headers).items()}
    algorithm, _, fields = headers["authorization"].partition(" ")
    assert algorithm == "AWS4-ECDSA-P256-SHA256"
    said: dict[str, str] = {}
    for each in fields.split(", "):
        name, _, value = each.partition("=")
        said[name] = value
    moment = headers["x-amz-date"]
    scope = f"{moment[:8]}/cloudfront-keyvaluestore/aws4_request"
    assert said["Credential"] == f"{KEY}/{scope}"
    names = said["SignedHeaders"].split(";")
    assert {"host", "if-match", "x-amz-date", "x-amz-region-set", "x-amz-security-token"} <= set(names)
    values = headers | {"host": "1.example.com"}
    lines = "".join(f"{name}:{values[name]}\n" for name in names)
    path = "/key-value-stores/arn%253Aaws%253Aa%252Fb/keys"
    canonical = "\n".join(["POST", path, "", lines, said["SignedHeaders"], hashlib.sha256(body).hexdigest()])
    text = "\n".join([algorithm, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    public = sigv4a.private_key(KEY, SECRET).public_key()
    public.verify(bytes.fromhex(said["Signature"]), text.encode(), ec.ECDSA(hashes.SHA256()))


def test_the_key_is_that_of_the_test_vector() -> None:
    found = sigv4a.private_key(KEY, SECRET).private_numbers()
    assert found.private_value == 0x7FD3BD010C0D9C292141C2B77BFBDE1042C92E6836FFF749D1269EC890FCA1BD
    assert found.public_numbers.x == 0x15D242CEEBF8D8169FD6A8B5A746C41140414C3B07579038DA06AF89190FFFCB
    assert found.public_numbers.y == 0x0515242CEDD82E94799482E4C0514B505AFCCF2C0C98D6A553BF539F424C5EC0


def test_a_request_is_signed_for_every_region() -> None:
    request = signed()
    assert request.headers["X-Amz-Region-Set"] == "*"
    verify(request, b"{}")
    with pytest.raises(InvalidSignature):
        verify(request, b"{ }")


def test_a_request_that_is_sent_again_is_signed_anew() -> None:
    request = signed()
    first = request.headers["Authorization"]
    make: Any = sigv4a.SigV4A
    make(SimpleNamespace(access_key=KEY, secret_key=SECRET, token="token"), "cloudfront-keyvaluestore", "*").add_auth(
        request
    )
    assert request.headers.get_all("Authorization") != [first]
    assert len(request.headers.get_all("Authorization") or []) == 1
    assert len(request.headers.get_all("X-Amz-Region-Set") or []) == 1
    verify(request, b"{}")


def test_the_sdk_still_has_the_attributes_that_the_signer_overrides() -> None:
    """Should this fail, the SDK has changed: read ``botocore.auth.SigV4Auth.add_auth`` again."""
    signer: Any = auth.SigV4Auth
    parameters = {
        name: [*inspect.signature(getattr(signer, name)).parameters][1:]
        for name in vars(sigv4a.SigV4A)
        if callable(getattr(sigv4a.SigV4A, name))
    }
    assert parameters == {
        "_modify_request_before_signing": ["request"],
        "credential_scope": ["request"],
        "scope": ["request"],
        "string_to_sign": ["request", "canonical_request"],
        "signature": ["string_to_sign", "request"],
        "_inject_signature_to_request": ["request", "signature"],
    }
    called = {node.attr for node in ast.walk(_source(signer.add_auth)) if isinstance(node, ast.Attribute)}
    assert {"_modify_request_before_signing", "string_to_sign", "signature", "_inject_signature_to_request"} <= called
    made: Any = signer(Credentials(KEY, SECRET), "service", "*")
    assert (made._region_name, made._service_name) == ("*", "service")
    assert isinstance(auth.AUTH_TYPE_MAPS, dict)


def _source(function: Any) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))

"""Signature Version 4A: version 4 with an ECDSA signature in place of the HMAC, valid in a set of regions.

CloudFront's KeyValueStore accepts no other. The SDK makes this signature only with ``awscrt``, 4 MB of native code.
With ``awscrt`` in its environment the SDK signs every other request by it too, and every function of the environment
loads it.

Sources: "AWS Signature Version 4 for API requests" (IAM user guide). The key is derived from an access key by NIST SP
800-108 in counter mode, as in AWS's own ``aws-c-auth``.

This is the one module that overrides private methods of the SDK. ``tests/aws/unit/test_sigv4a.py`` fails when the SDK
changes them.
"""

import hashlib
import hmac
from functools import cache
from typing import Any, cast

from botocore import auth
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ALGORITHM = "AWS4-ECDSA-P256-SHA256"

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256."""


class SigV4A(auth.SigV4Auth):
    """The SDK's signer of version 4 with the differences of 4A. Its region is the set of regions."""

    def _modify_request_before_signing(self, request: Any) -> None:
        del request.headers["X-Amz-Region-Set"]  # set by an earlier try; to set a header is to add one
        request.headers["X-Amz-Region-Set"] = self._region_name
        cast("Any", super())._modify_request_before_signing(request)

    def credential_scope(self, request: Any) -> Any:
        """Return the scope of the signature. It names no region."""
        return f"{request.context['timestamp'][:8]}/{self._service_name}/aws4_request"

    def scope(self, request: Any) -> Any:
        """Return the access key that signs, with the scope of the signature."""
        return f"{_credentials(self).access_key}/{self.credential_scope(request)}"

    def string_to_sign(self, request: Any, canonical_request: str) -> str:
        """Return the text that is signed."""
        digest = hashlib.sha256(canonical_request.encode()).hexdigest()
        return f"{ALGORITHM}\n{request.context['timestamp']}\n{self.credential_scope(request)}\n{digest}"

    def signature(self, string_to_sign: str, request: Any) -> str:  # noqa: ARG002
        """Return the signature in DER, in hexadecimal. Each one is different."""
        key = private_key(_credentials(self).access_key, _credentials(self).secret_key)
        return key.sign(string_to_sign.encode(), ec.ECDSA(hashes.SHA256())).hex()

    def _inject_signature_to_request(self, request: Any, signature: str) -> Any:
        signer: Any = self
        names = signer.signed_headers(signer.headers_to_sign(request))
        credential = f"{ALGORITHM} Credential={self.scope(request)}"
        request.headers["Authorization"] = f"{credential}, SignedHeaders={names}, Signature={signature}"
        return request


def _credentials(signer: Any) -> Any:
    return signer.credentials


@cache
def private_key(access_key: str, secret_key: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key that belongs to an access key and its secret."""
    for counter in range(1, 255):
        context = ALGORITHM.encode() + b"\0" + access_key.encode() + bytes([counter])
        block = hmac.digest(b"AWS4A" + secret_key.encode(), b"\0\0\0\1" + context + b"\0\0\1\0", "sha256")
        candidate = int.from_bytes(block, "big")
        if candidate <= _ORDER - 2:
            return ec.derive_private_key(candidate + 1, ec.SECP256R1())
    raise ValueError("no key belongs to this access key")  # this happens to one in 2 ** 8000


@cache
def install() -> None:
    """Register the signer with the SDK for the services that ask for version 4A."""
    cast("dict[str, Any]", auth.AUTH_TYPE_MAPS)["v4a"] = SigV4A

"""The keys that sign access tokens. Their private halves never leave KMS.

``SIGNING_KEY`` holds the ARN of one key, or of several with commas between. The first key signs, all verify. To rotate
the keys, put the new one first, and take the old one out when the last token that it signed has expired.
"""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from constellation.accounts.model import PublicKey
from constellation.aws.key import Key, keys
from constellation.aws.resources import SIGNING, Grant
from constellation.runtime.operation import operation

SIGN = Grant(SIGNING, ("kms:Sign",))
PUBLISH = Grant(SIGNING, ("kms:GetPublicKey",))

_COORDINATE = 32
"""Bytes of a coordinate on the curve P-256."""


@dataclass(frozen=True)
class SigningKey:
    """A key for ES256 signatures (RFC 7518, section 3.4)."""

    key: Key

    @property
    def id(self) -> str:
        """Return the ``kid``, made without a call: a KMS key's material never changes, so its ARN names it."""
        return encode(hashlib.sha256(self.key.arn.encode()).digest()[:16])

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``, at most 4,096 bytes: r and s, 32 bytes each."""
        der = self.key.sign(message)
        # DER has a SEQUENCE of two INTEGERs here, all of whose lengths fit one byte on P-256.
        end = 4 + der[3]
        return b"".join(_coordinate(number) for number in (der[4:end], der[end + 2 :]))


def signing_key() -> SigningKey:
    """Return the key that signs at present."""
    return SigningKey(keys(SIGNING)[0])


@operation(grants=[PUBLISH])
def public_keys() -> list[PublicKey]:
    """Return the public halves of all keys whose signatures are valid, that of the signing key first."""
    return [_public_key(SigningKey(key)) for key in keys(SIGNING)]


def encode(data: bytes) -> str:
    """Return base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def _public_key(key: SigningKey) -> PublicKey:
    # The SubjectPublicKeyInfo of P-256 (RFC 5480) ends with the uncompressed point: 04, x, y.
    point = key.key.public_key()[-2 * _COORDINATE :]
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": encode(point[:_COORDINATE]),
        "y": encode(point[_COORDINATE:]),
        "kid": key.id,
        "use": "sig",
        "alg": "ES256",
    }


def _coordinate(number: bytes) -> bytes:
    return int.from_bytes(number, "big").to_bytes(_COORDINATE, "big")

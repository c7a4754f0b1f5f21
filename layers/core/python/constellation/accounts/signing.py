"""The keys that sign access tokens. The private halves never leave KMS.

``SIGNING_KEY`` holds one key ARN, or several separated by commas: the first signs, all verify. A rotation puts the new
key in front and takes the old one away when the last token that it signed has expired.
"""

import base64
import hashlib
from functools import cache

from constellation.accounts.tokens import PublicKey
from constellation.aws import client as aws
from constellation.aws.resources import SIGNING, Grant

SIGN = Grant(SIGNING, ("kms:Sign",))
PUBLISH = Grant(SIGNING, ("kms:GetPublicKey",))

_COORDINATE = 32  # bytes, on the curve P-256


class SigningKey:
    """The key that signs at present."""

    def __init__(self) -> None:
        self._arn = _arns()[0]
        self.id = _key_id(self._arn)

    def sign(self, message: bytes) -> bytes:
        """The ES256 signature of ``message``, at most 4,096 bytes: r and s, 32 bytes each (RFC 7518, section 3.4)."""
        answer = aws.call(
            "kms",
            "sign",
            KeyId=self._arn,
            Message=message,
            MessageType="RAW",
            SigningAlgorithm="ECDSA_SHA_256",
        )
        return _raw(answer["Signature"])


def public_keys() -> list[PublicKey]:
    """The public halves of all keys whose signatures count, the signing one first."""
    return [_public_key(arn) for arn in _arns()]


def encode(data: bytes) -> str:
    """base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _arns() -> list[str]:
    return SIGNING.physical_name.split(",")


def _key_id(arn: str) -> str:
    """A ``kid`` that needs no call: a KMS key's material never changes, so its ARN names the material."""
    return encode(hashlib.sha256(arn.encode()).digest()[:16])


@cache
def _public_key(arn: str) -> PublicKey:
    # SubjectPublicKeyInfo of P-256 (RFC 5480) ends with the uncompressed point: 04, x, y.
    point = aws.call("kms", "get_public_key", KeyId=arn)["PublicKey"][-2 * _COORDINATE :]
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": encode(point[:_COORDINATE]),
        "y": encode(point[_COORDINATE:]),
        "kid": _key_id(arn),
        "use": "sig",
        "alg": "ES256",
    }


def _raw(der: bytes) -> bytes:
    """R and s side by side from DER's SEQUENCE of two INTEGERs, all lengths of which fit one byte on P-256."""
    end = 4 + der[3]
    numbers = (der[4:end], der[end + 2 :])
    return b"".join(int.from_bytes(number, "big").to_bytes(_COORDINATE, "big") for number in numbers)

"""Keys: every call that the product makes to KMS."""

from dataclasses import dataclass

from constellation.aws import client
from constellation.aws.resources import Resource


@dataclass(frozen=True)
class Key:
    """A pair of keys on the curve P-256 whose private half never leaves KMS."""

    arn: str

    def sign(self, message: bytes) -> bytes:
        """Return the ECDSA signature of the SHA-256 of ``message``, at most 4,096 bytes, in DER (RFC 3279, 2.2.3)."""
        answer = client.call(
            "kms", "sign", KeyId=self.arn, Message=message, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
        )
        return answer["Signature"]

    def public_key(self) -> bytes:
        """Return the public half in DER, a SubjectPublicKeyInfo (RFC 5480)."""
        return client.call("kms", "get_public_key", KeyId=self.arn)["PublicKey"]


def keys(resource: Resource) -> list[Key]:
    """Return the keys that a resource stands for, in their order."""
    return [Key(arn) for arn in resource.physical_name.split(",")]

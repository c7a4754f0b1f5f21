"""Passwords as Argon2id hashes. This is the only module that imports argon2.

The costs are the first recommendation of OWASP's password storage guide for Argon2id: 19 MiB, two passes, one lane.
A password is hashed in its NFKC form, so that it does not depend on the keyboard that composed it.
"""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from constellation.accounts.model import PASSWORD_LIMIT

if TYPE_CHECKING:
    from argon2 import PasswordHasher


_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$RzkJOU1dTWEzq6vmECNVvg$KUGy3+TcASLFPKsYCWF3x90+1nzcl+gDjwLz2GBhxPI"
"""The hash of a discarded random password, which is verified if there is no account."""


def hash_password(password: str) -> str:
    """Return the encoded hash of ``password``, which contains a new salt and the costs."""
    return hasher().hash(_bytes(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Return whether ``password`` matches. With no hash (no account) that takes as long as with a wrong password."""
    # Imported here: a request that is refused for its input starts without argon2.
    from argon2.exceptions import VerifyMismatchError

    try:
        verified = hasher().verify(password_hash or _DUMMY, _bytes(password))
    except VerifyMismatchError:
        return False
    return verified and password_hash is not None and len(password) <= PASSWORD_LIMIT


def _bytes(password: str) -> bytes:
    """Return what is hashed, at most PASSWORD_LIMIT + 1 characters. No password is longer than that limit."""
    return unicodedata.normalize("NFKC", password[: PASSWORD_LIMIT + 1]).encode()


@cache
def hasher() -> "PasswordHasher":
    """Return the hasher with the product's costs."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

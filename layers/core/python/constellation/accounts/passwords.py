"""Passwords as Argon2id hashes; the only room that knows argon2.

Costs are the first recommendation of OWASP's password storage guide for Argon2id: 19 MiB, two passes, one lane.
A password is hashed in its NFKC form, so that it does not depend on the keyboard that composed it.
"""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from constellation.accounts.model import PASSWORD_LIMIT

if TYPE_CHECKING:
    from argon2 import PasswordHasher


_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$RzkJOU1dTWEzq6vmECNVvg$KUGy3+TcASLFPKsYCWF3x90+1nzcl+gDjwLz2GBhxPI"
"""The hash of a discarded random password: what is verified where there is no account."""


def hashed(password: str) -> str:
    """The encoded hash of ``password``, with a fresh salt and its own costs in it."""
    return _hasher().hash(_bytes(password))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether ``password`` is the one; None (no such account) takes as long as a wrong password."""
    from argon2.exceptions import VerifyMismatchError

    try:
        verified = _hasher().verify(password_hash or _DUMMY, _bytes(password))
    except VerifyMismatchError:
        return False
    return verified and password_hash is not None and len(password) <= PASSWORD_LIMIT


def _bytes(password: str) -> bytes:
    """Bounded work for any input: past the limit the rest cannot matter, since no such password exists."""
    return unicodedata.normalize("NFKC", password[: PASSWORD_LIMIT + 1]).encode()


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

"""Random secrets: refresh tokens, API keys and scoped tokens, and the digests that are stored in their place."""

import hashlib
import secrets

API_KEY_PATTERN = "sk_[0-9a-f]{64}"

SCOPED_PREFIX = "cst_"
SCOPED_PATTERN = f"{SCOPED_PREFIX}[A-Za-z0-9_-]{{43}}"


def new_refresh_token() -> str:
    """Return an opaque secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_key_secret() -> str:
    """Return ``sk_`` and 64 hexadecimal digits: 256 random bits."""
    return f"sk_{secrets.token_hex(32)}"


def new_scoped_secret() -> str:
    """Return ``cst_`` and 43 characters of base64url: 256 random bits."""
    return f"{SCOPED_PREFIX}{secrets.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret in hexadecimal. Random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()

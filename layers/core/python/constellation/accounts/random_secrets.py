"""Random secrets: refresh tokens and API keys, and the digests that are stored in their place."""

import hashlib
import secrets

API_KEY_PATTERN = "sk_[0-9a-f]{64}"


def new_refresh_token() -> str:
    """Return an opaque secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def new_key_secret() -> str:
    """Return ``sk_`` and 64 hexadecimal digits: 256 random bits."""
    return f"sk_{secrets.token_hex(32)}"


def digest(secret: str) -> str:
    """Return the SHA-256 of a random secret in hexadecimal. Random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()

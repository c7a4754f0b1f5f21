"""Emails and usernames: what they may be, how they are compared, and the keys that users are found by."""

import hashlib
import re
import unicodedata

from constellation.common.errors import BLANK
from constellation.common.names import clean_name

EMAIL_LIMIT = 254
USERNAME_LIMIT = 64

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@.\s]+(?:\.[^@.\s]+)+")


def comparable(text: str) -> str:
    """Return the form in which emails and usernames are compared: without invisible characters, folded by case.

    Compatibility characters are folded too. ``text`` has at most EMAIL_LIMIT characters. A longer text names nobody,
    and to fold it could take seconds.
    """
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible.strip()).casefold())


def email_identity(email: str) -> str:
    """Return the key by which a user is found by email."""
    return _identity("EMAIL", email)


def username_identity(username: str) -> str:
    """Return the key by which a user is found by username."""
    return _identity("USERNAME", username)


def network_identity(network: str) -> str:
    """Return the key under which the failed logins of a network are counted."""
    return _identity("NETWORK", network)


def login_identity(name: str) -> str:
    """Return the key for the name that was typed at login. No username holds an ``@``, and every email does."""
    is_email = len(name) <= EMAIL_LIMIT and "@" in comparable(name)
    return email_identity(name) if is_email else username_identity(name)


def checked_email(text: str) -> str:
    """Return ``text`` if it can be an email address. Raises ValueError otherwise.

    An address has one ``@`` and a dotted domain. It is printable and has no white space.
    """
    if len(text) > EMAIL_LIMIT or not text.isprintable() or not _EMAIL.fullmatch(unicodedata.normalize("NFKC", text)):
        raise ValueError("This value is not a valid email address.")
    return text


def checked_username(text: str) -> str:
    """Return ``text`` without the white space around it if it can be a username. Raises ValueError otherwise."""
    name = clean_name(text, USERNAME_LIMIT)
    if not comparable(name):
        raise ValueError(BLANK)
    if "@" in comparable(name):
        raise ValueError('This value must not hold "@".')
    return name


def default_display_name(username: str | None, email: str) -> str:
    """Return the display name of a user who chose none."""
    return username or email.partition("@")[0]


def _identity(kind: str, text: str) -> str:
    """Return the key of an email, username or network: of one length for every text, and free of personal data.

    A text that is too long to be any of them gets a key of another kind, made of the text as it came.
    """
    if len(text) > EMAIL_LIMIT:
        return f"OVERLONG#{hashlib.sha256(text.encode()).hexdigest()}"
    return f"{kind}#{hashlib.sha256(comparable(text).encode()).hexdigest()}"

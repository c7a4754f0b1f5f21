"""Users and their keys: what identifies them, and what they may call themselves (contract, "Accounts")."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from constellation.common.errors import Invalid, TooManyRequests, Violation
from constellation.common.ids import new_id
from constellation.common.names import clean_name

EMAIL_LIMIT = 254
USERNAME_LIMIT = 64
PASSWORD_MINIMUM = 8
PASSWORD_LIMIT = 1024
KEYS_PER_USER = 100

NO_SUCH_USER = "User not found"
NO_SUCH_KEY = "API key not found"

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@.\s]+(?:\.[^@.\s]+)+")


@dataclass(frozen=True)
class User:
    """One account. ``password_hash`` is an encoded Argon2id hash and leaves no store."""

    id: str
    email: str
    username: str | None
    display_name: str
    password_hash: str
    created_at: datetime


@dataclass(frozen=True)
class ApiKey:
    """What is known of an API key once it was shown: never the key itself."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    def is_expired(self, now: datetime) -> bool:
        """Whether it opens nothing any more at ``now``."""
        return self.expires_at is not None and self.expires_at <= now


def new_api_key(name: str, expires_at: datetime | None, now: datetime) -> ApiKey:
    """A key that is yet to be used. Raises Invalid for one that would have expired at ``now``."""
    key = ApiKey(new_id(), name, now, expires_at, None)
    if key.is_expired(now):
        raise Invalid(Violation("expiresAt", "This value must be in the future.", "past"))
    return key


@dataclass(frozen=True)
class FailedLogins:
    """The failures of an account or network since the first; a window ends at ``window_ends``, in epoch seconds.

    ``latest`` names the attempt that was counted last, so that a repeated write recognises itself.
    """

    count: int = 0
    window_ends: int = 0
    latest: str = ""

    def refuse(self, now: datetime, limit: int) -> None:
        """Raise TooManyRequests when ``limit`` failures stand in a window that has not ended."""
        left = self.window_ends - int(now.timestamp())
        if left > 0 and self.count >= limit:
            raise TooManyRequests("Too many failed logins", left)

    def and_one(self, attempt: str, now: datetime, window: int) -> "FailedLogins":
        """These and one more failure at ``now``; it opens a new window of ``window`` seconds where none is open."""
        moment = int(now.timestamp())
        if self.window_ends > moment:
            return FailedLogins(self.count + 1, self.window_ends, attempt)
        return FailedLogins(1, moment + window, attempt)


def comparable(text: str) -> str:
    """The form in which emails and usernames are compared: no invisible characters, compatibility and case folded.

    ``text`` has at most EMAIL_LIMIT characters: what is longer names nobody, and to fold it could take seconds.
    """
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible.strip()).casefold())


def _identity(kind: str, text: str) -> str:
    """The key of an email, username or network: of one length whatever the text, and free of personal data.

    A text that is too long to be either has a key of its own kind, made of the text as it came.
    """
    if len(text) > EMAIL_LIMIT:
        return f"OVERLONG#{hashlib.sha256(text.encode()).hexdigest()}"
    return f"{kind}#{hashlib.sha256(comparable(text).encode()).hexdigest()}"


def email_identity(email: str) -> str:
    """The key under which a user is found by email."""
    return _identity("EMAIL", email)


def username_identity(username: str) -> str:
    """The key under which a user is found by username."""
    return _identity("USERNAME", username)


def network_identity(network: str) -> str:
    """The key under which the failed logins of a network are counted."""
    return _identity("NETWORK", network)


def login_identity(name: str) -> str:
    """The key for what was typed as a name at login: no username holds an ``@``, every email does."""
    is_email = len(name) <= EMAIL_LIMIT and "@" in comparable(name)
    return email_identity(name) if is_email else username_identity(name)


def checked_email(text: str) -> str:
    """``text`` when it can be an address (one ``@``, a dotted domain, printable, no white space), else ValueError."""
    if len(text) > EMAIL_LIMIT or not text.isprintable() or not _EMAIL.fullmatch(unicodedata.normalize("NFKC", text)):
        raise ValueError("This value is not a valid email address.")
    return text


def checked_username(text: str) -> str:
    """``text`` trimmed when it can be a username, else ValueError."""
    name = clean_name(text, USERNAME_LIMIT)
    if not comparable(name):
        raise ValueError("This value should not be blank.")
    if "@" in comparable(name):
        raise ValueError('This value must not hold "@".')
    return name


def default_display_name(username: str | None, email: str) -> str:
    """What others see of a user who chose nothing."""
    return username or email.partition("@")[0]

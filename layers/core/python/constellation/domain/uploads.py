"""Files as clients send them, in a form or by S3 (contract, "Uploads past the gateway's limit, and uploads by event").

An upload is a file that comes by S3: ``posted`` with a signed form that was asked for, or ``dropped`` by a system that
writes to the bucket. What it becomes has its id, so that it becomes it once, however often it is told of.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from constellation.domain.errors import Violation
from constellation.domain.ids import new_id, parse_id
from constellation.domain.names import NAME_LIMIT, is_deceptive
from constellation.domain.times import to_wire

IMAGE, FIRMWARE = "image", "firmware"
"""What an upload can become."""

PENDING, READY, FAILED = "pending", "ready", "failed"
"""An upload's status; from pending it goes to one of the others, once."""

POSTED, DROPPED, REPORTED = "incoming/", "drop/", "drop-failed/"
"""What the keys begin with of what is posted, of what is dropped, and of the reports on what of that was refused."""

FORM_LIFE = timedelta(minutes=15)
"""How long a form can be posted."""

ATTEMPTS = 3
"""How often the work on an upload begins; where that many have ended without a word, it fails."""

ATTEMPT_LIFE = timedelta(seconds=150)
"""After which an attempt has ended, however it did: its function's timeout."""

NEVER_ENDED = f"The file could not be processed: {ATTEMPTS} attempts ended before they were done."

ARCHIVED = (
    "The file lies in an archive storage class, from which it cannot be read."
    " Restore it and send it again in the class STANDARD."
)
ENCRYPTED = (
    "The file cannot be read: it is encrypted with a key that may not be used here (SSE-KMS or SSE-C)."
    " Send it again with the encryption of the bucket itself (SSE-S3, AES256)."
)

NO_SUCH_UPLOAD = "Upload not found"

_KEY_LIMIT = 1024
"""Bytes of an object's key."""

_NAME_READ = 1024
"""Characters of a file's name that are looked at; the rest of a longer one is cut off."""


@dataclass(frozen=True)
class UploadedFile:
    """One file of a form: the client's name for it (not to be trusted) and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Upload:
    """A file that comes by S3, what it is to become, and what has come of it.

    ``key`` is where its object lies; ``size`` its bytes as they were announced, if they were. ``constellation`` and
    ``folder`` are empty where none was named; ``firmware`` is the firmware image that a posted file is the binary of.
    ``user_id`` is empty where a key names no user. ``violations`` are what it was refused for. ``attempts`` are the
    beginnings of the work on it that have not ended, each a text that begins with its time.
    """

    id: str
    key: str
    user_id: str
    kind: str
    name: str
    created_at: datetime
    expires_at: datetime
    size: int | None = None
    description: str = ""
    is_public: bool = False
    constellation: str = ""
    folder: str = ""
    firmware: str = ""
    status: str = PENDING
    violations: tuple[Violation, ...] = ()
    attempts: frozenset[str] = frozenset()

    @property
    def is_dropped(self) -> bool:
        """Whether nobody asked for a form before."""
        return self.key.startswith(DROPPED)

    @property
    def result(self) -> str:
        """The id of the image, or firmware image, that it becomes or is the binary of."""
        return self.firmware or self.id

    @property
    def report_key(self) -> str:
        """Where a system that drops files finds why one was refused."""
        room = _KEY_LIMIT - len(f"{REPORTED}.json")
        rest = self.key.removeprefix(DROPPED).encode()[:room].decode(errors="ignore")
        return f"{REPORTED}{rest}.json"


def new_attempt(now: datetime) -> str:
    """What an attempt that begins now is called."""
    return f"{to_wire(now)}#{new_id()}"


def may_go_on(attempt: str, now: datetime) -> bool:
    """Whether an attempt may be under way still."""
    return datetime.fromisoformat(attempt.partition("#")[0]) > now - ATTEMPT_LIFE


def posted_key(upload_id: str) -> str:
    """Where the object of an upload with a form lies."""
    return f"{POSTED}{upload_id}"


def posted_id(key: str) -> str | None:
    """The id of the upload whose object has this key; None where it is no such key."""
    return parse_id(key.removeprefix(POSTED)) if key.startswith(POSTED) else None


def dropped(key: str, version: str, kind: str, now: datetime) -> Upload:
    """The upload that the version of an object is, which has come under ``drop/{user}/[{constellation}/]{name}``."""
    digest = hashlib.sha256(f"{version}\n{key}".encode()).digest()
    *above, name = key.removeprefix(DROPPED).split("/")
    ids = [parse_id(part) for part in above]
    is_good = 1 <= len(ids) <= 2 and None not in ids
    return Upload(
        id=str(uuid.UUID(bytes=digest[:16], version=4)),
        key=key,
        user_id=f"{ids[0]}" if is_good else "",
        kind=kind,
        name=name,
        created_at=now,
        expires_at=now,
        constellation=f"{ids[1]}" if is_good and len(ids) == 2 else "",
    )


def safe_name(name: str) -> str:
    """The last part of a file's path, at most 255 characters, without deceptive ones; it may be empty."""
    last = name.replace("\\", "/").rpartition("/")[2][:_NAME_READ]
    kept = "".join(character for character in last if not is_deceptive(character))
    return kept.strip()[:NAME_LIMIT].rstrip()

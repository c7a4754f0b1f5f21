"""Uploads by S3 (contract, "Uploads past the gateway's limit, and uploads by event").

An upload is a file that comes by S3: ``posted`` with a signed form that was requested before, ``fetched`` from an
address and put where a posted one lies, or ``dropped`` by a system that writes to the bucket. The image that it becomes
has its id, so that it becomes one image, however many events announce it.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from constellation.common.errors import Violation
from constellation.common.ids import new_id, parse_id
from constellation.common.settings import settings
from constellation.common.times import to_wire
from constellation.images.model import OPEN

IMAGE, FIRMWARE = "image", "firmware"
"""The kinds of uploads: what they become."""

PENDING, READY, FAILED = "pending", "ready", "failed"
"""The statuses of an upload. Pending changes to one of the others, once."""

POSTED, DROPPED, REPORTED = "incoming/", "drop/", "drop-failed/"
"""The prefixes of the keys of posted files, of dropped files, and of the reports on refused dropped files."""

FORM_LIFE = timedelta(minutes=15)
"""How long a form is valid."""

LARGEST = 5 * 10**12
"""Bytes of the largest object that S3 stores. No limit is above it."""

FETCH_LIMIT = 50_000_000
"""The most bytes of a file that is fetched from an address."""

FETCH_SECONDS = 20
"""How long the fetch of a file may take, with all redirects."""

NOT_FETCHED = "The file could not be fetched from this address."
"""All that is said of a fetch that failed. The reason could tell what the product can reach."""

ONLY_IMAGES = "Only an image can be fetched from an address."

ATTEMPTS = 3
"""The most attempts at an upload. It fails when as many have ended without a result."""

ATTEMPT_LIFE = timedelta(seconds=150)
"""The time after which an attempt has ended in any case: the timeout of its function."""

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
"""The most bytes of the key of an object."""


@dataclass(frozen=True)
class Upload:
    """A file that comes by S3, what it is to become, and what has become of it.

    ``key`` is the key of its object. ``size`` is the announced number of bytes, if any. ``constellation`` and
    ``folder`` are empty if none was named. ``firmware`` is the firmware image whose binary a posted file becomes.
    ``share`` is the id of the share through which somebody without an account sends it to ``user_id``, empty for none.
    ``source`` is the address from which the file has still to be fetched; it is empty as soon as the file has come.
    ``user_id`` is empty where a key names no user. ``violations`` are the reasons of a refusal. ``attempts`` are those
    that have begun and not ended, each a text that begins with its time.
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
    access: str = OPEN
    constellation: str = ""
    folder: str = ""
    firmware: str = ""
    share: str = ""
    source: str = ""
    status: str = PENDING
    violations: tuple[Violation, ...] = ()
    attempts: frozenset[str] = frozenset()

    @property
    def is_dropped(self) -> bool:
        """Whether it was dropped rather than posted with a form."""
        return self.key.startswith(DROPPED)

    @property
    def result(self) -> str:
        """The id of the image that it becomes, or of the firmware image that it gives a binary."""
        return self.firmware or self.id

    @property
    def report_key(self) -> str:
        """The key of the report on a dropped file that was refused."""
        room = _KEY_LIMIT - len(f"{REPORTED}.json")
        rest = self.key.removeprefix(DROPPED).encode()[:room].decode(errors="ignore")
        return f"{REPORTED}{rest}.json"


def new_attempt(now: datetime) -> str:
    """Return the text that stands for an attempt that begins now."""
    return f"{to_wire(now)}#{new_id()}"


def may_be_under_way(attempt: str, now: datetime) -> bool:
    """Return whether an attempt may still be under way."""
    return datetime.fromisoformat(attempt.partition("#")[0]) > now - ATTEMPT_LIFE


def posted_key(upload_id: str) -> str:
    """Return the key of the object of a posted upload."""
    return f"{POSTED}{upload_id}"


def posted_id(key: str) -> str | None:
    """Return the id of the posted upload whose object has this key, or None for another key."""
    return parse_id(key.removeprefix(POSTED)) if key.startswith(POSTED) else None


def dropped(key: str, version: str, kind: str, now: datetime) -> Upload:
    """Return the upload of a version of an object with a key ``drop/{user}/[{constellation}/]{name}``."""
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


def limit_of(kind: str) -> int:
    """Return the most bytes of a file of this kind."""
    chosen = settings()
    return chosen.presigned_image_limit if kind == IMAGE else chosen.presigned_firmware_limit


def fetch_limit() -> int:
    """Return the most bytes of a file that is fetched."""
    return min(limit_of(IMAGE), FETCH_LIMIT)

"""Firmware images and their binaries, apart from the bytes (contract, "Firmware")."""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime

from constellation.common.names import exact_name
from constellation.common.times import to_wire
from constellation.firmware.versions import Version, parse_version

LABEL_LIMIT = 128
"""Characters of a label."""

SEGMENT_LIMIT = 10_000
"""The most segments of a file. A file with more is refused."""

LINE_LIMIT = 5_000_000
"""The most lines of an Intel HEX file, blank ones included: 200 MB in records of 16 bytes have fewer."""

EXTENSION = ".hex"

INTEL_HEX, OPAQUE = "intel-hex", "opaque"
"""The formats of binaries: one is checked in full, the other stored as it comes."""


@dataclass(frozen=True)
class Segment:
    """Contiguous bytes in the memory of a device: the address of the first one, and their number."""

    start: int
    length: int


@dataclass(frozen=True)
class Binary:
    """The file of a firmware image: the key of its object, the hexadecimal SHA-256, the size in bytes, the format.

    ``uploader`` is the id of the user who uploaded it. ``segments`` are what an Intel HEX file fills, by address.
    """

    key: str
    uploader: str
    sha256: str
    size: int
    format: str
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Firmware:
    """A firmware image. ``owner`` is the id of a user. ``constellation`` is None where it lies in none."""

    id: str
    owner: str
    constellation: str | None
    label: str
    version: Version
    created_at: datetime
    binary: Binary | None = None

    @property
    def confirmed(self) -> bool:
        """Whether it has a binary."""
        return self.binary is not None

    @property
    def scope(self) -> str:
        """The id of what it belongs to: its constellation, else its owner."""
        return self.constellation or self.owner

    @property
    def created(self) -> str:
        """Its position in the order of creation."""
        return f"{to_wire(self.created_at)}#{self.id}"

    @property
    def position(self) -> str:
        """Its position in the order of precedence. Among equals the newest comes last."""
        return f"{self.version.precedence}#{self.created}"

    @property
    def file_name(self) -> str:
        """The name that its binary is downloaded under."""
        return file_name(self.id)

    @property
    def disposition(self) -> str:
        """The Content-Disposition of its download (RFC 6266)."""
        return f'attachment; filename="{self.file_name}"'


@dataclass(frozen=True)
class Entry:
    """A firmware image in a list, and its position there."""

    id: str
    position: str
    label: str
    version: str
    created: str
    confirmed: bool


def file_name(firmware_id: str) -> str:
    """Return the file name of the binary of a firmware image, ``<id>.hex``."""
    return f"{firmware_id}{EXTENSION}"


def parse_file_name(name: str) -> tuple[str, Version]:
    """Return the label and the version in the name of a file, ``<label>-<version>.hex``.

    Before the version stands ``-``, ``_`` or a blank, then perhaps a ``v``. Without a version it is 0.0.0. Raises
    ValueError without a label.
    """
    stem = name[: -len(EXTENSION)] if name.lower().endswith(EXTENSION) else name
    label, version = stem, parse_version("0.0.0")
    for separator in re.finditer(r"(?<=.)[-_ ]v?(?=[0-9])", stem, re.ASCII | re.DOTALL):
        with contextlib.suppress(ValueError):
            label, version = stem[: separator.start()], parse_version(stem[separator.end() :])
            break
    return exact_name(label, LABEL_LIMIT), version


NO_BINARY = "Image does not have an binary file"
BINARY_EXISTS = "Binary already exists"


def no_such_firmware(text: str) -> str:
    """Return the message for an id that names no firmware image."""
    return f"No such image: {text}"

"""A file as a client sends it, and what is kept of the name it gives."""

from dataclasses import dataclass

from constellation.domain.names import NAME_LIMIT, is_deceptive


@dataclass(frozen=True)
class UploadedFile:
    """One file of a form: the client's name for it (not to be trusted) and its bytes."""

    name: str
    data: bytes


def safe_name(name: str) -> str:
    """The last part of a file's path, at most 255 characters, without deceptive ones; it may be empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(character for character in last if not is_deceptive(character))
    return kept.strip()[:NAME_LIMIT].rstrip()

"""How the command ends: its exit codes, and what each failure is told as."""

from enum import IntEnum

from constellation_client.errors import ApiError, ConstellationError, Unreachable


class Code(IntEnum):
    """The exit codes."""

    DONE = 0
    PARTLY_FAILED = 1
    USAGE = 2
    NOT_LOGGED_IN = 3
    REFUSED = 4
    NETWORK = 5
    INTERRUPTED = 130


class NotLoggedIn(ConstellationError):
    """There is no credential, or it is not valid any more."""


class Misused(ConstellationError):
    """Arguments that do not fit together, or that name what is not there."""


def code_of(error: Exception) -> Code:
    """Return the exit code of a failure."""
    match error:
        case NotLoggedIn() | ApiError(status=401):
            return Code.NOT_LOGGED_IN
        case Misused():
            return Code.USAGE
        case ApiError(status=status):
            return Code.NETWORK if status >= 500 or status == 429 else Code.REFUSED
        case Unreachable():
            return Code.NETWORK
        case _:
            return Code.PARTLY_FAILED


def is_final(error: Exception) -> bool:
    """Return whether a failure would meet every other request too."""
    return code_of(error) in {Code.NOT_LOGGED_IN, Code.NETWORK}


def sentence(error: Exception) -> str:
    """Return what went wrong, and what to do, for a person."""
    if isinstance(error, ApiError) and error.status == 401:
        return f"{error.message.rstrip('.')}. Run `constellation login`, or set CONSTELLATION_TOKEN to a valid token."
    if isinstance(error, ApiError) and error.status >= 500:
        return f"{error} ({error.status}) The fault is the server's; try again later."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__

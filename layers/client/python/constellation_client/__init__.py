"""The Python client of Constellation.

``Client`` sends the requests; ``ApiError`` and ``Unreachable`` are what they raise.
"""

from typing import TYPE_CHECKING, Any

from constellation_client.errors import ApiError, ConstellationError, FileChanged, Unreachable

if TYPE_CHECKING:
    from constellation_client.client import Client

__all__ = ["ApiError", "Client", "ConstellationError", "FileChanged", "Unreachable"]


def __getattr__(name: str) -> Any:
    # The command line prints its help without an HTTP library.
    if name == "Client":
        from constellation_client.client import Client

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

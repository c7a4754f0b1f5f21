"""The client: one object with a part for each kind of thing."""

from types import TracebackType
from typing import Self

from constellation_client.account import Account
from constellation_client.constellations import Constellations
from constellation_client.credentials import Credentials, FixedToken
from constellation_client.firmware import Firmware
from constellation_client.images import Images
from constellation_client.transport import Transport


class Client:
    """A client of one Constellation server. Threads may share it.

    >>> with Client("https://images.example.org", token="cst_…") as client:
    ...     image = client.images.upload("photo.jpg")
    ...     print(client.images.link(image, "webp", width=800))
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        credentials: Credentials | None = None,
        timeout: float = 60,
        connections: int = 16,
    ) -> None:
        self._transport = Transport(url, credentials or FixedToken(token), timeout, connections)
        self.account = Account(self._transport)
        self.images = Images(self._transport)
        self.constellations = Constellations(self._transport)
        self.firmware = Firmware(self._transport)

    @property
    def url(self) -> str:
        """The address of the server."""
        return self._transport.url

    def stop(self) -> None:
        """Let no further request begin, in any thread. Requests under way are still answered."""
        self._transport.stop()

    def resume(self) -> None:
        """Let requests begin again after ``stop``."""
        self._transport.resume()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

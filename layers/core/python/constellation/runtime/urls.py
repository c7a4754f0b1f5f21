"""The addresses of files elsewhere that users give: which texts are such an address, and what its parts are.

The syntax is that of RFC 3986 for ``http`` and ``https``, without user information and in ASCII alone. Names are not
resolved here, and numbers that stand for an IPv4 address in another notation are names.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import unquote

from constellation.common.names import safe_name

MOST_CHARACTERS = 2048
"""The most characters of an address."""

NO_URL = "This value should be an address that begins with https:// or http://, without a user name."

PATTERN = r"^[Hh][Tt][Tt][Pp][Ss]?://[0-9A-Za-z._:\[\]-]+([/?#][!-\[\]-~]*)?$"
"""A regular expression for the OpenAPI document."""

_LABEL = "[0-9a-z_-]{1,63}"
_URL = re.compile(
    rf"(?P<scheme>https?)://(\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>{_LABEL}(\.{_LABEL})*)\.?)(:(?P<port>[0-9]{{0,5}}))?"
    r"(?P<target>([/?][!-\"$-\[\]-~]*)?)(#[!-\[\]-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_MOST_OF_A_NAME = 253
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Url:
    """The parts of an address: ``host`` is a name in lower case without a dot at its end, or an IP address.

    ``target`` is what a request asks the host for: the path and the query.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the header Host: without the port where it is the one of the scheme."""
        return self.place.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def place(self) -> str:
        """The host and the port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_url(text: str) -> Url:
    """Return the parts of an address. Raise ValueError for any other text."""
    match = _URL.fullmatch(text) if len(text) <= MOST_CHARACTERS and text.isascii() else None
    if match is None:
        raise ValueError(NO_URL)
    scheme = match["scheme"].lower()
    host, port = (match["name"] or match["v6"]).lower(), int(match["port"] or _PORTS[scheme])
    if match["v6"]:
        try:
            host = f"{IPv6Address(host)}"
        except ValueError:
            raise ValueError(NO_URL) from None
    if len(host) > _MOST_OF_A_NAME or not 0 < port <= _HIGHEST_PORT:
        raise ValueError(NO_URL)
    target = match["target"]
    return Url(scheme, host, port, target if target.startswith("/") else f"/{target}")


def file_name(text: str) -> str:
    """Return the name that a file has in its address, which may be empty."""
    path = text[:MOST_CHARACTERS].partition("#")[0].partition("?")[0].split("/", 3)
    return safe_name(unquote(path[3])) if len(path) > 3 else ""

"""Constellations in tests, made, filled and shared through the API, and the inputs that every route refuses."""

from typing import Any

from tests.support.sharing import SMALL, Client
from tests.support.world import Answer, File

UNKNOWN = "123e4567-e89b-42d3-a456-426614174000"

NO_CONSTELLATION = {"message": "Constellation not found"}
NO_FOLDER = {"message": "Folder not found"}
NO_IMAGE = {"message": "Image not found"}
NO_COMMENT = {"message": "Comment not found"}

MALFORMED = (
    b"",
    b" ",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"5",
    b'{"name": NaN}',
    b'{"name": "\\ud800"}',
    b"\xff",
    b"[" * 100_000,
)
"""Bodies that are not JSON objects."""

HUGE = bytes(4_700_000)
"""A body that is too large for every route."""

_BLANK = "This value should not be blank."
_CONTROL = "This value must not hold control characters."
_NO_STRING = "Input should be a valid string"

BAD_TEXTS = (
    ("", _BLANK),
    (" \t\n", _BLANK),
    ("n" * 256, "This value is too long. It should have 255 characters or less."),
    ("a\nb", _CONTROL),
    ("a\0b", _CONTROL),
    ("a\x7fb", _CONTROL),
    ("a\u2028b", _CONTROL),
    ("a\u202eb", _CONTROL),
)
"""Texts that are refused as names, and the messages."""

NO_TEXTS: tuple[Any, ...] = (5, None, True, [], {}, ["n"])

BAD_NAMES: tuple[tuple[Any, str], ...] = (*BAD_TEXTS, *((value, _NO_STRING) for value in NO_TEXTS))

GOOD_NAMES = (
    ("n", "n"),
    ("n" * 255, "n" * 255),
    ("é" * 255, "é" * 255),
    ("🌅" * 255, "🌅" * 255),
    (f"  {'n' * 255}\t", "n" * 255),
    ("\n Sea  side \r\n", "Sea  side"),
    ('<b>"\\/../%00', '<b>"\\/../%00'),
)
"""Names as they are sent and as they are stored."""


def no_uuids(identifier: str) -> list[str]:
    """Return strings that are not UUIDs, most of them similar to this one."""
    plain = identifier.replace("-", "")
    return [
        "x",
        "0000-000000...",
        f"{{{identifier}}}",
        f"urn:uuid:{identifier}",
        plain,
        f"{plain[:9]}-{plain[9:13]}-{plain[13:17]}-{plain[17:21]}-{plain[21:]}",
        f"{identifier}-",
        f"{identifier} ",
        f"{identifier}\n",
        f"g{identifier[1:]}",
        f"１{identifier[1:]}",
    ]


def created(answer: Answer) -> Any:
    """Return the body of a 201."""
    assert answer.status == 201, answer.body
    return answer.json


class Workspace:
    """A constellation and the ADMIN who made it."""

    def __init__(self, admin: Client, name: str = "Trip") -> None:
        self.admin = admin
        self.id: str = created(admin.ask("POST", "/constellations", json={"name": name}))["constellation_uuid"]
        self.path = f"/constellations/{self.id}"
        self.root: str = admin.ask("GET", self.path).json["root_folder_uuid"]

    def connect(self, *clients: Client, rights: str = "READ") -> None:
        """Make users members, or change their right."""
        for client in clients:
            body = {"user_uuid": client.id, "rights": rights}
            assert self.admin.ask("POST", f"{self.path}/connect", json=body).status == 200

    def disconnect(self, client: Client) -> None:
        """End a membership."""
        assert self.admin.ask("POST", f"{self.path}/disconnect", json={"user_uuid": client.id}).status == 200

    def folder(self, name: str = "Folder", parent: str = "") -> str:
        """Make a folder, in the root if no parent is named, and return its id."""
        body = {"name": name, "constellation_uuid": self.id} | ({"parent_folder_uuid": parent} if parent else {})
        return created(self.admin.ask("POST", "/folders", json=body))["folder_uuid"]

    def image(self, name: str = "a.gif", folder: str = "", by: Client | None = None, **fields: str) -> str:
        """Make an image in a folder, or in the root, and return its id. The ADMIN owns it if nobody else is named."""
        where = {"constellation_uuid": self.id, **({"folder_uuid": folder} if folder else {})}
        return added(by or self.admin, name, **where, **fields)

    def rights(self) -> dict[str, str]:
        """Return the members' rights by their names, in the order of the list."""
        return {member["name"]: member["rights"] for member in self.admin.ask("GET", f"{self.path}/users").json}

    def tree(self) -> Any:
        """Return the whole structure."""
        answer = self.admin.ask("GET", f"/structure/{self.id}")
        assert answer.status == 200, answer.body
        return answer.json


def added(client: Client, file: str = "a.gif", **fields: str) -> str:
    """Make an image by ``POST /images`` from a file with this name, and return its id."""
    return created(client.ask("POST", "/images", form={"file": File(file, SMALL), **fields}))["uuid"]


def metadata(client: Client, image_id: str) -> dict[str, Any]:
    """Return the metadata that ``GET /images/{image_uuid}`` gives."""
    answer = client.ask("GET", f"/images/{image_id}", headers={"Accept": "application/json"})
    assert answer.status == 200, answer.body
    return answer.json

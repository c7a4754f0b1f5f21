"""Constellations and their folders."""

from collections.abc import Iterator

from constellation_client.errors import ApiError
from constellation_client.responses import ConstellationDetail, ConstellationEntry, FolderContent, FolderDetail, Node
from constellation_client.transport import Transport, segment


class Constellations:
    """The constellations that the caller is a member of.

    Each method raises ApiError if the server refuses, and Unreachable if there is no answer that can be read.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __iter__(self) -> Iterator[ConstellationEntry]:
        return self._transport.entries("/constellations", ConstellationEntry)

    def create(self, name: str) -> ConstellationEntry:
        """Create a constellation."""
        return self._transport.json("POST", "/constellations", ConstellationEntry, json={"name": name})

    def get(self, constellation: str) -> ConstellationDetail:
        """Return the name of a constellation and its root folder."""
        return self._transport.json("GET", f"/constellations/{segment(constellation)}", ConstellationDetail)

    def tree(self, constellation: str) -> Node:
        """Return all folders and images of a constellation, from its root folder on."""
        try:
            return self._transport.json("GET", f"/structure/{segment(constellation)}", Node)
        except ApiError as error:
            if error.status != 413:
                raise
        # The tree is larger than one response.
        return self._walked(self.get(constellation)["root_folder_uuid"])

    def folder(self, folder: str) -> FolderContent:
        """Return a folder with what lies directly in it."""
        return self._transport.json("GET", f"/folders/{segment(folder)}", FolderContent)

    def create_folder(self, constellation: str, name: str, parent: str | None = None) -> FolderDetail:
        """Create a folder in another one, or in the root."""
        body = {"name": name, "constellation_uuid": constellation}
        if parent:
            body["parent_folder_uuid"] = parent
        return self._transport.json("POST", "/folders", FolderDetail, json=body)

    def _walked(self, folder: str) -> Node:
        found = self.folder(folder)
        children = [self._walked(each["uuid"]) if each["type"] == "folder" else each for each in found["children"]]
        return {"uuid": folder, "name": found["name"], "type": "folder", "children": children}

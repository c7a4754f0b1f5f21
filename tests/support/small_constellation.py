"""A Constellation of one space in memory, for the tests and the bench of the command line; it counts what is asked."""

import itertools
import re
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from tests.support.small_server import Asked, Told

SPACE = "7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04"
ROOT_FOLDER = "0b0f9b9e-5d0c-4c53-9f5b-6a1d0a3c7e11"
USER = "4da943f9-511f-4306-aa82-7b470ac00994"


class SmallConstellation:
    """Answers what ``upload`` and ``sync`` ask, and keeps the first answer of each Idempotency-Key."""

    def __init__(self) -> None:
        self.images: dict[str, dict[str, str]] = {}
        self.folders: dict[str, dict[str, str]] = {}
        self.uploads = 0
        self.before_upload: Callable[[Asked], Told | None] = lambda asked: None
        self.after_upload: Callable[[], Told | None] = lambda: None
        self._kept: dict[str, str] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def __call__(self, asked: Asked) -> Told:
        """Answer a request."""
        match asked.method, asked.path.strip("/").split("/"):
            case "GET", ["users", "me"]:
                return Told(200, {"uuid": USER, "name": "ada", "email": "ada@example.org"})
            case "GET", ["constellations"]:
                return Told(200, [{"constellation_uuid": SPACE, "name": "Holidays"}])
            case "GET", ["constellations", _]:
                return Told(200, {"name": "Holidays", "root_folder_uuid": ROOT_FOLDER})
            case "GET", ["structure", _]:
                return Told(200, self._node(ROOT_FOLDER, "Holidays"))
            case "GET", ["folders", folder]:
                known = self.folders.get(folder, {"name": "Holidays", "parent": None})
                place = {"folder_uuid": folder, "parent_folder_uuid": known["parent"], "constellation_uuid": SPACE}
                return Told(200, {**self._node(folder, str(known["name"])), **place})
            case "POST", ["folders"]:
                return self._folder(asked.json)
            case "POST", ["images"] | ["api", "upload"]:
                return self._upload(asked)
            case "POST", ["api", "upload", "batch"]:
                return self._upload_group(asked)
            case "GET", ["api", "images"]:
                return Told(200, [{"id": each} for each in asked.query["uuid[]"] if each in self.images])
            case "PATCH", ["images", image]:
                self.images[image] |= {"folder": asked.json["folder_uuid"], "name": asked.json["name"]}
                return Told(200, {"image_uuid": image, "name": asked.json["name"], "url": ""})
            case "DELETE", ["images", image] if image in self.images:
                del self.images[image]
                return Told(200, {"message": "Image deleted"})
            case _:
                return Told(404, {"message": "Not Found"})

    def names(self) -> list[str]:
        """Return the paths of all images."""
        paths = {ROOT_FOLDER: ""}
        for folder, each in self.folders.items():
            paths[folder] = f"{paths[each['parent']]}{each['name']}/"
        return sorted(f"{paths[each['folder']]}{each['name']}" for each in self.images.values())

    def _upload(self, asked: Asked) -> Told:
        if refused := self.before_upload(asked):
            return refused
        image = self._kept_image(asked.key, _field(asked, "folder_uuid") or ROOT_FOLDER, _field(asked, "name"))
        return self.after_upload() or Told(201, {"uuid": image, "filename": "", "id": image})

    def _kept_image(self, key: str, folder: str, name: str) -> str:
        """Return the image of a key, a new one if there is none."""
        with self._lock:
            image = self._kept.get(key)
            if image is None:
                image = self._kept[key] = str(uuid.UUID(int=next(self._numbers), version=4))
                self.images[image] = {"folder": folder, "name": name}
                self.uploads += 1
            return image

    def _upload_group(self, asked: Asked) -> Told:
        """Look at each file as if it came alone; what is refused with an error of the surface is its result."""
        results, came = list[dict[str, Any]](), Counter[bytes]()
        for part in _files(asked):
            refused = self.before_upload(asked._replace(body=part))
            if refused and "error" in (refused.body or {}):
                results.append({"status": refused.status, "error": refused.body["error"]})
                continue
            if refused:
                return refused
            came[part] += 1
            image = self._kept_image(f"{asked.key} {sha256(part).hexdigest()} {came[part]}", ROOT_FOLDER, _name(part))
            if told := self.after_upload():
                return told
            results.append({"status": 201, "image": {"id": image}})
        return Told(200, {"results": results})

    def _folder(self, given: Any) -> Told:
        folder = str(uuid.UUID(int=next(self._numbers), version=4))
        self.folders[folder] = {"name": given["name"], "parent": given["parent_folder_uuid"]}
        return Told(201, {"folder_uuid": folder, **given})

    def _node(self, folder: str, name: str) -> dict[str, Any]:
        folders = [self._node(each, found["name"]) for each, found in self.folders.items() if found["parent"] == folder]
        files = [
            {"uuid": image, "name": found["name"], "type": "file"}
            for image, found in self.images.items()
            if found["folder"] == folder
        ]
        return {"uuid": folder, "name": name, "type": "folder", "children": [*folders, *files]}


def _files(asked: Asked) -> list[bytes]:
    """Return the parts of a form that are files, each with the beginning of the boundary after it."""
    boundary = b"\r\n--" + asked.headers["Content-Type"].rpartition("boundary=")[2].encode()
    parts = (b"\r\n" + asked.body).split(boundary)
    return [part + b"\r\n--" for part in parts if b"; filename=" in part.partition(b"\r\n\r\n")[0]]


def _name(part: bytes) -> str:
    found = re.search(rb'; filename="(.*?)"\r\n', part)
    return found[1].decode() if found else ""


def _field(asked: Asked, name: str) -> str:
    found = re.search(rb'; name="%s"\r\n\r\n(.*?)\r\n--' % name.encode(), asked.body, re.DOTALL)
    return found[1].decode() if found else ""

"""Firmware: versions, their binaries, and what is newest."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from constellation_client.errors import ApiError, Unreachable
from constellation_client.files import Progress, Snapshot, save
from constellation_client.large import DIRECT_LIMIT, next_key, upload_by_form
from constellation_client.responses import CreatedFirmware, FirmwareDetail, FirmwareEntry
from constellation_client.transport import BYTES, Transport, segment

_DELETED = 10
"""How often, within the life of an Idempotency-Key, the same firmware may be pushed and deleted."""


class Firmware:
    """The firmware images of the caller and of its constellations.

    Each method raises ApiError if the server refuses, and Unreachable if there is no answer that can be read; ``list``,
    when it is iterated. Local files raise OSError.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def push(
        self,
        path: str | Path,
        label: str,
        version: str,
        constellation: str | None = None,
        progress: Progress | None = None,
    ) -> FirmwareDetail:
        """Create a firmware image with a binary, and return it. Repeated, it goes on where it was interrupted.

        Raises FileChanged if the file is written to meanwhile.
        """
        file = Snapshot(Path(path), DIRECT_LIMIT)
        body = {"label": label, "fw_version": version}
        if constellation:
            body["constellation_uuid"] = constellation
        key = hashlib.sha256("\0".join([file.digest, label, version, constellation or ""]).encode()).hexdigest()
        found = self._created(body, key)
        if found.get("sha256") != file.digest:
            self._upload(found["id"], file, key, progress)
            found = self.get(found["id"])
        return found

    def get(self, firmware: str) -> FirmwareDetail:
        """Return a firmware image."""
        return self._transport.json("GET", f"/image/{segment(firmware)}", FirmwareDetail)

    def list(self, label: str | None = None) -> Iterator[FirmwareEntry]:
        """Yield firmware images, the newest first."""
        return self._transport.entries("/image", FirmwareEntry, {"label": label} if label else None)

    def latest(
        self, label: str, current: str | None = None, pre: bool = False, constellation: str | None = None
    ) -> FirmwareDetail | None:
        """Return the highest version of a label, or None if ``current`` is not older."""
        params: dict[str, str | int] = {"label": label}
        if current:
            params["current"] = current
        if pre:
            params["pre"] = "true"
        if constellation:
            params["constellation_uuid"] = constellation
        response = self._transport.request("GET", "/image/latest", params=params)
        return None if response.status_code == 204 else self._transport.read(response, FirmwareDetail)

    def download(self, firmware: str, to: Path, progress: Progress | None = None) -> None:
        """Write a binary to a file. No partial file is left behind."""
        save(self._transport.bytes(f"/image/{segment(firmware)}/binary", progress), to)

    def _created(self, body: dict[str, str], key: str) -> FirmwareDetail:
        """Create a firmware image, or find the one that the same push has created before and nobody has deleted."""
        for _ in range(_DELETED):
            created = self._transport.json("POST", "/image", CreatedFirmware, json=body, key=key)
            try:
                return self.get(created["id"])
            except ApiError as error:
                if error.status != 404:
                    raise
            key = next_key(key, created["id"])
        raise Unreachable(f"{self._transport.url} creates firmware images that are not there.")

    def _upload(self, firmware: str, file: Snapshot, key: str, progress: Progress | None) -> None:
        name = f"{firmware}.hex"
        if file.size > DIRECT_LIMIT:
            begin: dict[str, Any] = {"kind": "firmware", "fileName": name, "image_id": firmware}

            def is_there() -> bool:
                return self.get(firmware).get("sha256") == file.digest

            upload_by_form(self._transport, file, begin, next_key(key, f"binary of {firmware}"), progress, is_there)
            return
        try:
            # The server takes one binary, so that this may be repeated.
            self._transport.request(
                "POST",
                f"/image/{segment(firmware)}/binary",
                files=lambda: [("image", (name, file.open(progress), BYTES))],
                repeatable=True,
            )
        except ApiError as error:
            # Someone else, or this command interrupted before, may have uploaded these very bytes.
            if error.status != 400 or self.get(firmware).get("sha256") != file.digest:
                raise

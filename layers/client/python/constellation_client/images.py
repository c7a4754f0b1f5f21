"""Images: uploads, lists, downloads, changes and links."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from constellation_client.errors import ConstellationError, part_error
from constellation_client.files import Progress, Snapshot, Stream, clean_name, save
from constellation_client.large import DIRECT_LIMIT, upload_by_form
from constellation_client.links import link
from constellation_client.responses import (
    ImageEntry,
    ImageMetadata,
    ListedImage,
    PastImage,
    StoredImage,
    Uploaded,
    UploadResult,
)
from constellation_client.transport import BYTES, Parts, Transport, segment


class Place(NamedTuple):
    """A folder of a constellation, or its root."""

    constellation: str
    folder: str | None = None


class Named(NamedTuple):
    """A snapshot of a file, and the name under which it is uploaded."""

    file: Snapshot
    name: str


class Images:
    """The images that the caller owns or sees.

    Methods that ask the server raise ApiError if it refuses, and Unreachable if there is no answer that can be read;
    those that yield, when they are iterated. Local files raise OSError.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(
        self,
        path: str | Path | Snapshot,
        *,
        name: str | None = None,
        place: Place | None = None,
        public: bool = False,
        salt: str = "",
        progress: Progress | None = None,
    ) -> str:
        """Upload a file, and return the id of its image.

        ``path`` may be a snapshot of the file that was taken before; then ``name`` is needed. An upload that is
        repeated within 24 hours with the same bytes, name, place and visibility returns the image of the first one,
        unless ``salt`` differs. Raises FileChanged if the file is written to meanwhile.
        """
        file = path if isinstance(path, Snapshot) else Snapshot(Path(path), DIRECT_LIMIT)
        name = clean_name(name or (path.name if isinstance(path, Path) else Path(str(path)).name))
        key = idempotency_key(file.digest, name, place, public, salt)
        if file.size > DIRECT_LIMIT:
            begin: dict[str, Any] = {"kind": "image", "fileName": name, "isPublic": public, **_fields(place)}
            return upload_by_form(self._transport, file, begin, key, progress)

        def part(field: str) -> Parts:
            return lambda: [(field, (name, file.open(progress), BYTES))]

        if not place:
            fields = _visibility(public)
            sent = self._transport.json("POST", "/api/upload", Uploaded, fields=fields, files=part("image"), key=key)
            return sent["id"]
        fields = {**_fields(place), "name": name}
        image = self._transport.json("POST", "/images", StoredImage, fields=fields, files=part("file"), key=key)["uuid"]
        if public:
            self.publish(image)
        return image

    def upload_many(
        self,
        files: Sequence[str | Path | Named],
        *,
        public: bool = False,
        salt: str = "",
        progress: Progress | None = None,
    ) -> list[str | ConstellationError]:
        """Upload small files with one request. Return for each the id of its image, or why there is none.

        A request takes up to 20 files, and 4.5 MB together. Files with the same bytes and the same name become one
        image. A file that is uploaded so again within 24 hours, whatever is beside it, with the same name and
        visibility, is the image of the first time, unless ``salt`` differs. ``progress`` receives the progress
        of all files together. Raises FileChanged, before anything is sent, if a file is written to while it is read;
        what goes wrong later is returned.
        """
        named = [each if isinstance(each, Named) else _named(Path(each)) for each in files]
        rest = {(each.file.digest, each.name): each for each in named}
        outcomes, attempt = dict[tuple[str, str], str | ConstellationError](), 1
        sent = _Sum(named, progress)
        key = idempotency_key("", "", None, public, salt)
        while rest:
            try:
                outcomes |= self._sent_together(rest, public, key, sent)
            except ConstellationError as error:
                outcomes |= dict.fromkeys(rest, error)
                break
            rest = {each: file for each, file in rest.items() if self._transport.may_repeat(outcomes[each], attempt)}
            if rest:
                self._transport.back_off(attempt)
                attempt += 1
        return [outcomes[each.file.digest, each.name] for each in named]

    def _sent_together(
        self, files: Mapping[tuple[str, str], Named], public: bool, key: str, sent: "_Sum"
    ) -> dict[tuple[str, str], str | ConstellationError]:
        def parts() -> Sequence[tuple[str, tuple[str, Stream, str]]]:
            return [("image", (each.name, each.file.open(sent.of(known)), BYTES)) for known, each in files.items()]

        response = self._transport.request(
            "POST", "/api/upload/batch", fields=_visibility(public), files=parts, key=key
        )
        results = self._transport.listed(response, UploadResult, "results", len(files))
        return {known: self._outcome(result) for known, result in zip(files, results, strict=True)}

    def _outcome(self, result: UploadResult) -> str | ConstellationError:
        if result["status"] >= 400:
            return part_error(result["status"], result.get("error"))
        return self._transport.entry(Uploaded, result.get("image"))["id"]

    def __iter__(self) -> Iterator[ImageEntry]:
        return self.list()

    def list(self, constellation: str | None = None) -> Iterator[ImageEntry]:
        """Yield all images that the caller owns or sees, or those in one constellation."""
        params: dict[str, str | int] = {"limit": 100}
        if constellation:
            params["constellation_uuid"] = constellation
        return self._transport.entries("/images", ImageEntry, params, inside="images")

    def search(self, words: str) -> Iterator[PastImage]:
        """Yield the caller's own images that words are found in: description, hashtags or file name."""
        params = {"limit": 100, "searchTerm": words}
        return self._transport.entries("/api/images/history/1", PastImage, params, inside="data")

    def existing(self, ids: Sequence[str]) -> set[str]:
        """Return which of up to 100 ids are images of the caller's own."""
        return {each["id"] for each in self._transport.entries("/api/images", ListedImage, {"uuid[]": [*ids]})}

    def get(self, image: str) -> ImageMetadata:
        """Return the metadata of an image."""
        return self._transport.json("GET", f"/images/{segment(image)}", ImageMetadata)

    def download(self, image: str, to: Path, progress: Progress | None = None) -> None:
        """Write the stored original of an image to a file. No partial file is left behind."""
        save(self._transport.bytes(f"/images/{segment(image)}", progress), to)

    def change(self, image: str, *, name: str | None = None, place: Place | None = None) -> ImageEntry:
        """Rename or move an image."""
        body = {**_fields(place), **({"name": name} if name else {})}
        return self._transport.json("PATCH", f"/images/{segment(image)}", ImageEntry, json=body)

    def publish(self, image: str, public: bool = True) -> None:
        """Show an image in the lists of public images, or hide it from them."""
        self._transport.request("PATCH", f"/api/image/{segment(image)}", json={"isPublic": public})

    def delete(self, image: str) -> None:
        """Delete an image."""
        self._transport.request("DELETE", f"/images/{segment(image)}")

    def link(
        self, image: str, extension: str, *, width: int | None = None, height: int | None = None, crop: bool = False
    ) -> str:
        """Return the public link of an image, in a size and a format."""
        return link(self._transport.url, image, extension, width, height, crop)


def idempotency_key(digest: str, name: str, place: Place | None, public: bool, salt: str) -> str:
    """Return the key of an upload: equal for equal uploads, whenever and wherever they are made."""
    return hashlib.sha256(json.dumps([digest, name, place, public, salt]).encode()).hexdigest()


class _Sum:
    """Adds up how much of several files was sent, by what each tells. What is sent once may count for several."""

    def __init__(self, files: Sequence[Named], progress: Progress | None) -> None:
        self._size, self._progress = sum(each.file.size for each in files), progress
        self._times = Counter((each.file.digest, each.name) for each in files)
        self._sent = dict.fromkeys(self._times, 0)

    def of(self, file: tuple[str, str]) -> Progress:
        """Return what is told of one of the files."""

        def told(sent: int, _: int) -> None:
            self._sent[file] = sent * self._times[file]
            if self._progress:
                self._progress(sum(self._sent.values()), self._size)

        return told


def _named(path: Path) -> Named:
    return Named(Snapshot(path, DIRECT_LIMIT), clean_name(path.name))


def _visibility(public: bool) -> dict[str, str]:
    return {"isPublic": str(public).lower()}


def _fields(place: Place | None) -> dict[str, str]:
    if not place:
        return {}
    return {"constellation_uuid": place.constellation, **({"folder_uuid": place.folder} if place.folder else {})}

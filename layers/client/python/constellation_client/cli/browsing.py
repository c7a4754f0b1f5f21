"""``constellation ls``, ``get``, ``rm``, ``mv`` and ``link``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from constellation_client.cli.exits import Misused, is_final, sentence
from constellation_client.cli.local import local_name
from constellation_client.cli.output import Output
from constellation_client.cli.remote import find_folder, find_place, find_target
from constellation_client.cli.running import Run, finish
from constellation_client.errors import ConstellationError
from constellation_client.links import LONGEST_SIDE

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def list_folder(run: Run, address: str) -> None:
    """Print what lies in a folder."""
    folder = find_folder(run.client, find_target(run.client, address))
    for child in run.client.constellations.folder(folder)["children"]:
        slash = "/" if child["type"] == "folder" else ""
        run.output.result(f"{child['uuid']}  {child['name']}{slash}", **child)


def list_own(run: Run, words: str) -> None:
    """Print the caller's constellations and images, or the images that words are found in."""
    if words:
        for image in run.client.images.search(words):
            attributes = image["attributes"]
            run.output.result(f"{image['id']}  {attributes.get('description') or attributes['fileName']}", **image)
        return
    for space in run.client.constellations:
        run.output.result(f"{space['constellation_uuid']}  {space['name']}/", type="constellation", **space)
    for image in run.client.images:
        run.output.result(f"{image['image_uuid']}  {image['name']}", type="image", **image)


def download(run: Run, ids: Sequence[str], folder: Path) -> None:
    """Write the stored originals of images into a folder, and print their paths."""

    def get(image: str) -> None:
        found = run.client.images.get(image)
        path = _free(folder, found["name"], _EXTENSIONS.get(found["mime_type"], "bin"))
        with run.output.progress("Downloading") as bar:
            bar.expect(1, found["size"])
            run.client.images.download(image, path)
        run.output.result(str(path), id=image, path=str(path))

    if not folder.is_dir():
        raise Misused(f"{folder} is no folder.")
    _each(run.output, ids, get)


def remove(run: Run, ids: Sequence[str]) -> None:
    """Delete images, and print their ids."""

    def delete(image: str) -> None:
        run.client.images.delete(image)
        run.output.result(image, id=image, status="deleted")

    _each(run.output, ids, delete)


def move(run: Run, ids: Sequence[str], to: str, name: str) -> None:
    """Move or rename images, and print them."""
    if not to and not name:
        raise Misused("Say where to, with --to SPACE/FOLDER, or the new name, with --name.")
    if name and len(ids) > 1:
        raise Misused("Only one image at a time can be renamed.")
    place = find_place(run.client, to) if to else None

    def change(image: str) -> None:
        entry = run.client.images.change(image, name=name or None, place=place)
        run.output.result(f"{entry['image_uuid']}  {entry['name']}", **entry)

    _each(run.output, ids, change)


def print_link(
    run: Run, image: str, width: int | None, height: int | None, crop: bool, extension: str, widths: Sequence[int]
) -> None:
    """Print a link, or a ``srcset``."""
    if widths and (width or height):
        raise Misused("--srcset names the widths itself: leave out -w and -h.")
    if not extension:
        extension = Path(urlsplit(run.client.images.get(image)["url"]).path).suffix[1:]
    if widths:
        sizes = [(each, run.client.images.link(image, extension, width=each, crop=crop)) for each in widths]
        text = ", ".join(f"{url} {each}w" for each, url in sizes)
        run.output.result(text, id=image, srcset=text)
        return
    url = run.client.images.link(image, extension, width=width, height=height, crop=crop)
    run.output.result(url, id=image, url=url)


def _free(folder: Path, name: str, extension: str) -> Path:
    """Return a path for an image that is not taken."""
    safe = local_name(name) or "image"
    stem = safe.rpartition(".")[0] if safe.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif")) else safe
    stem = stem[:60] if len(stem.encode()) > 200 else stem
    path, number = folder / f"{stem}.{extension}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem} ({number}).{extension}"
    return path


def _each(output: Output, ids: Sequence[str], work: Callable[[str], None]) -> None:
    failures: list[Exception] = []
    for image in ids:
        try:
            work(image)
        except (ConstellationError, OSError) as error:
            if is_final(error):
                raise
            failures.append(error)
            output.error(f"{image}: {sentence(error)}")
    finish(output, len(ids) - len(failures), failures)


def widths_of(text: str) -> list[int]:
    """Return the widths in ``400,800,1600``."""
    try:
        widths = [int(each) for each in text.split(",")] if text else []
    except ValueError:
        widths = [0]
    if not all(1 <= each <= LONGEST_SIDE for each in widths):
        raise Misused(f"--srcset takes widths of 1 to {LONGEST_SIDE} pixels, as in 400,800,1600.")
    return widths

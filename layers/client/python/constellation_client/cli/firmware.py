"""``constellation firmware``."""

from pathlib import Path

from constellation_client.cli.exits import Misused
from constellation_client.cli.local import local_name
from constellation_client.cli.output import counting
from constellation_client.cli.remote import find_space
from constellation_client.cli.running import Run


def push(run: Run, file: Path, label: str, version: str, space: str) -> None:
    """Upload a binary as a new version, and print it."""
    with run.output.progress("Uploading") as bar:
        bar.expect(1, file.stat().st_size)
        constellation = find_space(run.client, space) if space else None
        found = run.client.firmware.push(file, label, version, constellation, counting(bar))
    run.output.result(f"{found['id']}  {label} {version}  sha256 {found.get('sha256', '')}", **found)


def pull(run: Run, firmware: str, label: str, space: str, to: Path) -> None:
    """Download a binary, the one with an id or the latest of a label, and print its path."""
    if bool(firmware) == bool(label):
        raise Misused("Name the firmware by its id, or with --label for the latest.")
    if not firmware:
        found = run.client.firmware.latest(label, constellation=find_space(run.client, space) if space else None)
        firmware = found["id"] if found else ""
    path = to / f"{local_name(firmware)}.hex" if to.is_dir() else to
    if path.exists():
        raise Misused(f"{path} is there already. Choose another file with -o.")
    with run.output.progress("Downloading"):
        run.client.firmware.download(firmware, path)
    run.output.result(str(path), id=firmware, path=str(path))


def latest(run: Run, label: str, current: str, pre: bool, space: str) -> None:
    """Print the highest version of a label; nothing if the current one is not older."""
    constellation = find_space(run.client, space) if space else None
    found = run.client.firmware.latest(label, current or None, pre, constellation)
    if found:
        run.output.result(f"{found['id']}  {found['label']} {found['fw_version']}", **found)
    else:
        run.output.note(f"{current} is up to date.")

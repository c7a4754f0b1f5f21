"""A small Constellation, and the command line of somebody who has a token for it."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import SmallServer, serving


@pytest.fixture
def constellation() -> SmallConstellation:
    """What the server holds."""
    return SmallConstellation()


@pytest.fixture
def server(constellation: SmallConstellation) -> Generator[SmallServer]:
    """The server."""
    with serving(constellation) as server:
        yield server


@pytest.fixture
def command(tmp_path: Path, server: SmallServer) -> CommandLine:
    """The command line."""
    home = tmp_path / "home"
    home.mkdir()
    return CommandLine(home, server.url, "cst_token")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder for pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder

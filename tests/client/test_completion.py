"""Completion, in the shells themselves."""

import shutil
from pathlib import Path

import pytest

from constellation_client.cli.main import app
from tests.support.command_line import COMMAND, CommandLine
from tests.support.terminal import on_terminal

START = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
}
SET_UP = {
    "bash": 'eval "$(constellation completion bash)"',
    "zsh": 'autoload -Uz compinit && compinit -u -D && eval "$(constellation completion zsh)"',
}
"""What the documentation tells to put into the shell's own file."""

PROMPT = "PS1='re''ady> '"
"""Shows that the shell reads keys. What is typed does not look like what is shown."""

COMMANDS = [each.name or getattr(each.callback, "__name__", "") for each in app.registered_commands]


@pytest.fixture
def environment(command: CommandLine, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has installed the command."""
    binary = tmp_path / "bin" / "constellation"
    binary.parent.mkdir()
    binary.write_text(f'#!/bin/sh\nexec {COMMAND[0]} -m constellation_client "$@"\n')
    binary.chmod(0o755)
    path = f"{binary.parent}:{command.environment['PATH']}"
    return {**command.environment, "PATH": path, "TERM": "dumb", "LANG": "C.UTF-8"}


@pytest.mark.parametrize("shell", START)
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("constellation up", "constellation upload"),
        ("constellation firmware la", "constellation firmware latest"),
        ("constellation sync --jobs 4 --dr", "constellation sync --jobs 4 --dry-run"),
        ("constellation upload 'a b.gif' --pu", "constellation upload a b.gif --public"),
        ("constellation upload --link m", "constellation upload --link md"),
        ("constellation upload only-f", "constellation upload only-file.gif"),
    ],
)
def test_the_only_word_that_fits_is_completed(
    shell: str, typed: str, completed: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "only-file.gif").touch()
    path = shutil.which(shell)
    assert path
    with on_terminal([path, *START[shell][1:]], environment) as terminal:
        terminal.types(f"cd {tmp_path}; {SET_UP[shell]}; {PROMPT}\n")
        terminal.shows("ready> ")
        # Ctrl-A and Ctrl-E go to the ends of the line: the shell is to print it instead of running it.
        terminal.types(f"{typed}\t\x01echo begin \x05 end\n")
        terminal.shows(f"\nbegin {completed} end")


@pytest.mark.parametrize("shell", START)
@pytest.mark.parametrize(
    ("typed", "fitting", "others"),
    [
        ("constellation ", COMMANDS, ["--help"]),
        ("constellation sync --d", ["--dry-run", "--delete"], ["--jobs"]),
        ("constellation firmware pu", ["push", "pull"], ["--label"]),
        ("constellation completion ", ["bash", "zsh", "fish"], ["upload"]),
    ],
)
def test_the_words_that_fit_are_listed(
    shell: str, typed: str, fitting: list[str], others: list[str], environment: dict[str, str]
) -> None:
    path = shutil.which(shell)
    assert path
    with on_terminal([path, *START[shell][1:]], environment) as terminal:
        terminal.types(f"{SET_UP[shell]}; {PROMPT}\n")
        terminal.shows("ready> ")
        terminal.types(f"{typed}\t\t")
        shown = terminal.shows(*fitting)
    assert not [each for each in others if each in shown]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(shell: str, command: CommandLine) -> None:
    told = command("completion", shell)
    assert told.code == 0
    assert f"complete_{shell}" in told.out

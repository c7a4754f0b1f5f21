"""Completion, in the shells themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine

TRIED = {
    "bash": """
eval "$(constellation completion bash)"
COMP_WORDS=(constellation {words}) COMP_CWORD={last}
_constellation_completion constellation
printf '%s\\n' "${{COMPREPLY[@]}}"
""",
}
"""What asks a shell for the completions of some words."""


@pytest.mark.parametrize("shell", TRIED)
@pytest.mark.parametrize(
    ("words", "expected"),
    [("up", ["upload"]), ("sync --d", ["--dry-run", "--delete"]), ("firmware pu", ["push", "pull"])],
)
def test_commands_and_options_are_completed(
    shell: str, words: str, expected: list[str], command: CommandLine, tmp_path: Path
) -> None:
    binary = tmp_path / "constellation"
    binary.write_text(f'#!/bin/sh\nexec {sys.executable} -m constellation_client "$@"\n')
    binary.chmod(0o755)
    path = shutil.which(shell)
    assert path
    told = subprocess.run(
        [path, "-c", TRIED[shell].format(words=words, last=len(words.split()))],
        env={**command.environment, "PATH": f"{tmp_path}:{command.environment['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(shell: str, command: CommandLine) -> None:
    told = command("completion", shell)
    assert told.code == 0
    assert f"complete_{shell}" in told.out

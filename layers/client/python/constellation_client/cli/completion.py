"""``constellation completion``: typer's own scripts. They ask the command itself what may follow."""

from typer import completion

VARIABLE = "_CONSTELLATION_COMPLETE"
"""What a shell's script sets when it asks."""


def prepare() -> None:
    """Let the command answer a shell that asks. Typer does so by itself only for commands with its own options."""
    completion.completion_init()  # pyright: ignore[reportPrivateImportUsage]


def script(shell: str) -> str:
    """Return the script for a shell."""
    made = completion.get_completion_script(  # pyright: ignore[reportPrivateImportUsage]
        prog_name="constellation", complete_var=VARIABLE, shell=shell
    )
    if shell == "zsh":
        # Typer's script is for a file in fpath. Evaluated, it must not complete anything itself.
        made = made.replace("#compdef constellation\n", "")
    return made

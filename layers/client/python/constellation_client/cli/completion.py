"""``constellation completion``: typer's own scripts. They ask the command itself what may follow."""

from typer import completion


def script(shell: str) -> str:
    """Return the script for a shell."""
    made = completion.get_completion_script(  # pyright: ignore[reportPrivateImportUsage]
        prog_name="constellation", complete_var="_CONSTELLATION_COMPLETE", shell=shell
    )
    if shell == "zsh":
        # Typer's script is for a file in fpath. Evaluated, it must not complete anything itself.
        made = made.replace("#compdef constellation\n", "")
    return made

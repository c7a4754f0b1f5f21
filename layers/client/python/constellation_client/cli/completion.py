"""``constellation completion``: typer's own scripts. They ask the command itself what may follow."""

from typer import completion


def prepare() -> None:
    """Let the command answer a shell that asks. Typer does so by itself only for commands with its own options."""
    completion.completion_init()  # pyright: ignore[reportPrivateImportUsage]


def script(command: str, variable: str, shell: str) -> str:
    """Return the script for a shell. It sets ``variable`` when it asks what may follow."""
    made = completion.get_completion_script(  # pyright: ignore[reportPrivateImportUsage]
        prog_name=command, complete_var=variable, shell=shell
    )
    if shell == "zsh":
        # Typer's script is for a file in fpath. Evaluated, it must not complete anything itself.
        made = made.replace(f"#compdef {command}\n", "")
    return made

"""What every command runs in: its options, its client, and the one place where failures become exit codes."""

import contextlib
import os
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from constellation_client.cli.exits import Code, code_of, sentence
from constellation_client.cli.output import Output
from constellation_client.errors import ConstellationError

if TYPE_CHECKING:
    from constellation_client.client import Client

Json = Annotated[bool, typer.Option("--json", help="Print each result as a JSON object on a line of its own.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")]
ProfileName = Annotated[str, typer.Option("--profile", help="The saved server and account to use.", metavar="NAME")]


class Run(NamedTuple):
    """A command under way."""

    client: "Client"
    output: Output


@contextlib.contextmanager
def guarded(as_json: bool, quiet: bool) -> Generator[Output]:
    """Let the body's failures end the command with a sentence and an exit code."""
    output = Output(as_json, quiet)
    try:
        yield output
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        output.error("Interrupted.")
        raise typer.Exit(Code.INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        close_stdout()
        raise typer.Exit(Code.PARTLY_FAILED) from None
    except (ConstellationError, OSError) as error:
        output.error(f"constellation: {sentence(error)}")
        close_stdout()
        raise typer.Exit(code_of(error)) from None


def close_stdout() -> None:
    """Write what is left for stdout, or drop it where that fails: Python would fail once more at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def running(profile: str, as_json: bool, quiet: bool, connections: int = 4) -> Generator[Run]:
    """Connect, and let the body's failures end the command with a sentence and an exit code."""
    with guarded(as_json, quiet) as output:
        from constellation_client.cli.profiles import connect

        with connect(profile, connections) as client:
            yield Run(client, output)


def finish(output: Output, done: int, failures: list[Exception]) -> None:
    """End a command of several items: with 1 if some of them failed, with the first failure's code if all did."""
    if failures:
        output.note(f"{done} done, {len(failures)} failed.")
        raise typer.Exit(Code.PARTLY_FAILED if done else code_of(failures[0]))

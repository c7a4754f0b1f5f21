"""The commands and their options. Each loads what it needs when it runs, so that the help is quick."""

import io
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from constellation_client.cli.exits import Code
from constellation_client.cli.running import Json, ProfileName, Quiet, close_stdout, guarded, running
from constellation_client.links import LONGEST_SIDE

NAME = "constellation"

COMPLETES = "_CONSTELLATION_COMPLETE"
"""The variable that a shell's completion script sets when it asks what may follow."""

app = typer.Typer(
    name=NAME,
    help="Upload, find and share pictures and firmware on a Constellation server.",
    epilog="Exit codes: 0 done, 1 partly failed, 2 usage, 3 not logged in, 4 refused, 5 network. "
    "CONSTELLATION_URL and CONSTELLATION_TOKEN take precedence over the configuration file.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

DEFAULT = "default"


def example(line: str) -> str:
    """Return the end of a command's help."""
    return f"Example: {NAME} {line}"


Target = Annotated[str, typer.Option("--to", metavar="SPACE/FOLDER", help="A constellation, and a folder in it.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of images.")]


class Embedding(StrEnum):
    """How a link is printed."""

    URL = "url"
    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


@app.command(epilog=example("login --url https://images.example.org"))
def login(
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="The address of the server.", envvar="CONSTELLATION_URL")
    ] = "",
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read a token from stdin, and save it.")] = False,
    user: Annotated[str, typer.Option("--user", metavar="NAME", help="A user name or email address.")] = "",
    profile: ProfileName = DEFAULT,
    quiet: Quiet = False,
) -> None:
    """Save a session or a token for the next commands.

    Asks for the password on a terminal, and for the user name if --user is not given. With --token-stdin it reads a
    token (cst_...) from stdin instead. What is saved can be read by you alone. A session is renewed by itself.
    """
    with guarded(False, quiet) as output:
        from constellation_client.cli.account import log_in

        log_in(output, url, user, profile, token_stdin)


@app.command()
def whoami(profile: ProfileName = DEFAULT, as_json: Json = False, quiet: Quiet = False) -> None:
    """Print the account and the server that commands use."""
    with running(profile, as_json, quiet) as run:
        me = run.client.account.me()
        run.output.result(f"{me['name']} <{me['email']}> at {run.client.url}", **me, url=run.client.url)


@app.command()
def logout(profile: ProfileName = DEFAULT, quiet: Quiet = False) -> None:
    """End the session, and forget it and the server.

    A token that was saved is forgotten, but stays valid until it is revoked.
    """
    with guarded(False, quiet) as output:
        from constellation_client.cli.account import log_out

        log_out(output, profile)


@app.command(epilog=example("upload -r ~/Pictures/Beach --to Holidays/Beach --link md"))
def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures; folders with -r.")],
    to: Target = "",
    public: Annotated[bool, typer.Option("--public", help="Show the images in the lists of public images.")] = False,
    link: Annotated[Embedding, typer.Option("--link", help="How the links are printed.")] = Embedding.URL,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", help="Files, or groups of small ones, sent at once.", min=1, max=32)
    ] = 4,
    recursive: Annotated[bool, typer.Option("-r", "--recursive", help="Take the pictures in folders too.")] = False,
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Upload pictures, and print their links.

    The links are printed in the order of the arguments. Folders that are missing are created, constellations are not.
    A file that was uploaded before, and is unchanged, is not sent again. Run an interrupted upload again to go on with
    it: no file is uploaded twice.
    """
    with running(profile, as_json or link == Embedding.JSON, quiet, jobs) as run:
        from constellation_client.cli.uploading import upload

        upload(run, files, to, public, link.value, jobs, recursive)


@app.command(epilog=example("ls Holidays/Beach"))
def ls(
    folder: Annotated[str, typer.Argument(metavar="[SPACE[/FOLDER]]", help="A constellation and a folder in it.")] = "",
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help="Find your own images by words.")] = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List constellations and images, or what lies in a folder.

    Each line is an id and a name. Those of constellations and folders end with a slash.
    """
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import list_folder, list_own
        from constellation_client.cli.exits import Misused

        if folder and search:
            raise Misused("--search finds your own images, wherever they are: leave out the folder.")
        if folder:
            list_folder(run, folder)
        else:
            list_own(run, search)


@app.command(epilog=example("get 7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04 -o ~/Downloads"))
def get(
    ids: Ids,
    to: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="The folder to write into.")] = Path(),
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Download originals, and print where they are.

    No file is overwritten: a number is added to a name that is taken. No partial file is left behind.
    """
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import download

        download(run, ids, to)


@app.command()
def rm(ids: Ids, profile: ProfileName = DEFAULT, as_json: Json = False, quiet: Quiet = False) -> None:
    """Delete images. Their links stop working."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import remove

        remove(run, ids)


@app.command(epilog=example("mv 7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04 --to Holidays/Sea --name sea.jpg"))
def mv(
    ids: Ids,
    to: Target = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="A new name, for one image.")] = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Move images to a folder, or rename one."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import move

        move(run, ids, to, name)


@app.command(epilog=example("link 7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04 -w 800 --format webp"))
def link(
    image: Annotated[str, typer.Argument(metavar="ID", help="The id of an image.")],
    width: Annotated[
        int | None, typer.Option("-w", "--width", metavar="N", min=1, max=LONGEST_SIDE, help="The width in pixels.")
    ] = None,
    height: Annotated[
        int | None, typer.Option("-h", "--height", metavar="N", min=1, max=LONGEST_SIDE, help="The height in pixels.")
    ] = None,
    crop: Annotated[bool, typer.Option("--crop", help="Fill the size, and cut off what does not fit.")] = False,
    form: Annotated[
        str, typer.Option("--format", metavar="EXT", help="jpg, png, webp, gif or avif; without it, as stored.")
    ] = "",
    srcset: Annotated[str, typer.Option("--srcset", metavar="W,W...", help="Print a srcset of these widths.")] = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the public link of an image, in a size and a format.

    The image fits into the size, and is never enlarged.
    """
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import print_link, widths_of

        print_link(run, image, width, height, crop, form, widths_of(srcset))


@app.command(epilog=example("sync ~/Pictures Holidays --delete --dry-run"))
def sync(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The local folder.")],
    to: Annotated[str, typer.Argument(metavar="SPACE/FOLDER", help="The folder that is to hold the same pictures.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the images of files that are gone.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C, whenever a file changes.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="Files that are sent at once.", min=1, max=32)] = 4,
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a constellation's folder hold a local folder's pictures.

    Sends what is new or changed, and moves what was renamed. Only images that a sync from this machine has put there,
    or has found there under the name of a file, are ever replaced or deleted. Run an interrupted sync again to go on
    with it. Ctrl-C waits for current uploads to finish; press it again to stop at once.
    """
    with running(profile, as_json, quiet, jobs) as run:
        from constellation_client.cli.syncing import sync

        sync(run, folder, to, dry_run, delete, watch, jobs)


@app.command(epilog=example("sharex > constellation.sxcu"))
def sharex(profile: ProfileName = DEFAULT, quiet: Quiet = False) -> None:
    """Print a custom uploader for ShareX, with a new API key in it.

    Save it as a .sxcu file, and open it with ShareX. Keep it like a password: it holds the key.
    """
    with running(profile, False, quiet) as run:
        from constellation_client.cli.sharex import print_uploader

        print_uploader(run.client, run.output)


class Shell(StrEnum):
    """The shells that can complete commands."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command()
def completion(shell: Annotated[Shell, typer.Argument(help="The shell.")]) -> None:
    """Print a script that completes commands and options in a shell.

    In ~/.bashrc: eval "$(constellation completion bash)". In ~/.zshrc, after compinit: eval "$(constellation completion
    zsh)". For fish: constellation completion fish > ~/.config/fish/completions/constellation.fish
    """
    with guarded(False, False):
        from constellation_client.cli.completion import script

        print(script(NAME, COMPLETES, shell.value))


firmware = typer.Typer(help="Upload and download versions of firmware.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(firmware, name="firmware")

Label = Annotated[str, typer.Option("--label", metavar="LABEL", help="What the firmware is for.")]
Space = Annotated[str, typer.Option("--space", metavar="SPACE", help="The constellation; else your own firmware.")]


@firmware.command(epilog=example("firmware push pump.hex --label pump --version 1.4.0"))
def push(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The binary.", exists=True, dir_okay=False)],
    label: Label,
    version: Annotated[str, typer.Option("--version", metavar="VERSION", help="A semantic version, such as 1.4.0.")],
    space: Space = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Upload a binary as a new version of a label.

    Run an interrupted push again to go on with it.
    """
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli import firmware

        firmware.push(run, file, label, version, space)


@firmware.command(epilog=example("firmware pull --label pump -o pump.hex"))
def pull(
    image: Annotated[str, typer.Argument(metavar="[ID]", help="The id of a firmware image.")] = "",
    label: Label = "",
    to: Annotated[Path, typer.Option("-o", "--output", metavar="PATH", help="A file, or a folder.")] = Path(),
    space: Space = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Download a binary by its id, or the latest of a label.

    No file is overwritten. No partial file is left behind.
    """
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli import firmware

        firmware.pull(run, image, label, space, to)


@firmware.command(epilog=example("firmware latest --label pump --current 1.3.0"))
def latest(
    label: Label,
    current: Annotated[
        str, typer.Option("--current", metavar="VERSION", help="Print nothing unless there is a newer one.")
    ] = "",
    pre: Annotated[bool, typer.Option("--pre", help="Take pre-releases into account.")] = False,
    space: Space = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the highest version of a label."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli import firmware

        firmware.latest(run, label, current, pre, space)


def main() -> None:
    """Run the command."""
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if COMPLETES in os.environ:
        from constellation_client.cli import completion

        completion.prepare()
    try:
        app(prog_name=NAME)
    except OSError as error:
        # The help could not be written.
        print(f"{NAME}: {error.strerror}", file=sys.stderr)
        close_stdout()
        sys.exit(Code.PARTLY_FAILED)

"""The commands and their options. Each loads what it needs when it runs, so that the help is quick."""

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from constellation_client.cli.running import Json, ProfileName, Quiet, guarded, running

app = typer.Typer(
    name="constellation",
    help="Upload, find and share pictures and firmware on a Constellation server.",
    epilog="Exit codes: 0 done, 1 partly failed, 2 usage, 3 not logged in, 4 refused, 5 network. "
    "CONSTELLATION_URL and CONSTELLATION_TOKEN go before the configuration file.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

DEFAULT = "default"

Target = Annotated[str, typer.Option("--to", metavar="SPACE/FOLDER", help="A constellation, and a folder in it.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of images.")]


class Embedding(StrEnum):
    """How a link is printed."""

    URL = "url"
    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


@app.command()
def login(
    url: Annotated[str, typer.Option("--url", help="The address of the server.", envvar="CONSTELLATION_URL")] = "",
    token_stdin: Annotated[bool, typer.Option("--token-stdin", help="Read a token from stdin, and save it.")] = False,
    user: Annotated[str, typer.Option("--user", help="The user name or email address; asked for if missing.")] = "",
    profile: ProfileName = DEFAULT,
    quiet: Quiet = False,
) -> None:
    """Save a session or a token for the next commands.

    Asks for the user name and the password. With --token-stdin it reads a token (cst_...) from stdin instead.
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
    """End the session, and forget it and the server."""
    with guarded(False, quiet) as output:
        from constellation_client.cli.account import log_out

        log_out(output, profile)


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures; folders with -r.")],
    to: Target = "",
    public: Annotated[bool, typer.Option("--public", help="Show the images in the lists of public images.")] = False,
    link: Annotated[Embedding, typer.Option("--link", help="How the links are printed.")] = Embedding.URL,
    jobs: Annotated[int, typer.Option("--jobs", help="Files that are sent at once.", min=1, max=32)] = 4,
    recursive: Annotated[bool, typer.Option("-r", "--recursive", help="Take the pictures in folders too.")] = False,
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Upload pictures, and print their links.

    Large files are sent with a signed form. A file that was uploaded before, and is unchanged, is not sent again. Run
    an interrupted upload again to go on with it.
    """
    with running(profile, as_json or link == Embedding.JSON, quiet, jobs) as run:
        from constellation_client.cli.uploading import upload

        upload(run, files, to, public, link.value, jobs, recursive)


@app.command()
def ls(
    folder: Annotated[str, typer.Argument(metavar="[SPACE[/FOLDER]]", help="A constellation and a folder in it.")] = "",
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help="Find your own images by words.")] = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List constellations and images, or what lies in a folder."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import list_folder, list_own
        from constellation_client.cli.exits import Misused

        if folder and search:
            raise Misused("--search finds your own images, wherever they are: leave out the folder.")
        if folder:
            list_folder(run, folder)
        else:
            list_own(run, search)


@app.command()
def get(
    ids: Ids,
    to: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="The folder to write into.")] = Path(),
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Download originals, and print where they are. No file is overwritten."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import download

        download(run, ids, to)


@app.command()
def rm(ids: Ids, profile: ProfileName = DEFAULT, as_json: Json = False, quiet: Quiet = False) -> None:
    """Delete images. Their links stop working."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import remove

        remove(run, ids)


@app.command()
def mv(
    ids: Ids,
    to: Target = "",
    name: Annotated[str, typer.Option("--name", help="A new name, for one image.")] = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Move images to a folder, or rename one."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import move

        move(run, ids, to, name)


@app.command()
def link(
    image: Annotated[str, typer.Argument(metavar="ID", help="The id of an image.")],
    width: Annotated[int | None, typer.Option("-w", "--width", min=1, max=4096, help="The width in pixels.")] = None,
    height: Annotated[int | None, typer.Option("-h", "--height", min=1, max=4096, help="The height in pixels.")] = None,
    crop: Annotated[bool, typer.Option("--crop", help="Fill the size, and cut off what does not fit.")] = False,
    form: Annotated[str, typer.Option("--format", help="jpg, png, webp, gif or avif; without it, as stored.")] = "",
    srcset: Annotated[str, typer.Option("--srcset", metavar="W,W...", help="Print a srcset of these widths.")] = "",
    profile: ProfileName = DEFAULT,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the public link of an image, in a size and a format."""
    with running(profile, as_json, quiet) as run:
        from constellation_client.cli.browsing import print_link, widths_of

        print_link(run, image, width, height, crop, form, widths_of(srcset))


def main() -> None:
    """Run the command."""
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="constellation")

"""``make pictures``: the table of options in ``docs/links.md`` and its pictures, by the product itself.

What stands outside of the marks of the page is written by hand.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from constellation.imaging.grammar import OPTIONS, Option, parse_options
from constellation.imaging.options import options_in
from constellation.imaging.pipeline import render
from infra import ROOT
from infra.openapi_texts import text_of
from tests import photographs
from tests.support.pictures import encoded

PAGE, FOLDER = ROOT / "docs" / "links.md", ROOT / "docs" / "images" / "links"

BEGIN, END = "<!-- made by `make pictures` -->\n", "<!-- made by hand from here -->\n"

EXAMPLES: Mapping[str, Sequence[str]] = {
    "width": ("w=90",),
    "height": ("h=40",),
    "crop": ("w=90&crop=true",),
    "fit": ("w=100&h=100&fit=inside", "w=100&h=100&fit=cover", "w=100&h=100&fit=pad&bg=ffcc00"),
    "bg": ("bg=ffcc00", "bg=1d3557", "bg=1d355780"),
    "focus": (
        "w=50&h=100&fit=cover&focus=0,0.5",
        "w=50&h=100&fit=cover&focus=0.8,0.5",
        "w=50&h=100&fit=cover&focus=auto",
    ),
    "q": ("w=150&q=5", "w=150&q=90"),
    "dpr": ("w=50&dpr=2",),
    "rotate": ("rotate=90&h=120",),
    "flip": ("flip=h", "flip=v"),
    "blur": ("blur=2", "blur=12"),
    "gray": ("gray=true",),
}
"""What is shown of each option."""

_THROUGH = ("bg",)
"""The options that are shown with a transparent picture."""


def pictures() -> dict[str, bytes]:
    """Return the pictures of the page by their file names."""
    return {_file(option, query): _picture(option, query) for option in OPTIONS for query in EXAMPLES[option.name]}


def page(text: str) -> str:
    """Return the text of the page with its table made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = ["| option | values | what it does | |", "|---|---|---|---|", *map(_row, OPTIONS)]
    return "".join((before, BEGIN, "\n", "\n".join(rows), "\n\n", END, after))


def _row(option: Option) -> str:
    names = " or ".join(f"`{name}`" for name in option.names)
    values = option.refusal.removeprefix("This value should be ").removesuffix(".")
    shown = "<br>".join(
        f"![{query}](images/links/{_file(option, query)})<br>`?{query}`" for query in EXAMPLES[option.name]
    )
    return f"| {names} | {values} | {text_of('links', option.names[0]).description} | {shown} |"


def _file(option: Option, query: str) -> str:
    words = query.replace("=", "-").replace("&", "-").replace(",", "-")
    return f"{words}.{_format(option)}"


def _format(option: Option) -> str:
    return "webp" if option.name in _THROUGH else "jpg"


def _picture(option: Option, query: str) -> bytes:
    asked = parse_qs(query)
    usual = parse_qs("q=60" if asked.keys() & {"w", "h"} else "w=150&q=60")
    options = options_in(parse_options({**usual, **asked}), _format(option))
    return render(_transparent() if option.name in _THROUGH else photographs.flower(), options, _format(option))


def _transparent() -> bytes:
    return encoded(photographs.translucent(120), "PNG")


def main() -> None:
    """Write the page and its pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in pictures().items():
        (FOLDER / name).write_bytes(data)
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

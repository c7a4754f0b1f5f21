"""Define what a link can ask of a picture: the options, their values, and the one spelling of each meaning.

The CDN's edge function reads queries by the same ``OPTIONS``, which ``infra.edge`` gives it. To add an option, add a
line to ``OPTIONS`` and a field to ``Options``, then say what it means in ``_meaning``, how it is spelled in
``Options.key``, and both in ``rendition`` of ``normalise.js``. A table of test vectors compares the two languages.

Plain Python: whoever reads links need not load what reads pictures.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from constellation.common.errors import Invalid, Violation

MAX_SIDE = 4096
"""The largest width or height, in pixels, that a link can ask for."""

EXTENSIONS: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
}
"""The extensions of links and their media types."""

ALIASES: Mapping[str, str] = {"jpeg": "jpg"}
"""Extensions that share the renditions of another extension."""

BAD_SIZE = f"This value should be a whole number between 1 and {MAX_SIDE}."
BAD_CROP = "This value should be true or false."
GIVEN_TWICE = "This parameter should be given once."


class Option(NamedTuple):
    """Describe one option: its names in a query, the values that it takes, and what a refusal of another value says.

    ``form`` is a regular expression, the same in Python and JavaScript, that a whole value matches in lower case.
    ``most`` is the largest number, for an option that takes numbers. ``schema`` is for the OpenAPI document.
    """

    name: str
    names: Sequence[str]
    form: str
    most: int | None
    refusal: str
    schema: Mapping[str, object]


_SIDE = "[1-9][0-9]{0,3}"
_SIDE_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MAX_SIDE}

OPTIONS: Sequence[Option] = (
    Option("width", ("w", "width"), _SIDE, MAX_SIDE, BAD_SIZE, _SIDE_SCHEMA),
    Option("height", ("h", "height"), _SIDE, MAX_SIDE, BAD_SIZE, _SIDE_SCHEMA),
    Option("crop", ("crop",), "true|false", None, BAD_CROP, {"type": "boolean", "default": False}),
)
"""Every option, in the order in which violations are listed."""


class Options(NamedTuple):
    """What a link asks of a picture: sides in pixels, None where none was given.

    Without ``crop`` the picture fits inside the sides. With it, the picture covers them and is cut around its centre;
    then both sides are set. Without sides the picture keeps its size. Options of equal meaning are equal.
    """

    width: int | None
    height: int | None
    crop: bool

    @property
    def is_whole(self) -> bool:
        """Tell whether the picture keeps its size."""
        return self.width is None and self.height is None

    @property
    def key(self) -> str:
        """Return the name of the rendition within its image: ``{w}x{h}[c]``, a missing side empty, or ``full``."""
        if self.is_whole:
            return "full"
        return f"{self.width or ''}x{self.height or ''}{'c' * self.crop}"


WHOLE = Options(None, None, False)

THUMBNAIL = Options(300, 300, True)
"""What a link to a thumbnail asks for: a square of 300 pixels, cut around the centre."""

_KEY = re.compile(r"full|([0-9]*)x([0-9]*)(c?)", re.ASCII)


def parse_options(query: Mapping[str, Sequence[str]]) -> Options:
    """Return the options in a query; parameters of other names are ignored.

    Raises Invalid with one violation for each wrong option.
    """
    violations: list[Violation] = []
    asked = {option.name: _asked(option, query, violations) for option in OPTIONS}
    if violations:
        raise Invalid(*violations)
    return _meaning(**asked)


def parse_options_key(key: str) -> Options | None:
    """Return the options whose key is ``key``, or None for any other spelling."""
    matched = _KEY.fullmatch(key)
    if matched is None:
        return None
    width, height, crop = matched.groups(default="")
    given = {"w": width, "h": height, "crop": "true" if crop else ""}
    try:
        options = parse_options({name: [value] for name, value in given.items() if value})
    except Invalid:
        return None
    return options if options.key == key else None


def output_size(width: int, height: int, options: Options) -> tuple[int, int]:
    """Return the exact width and height, in pixels, that the options give a picture of ``width`` by ``height``.

    Fit: both sides times min(w / width, h / height, 1), rounded half up, at least 1. Crop: the smaller of
    what is asked for and what is there. A picture is never enlarged.
    """
    wanted_width, wanted_height = options.width or width, options.height or height
    if options.crop:
        return min(wanted_width, width), min(wanted_height, height)
    if wanted_width * height <= wanted_height * width:
        numerator, denominator = min(wanted_width, width), width
    else:
        numerator, denominator = min(wanted_height, height), height
    return _scaled(width, numerator, denominator), _scaled(height, numerator, denominator)


def _scaled(side: int, numerator: int, denominator: int) -> int:
    return max(1, (2 * side * numerator + denominator) // (2 * denominator))


def _asked(option: Option, query: Mapping[str, Sequence[str]], violations: list[Violation]) -> str:
    """Return the value of an option in lower case, empty where it is not given; note what is wrong with it."""
    given = [(name, value.lower()) for name in option.names for value in query.get(name, ())]
    if not given:
        return ""
    name, value = given[0]
    if len(given) > 1:
        violations.append(Violation(name, GIVEN_TWICE))
    elif not re.fullmatch(option.form, value) or (option.most and int(value) > option.most):
        violations.append(Violation(name, option.refusal))
    return value


def _meaning(*, width: str, height: str, crop: str) -> Options:
    if not (width or height):
        return WHOLE
    if crop == "true":
        return Options(int(width or height), int(height or width), True)
    return Options(int(width) if width else None, int(height) if height else None, False)

"""Read what a link asks of a picture, and spell each meaning in one way: the key of the rendition.

The CDN's edge function reads queries by the same ``OPTIONS`` and ``CONTRADICTIONS``, which ``infra.edge`` gives it, and
the OpenAPI document shows them. To add an option, add a line to ``OPTIONS`` and a field to
``options.Options``, then say what it means in ``_meaning`` and how it is spelled in ``key_of``, and both in ``meaning``
of ``normalise.js``. Property tests compare the two languages.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from constellation.common.errors import Invalid, Violation
from constellation.imaging.options import CENTRE, MAX_SIDE, WHOLE, Fit, Focus, Options

GIVEN_TWICE = "This parameter should be given once."

_SIDE = "[1-9][0-9]{0,3}"
_TRUE = "[Tt][Rr][Uu][Ee]"
_BOOLEAN = f"{_TRUE}|[Ff][Aa][Ll][Ss][Ee]"
_PART = r"(?:0|1|1\.0{1,3}|0\.[0-9]{1,3})"
_SIDE_REFUSAL = f"This value should be a whole number between 1 and {MAX_SIDE}."
_BOOLEAN_REFUSAL = "This value should be true or false."
_SIDE_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MAX_SIDE}
_SWITCH = {"type": "boolean", "default": False}

QUALITY_STEP = 5
"""Qualities are rounded to multiples of it."""


class Option(NamedTuple):
    """Describe one option: its names in a query, the values that it takes, and what a refusal of another value says.

    ``form`` is a regular expression, the same in Python and JavaScript, that a whole value matches. ``most`` is the
    largest number, for an option that takes whole numbers. ``schema`` is for the OpenAPI document.
    """

    name: str
    names: Sequence[str]
    form: str
    most: int | None
    refusal: str
    schema: Mapping[str, object]


def _choice(name: str, *values: str, default: str | None = None) -> Option:
    """Return an option that takes one of a few words."""
    schema = {"type": "string", "enum": list(values)} | ({"default": default} if default else {})
    listed = f"{', '.join(values[:-1])} or {values[-1]}"
    return Option(name, (name,), "|".join(map(re.escape, values)), None, f"This value should be {listed}.", schema)


FOCUS = Option(
    "focus",
    ("focus",),
    f"center|auto|{_PART},{_PART}",
    None,
    "This value should be center, auto, or two numbers between 0 and 1 with at most 3 decimals.",
    {"type": "string", "pattern": f"^(?:center|auto|{_PART},{_PART})$"},
)

OPTIONS: Sequence[Option] = (
    Option("width", ("w", "width"), _SIDE, MAX_SIDE, _SIDE_REFUSAL, _SIDE_SCHEMA),
    Option("height", ("h", "height"), _SIDE, MAX_SIDE, _SIDE_REFUSAL, _SIDE_SCHEMA),
    Option("crop", ("crop",), _BOOLEAN, None, _BOOLEAN_REFUSAL, _SWITCH),
    _choice("fit", "inside", "cover", "pad", default="inside"),
    Option(
        "bg",
        ("bg",),
        "(?:[0-9A-Fa-f]{2}){3,4}|transparent",
        None,
        "This value should be a colour of 6 or 8 hexadecimal digits, or transparent.",
        {"type": "string", "pattern": "^(?:(?:[0-9A-Fa-f]{2}){3,4}|transparent)$"},
    ),
    FOCUS,
    Option(
        "q",
        ("q",),
        "[1-9][0-9]{0,2}",
        100,
        "This value should be a whole number between 1 and 100.",
        {"type": "integer", "minimum": 1, "maximum": 100},
    ),
    _choice("dpr", "1", "1.5", "2", "3", default="1"),
    _choice("rotate", "90", "180", "270"),
    _choice("flip", "h", "v", "hv"),
    Option(
        "blur",
        ("blur",),
        "[1-9][0-9]?",
        50,
        "This value should be a whole number between 1 and 50.",
        {"type": "integer", "minimum": 1, "maximum": 50},
    ),
    Option("gray", ("gray",), _BOOLEAN, None, _BOOLEAN_REFUSAL, _SWITCH),
)
"""Every option, in the order in which violations are listed."""

CONTRADICTIONS: Mapping[str, tuple[str, str]] = {
    "crop": ("fit", "With crop=true this value should be cover."),
    "pad": ("fit", "With pad both w and h should be given."),
    "dpr": ("dpr", f"The width and the height times this value should be at most {MAX_SIDE}."),
}
"""The option that a refusal of values which exclude each other names, and what it says."""

LETTERS: Mapping[str, Fit] = {"": "inside", "c": "cover", "p": "pad"}
"""What a key says of the fit."""

_KEY = re.compile(
    r"(?:full|([0-9]*)x([0-9]*)([cp]?))(?:-f(?:(auto)|([0-9]{1,4})_([0-9]{1,4})))?(?:-b([0-9a-f]+))?(?:-q([0-9]+))?"
    r"(-m)?(?:-r([0-9]+))?(?:-s([0-9]+))?(-g)?",
    re.ASCII,
)


def parse_options(query: Mapping[str, Sequence[str]]) -> Options:
    """Return the options in a query; parameters of other names are ignored.

    Raises Invalid with one violation for each wrong option, or else for each contradiction.
    """
    violations: list[Violation] = []
    asked = {option.name: _asked(option, query, violations) for option in OPTIONS}
    options = WHOLE if violations else _meaning(asked, violations)
    if violations:
        raise Invalid(*violations)
    return options


def parse_focus(value: str) -> Focus:
    """Return the focus that a valid value means."""
    if value == "auto":
        return value
    if value == "center":
        return CENTRE
    across, down = (round(float(part) * 1000) for part in value.split(","))
    return across, down


def key_of(options: Options) -> str:
    """Return the name of the rendition within its image, apart from its extension.

    It begins with ``{w}x{h}``, a missing side empty, and the letter of the fit, or is ``full``. Then follow, each after
    a hyphen, a letter and the value: focus, background, quality, mirrored, turn, blur (sigma), grey. At the end are a
    region and what is bitonal, which no query can ask for.
    """
    key = "full"
    if options.width or options.height:
        letter = next(letter for letter, fit in LETTERS.items() if fit == options.fit)
        key = f"{options.width or ''}x{options.height or ''}{letter}"
    if options.focus:
        key += f"-f{options.focus if isinstance(options.focus, str) else '{}_{}'.format(*options.focus)}"
    key += f"-b{options.background}" if options.background else ""
    key += f"-q{options.quality}" if options.quality else ""
    key += "-m" if options.mirrored else ""
    key += f"-r{options.turn}" if options.turn else ""
    key += f"-s{options.blur}" if options.blur else ""
    key += "-k" if options.bitonal else "-g" if options.grey else ""
    return key + ("-x{}_{}_{}_{}".format(*options.region) if options.region else "")


def parse_options_key(key: str) -> Options | None:
    """Return the options whose key is ``key``, or None for any other spelling."""
    matched = _KEY.fullmatch(key)
    if matched is None:
        return None
    width, height, letter, auto, across, down, background, quality, mirrored, turn, blur, grey = matched.groups("")
    given = {
        "w": width,
        "h": height,
        "fit": LETTERS[letter] if letter else "",
        "focus": auto or (across and f"{int(across) / 1000},{int(down) / 1000}"),
        "bg": background,
        "q": quality,
        "flip": "h" if mirrored else "",
        "rotate": turn,
        "blur": blur,
        "gray": "true" if grey else "",
    }
    try:
        options = parse_options({name: [value] for name, value in given.items() if value})
    except Invalid:
        return None
    return options if key_of(options) == key else None


def _asked(option: Option, query: Mapping[str, Sequence[str]], violations: list[Violation]) -> str:
    """Return the value of an option, empty where it is not given; note what is wrong with it."""
    given = [(name, value) for name in option.names for value in query.get(name, ())]
    if not given:
        return ""
    name, value = given[0]
    if len(given) > 1:
        violations.append(Violation(name, GIVEN_TWICE))
    elif not re.fullmatch(option.form, value) or (option.most and int(value) > option.most):
        violations.append(Violation(name, option.refusal))
    return value


def _meaning(asked: Mapping[str, str], violations: list[Violation]) -> Options:
    """Return what valid values mean together; note where they exclude each other."""
    crop = asked["crop"].lower() == "true"
    fit = cast(Fit, asked["fit"] or ("cover" if crop else "inside"))
    width, height = (_times(asked[side], asked["dpr"] or "1") for side in ("width", "height"))
    if crop and fit != "cover":
        violations.append(Violation(*CONTRADICTIONS["crop"]))
    if fit == "pad" and not (width and height):
        violations.append(Violation(*CONTRADICTIONS["pad"]))
    if max(width or 0, height or 0) > MAX_SIDE:
        violations.append(Violation(*CONTRADICTIONS["dpr"]))
    if not (width or height):
        fit = "inside"
    if fit == "cover":
        width, height = width or height, height or width
    background = "" if asked["bg"] == "transparent" else asked["bg"].lower()
    # A picture that is turned upside down and mirrored is mirrored, too: there are eight ways to lay it.
    turn = int(asked["rotate"] or 0) + (180 if "v" in asked["flip"] else 0)
    return Options(
        width=width,
        height=height,
        fit=fit,
        focus=parse_focus(asked["focus"]) if asked["focus"] and fit == "cover" else None,
        background=background[:6] if background[6:] == "ff" else background,
        quality=max(QUALITY_STEP, (int(asked["q"]) + 2) // QUALITY_STEP * QUALITY_STEP) if asked["q"] else None,
        mirrored=asked["flip"] in ("h", "v"),
        turn=turn % 360,
        blur=int(asked["blur"] or 0),
        grey=asked["gray"].lower() == "true",
    )


def _times(side: str, dpr: str) -> int | None:
    """Return a side times the pixels of the screen for each pixel of the page, rounded half up."""
    return int(int(side) * float(dpr) + 0.5) if side else None

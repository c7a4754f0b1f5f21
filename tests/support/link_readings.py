"""Random links, each read by the CDN's edge function and by the function behind it: they must say the same."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from constellation.common.errors import DomainError
from constellation.imaging.options import AUTO, EXTENSIONS
from constellation.links.model import parse_link
from constellation.runtime import dialects
from tests.support.edge import Edge, viewer_request
from tests.support.link_vectors import ID, Query

_BATCH = 2_000

_SIDES = ("1", "3", "300", "301", "1365", "1366", "2048", "2049", "4095", "4096", "4097", "030")
_BOOLEANS = ("true", "true", "false", "True", "FALSE", "TRUE", "fAlse", "yes")

_VALUES: dict[str, Sequence[str]] = {
    "w": _SIDES,
    "width": _SIDES,
    "h": _SIDES,
    "height": _SIDES,
    "crop": _BOOLEANS,
    "fit": ("inside", "cover", "pad", "pad", "Cover", "fill"),
    "bg": ("ffffff", "FFFFFF00", "abcdef80", "ABCDEFff", "12345600", "transparent", "red", "#fff", "fffffff"),
    "focus": ("center", "auto", "0,0", "1,1.0", "0.5,0.5", "0.333,0.667", "NaN,1", "1.5,0", "0.5", "0.5,0.1234"),
    "dpr": ("1", "1.5", "2", "3", "1.0", "4"),
    "rotate": ("90", "180", "270", "0", "45"),
    "flip": ("h", "v", "hv", "vh", "H"),
    "gray": _BOOLEANS,
    "v": ("2", ""),
}
"""Values of each parameter: most are valid, so that whole queries often are."""

_WIDTHS = ("w", "width", "h", "height")
_NAMES = (*_VALUES, "q", "blur")

_ALPHABET = "0123456789abcdefxX,.;-+% \tä٣\n"

_ACCEPTED = ("image/avif", "image/webp", "image/*", "*/*", "text/html", "IMAGE/AVIF", " image/webp ", "image/avifs", "")
_PARAMETERS = (
    "",
    "",
    "",
    ";q=0",
    ";q=0.0",
    "; Q=0.000 ",
    ";q=0.1",
    ";q=1",
    ";v=b3;q=0",
    ";q=0;x",
    ";q=00",
    ";q =0",
    ";",
)


_VARIANTS = ("card", "a-9", "0", "a" * 32, "a" * 33, "A", "", "-a", "a/b", "a@2", "~a", "a b", "ü", "%41", "a\n", "１")
"""Names of variants, good ones and bad ones."""


def differences(edge: Edge, chance: Random, count: int) -> list[str]:
    """What the two say differently of ``count`` random links, a few of them at most."""
    found: list[str] = []
    for start in range(0, count, _BATCH):
        asked = [_link(chance) for _ in range(min(_BATCH, count - start))]
        there = edge.all([viewer_request(f"/image/{file}", query, headers=sent) for file, query, sent in asked])
        for (file, query, sent), said in zip(asked, there, strict=True):
            here = _reading(file, query, sent)
            answer = said["uri"] if "uri" in said else (said["statusCode"], json.loads(said["body"]["data"]))
            if answer != here:
                found.append(f"{file} {query} {sent}: {answer} at the edge, {here} in Python")
        if len(found) > 3:
            break
    return found


def _reading(file: str, query: Query, headers: dict[str, str]) -> Any:
    """The path of the key, or the status and the body of a refusal."""
    try:
        return f"/{parse_link(file, query, headers.get('accept', '')).key}"
    except DomainError as fault:
        status, body = dialects.links.answer(fault)
        return status, body


def random_query(chance: Random) -> Query:
    """A query of some parameters, most of them known ones with valid values."""
    names = chance.sample(_NAMES, chance.choice((0, 1, 2, 3, 3, 4, 5, 8)))
    query: Query = {}
    for name in names:
        times = 2 if chance.random() < 0.01 else 1
        query[name] = [_value(chance, name) for _ in range(times)]
    return query


def _of_a_variant(chance: Random) -> Query:
    """A query of a variant, often alone or beside a dpr."""
    names = chance.choice(((), (), ("dpr",), ("dpr",), ("w",), ("dpr", "gray")))
    query: Query = {name: [_value(chance, name)] for name in names}
    query["variant"] = chance.choices(_VARIANTS, k=2 if chance.random() < 0.05 else 1)
    return query


def _link(chance: Random) -> tuple[str, Query, dict[str, str]]:
    extension = chance.choice((*EXTENSIONS, AUTO, AUTO))
    query = _of_a_variant(chance) if chance.random() < 0.1 else random_query(chance)
    sent = {"accept": _accept(chance)} if chance.random() < 0.9 else {}
    return f"{ID}{'_thumbnail' * (chance.random() < 0.02)}.{extension}", query, sent


def _value(chance: Random, name: str) -> str:
    if chance.random() < 0.01:
        return "".join(chance.choices(_ALPHABET, k=chance.randrange(6)))
    if name in _VALUES and (name not in ("focus", *_WIDTHS) or chance.random() < 0.5):
        return chance.choice(_VALUES[name])
    if name == "focus":
        return f"{chance.random():.{chance.randrange(5)}f},{chance.random():.{chance.randrange(5)}f}"
    return str(chance.randrange({"q": 102, "blur": 52}.get(name, 4200)))


def _accept(chance: Random) -> str:
    ranges = (chance.choice(_ACCEPTED) + chance.choice(_PARAMETERS) for _ in range(chance.randrange(5)))
    return ",".join(ranges)

"""The CDN's edge functions (runtime ``cloudfront-js-2.0``), every fact and text in them taken from Python."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from string import ascii_letters, digits

from constellation.common.errors import Forbidden, Invalid, NotFound, Violation
from constellation.images import model as images_model
from constellation.imaging import grammar, options
from constellation.links import accept, marks
from constellation.links import model as links
from constellation.runtime import cors, dialects
from constellation.runtime.endpoint import JSON_HEADERS
from constellation.variants import model as variants
from infra.edge.answers import HOME, PREFLIGHT, EdgeAnswer


def function_code(*, demands_signatures: bool = False) -> str:
    """Return the function that handles viewer requests of the delivery paths: it knows the grammar of links."""
    return _code("normalise.js", "LINKS", _links() | {"demanded": demands_signatures})


def private_code() -> str:
    """Return the function that handles viewer responses of the delivery paths: what signed links give is private."""
    return _code("private.js", "PRIVATE", {"kept": links.KEPT_BY_CDN, "variant": links.VARIANT_SECONDS})


def api_code(limit: int, status: int, text: str) -> str:
    """Return the function that handles viewer requests of the API.

    It answers preflights and ``/``, and refuses a body of more than ``limit`` bytes with ``text`` in JSON.
    """
    too_large = {
        "statusCode": status,
        "statusDescription": HTTPStatus(status).phrase,
        "headers": _fields({**JSON_HEADERS, **cors.ANSWER}),
        "body": {"encoding": "text", "data": text},
    }
    constants = {"preflight": _own(PREFLIGHT), "home": _own(HOME), "limit": limit, "tooLarge": too_large}
    return _code("api.js", "API", constants)


def _own(answer: EdgeAnswer) -> dict[str, object]:
    return {
        "statusCode": answer.status.value,
        "statusDescription": answer.status.phrase,
        "headers": _fields(answer.headers),
    }


def _fields(headers: Mapping[str, str]) -> dict[str, object]:
    return {name.lower(): {"value": value} for name, value in headers.items()}


def _code(file: str, name: str, constants: Mapping[str, object]) -> str:
    """Return the function in ``file`` with its ``name`` replaced by the constants.

    The CDN takes 10 KB, so comments and spaces are left out, and names are short. Each import keeps its line.
    """
    lines = map(str.strip, (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines())
    said = [line for line in lines if line and not line.startswith("//")]
    imports = [line for line in said if line.startswith("import ")]
    rest = _SPACES.sub(_without, _with_short_names(_one_by_one("\n".join(said[len(imports) :]), name, constants)))
    for key, value in constants.items():
        rest = rest.replace(f"={name}_{key};", f"={_literal(value)};", 1)
    return "\n".join([*imports, rest])


def _one_by_one(code: str, name: str, constants: Mapping[str, object]) -> str:
    """Return code in which each constant, a property in the file, has a name of its own."""
    (variable,) = re.findall(rf"const (\w+) = {name};", code)
    each = "\n".join(f"const {variable}_{key} = {name}_{key};" for key in constants)
    return re.sub(rf"\b{variable}\.(\w+)", rf"{variable}_\1", code.replace(f"const {variable} = {name};", each))


def _literal(value: object) -> str:
    """Return the JavaScript of a constant: JSON, without the quotes that keys do not need."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r'(?<=[{,])"([a-z]\w*)":', r"\1:", text, flags=re.ASCII)


_DECLARED = re.compile(r"(?:const|let) (\w+)|function ?(\w*)\(([^)]*)\)|catch \((\w+)\)", re.ASCII)
"""The name of a constant, a variable or a function; the names of parameters."""

_NAMES = re.compile(r"('(?:[^'\\\n]|\\.)*'|(?<=[(!])/(?:[^/\\\n]|\\.)+/|\.\w+|\w+:)|([A-Za-z]\w*)", re.ASCII)
"""A text, a regular expression, a property or a key, none of which is a name; or a name.

In the files, no space stands before the colon of a key, and one before every other colon.
"""

_KEPT_NAMES = {"handler"}
"""What CloudFront calls."""


def _with_short_names(code: str) -> str:
    """Return code in which what it declares has names of one or two letters, the most frequent ones the shortest."""
    declared = {name for found in _DECLARED.findall(code) for part in found for name in part.split(", ")}
    declared -= {"", *_KEPT_NAMES}
    used = Counter(found[2] for found in _NAMES.finditer(code) if found[2])
    free = (name for name in _SHORT if name not in used)
    short = dict(zip(sorted(declared, key=lambda name: (-used[name], name)), free, strict=False))
    return _NAMES.sub(lambda found: found[1] or short.get(found[2], found[2]), code)


_SHORT = [*ascii_letters, *(one + other for one in "abcdefgh" for other in digits)]
"""Names that are no words of JavaScript."""


_SPACES = re.compile(r"""('(?:[^'\\\n]|\\.)*')|\s*([=+*/%&|<>!?:;,(){}\[\]^-])\s*|\s+""")
"""A text, a sign with the spaces around it, or spaces between words; regular expressions in code have no spaces."""


def _without(found: re.Match[str]) -> str:
    return found[1] or found[2] or " "


def _links() -> dict[str, object]:
    mark, _, value = links.THUMBNAIL_MARK.partition("=")
    return {
        "thumbnailSuffix": links.THUMBNAIL_SUFFIX,
        "thumbnail": grammar.key_of(options.THUMBNAIL),
        "thumbnailMark": {mark: {"value": value}},
        "extensions": [*options.EXTENSIONS, options.AUTO],
        "aliases": dict(options.ALIASES),
        "auto": options.AUTO,
        "formats": list(accept.FORMATS),
        "range": accept.RANGE,
        "refused": accept.REFUSED,
        "options": [_option(option) for option in grammar.OPTIONS],
        "maxSide": options.MAX_SIDE,
        "letters": {fit: letter for letter, fit in grammar.LETTERS.items()},
        "withQuality": list(options.WITH_QUALITY),
        "step": grammar.QUALITY_STEP,
        "opaque": options.OPAQUE,
        "white": options.WHITE,
        "contradictions": dict(grammar.CONTRADICTIONS),
        "givenTwice": grammar.GIVEN_TWICE,
        "notFound": dialects.links.answer(NotFound(images_model.NO_SUCH_IMAGE))[1],
        "forbidden": dialects.links.answer(Forbidden(links.UNSIGNED))[1],
        "deleted": marks.DELETED,
        "keys": marks.KEYS,
        "free": [grammar.key_of(options.WHOLE), grammar.key_of(options.THUMBNAIL)],
        "variantName": variants.NAME,
        "besideVariant": links.BESIDE_VARIANT,
        "invalid": dialects.links.answer(Invalid(Violation("", "")))[1],
        "headers": _fields({**JSON_HEADERS, **cors.ANSWER, **links.EMBEDDING}),
        "preflight": _own(PREFLIGHT),
    }


def _option(option: grammar.Option) -> dict[str, object]:
    said = {name: getattr(option, name) for name in ("name", "names", "form", "most", "refusal")}
    return {name: value for name, value in said.items() if value is not None}

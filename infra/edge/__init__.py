"""The CDN's edge functions (runtime ``cloudfront-js-2.0``), every fact and text in them taken from Python."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import minify

from constellation.common.errors import Forbidden, Invalid, NotFound, Violation
from constellation.iiif import negotiate
from constellation.images import model as images_model
from constellation.imaging import grammar, options
from constellation.links import accept, marks
from constellation.links import model as links
from constellation.runtime import base_url, cors, dialects
from constellation.runtime.endpoint import JSON_HEADERS
from constellation.shares.page import SCRIPT
from constellation.variants import model as variants
from infra.console_files import BARE, FILES, PAGE
from infra.edge.answers import HOME, PREFLIGHT, EdgeAnswer

_ECMASCRIPT = 2017
"""The language of what is deployed: all of this edition that the functions use is known to the runtime."""


def function_code(*, demands_signatures: bool = False) -> str:
    """Return the function that handles viewer requests of the delivery paths: it knows the grammar of links."""
    return _code("normalise.js", "LINKS", _links() | {"demanded": demands_signatures})


def private_code() -> str:
    """Return the function that handles viewer responses of the delivery paths: what signed links give is private."""
    return _code("private.js", "PRIVATE", {"kept": links.KEPT_BY_CDN, "variant": links.VARIANT_SECONDS})


def iiif_code() -> str:
    """Return the function that handles viewer requests of the IIIF Image API."""
    constants = {
        "base": base_url.HEADER.lower(),
        "mark": marks.HEADER.lower(),
        "json": negotiate.JSON,
        "linkedData": negotiate.LINKED_DATA,
        "ranges": negotiate.RANGES,
        "weight": negotiate.WEIGHT,
        "preflight": _own(PREFLIGHT),
    }
    return _code("iiif.js", "IIIF", constants)


def console_code() -> str:
    """Return the function that handles viewer requests of the console."""
    constants = {
        "preflight": _own(PREFLIGHT),
        "home": _own(HOME),
        "bare": BARE,
        "files": FILES,
        "script": SCRIPT,
        "page": PAGE,
    }
    return _code("console.js", "CONSOLE", constants)


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
    constants = {
        "base": base_url.HEADER.lower(),
        "preflight": _own(PREFLIGHT),
        "home": _own(HOME),
        "limit": limit,
        "tooLarge": too_large,
    }
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

    The CDN takes 10 KB, so it is minified, in the language that its runtime knows. Each import keeps its line.
    """
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    rest = "\n".join(line for line in lines if line not in imports)
    minify.config({"js-version": _ECMASCRIPT})
    rest = minify.string("text/javascript", rest.replace(f"= {name};", f"= {json.dumps(constants)};"))
    return "\n".join([*imports, rest])


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

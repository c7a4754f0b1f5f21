"""The CDN's edge functions (runtime ``cloudfront-js-2.0``), every fact and text in them taken from the Python ones."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from constellation.common.errors import Invalid, NotFound, Violation
from constellation.images import model as images_model
from constellation.links import model as links
from constellation.runtime import dialects
from constellation.runtime.endpoint import JSON_HEADERS


def function_code() -> str:
    """What answers viewer requests of the delivery paths: the grammar of links."""
    return _code("normalise.js", "LINKS", _links())


def limit_code(limit: int, status: int, text: str) -> str:
    """What refuses requests of the API whose body is more than ``limit`` bytes, with ``text`` in JSON."""
    response = {
        "statusCode": status,
        "statusDescription": HTTPStatus(status).phrase,
        "headers": _HEADERS,
        "body": {"encoding": "text", "data": text},
    }
    return _code("limit.js", "LIMIT", {"bytes": limit, "response": response})


_HEADERS = {name.lower(): {"value": value} for name, value in JSON_HEADERS.items()}


def _code(file: str, name: str, constants: Mapping[str, object]) -> str:
    """The function in ``file``, its ``name`` replaced by the constants."""
    source = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return source.replace(f"{name};", f"{json.dumps(constants, ensure_ascii=False, indent=2)};", 1)


def _links() -> dict[str, object]:
    mark, _, value = links.THUMBNAIL_MARK.partition("=")
    return {
        "maxSide": links.MAX_SIDE,
        "thumbnailSuffix": links.THUMBNAIL_SUFFIX,
        "thumbnailSide": links.THUMBNAIL_SIDE,
        "thumbnailMark": {mark: {"value": value}},
        "extensions": list(links.EXTENSIONS),
        "aliases": dict(links.ALIASES),
        "sides": links.SIDES,
        "crop": links.CROP,
        "badSize": links.BAD_SIZE,
        "badCrop": links.BAD_CROP,
        "givenTwice": links.GIVEN_TWICE,
        "notFound": dialects.links.answer(NotFound(images_model.NO_SUCH_IMAGE))[1],
        "invalid": dialects.links.answer(Invalid(Violation("", "")))[1],
        "headers": _HEADERS,
    }

"""The CDN's edge function: the grammar of links in JavaScript, every fact and text in it taken from the Python one."""

import json
from pathlib import Path

from constellation.domain import links
from constellation.domain.errors import Invalid, NotFound, Violation
from constellation.http import dialects
from constellation.http.endpoint import JSON_HEADERS


def function_code() -> str:
    """The CloudFront Function (runtime ``cloudfront-js-2.0``) that answers viewer requests of the delivery paths."""
    source = (Path(__file__).parent / "normalise.js").read_text(encoding="utf-8")
    constants = json.dumps(_constants(), ensure_ascii=False, indent=2)
    return source.replace("LINKS;", f"{constants};", 1)


def _constants() -> dict[str, object]:
    return {
        "maxSide": links.MAX_SIDE,
        "thumbnailSuffix": links.THUMBNAIL_SUFFIX,
        "thumbnailSide": links.THUMBNAIL_SIDE,
        "extensions": list(links.EXTENSIONS),
        "aliases": dict(links.ALIASES),
        "sides": links.SIDES,
        "crop": links.CROP,
        "badSize": links.BAD_SIZE,
        "badCrop": links.BAD_CROP,
        "givenTwice": links.GIVEN_TWICE,
        "notFound": dialects.links.answer(NotFound(links.NO_SUCH_IMAGE))[1],
        "invalid": dialects.links.answer(Invalid(Violation("", "")))[1],
        "headers": {name.lower(): {"value": value} for name, value in JSON_HEADERS.items()},
    }

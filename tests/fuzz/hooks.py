"""What Schemathesis cannot make up, such as ids of what there is, for its requests. Its configuration names this."""

import importlib
import json
import os
from collections.abc import Mapping
from itertools import count
from typing import Any, cast

from tests.fuzz.conformance import KNOWN
from tests.support.sharing import SMALL

_schemathesis: Any = importlib.import_module("schemathesis")  # it is typed in part only

_FILES = ("image", "file")
"""The fields of forms that are files."""

_ALIASES = {"w": "width", "h": "height"}
"""Parameters of which only one may be sent."""

_keys = count()
"""Numbers for the keys of requests."""


@_schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Mapping[str, Any]) -> None:
    """Let a request that is to succeed name what there is."""
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    query, body = _fields(case.query), _fields(case.body)
    query.pop("cursor", None)
    if case.headers:
        case.headers.pop("Content-Digest", None)  # it is that of the bytes to be sent, which are not made yet
        if "Idempotency-Key" in case.headers:  # with another request, a key that was sent before is refused
            case.headers["Idempotency-Key"] = f"key {next(_keys)}"
    for name, alias in _ALIASES.items():
        if name in query:
            query.pop(alias, None)
    if str(query.get("crop")).lower() == "true":
        query.pop("fit", None)  # cropped is one of the ways to fit, which a schema cannot say
    if body.keys() & {*_ALIASES, *_ALIASES.values()}:
        body.pop("dpr", None)  # the product of the two has a limit, which a schema cannot say
    if case.method.upper() != "DELETE":  # others need it still
        ids = json.loads(os.environ[KNOWN])[case.operation.label]
        for fields in (case.path_parameters, query, body):
            fields.update({name: ids[name] for name in fields if name in ids})
    # A list of files has one: Schemathesis shares it with requests that are to be refused, and makes it too long there.
    body.update({name: [SMALL] if isinstance(body[name], list) else SMALL for name in _FILES if name in body})


def _fields(part: Any) -> dict[str, Any]:
    """Return a part of a request, if it has fields, to be changed where it stands."""
    return cast("dict[str, Any]", part) if isinstance(part, dict) else {}

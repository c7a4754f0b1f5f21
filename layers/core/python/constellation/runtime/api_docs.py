"""The page at /docs: Swagger UI, served from our own origin, so that its Content-Security-Policy names no other host.

Its files come with aws-lambda-powertools, which every function has. No code of that package is imported.
"""

import hashlib
from collections.abc import Mapping
from importlib.resources import files

from constellation.common.errors import NotFound
from constellation.runtime.endpoint import Reply
from constellation.runtime.ranges import representation
from constellation.runtime.request import Request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Allows only this origin, and ``data:`` pictures: the icons in Swagger UI's style sheet."""

HEADERS: Mapping[str, str] = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
}

PAGE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Constellation API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

_START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
});
"""

_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"

_BUNDLED: Mapping[str, tuple[str, str]] = {
    "swagger-ui.css": ("swagger-ui.min.css", _STYLE),
    "swagger-ui.js": ("swagger-ui-bundle.min.js", _SCRIPT),
}

MEDIA_TYPES = (_SCRIPT, _STYLE)
"""Those of the files."""


def document(request: Request, content: bytes, headers: Mapping[str, str]) -> Reply[bytes]:
    """Return a document with its entity tag, or 304 for a client that has it."""
    return representation(request, content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', headers)


def asset(name: str) -> tuple[bytes, str]:
    """Return the file ``/docs/{name}`` and its media type. Raises NotFound for any other name."""
    if name == "start.js":
        return _START, _SCRIPT
    if name not in _BUNDLED:
        raise NotFound("Not Found")
    file, media_type = _BUNDLED[name]
    folder = files("aws_lambda_powertools").joinpath("event_handler/openapi/swagger_ui")
    return folder.joinpath(file).read_bytes(), media_type

"""The page at /docs: Swagger UI, served whole from here, so that its Content-Security-Policy can name no other host.

The interface's files come with aws-lambda-powertools, which every function has; nothing of it is imported.
"""

from collections.abc import Mapping
from importlib.resources import files

from constellation.common.errors import NotFound

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Everything comes from this origin; Swagger UI's icons are ``data:`` pictures in its style sheet."""

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

_BUNDLED: Mapping[str, tuple[str, str]] = {
    "swagger-ui.css": ("swagger-ui.min.css", "text/css; charset=utf-8"),
    "swagger-ui.js": ("swagger-ui-bundle.min.js", "text/javascript; charset=utf-8"),
}


def asset(name: str) -> tuple[bytes, str]:
    """The file ``/docs/{name}`` and its media type. NotFound for any other name."""
    if name == "start.js":
        return _START, "text/javascript; charset=utf-8"
    if name not in _BUNDLED:
        raise NotFound("Not Found")
    file, media_type = _BUNDLED[name]
    folder = files("aws_lambda_powertools").joinpath("event_handler/openapi/swagger_ui")
    return folder.joinpath(file).read_bytes(), media_type

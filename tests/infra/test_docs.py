"""The description of the API, served by the API."""

import json
import re
import tomllib
from typing import Any

import pytest

from constellation.runtime.endpoint import Endpoint
from functions.docs.get_docs.handler import handler as page
from functions.docs.get_docs_asset.handler import handler as asset
from functions.docs.get_health.handler import handler as health
from functions.docs.get_openapi.handler import handler as document
from infra import ROOT


def _get(handler: Endpoint, path: str, **parameters: str) -> dict[str, Any]:
    return handler(
        {"httpMethod": "GET", "path": path, "pathParameters": parameters, "headers": {}, "requestContext": {}}
    )


def test_the_document_is_served_as_json() -> None:
    answer = _get(document, "/openapi.json")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/json"
    assert json.loads(answer["body"])["openapi"] == "3.1.0"


def test_the_page_loads_nothing_from_elsewhere() -> None:
    answer = _get(page, "/docs")
    assert answer["headers"]["Content-Type"].startswith("text/html")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', answer["body"])
    assert loaded[1:] == ["/docs/swagger-ui.css", "/docs/swagger-ui.js", "/docs/start.js"]
    assert loaded[0] == "data:,"
    policy = answer["headers"]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/docs/swagger-ui.css", "/docs/swagger-ui.js", "/docs/start.js"])
def test_what_the_page_loads_is_there(path: str) -> None:
    answer = _get(asset, path, file=path.rpartition("/")[2])
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"].startswith("text/css" if path.endswith("css") else "text/javascript")
    assert answer["headers"]["Cache-Control"] == "public, max-age=3600"
    assert answer["isBase64Encoded"] is False


def test_the_user_interface_reads_openapi_3_1() -> None:
    script = _get(asset, "/docs/swagger-ui.js", file="swagger-ui.js")["body"]
    version = re.findall(r'PACKAGE_VERSION:"(\d+)\.', script)
    assert version
    assert int(version[0]) >= 5


@pytest.mark.parametrize("name", ["nothing.js", "", "..%2fhandler.py", "../handler.py", "__init__.py", "html.py"])
def test_no_other_file_is(name: str) -> None:
    answer = _get(asset, f"/docs/{name}", file=name)
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"]) == {"message": "Not Found"}


def test_health_is_said_without_a_credential_and_never_cached() -> None:
    answer = _get(health, "/health")
    assert (answer["statusCode"], answer["headers"]["Cache-Control"]) == (200, "no-store")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert json.loads(answer["body"]) == {"status": "ok", "version": project["version"]}
    assert (health.security, health.grants) == ("public", ())


@pytest.mark.parametrize(
    ("handler", "path", "file"),
    [(document, "/openapi.json", {}), (page, "/docs", {}), (asset, "/docs/start.js", {"file": "start.js"})],
)
def test_documentation_can_be_cached_and_asked_for_again(handler: Endpoint, path: str, file: dict[str, str]) -> None:
    first = _get(handler, path, **file)
    assert first["headers"]["Cache-Control"] in ("public, max-age=300", "public, max-age=3600")
    known = handler(
        {
            "httpMethod": "GET",
            "path": path,
            "pathParameters": file,
            "headers": {"If-None-Match": f"W/{first['headers']['ETag']}"},
            "requestContext": {},
        }
    )
    assert (known["statusCode"], known["body"], known["headers"]["ETag"]) == (304, "", first["headers"]["ETag"])

"""The kernel behind @endpoint: what a handler is given and what its client is answered."""

import base64
import json
from datetime import UTC, datetime
from typing import Annotated, Any

import pydantic_core
import pytest
from pydantic import BaseModel, Field

from constellation.common.errors import (
    BadRequest,
    DomainError,
    Forbidden,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from constellation.runtime.binding import MOST_SIGNS, Body, Form, Load, Now, PathId, Query, json_object
from constellation.runtime.dialects import Dialect, constellations, firmware, firmware_fields, links, sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.multipart import UploadedFile
from constellation.runtime.request import Caller, Request
from constellation.runtime.viewer import viewer_address
from tests.support.cors import is_open

IMAGE = "0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

ImageId = Annotated[str, PathId(lambda text: NotFound(f"No such image: {text}"))]


class Change(BaseModel):
    description: str = Field("", max_length=5)
    count: int = 1


class Page(BaseModel):
    limit: int = 10
    uuid: list[str] = Field(default=[], alias="uuid[]")


def event(
    body: str | None = None,
    *,
    path: dict[str, str] | None = None,
    query: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    method: str = "POST",
    caller: str | None = "user",
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "path": "/x",
        "pathParameters": path,
        "multiValueQueryStringParameters": query,
        "headers": headers,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "request-1",
            "authorizer": {"user_id": caller} if caller else {},
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


def content(response: dict[str, Any]) -> Any:
    return json.loads(response["body"])


@endpoint("PATCH /x/{image_id}", dialect=sharing)
def change_image(change: Body[Change], image_id: ImageId, caller: Caller, now: Now) -> dict[str, Any]:
    return {"id": image_id, "change": change.model_dump(), "caller": caller.user_id, "now": now.isoformat()}


@endpoint("GET /x", dialect=sharing)
def list_images(page: Query[Page]) -> dict[str, Any]:
    return page.model_dump()


def test_arguments_come_from_path_body_caller_and_clock() -> None:
    response = change_image(event('{"description":"abc","ignored":1}', path={"image_id": IMAGE.upper()}), now=NOW)
    assert response["statusCode"] == 200
    assert content(response) == {
        "id": IMAGE,
        "change": {"description": "abc", "count": 1},
        "caller": "user",
        "now": "2026-01-02T03:04:05.678901+00:00",
    }
    assert response["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"count": NaN}',
        '{"count": Infinity}',
        '{"description": "\\ud800"}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a":' + "[" * 1000 + "]" * 1000 + "}",
        '{"count": ' + "1" * 100_000 + "}",
        '{"count": 01}',
        '{"count": 1,}',
        '{"count": .5}',
        '{"description": "\n"}',
        '{"description": "\\x"}',
        "{'description': 'a'}",
        '{"count": 1} {}',
        '\ufeff{"count": 1}',
        '\u00a0{"count": 1}',
        "\udcff",
    ],
)
def test_what_is_no_json_object_is_400_on_every_surface(body: str) -> None:
    response = change_image(event(body, path={"image_id": IMAGE}))
    assert response["statusCode"] == 400
    assert content(response)["error"]["violations"] == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('{"count": 5, "count": 6}', 6),
        (f'\t\r\n {{"count" : {10**400} }} ', 10**400),
        (f'{{"count": {-(10**4000)}}}', -(10**4000)),
        ('{"count": 7, "other": [1e400, -0, 1E5, "\\ud83d\\ude00", {"a": {}}]}', 7),
        ('{"count": 40.0}', 40),
        ('{"count": 4e1}', 40),
        ('{"count": -0.0}', 0),
        ('{"count": 1e22}', 10**22),
    ],
)
def test_whatever_is_json_is_read_as_python_reads_it(body: str, count: int) -> None:
    assert json.loads(body)["count"] == count
    assert content(change_image(event(body, path={"image_id": IMAGE})))["change"]["count"] == count


def test_a_whole_number_is_an_integer_wherever_it_stands() -> None:
    body = b'{"a": [1.0, {"b": 2.0}, 2.5], "c": {"d": [1e2]}, "e": "1.0"}'
    request = Request("1", "POST", "/x", {}, {}, {}, body, None, "", from_cdn=False)
    assert repr(json_object(request)) == "{'a': [1, {'b': 2}, 2.5], 'c': {'d': [100]}, 'e': '1.0'}"


@pytest.mark.parametrize("count", ["40.5", "1e400", "-1e400", "true", '"40"', "null", "[40.0]"])
def test_what_is_no_whole_number_is_refused(count: str) -> None:
    response = change_image(event(f'{{"count": {count}}}', path={"image_id": IMAGE}))
    assert response["statusCode"] == 422
    assert [each["property"] for each in content(response)["error"]["violations"]] == ["count"]


@pytest.mark.parametrize("unit", ["[],", "0,", "{},", '{"":0},', f"{'[' * 100}{']' * 100},"])
def test_a_body_of_very_many_values_is_refused_unread(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f'{{"other": [{unit * (1 + MOST_SIGNS // sum(map(unit.count, "[{:,")))}0]}}'
    with monkeypatch.context() as patch:
        patch.setattr(pydantic_core, "from_json", None)
        response = change_image(event(body, path={"image_id": IMAGE}))
    assert response["statusCode"] == 400
    message = f"The body must not hold more than {MOST_SIGNS} brackets, braces, colons and commas"
    assert content(response)["error"]["message"] == message


def test_a_long_text_of_other_characters_is_read() -> None:
    body = f'{{"count": 5, "other": "{"x" * 4_000_000}"}}'
    assert content(change_image(event(body, path={"image_id": IMAGE})))["change"]["count"] == 5


def test_bytes_that_are_no_utf8_are_400() -> None:
    broken = event(base64.b64encode(b'{"description":"\xff"}').decode(), path={"image_id": IMAGE})
    assert change_image(broken | {"isBase64Encoded": True})["statusCode"] == 400


def test_a_base64_body_is_read() -> None:
    encoded = event(base64.b64encode(b'{"count":3}').decode(), path={"image_id": IMAGE})
    assert content(change_image(encoded | {"isBase64Encoded": True}))["change"]["count"] == 3


def test_the_path_is_checked_before_the_input() -> None:
    response = change_image(event("{", path={"image_id": "efac"}))
    assert response["statusCode"] == 404
    assert content(response)["error"]["message"] == "No such image: efac"


@pytest.mark.parametrize(
    "spelling",
    [f"{{{IMAGE}}}", f"urn:uuid:{IMAGE}", IMAGE.replace("-", ""), IMAGE + "\n", f" {IMAGE}", IMAGE.replace("0", "０")],
)
def test_other_spellings_of_an_id_are_none(spelling: str) -> None:
    assert change_image(event("{}", path={"image_id": spelling}))["statusCode"] == 404


def test_all_violations_are_told_at_once_in_the_words_of_the_surface() -> None:
    response = change_image(event('{"description":"abcdef","count":"1"}', path={"image_id": IMAGE}))
    assert response["statusCode"] == 422
    error = content(response)["error"]
    assert error["title"] == "Symfony.Component.HttpKernel.Exception.HttpException"
    assert error["message"] == "Validation Error"
    assert [violation["property"] for violation in error["violations"]] == ["description", "count"]
    assert error["violations"][0]["message"] == "This value is too long. It should have 5 characters or less."


def test_query_parameters_are_typed_and_lists_may_repeat() -> None:
    assert content(list_images(event(query={"limit": ["5"], "uuid[]": ["a", "b"]}))) == {"limit": 5, "uuid": ["a", "b"]}
    assert content(list_images(event(query=None))) == {"limit": 10, "uuid": []}


def test_a_repeated_query_parameter_that_is_no_list_is_refused() -> None:
    response = list_images(event(query={"limit": ["5", "6"]}))
    assert response["statusCode"] == 422
    assert content(response)["error"]["violations"][0]["property"] == "limit"


def test_a_loaded_argument_comes_before_the_input() -> None:
    def readable(image_id: ImageId, caller: Caller) -> str:
        raise Forbidden(f"{caller.user_id} may not change {image_id}")

    @endpoint("PUT /x/{image_id}", dialect=constellations)
    def handler(change: Body[Change], image: Annotated[str, Load(readable)]) -> None: ...

    response = handler(event("{", path={"image_id": IMAGE}))
    assert (response["statusCode"], content(response)) == (403, {"message": f"user may not change {IMAGE}"})


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (constellations, {"message": "gone"}),
        (firmware, {"message": "gone", "status": 404}),
        (sharing, {"error": {"title": "Not Found", "message": "gone", "violations": []}}),
        (links, {"error": {"title": "Not Found", "message": "gone", "violations": []}}),
    ],
)
def test_each_surface_has_its_error_body(dialect: Dialect, body: dict[str, Any]) -> None:
    @endpoint("GET /x", dialect=dialect)
    def handler() -> None:
        raise NotFound("gone")

    response = handler(event())
    assert (response["statusCode"], content(response)) == (404, body)


def test_firmware_names_all_missing_fields_in_the_words_of_its_document() -> None:
    class Create(BaseModel):
        label: str
        fw_version: str

    @endpoint("POST /image", dialect=firmware_fields)
    def handler(create: Body[Create]) -> None: ...

    response = handler(event('{"fw_version": 1}'))
    assert response["statusCode"] == 400
    assert content(response) == {
        "message": "failed to parse input",
        "errors": {"label": ["Missing data for required field."], "fw_version": ["Not a valid string."]},
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [(BadRequest("x"), 400), (Unauthenticated("x"), 401), (TooManyRequests("x", 7), 429), (Unavailable("x", 7), 503)],
)
def test_domain_errors_have_their_status(error: DomainError, status: int) -> None:
    @endpoint("GET /x", dialect=sharing)
    def handler() -> None:
        raise error

    response = handler(event())
    assert response["statusCode"] == status
    assert response["headers"].get("Retry-After") == ("7" if status in (429, 503) else None)


def test_an_unexpected_error_is_logged_and_answered_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    @endpoint("GET /x", dialect=firmware)
    def handler() -> None:
        raise RuntimeError("the secret")

    response = handler(event())
    assert (response["statusCode"], content(response)) == (500, {"message": "Internal server error", "status": 500})
    failure, summary = (vars(record) for record in caplog.records)
    assert (failure["levelname"], failure["correlation_id"]) == ("ERROR", "request-1")
    assert (summary["correlation_id"], summary["status"]) == ("request-1", 500)


def test_none_is_an_empty_answer_and_a_reply_says_more() -> None:
    @endpoint("DELETE /x", dialect=sharing, status=204)
    def nothing() -> None: ...

    @endpoint("POST /x", dialect=sharing, status=201)
    def created() -> Reply[dict[str, str]]:
        return Reply({"id": "1"}, headers={"Location": "/x/1"})

    assert (nothing(event())["statusCode"], nothing(event())["body"]) == (204, "")
    response = created(event())
    assert (response["statusCode"], response["headers"]["Location"]) == (201, "/x/1")


def test_bytes_go_out_in_base64_and_head_has_no_body() -> None:
    @endpoint("GET|HEAD /x", dialect=links, security="public", media_types=["image/jpeg"])
    def handler() -> bytes:
        return b"\xff\xd8"

    response = handler(event(method="GET"))
    assert response["isBase64Encoded"] is True
    assert base64.b64decode(response["body"]) == b"\xff\xd8"
    assert response["headers"]["Content-Type"] == "image/jpeg"
    assert "Content-Length" not in response["headers"]
    head = handler(event(method="HEAD"))
    assert (head["body"], head["headers"]) == ("", {**response["headers"], "Content-Length": "2"})


@pytest.mark.parametrize(("status", "told"), [(200, "5"), (206, "5"), (404, "5"), (304, None), (204, None)])
def test_head_says_how_long_the_body_of_get_is(status: int, told: str | None) -> None:
    """But for statuses that have no body (RFC 9110, 8.6)."""

    @endpoint("GET|HEAD /x", dialect=links, security="public", media_types=["image/jpeg"])
    def handler() -> Reply[bytes]:
        return Reply(b"hello" if told else b"", {}, status)

    head = handler(event(method="HEAD"))
    assert (head["statusCode"], head["body"], head["headers"].get("Content-Length")) == (status, "", told)
    assert "Content-Length" not in handler(event(method="GET"))["headers"]


def test_head_says_how_long_a_text_is_in_bytes() -> None:
    @endpoint("GET|HEAD /x", dialect=sharing, security="public")
    def handler() -> dict[str, str]:
        return {"name": "é"}

    body = handler(event(method="GET"))["body"]
    assert handler(event(method="HEAD"))["headers"]["Content-Length"] == str(len(body.encode()))


def test_a_function_url_event_is_a_request_from_the_cdn() -> None:
    seen: list[Request] = []

    @endpoint("GET /x", dialect=links, security="public")
    def handler(request: Request) -> None:
        seen.append(request)

    handler(
        {
            "rawPath": "/key.jpg",
            "rawQueryString": "a=1&a=2&b=",
            "headers": {"If-None-Match": '"x"'},
            "requestContext": {"requestId": "r", "http": {"method": "GET", "sourceIp": "192.0.2.9"}},
        }
    )
    (request,) = seen
    assert request.from_cdn
    assert (request.path, request.query) == ("/key.jpg", {"a": ["1", "2"], "b": [""]})
    assert request.headers == {"if-none-match": '"x"'}


@pytest.mark.parametrize(
    ("forwarded", "shown", "address"),
    [
        ("", "the-secret", "192.0.2.1"),
        ("203.0.113.5", "the-secret", "192.0.2.1"),
        ("203.0.113.5, 198.51.100.7", "the-secret", "203.0.113.5"),
        ("forged, 203.0.113.5, 198.51.100.7", "the-secret", "203.0.113.5"),
        ("203.0.113.5, 198.51.100.7", "the-former-one", "203.0.113.5"),
        ("203.0.113.5, 198.51.100.7", "the-secret,the-former-one", "192.0.2.1"),
        ("203.0.113.5, 198.51.100.7", "", "192.0.2.1"),
        ("203.0.113.5, 198.51.100.7", "é", "192.0.2.1"),
    ],
)
def test_the_viewers_address_stands_before_the_cdns_on_requests_through_it(
    monkeypatch: pytest.MonkeyPatch, forwarded: str, shown: str, address: str
) -> None:
    monkeypatch.setenv("ORIGIN_SECRETS", "the-secret,the-former-one")
    seen: list[str] = []

    @endpoint("GET /x", dialect=links)
    def handler(request: Request) -> None:
        seen.append(viewer_address(request))

    handler(event(headers={"X-Forwarded-For": forwarded, "x-origin-verify": shown}))
    assert seen == [address]


def test_a_json_body_past_the_limit_is_413() -> None:
    response = change_image(event('"' + "x" * 4_700_000 + '"', path={"image_id": IMAGE}))
    assert response["statusCode"] == 413
    assert content(response) == {
        "message": "The request is too large (4.7 MB). The limit is 4.6 MB.",
        "status": 413,
    }


@pytest.mark.parametrize(
    ("size", "content_type", "status"),
    [
        (4_700_000, "multipart/form-data; boundary=X", 413),
        (4_700_000, "text/plain", 413),
        (4_550_000, "multipart/form-data; boundary=X", 413),
        (100, "multipart/form-data; boundary=X", 404),
        (100, "text/plain", 404),
    ],
)
def test_the_size_is_checked_before_the_path(size: int, content_type: str, status: int) -> None:
    class Upload(BaseModel):
        image: UploadedFile

    @endpoint("POST /x/{image_id}", dialect=sharing)
    def handler(upload: Form[Upload], image_id: ImageId) -> None: ...

    file = b'--X\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n' + b"x" * size + b"\r\n--X--"
    posted = event(base64.b64encode(file).decode(), path={"image_id": "efac"}, headers={"Content-Type": content_type})
    assert handler(posted | {"isBase64Encoded": True})["statusCode"] == status


def test_the_size_of_json_is_checked_before_the_path() -> None:
    assert change_image(event("x" * 4_700_000, path={"image_id": "efac"}))["statusCode"] == 413


@endpoint("GET|HEAD /open/{how}", dialect=sharing, media_types=["image/png"])
def answer_somehow(how: str) -> Reply[bytes] | Reply[None] | Reply[dict[str, str]]:
    match how:
        case "missing":
            raise NotFound("No")
        case "broken":
            raise RuntimeError
        case "moved":
            return Reply(None, {"Location": "https://elsewhere.example"}, 302)
        case "bytes":
            return Reply(b"png", {"ETag": '"e"'})
        case _:
            return Reply({}, status=204)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("sent", [{}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"origin": ""}])
@pytest.mark.parametrize("how", ["json", "bytes", "moved", "missing", "broken"])
def test_every_answer_is_open_to_pages_of_every_origin(how: str, sent: dict[str, str], method: str) -> None:
    response = answer_somehow(event(path={"how": how}, headers=sent, method=method))
    headers = {name.lower(): value for name, value in response["headers"].items()}
    assert len(headers) == len(response["headers"])
    assert is_open(headers)

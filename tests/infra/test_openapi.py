"""The OpenAPI document: it is of this code, valid, whole, and says what the declarations say."""

import json
from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypedDict

import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import validate
from pydantic import BaseModel, Field

from constellation.imaging.formats import ORIGINAL_EXTENSIONS
from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Endpoint, endpoint
from infra import openapi, openapi_schemas, openapi_texts
from infra.discovery import FUNCTIONS, Application, DeclarationError, Function
from infra.gateway import refusals

METHODS = {"get", "head", "post", "put", "patch", "delete"}


OPTIONS = ["w", "width", "h", "height", "crop", "fit", "bg", "focus", "q", "dpr", "rotate", "flip", "blur", "gray"]
"""What a link can ask for."""


@pytest.fixture(scope="module")
def document(application: Application) -> dict[str, Any]:
    return openapi.document(application)


def test_the_committed_document_is_of_this_code(document: dict[str, Any]) -> None:
    assert openapi.DOCUMENT.read_text(encoding="utf-8") == openapi.render(document), "run `make openapi`"


def test_it_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_every_declared_route_is_in_it_with_its_security(document: dict[str, Any], application: Application) -> None:
    for function in application.endpoints:
        declared = function.declaration
        for method in declared.methods:
            operation = document["paths"][declared.path][method.lower()]
            expected: list[Any] = [] if declared.security == "public" else [{declared.security: []}]
            assert operation.get("security", []) == expected
            assert ("401" in operation["responses"]) >= bool(expected)
            assert str(declared.status) in operation["responses"]


def test_nothing_is_in_it_that_is_not_declared(document: dict[str, Any], application: Application) -> None:
    declared = {function.declaration.path for function in application.endpoints}
    assert set(document["paths"]) - declared == {"/image/{id}.{ext}"}


def test_operations_are_named_after_their_folders(document: dict[str, Any], application: Application) -> None:
    expected: list[str] = []
    for function in application.endpoints:
        further = [f"{function.folder.name}_{method.lower()}" for method in function.declaration.methods[1:]]
        expected += [function.folder.name, *further]
    expected += ["render_image_by_link", "render_image_head_by_link"]
    assert sorted(operation["operationId"] for operation in _operations(document)) == sorted(expected)


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    for operation in _operations(document):
        name = operation["operationId"]
        assert operation["summary"][0].isupper(), name
        assert not operation["summary"].endswith("."), name
        assert operation["description"].endswith("."), name


def test_every_tag_is_described_and_used(document: dict[str, Any]) -> None:
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert set(tags) == {tag for operation in _operations(document) for tag in operation["tags"]}
    assert all(text.endswith(".") for text in tags.values())


def test_every_parameter_has_a_description_and_a_valid_example(document: dict[str, Any]) -> None:
    for _, parameter in _parameters(document):
        assert parameter["description"].endswith("."), parameter["name"]
        _assert_valid(document, parameter["schema"], parameter["example"])


def test_every_field_has_a_description(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"].endswith("."), name
        for field, part in schema["properties"].items():
            assert "$ref" in part or part["description"].endswith("."), (name, field)


def test_every_body_in_json_or_a_form_has_valid_examples(document: dict[str, Any]) -> None:
    tried = 0
    for operation in _operations(document):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media_type, content in part.get("content", {}).items():
                if media_type not in ("application/json", "multipart/form-data") or _is_any_object(content["schema"]):
                    continue
                named = [each["value"] for each in content.get("examples", {}).values()]
                for example in named or [content["example"]]:
                    _assert_valid(document, content["schema"], example)
                    tried += 1
    assert tried > 400


def test_every_header_has_a_description_and_a_valid_example(document: dict[str, Any]) -> None:
    used: set[str] = set()
    for operation in _operations(document):
        for answer in operation["responses"].values():
            for name, header in answer.get("headers", {}).items():
                assert header["description"].endswith("."), name
                _assert_valid(document, header["schema"], header["example"])
                used.add(name)
    assert used == set(openapi_texts.HEADERS)


def test_no_text_is_of_what_does_not_exist(document: dict[str, Any]) -> None:
    parameters = {(tag, parameter["name"]) for tag, parameter in _parameters(document)}
    schemas = document["components"]["schemas"]
    fields = {
        (model, field)
        for model, schema in schemas.items()
        for field, part in schema["properties"].items()
        if "$ref" not in part
    }
    named = {f"{context} {name}" for context, name in parameters | fields}
    plain = {name for context, name in parameters | fields if f"{context} {name}" not in openapi_texts.TEXTS}
    assert sorted(set(openapi_texts.TEXTS) - named - plain) == []
    assert sorted(set(openapi_texts.EXAMPLES) - set(schemas)) == []


def test_a_field_describes_itself_before_the_table_does() -> None:
    class Search(BaseModel):
        limit: Annotated[int, Field(description="As many as fit.", examples=[3])] = 1
        page: Annotated[int, Field(description="Which page.")] = 1
        order: str = "desc"

    def handler(_search: Query[Search]) -> None:
        """GET /things: find things."""

    told = {parameter["name"]: parameter for _, parameter in _parameters(_document_of(handler))}
    assert told["limit"] == {
        "name": "limit",
        "in": "query",
        "description": "As many as fit.",
        "required": False,
        "schema": {"default": 1, "type": "integer"},
        "example": 3,
    }
    assert (told["page"]["description"], told["page"]["example"]) == ("Which page.", 1)
    assert (told["order"]["description"], told["order"]["example"]) == openapi_texts.TEXTS["order"]


def test_a_parameter_without_a_description_is_refused() -> None:
    class Search(BaseModel):
        colour: str = ""

    def handler(_search: Query[Search]) -> None:
        """GET /things: find things."""

    with pytest.raises(DeclarationError, match="'colour' of 'constellations' has neither"):
        _document_of(handler)


def test_every_refusal_of_a_handler_is_in_it_with_an_example(
    document: dict[str, Any], application: Application
) -> None:
    for function in application.endpoints:
        declared = function.declaration
        operation = document["paths"][declared.path][declared.methods[0].lower()]
        for kind in declared.errors:
            answer = operation["responses"][str(declared.dialect.status(kind))]["content"]["application/json"]
            assert answer["examples"]
            assert "schema" in answer


def test_what_has_a_body_can_be_too_large(document: dict[str, Any]) -> None:
    with_body = [operation for operation in _operations(document) if "requestBody" in operation]
    assert with_body
    assert all(
        {"400", "413"} & set(operation["responses"]) and "413" in operation["responses"] for operation in with_body
    )


@pytest.mark.parametrize(("status", "name"), [(401, "NoToken"), (429, "Throttled")])
def test_the_gateways_own_answers_are_in_it(document: dict[str, Any], status: int, name: str) -> None:
    (said,) = {refusal.body for refusal in refusals().values() if refusal.status == status}
    operations = [
        operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "head" and (operation["security"] if status == 401 else path != "/image/{id}.{ext}")
    ]
    assert len(operations) > 10
    for operation in operations:
        examples = operation["responses"][str(status)]["content"]["application/json"]["examples"]
        assert examples[name]["value"] == json.loads(said)


def test_a_file_is_sent_as_bytes_in_a_form(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/upload"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    image = schema["properties"]["image"]
    assert (image["type"], image["format"]) == ("string", "binary")
    assert "image" in schema["required"]


def test_a_query_is_parameters(document: dict[str, Any]) -> None:
    (email,) = document["paths"]["/users"]["get"]["parameters"]
    assert (email["name"], email["in"], email["required"]) == ("email", "query", True)


def test_what_a_list_takes_is_bounded(document: dict[str, Any]) -> None:
    for path in ("/api/images/{page}", "/api/images/history/{page}"):
        given = {parameter["name"]: parameter for parameter in document["paths"][path]["get"]["parameters"]}
        assert given["page"]["schema"] == {"type": "integer", "minimum": 1}
        assert given["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}
        assert given["order"]["schema"] == {"type": "string", "enum": ["desc", "asc"], "default": "desc"}
        assert given["searchTerm"]["schema"] == {"type": "string", "maxLength": 324}
        assert given["cursor"]["schema"] == {"type": "string", "minLength": 1}
        assert [name for name, parameter in given.items() if parameter["required"]] == ["page"]
    (ids,) = document["paths"]["/api/images"]["get"]["parameters"]
    items = {"type": "string", "format": "uuid"}
    assert ids["name"] == "uuid[]"
    assert ids["schema"] == {"type": "array", "items": items, "minItems": 1, "maxItems": 100}


def test_a_body_is_required_where_it_is(document: dict[str, Any]) -> None:
    image = document["paths"]["/api/image/{image_id}"]
    assert image["patch"]["requestBody"]["required"] is True
    assert image["delete"]["requestBody"]["required"] is False
    change = document["components"]["schemas"]["ImageDescription"]
    assert not any("default" in field for field in change["properties"].values())
    for method in ("patch", "delete"):
        assert "content" not in image[method]["responses"]["204"]


def test_the_sizes_of_a_link_are_no_matter_of_its_changes(document: dict[str, Any]) -> None:
    image = document["paths"]["/api/image/{image_id}"]
    names = {method: [parameter["name"] for parameter in image[method]["parameters"]] for method in image}
    headers = ["Range", "If-Range", "If-None-Match"]
    asked = ["image_id", *OPTIONS, *headers]
    changes = ["image_id", "Content-Digest"]
    assert names == {"get": asked, "head": asked, "patch": changes, "delete": changes}
    assert set(document["paths"]["/image/{id}.{ext}"]) == {"get", "head"}


def test_what_a_large_upload_needs_and_what_is_told_of_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    create, look = document["paths"]["/api/uploads"]["post"], document["paths"]["/api/uploads/{upload_id}"]["get"]
    asked = schemas[_named(create["requestBody"])]
    assert asked["required"] == ["kind"]  # a file has a name of its own, or that in its address
    assert asked["properties"]["sourceUrl"]["maxLength"] == 2048
    assert asked["properties"]["kind"]["enum"] == ["image", "firmware"]
    assert asked["properties"]["image_id"]["format"] == "uuid"
    (form, status) = create["responses"]["201"]["content"]["application/json"]["schema"]["anyOf"]
    given = schemas[form["$ref"].rpartition("/")[2]]
    assert given["properties"]["fields"]["additionalProperties"] == {"type": "string"}
    assert set(given["required"]) == {"id", "url", "fields", "expiresAt", "maxSize"}
    told = schemas[_named(look["responses"]["200"])]
    assert told == schemas[status["$ref"].rpartition("/")[2]]
    assert (told["required"], set(told["properties"])) == (["id", "status"], {"id", "status", "imageId", "violations"})


def test_an_identifier_in_the_path_is_a_uuid(document: dict[str, Any]) -> None:
    (user,) = document["paths"]["/users/{user_uuid}"]["get"]["parameters"]
    assert user["schema"] == {"type": "string", "format": "uuid"}


def test_errors_are_typed_to_the_last_field(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    errors = schemas["FieldsError"]["properties"]["errors"]
    assert errors["additionalProperties"] == {"type": "array", "items": {"type": "string"}}
    violations = schemas["SharingFault"]["properties"]["violations"]
    assert violations["items"] == {"$ref": "#/components/schemas/SharingViolation"}
    assert schemas["SharingViolation"]["required"] == ["message", "property"]


def test_values_that_are_few_are_listed(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    rights = ["READ", "COMMENT", "WRITE", "ADMIN"]
    assert schemas["Member"]["properties"]["rights"]["enum"] == rights
    assert schemas["Connection"]["properties"]["rights"]["enum"] == rights
    assert schemas["UploadStatus"]["properties"]["status"]["enum"] == ["pending", "ready", "failed"]
    assert schemas["Node"]["properties"]["type"]["enum"] == ["folder", "file"]
    assert schemas["FirmwareDetail"]["properties"]["format"]["enum"] == ["intel-hex", "opaque"]
    assert schemas["TokenPair"]["properties"]["token_type"]["const"] == "bearer"
    assert schemas["Metadata"]["properties"]["mimeType"]["enum"] == [*ORIGINAL_EXTENSIONS]
    (searched,) = (
        parameter["schema"]
        for parameter in document["paths"]["/api/images/{page}"]["get"]["parameters"]
        if parameter["name"] == "searchBy"
    )
    assert set(searched["enum"]) == {"user", "description", "hashtag", "tag", "all"}


def test_pictures_have_their_media_types(document: dict[str, Any]) -> None:
    stored = [*ORIGINAL_EXTENSIONS]
    image = document["paths"]["/images/{image_uuid}"]["get"]["responses"]
    assert list(image["200"]["content"]) == [*stored, "application/json"]
    assert list(image["206"]["content"]) == stored
    for path in ("/image/{id}.{ext}", "/api/image/{image_id}"):
        answers = document["paths"][path]["get"]["responses"]
        for status in ("200", "206"):
            assert list(answers[status]["content"]) == [*stored, "image/avif"]


def test_files_can_be_had_in_parts_or_not_at_all(document: dict[str, Any]) -> None:
    elsewhere = {"/images/{image_uuid}": "302", "/image/{image_id}/binary": "307", "/api/image/{image_id}": "302"}
    for path, status in elsewhere.items():
        operation = document["paths"][path]["get"]
        answers = operation["responses"]
        assert answers["206"]["headers"].keys() >= {"ETag", "Accept-Ranges", "Content-Range"}
        assert answers["304"]["headers"].keys() == {"ETag"}
        assert "content" not in answers["304"]
        assert answers[status]["headers"]["Location"]["required"] is True
        sent = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        assert sent == {"Range", "If-Range", "If-None-Match"}
    binary = document["paths"]["/image/{image_id}/binary"]["get"]["responses"]
    assert binary["416"]["headers"].keys() == {"Content-Range"}
    assert list(binary["200"]["content"]) == ["application/octet-stream"]


def test_no_answer_to_head_has_a_body(document: dict[str, Any]) -> None:
    heads = [methods["head"] for methods in document["paths"].values() if "head" in methods]
    assert heads
    assert not [answer for head in heads for answer in head["responses"].values() if "content" in answer]


def test_what_answers_beside_success_is_in_it(document: dict[str, Any], application: Application) -> None:
    for function in application.endpoints:
        declared = function.declaration
        responses = document["paths"][declared.path][declared.methods[0].lower()]["responses"]
        assert responses.keys() >= {str(status) for status in declared.also}
        assert responses[str(declared.status)].get("headers", {}).keys() >= set(declared.headers)
    assert "content" not in document["paths"]["/image/latest"]["get"]["responses"]["204"]


def test_what_pages_announces_its_neighbours(document: dict[str, Any]) -> None:
    paging = {
        operation["operationId"]
        for operation in _operations(document)
        if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", []))
    }
    linked = {
        operation["operationId"]
        for operation in _operations(document)
        if any("Link" in answer.get("headers", {}) for answer in operation["responses"].values())
        and operation["tags"] != ["iiif"]
    }
    assert paging == linked
    assert paging


def test_what_waits_says_how_long(document: dict[str, Any]) -> None:
    for operation in _operations(document):
        for status in ("429", "503"):
            if status in operation["responses"]:
                assert operation["responses"][status]["headers"]["Retry-After"]["schema"]["type"] == "integer"


def test_it_says_where_the_api_is(document: dict[str, Any]) -> None:
    assert document["servers"] == [{"url": "/", "description": "The deployment that serves this document"}]


def test_a_tree_is_described_to_any_depth(document: dict[str, Any]) -> None:
    answer = document["paths"]["/structure/{constellation_uuid}"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Tree"}
    children = document["components"]["schemas"]["Tree"]["properties"]["children"]
    assert children["items"] == {"$ref": "#/components/schemas/Tree"}


def test_public_links_are_in_it(document: dict[str, Any]) -> None:
    link = document["paths"]["/image/{id}.{ext}"]["get"]
    names = [parameter["name"] for parameter in link["parameters"]]
    headers = ["Range", "If-Range", "If-None-Match"]
    assert names == ["id", "ext", *OPTIONS, *headers]


def test_two_shapes_cannot_share_a_name() -> None:
    components = openapi_schemas.Components()
    components.model(_first())
    with pytest.raises(DeclarationError, match="two different schemas are named Same"):
        components.model(_second())


def test_two_types_cannot_share_a_name() -> None:
    components = openapi_schemas.Components()
    components.of(TypedDict("Same", {"name": str}))
    with pytest.raises(DeclarationError, match="two different types are named Same"):
        components.of(TypedDict("Same", {"uuid": str}))


def _first() -> type[BaseModel]:
    class Same(BaseModel):
        name: str

    return Same


def _second() -> type[BaseModel]:
    class Same(BaseModel):
        uuid: str

    return Same


def _assert_valid(document: dict[str, Any], schema: dict[str, Any], example: Any) -> None:
    whole = {"components": document["components"], **schema}
    OAS31Validator(whole, format_checker=oas31_format_checker).validate(example)


def _is_any_object(schema: dict[str, Any]) -> bool:
    return schema == {"type": "object"}


def _named(part: dict[str, Any]) -> str:
    """The schema that a body in JSON has."""
    return part["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]


def _document_of(handler: Callable[..., None]) -> dict[str, Any]:
    """The document of an application that has one endpoint, ``GET /things``."""
    declare: Callable[[Callable[..., None]], Endpoint] = endpoint(
        "GET /things", dialect=constellations, security="public"
    )
    return openapi.document(
        Application((Function(FUNCTIONS / "any" / "find_things", declare(handler), ()),), {}, (), ())
    )


def _parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each parameter with the tag of its operation."""
    for operation in _operations(document):
        (tag,) = operation["tags"]
        for parameter in operation.get("parameters", []):
            yield tag, parameter


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for method, operation in path.items() if method in METHODS]

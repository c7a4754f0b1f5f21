"""Pages of other origins: what the CDN, the gateway and the edge functions say to them."""

from collections.abc import Generator, Mapping
from typing import Any

import pytest

from infra.edge import api_code, function_code
from infra.edge.answers import answer_to
from infra.gateway import refusals
from tests.infra.conftest import Synthesized
from tests.support.cors import EMBEDDING, EXPOSED, PREFLIGHT, PREFLIGHTS, is_open
from tests.support.edge import Edge, running_edge
from tests.support.link_vectors import ID

LINKS = ("/image/*.auto*", "/api/image/*.auto*", "/image/*.*", "/api/image/*.*")
IIIF = ("/iiif/3/*/*/*/*/*", "/iiif/3/*/info.json")
CONSOLE = ("/console", "/console/*")
DOCUMENTS = ("/openapi.json", "/docs", "/docs/*")
ALONE = {"cross-origin-opener-policy": "same-origin"}
PATHS = ("/", "/users/me", "/nothing/here", f"/image/{ID}.jpg", "/image/nothing.jpg", "/health", "//", "/%2e%2e/x")


@pytest.fixture(scope="module")
def api() -> Generator[Edge]:
    with running_edge(api_code(10, 413, "{}")) as edge:
        yield edge


@pytest.fixture(scope="module")
def links() -> Generator[Edge]:
    with running_edge(function_code(), held={ID: "1"}) as edge:
        yield edge


@pytest.mark.parametrize("headers", PREFLIGHTS.values(), ids=PREFLIGHTS)
@pytest.mark.parametrize("path", PATHS)
def test_every_preflight_is_answered_at_the_edge(api: Edge, links: Edge, path: str, headers: Mapping[str, str]) -> None:
    for edge in (api, links):
        answer = edge(path, {"w": ["nonsense"]}, "OPTIONS", {**headers, "content-length": "99"})
        assert (answer["statusCode"], _plain(answer["headers"]), answer.get("body")) == (204, PREFLIGHT, None)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_root_leads_to_the_console(api: Edge, method: str) -> None:
    answer = api("/", {"a": ["b"]}, method)
    assert (answer["statusCode"], answer["headers"]["location"]["value"]) == (302, "/console/")
    assert is_open(_plain(answer["headers"]))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "options", "TRACE"])
@pytest.mark.parametrize("path", PATHS)
def test_the_edge_of_one_machine_decides_as_the_function_does(api: Edge, path: str, method: str) -> None:
    """Without the limit of bodies, the function passes on what the other has no answer to."""
    found, own = api(path, {}, method, {"host": "c.example"}), answer_to(method, path)
    assert ("statusCode" in found) == (own is not None)
    if own:
        assert (found["statusCode"], _plain(found["headers"])) == (
            own.status,
            {name.lower(): value for name, value in own.headers.items()},
        )


def test_the_edge_functions_refuse_in_the_open(api: Edge, links: Edge) -> None:
    too_large = api("/api/upload", {}, "POST", {"content-length": "11"})
    hidden, malformed = links(f"/image/{ID}.jpg", {}), links("/image/nothing.jpg", {})
    with running_edge(function_code()) as others:
        bad_size = others(f"/image/{ID}.jpg", {"w": ["0"]})
    assert [each["statusCode"] for each in (too_large, hidden, malformed, bad_size)] == [413, 404, 404, 400]
    for answer in (too_large, hidden, malformed, bad_size):
        assert is_open(_plain(answer["headers"]))
    for answer in (hidden, malformed, bad_size):
        assert _plain(answer["headers"]).items() >= EMBEDDING.items()


def test_the_gateway_refuses_in_the_open(aws: Synthesized) -> None:
    (api,) = aws.resources("AWS::ApiGateway::RestApi").values()
    answers = api["Body"]["x-amazon-apigateway-gateway-responses"]
    assert answers.keys() == refusals().keys() >= {"DEFAULT_4XX", "DEFAULT_5XX"}
    for answer in answers.values():
        said = {
            name.removeprefix("gatewayresponse.header.").lower(): value.strip("'")
            for name, value in answer["responseParameters"].items()
        }
        assert is_open(said)


def test_every_behaviour_adds_the_headers_to_errors_of_its_origin_too(aws: Synthesized, local: Synthesized) -> None:
    for synthesized in (aws, local):
        for path, behavior in _behaviors(synthesized).items():
            policy = _policy(synthesized, behavior)
            assert policy["CorsConfig"] == {
                "AccessControlAllowCredentials": False,
                "AccessControlAllowHeaders": {"Items": PREFLIGHT["access-control-allow-headers"].split(", ")},
                "AccessControlAllowMethods": {"Items": PREFLIGHT["access-control-allow-methods"].split(", ")},
                "AccessControlAllowOrigins": {"Items": ["*"]},
                "AccessControlExposeHeaders": {"Items": EXPOSED.split(", ")},
                "AccessControlMaxAgeSec": 7200,
                "OriginOverride": True,
            }
            added = policy.get("CustomHeadersConfig", {"Items": []})["Items"]
            said = {each["Header"].lower(): each["Value"] for each in added if each["Override"]}
            wanted = EMBEDDING if path in (*LINKS, *IIIF) else ALONE if path in CONSOLE else {}
            assert said == wanted


def test_every_behaviour_lets_preflights_reach_its_function(aws: Synthesized) -> None:
    """CloudFront refuses a method that the behaviour does not allow before it runs the function."""
    for path, behavior in _behaviors(aws).items():
        (association, *_) = behavior["FunctionAssociations"]  # links have one for responses, too
        used = aws.template["Resources"][association["FunctionARN"]["Fn::GetAtt"][0]]["Properties"]["FunctionCode"]
        assert (association["EventType"], "OPTIONS" in behavior["AllowedMethods"]) == ("viewer-request", True)
        assert ("cf.kvs()" in used) == (path in (*LINKS, *IIIF))


def test_a_stored_picture_is_open_without_an_origin_too(aws: Synthesized) -> None:
    """S3 sends its CORS headers to requests with Origin alone, so the CDN always names one."""
    (distribution,) = aws.resources("AWS::CloudFront::Distribution").values()
    buckets = [each for each in distribution["DistributionConfig"]["Origins"] if "S3OriginConfig" in each]
    assert len(buckets) == 2
    for bucket in buckets:
        (header,) = bucket["OriginCustomHeaders"]
        assert (header["HeaderName"], header["HeaderValue"].startswith("https://")) == ("Origin", True)


def test_the_documentation_is_cached_and_compressed(aws: Synthesized, local: Synthesized) -> None:
    for synthesized in (aws, local):
        behaviors = _behaviors(synthesized)
        for path in DOCUMENTS:
            policies = synthesized.resources("AWS::CloudFront::CachePolicy")
            policy = policies[behaviors[path]["CachePolicyId"]["Ref"]]["CachePolicyConfig"]
            key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
            assert behaviors[path]["Compress"]
            assert key["EnableAcceptEncodingGzip"]
            assert key["EnableAcceptEncodingBrotli"]
            assert (key["HeadersConfig"], key["QueryStringsConfig"], key["CookiesConfig"]) == (
                {"HeaderBehavior": "none"},
                {"QueryStringBehavior": "none"},
                {"CookieBehavior": "none"},
            )
            assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
            assert behaviors[path]["AllowedMethods"] == behaviors[""]["AllowedMethods"]


def _behaviors(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """The behaviours by their paths, the default one under ''."""
    (distribution,) = synthesized.resources("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    return {"": config["DefaultCacheBehavior"]} | {each["PathPattern"]: each for each in config["CacheBehaviors"]}


def _policy(synthesized: Synthesized, behavior: Mapping[str, Any]) -> dict[str, Any]:
    policies = synthesized.resources("AWS::CloudFront::ResponseHeadersPolicy")
    return policies[behavior["ResponseHeadersPolicyId"]["Ref"]]["ResponseHeadersPolicyConfig"]


def _plain(headers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: field["value"] for name, field in headers.items()}

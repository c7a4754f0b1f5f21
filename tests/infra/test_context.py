"""What may be said in the context: everything else is refused in one sentence, before anything is made of it."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from infra import CORE, ROOT
from infra.app import context
from infra.context import ContextError, Domain, choose

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
ZONE = "Z0123456789ABCDEFGHIJ"
WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/guard/12345678-1234-1234-1234-123456789012"


@pytest.fixture(autouse=True)
def _in_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CDK_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def _given(**context: object) -> dict[str, Any]:
    return {"signing_keys": ["SigningKey"], "origin_secrets": ["OriginSecret"], **context}


def test_the_projects_own_context_is_taken() -> None:
    chosen = choose(context())
    assert (chosen.stack, chosen.domain, chosen.web_acl_arn, chosen.api_log_role) == ("Constellation", None, "", None)
    assert chosen.settings == context()["settings"]


def test_what_the_cdk_and_the_engine_say_is_none_of_ours() -> None:
    choose(
        _given(
            **{"aws:cdk:enable-path-metadata": True, "@aws-cdk/core:x": 1, "acknowledged-issue-numbers": [1]},
            local=True,
            engine_port=4566,
        )
    )


@pytest.mark.parametrize("place", ["localhost:8000", "127.0.0.1:1", "[::1]:8443", "files_1.test:65535"])
def test_hosts_that_count_as_public_are_for_one_machine(place: str) -> None:
    settings = {"outbound_allow": [place]}
    assert choose(_given(settings=settings, local=True)).settings == settings
    assert choose(_given(settings={"outbound_allow": []})).settings == {"outbound_allow": []}
    with pytest.raises(ContextError, match="is for `make run` alone"):
        choose(_given(deployments={"staging": {"settings": settings}}, stack="staging"))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"setings": {}}, "the context: nothing reads 'setings'; there are account_concurrency, api_log_role, "),
        ({"Settings": {}}, "nothing reads 'Settings'"),
        ({"settings": {"signup_per_day": 3}}, "settings: nothing reads 'signup_per_day'; there are access_token_"),
        ({"settings": []}, "settings must be a JSON object, not \\[\\]"),
        ({"settings": {"guest_uploads": "no"}}, "settings: guest_uploads must be true or false, not 'no'"),
        ({"settings": {"guest_uploads": 0}}, "settings: guest_uploads must be true or false, not 0"),
        ({"settings": {"frame_limit": "256"}}, "settings: frame_limit must be a whole number"),
        ({"settings": {"frame_limit": -1}}, "settings: frame_limit must be a whole number that is not negative"),
        ({"settings": {"frame_limit": True}}, "settings: frame_limit must be a whole number"),
        ({"settings": {"frame_limit": 1.5}}, "settings: frame_limit must be a whole number"),
        ({"settings": {"token_issuer": 5}}, "settings: token_issuer must be a text"),
        ({"settings": {"outbound_allow": ["localhost:8000"]}}, "outbound_allow is for `make run` alone"),
        ({"settings": {"outbound_allow": "localhost:8000"}}, "settings: outbound_allow must be a list of texts"),
        ({"settings": {"outbound_allow": ["10.0.0.0/8"]}}, "outbound_allow must name hosts in small letters and ports"),
        ({"settings": {"outbound_allow": ["localhost"]}}, "such as localhost:8000, not 'localhost'"),
        ({"settings": {"outbound_allow": ["*.example.com:443"]}}, "outbound_allow must name hosts"),
        ({"settings": {"outbound_allow": ["http://localhost:80"]}}, "outbound_allow must name hosts"),
        ({"settings": {"image_size_limit": 5_000_000}}, "image_size_limit cannot be more than 4500000"),
        ({"signing_keys": "SigningKey"}, "signing_keys must be a list of texts"),
        ({"signing_keys": []}, "signing_keys must name at least one"),
        ({"origin_secrets": []}, "origin_secrets must name at least one"),
        ({"origin_secrets": [""]}, "origin_secrets must be a list of texts"),
        ({"drop_writers": [5]}, "drop_writers must be a list of texts"),
        ({"snap_start": {"get_me": True}}, "snap_start must be a list of texts"),
        ({"reserved_concurrency": {"get_me": "5"}}, "reserved_concurrency: get_me must be a whole number, not '5'"),
        ({"reserved_concurrency": ["get_me"]}, "reserved_concurrency must be a JSON object"),
        ({"api_log_role": "false"}, "api_log_role must be true or false"),
        ({"stack": "my_stack"}, "stack must be a name of at most 64 letters, digits and hyphens"),
        ({"stack": "7th"}, "stack must be a name"),
        ({"stack": "a" * 65}, "stack must be a name"),
        ({"stack": "staging\n"}, "stack must be a name"),
        ({"deployments": {"sta ging": {}}}, "deployments: 'sta ging' must be a name"),
        ({"deployments": {"staging": {"setings": {}}}}, "deployments: staging: nothing reads 'setings'"),
        ({"deployments": {"staging": {"stack": "x"}}}, "deployments: staging: nothing reads 'stack'"),
        ({"deployments": {"staging": {"deployments": {}}}}, "deployments: staging: nothing reads 'deployments'"),
        ({"deployments": []}, "deployments must be a JSON object"),
        ({"deployments": {"staging": []}}, "deployments: staging must be a JSON object"),
        ({"deployments": {"staging": {"settings": {"frames": 1}}}}, "settings: nothing reads 'frames'"),
        ({"deployments": {"staging": {"settings": []}}}, "deployments: staging: settings must be a JSON object"),
        ({"tables": {"image": "x-y"}}, "tables: nothing reads 'image'; there are accounts, "),
        ({"tables": {"images": "arn:aws:dynamodb"}}, "tables: images must be the name of a table"),
        ({"tables": {"images": ""}}, "tables: images must be the name of a table"),
        ({"web_acl_arn": "guard"}, "web_acl_arn must be the ARN of a web ACL of WAF"),
        ({"web_acl_arn": None}, "web_acl_arn must be the ARN of a web ACL of WAF"),
        ({"web_acl_arn": ""}, "web_acl_arn must be the ARN of a web ACL of WAF"),
        ({"web_acl_arn": WEB_ACL.replace("wafv2", "waf")}, "web_acl_arn must be the ARN"),
        ({"web_acl_arn": WEB_ACL.replace("global", "regional")}, "for CloudFront: make it with .* not in us-east-1"),
        ({"web_acl_arn": WEB_ACL.replace("us-east-1", "eu-west-1")}, "--scope CLOUDFRONT .* not in eu-west-1"),
        ({"domain": "images.example.org"}, "domain must be a JSON object"),
        ({"domain": {"name": "images.example.org"}}, "domain needs certificate_arn, .* or hosted_zone"),
        ({"domain": {"certificate_arn": CERTIFICATE}}, "domain: name must be a host name"),
        (
            {"domain": {"name": "a.example.org", "zone": ZONE}},
            "domain: nothing reads 'zone'; there are certificate_arn",
        ),
        ({"domain": {"name": 5}}, "domain: name must be a text"),
        *(
            ({"domain": {"name": name, "hosted_zone": ZONE}}, "domain: name must be a host name in small letters")
            for name in (
                "https://a.example.org",
                "a.example.org/",
                "A.example.org",
                "*.example.org",
                "example",
                "a..org",
                "a.example.org.",
                "-a.example.org",
                "a_b.example.org",
                "10.0.0.1",
                f"{'a' * 64}.example.org",
                f"{'a.' * 125}example.org",
                "a.example.org\n",
            )
        ),
        ({"domain": {"name": "a.example.org", "hosted_zone": "example.org"}}, "hosted_zone must be the id of a public"),
        (
            {"domain": {"name": "a.example.org", "certificate_arn": "arn:aws:iam::123456789012:server-certificate/x"}},
            "domain: certificate_arn must be the ARN of a certificate of ACM",
        ),
        (
            {"domain": {"name": "a.example.org", "certificate_arn": CERTIFICATE.replace("us-east-1", "eu-west-1")}},
            "certificate_arn must be of us-east-1, where CloudFront looks for it, not of eu-west-1",
        ),
    ],
)
def test_what_is_refused(said: dict[str, object], message: str) -> None:
    with pytest.raises(ContextError, match=message) as refused:
        choose(_given(**said))
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value).replace("\\n", "")


@pytest.mark.parametrize(
    "said",
    [
        {"certificate_arn": CERTIFICATE},
        {"hosted_zone": ZONE},
        {"certificate_arn": CERTIFICATE, "hosted_zone": ZONE},
        {"certificate_arn": CERTIFICATE.replace("aws:acm", "aws-us-gov:acm")},
    ],
)
def test_a_domain_has_a_certificate_or_a_zone_to_prove_one_in(said: dict[str, str]) -> None:
    for name in ("images.example.org", "example.org", "a-b.xn--bcher-kva.example"):
        assert choose(_given(domain={"name": name, **said})).domain == Domain(name, **said)


@pytest.mark.parametrize("variable", ["CDK_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"])
def test_a_certificate_cannot_be_made_in_another_region(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """The CDN looks for it in one region alone, wherever the stack is."""
    said = _given(domain={"name": "a.example.org", "hosted_zone": ZONE})
    monkeypatch.setenv(variable, "us-east-1")
    choose(said)
    monkeypatch.setenv(variable, "eu-central-1")
    with pytest.raises(ContextError, match=r"this stack goes to eu-central-1: make one with .* --region us-east-1"):
        choose(said)
    choose(_given(domain={"name": "a.example.org", "hosted_zone": ZONE, "certificate_arn": CERTIFICATE}))


def test_a_deployment_says_what_differs_from_the_others() -> None:
    said = _given(
        settings={"signups_per_day": 20, "frame_limit": 10},
        drop_writers=["arn:aws:iam::210987654321:role/plant"],
        deployments={
            "staging": {"settings": {"frame_limit": 5}, "drop_writers": [], "api_log_role": False},
            "production": {"web_acl_arn": WEB_ACL},
        },
    )
    staging = choose({**said, "stack": "staging"})
    assert (staging.stack, staging.web_acl_arn, staging.api_log_role) == ("staging", "", False)
    assert staging.settings == {"signups_per_day": 20, "frame_limit": 5}
    assert staging.drop_writers == []
    production = choose({**said, "stack": "production"})
    assert (production.web_acl_arn, production.settings) == (WEB_ACL, said["settings"])
    assert choose(said).web_acl_arn == choose({**said, "stack": "Staging"}).web_acl_arn == ""


def test_a_refusal_is_a_sentence_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        env={**os.environ, "PYTHONPATH": str(CORE), "CDK_CONTEXT_JSON": json.dumps({"setings": {}})},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if not line.startswith("!!")]
    assert len(told) == 1
    assert told[0].startswith("the context: nothing reads 'setings'")

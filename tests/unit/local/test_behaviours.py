"""What the edge takes from the template's distribution."""

import pytest

from infra.local.behaviours import Behaviour, Distribution, distribution

TEMPLATE = {
    "Resources": {
        "Policy": {
            "Type": "AWS::CloudFront::CachePolicy",
            "Properties": {"CachePolicyConfig": {"MinTTL": 0, "DefaultTTL": 0, "MaxTTL": 1000}},
        },
        "Distribution": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"AllowedMethods": ["GET", "POST"]},
                    "CacheBehaviors": [
                        {
                            "PathPattern": "/image/*.*",
                            "AllowedMethods": ["GET", "HEAD", "OPTIONS"],
                            "CachePolicyId": {"Ref": "Policy"},
                            "Compress": False,
                        },
                        {
                            "PathPattern": "/docs",
                            "AllowedMethods": ["GET", "HEAD", "OPTIONS", "POST"],
                            "CachePolicyId": {"Ref": "Policy"},
                            "Compress": True,
                        },
                    ],
                }
            },
        },
    }
}


def test_what_the_template_says() -> None:
    found = distribution(TEMPLATE)
    behaviour, documents = found.cached
    assert found == Distribution(
        (
            Behaviour(behaviour.pattern, ("GET", "HEAD", "OPTIONS"), 0, 0, 1000),
            Behaviour(documents.pattern, ("GET", "HEAD", "OPTIONS", "POST"), 0, 0, 1000, compresses=True),
        ),
        ("GET", "POST"),
    )
    assert behaviour.pattern.fullmatch("/image/a/b.jpg")
    assert not behaviour.pattern.fullmatch("/image/jpg")
    assert not behaviour.pattern.fullmatch("/api/image/a.jpg")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=60"}, 60),
        ({"cache-control": "Public,MAX-AGE=60, immutable"}, 60),
        ({"cache-control": "public, max-age=60, s-maxage=30"}, 30),
        ({"cache-control": "public, max-age=31536000"}, 1000),
        ({"cache-control": "public"}, 7),
        ({"cache-control": "max-age=60"}, 0),
        ({"cache-control": "public, max-age=60, no-store"}, 0),
        ({"cache-control": 'public, max-age=60, no-cache="x"'}, 0),
        ({"cache-control": "private, max-age=60"}, 60),
        ({"cache-control": "private, no-store"}, 0),
        ({"cache-control": "public, max-age=60", "set-cookie": "a=b"}, 0),
        ({}, 0),
    ],
)
def test_lifetimes(headers: dict[str, str], seconds: int) -> None:
    behaviour = Behaviour(distribution(TEMPLATE).cached[0].pattern, ("GET",), shortest=0, default=7, longest=1000)
    assert behaviour.lifetime(headers) == seconds

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from infra.local.behaviours import Behaviour, Distribution, distribution
from infra.local.cache import Cache
from infra.local.packing import pack
from infra.local.selection import Selection, select

HEADERS = [(b"Content-Type", b"image/png")]

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
                            "AllowedMethods": ["GET", "HEAD"],
                            "CachePolicyId": {"Ref": "Policy"},
                        }
                    ],
                }
            },
        },
    }
}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", capacity=100)


def body(cache: Cache, key: bytes, now: float = 0) -> bytes | None:
    found = cache.get(key, now)
    return found[1] if found else None


def test_an_answer_lives_as_long_as_it_says(cache: Cache) -> None:
    cache.put(b"/a", HEADERS, b"bytes", now=1000, lifetime=60)
    found = cache.get(b"/a", now=1059)
    assert found is not None
    assert (found[0].headers, found[1]) == (tuple(HEADERS), b"bytes")
    assert cache.get(b"/a", now=1060) is None
    assert cache.get(b"/a", now=1000) is None


def test_the_least_recently_used_goes_first(cache: Cache) -> None:
    for key in (b"/a", b"/b"):
        cache.put(key, HEADERS, key * 20, now=0, lifetime=9)
    assert body(cache, b"/a") == b"/a" * 20
    cache.put(b"/c", HEADERS, b"/c" * 20, now=0, lifetime=9)
    assert (body(cache, b"/a"), body(cache, b"/b"), body(cache, b"/c")) == (b"/a" * 20, None, b"/c" * 20)


def test_the_folder_holds_no_more_than_the_capacity(cache: Cache, tmp_path: Path) -> None:
    for number in range(50):
        cache.put(b"/%d" % (number % 7), HEADERS, b"x" * 33, now=0, lifetime=9)
        assert sum(file.stat().st_size for file in (tmp_path / "cache").iterdir()) <= 100
    cache.put(b"/large", HEADERS, b"x" * 101, now=0, lifetime=9)
    assert body(cache, b"/large") is None


def test_a_deleted_file_is_a_miss(cache: Cache, tmp_path: Path) -> None:
    cache.put(b"/a", HEADERS, b"bytes", now=0, lifetime=9)
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    assert cache.get(b"/a", now=0) is None


def test_what_the_template_says() -> None:
    found = distribution(TEMPLATE)
    (behaviour,) = found.cached
    assert found == Distribution((Behaviour(behaviour.pattern, ("GET", "HEAD"), 0, 0, 1000),), ("GET", "POST"))
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
        ({"cache-control": "private, max-age=60"}, 0),
        ({"cache-control": "public, max-age=60", "set-cookie": "a=b"}, 0),
        ({}, 0),
    ],
)
def test_lifetimes(headers: dict[str, str], seconds: int) -> None:
    behaviour = Behaviour(distribution(TEMPLATE).cached[0].pattern, ("GET",), shortest=0, default=7, longest=1000)
    assert behaviour.lifetime(headers) == seconds


@pytest.mark.parametrize(
    ("asked", "selection"),
    [
        ({}, Selection(200, 0, 10)),
        ({"if-none-match": '"e"'}, Selection(304, 0, 0)),
        ({"if-none-match": 'W/"x", W/"e"'}, Selection(304, 0, 0)),
        ({"if-none-match": "*"}, Selection(304, 0, 0)),
        ({"if-none-match": '"f"'}, Selection(200, 0, 10)),
        ({"if-none-match": '"e"', "range": "bytes=0-1"}, Selection(304, 0, 0)),
        ({"range": "bytes=0-0"}, Selection(206, 0, 1, "bytes 0-0/10")),
        ({"range": "bytes=2-"}, Selection(206, 2, 10, "bytes 2-9/10")),
        ({"range": "bytes=2-99"}, Selection(206, 2, 10, "bytes 2-9/10")),
        ({"range": "bytes=-3"}, Selection(206, 7, 10, "bytes 7-9/10")),
        ({"range": "bytes=-99"}, Selection(206, 0, 10, "bytes 0-9/10")),
        ({"range": "bytes=10-"}, Selection(416, 0, 0, "bytes */10")),
        ({"range": "bytes=-0"}, Selection(416, 0, 0, "bytes */10")),
        ({"range": "bytes=3-2"}, Selection(200, 0, 10)),
        ({"range": "bytes=0-1,4-5"}, Selection(200, 0, 10)),
        ({"range": "bytes=-"}, Selection(200, 0, 10)),
        ({"range": "bytes=٣-"}, Selection(200, 0, 10)),
        ({"range": "lines=0-1"}, Selection(200, 0, 10)),
        ({"range": "bytes=0-1", "if-range": '"e"'}, Selection(206, 0, 2, "bytes 0-1/10")),
        ({"range": "bytes=0-1", "if-range": '"f"'}, Selection(200, 0, 10)),
    ],
)
def test_selections(asked: dict[str, str], selection: Selection) -> None:
    assert select(asked, '"e"', 10) == selection


def test_equal_folders_make_equal_archives(tmp_path: Path) -> None:
    for name, order in (("one", "ab"), ("two", "ba")):
        for file in order:
            path = tmp_path / name / "sub" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
            path.chmod(0o600 if name == "one" else 0o755)
    one, two = (pack(tmp_path / name) for name in ("one", "two"))
    assert one == two
    with zipfile.ZipFile(BytesIO(one)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"sub/a": b"a", "sub/b": b"b"}

"""The edge's cache: freshness, room, and files that went away."""

from pathlib import Path

import pytest

from infra.local.cache import Cache

HEADERS = [(b"Content-Type", b"image/png")]


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

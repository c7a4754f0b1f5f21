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
    cache.put(b"/a", HEADERS, b"bytes", now=1000, lifetime=60, awaited=cache.expect())
    found = cache.get(b"/a", now=1059)
    assert found is not None
    assert (found[0].headers, found[1]) == (tuple(HEADERS), b"bytes")
    assert cache.get(b"/a", now=1060) is None
    assert cache.get(b"/a", now=1000) is None


def test_the_least_recently_used_goes_first(cache: Cache) -> None:
    for key in (b"/a", b"/b"):
        cache.put(key, HEADERS, key * 20, now=0, lifetime=9, awaited=cache.expect())
    assert body(cache, b"/a") == b"/a" * 20
    cache.put(b"/c", HEADERS, b"/c" * 20, now=0, lifetime=9, awaited=cache.expect())
    assert (body(cache, b"/a"), body(cache, b"/b"), body(cache, b"/c")) == (b"/a" * 20, None, b"/c" * 20)


def test_the_folder_holds_no_more_than_the_capacity(cache: Cache, tmp_path: Path) -> None:
    for number in range(50):
        cache.put(b"/%d" % (number % 7), HEADERS, b"x" * 33, now=0, lifetime=9, awaited=cache.expect())
        assert sum(file.stat().st_size for file in (tmp_path / "cache").iterdir()) <= 100
    cache.put(b"/large", HEADERS, b"x" * 101, now=0, lifetime=9, awaited=cache.expect())
    assert body(cache, b"/large") is None


def test_a_deleted_file_is_a_miss(cache: Cache, tmp_path: Path) -> None:
    cache.put(b"/a", HEADERS, b"bytes", now=0, lifetime=9, awaited=cache.expect())
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    assert cache.get(b"/a", now=0) is None


ID = "123e4567-e89b-42d3-a456-426614174000"
OTHER = "0b0c7a35-3f63-4b7a-8a44-5f2e3f0f9d10"
LINKS = (
    f"/image/{ID}.jpg".encode(),
    f"/image/{ID}.jpg?w=1&x={OTHER}".encode(),
    f"/api/image/{ID.upper()}_thumbnail.webp".encode(),
    f"/image/{ID[:-1]}%30.png".encode(),
)


def filled(cache: Cache) -> bytes:
    """Put LINKS into the cache, and one of another image, which is the answer."""
    kept = f"/image/{OTHER}.jpg?w={ID}".encode()
    for key in (*LINKS, kept):
        cache.put(key, HEADERS, b"bytes", now=0, lifetime=9, awaited=cache.expect())
    return kept


@pytest.mark.parametrize("path", [f"/image/{ID}*", f"/api/image/{ID}.jpg", f"/{ID}/*", f"/image/{ID.upper()}*"])
def test_an_invalidated_image_goes_in_every_link_and_others_stay(cache: Cache, path: str, tmp_path: Path) -> None:
    kept = filled(cache)
    cache.purge([path])
    assert [body(cache, key) for key in LINKS] == [None] * len(LINKS)
    assert body(cache, kept) == b"bytes"
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_path_that_names_no_image_is_everything(cache: Cache) -> None:
    kept = filled(cache)
    cache.purge(["/*"])
    assert [body(cache, key) for key in (*LINKS, kept)] == [None] * (len(LINKS) + 1)


@pytest.mark.parametrize("path", [f"/{ID}/*", "/*", "#folder", f"#{ID}"])
def test_what_was_asked_for_before_it_was_purged_is_not_kept(cache: Cache, path: str) -> None:
    before = cache.expect()
    cache.purge([path])
    cache.put(LINKS[0], HEADERS, b"old", now=0, lifetime=9, awaited=before, tags=["folder"])
    assert body(cache, LINKS[0]) is None
    cache.put(LINKS[0], HEADERS, b"new", now=0, lifetime=9, awaited=cache.expect(), tags=["folder"])
    assert body(cache, LINKS[0]) == b"new"


@pytest.mark.parametrize("path", [f"/{OTHER}/*", f"#{OTHER}", "#folder", f"#{ID}.card"])
def test_what_was_asked_for_before_something_else_was_purged_is_kept(cache: Cache, path: str) -> None:
    before = cache.expect()
    cache.purge([path])
    for key in LINKS:
        cache.put(key, HEADERS, b"bytes", now=0, lifetime=9, awaited=before)
        assert body(cache, key) == b"bytes"


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        (f"#{ID}", "whole follows varied"),
        (f"#{ID}.focus", "follows varied"),
        (f"#{OTHER}.card", "varied"),
        (f"#{OTHER}", "folder"),
        (f"#{OTHER.upper()}", ""),
        ("#", ""),
    ],
)
def test_a_tag_removes_what_has_it_and_nothing_else(cache: Cache, path: str, gone: str) -> None:
    tags = {
        "whole": [ID],
        "follows": [ID, f"{ID}.focus"],
        "varied": [ID, f"{ID}.focus", f"{OTHER}.card"],
        "folder": [OTHER],
    }
    for name in tags:
        cache.put(f"/{name}".encode(), [], b"x", 0, 100, cache.expect(), tags[name])
    cache.purge([path])
    assert [name for name in tags if cache.get(f"/{name}".encode(), 1) is None] == gone.split()


def test_links_that_a_share_has_given_are_removed_when_it_has_ended(cache: Cache) -> None:
    share = "5c3f2a10-93d4-4a55-8d0e-6f0d1b7a2c98"
    ended, other = (f"/image/{ID}.jpg?exp=1795987109&share={each}.1&sig=x".encode() for each in (share, share[::-1]))
    for key in (ended, other):
        cache.put(key, [], b"x", 0, 100, cache.expect())
    cache.purge([f"/{share}.1 ended"])
    assert (cache.get(ended, 1), cache.get(other, 1) is None) == (None, False)

"""Semantic versions and their precedence (semver 2.0.0)."""

import itertools

import pytest
import semver
from hypothesis import given
from hypothesis import strategies as st

from constellation.firmware.versions import LONGEST, parse_version

IN_ORDER = (
    "0.0.0-0",
    "0.0.0",
    "0.0.1",
    "0.9.0",
    "0.10.0",
    "1.0.0--",
    "1.0.0-0",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0-10.0",
    "1.0.0-10.a",
    "1.0.0-0a",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-alpha-1",
    "1.0.0-alpha0",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.1.0",
    "2.0.0-x.7.z.92",
    "10.0.0",
    "99999999999999999999.0.0",
)
WRONG = (
    *("", "1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.00.0", "1.0.00", "-1.0.0", "+1.0.0", "1.0.0-", "1.0.0+"),
    *("1.0.0-01", "1.0.0-a..b", "1.0.0-.a", "1.0.0-a.", "1.0.0+a..b", "1.0.0-a_b", "1.0.0+a+b", "1,0,0", " 1.0.0"),
    *("1.0.0 ", "1.0.0\n", "1.0.0\r\n", "1.0.0-a\n", "1.0.0+a\n", "١.٠.٠", "1.0.0-é", "１.0.0"),
    f"1.0.0-{'a' * LONGEST}",
)

identifiers = st.text("0123456789abAB-", min_size=1, max_size=4)
dotted = st.lists(identifiers, min_size=1, max_size=4).map(".".join)
numbers = st.integers(0, 10**25).map(str)
versions = st.builds(
    "{}{}{}".format,
    st.tuples(numbers, numbers, numbers).map(".".join),
    st.just("") | dotted.map("-{}".format),
    st.just("") | dotted.map("+{}".format),
)


def test_the_precedence_is_the_specifications() -> None:
    places = {text: parse_version(text).precedence for text in IN_ORDER}
    assert sorted(IN_ORDER, key=places.__getitem__) == sorted(IN_ORDER, key=semver.Version.parse)
    assert len(set(places.values())) == len(IN_ORDER)


@pytest.mark.parametrize("text", WRONG)
def test_nothing_else_is_a_version(text: str) -> None:
    with pytest.raises(ValueError, match=r"This value|Not a semantic version"):
        parse_version(text)


def test_build_metadata_does_not_count() -> None:
    places = {parse_version(f"1.0.0{build}").precedence for build in ("", "+1", "+exp.sha-5", "+001")}
    assert len(places) == 1


def test_pre_releases_are_told_from_releases() -> None:
    assert [parse_version(text).is_release for text in ("1.0.0", "1.0.0+a-b", "1.0.0-a", "1.0.0-a+b")] == [
        *(True, True, False, False)
    ]


@given(versions, versions)
def test_any_two_versions_compare_as_the_library_has_it(one: str, other: str) -> None:
    if not (semver.Version.is_valid(one) and semver.Version.is_valid(other)):
        return
    first, second = parse_version(one).precedence, parse_version(other).precedence
    assert (first > second) - (first < second) == semver.Version.parse(one).compare(other)


@given(st.one_of(versions, st.text(max_size=12)))
def test_what_is_a_version_is_one_for_the_library_too(text: str) -> None:
    try:
        parse_version(text)
    except ValueError:
        assert not (text.isascii() and text.strip() == text and semver.Version.is_valid(text))
    else:
        assert semver.Version.is_valid(text)


def test_every_pair_in_order_is_sorted() -> None:
    in_order = sorted(IN_ORDER, key=semver.Version.parse)
    for lower, higher in itertools.combinations(in_order, 2):
        assert parse_version(lower).precedence < parse_version(higher).precedence

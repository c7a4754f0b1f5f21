"""Ids, times and sizes as the contract spells them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from constellation.common.ids import new_id, parse_id
from constellation.common.sizes import megabytes, too_many_megabytes
from constellation.common.times import to_wire, utc_now


def test_a_new_id_is_a_lower_case_uuid4_and_parses_to_itself() -> None:
    identifier = new_id()
    assert parse_id(identifier) == identifier
    assert identifier[14] == "4"
    assert new_id() != identifier


@pytest.mark.parametrize(
    ("size", "text"),
    [(2_140_000, "2.14"), (1_000_000, "1"), (4_500_000, "4.5"), (10_000_000, "10"), (4_500_001, "4.5")],
)
def test_megabytes_have_two_decimals_at_most(size: int, text: str) -> None:
    assert megabytes(size) == text


@pytest.mark.parametrize(
    ("size", "limit", "text"),
    [
        (51_230_000, 50_000_000, "51.23"),
        (50_000_001, 50_000_000, "50.01"),
        (1_014_000, 1_012_000, "1.02"),
        (4_600_001, 4_600_000, "4.61"),
    ],
)
def test_a_size_above_a_limit_does_not_read_like_it(size: int, limit: int, text: str) -> None:
    assert too_many_megabytes(size, limit) == text


def test_times_have_microseconds_and_offset() -> None:
    assert to_wire(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00.000000+00:00"
    assert to_wire(datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=3)))) == "2026-01-01T21:00:00.000000+00:00"
    assert utc_now().tzinfo is UTC

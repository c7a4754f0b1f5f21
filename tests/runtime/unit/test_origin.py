"""What the CDN and the functions share: what is accepted, what signs, and how one secret follows another."""

from itertools import pairwise, product

import pytest

from constellation.runtime import origin

OLD, NEW = "an-old-secret", "a-new-secret"
ROTATION = (OLD, f"{OLD},{NEW}", f"{NEW},{OLD}", NEW)
"""The secrets before, and after each of three deployments."""


@pytest.mark.parametrize("deployment", list(pairwise(ROTATION)))
def test_no_deployment_of_a_rotation_refuses_what_is_under_way(
    monkeypatch: pytest.MonkeyPatch, deployment: tuple[str, str]
) -> None:
    """While it goes on, some know the secrets of before and some those of after."""
    for one, other in product(deployment, repeat=2):
        monkeypatch.setenv(origin.VARIABLE, one)
        signs = origin.keys("cursors")[0]
        monkeypatch.setenv(origin.VARIABLE, other)
        assert origin.is_from_cdn(one.partition(",")[0])
        assert signs in origin.keys("cursors")


def test_after_a_rotation_the_old_secret_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(origin.VARIABLE, OLD)
    signed = origin.keys("cursors")[0]
    monkeypatch.setenv(origin.VARIABLE, NEW)
    assert not origin.is_from_cdn(OLD)
    assert signed not in origin.keys("cursors")


def test_a_key_is_for_one_purpose_and_not_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(origin.VARIABLE, f"{NEW},{OLD}")
    cursors, others = origin.keys("cursors"), origin.keys("others")
    assert len({*cursors, *others, NEW.encode(), OLD.encode()}) == 6
    assert {len(key) for key in cursors} == {32}


@pytest.mark.parametrize("shown", ["", ",", f"{NEW},{OLD}", NEW[:-1], f"{NEW} ", "é", "\ud800"])
def test_nothing_else_is_shown_by_the_cdn(monkeypatch: pytest.MonkeyPatch, shown: str) -> None:
    monkeypatch.setenv(origin.VARIABLE, f"{NEW},{OLD}")
    assert not origin.is_from_cdn(shown)


@pytest.mark.parametrize("value", ["", ","])
def test_without_a_secret_nothing_is_signed_or_accepted(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(origin.VARIABLE, value)
    for use in (lambda: origin.keys("cursors"), lambda: origin.is_from_cdn("")):
        with pytest.raises(KeyError):
            use()

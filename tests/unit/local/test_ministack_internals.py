"""The installed ministack has every private name that the project uses."""

from importlib.metadata import version

import pytest

from infra.local.ministack_internals import PARTS, Part


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.module)
def test_ministack_has_what_the_project_uses_of_it(part: Part) -> None:
    missing = ", ".join(part.missing())
    assert not missing, f"ministack {version('ministack')} has no {missing}: see who uses it in infra/local"


def test_a_missing_name_is_named_with_its_module() -> None:
    assert list(Part("ministack.services.s3", "buckets", "pails").missing()) == ["ministack.services.s3._pails"]


def test_a_private_name_is_read_and_set_where_ministack_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    part = Part("ministack.services.s3", "buckets")
    found: dict[str, object] = {"pictures": {}}
    monkeypatch.setattr(*part.place("buckets"), {})
    part.buckets = found
    assert part.buckets is found
    assert getattr(*part.place("buckets")) is found

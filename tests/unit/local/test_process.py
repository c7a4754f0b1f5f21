"""What an installation chooses once for its engine."""

from pathlib import Path

from infra.local.places import Places
from infra.local.process import secret_key


def test_the_secret_is_chosen_once_and_readable_by_its_user_alone(tmp_path: Path) -> None:
    one, other = (Places(tmp_path / name) for name in ("one", "other"))
    for places in (one, other):
        places.data.mkdir()
    chosen = secret_key(one)
    assert len(chosen) == 40
    assert secret_key(one) == chosen != secret_key(other)
    assert one.secret_key.stat().st_mode & 0o777 == 0o600


def test_a_start_that_was_killed_leaves_no_empty_secret(tmp_path: Path) -> None:
    (tmp_path / "secret-key.new").touch(mode=0o600)
    assert len(secret_key(Places(tmp_path))) == 40
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]

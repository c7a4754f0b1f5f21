"""What differs in the settings between AWS and one's own machine."""

from typing import Any

import pytest

from constellation.common.settings import Settings
from infra.app import context
from infra.local.synthesis import local_settings


@pytest.mark.parametrize(
    "quota", ["guest_uploads_per_day", "signups_per_day", "failed_logins_per_address", "bytes_per_user"]
)
def test_quotas_are_on_in_a_deployment_and_off_on_ones_own_machine(quota: str) -> None:
    deployed: Any = context()["settings"]
    assert deployed[quota] != 0
    assert getattr(Settings(), quota) == 0
    assert quota not in local_settings()
    assert local_settings()["token_issuer"] == deployed["token_issuer"]


def test_hosts_that_count_as_public_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTBOUND_ALLOW", raising=False)
    assert "outbound_allow" not in local_settings()
    monkeypatch.setenv("OUTBOUND_ALLOW", "localhost:8000,127.0.0.1:8443,")
    assert local_settings()["outbound_allow"] == ["localhost:8000", "127.0.0.1:8443"]

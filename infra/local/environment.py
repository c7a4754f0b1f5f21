"""The environment of the processes that the launcher starts: what they need, and no credentials of the user's."""

import os
from collections.abc import Mapping
from pathlib import Path

ACCESS_KEY = "test"
"""Made up; to the engine it is that of its one account, whose secret is ``process.secret_key``."""

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


def isolated(home: Path, **variables: str) -> dict[str, str]:
    """An environment in which every AWS client has made-up credentials and can find no others."""
    passed_on: Mapping[str, str] = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed_on,
        "HOME": str(home),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": "test",
        **variables,
    }

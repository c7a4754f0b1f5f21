"""Build the environment of the launcher's child processes: what they need, without credentials of the user."""

import os
from collections.abc import Mapping
from pathlib import Path

ACCESS_KEY = "test"
"""The made-up access key of the engine's one account; its secret is ``process.secret_key``."""

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


def isolated(home: Path, **variables: str) -> dict[str, str]:
    """Return an environment in which every AWS client has made-up credentials and finds no others."""
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

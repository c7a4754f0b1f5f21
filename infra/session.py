"""The SDK's session for the commands of an operator, in the region that the CDK deploys to."""

import importlib
from typing import Any

from infra.context import deployment_region


def new_session() -> Any:
    """Return a session. The SDK alone would not read ``AWS_REGION``, which the CDK's command does."""
    sdk: Any = importlib.import_module("boto3")
    return sdk.Session(region_name=deployment_region() or None)

"""The checkpoints of the reconciliation, in the table ``uploads``.

pk RECONCILIATION   sk PLACES   places: the checkpoint of each step that has not come to its end
"""

from collections.abc import Mapping

from constellation.aws.resources import UPLOADS, Grant
from constellation.aws.table import Table

KEEP = Grant(UPLOADS, ("dynamodb:GetItem", "dynamodb:PutItem"))

_KEY = {"pk": "RECONCILIATION", "sk": "PLACES"}


def checkpoints() -> dict[str, str]:
    """Return the checkpoints by step, as of a moment ago."""
    item = Table(UPLOADS).get(_KEY, consistent=False)
    return item.get("places", {}) if item else {}


def keep(checkpoints: Mapping[str, str]) -> None:
    """Keep the checkpoints in place of those before."""
    Table(UPLOADS).put({**_KEY, "places": dict(checkpoints)})

"""How far the reconciliation has come, in the table ``uploads``.

pk RECONCILIATION   sk PLACES   by step, where its next part begins
"""

from collections.abc import Mapping

from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import UPLOADS, Grant

KEEP_PLACES = Grant(UPLOADS, ("dynamodb:GetItem", "dynamodb:PutItem"))

_KEY = {"pk": "RECONCILIATION", "sk": "PLACES"}


def places() -> dict[str, str]:
    """The steps that were left in the middle, and where."""
    answer = aws.call("dynamodb", "get_item", TableName=UPLOADS.physical_name, Key=to_wire(_KEY))
    item = from_wire(answer.get("Item", {}))
    return item.get("places", {})


def keep(places_: Mapping[str, str]) -> None:
    """Keep where the steps are left."""
    item = to_wire({**_KEY, "places": dict(places_)})
    aws.call("dynamodb", "put_item", TableName=UPLOADS.physical_name, Item=item)

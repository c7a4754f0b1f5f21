"""Handler parameters of variants: the place of a path, with the caller's right to it, and the name of a variant."""

import re
from datetime import datetime
from typing import Annotated

from constellation.common.errors import Forbidden, Invalid, NotFound, Violation
from constellation.runtime.binding import Load, PathId
from constellation.runtime.endpoint import Reply
from constellation.runtime.request import Caller
from constellation.runtime.scopes import require_unbound
from constellation.variants.model import NAME, NO_SUCH_VARIANT, Variant
from constellation.variants.outputs import VariantEntry, variant_entry
from constellation.workspaces import access
from constellation.workspaces.model import NO_SUCH_CONSTELLATION
from constellation.workspaces.rights import Operation, refusals

ConstellationId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_CONSTELLATION))]


def place_for(operation: Operation) -> Load:
    """Load the place ``{constellation_uuid}``, in which the caller may do this."""

    def load(constellation_uuid: ConstellationId, caller: Caller) -> str:
        return access.membership(constellation_uuid, caller, operation).constellation.id

    return Load(load, uses=(access.membership,), errors=refusals(operation))


def _own(caller: Caller) -> str:
    """Return the caller's own place; one that holds nothing for a token that is bound to a constellation."""
    return "" if caller.constellation else caller.user_id


def _own_to_change(caller: Caller) -> str:
    require_unbound(caller)
    return caller.user_id


OwnPlace = Annotated[str, Load(_own)]
"""The place of the caller's images in no constellation."""

OwnPlaceToChange = Annotated[str, Load(_own_to_change, errors=(Forbidden,))]
"""The place of the caller's images in no constellation. A bound token is forbidden to add anything to it."""


def _known_name(name: str) -> str:
    """Return a name in a path, which can name a variant."""
    if not re.fullmatch(NAME, name, re.ASCII):
        raise NotFound(NO_SUCH_VARIANT)
    return name


KnownName = Annotated[str, Load(_known_name, errors=(NotFound,))]
"""The name ``{name}`` of a variant. One that no variant can have is not found."""


def checked_name(name: str) -> str:
    """Return the name of a new variant. Raise Invalid for one that no variant can have."""
    if not re.fullmatch(NAME, name, re.ASCII):
        message = "This value should be 1 to 32 lower-case letters, digits and hyphens, and not begin with a hyphen."
        raise Invalid(Violation("name", message))
    return name


def put_reply(variant: Variant, now: datetime) -> Reply[VariantEntry]:
    """Return a variant that was put: 201 if it is new, 200 if it replaces another one or was the same before."""
    is_new = variant.version == 1 and variant.created_at == now
    return Reply(variant_entry(variant), status=201 if is_new else 200)

"""Handler parameters of variants: the place of a path, with the caller's right to it, and replies with its variants."""

import re
from datetime import datetime
from typing import Annotated

from constellation.common.errors import Forbidden, Invalid, NotFound, Violation
from constellation.runtime.binding import Load, PathId
from constellation.runtime.endpoint import Reply
from constellation.runtime.fields import ListQuery
from constellation.runtime.operation import operation
from constellation.runtime.pagination import cursor_at, cursor_meta, next_link, position_after
from constellation.runtime.request import Caller
from constellation.runtime.scopes import require_unbound
from constellation.variants import store
from constellation.variants.model import NAME, NO_SUCH_VARIANT, Variant
from constellation.variants.outputs import VariantEntry, VariantList, variant_entry
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


@operation(grants=[store.LIST], errors=[Invalid])
def page(place: str, path: str, query: ListQuery, caller: Caller) -> Reply[VariantList]:
    """Return a page of the variants of a place, newest first, with the address of the next page."""
    scope, limit = ("variants", caller.user_id, place), query.limit
    after = position_after(query.cursor, *scope)
    found = [each for each in store.of_place(place) if not after or store.position(each) < after]
    shown = found[:limit]
    cursor = cursor_at(store.position(shown[-1]) if len(found) > limit else "", *scope)
    body: VariantList = {
        "data": [variant_entry(each) for each in shown],
        "meta": cursor_meta(shown, cursor),
    }
    return Reply(body, next_link(path, cursor, limit=query.limit))

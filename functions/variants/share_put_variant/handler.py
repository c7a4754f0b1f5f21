"""Create or replace a variant for the caller's images in no constellation (second contract, 3)."""

from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller
from constellation.variants.change import put
from constellation.variants.inputs import NewVariant
from constellation.variants.outputs import VariantEntry
from constellation.variants.params import OwnPlaceToChange, checked_name, put_reply


@endpoint("PUT /api/variants/{name}", dialect=sharing, scope="images:write", uses=[put], also={201: VariantEntry})
def handler(
    place: OwnPlaceToChange, name: str, wanted: Body[NewVariant], caller: Caller, now: Now
) -> Reply[VariantEntry]:
    """PUT /api/variants/{name}: create or replace a variant for the caller's images outside of constellations.

    Links name it by `?variant=name`. They follow a change within a minute.
    """
    return put_reply(put(wanted.variant(place, checked_name(name), now), caller), now)

"""Return one of the variants of a constellation (second contract, 3)."""

from typing import Annotated

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.variants.find import variant
from constellation.variants.outputs import VariantEntry, variant_entry
from constellation.variants.params import KnownName, place_for
from constellation.workspaces.rights import Operation


@endpoint(
    "GET /constellations/{constellation_uuid}/variants/{name}",
    dialect=constellations,
    scope="images:read",
    uses=[variant],
)
def handler(place: Annotated[str, place_for(Operation.SEE_VARIANTS)], name: KnownName) -> VariantEntry:
    """GET /constellations/{constellation_uuid}/variants/{name}: return one of the variants of a constellation."""
    return variant_entry(variant(place, name))

"""Return one of the caller's own variants (second contract, 3)."""

from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.variants.find import variant
from constellation.variants.outputs import VariantEntry, variant_entry
from constellation.variants.params import KnownName, OwnPlace


@endpoint("GET /api/variants/{name}", dialect=sharing, scope="images:read", uses=[variant])
def handler(place: OwnPlace, name: KnownName) -> VariantEntry:
    """GET /api/variants/{name}: return one of the caller's own variants."""
    return variant_entry(variant(place, name))

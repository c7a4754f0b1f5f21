"""Delete one of the caller's own variants (second contract, 3)."""

from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.variants.change import delete
from constellation.variants.params import KnownName, OwnPlace


@endpoint("DELETE /api/variants/{name}", dialect=sharing, scope="images:write", uses=[delete], status=204)
def handler(place: OwnPlace, name: KnownName) -> None:
    """DELETE /api/variants/{name}: delete one of the caller's own variants.

    Links that name it return 404 from then on.
    """
    delete(place, name)

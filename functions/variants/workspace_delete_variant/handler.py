"""Delete one of the variants of a constellation (second contract, 3)."""

from typing import Annotated

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.variants.change import delete
from constellation.variants.params import KnownName, place_for
from constellation.workspaces.rights import Operation


@endpoint(
    "DELETE /constellations/{constellation_uuid}/variants/{name}",
    dialect=constellations,
    scope="images:write",
    uses=[delete],
    status=204,
)
def handler(place: Annotated[str, place_for(Operation.CHANGE_VARIANTS)], name: KnownName) -> None:
    """DELETE /constellations/{constellation_uuid}/variants/{name}: delete one of the variants of a constellation.

    Links that name it return 404 from then on.
    """
    delete(place, name)

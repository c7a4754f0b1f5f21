"""The tree of a constellation (document 001)."""

from typing import Annotated

from constellation.domain.constellations import Membership
from constellation.domain.errors import NotFound, TooLarge
from constellation.domain.rights import Operation
from constellation.http.dialects import constellations
from constellation.http.endpoint import JSON_HEADERS, WHOLE_CPU, Reply, endpoint
from constellation.http.loading import member_there_for
from constellation.services.structure import STRUCTURE, structure


@endpoint(
    "GET /structure/{constellation_uuid}",
    dialect=constellations,
    grants=STRUCTURE,
    errors=[NotFound, TooLarge],
    memory=WHOLE_CPU,
)
def handler(member: Annotated[Membership, member_there_for(Operation.SEE_FOLDER)]) -> Reply[bytes]:
    """GET /structure/{constellation_uuid}: all folders and images of a constellation, as a tree.

    A folder is `{uuid, name, type, children}`, folders first, each by name; a file is an image and has no children.
    """
    return Reply(structure(member.constellation), JSON_HEADERS)

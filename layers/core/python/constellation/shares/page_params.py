"""Handler parameters of the page of a share."""

from typing import Annotated

from constellation.common.errors import BadRequest
from constellation.runtime.base_url import base_url
from constellation.runtime.binding import Load, Now
from constellation.runtime.request import Request
from constellation.shares.show import Visitor
from constellation.shares.texts import texts_for


def _visitor(request: Request, now: Now) -> Visitor:
    return Visitor(texts_for(request.headers.get("accept-language", "")), base_url(request), now)


PageVisitor = Annotated[Visitor, Load(_visitor, errors=(BadRequest,))]
"""Who asks for a page."""

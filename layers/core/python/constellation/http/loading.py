"""Arguments of handlers that a path names: resources, with the caller's right to them, and numbers of pages."""

import re
from typing import Annotated

from constellation.domain.errors import Invalid, NotFound, Violation
from constellation.domain.images import Image
from constellation.domain.links import NO_SUCH_IMAGE
from constellation.http.binding import Load, PathId
from constellation.http.request import Caller, Request
from constellation.services.access import own_image

ImageId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_IMAGE))]


def _own_image(image_id: ImageId, caller: Caller) -> Image:
    return own_image(image_id, caller.user_id)


def _page_number(request: Request) -> int:
    text = request.path_parameters["page"]
    if not re.fullmatch("[0-9]{1,18}", text, re.ASCII) or int(text) == 0:
        raise Invalid(Violation("page", "This value should be a whole number from 1 on."))
    return int(text)


OwnImage = Annotated[Image, Load(_own_image)]
"""The image ``{image_id}`` of the path, which must be the caller's own."""

PageNumber = Annotated[int, Load(_page_number)]
"""``{page}`` of the path, from 1 on."""

"""What the paths of the IIIF Image API name."""

from typing import Annotated, NamedTuple
from urllib.parse import unquote

from constellation.common.errors import BadRequest, NotFound
from constellation.common.ids import parse_id
from constellation.iiif.model import BASE, Asked
from constellation.iiif.syntax import parse_path
from constellation.images.find import linked_image
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.runtime.binding import Load
from constellation.runtime.request import Request


class NamedPicture(NamedTuple):
    """An image by its id, and what is asked of it."""

    image_id: str
    asked: Asked


def _id(request: Request) -> str:
    """Return the id in a path, behind which at most one part may follow: ``info.json``."""
    name, _, rest = request.path.removeprefix(f"{BASE}/").partition("/")
    image_id = parse_id(unquote(name))
    if image_id is None or unquote(rest) not in ("", "info.json"):
        raise NotFound(NO_SUCH_IMAGE)
    return image_id


def _image(request: Request) -> Image:
    return linked_image(_id(request))


def _picture(request: Request) -> NamedPicture:
    return NamedPicture(*parse_path(request.path))


ImageId = Annotated[str, Load(_id, errors=(NotFound,))]
"""The id of an image, which may be percent-encoded, whether there is one or not."""

LinkedImage = Annotated[Image, Load(_image, uses=(linked_image,), errors=(NotFound,))]
"""The image of that id."""

AskedPicture = Annotated[NamedPicture, Load(_picture, errors=(BadRequest, NotFound))]
"""What a picture's path asks; its syntax is checked before the id."""

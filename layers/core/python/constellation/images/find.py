"""Look up images, whatever the caller's right to them: for features that show or follow them."""

from collections.abc import Collection

from constellation.common.errors import NotFound
from constellation.images import store
from constellation.images.access import standing
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.runtime.operation import operation


@operation(grants=[store.READ])
def find_image(image_id: str) -> Image | None:
    """Return an image as of now, or None."""
    return store.get(image_id)


@operation(grants=[store.READ_MANY])
def find_images(image_ids: Collection[str]) -> dict[str, Image]:
    """Return the images that exist, by id, as they were a moment ago."""
    return store.get_many(image_ids)


@operation(errors=[NotFound], uses=[standing])
def check_not_deleted(image: Image) -> None:
    """Raise NotFound for an image that was deleted with its folder or constellation."""
    if not standing([image]):
        raise NotFound(NO_SUCH_IMAGE)


@operation(errors=[NotFound], uses=[find_image, check_not_deleted])
def linked_image(image_id: str) -> Image:
    """Return the image that a public link names. Raises NotFound."""
    image = find_image(image_id)
    if image is None:
        raise NotFound(NO_SUCH_IMAGE)
    check_not_deleted(image)
    return image

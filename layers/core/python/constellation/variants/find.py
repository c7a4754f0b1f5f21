"""Look up variants, for links and for whoever signs them."""

from collections.abc import Iterable

from constellation.common.errors import NotFound
from constellation.images.model import Image
from constellation.runtime.operation import operation
from constellation.variants import store
from constellation.variants.model import NO_SUCH_VARIANT, Variant, place_of


@operation(grants=[store.READ], errors=[NotFound])
def variant_for(image: Image, name: str) -> Variant:
    """Return the variant of an image's place that has a name. Raise NotFound."""
    place = place_of(image)
    found = store.get(place, name) if place else None
    if found is None:
        raise NotFound(NO_SUCH_VARIANT)
    return found


@operation(grants=[store.READ])
def has_watermark(image: Image) -> bool:
    """Return whether an image's place has a variant with a watermark."""
    place = place_of(image)
    return place is not None and store.has_watermark(place)


@operation(grants=[store.READ_MANY])
def with_watermark(images: Iterable[Image]) -> set[str]:
    """Return the ids of those of the images whose place has a variant with a watermark."""
    places = {image.id: place for image in images if (place := place_of(image))}
    marked = store.with_watermark(set(places.values())) if places else set[str]()
    return {image_id for image_id, place in places.items() if place in marked}


@operation(grants=[store.LIST])
def watermarks(place: str) -> list[Variant]:
    """Return the variants of a place that have a watermark, newest first."""
    return [variant for variant in store.of_place(place) if variant.watermark]


@operation(grants=[store.READ], errors=[NotFound])
def variant(place: str, name: str) -> Variant:
    """Return a variant of a place. Raise NotFound."""
    found = store.get(place, name)
    if found is None:
        raise NotFound(NO_SUCH_VARIANT)
    return found

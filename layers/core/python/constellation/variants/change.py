"""Create, replace and delete variants. The CDN forgets what links gave by them."""

from contextlib import AbstractContextManager

from constellation.aws.queue import Queue
from constellation.aws.resources import HIDING, Grant
from constellation.common.errors import Invalid, NotFound, Violation
from constellation.images.access import image
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.variants import store
from constellation.variants.access import check_bytes
from constellation.variants.model import MOST_VARIANTS, NO_SUCH_VARIANT, Variant
from constellation.workspaces.rights import Operation

ASK_TO_FORGET = Grant(HIDING, ("sqs:SendMessage",))

_HIDING = Queue(HIDING)


@operation(grants=[store.PUT, ASK_TO_FORGET], uses=[image, check_bytes], errors=[Invalid])
def put(variant: Variant, caller: Caller) -> Variant:
    """Write a variant in the place of the one with its name, if any, and return it as it stands then.

    Raise NotFound for a watermark that the caller does not see, Forbidden for one of which the caller does not get the
    bytes, Invalid for one variant too many.
    """
    if variant.watermark:
        check_bytes(image(variant.watermark.image, caller, Operation.SEE_IMAGE))
    before = store.get(variant.place, variant.name)
    if before and before.gives_same_as(variant):
        return before
    try:
        with _forgotten(variant):
            return store.put(variant)
    except store.TooMany:
        raise Invalid(Violation("name", f"There can be at most {MOST_VARIANTS} variants.")) from None


@operation(grants=[store.DELETE, ASK_TO_FORGET], errors=[NotFound])
def delete(place: str, name: str) -> None:
    """Delete a variant. Raise NotFound where there is none."""
    before = store.get(place, name)
    if before is None:
        raise NotFound(NO_SUCH_VARIANT)
    with _forgotten(before):
        if store.delete(place, name) is None:
            raise NotFound(NO_SUCH_VARIANT)


def _forgotten(variant: Variant) -> AbstractContextManager[None]:
    """Have the CDN forget what links give by a variant that changes inside."""
    return _HIDING.around({"tags": [variant.tag]})

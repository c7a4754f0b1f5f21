"""Create, replace and delete variants. The CDN forgets what links gave by them."""

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import HIDING, Grant
from constellation.common.errors import Invalid, NotFound, Violation
from constellation.images.access import image
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.variants import store
from constellation.variants.model import MOST_VARIANTS, NO_SUCH_VARIANT, Variant
from constellation.workspaces.rights import Operation

ASK_TO_FORGET = Grant(HIDING, ("sqs:SendMessage",))

_HIDING = Queue(HIDING)


@operation(grants=[store.PUT, ASK_TO_FORGET], uses=[image], errors=[Invalid])
def put(variant: Variant, caller: Caller) -> Variant:
    """Write a variant in the place of the one with its name, if any, and return it as it stands then.

    Raise NotFound for a watermark that the caller does not see, Invalid for one variant too many.
    """
    if variant.watermark:
        image(variant.watermark.image, caller, Operation.SEE_IMAGE)
    before = store.get(variant.place, variant.name)
    if before and before.gives_same_as(variant):
        return before
    _announce(variant)
    try:
        after = store.put(variant)
    except store.TooMany:
        raise Invalid(Violation("name", f"There can be at most {MOST_VARIANTS} variants.")) from None
    _follow(after)
    return after


@operation(grants=[store.DELETE, ASK_TO_FORGET], errors=[NotFound])
def delete(place: str, name: str) -> None:
    """Delete a variant. Raise NotFound where there is none."""
    before = store.get(place, name)
    if before is None:
        raise NotFound(NO_SUCH_VARIANT)
    _announce(before)
    if store.delete(place, name) is None:
        raise NotFound(NO_SUCH_VARIANT)
    _follow(before)


def _announce(variant: Variant) -> None:
    """Have the CDN forget a variant once every request has ended that began before a change about to be made."""
    _HIDING.send({"tags": [variant.tag]}, SETTLED_SECONDS)


def _follow(variant: Variant) -> None:
    """Have the CDN forget what links gave by a variant until now."""
    _HIDING.send({"tags": [variant.tag]})

"""The images that the CDN refuses: their ids, in the key-value store that its edge function reads.

A change is seen everywhere within seconds. The store holds 5 MB, some 100,000 ids. The value says what is refused: all
links of a deleted image, the unsigned ones of an image whose links must be signed. Links of a share that has ended are
refused by what they name.
"""

from collections.abc import Collection, Mapping

from constellation.aws.key_value_store import CHANGED_TOGETHER, KeyValueStore
from constellation.aws.resources import HIDDEN, Grant
from constellation.images import store
from constellation.images.model import Image
from constellation.links.marks import DELETED, ENDED, SIGNED, mark_of

HIDE = Grant(HIDDEN, ("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:UpdateKeys"))
FOLLOW_ACCESS = Grant(HIDDEN, (*HIDE.actions, "cloudfront-keyvaluestore:GetKey"))
END_LINKS = HIDE
FORGET_ENDED = Grant(HIDDEN, (*HIDE.actions, "cloudfront-keyvaluestore:GetKey"))
SHOW = Grant(HIDDEN, (*HIDE.actions, "cloudfront-keyvaluestore:GetKey"))

_STORE = KeyValueStore(HIDDEN)


def hide(image_ids: Collection[str]) -> None:
    """Have the CDN refuse images. Safe to repeat. Raises Full when the store holds no more."""
    _STORE.put(dict.fromkeys(image_ids, DELETED))


def follow_access(image_ids: Collection[str]) -> None:
    """Have the CDN refuse the unsigned links of those images whose links must be signed now, and of no others.

    Safe to repeat. Images that are gone are left as they are. Raises Full when the store holds no more.
    """
    ordered = sorted(image_ids)
    for start in range(0, len(ordered), CHANGED_TOGETHER):
        part = ordered[start : start + CHANGED_TOGETHER]
        _STORE.change(lambda part=part: _marks(store.get_many(part, consistent=True)))


def end_links(tags: Collection[str]) -> None:
    """Have the CDN refuse the signed links with some tags. Safe to repeat. Raises Full when the store holds no more."""
    _STORE.put(dict.fromkeys(tags, ENDED))


def forget_ended(tags: Collection[str]) -> None:
    """Have the CDN no longer refuse links with some tags. Safe to repeat."""
    _STORE.delete(tags)


def show(image_ids: Collection[str]) -> None:
    """Have the CDN no longer refuse deleted images. Safe to repeat, and for images that it does not refuse."""
    _STORE.delete(image_ids)


def show_unsigned(marks: Mapping[str, str]) -> None:
    """Have the CDN pass on the unsigned links of images, by id, that still have these marks. Safe to repeat."""
    for image_id, mark in sorted(marks.items()):
        _STORE.change(lambda image_id=image_id, mark=mark: {image_id: None} if _STORE.get(image_id) == mark else {})


def _marks(images: Mapping[str, Image]) -> dict[str, str | None]:
    wanted: dict[str, str | None] = {id_: mark_of(image) for id_, image in images.items() if image.signed_at}
    opened = images.keys() - wanted.keys()
    wanted.update((id_, None) for id_ in opened if (_STORE.get(id_) or "").startswith(SIGNED))
    return wanted

"""A user's images by the thousand, in the tables as the product would have left them."""

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

from constellation.accounts.model import User
from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES
from constellation.common.times import to_wire as time_to_wire
from constellation.images import store as images
from constellation.images import usage_store
from constellation.images.counts import IMAGE, Count
from constellation.images.model import PUBLIC, Image
from constellation.images.words import image_words
from constellation.search import store
from constellation.search.store import Indexed
from tests.support.engine import Engine, without_the_sdk
from tests.support.gallery import index_reaches
from tests.support.world import NOON

RARE, OTHER = "kittiwake", "lighthouse"
"""Words that both stand in the descriptions of the same ten images, however many there are."""

TAG, BRANCH = "Trips/2025", "trips"
"""The tag of every image, and the branch in which it is."""

_RARE_IMAGES = 10
_WORDS = 10
_APART = timedelta(seconds=30)
_AT_ONCE = 500

_chance = random.Random(3)
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
_VOCABULARY = sorted({"".join(_chance.choices(_SYLLABLES, k=_chance.randint(2, 4))) for _ in range(20_000)})
_chance.shuffle(_VOCABULARY)
_ZIPF = list(accumulate(1 / rank for rank in range(1, len(_VOCABULARY) + 1)))

FREQUENT = _VOCABULARY[0]
"""A word of about six in ten images."""

SEARCHED = (RARE, OTHER, FREQUENT)
_INITIALS = frozenset(word[0] for word in SEARCHED)


def _description() -> str:
    """Ten words, as frequent as Zipf's law has them."""
    return " ".join(_chance.choices(_VOCABULARY, cum_weights=_ZIPF, k=_WORDS))


def load(engine: Engine, owner: User, number: int, *, is_public: bool = True) -> list[Image]:
    """Give ``owner`` so many images with TAG, counted, in BRANCH and not indexed, the oldest first."""
    collection = _images(owner.id, number, is_public=is_public)
    engine.load(IMAGES, (to_wire(images.to_item(image)) for image in collection))
    for list_ in (owner.id, PUBLIC) if is_public else (owner.id,):
        with without_the_sdk(engine):
            _count(list_, collection)
        enter(engine, list_, BRANCH, collection, own=False)
    return collection


def enter(engine: Engine, list_: str, branch: str, collection: Sequence[Image], *, own: bool) -> None:
    """Enter images into a branch of a list, and count them there; ``own`` says whether it is the tag that they have."""
    engine.load(IMAGES, (to_wire({"pk": f"TAGGED#{list_}#{branch}", "sk": image.created}) for image in collection))
    total = {"pk": f"TAGS#{list_}", "sk": branch, "branch": branch, "images": len(collection)}
    engine.load(IMAGES, [to_wire({**total, "own": len(collection), "shown": TAG} if own else {**total, "own": 0})])


def index(engine: Engine, owner: User, collection: Sequence[Image]) -> None:
    """Enter images of ``load``, the oldest first, into the search index: words that begin as one of SEARCHED does.

    A query reads nothing of the others.
    """
    with without_the_sdk(engine):
        for list_, display_name in ((owner.id, ""), (PUBLIC, owner.display_name)):
            for start in range(0, len(collection), _AT_ONCE):
                store.put(list_, [_searched(image, display_name) for image in collection[start : start + _AT_ONCE]])
            index_reaches(list_, collection[-1].updated)


def _images(owner: str, number: int, *, is_public: bool) -> list[Image]:
    made: list[Image] = []
    for place in range(number):
        id_ = str(uuid.UUID(int=_chance.getrandbits(128), version=4))
        text = _description()
        if place % (number // _RARE_IMAGES) == 0:
            text = " ".join([RARE, OTHER, *text.split()[2:]])
        at = NOON - (number - place) * _APART
        made.append(
            Image(
                id=id_,
                owner=owner,
                location=None,
                name=f"IMG_{place:06}.jpg",
                description=text,
                is_public=is_public,
                media_type="image/jpeg",
                extension="jpg",
                size=_chance.randint(100_000, 4_000_000),
                width=4032,
                height=3024,
                frames=1,
                sha256=f"{_chance.getrandbits(256):064x}",
                created_at=at,
                described_at=at,
                views=_chance.randint(0, 10_000),
                tags=(TAG,),
            )
        )
    return made


def _count(list_: str, collection: Sequence[Image]) -> None:
    sizes: dict[str, list[int]] = defaultdict(list)
    for image in collection:
        sizes[image.id[0]].append(image.size)
    for digit, found in sizes.items():
        usage_store.correct(list_, IMAGE, digit, Count(), Count(len(found), sum(found), time_to_wire(NOON)))


def _searched(image: Image, display_name: str) -> Indexed:
    found = image_words(image.description, image.name, display_name)
    kept = {word: fields for word, fields in found.items() if word[0] in _INITIALS}
    return Indexed(image.id, kept, time_to_wire(image.described_at))

"""A product in which a user's things are many, and each as large as it may be; put into the tables directly."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count

from constellation.accounts import api_key_store as api_keys
from constellation.accounts import scoped_token_store as scoped_tokens
from constellation.accounts import store as accounts
from constellation.accounts.model import KEYS_PER_USER, TOKENS_PER_USER, ApiKey, ScopedToken, User
from constellation.accounts.random_secrets import digest, new_scoped_secret
from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS, FIRMWARE, IMAGES
from constellation.aws.table import Part, Table
from constellation.common import ids
from constellation.common.settings import settings
from constellation.common.times import to_wire as time_to_wire
from constellation.firmware import binary_store
from constellation.firmware import store as firmware
from constellation.firmware.model import INTEL_HEX, LABEL_LIMIT, SEGMENT_LIMIT, Binary, Firmware, Segment
from constellation.firmware.versions import Version, parse_version
from constellation.images import comment_store as comments
from constellation.images import store as image_store
from constellation.images import usage_store
from constellation.images.counts import IMAGE, Count
from constellation.images.model import COMMENT_LIMIT, PUBLIC, Comment, Image
from constellation.images.words import DESCRIPTION
from constellation.runtime.request import Caller
from constellation.runtime.scopes import SCOPES
from constellation.search import lease_store, store
from constellation.search.store import Indexed
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Location
from constellation.workspaces.rights import Right
from constellation.workspaces.tree import Folder
from tests.support.accounts import session, sign_up
from tests.support.engine import Engine, without_the_sdk
from tests.support.world import NOON, World

LISTED = 1200
"""Images of the user, all public, that lie in no constellation."""

FRESH = 200
"""Those among them that the search index does not have yet."""

REMOVED = 500
"""Images, all public and newer than those, in a folder that was deleted and is not yet emptied."""

FOLDERS, DEPTH = 1000, 50
"""Folders of the large constellation, and how many of them lie one in the other."""

FILED, MEMBERS, COMMENTS, FIRMWARE_IMAGES = 1000, 1000, 1000, 500
"""Images in the deepest folder, members there, comments on one of its images, firmware images of the user."""

STORED = 9999
"""Images of another user, all public and older than those, in one constellation beside one of hers."""

MEMBERSHIPS, FEW_FOLDERS = 100, 20
"""Constellations that the user is in besides: each has folders, an image, firmware, and a removal under way."""

LETTER = "\U00010428"
"""A small letter of four bytes: no character takes more in UTF-8."""

NAME = LETTER * 255
TERMS = [f"{number:x}{LETTER * 13}" for number in range(16)]
"""The words of all images: as many as one search takes, and as long as it then takes them."""

LABEL = LETTER * LABEL_LIMIT
KEY = f"sk_{'0' * 64}"

_AGE = timedelta(days=1)
_numbers = count(1)


def new_id() -> str:
    """The next identifier; the first digits of them are all there are."""
    number = next(_numbers)
    return str(uuid.UUID(int=number % 16 << 124 | number, version=4))


class Crowd:
    """The user ``ada``, and what of hers a request can be about.

    In the constellation ``large``: the images ``filed``, ``picture`` first, in the folder ``deepest``, the ``leaf`` in
    which nothing lies, and ``gone``, which was deleted. ``scattered`` are the images in ``others``, the constellations
    besides. ``full`` is the one among them that holds most.
    """

    def __init__(self, world: World, engine: Engine) -> None:
        self.world = world
        self.engine = engine
        self.ada = Caller(sign_up(world, displayName=NAME), session_id="session")
        self.tokens = session(world)
        with without_the_sdk(engine):
            self._fill()
        self.key_id = self._keys()
        self.scoped, self.token_id = self._scoped_tokens()

    def _fill(self) -> None:
        self.large, self.root = new_id(), new_id()
        chain = [Folder(new_id(), self.large, NAME, self.root)]
        while len(chain) < DEPTH:
            chain.append(Folder(new_id(), self.large, NAME, chain[-1].id))
        self.below, self.deepest = chain[0].id, chain[-1].id
        gone, leaf = (Folder(new_id(), self.large, NAME, self.deepest) for _ in range(2))
        self.gone, self.leaf = gone.id, leaf.id
        flat = [Folder(new_id(), self.large, NAME, self.root) for _ in range(FOLDERS - DEPTH)]
        self._constellation(self.large, self.root, [*chain, leaf, *flat], gone)
        self.people = self._people()
        others = [self._other() for _ in range(MEMBERSHIPS)]
        self.others = [place.constellation for place in others]

        listed = [self.image(NOON - _AGE + timedelta(seconds=number)) for number in range(LISTED)]
        removed = [self.image(NOON, Location(self.large, self.gone)) for _ in range(REMOVED)]
        filed = [replace(self.image(NOON, Location(self.large, self.deepest)), is_public=False) for _ in range(FILED)]
        scattered = [self.image(NOON, place) for place in others]
        self.full, owner = others[-1].constellation, self.people[0].id
        stored = [replace(self.image(NOON - 2 * _AGE, others[-1]), owner=owner) for _ in range(STORED)]
        self.listed, self.scattered = [image.id for image in listed], [image.id for image in scattered]
        self.loose, self.picture = self.listed[-1], filed[0].id
        self.filed = [image.id for image in filed]
        self._enter([*listed, *removed, *filed, *scattered, *stored])
        self._index(listed[:-FRESH])
        self.last_comment = _commented(self.picture, self.ada)

        self.deleted = self.image(NOON)
        tombstone = image_store.to_item(self.deleted) | {"sk": "DELETED", "keepsBytes": False}
        Table(IMAGES).put_many([{name: tombstone[name] for name in tombstone if name not in ("created", "updated")}])
        _commented(self.deleted.id, self.ada)
        self._firmware()

    def image(self, moment: datetime, place: Location | None = None) -> Image:
        """A new image, of four and a half megabytes, with as much said of it as there can be."""
        image_id = new_id()
        return Image(
            id=image_id,
            owner=self.ada.user_id,
            location=place,
            name=NAME,
            description=" ".join(TERMS),
            is_public=True,
            media_type="image/jpeg",
            extension="jpg",
            size=4_500_000,
            width=8000,
            height=5000,
            frames=1,
            sha256="0" * 64,
            file_sha256=file_of(image_id),
            created_at=moment,
            described_at=moment,
            views=1_000_000,
        )

    def _constellation(self, id_: str, root: str, inside: Sequence[Folder], gone: Folder) -> None:
        """A constellation of Ada's with these folders, and one that was deleted and still has its entry."""
        constellations.create(id_, root, NAME, self.ada.user_id, NOON)
        constellations.expect_images(id_)
        constellations.expect_firmware(id_)
        meta = Table(CONSTELLATIONS).get_many([folders.meta_key(id_)])[0]
        parts = [part for folder in inside for part in folders.to_create(folder)]
        Table(CONSTELLATIONS).put_many([meta | {"removals": {gone.id: True}}, *map(_item, parts)])
        Table(CONSTELLATIONS).put_many([{**folders.entry_key(gone), "name": NAME}])

    def _people(self) -> list[User]:
        """Members of the large constellation, who may read there; the last of them is none."""
        people = [User(ids.new_id(), f"{n}@example.com", f"{n}", NAME, "0" * 97, NOON) for n in range(MEMBERS)]
        assert not any(map(accounts.create, people))
        members = (constellations.member_item(self.large, user.id, Right.READ, NOON) for user in people[:-1])
        Table(CONSTELLATIONS).put_many(members)
        return people

    def _other(self) -> Location:
        """A folder of another constellation."""
        id_, root = new_id(), new_id()
        inside = [Folder(new_id(), id_, NAME, root) for _ in range(FEW_FOLDERS)]
        self._constellation(id_, root, inside, Folder(new_id(), id_, NAME, root))
        return Location(id_, inside[-1].id)

    def _enter(self, images: Sequence[Image]) -> None:
        """Put images with all their renditions' names into the tables, their folders and the totals."""
        slots = {f"{4096 - number}x{4096 - number}c.webp": True for number in range(settings().renditions_per_image)}
        Table(IMAGES).put_many(image_store.to_item(image) | {"renditions": slots} for image in images)
        placed = ((image.location, image) for image in images if image.location)
        filing = (
            folders.to_file(place, image.id, image.name, image.extension, image.created) for place, image in placed
        )
        Table(CONSTELLATIONS).put_many(map(_item, filing))
        sizes = defaultdict[tuple[str, str], list[int]](list)
        for image in images:
            for list_ in image.lists:
                sizes[list_, image.id[0]].append(image.size)
        for (list_, digit), found in sizes.items():
            assert usage_store.correct(list_, IMAGE, digit, Count(), Count(len(found), sum(found), time_to_wire(NOON)))

    def _index(self, images: Sequence[Image]) -> None:
        """Enter images into the search index."""
        for list_ in (self.ada.user_id, PUBLIC):
            entries = (Indexed(each.id, dict.fromkeys(TERMS, DESCRIPTION), time_to_wire(NOON)) for each in images)
            store.put(list_, entries)
            lease_store.lease(list_, "crowd", NOON, NOON)
            lease_store.advance(list_, "crowd", images[-1].updated, NOON)
            lease_store.release(list_, "crowd")

    def _firmware(self) -> None:
        """Firmware images of one label; the highest version, and the one in the large constellation, has a binary."""
        segments = tuple(Segment(4_000_000_000 + 20 * number, 10) for number in range(SEGMENT_LIMIT))
        scopes = [None] * FIRMWARE_IMAGES + [None, *self.others, self.large, self.large]
        made = [
            Firmware(new_id(), self.ada.user_id, scope, LABEL, _version(number), NOON)
            for number, scope in enumerate(scopes)
        ]
        binary = _binary(made[-1], segments)
        self.bare, self.firmware, self.binary_key = made[-2].id, made[-1].id, binary.key
        binaries = [*(_binary(each) for each in made[:-2]), None, binary]
        binaries[FIRMWARE_IMAGES] = _binary(made[FIRMWARE_IMAGES], segments)
        full = [replace(each, binary=binary) for each, binary in zip(made, binaries, strict=True)]
        Table(FIRMWARE).put_many(map(firmware.to_item, full))

    def _keys(self) -> str:
        """The id of one of as many API keys as there can be, but for one; KEY is the first of them."""
        keys = [ApiKey(new_id(), NAME, NOON, NOON + 365 * _AGE, None) for _ in range(KEYS_PER_USER - 1)]
        for number, key in enumerate(keys):
            api_keys.create(self.ada.user_id, key, digest(f"{number}" if number else KEY))
        return keys[-1].id

    def _scoped_tokens(self) -> tuple[str, str]:
        """The first of as many scoped tokens as there can be, but for one, and the id of the last."""
        times = (NOON, NOON + 365 * _AGE)
        tokens = [
            ScopedToken(new_id(), self.ada.user_id, NAME, SCOPES, self.large, *times)
            for _ in range(TOKENS_PER_USER - 1)
        ]
        secrets = [new_scoped_secret() for _ in tokens]
        for token, secret in zip(tokens, secrets, strict=True):
            scoped_tokens.create(token, digest(secret))
        return secrets[0], tokens[-1].id


def file_of(image_id: str) -> str:
    """The digest of the file that an image is of."""
    return sha256(image_id.encode()).hexdigest()


def _commented(image_id: str, author: Caller) -> str:
    """The id of the last of many comments on an image."""
    said = [
        Comment(new_id(), image_id, author.user_id, LETTER * COMMENT_LIMIT, NOON + timedelta(seconds=number))
        for number in range(COMMENTS)
    ]
    Table(IMAGES).put_many(
        (
            item
            for each in said
            for place in [comments.position(each)]
            for item in (
                {**comments.comment_key(image_id, place), "author": each.author, "content": each.content},
                {**comments.id_key(image_id, each.id), "place": place},
            )
        ),
    )
    return said[-1].id


def _version(number: int) -> Version:
    return parse_version(f"1.{number}.0+{'0' * 240}")


def _binary(of: Firmware, segments: tuple[Segment, ...] = ()) -> Binary:
    return Binary(binary_store.key(of.id, new_id()), of.owner, "0" * 64, 4_500_000, INTEL_HEX, segments)


def _item(part: Part) -> dict[str, object]:
    """What a part of a transaction puts."""
    return from_wire(part["Put"]["Item"])

"""A constellation with folders and images by the thousand, in the tables as the product would have left it."""

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS, IMAGES
from constellation.aws.table import Part, Table
from constellation.common.times import to_wire as time_to_wire
from constellation.images import store as images
from constellation.images import usage_store
from constellation.images.counts import IMAGE, Count
from constellation.images.model import Image
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.model import Location
from constellation.workspaces.rights import Right
from constellation.workspaces.tree import Folder

_APART = timedelta(seconds=1)

_chance = random.Random(4)


@dataclass(frozen=True)
class Workspace:
    """A constellation: its folders without the root, each after the one that it lies in, and its images."""

    id: str
    root: str
    folders: Sequence[Folder]
    images: Sequence[Image]


def new_id() -> str:
    """The next id of a sequence that is always the same."""
    return str(uuid.UUID(int=_chance.getrandbits(128), version=4))


def create(owner: str, number_of_folders: int, number_of_images: int, now: datetime, public: int = 0) -> Workspace:
    """A constellation of ``owner``'s, whose folders and images, some of these ``public``, lie here and there in it."""
    made = plan(owner, number_of_folders, number_of_images, now, public)
    constellations.create(made.id, made.root, "A thousand stars", owner, now)
    constellations.expect_images(made.id)
    Table(CONSTELLATIONS).put_many(
        [
            *(_item(part) for folder in made.folders for part in folders.to_create(folder)),
            *(
                _item(folders.to_file(image.location, image.id, image.name, image.extension, image.created))
                for image in made.images
                if image.location
            ),
        ],
    )
    Table(IMAGES).put_many([images.to_item(image) for image in made.images])
    sizes = defaultdict[tuple[str, str], list[int]](list)
    for image in made.images:
        for list_ in image.lists:
            sizes[list_, image.id[0]].append(image.size)
    for (list_, digit), found in sizes.items():
        seen = usage_store.find(list_).images.get(digit, Count())
        after = Count(seen.total + len(found), seen.size + sum(found), time_to_wire(now))
        assert usage_store.correct(list_, IMAGE, digit, seen, after)
    return made


def connect(workspace: Workspace, user_ids: Sequence[str], now: datetime) -> None:
    """Make users members who may read."""
    Table(CONSTELLATIONS).put_many(
        [constellations.member_item(workspace.id, user_id, Right.READ, now) for user_id in user_ids]
    )


def plan(owner: str, number_of_folders: int, number_of_images: int, now: datetime, public: int) -> Workspace:
    """What is to be put into the tables: images of a size that nothing depends on."""
    id_, root = new_id(), new_id()
    made = list[Folder]()
    for number in range(number_of_folders):
        parent = _chance.choice([root, *(folder.id for folder in made[-100:])])
        made.append(Folder(new_id(), id_, f"Folder {number:04}", parent))
    within = [root, *(folder.id for folder in made)]
    return Workspace(
        id_,
        root,
        made,
        [
            Image(
                id=new_id(),
                owner=owner,
                location=Location(id_, _chance.choice(within)),
                name=f"IMG_{number:05}.png",
                description="",
                is_public=number < public,
                media_type="image/png",
                extension="png",
                size=315,
                width=60,
                height=40,
                frames=1,
                sha256=f"{_chance.getrandbits(256):064x}",
                created_at=now - number * _APART,
                described_at=now - number * _APART,
            )
            for number in range(number_of_images)
        ],
    )


def _item(part: Part) -> dict[str, object]:
    """What a part of a transaction puts."""
    return from_wire(part["Put"]["Item"])

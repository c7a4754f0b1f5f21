"""The records of images: what is read of one alone is read of many."""

import dataclasses
import types
from typing import Any, get_args, get_type_hints

from constellation.aws.resources import IMAGES
from constellation.aws.table import Table
from constellation.images import store
from constellation.images.model import Image
from constellation.workspaces.model import Location
from tests.support.world import NOON, World

VALUES: dict[Any, Any] = {
    str: "a",
    bool: True,
    int: 7,
    Location: Location("constellation", "folder"),
    type(NOON): NOON,
    tuple[str, ...]: ("a", "b/c"),
}
"""A value of each type that an image's fields have, which is no default."""


def test_of_many_every_field_is_read(world: World) -> None:
    hints = get_type_hints(Image)
    kinds = {field.name: hints[field.name] for field in dataclasses.fields(Image)}
    image = Image(
        **{name: VALUES[get_args(kind)[0] if type(kind) is types.UnionType else kind] for name, kind in kinds.items()}
    )
    Table(IMAGES).put(store.to_item(image))
    assert store.get(image.id) == image
    assert store.get_many([image.id]) == {image.id: image}

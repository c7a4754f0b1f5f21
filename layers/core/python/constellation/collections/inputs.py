"""Request bodies of collections, with the field names of the contract."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from constellation.collections.model import MOST_ITEMS, Collection
from constellation.common.ids import new_id
from constellation.runtime.fields import DISTINCT, UNIQUE, Description, Name, Uuid, without_defaults


class NewCollection(BaseModel):
    """The name of a new collection, and its description."""

    name: Name
    description: Description = ""

    def collection(self, owner: str, now: datetime) -> Collection:
        """Return the collection."""
        return Collection(new_id(), owner, self.name, self.description, now)


class CollectionChange(BaseModel, json_schema_extra=without_defaults):
    """A new name for a collection, a new description or both. A field that is left out stays."""

    name: Name = ""
    description: Description = ""

    @property
    def new_name(self) -> str | None:
        """Return the new name, or None."""
        return self.name or None

    @property
    def new_description(self) -> str | None:
        """Return the new description, or None if it stays."""
        return self.description if "description" in self.model_fields_set else None


class Order(BaseModel):
    """The ids of the images that come first in a collection, in their order."""

    ids: Annotated[list[Uuid], Field(max_length=MOST_ITEMS, json_schema_extra=UNIQUE), DISTINCT]

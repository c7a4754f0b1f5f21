"""Request bodies of batches, with the field names of the contract."""

from typing import Annotated

from pydantic import BaseModel, Field

from constellation.batches.model import FIELDS, MOST_IMAGES, Batch
from constellation.common.errors import Invalid, Violation
from constellation.runtime.fields import DISTINCT, UNIQUE, Uuid, one_of, without_defaults
from constellation.tags.inputs import TagText
from constellation.tags.model import MOST_TAGS, distinct


class NewBatch(BaseModel, json_schema_extra=without_defaults):
    """An action on many images, with the fields that the action takes.

    `tag` and `untag` take `tags`, `collect` takes `collection_id`, and `move` takes `constellation_uuid`, `folder_uuid`
    or both. The other actions take no further fields.
    """

    ids: Annotated[list[Uuid], Field(min_length=1, max_length=MOST_IMAGES, json_schema_extra=UNIQUE), DISTINCT]
    action: Annotated[str, one_of(*FIELDS)]
    tags: Annotated[list[TagText], Field(min_length=1, max_length=MOST_TAGS)] = []
    collection_id: Uuid = ""
    constellation_uuid: Uuid = ""
    folder_uuid: Uuid = ""

    @property
    def batch(self) -> Batch:
        """Return the batch. Raises Invalid where the action lacks a field, or does not take one that was sent."""
        taken = FIELDS[self.action]
        sent = [name for name in self.model_fields_set if name not in ("ids", "action")]
        wrong = [Violation(name, "The action does not take this field.") for name in sorted(sent) if name not in taken]
        if taken and not set(sent).intersection(taken):
            wrong.append(Violation(taken[0], "", "missing"))
        if wrong:
            raise Invalid(*wrong)
        return Batch(
            self.ids,
            self.action,
            distinct(self.tags),
            self.collection_id,
            self.constellation_uuid,
            self.folder_uuid,
        )

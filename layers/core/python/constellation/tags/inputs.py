"""The query and the request body of tags, with the field names of the contract."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from constellation.common.names import DECEPTIVE, is_deceptive
from constellation.runtime.fields import ListQuery
from constellation.tags.model import LONGEST, checked


def _prefix(text: str) -> str:
    if any(map(is_deceptive, text)):
        raise ValueError(DECEPTIVE)
    return text


TagText = Annotated[str, AfterValidator(checked), Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST})]
"""A tag, each level trimmed."""


class TagChange(BaseModel):
    """A tag, which stands for all tags below it too, and its new name."""

    old: Annotated[TagText, Field(alias="from")]
    to: TagText


class TagQuery(ListQuery):
    """The query for a page of tags: those that begin with ``prefix``, or all."""

    prefix: Annotated[str, Field(max_length=LONGEST), AfterValidator(_prefix)] = ""

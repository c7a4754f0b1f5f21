"""What lists take."""

import re
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from constellation.domain.words import DESCRIPTION, HASHTAG, NAME, USER, split
from constellation.inputs.ids import Uuid
from constellation.services.listing import CREATED, FILE_NAME, SIZE, UPDATED, VIEWS

_LARGEST_PAGE = 100
_MOST_IDS = 100
_MOST_WORDS = 16
_SEARCHED = {"description": DESCRIPTION, "hashtag": HASHTAG, "user": USER, "all": DESCRIPTION + NAME + USER}


def _limit(value: Any) -> int:
    number = int(value) if re.fullmatch("[0-9]{1,3}", str(value), re.ASCII) else 0
    if not 1 <= number <= _LARGEST_PAGE:
        raise ValueError(f"This value should be a whole number from 1 to {_LARGEST_PAGE}.")
    return number


Limit = Annotated[int, Field(ge=1, le=_LARGEST_PAGE), BeforeValidator(_limit)]
"""The most entries of a page."""

Position = Annotated[str, Field(min_length=1)]
"""A cursor, as an earlier page gave it."""


class Slice(BaseModel):
    """The query of a list that is read from its beginning; without ``limit`` as much as one answer is to hold."""

    limit: Limit | None = None
    cursor: Position = ""


def _term(value: str) -> str:
    if len(split(value)) > _MOST_WORDS:
        raise ValueError(f"This value has too many words. It should have {_MOST_WORDS} or less.")
    return value


def one_of(*choices: str) -> BeforeValidator:
    """Lets nothing but the ``choices`` pass."""

    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"This value should be one of {', '.join(choices)}.")
        return value

    return BeforeValidator(check, json_schema_input_type=cast("Any", Literal)[choices])


class ImageList(BaseModel):
    """The query of a list of images; ``searchBy`` gives the fields of ``domain.words`` that are searched."""

    limit: Limit = 10
    orderBy: Annotated[str, one_of(UPDATED, CREATED, VIEWS, FILE_NAME, SIZE)] = UPDATED
    order: Annotated[str, one_of("desc", "asc")] = "desc"
    searchTerm: Annotated[str, Field(max_length=255), AfterValidator(_term)] = ""
    searchBy: Annotated[str, one_of(*_SEARCHED)] = "all"
    cursor: Position = ""

    @property
    def fields(self) -> str:
        """Where words are searched."""
        return _SEARCHED[self.searchBy]


class ImageIds(BaseModel):
    """The query of images by their ids."""

    ids: list[Uuid] = Field(alias="uuid[]", min_length=1, max_length=_MOST_IDS)

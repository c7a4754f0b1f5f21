"""Inputs of lists."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationInfo

from constellation.common.errors import too_long
from constellation.images.words import DESCRIPTION, HASHTAG, NAME, USER, split
from constellation.runtime.fields import CursorText, Limit, one_of
from constellation.search.model import CREATED, FILE_NAME, SIZE, UPDATED, VIEWS
from constellation.search.query import Search, search_for, search_for_tag
from constellation.tags import model as tags

_MOST_WORDS, _LONGEST = 16, 255
_TAG = "tag"
_SEARCHED = {"description": DESCRIPTION, "hashtag": HASHTAG, "user": USER, "all": DESCRIPTION + NAME + USER, _TAG: ""}


def _words(value: str, info: ValidationInfo) -> str:
    """Return the words to search for. If ``searchBy``, a field before them, is ``tag``, they are one tag."""
    if info.data.get("searchBy") == _TAG:
        return value
    if len(value) > _LONGEST:
        raise ValueError(too_long(_LONGEST))
    if len(split(value)) > _MOST_WORDS:
        raise ValueError(f"This value has too many words. It should have {_MOST_WORDS} or less.")
    return value


class ImageList(BaseModel):
    """The query of a list of images. ``searchBy`` names the texts that are searched, or their tags."""

    limit: Limit = 10
    orderBy: Annotated[str, one_of(UPDATED, CREATED, VIEWS, FILE_NAME, SIZE)] = UPDATED
    order: Annotated[str, one_of("desc", "asc")] = "desc"
    searchBy: Annotated[str, one_of(*_SEARCHED)] = "all"
    searchTerm: Annotated[str, Field(max_length=tags.LONGEST), BeforeValidator(_words)] = ""
    cursor: CursorText = ""

    @property
    def search(self) -> Search | None:
        """Return what is searched, None for the whole list."""
        if not self.searchTerm.strip():
            return None
        if self.searchBy == _TAG:
            return search_for_tag(self.searchTerm)
        return search_for(self.searchTerm, _SEARCHED[self.searchBy])

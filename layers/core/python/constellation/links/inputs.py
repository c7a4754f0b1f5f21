"""The input of a signed link, with the field names of the contract."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from constellation.imaging.asked import asked_options, with_options
from constellation.imaging.options import AUTO, EXTENSIONS
from constellation.links.sign import Asked
from constellation.runtime.fields import one_of

SHORTEST, LONGEST = 60, 7 * 86400
"""Seconds for which a link can be valid."""


class LinkToSign(BaseModel, json_schema_extra=with_options):
    """What a signed link asks of a picture: any of the options of links or a variant, and for how long.

    Beside ``thumbnail`` the options are ignored.
    """

    model_config = ConfigDict(extra="allow")

    ext: Annotated[str, one_of(*EXTENSIONS, AUTO)] | None = None
    thumbnail: bool = False
    variant: str | None = None
    expiresIn: Annotated[int, Field(ge=SHORTEST, le=LONGEST)] = 3600

    def asked(self) -> Asked:
        """Return what is asked. Raise Invalid for options that no link takes."""
        given: Mapping[str, Any] = {} if self.thumbnail else self.model_extra or {}
        query = asked_options(given)
        if self.variant is not None and not self.thumbnail:
            query["variant"] = self.variant
        return Asked(self.ext, self.thumbnail, query)

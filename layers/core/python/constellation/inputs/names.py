"""Names that people give, as fields of pydantic models."""

from functools import partial
from typing import Annotated

from pydantic import AfterValidator, Field

from constellation.domain.names import NAME_LIMIT, clean_name

Name = Annotated[
    str,
    AfterValidator(partial(clean_name, longest=NAME_LIMIT)),
    Field(json_schema_extra={"minLength": 1, "maxLength": NAME_LIMIT}),
]
"""A name, trimmed."""

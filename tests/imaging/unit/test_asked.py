"""Options in JSON: their schema refuses the combinations that the product refuses."""

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from constellation.common.errors import Invalid
from constellation.imaging.asked import asked_options, with_options

SCHEMA: dict[str, Any] = {"type": "object", "properties": {}}
with_options(SCHEMA)

_validator: Any = OAS31Validator(SCHEMA)  # it is typed in part only

GOOD: list[dict[str, Any]] = [
    {},
    {"w": 8, "h": 6, "fit": "pad"},
    {"width": 8, "h": 6, "fit": "pad"},
    {"crop": True, "fit": "cover"},
    {"crop": False, "fit": "inside"},
    *({"dpr": dpr} for dpr in (1, 1.5, 2, 3)),
    {"rotate": 270},
]

BAD: list[dict[str, Any]] = [
    {"w": 8, "width": 8},
    {"h": 8, "height": 8},
    {"fit": "pad"},
    {"fit": "pad", "w": 8},
    {"fit": "pad", "height": 8},
    {"w": 8, "h": 6, "crop": True, "fit": "pad"},
    {"crop": True, "fit": "inside"},
    {"dpr": 2.5},
    {"rotate": 45},
]


@pytest.mark.parametrize("given", GOOD, ids=str)
def test_the_schema_and_the_product_take_what_goes_together(given: dict[str, Any]) -> None:
    assert _validator.is_valid(given)
    asked_options(given)


@pytest.mark.parametrize("given", BAD, ids=str)
def test_the_schema_and_the_product_refuse_what_does_not(given: dict[str, Any]) -> None:
    assert not _validator.is_valid(given)
    with pytest.raises(Invalid):
        asked_options(given)

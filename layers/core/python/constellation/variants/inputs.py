"""The input of a variant, with the field names of the contract."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from constellation.imaging.asked import asked_options, with_options
from constellation.imaging.options import EXTENSIONS
from constellation.runtime.fields import Uuid, one_of
from constellation.variants.model import POSITIONS, Variant, Watermark

MOST_MARGIN = 4096


class NewWatermark(BaseModel):
    """A picture that is laid over others: an image, and where and how it is laid."""

    image_uuid: Uuid
    position: Annotated[str, one_of(*POSITIONS)]
    opacity: Annotated[float, Field(ge=0, le=1)]
    scale: Annotated[float, Field(ge=0.01, le=1)]
    margin: Annotated[int, Field(ge=0, le=MOST_MARGIN)]

    @property
    def watermark(self) -> Watermark:
        """Return the watermark."""
        return Watermark(self.image_uuid, self.position, self.opacity, self.scale, self.margin)


class NewVariant(BaseModel, json_schema_extra=with_options):
    """What a variant asks of a picture: any of the options of links, a format, a watermark."""

    model_config = ConfigDict(extra="allow")

    format: Annotated[str, one_of(*EXTENSIONS)] | None = None
    watermark: NewWatermark | None = None

    def variant(self, place: str, name: str, now: datetime) -> Variant:
        """Return the variant. Raise Invalid for options that no link takes."""
        given: Mapping[str, Any] = self.model_extra or {}
        watermark = self.watermark.watermark if self.watermark else None
        return Variant(place, name, asked_options(given), self.format, watermark, now)

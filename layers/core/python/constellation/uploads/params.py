"""Handler parameters of uploads."""

from typing import Annotated

from constellation.common.errors import NotFound
from constellation.runtime.binding import PathId
from constellation.uploads.model import NO_SUCH_UPLOAD

UploadId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_UPLOAD))]

"""Begin an upload through a share (second contract, 5)."""

from typing import Annotated

from constellation.runtime.binding import Body, Load, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.viewer import viewer_network
from constellation.shares.inputs import NewSharedUpload
from constellation.shares.params import DropBox
from constellation.shares.upload import begin_shared, new_upload
from constellation.uploads.model import limit_of
from constellation.uploads.outputs import UploadForm, form


@endpoint("POST /api/s/{code}/uploads", dialect=sharing, security="public", uses=[begin_shared], status=201)
def handler(
    box: DropBox, new: Body[NewSharedUpload], network: Annotated[str, Load(viewer_network)], now: Now
) -> UploadForm:
    """POST /api/s/{code}/uploads: get a form for posting an image to S3, into the shared folder.

    The creator of the share becomes the owner of the image.
    """
    upload = new_upload(box, new.fileName, new.size, now)
    return form(upload, *begin_shared(upload, network, now), limit_of(upload.kind))

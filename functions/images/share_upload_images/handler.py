"""Upload several images as a signed-in user."""

from constellation.common.outcomes import in_order
from constellation.images.ingest import announce, ingest
from constellation.images.inputs import Uploads
from constellation.images.outputs import Uploaded, UploadResults, upload_results, uploaded
from constellation.runtime.binding import Form, Now, Unbound
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, endpoint
from constellation.runtime.idempotency import Keeper, OnceEach
from constellation.runtime.multipart import UploadedFile
from constellation.runtime.request import Caller


@endpoint("POST /api/upload/batch", dialect=sharing, scope="images:write", uses=[announce, ingest], memory=WHOLE_CPU)
def handler(form: Form[Uploads], caller: Caller, now: Now, each: OnceEach, _place: Unbound) -> UploadResults:
    """POST /api/upload/batch: upload up to 20 images at once.

    The result for each file has the status that a request for this file alone would have. A refusal of one does not
    stop the others. An idempotency key counts for each file by itself, together with its name and its bytes. A file
    that is sent again with the same key gets its first response, whichever files are sent with it.
    """
    owner, said = caller.user_id, (form.description, form.isPublic, form.access)

    def upload(file: UploadedFile, image_id: str, once: Keeper) -> Uploaded:
        return uploaded(ingest(file, owner, *said, now, announced=image_id, also=once.keeping(uploaded)))

    files = zip(form.image, announce(form.image, owner, form.isPublic), strict=True)
    return upload_results(in_order(each.once(files, upload)))

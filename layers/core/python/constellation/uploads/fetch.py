"""Fetch the file of an upload from the address that its user gave.

The file is put where a file that is posted lies, and what follows is the same. A fetch that fails is final: the upload
has failed, and the user may request another one. Only what AWS refuses is tried again, by the queue.
"""

from constellation.common.errors import Violation
from constellation.common.observability import logger
from constellation.common.settings import settings
from constellation.runtime import outbound
from constellation.runtime.operation import operation
from constellation.uploads import incoming_store, store
from constellation.uploads.model import FETCH_SECONDS, NOT_FETCHED, fetch_limit

_ACCEPT = "image/jpeg, image/png, image/webp, image/gif, */*;q=0.1"
"""The types that are taken in. Hosts with several formats of a picture choose by it."""


@operation(grants=[store.READ, store.SETTLE, incoming_store.POST])
def fetch(upload_id: str) -> None:
    """Fetch the file of an upload, or make the upload a failed one. Safe to repeat.

    Do nothing for an upload that is settled, or whose file was fetched already.
    """
    upload = store.get(upload_id)
    if upload is None or not upload.source:
        return
    try:
        file = outbound.download(
            upload.source,
            accept=_ACCEPT,
            limit=fetch_limit(),
            seconds=FETCH_SECONDS,
            allowed=settings().outbound_allow,
        )
    except outbound.Refused as refusal:
        logger().info("fetch refused", extra={"upload": upload.id, "reason": str(refusal)})
        store.fail(upload, (Violation("sourceUrl", NOT_FETCHED),))
        return
    incoming_store.put(upload.key, file)
    store.hand_over(upload)

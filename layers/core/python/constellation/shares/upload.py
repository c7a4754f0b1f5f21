"""Take files from people without an account, through a share of a folder, for the share's creator."""

from datetime import datetime

from constellation.accounts import limits
from constellation.common.errors import TOO_MANY_UPLOADS, Forbidden, TooManyRequests
from constellation.common.ids import new_id
from constellation.common.settings import settings
from constellation.common.times import seconds_left
from constellation.runtime.operation import operation
from constellation.shares.access import Opened
from constellation.shares.model import NO_UPLOADS
from constellation.uploads.begin import Signed, begin_posted
from constellation.uploads.model import FORM_LIFE, IMAGE, Upload, posted_key


def drop_box(opened: Opened) -> Opened:
    """Return a share that takes uploads. Raises Forbidden for another one."""
    if opened.shared.folder is None or not opened.share.allow_upload:
        raise Forbidden(NO_UPLOADS)
    return opened


def new_upload(box: Opened, name: str, size: int | None, now: datetime) -> Upload:
    """Return the upload of a file into the folder of a share, which becomes an image of the share's creator."""
    id_, folder = new_id(), box.shared.folder
    return Upload(
        id=id_,
        key=posted_key(id_),
        user_id=box.share.creator,
        kind=IMAGE,
        name=name,
        created_at=now,
        expires_at=now + FORM_LIFE,
        size=size,
        constellation=folder.constellation if folder else "",
        folder=folder.id if folder else "",
        share=box.share.id,
    )


@operation(uses=[limits.within, begin_posted], errors=[TooManyRequests])
def begin_shared(upload: Upload, network: str, now: datetime) -> Signed:
    """Register an upload through a share that is a drop box, and return the form that its file is posted with.

    A network may begin as many a day with one share as guests may upload. Raises TooManyRequests beyond, Invalid for a
    size that is too large. When the file is taken in, its folder and the creator's right are looked at again.
    """
    limit = settings().guest_uploads_per_day
    if not limits.within("share_uploads", f"{upload.share} {network}", limit, now):
        raise TooManyRequests(TOO_MANY_UPLOADS, seconds_left(now))
    return begin_posted(upload, lambda _: ())

"""Tell which files the caller has uploaded already (second contract, 5)."""

from constellation.images.exists import images_of_files
from constellation.images.inputs import Files
from constellation.images.outputs import FoundFiles
from constellation.runtime.binding import Body
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("POST /api/images/exists", dialect=sharing, scope="images:read", uses=[images_of_files])
def handler(body: Body[Files], caller: Caller) -> FoundFiles:
    """POST /api/images/exists: find which files the caller has uploaded already, wherever the images are now.

    Name a file by the SHA-256 digest of the uploaded bytes, in lower-case hexadecimal digits. Up to 10 images are
    returned for a file. Images that were uploaded before digests were stored are not found.
    """
    return {"found": images_of_files(body.sha256, caller)}

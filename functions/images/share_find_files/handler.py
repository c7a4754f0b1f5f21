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
    """POST /api/images/exists: tell which files the caller has uploaded already, wherever the images lie now.

    A file is named by the SHA-256 digest of the bytes that were uploaded, in lower-case hexadecimal digits. Up to 10
    images are returned for a file. Images from before digests were kept are left out.
    """
    return {"found": images_of_files(body.sha256, caller)}

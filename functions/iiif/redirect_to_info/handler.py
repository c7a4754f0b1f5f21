"""The address of an image in the IIIF Image API (second contract, 4)."""

from constellation.iiif.model import BASE
from constellation.iiif.params import ImageId
from constellation.runtime.dialects import iiif
from constellation.runtime.endpoint import Reply, endpoint


@endpoint("GET|HEAD /iiif/3/{image_id}", dialect=iiif, security="public", status=303, headers=["Location"])
def handler(image_id: ImageId) -> Reply[None]:
    """GET|HEAD /iiif/3/{image_id}: redirect to the information on an image, by the IIIF Image API 3.0.

    Does not check whether the image exists.
    """
    return Reply(None, {"Location": f"{BASE}/{image_id}/info.json"})

"""The IIIF Image API in tests, as the gateway and the CDN ask for it."""

from tests.support.sharing import cdn_event
from tests.support.world import Answer, World

BASE = "https://api.example.com"
"""The scheme and host of requests by the gateway."""

CDN = "https://pictures.example.org"
"""Those of requests by the CDN."""

CONTEXT = "http://iiif.io/api/image/3/context.json"


def iiif(world: World, image_id: str, rest: str = "", method: str = "GET", **headers: str) -> Answer:
    """Return the answer of ``/iiif/3/{image_id}`` and what follows."""
    return world.request(method, f"/iiif/3/{image_id}{rest and '/'}{rest}", headers=headers)


def iiif_by_cdn(world: World, image_id: str, rest: str) -> Answer:
    """Return the function's answer to the CDN for a picture."""
    return world.call("render_region", cdn_event(f"/iiif/3/{image_id}/{rest}", headers={"x-base-url": CDN}))


def info_by_cdn(world: World, image_id: str) -> Answer:
    """Return the function's answer to the CDN for the information on an image."""
    return world.call("get_info", cdn_event(f"/iiif/3/{image_id}/info.json", headers={"x-base-url": CDN}))

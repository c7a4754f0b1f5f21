"""The limits and switches of a deployment, read once from the environment."""

import json
import os
from dataclasses import dataclass
from functools import cache

DIRECT_FILE_LIMIT = 4_500_000
"""The most bytes of a file that fit in one invocation, whose payload of 6 MB holds them in base64."""

REQUEST_LIMIT = 4_600_000
"""The most bytes of any request body: a file at its limit, and the multipart around it."""

SIGNED_SECONDS = 300
"""How long a signed URL is valid (contract, "Firmware": at most 5 minutes)."""


@dataclass(frozen=True)
class Settings:
    """The settings of a deployment. Each can be set in the CDK context, under ``settings``. A quota of 0 is off.

    Sizes are in bytes, times in seconds. ``pixel_limit`` applies to a still picture and to each frame,
    ``animation_pixel_limit`` to all frames together. ``render_concurrency`` is the estimated CPU time, in seconds for
    each second, that may be spent on renditions. With ``links`` ``signed`` each link with options needs a signature.
    ``outbound_allow`` are hosts with their ports that count as public when files are fetched, on one machine alone.
    With ``reductions`` smaller copies of originals are kept, and results made from them.
    """

    guest_uploads: bool = True
    image_size_limit: int = DIRECT_FILE_LIMIT
    presigned_image_limit: int = 50_000_000
    presigned_firmware_limit: int = 200_000_000
    pixel_limit: int = 40_000_000
    animation_pixel_limit: int = 100_000_000
    frame_limit: int = 256
    reductions: bool = True
    renditions_per_image: int = 64
    render_concurrency: int = 50
    links: str = "open"
    outbound_allow: tuple[str, ...] = ()
    access_token_seconds: int = 3600
    refresh_token_seconds: int = 30 * 86400
    failed_logins: int = 10
    failed_logins_window: int = 900
    failed_logins_per_address: int = 0
    guest_uploads_per_day: int = 0
    signups_per_day: int = 0
    bytes_per_user: int = 0
    token_issuer: str = "https://constellation.local"  # noqa: S105
    token_audience: str = "constellation"  # noqa: S105
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks_url: str = ""


@cache
def settings() -> Settings:
    """Return the settings of this deployment: the JSON object in ``SETTINGS`` over the defaults."""
    return Settings(**json.loads(os.environ.get("SETTINGS", "{}")))

"""The limits and switches of one deployment, read once from the environment."""

import json
import os
from dataclasses import dataclass
from functools import cache

DIRECT_FILE_LIMIT = 4_500_000
"""Bytes of file that fit in one invocation: its 6 MB payload holds them in base64."""

REQUEST_LIMIT = 4_600_000
"""Bytes of any request body: a file at its limit and the multipart around it."""

SIGNED_SECONDS = 300
"""How long a signed URL opens what it names (contract, "Firmware": at most 5 minutes)."""


@dataclass(frozen=True)
class Settings:
    """Every field can be set at deployment (``settings`` in the CDK context); a quota of 0 is off.

    Sizes are in bytes, times in seconds. ``pixel_limit`` holds for a still picture and for one frame,
    ``animation_pixel_limit`` for all frames together. ``render_concurrency`` is how many seconds of CPU may be spent on
    renditions in a second, as they are estimated.
    """

    guest_uploads: bool = True
    image_size_limit: int = DIRECT_FILE_LIMIT
    presigned_image_limit: int = 50_000_000
    presigned_firmware_limit: int = 200_000_000
    pixel_limit: int = 40_000_000
    animation_pixel_limit: int = 100_000_000
    frame_limit: int = 256
    renditions_per_image: int = 64
    render_concurrency: int = 50
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
    """Settings of this deployment: the defaults, overlaid with the JSON object in ``SETTINGS``."""
    return Settings(**json.loads(os.environ.get("SETTINGS", "{}")))

"""From an uploaded file to an original that can be served (contract, "Sharing": the uploads)."""

import warnings
from dataclasses import dataclass

from constellation.domain.errors import Invalid, Violation
from constellation.domain.sizes import check_size
from constellation.imaging.inspect import sniff

EXTENSIONS = {sniff.JPEG: "jpg", sniff.PNG: "png", sniff.WEBP: "webp", sniff.GIF: "gif"}
"""The extension that each accepted type is stored and linked with."""

CORRUPT = "The image file is corrupted."

_WEBP_PIXEL_LIMIT = 20_000_000
"""A WebP's decoder takes 16 bytes for each pixel of the canvas, four times as much as the others'."""

_CANVAS_LIMIT = 3840 * 2160
"""The pixels of one frame of an animation: its decoder and encoder hold several canvases at once."""


@dataclass(frozen=True)
class Limits:
    """The most that is accepted: bytes; pixels of one picture, and of all frames together; frames."""

    size_limit: int
    pixel_limit: int
    animation_pixel_limit: int
    frame_limit: int


@dataclass(frozen=True)
class Picture:
    """A cleaned original: its bytes, type and extension, its width and height in pixels, its number of frames."""

    data: bytes
    media_type: str
    extension: str
    width: int
    height: int
    frames: int


def clean(data: bytes, *, field: str, limits: Limits) -> Picture:
    """The picture in ``data``, decoded in full, upright, without metadata, colour profile and animation kept.

    Raises Invalid with one violation on ``field`` for what is refused: an empty file, one too large, one of
    another type than JPEG, PNG, WebP and GIF by its content, too many pixels or frames, one that does not decode.
    """
    check_size(len(data), field=field, limit=limits.size_limit)
    media_type = sniff.media_type(data)
    complaint = _unaccepted(media_type)
    if complaint:
        raise Invalid(Violation(field, complaint))
    # Only a file that may be a picture is worth loading what can read one.
    from constellation.imaging.inspect.faults import Corrupt
    from constellation.imaging.inspect.outline import outline
    from constellation.imaging.originals import cleaned

    try:
        shape = outline(data, media_type, limits.frame_limit)
        complaint = _too_many(shape.width * shape.height, shape.frames, media_type, limits)
        if complaint:
            raise Invalid(Violation(field, complaint))
        with warnings.catch_warnings(action="ignore"):  # what Pillow finds odd in metadata is nobody's log line
            original = cleaned(data, shape, media_type)
    except Corrupt as fault:
        raise Invalid(Violation(field, CORRUPT)) from fault
    except Invalid:
        raise
    except Exception as fault:  # Pillow raises nearly everything there is on bad bytes
        raise Invalid(Violation(field, CORRUPT)) from fault
    return Picture(original.data, media_type, EXTENSIONS[media_type], *original.size, original.frames)


def is_picture(head: bytes) -> bool:
    """Whether a file that begins like this is of an accepted type."""
    return sniff.media_type(head) in sniff.ACCEPTED


def _unaccepted(media_type: str) -> str | None:
    if media_type in sniff.ACCEPTED:
        return None
    accepted = ", ".join(f'"{name}"' for name in sniff.ACCEPTED)
    return f'The mime type of the file is invalid ("{media_type}"). Allowed mime types are {accepted}.'


def _too_many(pixels: int, frames: int, media_type: str, limits: Limits) -> str | None:
    if frames > limits.frame_limit:
        most = limits.frame_limit
        return f"The image has too many frames (more than {most} frames). Maximum amount expected is {most} frames."
    limit = limits.pixel_limit
    if frames > 1:
        limit = min(limit, _CANVAS_LIMIT)
    elif media_type == sniff.WEBP:
        limit = min(limit, _WEBP_PIXEL_LIMIT)
    if pixels <= limit and frames > 1:
        pixels, limit = pixels * frames, limits.animation_pixel_limit
    if pixels > limit:
        return f"The image has too many pixels ({pixels} pixels). Maximum amount expected is {limit} pixels."
    return None

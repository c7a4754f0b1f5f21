"""Take an uploaded file for an original that can be served, or refuse it (contract, "Sharing": the uploads)."""

import hashlib
import warnings
from typing import TYPE_CHECKING, NamedTuple

from constellation.common.errors import Invalid, Violation
from constellation.common.sizes import check_size
from constellation.imaging.inspect import sniff
from constellation.imaging.reductions import NONE, Reductions

if TYPE_CHECKING:
    from constellation.imaging.inspect.outline import Outline

CORRUPT = "The image file is corrupted."

_WEBP_PIXEL_LIMIT = 20_000_000
"""The most pixels of a WebP: its decoder takes 16 bytes for each, four times as much as the other decoders."""

_CANVAS_LIMIT = 3840 * 2160
"""The most pixels of one frame of an animation: its decoder and encoder hold several canvases at once."""


class Limits(NamedTuple):
    """The most that is accepted: bytes; pixels of one picture, and of all frames together; frames."""

    size_limit: int
    pixel_limit: int
    animation_pixel_limit: int
    frame_limit: int


class Picture(NamedTuple):
    """A cleaned original.

    It has its bytes, its type and extension, its width and height in pixels, its number of frames, and a placeholder.
    ``file_sha256`` is the hexadecimal digest of the file that it was made of. It has reductions if they were asked for.
    """

    data: bytes
    media_type: str
    extension: str
    width: int
    height: int
    frames: int
    placeholder: str
    file_sha256: str
    reductions: Reductions = NONE


def clean(data: bytes, *, field: str, limits: Limits, reduces: bool = False) -> Picture:
    """Return the picture in ``data``, decoded in full, upright, without metadata; its profile and animation are kept.

    ``reduces``: its reductions are made with it.
    Raises Invalid with one violation on ``field`` for what is refused: an empty or too large file, a content that is
    not a JPEG, PNG, WebP or GIF, too many pixels or frames, a picture that does not decode.
    """
    check_size(len(data), field=field, limit=limits.size_limit)
    media_type = sniff.media_type(data)
    _check_type(media_type, field)
    # What can read pictures is loaded only for a file that may be one.
    from constellation.imaging.inspect.outline import outline
    from constellation.imaging.originals import cleaned

    try:
        shape = outline(data, media_type, limits.frame_limit)
        _check_outline(shape, media_type, field, limits)
        with warnings.catch_warnings(action="ignore"):  # what Pillow finds odd in metadata belongs in no log
            original = cleaned(data, shape, media_type, reduces=reduces)
    except Invalid:
        raise
    except Exception as fault:  # Corrupt, and on bad bytes Pillow raises nearly everything there is
        raise Invalid(Violation(field, CORRUPT)) from fault
    return Picture(
        original.output,
        media_type,
        original.extension,
        *original.size,
        original.frames,
        original.placeholder,
        hashlib.sha256(data).hexdigest(),
        original.reductions,
    )


def _check_type(media_type: str, field: str) -> None:
    if media_type not in sniff.ACCEPTED:
        accepted = ", ".join(f'"{name}"' for name in sniff.ACCEPTED)
        text = f'The mime type of the file is invalid ("{media_type}"). Allowed mime types are {accepted}.'
        raise Invalid(Violation(field, text))


def _check_outline(shape: "Outline", media_type: str, field: str, limits: Limits) -> None:
    pixels, frames, most = shape.width * shape.height, shape.frames, limits.frame_limit
    if frames > most:
        text = f"The image has too many frames (more than {most} frames). Maximum amount expected is {most} frames."
        raise Invalid(Violation(field, text))
    limit = limits.pixel_limit
    if frames > 1:
        limit = min(limit, _CANVAS_LIMIT)
    elif media_type == sniff.WEBP:
        limit = min(limit, _WEBP_PIXEL_LIMIT)
    if pixels <= limit and frames > 1:
        pixels, limit = pixels * frames, limits.animation_pixel_limit
    if pixels > limit:
        text = f"The image has too many pixels ({pixels} pixels). Maximum amount expected is {limit} pixels."
        raise Invalid(Violation(field, text))

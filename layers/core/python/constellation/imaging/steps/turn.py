"""Mirror and turn a picture as a link asks for it: after scaling, when it is smaller."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Mapping

from PIL import Image

from constellation.imaging.steps.rendering import Rendering

_TURNS: Mapping[tuple[bool, int], Image.Transpose] = {
    (False, 90): Image.Transpose.ROTATE_270,
    (False, 180): Image.Transpose.ROTATE_180,
    (False, 270): Image.Transpose.ROTATE_90,
    (True, 0): Image.Transpose.FLIP_LEFT_RIGHT,
    (True, 90): Image.Transpose.TRANSVERSE,
    (True, 180): Image.Transpose.FLIP_TOP_BOTTOM,
    (True, 270): Image.Transpose.TRANSPOSE,
}
"""How Pillow, which turns anticlockwise, mirrors and then turns clockwise."""


def turn(rendering: Rendering) -> None:
    """Mirror each frame, then turn it."""
    how = _TURNS.get((rendering.options.mirrored, rendering.options.turn))
    if how is not None:
        rendering.frames = (frame.transpose(how) for frame in rendering.frames)

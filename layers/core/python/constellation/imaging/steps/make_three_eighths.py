"""Make the largest reduction of a JPEG: at three eighths of its size, as the decoder gives it."""

from constellation.imaging.codecs.files import opened_jpeg, saved
from constellation.imaging.pillow_internals import draft_three_eighths
from constellation.imaging.reductions import THREE_EIGHTHS, Part, divisors
from constellation.imaging.steps.cleaning import Cleaning
from constellation.imaging.steps.draft import knows_three
from constellation.imaging.steps.make_reductions import markers

_QUALITY = 87
"""Its quality: a little more than a result's, at which it is a seventh of its original in bytes."""


def make_three_eighths(cleaning: Cleaning) -> None:
    """Decode the original that was written at three eighths, which costs little and loses less than an average.

    A result that is needed between a quarter and three eighths is decoded like that from the original, too.
    """
    wanted = divisors(cleaning.media_type, *cleaning.size, cleaning.frames) if cleaning.reduces else ()
    if THREE_EIGHTHS in wanted and knows_three():
        image = opened_jpeg(cleaning.output)
        draft_three_eighths(image, "YCbCr")
        data = saved(image, "jpg", icc_profile=cleaning.profile, quality=_QUALITY, **markers(image))
        cleaning.parts.insert(0, Part(THREE_EIGHTHS, "jpg", data))

"""Write the frames as a file."""

from constellation.imaging.codecs.files import saved
from constellation.imaging.formats import effort
from constellation.imaging.steps.rendering import Rendering


def encode(rendering: Rendering) -> None:
    """Write all frames as a GIF or an animated WebP, or the first one in another format."""
    frames, profile, extension = rendering.frames, rendering.profile, rendering.extension
    durations, plays = rendering.outline.durations, rendering.outline.plays
    if extension == "gif":
        from constellation.imaging.codecs.palette import as_gif  # only a GIF pays for it

        rendering.output = as_gif(frames, rendering.size, durations, plays, rendering.palettes)
        return
    pixels = rendering.size[0] * rendering.size[1] * (len(durations) if rendering.is_animated else 1)
    options = dict(effort(extension, pixels, of_lossless=rendering.is_of_lossless).options)
    if rendering.options.quality:
        options["quality"] = rendering.options.quality
    if rendering.options.bitonal and extension == "webp":
        options["lossless"] = True  # it is smaller, and grey edges would not be bitonal
    if rendering.is_animated:
        from constellation.imaging.codecs.webp_animation import animated  # only an animation pays for it

        rendering.output = animated(frames, rendering.size, durations, plays, profile, **options)
    else:
        rendering.output = saved(next(frames), extension, icc_profile=profile, **options)

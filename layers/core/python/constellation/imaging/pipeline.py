"""Make a rendition of an original (contract, "Sharing": the links), step by step."""

from collections.abc import Callable, Sequence

from constellation.imaging.options import Options
from constellation.imaging.reductions import Reduced
from constellation.imaging.steps.blur import blur
from constellation.imaging.steps.choose_size import choose_size
from constellation.imaging.steps.convert_colours import convert_colours
from constellation.imaging.steps.cut import cut
from constellation.imaging.steps.draft import draft
from constellation.imaging.steps.encode import encode
from constellation.imaging.steps.fit_format import fit_format
from constellation.imaging.steps.lay import lay
from constellation.imaging.steps.lay_watermark import lay_watermark
from constellation.imaging.steps.read_frames import read_frames
from constellation.imaging.steps.read_header import read_header
from constellation.imaging.steps.rendering import Rendering
from constellation.imaging.steps.scale import scale
from constellation.imaging.steps.take_colours import take_colours
from constellation.imaging.steps.turn import turn
from constellation.imaging.watermark import Watermark

STEPS: Sequence[Callable[[Rendering], None]] = (
    read_header,
    choose_size,
    cut,
    draft,
    read_frames,
    convert_colours,
    scale,
    turn,
    blur,
    take_colours,
    lay,
    lay_watermark,
    fit_format,
    encode,
)


def render(
    data: bytes,
    options: Options,
    extension: str,
    watermark: Watermark | None = None,
    reduced: Reduced | None = None,
) -> bytes:
    """Return the rendition of an original that the options ask for, in the format of ``extension``.

    ``data`` is the file that ``clean`` returned, or a reduction of it, with what was ``reduced``. The size is exactly
    that of ``output_size``. An animation stays one in gif and webp; the other formats show its first frame.
    Transparency becomes white in jpg. The colour profile is kept, or applied where the format cannot hold it and where
    colours are laid beside it or taken out. A ``watermark`` lies over the result. Raises Invalid where the format
    cannot be that large.
    """
    rendering = Rendering(data, options, extension, watermark, reduced)
    for step in STEPS:
        step(rendering)
    return rendering.output

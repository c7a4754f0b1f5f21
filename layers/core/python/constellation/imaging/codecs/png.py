"""Decode a PNG and tell whether it is whole."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

from PIL.ImageFile import ImageFile

from constellation.imaging.codecs.files import opened
from constellation.imaging.inspect.faults import Corrupt
from constellation.imaging.inspect.png_chunks import Png
from constellation.imaging.inspect.sniff import PNG


def whole_png(parsed: Png) -> ImageFile:
    """Return a PNG, decoded. Raises Corrupt where its data ends before its rows do, or whatever Pillow raises.

    Pillow takes a stream for whole when the stream says so, and leaves missing rows black or clear. So where the last
    row looks like that, the bytes in the stream are counted.
    """
    image = opened(parsed.data, PNG)
    image.load()
    width, height = image.size
    last = image.crop((0, height - 1, width, height)).tobytes()
    if (parsed.is_interlaced or not last.strip(b"\0")) and not parsed.has_all_rows():
        raise Corrupt(PNG)
    return image

"""Use what Pillow does not document: private attributes, and the insides of its decoders and encoders.

No other module does. ``tests/imaging/unit/test_pillow_internals.py`` names what a new version of Pillow has changed.
"""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, cast

from PIL import Image

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile
    from PIL.JpegImagePlugin import JpegImageFile

_GIF_DESCRIPTOR_SIZE = 10
"""Bytes before the codes of a frame: the descriptor that Pillow writes."""


class Decoder(Protocol):
    """Decode a picture from the bytes that it is given, into the pixels of an image."""

    def decode(self, data: bytes) -> tuple[int, int]:
        """Read on from ``data``. Return the bytes that were used, less than 0 at the end, and an error code or 0."""
        ...


def read_in_one_piece(image: "ImageFile", size: int) -> None:
    """Have the decoder get ``size`` bytes at once. Otherwise each piece is joined to what is left of the last one."""
    image.decodermaxblock = size


def jpeg_decoder(image: "JpegImageFile") -> Decoder:
    """Return the decoder of a JPEG whose header was read; it fills the pixels of ``image``."""
    image.load_prepare()
    decoder = Image._getdecoder(image.mode, "jpeg", image.tile[0].args)
    decoder.setimage(image.im, (0, 0, *image.size))
    return cast("Decoder", decoder)


def png_decoder(image: "ImageFile") -> Decoder:
    """Return the decoder of a PNG whose header was read; it fills the pixels of ``image``.

    Bytes may come in any pieces. It ends with the last row, whatever follows it.
    """
    image.load_prepare()
    decoder = Image._getdecoder(image.mode, "zip", image.tile[0].args, image.decoderconfig)
    decoder.setimage(image.im, (0, 0, *image.size))
    return cast("Decoder", decoder)


def mark_as_decoded(image: "ImageFile") -> None:
    """Keep Pillow from decoding an image whose pixels were filled by one of these decoders."""
    image.tile = []


def bare(image: Image.Image) -> Image.Image:
    """Return the pixels of a picture that was decoded, and its palette: not copied, and without its file."""
    fresh = image._new(image.im)
    fresh.info = {}
    return fresh


def draft_three_eighths(image: "JpegImageFile", mode: str) -> None:
    """Do what ``draft`` in a mode does, for the one reduction that the decoder knows and Pillow does not ask for.

    Told to divide by three, the decoder takes the smallest reduction that is no smaller: three eighths.
    """
    image.draft(mode, image.size)
    width, height = image.size
    size = -(-width * 3 // 8), -(-height * 3 // 8)
    image._size = size
    image.tile = [image.tile[0]._replace(extents=(0, 0, *size))]
    image.decoderconfig = (3, 0)


def gif_codes(image: Image.Image) -> bytes:
    """Return the compressed indices of a picture in mode ``L`` or ``P``: the code size and the blocks of a GIF."""
    from PIL.GifImagePlugin import getdata  # only a GIF pays for it

    return b"".join(getdata(image))[_GIF_DESCRIPTOR_SIZE:]


class Reel(Image.Image):
    """Show frames, each read when it is needed, as the frames of one file, so that an encoder takes them one by one."""

    def __init__(self, frames: Iterable[Image.Image], count: int) -> None:
        super().__init__()
        self._frames = iter(frames)
        self.n_frames = count
        self._at = -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Show the next frame; there is no way back, and no encoder needs one."""
        if frame <= self._at:
            return
        shown = next(self._frames)
        self.im, self._mode, self._size, self._at = shown.im, shown.mode, shown.size, frame

"""What is used of Pillow without its documentation: a new version that changes it fails here, by its name."""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import gc
import io
import weakref
import zlib
from collections.abc import Iterator
from typing import Any

import PIL
import pytest
from PIL import GifImagePlugin, Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from constellation.imaging.pillow_internals import (
    Reel,
    bare,
    draft_three_eighths,
    gif_codes,
    jpeg_decoder,
    mark_as_decoded,
    png_decoder,
    read_in_one_piece,
)
from tests import photographs
from tests.support.containers import png, png_rows
from tests.support.pictures import distance, encoded, opened, painted

SIZE = photographs.FLOWER_SIZE


def jpeg(data: bytes | None = None) -> JpegImageFile:
    """A photograph with its header read."""
    return JpegImageFile(io.BytesIO(data or photographs.flower()))


_UNREAD, _EMPTY = jpeg(), Image.Image()
_PREPARED = jpeg()
_PREPARED.load_prepare()
_PNG = PngImageFile(io.BytesIO(png((40, 30), b"".join(png_rows((40, 30), 8, 2, interlaced=True)), interlaced=True)))
_DECODER = Image._getdecoder("RGB", "jpeg", _UNREAD.tile[0].args)

USED: list[tuple[str, Any, str, type]] = [
    ("read_in_one_piece", _UNREAD, "decodermaxblock", int),
    ("jpeg_decoder", Image, "_getdecoder", object),
    ("jpeg_decoder", _UNREAD, "load_prepare", object),
    ("jpeg_decoder", _UNREAD.tile[0], "args", tuple),
    ("jpeg_decoder", _PREPARED, "im", type(Image.new("L", (1, 1)).im)),
    ("jpeg_decoder", _DECODER, "setimage", object),
    ("jpeg_decoder", _DECODER, "decode", object),
    ("png_decoder", _PNG, "load_prepare", object),
    ("png_decoder", _PNG, "decoderconfig", tuple),
    ("png_decoder", _PNG.tile[0], "args", str),
    ("mark_as_decoded", _UNREAD, "tile", list),
    ("bare", _EMPTY, "_new", object),
    ("draft_three_eighths", _UNREAD, "_size", tuple),
    ("draft_three_eighths", _UNREAD, "decoderconfig", tuple),
    ("draft_three_eighths", _UNREAD.tile[0], "extents", tuple),
    ("draft_three_eighths", _UNREAD.tile[0], "_replace", object),
    ("gif_codes", GifImagePlugin, "getdata", object),
    ("Reel", _EMPTY, "_mode", str),
    ("Reel", _EMPTY, "_size", tuple),
]
"""Who uses it in ``pillow_internals``, what has it, its name and type."""


@pytest.mark.parametrize(("user", "owner", "name", "kind"), USED, ids=[f"{user}-{name}" for user, _, name, _ in USED])
def test_each_attribute_is_there(user: str, owner: Any, name: str, kind: type) -> None:
    where = f"Pillow {PIL.__version__}: {getattr(owner, '__name__', type(owner).__name__)}.{name}, used by {user}"
    assert hasattr(owner, name), f"{where}, is gone"
    found = getattr(owner, name)
    assert isinstance(found, kind), f"{where}, is a {type(found).__name__}, no {kind.__name__}"


def test_a_jpeg_has_one_tile_of_its_whole_size() -> None:
    (tile,) = _UNREAD.tile
    assert (tile.codec_name, tile.extents) == ("jpeg", (0, 0, *SIZE))
    assert _UNREAD.decoderconfig == ()
    assert _UNREAD._size == SIZE


class _Watched(io.BytesIO):
    """A file that notes how many bytes each read asks for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.reads = list[int]()

    def read(self, size: int | None = -1) -> bytes:
        self.reads.append(-1 if size is None else size)
        return super().read(size)


def test_decodermaxblock_is_what_the_decoder_reads_at_once() -> None:
    data = photographs.flower()
    assert len(data) > ImageFile.MAXBLOCK
    file = _Watched(data)
    image = JpegImageFile(file)
    read_in_one_piece(image, len(data))
    file.reads.clear()
    image.load()
    assert file.reads == [len(data)]


def test_the_decoder_fills_the_pixels_and_says_when_it_is_done() -> None:
    image = jpeg()
    done, fault = jpeg_decoder(image).decode(photographs.flower())
    assert (done < 0, fault) == (True, 0)
    mark_as_decoded(image)
    assert image.tobytes() == opened(photographs.flower()).tobytes()


def test_the_decoder_waits_for_data_that_is_missing() -> None:
    data = photographs.flower()
    decoder = jpeg_decoder(jpeg())
    used, fault = decoder.decode(data[: len(data) // 2])
    assert (0 < used <= len(data) // 2, fault) == (True, 0)
    used, fault = decoder.decode(data[used:])
    assert (used < 0, fault) == (True, 0)


def test_an_image_without_tiles_is_not_decoded_again() -> None:
    image = jpeg()
    jpeg_decoder(image)
    mark_as_decoded(image)
    assert not any(image.tobytes())


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_the_decoder_of_a_png_takes_any_pieces_and_ends_with_its_last_row(step: int, interlaced: bool) -> None:
    size = 40, 30
    rows = b"".join(png_rows(size, 8, 2, interlaced=interlaced))
    data = png(size, rows, interlaced=interlaced)
    image = PngImageFile(io.BytesIO(data))
    decoder = png_decoder(image)
    stream = zlib.compress(rows, 0)[:-4]
    answers = [decoder.decode(stream[at : at + step]) for at in range(0, len(stream), step)]
    assert answers[-1] == (-1, 0)
    assert {fault for _, fault in answers} == {0}
    assert all(used > 0 for used, _ in answers[:-1])
    mark_as_decoded(image)
    assert image.tobytes() == opened(data).tobytes()


def test_the_decoder_of_a_png_knows_five_filters() -> None:
    decoder = png_decoder(PngImageFile(io.BytesIO(png((1, 1), bytes(4)))))
    done, fault = decoder.decode(zlib.compress(b"\5\0\0\0", 0))
    assert done < 0
    assert fault


def test_a_bare_picture_has_the_pixels_themselves_and_nothing_else() -> None:
    image = opened(encoded(photographs.picture(64).quantize(16), "PNG", transparency=3))
    fresh = bare(image)
    assert (type(fresh), fresh.info) == (Image.Image, {})
    assert fresh.convert("RGB").tobytes() == image.convert("RGB").tobytes()
    fresh.putpixel((0, 0), 1 + image.getpixel((0, 0)))
    assert image.tobytes() == fresh.tobytes()


@pytest.mark.parametrize("width", [640, 639, 641])
def test_three_eighths_of_a_jpeg_are_exact_and_look_like_it(width: int) -> None:
    image = jpeg(encoded(photographs.picture(width), "JPEG", quality=95))
    height = image.height
    draft_three_eighths(image, "YCbCr")
    image.load()
    assert (image.mode, image.size) == ("YCbCr", (-(-width * 3 // 8), -(-height * 3 // 8)))
    assert distance(image.convert("RGB"), photographs.scaled(photographs.picture(width), image.size)) < 10


@pytest.mark.parametrize("mode", ["L", "P"])
def test_the_codes_of_a_gif_are_read_back(mode: str) -> None:
    picture = Image.frombytes(mode, (256, 3), bytes(range(256)) * 3)
    codes = gif_codes(picture)
    again = Image.new("L", picture.size)
    again.frombytes(codes[1:], "gif", (codes[0], 0))
    assert again.tobytes() == picture.tobytes()
    assert codes[-1] == 0


def test_a_reel_is_written_frame_by_frame() -> None:
    pictures = [painted(40, 30, seed) for seed in range(4)]
    alive: list[weakref.ref[Image.Image]] = []
    most = 0

    def frames() -> Iterator[Image.Image]:
        nonlocal most
        for picture in pictures:
            frame = picture.copy()
            alive.append(weakref.ref(frame))
            gc.collect()
            most = max(most, sum(each() is not None for each in alive))
            yield frame
            del frame

    out = io.BytesIO()
    Reel(frames(), len(pictures)).save(out, "WEBP", save_all=True, duration=100, lossless=True)
    written = Image.open(out)
    assert getattr(written, "n_frames", 1) == len(pictures)
    for number, picture in enumerate(pictures):
        written.seek(number)
        assert distance(written, picture) == 0
    assert most == 1

"""Cleaning an upload: what is refused and how, what goes, and what stays as it was."""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from constellation.common.errors import Invalid, Violation
from constellation.imaging.clean import Limits, Picture, clean
from constellation.imaging.inspect.icc import cleaned as cleaned_profile
from tests import photographs
from tests.support import profiles
from tests.support.pictures import distance, encoded, opened

LIMITS = Limits(size_limit=4_500_000, pixel_limit=40_000_000, animation_pixel_limit=100_000_000, frame_limit=256)
CORRUPT = "The image file is corrupted."


def cleaned(data: bytes, limits: Limits = LIMITS) -> Picture:
    return clean(data, field="image", limits=limits)


def refusal(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Invalid) as refused:
        clean(data, field="picture", limits=limits)
    (violation,) = refused.value.violations
    assert violation == Violation("picture", violation.message)
    return violation.message


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + pixels + chunk(b"IEND", b"")


def flashing_gif(frames: int) -> bytes:
    """A GIF of 10 by 10 pixels."""
    single = encoded(Image.new("P", (10, 10)), "GIF")
    start = single.index(b",\x00\x00\x00\x00")
    return single[:start] + single[start:-1] * frames + b";"


# Refusals


def test_an_empty_file() -> None:
    assert refusal(b"") == "An empty file is not allowed."


def test_a_file_that_is_too_large_whatever_it_is() -> None:
    expected = "The file is too large (2.14 MB). Allowed maximum size is 1 MB."
    assert refusal(b"%PDF-" + bytes(2_139_995), Limits(1_000_000, 1, 1, 1)) == expected


def test_a_file_of_another_type() -> None:
    assert refusal(b"%PDF-1.4") == (
        'The mime type of the file is invalid ("application/pdf").'
        ' Allowed mime types are "image/jpeg", "image/png", "image/webp", "image/gif".'
    )


def test_too_many_pixels_before_any_is_decoded() -> None:
    rows = zlib.compressobj(9)
    bomb = b"".join(rows.compress(bytes(3751)) for _ in range(30_000)) + rows.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    assert refusal(data) == (
        "The image has too many pixels (900000000 pixels). Maximum amount expected is 40000000 pixels."
    )


@pytest.mark.parametrize("kind", photographs.STILLS)
def test_the_pixel_limit_itself_is_allowed(kind: str) -> None:
    data = photographs.STILLS[kind]()
    width, height = opened(data).size
    assert cleaned(data, Limits(4_500_000, width * height, 0, 1)).width == width
    message = refusal(data, Limits(4_500_000, width * height - 1, 0, 1))
    assert message.startswith(f"The image has too many pixels ({width * height} pixels).")


def test_too_many_frames() -> None:
    expected = "The image has too many frames (more than 256 frames). Maximum amount expected is 256 frames."
    assert refusal(flashing_gif(500)) == expected
    assert cleaned(flashing_gif(256)).frames == 256


@pytest.mark.parametrize("made", [photographs.animated_gif, photographs.animated_webp])
def test_the_pixels_of_all_frames_count(made: Callable[[int], bytes]) -> None:
    data = made(5)
    pixels = 160 * 107 * 5
    assert cleaned(data, Limits(4_500_000, pixels, pixels, 5)).frames == 5
    message = refusal(data, Limits(4_500_000, pixels, pixels - 1, 5))
    assert (
        message == f"The image has too many pixels ({pixels} pixels). Maximum amount expected is {pixels - 1} pixels."
    )


def test_a_frame_outside_its_canvas_counts_as_large_as_it_makes_it() -> None:
    data = bytearray(flashing_gif(3))
    last = data.rindex(b",\x00\x00\x00\x00")
    data[last + 5 : last + 9] = struct.pack("<HH", 60_000, 60_000)
    assert "3600000000 pixels" in refusal(bytes(data))


def test_a_large_animation_is_refused_by_its_canvas() -> None:
    data = bytearray(flashing_gif(2))
    data[6:10] = struct.pack("<HH", 4000, 4000)
    assert refusal(bytes(data)).endswith("Maximum amount expected is 8294400 pixels.")


def test_a_large_webp_is_refused_for_its_decoders_memory() -> None:
    data = encoded(Image.new("RGB", (5000, 4001)), "WEBP", lossless=True, method=0, quality=0)
    assert refusal(data).endswith("Maximum amount expected is 20000000 pixels.")


_WHOLE: dict[str, Callable[[], bytes]] = {
    **photographs.STILLS,
    "progressive": lambda: encoded(photographs.picture(320), "JPEG", progressive=True),
    "palette": photographs.palette_png,
    "lossless": lambda: encoded(photographs.picture(320), "WEBP", lossless=True),
}


@pytest.mark.parametrize("name", _WHOLE)
def test_a_file_cut_short_anywhere(name: str) -> None:
    data = _WHOLE[name]()
    assert cleaned(data).width
    for end in {*range(16, len(data) - 40, len(data) // 40), len(data) - 40}:
        assert refusal(data[:end]) == CORRUPT, end


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a<script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"RIFF\x04\x00\x00\x00WEBP",
        png(0, 10, 8, 2, b""),
        png(10, 10, 8, 2, b"too short"),
    ],
    ids=lambda data: ascii(data[:40]),
)
def test_a_file_that_only_begins_like_a_picture(data: bytes) -> None:
    assert refusal(data) == CORRUPT


def test_a_jpeg_of_too_many_segments() -> None:
    data = encoded(photographs.picture(64), "JPEG")
    segment = b"\xff\xe1\x00\x09Exif\x00\x00x"
    assert cleaned(data[:2] + segment * 500 + data[2:]).width == 64
    assert refusal(data[:2] + segment * 1000 + data[2:]) == CORRUPT


def test_a_png_of_two_headers_is_refused() -> None:
    """The decoder would believe the second."""
    again = chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 1, 8, 2, 0, 0, 0))
    assert refusal(png(10, 10, 8, 2, bytes(310), again)) == CORRUPT


# What goes


def _profile_with_a_secret() -> bytes:
    return profiles.built({b"desc": profiles.described(b"SECRET"), **profiles.matrix()}, behind=b"SECRET")


_WITH_SECRETS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: photographs.camera_jpeg(6),
    "png": photographs.png,
    "webp": lambda: encoded(photographs.picture(64), "WEBP", exif=photographs.camera_exif(3), xmp="SECRET"),
    "gif": photographs.animated_gif,
    "animated webp": photographs.animated_webp,
    "flower": photographs.flower,
    "profile": lambda: encoded(photographs.picture(64), "JPEG", icc_profile=_profile_with_a_secret()),
}


@pytest.mark.parametrize("name", _WITH_SECRETS)
def test_metadata_and_what_follows_the_picture_go(name: str) -> None:
    data = _WITH_SECRETS[name]() + b"<script>SECRET</script>"
    picture = cleaned(data)
    assert b"SECRET" not in picture.data
    found = opened(picture.data)
    assert not found.getexif()
    assert not {"exif", "xmp", "comment", "photoshop", "Comment", "Author"} & found.info.keys()


def test_of_a_file_with_several_jpegs_only_the_first_is_kept() -> None:
    first, second = photographs.picture(64), Image.new("RGB", (64, 43), "red")
    picture = cleaned(encoded(first, "MPO", save_all=True, append_images=[second]))
    assert (picture.media_type, picture.frames) == ("image/jpeg", 1)
    assert picture.data.count(b"\xff\xd8\xff") == 1


# What stays


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_picture_is_turned_upright(kind: str, orientation: int) -> None:
    turned = opened(photographs.camera_jpeg(orientation))
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {"quality": 95}
    data = encoded(turned, kind, exif=photographs.camera_exif(orientation), **options)
    picture = cleaned(data)
    assert (picture.width, picture.height) == (320, 214)
    upright = opened(picture.data)
    assert upright.size == (320, 214)
    assert distance(upright, photographs.picture(320)) < 6


@pytest.mark.parametrize("exif", [b"Exif\x00\x00", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff", b"Exif\x00\x00" + bytes(40)])
def test_broken_exif_does_not_cost_the_picture(exif: bytes) -> None:
    assert cleaned(encoded(photographs.picture(64), "JPEG", exif=exif)).width == 64


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_jpeg_hardly_changes(quality: int, sampling: str) -> None:
    data = encoded(photographs.picture(320), "JPEG", quality=quality, subsampling=sampling)
    before, after = opened(data), opened(cleaned(data).data)
    assert isinstance(before, JpegImageFile)
    assert isinstance(after, JpegImageFile)
    assert after.quantization == before.quantization
    assert get_sampling(after) == get_sampling(before)
    assert distance(before, after) < 2.2


def test_the_tables_of_a_jpeg_turn_with_it() -> None:
    table = list(range(1, 65))
    turned = photographs.picture(320).transpose(Image.Transpose.ROTATE_90)
    data = encoded(turned, "JPEG", qtables=[table, table], exif=photographs.camera_exif(6))
    after = opened(cleaned(data).data)
    assert after.quantization[0] == [1 + row + 8 * column for row in range(8) for column in range(8)]


def test_a_large_photograph_is_stored_as_a_baseline_jpeg_of_about_its_size() -> None:
    data = encoded(photographs.picture(640), "JPEG", quality=85, progressive=True)
    picture = cleaned(data)
    assert "progressive" not in opened(picture.data).info
    assert len(picture.data) < 1.15 * len(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_stays(kind: str) -> None:
    profile = opened(cleaned(photographs.with_profile(kind)).data).info["icc_profile"]
    assert profile == cleaned_profile(photographs.srgb_profile())


@pytest.mark.parametrize(
    "profile",
    [
        photographs.srgb_profile()[:300],
        photographs.srgb_profile().replace(b"acsp", b"xxxx"),
        photographs.srgb_profile().replace(b"RGB ", b"GRAY"),
        photographs.srgb_profile().replace(b"mntr", b"link"),
        (2_000_000).to_bytes(4, "big") + photographs.srgb_profile()[4:].ljust(1_999_996, b"\x00"),
        b"SECRET",
        photographs.srgb_profile().replace(b"rTRC", b"xTRC"),
        photographs.srgb_profile().replace(b"para", b"text"),
    ],
    ids=["short", "no signature", "another space", "a link", "2 MB", "no profile", "no curve", "a text for a curve"],
)
def test_a_colour_profile_that_cannot_be_right_goes(profile: bytes) -> None:
    data = encoded(photographs.picture(64), "JPEG", icc_profile=profile)
    assert "icc_profile" not in opened(cleaned(data).data).info


def test_a_cmyk_jpeg_becomes_the_same_picture_in_rgb() -> None:
    picture = opened(cleaned(photographs.cmyk_jpeg()).data)
    assert picture.mode == "RGB"
    assert distance(picture, photographs.picture(320)) < 8


def _random_png(mode: str, **options: Any) -> bytes:
    image = photographs.picture(64)
    image = image.quantize(options.pop("colours")) if mode == "P" else image.convert(mode)
    return encoded(image, "PNG", **options)


@pytest.mark.parametrize(
    "data",
    [
        _random_png("1"),
        _random_png("L"),
        _random_png("L", transparency=7),
        _random_png("LA"),
        _random_png("I;16"),
        _random_png("RGB"),
        _random_png("RGB", transparency=(1, 2, 3)),
        encoded(photographs.translucent(64), "PNG"),
        _random_png("P", colours=2),
        _random_png("P", colours=13, transparency=4),
        _random_png("P", colours=200, transparency=bytes(range(200))),
    ],
)
def test_a_png_keeps_every_pixel_and_its_depth(data: bytes) -> None:
    picture = cleaned(data).data
    before, after = opened(data), opened(picture)
    assert after.mode == before.mode
    assert after.info.get("transparency") == before.info.get("transparency")
    assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()
    assert picture[24:26] == data[24:26]


@pytest.mark.parametrize(
    ("depth", "colour", "row", "clear"),
    [
        (2, 0, b"\x00\x1b", b"\x00\x02"),
        (4, 0, b"\x00\x01\x2f", b"\x00\x02"),
        (16, 2, b"\x00" + b"\x10\x00" * 3 + b"\x22\x00" * 3 + b"\xff\xff" * 6, b"\x22\x00" * 3),
    ],
)
def test_the_clear_colour_of_a_png_is_kept_in_other_depths(depth: int, colour: int, row: bytes, clear: bytes) -> None:
    data = png(4, 1, depth, colour, row, chunk(b"tRNS", clear))
    alpha = opened(cleaned(data).data).convert("RGBA").getchannel("A")
    expected = 1 if colour == 2 else 2
    assert [alpha.getpixel((x, 0)) == 0 for x in range(4)] == [x == expected for x in range(4)]


def test_an_animated_png_is_its_first_picture() -> None:
    picture = cleaned(photographs.animated_png())
    assert (picture.media_type, picture.frames) == ("image/png", 1)
    assert b"acTL" not in picture.data
    assert distance(opened(picture.data), opened(photographs.animated_png())) == 0


def _half_clear() -> Image.Image:
    """Colours that nobody sees, until someone edits the alpha."""
    image = photographs.picture(64).convert("RGBA")
    image.putalpha(0)
    image.paste((1, 2, 3, 255), (0, 0, 20, 20))
    return image


@pytest.mark.parametrize("image", [photographs.picture(64), photographs.translucent(64), _half_clear()])
def test_a_lossless_webp_stays_so(image: Image.Image) -> None:
    data = encoded(image, "WEBP", lossless=True, exact=True)
    picture = cleaned(data).data
    assert b"VP8L" in picture
    assert opened(picture).convert("RGBA").tobytes() == opened(data).convert("RGBA").tobytes()


def test_a_lossy_webp_stays_so_and_near() -> None:
    data = encoded(photographs.picture(320), "WEBP", quality=80)
    picture = cleaned(data).data
    assert b"VP8L" not in picture
    assert distance(opened(picture), opened(data)) < 3


@pytest.mark.parametrize("lossless", [True, False])
def test_an_animated_webp_keeps_its_frames_times_and_plays(lossless: bool) -> None:
    data = photographs.animated_webp(5, lossless=lossless)
    picture = cleaned(data)
    before, after = opened(data), opened(picture.data)
    assert (picture.frames, after.n_frames, after.info["loop"]) == (5, 5, 3)
    for index in range(5):
        before.seek(index)
        after.seek(index)
        before.load()
        after.load()
        assert after.info["duration"] == before.info["duration"] == 100 + 10 * index
        assert distance(before, after) <= (0 if lossless else 3)


def test_an_animated_gif_keeps_every_pixel_time_and_play() -> None:
    data = photographs.animated_gif(5)
    picture = cleaned(data)
    before, after = opened(data), opened(picture.data)
    assert (picture.frames, after.n_frames, after.info["loop"]) == (5, 5, 0)
    for index in range(5):
        before.seek(index)
        after.seek(index)
        assert after.info["duration"] == 100 + 10 * index
        assert distance(before, after) == 0


def test_what_is_cleaned_says_what_it_is() -> None:
    for kind, file in photographs.STILLS.items():
        picture = cleaned(file())
        found = opened(picture.data)
        assert (picture.media_type, Image.MIME[found.format]) == (kind, kind)
        assert picture.extension == {"image/jpeg": "jpg"}.get(kind, kind.removeprefix("image/"))
        assert ((picture.width, picture.height), picture.frames) == (found.size, 1)


def test_cleaning_twice_changes_no_lossless_pixel() -> None:
    for file in (photographs.png, photographs.palette_png, photographs.animated_gif):
        once = cleaned(file()).data
        assert cleaned(once).data == once

"""Turn what a PNG says of its colours into one ICC profile (W3C PNG, third edition, 4.3 and 11.3.2).

Viewers know ICC profiles in every format, while other formats cannot hold the rest. A picture that says nothing is in
sRGB, and so needs no profile.
"""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from math import exp

from constellation.imaging.inspect import icc
from constellation.imaging.inspect.profile import HEADER, declared_size, sound

_GREY_MODES = ("1", "L", "LA", "I;16")

Curve = Callable[[float], float]
"""From a value between 0 and 1 to light."""

Chromaticities = Sequence[float]
"""x and y of white, red, green and blue."""

_D65, _C = (0.3127, 0.329), (0.31, 0.316)
_SRGB: Chromaticities = (*_D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_PRIMARIES: Mapping[int, Chromaticities] = {
    1: _SRGB,
    4: (*_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (*_D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    7: (*_D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    8: (*_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    10: (1 / 3, 1 / 3, 1, 0, 0, 1, 0, 0),
    11: (0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    12: (*_D65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    22: (*_D65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077),
}
"""By the code of ITU-T H.273, table 2."""

_SRGB_FORMULA = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_GAMMAS = range(16, 625_000_001)
"""The exponents, in hundred thousandths, that libpng accepts."""

_NEAR = 0.002
"""How far chromaticities may be from those of sRGB and still be taken for them, since they are rounded."""

_SAMPLES = 4 * 255 + 1
"""Samples of a curve: each value of eight bits is one of them."""

_WHITE = 203
"""The luminance of a white that is no highlight, in cd/m² (ITU-R BT.2408)."""

_PQ_PEAK, _HLG_PEAK = 10_000, 1000
_KNEE = 0.6
"""The part of white's light that is kept as it is, before highlights are made to fit."""

_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))

Vector = Sequence[float]
Matrix = Sequence[Vector]


def profile_of(chunks: Mapping[bytes, bytes], mode: str) -> bytes | None:
    """Return the profile that says what the ``chunks`` say of a picture in ``mode``; None for sRGB, and for nothing.

    The first usable one counts of cICP, iCCP, sRGB, and gAMA with cHRM.
    """
    is_grey = mode in _GREY_MODES
    try:
        coded = _coded(chunks.get(b"cICP", b""))
    except ValueError:
        pass
    else:
        return coded and _made(*coded, is_grey=is_grey)
    embedded = sound(_unpacked(chunks.get(b"iCCP", b"")), mode)
    if embedded or b"sRGB" in chunks:
        return embedded
    exponent = _exponent(chunks.get(b"gAMA", b""))
    chromaticities = _chromaticities(chunks.get(b"cHRM", b""))
    if exponent is None and (is_grey or _is_srgb(chromaticities)):
        return None
    curve = icc.formula(*(_SRGB_FORMULA if exponent is None else (exponent,)))
    return _made(curve, chromaticities, is_grey=is_grey)


def _made(curve: bytes, chromaticities: Chromaticities, *, is_grey: bool) -> bytes:
    white = {b"wtpt": icc.colorant(*_D50)}
    if is_grey:
        return icc.made(b"GRAY", {**white, b"kTRC": curve})
    colorants = _colorants(chromaticities)
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return icc.made(b"RGB ", {**white, **dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)), **curves})


def _unpacked(chunk: bytes) -> bytes:
    """Return the profile in an iCCP chunk, as far as it is there."""
    _, _, packed = chunk.partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        head = unpacker.decompress(packed[1:], HEADER)
        size = declared_size(head)
        return head + unpacker.decompress(unpacker.unconsumed_tail, size - HEADER) if size else b""
    except zlib.error:
        return b""


def _exponent(chunk: bytes) -> float | None:
    gamma = int.from_bytes(chunk, "big")
    return 100_000 / gamma if len(chunk) == 4 and gamma in _GAMMAS else None


def _chromaticities(chunk: bytes) -> Chromaticities:
    """Return what a cHRM chunk says, or the chromaticities of sRGB where it says nothing possible."""
    try:
        found = [value / 100_000 for value in struct.unpack(">8I", chunk)]
        _colorants(found)
    except (struct.error, ZeroDivisionError):
        return _SRGB
    return found


def _is_srgb(chromaticities: Chromaticities) -> bool:
    return all(abs(one - other) < _NEAR for one, other in zip(chromaticities, _SRGB, strict=True))


# Code points (ITU-T H.273, tables 2 and 3)


def _coded(chunk: bytes) -> tuple[bytes, Chromaticities] | None:
    """Return the curve and chromaticities that a cICP chunk says, or None for sRGB. Raises ValueError for nonsense."""
    if len(chunk) != 4 or chunk[0] not in _PRIMARIES or chunk[1] not in _TRANSFERS or chunk[2] or chunk[3] > 1:
        raise ValueError
    primaries, transfer, is_full = _PRIMARIES[chunk[0]], _TRANSFERS[chunk[1]], chunk[3]
    if transfer is _of_srgb and is_full:
        return None if primaries is _SRGB else (icc.formula(*_SRGB_FORMULA), primaries)
    steps = (number / (_SAMPLES - 1) for number in range(_SAMPLES))
    values = steps if is_full else (min(max((value * 255 - 16) / 219, 0), 1) for value in steps)
    return icc.samples([transfer(value) for value in values]), primaries


def _of_srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _of_video(value: float) -> float:
    return (
        value / 4.5
        if value < 4.5 * 0.018053968510807
        else ((value + 0.09929682680944) / 1.09929682680944) ** (1 / 0.45)
    )


def _of_smpte_240m(value: float) -> float:
    return value / 4 if value < 4 * 0.0228 else ((value + 0.1115) / 1.1115) ** (1 / 0.45)


def _of_power(exponent: float, scale: float = 1) -> Curve:
    return lambda value: scale * value**exponent


def _of_logarithm(decades: float) -> Curve:
    return lambda value: 10 ** (decades * (value - 1)) if value else 0


def _of_pq(value: float) -> float:
    """Return the light of perceptual quantisation, with highlights made to fit (SMPTE ST 2084)."""
    power = value ** (32 / 2523)
    light = (max(power - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * power)) ** (8192 / 1305)
    return _fitting(light * _PQ_PEAK / _WHITE, _PQ_PEAK / _WHITE)


def _of_hlg(value: float) -> float:
    """Return the light of hybrid log-gamma on a display of 1,000 cd/m², highlights made to fit (ITU-R BT.2100)."""
    scene = value**2 / 3 if value <= 0.5 else (exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return _fitting(scene**1.2 * _HLG_PEAK / _WHITE, _HLG_PEAK / _WHITE)


def _fitting(light: float, peak: float) -> float:
    """Make light that is white at 1 and has a ``peak`` beyond end at 1; what is darker stays as it is."""
    if light <= _KNEE:
        return light
    above, most = (light - _KNEE) / (1 - _KNEE), (peak - _KNEE) / (1 - _KNEE)
    return _KNEE + (1 - _KNEE) * above * (1 + above / most**2) / (1 + above)


_TRANSFERS: Mapping[int, Curve] = {
    **dict.fromkeys((1, 6, 11, 12, 14, 15), _of_video),
    4: _of_power(2.2),
    5: _of_power(2.8),
    7: _of_smpte_240m,
    8: _of_power(1),
    9: _of_logarithm(2),
    10: _of_logarithm(2.5),
    13: _of_srgb,
    16: _of_pq,
    17: _of_power(2.6, 52.37 / 48),
    18: _of_hlg,
}


# From chromaticities to the colours of a profile, as they are seen in the light of D50


def _colorants(chromaticities: Chromaticities) -> Sequence[bytes]:
    """Return red, green and blue as tags. Raises ZeroDivisionError or struct.error for what are not three colours."""
    pairs = zip(chromaticities[::2], chromaticities[1::2], strict=True)
    (x, y, z), *primaries = [(x, y, 1 - x - y) for x, y in pairs]
    white = x / y, 1, z / y
    amounts = _applied(_inverse(list(zip(*primaries, strict=True))), white)
    cone, wanted = _applied(_BRADFORD, white), _applied(_BRADFORD, _D50)
    scaled = [[target / own * value for value in row] for target, own, row in zip(wanted, cone, _BRADFORD, strict=True)]
    back = _inverse(_BRADFORD)
    return [
        icc.colorant(*_applied(back, _applied(scaled, [amount * value for value in colour])))
        for amount, colour in zip(amounts, primaries, strict=True)
    ]


def _applied(matrix: Matrix, vector: Vector) -> Vector:
    return [sum(one * other for one, other in zip(row, vector, strict=True)) for row in matrix]


def _inverse(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return [
        [(e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole],
        [(f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole],
        [(d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole],
    ]

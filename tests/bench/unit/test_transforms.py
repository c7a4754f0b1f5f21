import pytest

from tests.bench.peers.contender import OURS, PILLOW, PYVIPS, SHARP, THUMBOR
from tests.bench.pictures import JPEG_12, member
from tests.bench.transforms import Case, Rendition, caveats, goals

PEER = Rendition([10.0, 20.0, 40.0], ssim=0.9750, size=1000)
CASE = Case("12 MP JPEG → 800 JPEG", JPEG_12, "jpg", 800, goals={SHARP: 0.90})


def ours(factor: float = 0.5, ssim: float = 0.9750, size: int = 1000) -> dict[str, Rendition]:
    """A rendition of ours among equal ones of the peers."""
    mine = Rendition([cpu * factor for cpu in PEER.cpu], ssim, size)
    return {OURS: mine, SHARP: PEER, THUMBOR: PEER, PYVIPS: PEER, PILLOW: PEER}


def test_a_ratio_is_the_median_of_pairs() -> None:
    assert Rendition([5.0, 8.0, 40.0], 1.0, 1).ratio(PEER) == 0.5


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(0.9, "sharp ≤ 0.90: met"), (0.904, "sharp ≤ 0.90: met"), (0.91, "sharp ≤ 0.90: not met")],
)
def test_a_goal_is_met_up_to_its_figure(factor: float, verdict: str) -> None:
    assert goals(CASE, ours(factor)) == verdict


@pytest.mark.parametrize(
    ("ssim", "size", "words"),
    [
        (0.9740, 1090, ""),
        (0.9990, 900, ""),
        (0.9725, 1000, "SSIM 0.0025 lower"),
        (0.9750, 1200, "20% more bytes"),
        (0.9700, 1200, "SSIM 0.0050 lower, 20% more bytes"),
    ],
)
def test_worse_or_larger_renditions_are_not_compared(ssim: float, size: int, words: str) -> None:
    assert ours(ssim=ssim, size=size)[OURS].shortcomings(PEER) == words


def test_a_row_says_what_is_not_comparable() -> None:
    made = ours() | {SHARP: Rendition(PEER.cpu, 0.9800, 1000)}
    assert goals(CASE, made) == "sharp ≤ 0.90: not comparable"
    assert caveats(made) == "SSIM 0.0050 lower than sharp"


def test_a_member_of_an_archive_is_found_past_the_padding_of_others() -> None:
    def written(name: str, content: bytes) -> bytes:
        header = f"{name:16}{0:<12}{0:<6}{0:<6}{644:<8}{len(content):<10}`\n".encode("ascii")
        return header + content + b"\n" * (len(content) % 2)

    archive = b"!<arch>\n" + written("control.tar.xz", b"odd") + written("data.tar.xz/", b"wanted")
    assert member(archive, "data.tar.xz") == b"wanted"
    with pytest.raises(KeyError, match=r"other\.tar"):
        member(archive, "other.tar")

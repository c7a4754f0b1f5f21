"""Thousands of damaged pictures, forms and Intel HEX files: each is taken or refused, and nothing else comes of it.

Most go through the code that reads them alone (``clean``, ``render``, ``read_form``, ``Checker``); one in ten goes
through a function in a world of its own. All follows from the number of the round.
"""

import contextlib
import io
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS
from constellation.common.errors import DomainError, Invalid
from constellation.common.settings import Settings
from constellation.firmware import intel_hex
from constellation.images import original_store
from constellation.imaging.clean import Limits, clean
from constellation.imaging.inspect.outline import outline
from constellation.imaging.inspect.sniff import media_type
from constellation.imaging.options import Options, output_size
from constellation.imaging.pipeline import render
from constellation.runtime.multipart import read_form
from constellation.runtime.request import Caller, Request, read_event
from constellation.runtime.s3_events import notification
from tests import photographs
from tests.fuzz.mutations import mutated, mutated_form, mutated_hex, mutated_picture
from tests.support.containers import chunk, holds_only_pixels, jpeg_by_planes, png, png_rows, with_chunks
from tests.support.engine import engine
from tests.support.firmware import about, created
from tests.support.hex_files import firmware
from tests.support.pictures import encoded, flicker, still
from tests.support.sharing import link_event
from tests.support.spaces import newcomer, own_image
from tests.support.uploads_api import put
from tests.support.world import File, World, event, multipart, new_world, queue_event

ROUND = 2000
"""Cases of one round."""

SLOW = 4.0
"""Seconds within which a case is to be over, where that is looked at."""

_ENDED = 60
"""Seconds after which it is ended there."""

_ONE_IN = 10
_SIDES = (1, 2, 3, 17, 50, 300, 4096)
_WIDTH = 48


class TooSlow(BaseException):
    """A case takes too long; nothing catches it."""


@dataclass
class Fault:
    """What went wrong in which case, and the bytes that it was about."""

    case: str
    said: str
    data: bytes


@dataclass
class Outcome:
    """How many cases there were, what came of them and was wrong; which were slow, and how long the slowest took.

    ``largest`` is the case in which the process grew to the most megabytes that it has had.
    """

    cases: int = 0
    results: Counter[str] = field(default_factory=Counter[str])
    faults: list[Fault] = field(default_factory=list[Fault])
    slow: list[Fault] = field(default_factory=list[Fault])
    slowest: float = 0.0
    largest: Fault | None = None

    def note(self, case: str, data: bytes, seconds: float, grown: float) -> None:
        """Note what a case has taken, of seconds and of megabytes."""
        self.cases += 1
        self.slowest = max(self.slowest, seconds)
        if seconds > SLOW:
            self.slow.append(Fault(case, f"It took {seconds:.1f} s.", data))
        if grown:
            self.largest = Fault(case, f"The process has grown to {peak_megabytes():.0f} MB.", data)


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def pictures() -> list[bytes]:
    """Small pictures of all kinds."""
    small = photographs.picture(_WIDTH)
    return [
        encoded(small, "JPEG"),
        encoded(small, "JPEG", progressive=True),
        encoded(small, "JPEG", icc_profile=photographs.srgb_profile()),
        encoded(small.convert("L"), "JPEG"),
        encoded(small.convert("CMYK"), "JPEG"),
        encoded(small, "JPEG", restart_marker_blocks=1),
        encoded(small, "JPEG", progressive=True, restart_marker_rows=1),
        encoded(small, "JPEG")[:-2],
        encoded(small, "JPEG", progressive=True)[:-2],
        jpeg_by_planes((90, 60, 30)),
        photographs.camera_jpeg(6, width=_WIDTH),
        encoded(small, "PNG"),
        encoded(small, "PNG", icc_profile=photographs.srgb_profile(), exif=photographs.camera_exif(6)),
        encoded(small.convert("L"), "PNG"),
        encoded(small.convert("1"), "PNG"),
        encoded(small.convert("I;16"), "PNG"),
        encoded(small.quantize(16), "PNG", transparency=3),
        encoded(photographs.translucent(_WIDTH), "PNG"),
        photographs.animated_png(3, width=_WIDTH),
        png((9, 9), b"".join(png_rows((9, 9), 16, 6, interlaced=True)), depth=16, colour=6, interlaced=True),
        with_chunks(encoded(small, "PNG"), chunk(b"gAMA", b"\0\1\x86\xa0") + chunk(b"cHRM", b"\0\0\x7a\x26" * 8)),
        with_chunks(encoded(small.convert("L"), "PNG"), chunk(b"cICP", b"\x09\x10\0\1")),
        encoded(small, "WEBP"),
        encoded(small, "WEBP", lossless=True),
        encoded(photographs.translucent(_WIDTH), "WEBP"),
        photographs.animated_webp(3, width=_WIDTH),
        photographs.animated_webp(3, width=_WIDTH, lossless=True),
        encoded(small.quantize(16), "GIF"),
        encoded(small.quantize(16), "GIF", transparency=3),
        photographs.animated_gif(4, width=_WIDTH),
        flicker(20),
        still("GIF", 1, 1),
    ]


HEX_FILES = [firmware(40), firmware(300, 0xFFF0), firmware(64, 0x12345678 - 0x100), firmware(1)]


class Round:
    """The cases of one round."""

    def __init__(self, number: int, seeds: Sequence[bytes], world: World, *, is_timed: bool) -> None:
        self._chance = Random(number)
        self._number = number
        self._is_timed = is_timed
        self._seeds = seeds
        self._world = world
        self._caller = newcomer(world)
        self._image = own_image(world, self._caller)
        self._limits = _limits()
        self.outcome = Outcome()

    def run(self, cases: int) -> Outcome:
        """Try so many."""
        alone = [*[self._cleaned] * 5, self._checked, self._read]
        through = [self._uploaded, self._as_guest, self._added, self._form, self._binary, self._rendered, self._dropped]
        for count in range(cases):
            trying = self._chance.choice(through if count % _ONE_IN == 0 else alone)
            self._try(f"{trying.__name__.lstrip('_')}-{self._number}-{count}", trying)
        return self.outcome

    def _try(self, case: str, trying: Callable[[], tuple[bytes, Callable[[], object]]]) -> None:
        data, doing = trying()
        begun, peak = time.perf_counter(), peak_megabytes()
        try:
            with _limited() if self._is_timed else contextlib.nullcontext():
                result = f"{doing()}"
        except (Exception, TooSlow):
            result = "fault"
            self.outcome.faults.append(Fault(case, traceback.format_exc(), data))
        self.outcome.results[f"{case.partition('-')[0]}: {result}"] += 1
        self.outcome.note(case, data, time.perf_counter() - begun, peak_megabytes() - peak)

    def _picture(self) -> bytes:
        return mutated_picture(self._chance.choice(self._seeds), self._chance, self._seeds)

    def _hex_file(self) -> bytes:
        return mutated_hex(self._chance.choice(HEX_FILES), self._chance, HEX_FILES)

    def _cleaned(self) -> tuple[bytes, Callable[[], object]]:
        """A picture is cleaned, and each that is taken can be shown in a size and a format, exactly."""
        data, chance = self._picture(), self._chance
        transform = Options(chance.choice(_SIDES), chance.choice(_SIDES), chance.choice(("inside", "cover")))
        extension = chance.choice(("jpg", "png", "webp", "gif", "avif"))
        is_shown = chance.random() < 0.3

        def doing() -> str:
            try:
                picture = clean(data, field="image", limits=self._limits)
            except Invalid:
                return "refused"
            assert holds_only_pixels(picture.data)
            if is_shown:
                made = self._limits._replace(size_limit=10**9)
                shown = render(picture.data, transform, extension)
                size = output_size(picture.width, picture.height, transform)
                assert extension == "avif" or _size(clean(shown, field="image", limits=made)) == size
            return "taken"

        return data, doing

    def _checked(self) -> tuple[bytes, Callable[[], object]]:
        """An Intel HEX file is checked, in parts of any size."""
        data, step = self._hex_file(), self._chance.choice((1, 7, 1000))

        def doing() -> str:
            checker = intel_hex.Checker()
            try:
                for start in range(0, len(data), step):
                    checker.feed(data[start : start + step])
                checker.segments()
            except intel_hex.BadRecord:
                return "refused"
            return "taken"

        return data, doing

    def _read(self) -> tuple[bytes, Callable[[], object]]:
        """A form is read."""
        body, content_type = mutated_form("image", self._chance.choice(self._seeds), self._chance)
        asked: Request = read_event(event("POST", "/", body=body, headers={"Content-Type": content_type}))

        def doing() -> str:
            try:
                read_form(asked, {"image", "description", "isPublic"})
            except DomainError:
                return "refused"
            return "taken"

        return body, doing

    def _ask(self, function: str, caller: Caller | None = None, **parts: Any) -> int:
        status = self._world.call(function, event("POST", "/", caller=caller, **parts)).status
        assert status < 500, status
        return status

    def _uploaded(self) -> tuple[bytes, Callable[[], object]]:
        data = self._picture()
        form = {"image": File("a.jpg", data), "description": "a", "isPublic": "true"}
        return data, lambda: self._ask("share_upload_image", self._caller, form=form)

    def _as_guest(self) -> tuple[bytes, Callable[[], object]]:
        data = self._picture()
        return data, lambda: self._ask("share_upload_image_as_guest", form={"image": File("a.jpg", data)})

    def _added(self) -> tuple[bytes, Callable[[], object]]:
        data = self._picture()
        return data, lambda: self._ask("workspace_add_image", self._caller, form={"file": File("a.jpg", data)})

    def _form(self) -> tuple[bytes, Callable[[], object]]:
        """A form of any of the routes that take one."""
        function, name, file = self._chance.choice(
            [
                ("share_upload_image", "image", self._chance.choice(self._seeds)),
                ("share_upload_images", "image", self._chance.choice(self._seeds)),
                ("share_upload_image_as_guest", "image", self._chance.choice(self._seeds)),
                ("workspace_add_image", "file", self._chance.choice(self._seeds)),
                ("upload_binary", "image", HEX_FILES[0]),
            ]
        )
        body, content_type = mutated_form(name, file, self._chance)
        if self._chance.random() < 0.3:
            body, content_type = multipart({name: File("a.hex", file)})
            body = mutated(body, self._chance, [file])

        def doing() -> int:
            path = {"image_id": created(self._world, self._caller)} if function == "upload_binary" else None
            headers = {"Content-Type": content_type}
            return self._ask(function, self._caller, body=body, headers=headers, path_parameters=path)

        return body, doing

    def _binary(self) -> tuple[bytes, Callable[[], object]]:
        data = self._hex_file()

        def doing() -> int:
            path = {"image_id": created(self._world, self._caller)}
            form = {"image": File("a.hex", data)}
            status = self._ask("upload_binary", self._caller, form=form, path_parameters=path)
            assert about(self._world, "delete_firmware", self._caller, path["image_id"]).status == 200
            return status

        return data, doing

    def _rendered(self) -> tuple[bytes, Callable[[], object]]:
        """A link to an original that was damaged in the bucket; none is there of more pixels than are taken."""
        data, chance = self._picture(), self._chance
        while _pixels(data) > self._limits.pixel_limit:
            data = self._picture()
        file = f"{self._image}.{chance.choice(('jpg', 'png', 'webp', 'gif', 'avif'))}"
        sizes = {"w": f"{chance.choice(_SIDES)}", "h": f"{chance.choice(_SIDES)}", "crop": chance.choice(("true", "x"))}
        query = {name: value for name, value in sizes.items() if chance.random() < 0.7}

        def doing() -> int:
            original_store.put_original(self._image, data, "image/gif")
            status = self._world.call("render_image", link_event(file, query)).status
            assert status < 500, status
            return status

        return data, doing

    def _dropped(self) -> tuple[bytes, Callable[[], object]]:
        """A file that is dropped, of either kind."""
        is_picture = self._chance.random() < 0.7
        data = self._picture() if is_picture else self._hex_file()
        key = f"drop/{self._caller.user_id}/{self._chance.choice(('a.jpg', 'a-1.0.0.hex', 'a', 'é.HEX'))}"

        def doing() -> str:
            message = notification(put(key, data))
            answer = self._world.invoke("ingest_upload", queue_event(ARRIVALS, {"message": message}))
            assert answer == {"batchItemFailures": []}
            return "handled"

        return data, doing


def run(number: int, *, is_timed: bool = False) -> Outcome:
    """A round in a world of its own; a case that takes too long is ended where it ``is_timed``."""
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine():
        return Round(number, pictures(), world, is_timed=is_timed).run(ROUND)


@contextlib.contextmanager
def _limited() -> Generator[None]:
    """What takes much too long inside is ended, once it is Python that works."""

    def late(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, _ENDED)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _limits() -> Limits:
    chosen = Settings()
    return Limits(chosen.image_size_limit, chosen.pixel_limit, chosen.animation_pixel_limit, chosen.frame_limit)


def _pixels(data: bytes) -> int:
    """How many pixels a file says to have; none where it says nothing."""
    try:
        shape = outline(data, media_type(data))
    except Exception:
        return 0
    return shape.width * shape.height * shape.frames


def _size(picture: Any) -> tuple[int, int]:
    return picture.width, picture.height

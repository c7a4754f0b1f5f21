"""What files that come by S3 cost, and how long they take.

The costs are those of the functions on the local engine's DynamoDB, counted by ``tests.support.capacity``, without the
session check, which a request needs at most every 30 s. The times are those of the whole product on this machine.
"""

import contextlib
import hashlib
import io
import tempfile
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops

from constellation.accounts import store as accounts
from constellation.aws.resources import ARRIVALS, INDEXING
from constellation.images import original_store
from constellation.runtime.request import Caller
from tests.bench import Row, report, table
from tests.bench.collection import load
from tests.photographs import scaled, sunset
from tests.support.accounts import sign_up
from tests.support.engine import Engine, engine
from tests.support.hex_files import pages
from tests.support.http_user import User
from tests.support.meter import Bill, metered
from tests.support.pictures import encoded
from tests.support.product import Product, running_product
from tests.support.sharing import SMALL
from tests.support.uploads_api import post
from tests.support.world import World, new_world

IMAGES = 1000
FILES = 1000
PAGES = 1084
"""64 KB of data each, for a file of just under 200 MB."""

WAIT = 300
"""Seconds after which a file is given up."""


def costs() -> None:
    """Print what each step costs, and what a reconciliation does."""
    with _world() as (world, made):
        bills = dict(_bills(world, made))
    table(
        "Uploads: read units / write units / AWS calls",
        ["", "reads", "writes", "calls"],
        [[what, f"{bill.reads:.1f}", f"{bill.writes}", f"{bill.calls:,}"] for what, bill in bills.items()],
    )


@contextlib.contextmanager
def _world() -> Generator[tuple[World, Engine]]:
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        world.now = datetime.now(UTC)  # S3's own
        yield world, made


def _bills(world: World, made: Engine) -> Generator[tuple[str, Bill]]:
    caller = Caller(sign_up(world), session_id="session")

    def spent(doing: Callable[[], object]) -> Bill:
        with metered(made) as bill:
            doing()
        return bill

    def asked(function: str, status: int, **parts: Any) -> Any:
        answer = world.ask(function, caller=caller, **parts)
        assert answer.status == status, answer.body
        return answer.json

    yield "a reconciliation of nothing", spent(lambda: world.invoke("reconcile", {}))
    forms: list[Any] = []
    body = {"kind": "image", "fileName": "sea.gif"}
    yield "POST /api/uploads", spent(lambda: forms.append(asked("create_upload", 201, json=body)))
    (form,) = forms
    yield "GET /api/uploads/{id}", spent(lambda: asked("get_upload", 200, path_parameters={"upload_id": form["id"]}))
    assert post(form) == 204
    (told,) = world.take(ARRIVALS)
    yield "an image is taken in", spent(lambda: world.receive(ARRIVALS, [told]))
    yield "the same event again", spent(lambda: world.receive(ARRIVALS, [told]))
    assert asked("get_upload", 200, path_parameters={"upload_id": form["id"]})["status"] == "ready"
    owner = accounts.find(sign_up(world, "ben@example.com", "ben"))
    assert owner is not None
    for image in load(made, owner, IMAGES):
        original_store.put_original(image.id, SMALL, image.media_type)
    world.now += timedelta(hours=1)
    world.invoke("reconcile", {})  # what was loaded is in no index yet
    world.deliver(INDEXING, delayed=True)
    world.now += timedelta(hours=1)
    reports: list[Any] = []
    yield (
        f"a reconciliation of {IMAGES:,} public images",
        spent(lambda: reports.append(world.invoke("reconcile", {}))),
    )
    assert not any(reports[0].values()), reports


def times() -> list[Row]:
    """Rows of the report."""
    with (
        tempfile.TemporaryDirectory() as data,
        running_product(Path(data)) as product,
        product.http() as client,
    ):
        user = User(client)
        # The firmware first, in a process that has had no picture yet.
        return [*_firmware(user, product), _photograph(user), _drops(user, product)]


def _photograph(user: User) -> Row:
    picture = photograph()
    upload, seconds = _sent(user, picture, kind="image", fileName="IMG_2041.jpg")
    for extension in ("jpg", "png", "webp", "gif", "avif"):
        assert user.asks("GET", f"/image/{upload}.{extension}?w=800").status_code == 200
    return Row(f"photograph of 24 MP, {len(picture) / 1e6:.0f} MB, until ready", f"{seconds:.1f} s", "≤ 10 s")


def _firmware(user: User, product: Product) -> list[Row]:
    file = pages(PAGES)
    image = user.gets("POST", "/image", {"label": "pump", "fw_version": "1.0.0"})["id"]
    _, seconds = _sent(user, file, kind="firmware", fileName="pump.hex", image_id=image)
    assert user.gets("GET", f"/image/{image}")["sha256"] == hashlib.sha256(file).hexdigest()
    what = f"firmware of {len(file) / 1e6:.0f} MB"
    peak = product.peak_megabytes("IngestUpload")
    return [
        Row(f"{what}, until ready", f"{seconds:.1f} s", ""),
        Row(f"{what}, most memory of the function", f"{peak:.0f} MB", "≤ 256 MB"),
    ]


def _drops(user: User, product: Product) -> Row:
    bucket, s3 = product.outputs()["IncomingBucketName"], product.sdk("s3")
    begun = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        for put in [
            pool.submit(s3.put_object, Bucket=bucket, Key=f"drop/{user.id}/{number}.gif", Body=SMALL)
            for number in range(FILES)
        ]:
            put.result()
    _wait(lambda: "Versions" not in s3.list_object_versions(Bucket=bucket, Prefix="drop/"))
    seconds = time.perf_counter() - begun
    assert len(user.gets("GET", "/images")["images"]) == FILES
    return Row(f"{FILES:,} small dropped files", f"{FILES / seconds:.0f} / s", "")


def photograph() -> bytes:
    """A JPEG of 24 megapixels and about 20 MB: fine grain is what cameras keep and encoders cannot press."""
    grain = Image.merge("RGB", [Image.effect_noise((6000, 4000), 32)] * 3)
    picture = scaled(Image.open(io.BytesIO(sunset())).convert("RGB"), grain.size)
    return encoded(ImageChops.add(picture, grain, 2), "JPEG", quality=98, subsampling=0)


def _sent(user: User, data: bytes, **fields: Any) -> tuple[str, float]:
    """The id of an upload, and the seconds from its post until it was ready."""
    form = user.gets("POST", "/api/uploads", fields)
    begun = time.perf_counter()
    httpx.post(form["url"], data=form["fields"], files={"file": ("a", data)}, timeout=WAIT).raise_for_status()

    def status() -> str:
        return user.gets("GET", f"/api/uploads/{form['id']}")["status"]

    _wait(lambda: status() != "pending")
    assert status() == "ready"
    return form["id"], time.perf_counter() - begun


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


if __name__ == "__main__":
    costs()
    report("Uploads by S3", times())

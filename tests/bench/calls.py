"""What a request of each route calls at AWS, and what a million of them cost by list prices.

The functions run as in the tests, on the local engine's DynamoDB. The authorizer is asked for every request, though
the gateway keeps its answer for 30 s; its process has read the public key already.
"""

import contextlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from tests.bench.tables import Table, show
from tests.photographs import flower
from tests.support.accounts import session, sign_up
from tests.support.engine import Engine, engine
from tests.support.hex_files import firmware as firmware_file
from tests.support.meter import Bill, metered
from tests.support.sharing import cdn_event
from tests.support.world import Answer, File, World, load, new_world

API_REQUEST = 3.50
LAMBDA_REQUEST, GIGABYTE_SECOND = 0.20, 13.33
WRITE_UNIT, READ_UNIT = 0.625, 0.125
S3_PUT, S3_GET = 5.00, 0.40
CDN_REQUEST, CDN_FUNCTION, CDN_STORE_READ = 1.00, 0.10, 0.03
SQS_REQUEST = 0.40
"""Dollars a million, us-east-1, arm64, on demand; past free tiers, before discounts."""

_PRICES: Mapping[str, float] = {
    "PutObject": S3_PUT,
    "ListObjectsV2": S3_PUT,
    "GetObject": S3_GET,
    "SendMessage": 3 * SQS_REQUEST,  # sent, received, deleted
    "SendMessageBatch": 3 * SQS_REQUEST,
}
"""What calls cost by themselves. DynamoDB's are paid by the unit, and to delete an object is free."""

_MILLISECONDS: Mapping[str, int] = {"share_upload_image": 300, "workspace_add_image": 300, "render_image": 100}
"""How long a function is taken to run; any other METADATA_MILLISECONDS."""

METADATA_MILLISECONDS = 20


@dataclass(frozen=True)
class Route:
    """A kind of request: the functions that it starts, and what the CDN does for it, in dollars a million."""

    what: str
    functions: tuple[str, ...]
    edge: float
    most_calls: int | None = None
    """The goal."""


def tables() -> list[Table]:
    """Calls and units of a request, and what a million cost."""
    spent = bills()
    return [
        Table(
            "AWS calls and DynamoDB units per request",
            ["request", "calls", "goal", "read units", "write units", "which"],
            [_counted(route, bill) for route, bill in spent],
            "The authorizer's call is among them, where there is one. The bucket's read that CloudFront makes by itself"
            " is counted where it is all there is.",
        ),
        Table(
            "Dollars per million requests",
            ["request", "CDN", "API Gateway", "Lambda", "DynamoDB", "S3, SQS", "total"],
            [_priced(route, bill) for route, bill in spent],
            f"List prices: API Gateway REST ${API_REQUEST:.2f}, Lambda ${LAMBDA_REQUEST:.2f} and ${GIGABYTE_SECOND} per"
            f" million GB-s (arm64), DynamoDB ${WRITE_UNIT} a write and ${READ_UNIT} a read unit, S3 ${S3_PUT:.2f} PUT"
            f" and ${S3_GET:.2f} GET, CloudFront ${CDN_REQUEST:.2f}, ${CDN_FUNCTION:.2f} a function and"
            f" ${CDN_STORE_READ:.2f} a read of its store, SQS ${SQS_REQUEST:.2f}; no traffic, no log lines."
            f" Functions are taken to run {METADATA_MILLISECONDS} ms, an upload"
            f" {_MILLISECONDS['share_upload_image']} ms, a rendition {_MILLISECONDS['render_image']} ms.",
        ),
    ]


_FIRMWARE = {"label": "sensor", "fw_version": "1.4.0"}

_API = CDN_REQUEST + CDN_FUNCTION
_LINK = CDN_REQUEST + 2 * CDN_FUNCTION + CDN_STORE_READ
_FROM_BUCKET = Bill(calls=1)
_FROM_BUCKET.operations["GetObject"] = 1


def bills() -> list[tuple[Route, Bill]]:
    """Each route with what a request of it spends."""
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        sign_up(world)
        token = session(world)["access_token"]

        def ask(method: str, path: str, function: str, goal: int | None = None, **parts: object) -> tuple[Route, Bill]:
            route = Route(f"{method} {path}", ("authorize", function), _API, goal)
            path = path.replace("{id}", image).replace("{constellation}", space).replace("{firmware}", firmware)
            return route, _spent(made, lambda: world.request(method, path, token=token, **parts))

        form = {"image": File("IMG_2041.jpg", flower())}
        image = world.request("POST", "/api/upload", token=token, form=form).json["id"]
        named = {"name": "Holidays"}
        space = world.request("POST", "/constellations", token=token, json=named).json["constellation_uuid"]
        firmware = world.request("POST", "/image", token=token, json=_FIRMWARE).json["id"]
        return [
            ask("GET", "/users/me", "get_me", 2),
            ask("GET", "/api/image/{id}/detail", "share_get_image"),
            ask("GET", "/api/images/1", "share_list_public_images"),
            ask("GET", "/api/images/history/1", "share_list_own_images"),
            ask("POST", "/api/upload", "share_upload_image", 4, form=form),
            ask("POST", "/api/uploads", "create_upload", json={"kind": "image", "fileName": "IMG_2041.jpg"}),
            ask("PATCH", "/api/image/{id}", "share_change_image", json={"description": "The sea"}),
            ask("GET", "/constellations", "list_constellations"),
            ask("POST", "/constellations", "create_constellation", json=named),
            ask("GET", "/constellations/{constellation}", "get_constellation"),
            ask("GET", "/structure/{constellation}", "get_structure"),
            ask("POST", "/images", "workspace_add_image", form={"file": form["image"], "constellation_uuid": space}),
            ask("POST", "/image", "create_firmware", json={**_FIRMWARE, "fw_version": "1.5.0"}),
            ask(
                "POST",
                "/image/{firmware}/binary",
                "upload_binary",
                form={"image": File("sensor.hex", firmware_file(999))},
            ),
            ask("GET", "/image/{firmware}/binary", "get_binary"),
            ask("GET", "/image/{firmware}", "get_firmware"),
            ask("GET", "/image/latest", "get_latest_firmware", query={"label": _FIRMWARE["label"], "current": "1.0.0"}),
            *_links(world, made, image),
            ask("DELETE", "/api/image/{id}", "share_delete_image"),
        ]


def _links(world: World, made: Engine, image: str) -> list[tuple[Route, Bill]]:
    fresh, second = (
        _spent(made, lambda: world.call("render_image", cdn_event(f"/{image}/320x.webp"))) for _ in range(2)
    )
    return [
        (Route("link, cached at the edge", (), _LINK, 0), Bill()),
        (Route("link, rendition in the bucket", (), _LINK, 1), _FROM_BUCKET),
        (Route("link, fresh rendition", ("render_image",), _LINK + S3_GET, 3), fresh),
        (Route("link, asked for again: stored", ("render_image",), _LINK + S3_GET), second),
    ]


def _spent(made: Engine, asking: Callable[[], Answer]) -> Bill:
    with metered(made) as bill:
        answer = asking()
    assert answer.status in (200, 201, 204), answer.body
    return bill


def _counted(route: Route, bill: Bill) -> list[str]:
    goal = "" if route.most_calls is None else f"≤ {route.most_calls}, {_met(bill.calls, route.most_calls)}"
    names = ", ".join(name if n == 1 else f"{n} {name}" for name, n in bill.operations.items())
    return [route.what, str(bill.calls), goal, f"{bill.reads:g}", f"{bill.writes:g}", names or "none"]


def _met(calls: int, most: int) -> str:
    return "met" if calls <= most else f"not met by {calls - most}"


def _priced(route: Route, bill: Bill) -> list[str]:
    parts = [
        route.edge,
        API_REQUEST if "authorize" in route.functions else 0.0,
        sum(map(_function, route.functions)),
        bill.reads * READ_UNIT + bill.writes * WRITE_UNIT,
        sum(number * _PRICES.get(name, 0.0) for name, number in bill.operations.items()),
    ]
    return [route.what, *(f"{part:.2f}" for part in (*parts, sum(parts)))]


def _function(name: str) -> float:
    seconds = _MILLISECONDS.get(name, METADATA_MILLISECONDS) / 1000
    return LAMBDA_REQUEST + seconds * load(name).memory / 1024 * GIGABYTE_SECOND


if __name__ == "__main__":
    show(tables())

"""The functions run with their layers alone, and what is left of botocore says to AWS what all of it would."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import (
    ACCESS_LOGS,
    ARRIVALS,
    BINARIES,
    CONSTELLATIONS,
    DELETIONS,
    FIRMWARE,
    HIDING,
    INCOMING,
    INDEXING,
    LEFTOVERS,
    ORIGINALS,
    REDUCING,
    REMOVALS,
    RENDITIONS,
    SOURCES,
)
from infra import layers
from infra.discovery import discover
from tests.infra.sandbox import sandboxed
from tests.support import accounts, hex_files, logs, pictures
from tests.support.cloudfront import KVS_ARN
from tests.support.internet import Host, file
from tests.support.sharing import SMALL, cdn_event
from tests.support.world import Answer, File, World, configure

THROTTLED = (400, b'{"__type": "ThrottlingException", "message": "Rate exceeded"}')

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
CALLS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "cloudfront": {
        "create_invalidation": {
            "DistributionId": "d",
            "InvalidationBatch": {"Paths": {"Quantity": 1, "Items": ["#a"]}, "CallerReference": "r"},
        },
        "get_invalidation": {"DistributionId": "d", "Id": "i"},
    },
    "cloudfront-keyvaluestore": {
        "describe_key_value_store": {"KvsARN": KVS_ARN},
        "get_key": {"KvsARN": KVS_ARN, "Key": "a"},
        "update_keys": {"KvsARN": KVS_ARN, "IfMatch": "v", "Puts": [{"Key": "a", "Value": "1"}]},
    },
    "dynamodb": {
        "batch_get_item": {"RequestItems": {"t": {"Keys": [KEY]}}},
        "batch_write_item": {"RequestItems": {"t": [{"DeleteRequest": {"Key": KEY}}]}},
        "delete_item": {"TableName": "t", "Key": KEY},
        "get_item": {"TableName": "t", "Key": KEY},
        "put_item": {"TableName": "t", "Item": KEY},
        "query": {
            "TableName": "t",
            "KeyConditionExpression": "pk = :a",
            "ExpressionAttributeValues": {":a": {"S": "a"}},
        },
        "scan": {"TableName": "t", "IndexName": "index", "Limit": 9},
        "transact_write_items": {
            "ClientRequestToken": "c",
            "TransactItems": [{"Put": {"TableName": "t", "Item": KEY}}],
        },
        "update_item": {"TableName": "t", "Key": KEY, "UpdateExpression": "SET a = b"},
    },
    "kms": {
        "get_public_key": {"KeyId": "k"},
        "sign": {"KeyId": "k", "Message": "m", "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256"},
    },
    "s3": {
        "copy_object": {
            "Bucket": "pictures",
            "Key": "a/b.jpg",
            "CopySource": {"Bucket": "others", "Key": "a b+ä%.jpg", "VersionId": "v"},
            "MetadataDirective": "REPLACE",
        },
        "create_bucket": {"Bucket": "pictures"},
        "delete_object": {"Bucket": "pictures", "Key": "a b+ä%.jpg", "VersionId": "v"},
        "delete_objects": {"Bucket": "pictures", "Delete": {"Objects": [{"Key": "a/b.jpg"}], "Quiet": True}},
        "get_object": {"Bucket": "pictures", "Key": "a b+ä%.jpg", "VersionId": "v"},
        "head_object": {"Bucket": "pictures", "Key": "a/b.jpg"},
        "list_object_versions": {"Bucket": "pictures", "Prefix": "a b+ä%/", "KeyMarker": "k", "VersionIdMarker": "v"},
        "list_objects_v2": {"Bucket": "pictures", "Prefix": "a/"},
        "put_object": {"Bucket": "pictures", "Key": "a/b.jpg", "Body": "data", "ContentType": "image/jpeg"},
    },
    "sqs": {
        "send_message": {"QueueUrl": "https://sqs.example.com/1/q", "MessageBody": "{}", "DelaySeconds": 0},
        "send_message_batch": {
            "QueueUrl": "https://sqs.example.com/1/q",
            "Entries": [{"Id": "0", "MessageBody": "{}", "DelaySeconds": 0}],
        },
    },
}
"""For each operation in use what it takes; none creates a bucket, but by way of that the SDK signs a form."""

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-5", "us-gov-west-1", "cn-north-1")

SAY = """
import base64, io, json, os, sys
sys.path[:0] = sys.argv[2:]
from botocore.awsrequest import AWSResponse
from constellation.aws import client, sdk, sigv4a

class Raw(io.BytesIO):
    def stream(self, *_, **__):
        yield self.read()

def hear(request, **_):
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    headers = {k.lower(): v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
    scope = headers.pop("authorization").partition("Credential=")[2].partition(",")[0].split("/")[2:]
    for changing in ("x-amz-date", "amz-sdk-invocation-id", "user-agent"):
        headers.pop(changing)
    said.append([request.method, request.url, headers, scope, body.decode() if isinstance(body, bytes) else body])
    is_json = "x-amz-target" in headers or "cloudfront-kvs" in request.url
    return AWSResponse(request.url, 200, {}, Raw(b'{"Items": []}' if is_json else b"<Result/>"))

sigv4a.install()
said = []
for service, operations in json.loads(sys.argv[1]).items():
    sdk.client_of(service).meta.events.register("before-send", hear)
    for operation, parameters in operations.items():
        client.call(service, operation, **parameters)
said.append(client.presign("get_object", 60, Bucket="pictures", Key="a/b.jpg").partition("&X-Amz-Date=")[0])
url, fields = client.presign_form(60, 1, 9, Bucket="pictures", Key="a/b.jpg")
conditions = json.loads(base64.b64decode(fields.pop("policy")))["conditions"]
changing = [{"x-amz-date": fields.pop("x-amz-date")}, fields.pop("x-amz-signature")]
said.append([url, fields, [each for each in conditions if each not in changing]])
print(json.dumps(said))
"""


def test_every_function_runs_on_its_layers_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    layers.build("local")
    host = Host(lambda _: file(SMALL), tls=False)
    place = f"127.0.0.1:{host.port}"
    configure(monkeypatch, signups_per_day=9, guest_uploads_per_day=9, outbound_allow=[place])
    with contextlib.closing(host), sandboxed() as sandbox:
        _use_everything(sandbox, f"http://{place}/sea.gif")
        assert set(sandbox.processes) == {function.name for function in discover().functions}
        hosts = {_host(url) for url in sandbox.bridge.seen}
    assert hosts == {
        "123456789012.cloudfront-kvs.global.api.aws",
        "cloudfront.amazonaws.com",
        "dynamodb.us-east-1.amazonaws.com",
        "kms.us-east-1.amazonaws.com",
        "sqs.us-east-1.amazonaws.com",
        "constellation-binaries.s3.us-east-1.amazonaws.com",
        "constellation-incoming.s3.us-east-1.amazonaws.com",
        "constellation-logs.s3.us-east-1.amazonaws.com",
        "constellation-originals.s3.us-east-1.amazonaws.com",
        "constellation-renditions.s3.us-east-1.amazonaws.com",
    }


def _use_everything(world: World, source: str) -> None:
    user = accounts.sign_up(world)
    taken = {"email": accounts.EMAIL, "username": "bob", "password": accounts.PASSWORD}
    assert world.request("POST", "/api/auth/signup", json=taken).status == 422
    grace = {"name": "grace", "email": "grace@example.com", "password": accounts.PASSWORD}
    registered = world.request("POST", "/register", json=grace)
    assert registered.status == 201
    assert accounts.log_in(world, password="wrong").status == 401
    tokens = accounts.session(world)
    assert world.request("POST", "/login", json={"name": "grace", "password": accounts.PASSWORD}).status == 200
    assert accounts.refresh(world, tokens["refresh_token"]).status == 200
    token = tokens["access_token"]
    assert accounts.me(world, token).json["uuid"] == user
    assert world.request("GET", f"/users/{user}", token=token).status == 200
    assert world.request("GET", "/users", token=token, query={"email": grace["email"]}).status == 200
    key = accounts.new_key(world, token)
    assert len(world.request("GET", "/api/user/api-keys", token=token).json["data"]) == 1
    robot = accounts.new_token(world, token)
    assert accounts.me(world, robot["token"]).json["uuid"] == user
    assert len(world.request("GET", "/api/user/tokens", token=token).json["data"]) == 1
    assert world.request("DELETE", f"/api/user/tokens/{robot['id']}", token=token).status == 204
    picture = File("sea.png", pictures.long())
    image = ""
    for path, credential in (("upload", token), ("external/upload", key["key"]), ("guest/upload", None)):
        answer = world.request("POST", f"/api/{path}", token=credential, form={"image": picture})
        assert answer.status == 201, answer.body
        image = image or answer.json["id"]
    (made,) = world.request("POST", "/api/upload/batch", token=token, form={"image": [picture]}).json["results"]
    assert made["status"] == 201
    aws.call("s3", "delete_object", Bucket=ORIGINALS.physical_name, Key=f"reductions/{image}")
    for name in ("full.png", "full.avif", "20x20c.webp", "20x20c.webp", "x10.gif", "30x.jpg"):
        answer = world.call("render_image", cdn_event(f"/{image}/{name}"))
        assert (answer.status, bool(answer.body)) == (200, True), name
    assert world.deliver(REDUCING) == 1
    assert world.call("render_image", cdn_event(f"/{user}/full.png")).status == 404
    for rest in ("", "/info.json", "/0,0,20,20/10,/!90/bitonal.png"):
        assert world.request("GET", f"/iiif/3/{image}{rest}").status in (200, 303)
    _vary(world, token, image)
    _collect(world, token, image)
    _show(world, token, image)
    _share(world, token, image)
    _collaborate(world, token, registered.json["user_uuid"])
    _provision(world, token)
    _send_by_s3(world, user, token, source)
    assert world.request("DELETE", f"/api/user/api-keys/{key['keyId']}", token=token).status == 204
    assert accounts.log_out(world, tokens["refresh_token"]).status == 204
    for path in ("/.well-known/jwks.json", "/health", "/openapi.json", "/docs", "/docs/swagger-ui.js"):
        assert world.request("GET", path).status == 200


def _vary(world: World, token: str, image: str) -> None:
    """Variants of both kinds of places are made, seen and deleted; a link is signed."""
    space = world.request("POST", "/constellations", token=token, json={"name": "Space"}).json["constellation_uuid"]
    mark = {"image_uuid": image, "position": "north", "opacity": 0.5, "scale": 0.5, "margin": 1}
    for place in ("/api", f"/constellations/{space}"):
        one = f"{place}/variants/card"
        assert world.request("PUT", one, token=token, json={"w": 20, "watermark": mark}).status == 201
        assert world.request("GET", one, token=token).json["w"] == 20
        assert len(world.request("GET", f"{place}/variants", token=token).json["data"]) == 1
    assert world.call("render_image", cdn_event(f"/{image}/~card.webp")).status == 200
    signed = world.request("POST", f"/api/image/{image}/sign", token=token, json={"variant": "card"})
    assert signed.json["url"].startswith(f"/image/{image}.png?variant=card&exp=")
    for place in ("/api", f"/constellations/{space}"):
        assert world.request("DELETE", f"{place}/variants/card", token=token).status == 204
    assert world.request("DELETE", f"/constellations/{space}", token=token).status == 200
    while world.deliver(REMOVALS, delayed=True):
        pass
    world.take(HIDING)
    world.cdn.hidden.clear()


def _collect(world: World, token: str, image: str) -> None:
    """A collection is made, filled, put in order, seen, emptied and deleted."""
    made = world.request("POST", "/api/collections", token=token, json={"name": "Sea"})
    path = f"/api/collections/{made.json['id']}"
    assert world.request("PUT", f"{path}/items/{image}", token=token).status == 204
    batch = {"ids": [image], "action": "collect", "collection_id": made.json["id"]}
    collected = world.request("POST", "/api/images/batch", token=token, json=batch)
    assert collected.json == {"results": [{"id": image, "status": 204}]}
    assert world.request("PATCH", f"{path}/order", token=token, json={"ids": [image]}).status == 204
    assert world.request("PATCH", path, token=token, json={"name": "Lake"}).status == 204
    assert world.request("GET", "/api/collections", token=token).json["data"][0]["name"] == "Lake"
    assert world.request("GET", path, token=token).json["cover"] == f"/image/{image}_thumbnail.png"
    assert world.request("GET", f"{path}/items", token=token).json["data"][0]["id"] == image
    assert world.request("DELETE", f"{path}/items/{image}", token=token).status == 204
    assert world.request("DELETE", path, token=token).status == 204
    assert world.deliver(DELETIONS) == 1


def _show(world: World, token: str, image: str) -> None:
    """An image and a constellation are shared, seen and seen no more."""
    space = world.request("POST", "/constellations", token=token, json={"name": "Trip"}).json["constellation_uuid"]
    one = f"/api/image/{image}"
    assert world.request("PATCH", one, token=token, json={"access": "signed"}).status == 204
    target = {"type": "image", "id": image}
    made = world.request("POST", "/api/shares", token=token, json={"target": target, "password": "sesame"}).json
    path, code = f"/api/shares/{made['id']}", f"/api/s/{made['code']}"
    assert world.request("PATCH", path, token=token, json={"maxViews": 5}).status == 204
    assert world.request("GET", path, token=token).json["maxViews"] == 5
    assert world.request("GET", code).json["hasPassword"]
    opened = world.request("POST", f"{code}/unlock", json={"password": "sesame"}).json
    headers = {"Authorization": f"Share {opened['token']}"}
    assert world.request("GET", f"{code}/items", headers=headers).json["data"][0]["id"] == image
    assert world.request("GET", "/api/shares", token=token).json["data"][0]["views"] == 1
    page = f"/s/{made['code']}"
    assert b"password" in world.request("GET", page).body
    assert image.encode() in world.request("POST", page, form={"password": "sesame"}).body
    assert world.request("DELETE", path, token=token).status == 204
    assert world.request("PATCH", one, token=token, json={"access": "open"}).status == 204
    target = {"type": "constellation", "id": space}
    made = world.request("POST", "/api/shares", token=token, json={"target": target}).json
    assert world.request("POST", f"/api/s/{made['code']}/uploads", json={"fileName": "sea.png"}).status == 403
    shares = f"/constellations/{space}/shares"
    assert world.request("GET", f"/api/s/{made['code']}/items").json["data"] == []
    assert world.request("GET", shares, token=token).json["data"][0]["id"] == made["id"]
    assert world.request("GET", f"{shares}/{made['id']}", token=token).json["id"] == made["id"]
    assert world.request("DELETE", f"{shares}/{made['id']}", token=token).status == 204
    assert world.request("DELETE", f"/constellations/{space}", token=token).status == 200
    assert world.deliver(HIDING)
    assert f"{path.rpartition('/')[2]}.1" in world.cdn.hidden
    while world.deliver(REMOVALS, delayed=True):
        pass
    world.cdn.hidden.clear()


def _share(world: World, token: str, image: str) -> None:
    """An image is described, found, seen, counted and deleted."""
    one = f"/api/image/{image}"
    said = {"description": "The sea at #sunset", "isPublic": True}
    assert world.request("PATCH", one, token=token, json=said).status == 204
    assert world.request("PUT", f"{one}/tags", token=token, json={"tags": ["trips/2025"]}).status == 204
    assert world.deliver(INDEXING, delayed=True) == 9
    assert world.request("GET", "/api/tags", token=token).json["data"] == [{"tag": "trips/2025", "count": 1}]
    assert world.request("PATCH", "/api/tags", token=token, json={"from": "trips", "to": "far"}).status == 202
    assert world.deliver(INDEXING) == 1
    for path in ("/api/images/1", "/api/images/history/1"):
        found = world.request("GET", path, token=token, query={"searchTerm": "sunset", "limit": "1"})
        assert [each["id"] for each in found.json["data"]] == [image]
    files = world.request("POST", "/api/images/exists", token=token, json={"sha256": ["0" * 64]})
    assert files.json == {"found": {}}
    chosen = world.request("GET", "/api/images", token=token, query={"uuid[]": [image]})
    assert [each["id"] for each in chosen.json] == [image]
    logs.write("E1.2025-07-11-12.0.gz", [logs.line(f"/image/{image}.png")])
    assert world.deliver(ACCESS_LOGS) == 1
    assert world.request("GET", f"{one}/detail", token=token).json["views"] == 1
    assert world.invoke("recount_list", {"list": "public"})["counted"] == 2
    assert world.invoke("enter_old_files", {})["checkpoint"] == ""
    purged = world.invalidated()
    assert world.request("DELETE", one, token=token).status == 204
    assert world.deliver(HIDING) == 1
    assert world.deliver(DELETIONS, delayed=True) == 6
    assert world.objects(RENDITIONS) == {}
    assert world.cdn.hidden.keys() == {image}
    world.cdn.hidden.clear()  # as where a deletion is killed before it says so
    for _ in range(2):
        world.invoke("purge_cdn", {})
        world.advance(seconds=60)
    assert world.invalidated() == [*purged, f"#{image}"]


def _collaborate(world: World, token: str, other: str) -> None:
    """A constellation is made, shared, filled, talked about, looked at and deleted."""

    def ask(method: str, path: str, status: int = 200, form: Any = None, **body: Any) -> Any:
        answer = world.request(method, path, token=token, form=form, json=body or None)
        assert answer.status == status, (method, path, answer.body)
        return answer.json if answer.headers["content-type"].startswith("application/json") else answer.body

    space = ask("POST", "/constellations", 201, name="Space")["constellation_uuid"]
    one = f"/constellations/{space}"
    assert ask("PATCH", one, name="Trip") == {"name": "Trip"}
    assert ask("GET", "/constellations") == [{"constellation_uuid": space, "name": "Trip", "rights": "ADMIN"}]
    root = ask("GET", one)["root_folder_uuid"]
    ask("POST", f"{one}/connect", user_uuid=other, rights="WRITE")
    assert len(ask("GET", f"{one}/users")) == 2
    ask("POST", f"{one}/disconnect", user_uuid=other)
    assert world.request("POST", f"{one}/accept", token=token).status == 204
    folder = ask("POST", "/folders", 201, name="Day 1", constellation_uuid=space)["folder_uuid"]
    ask("PATCH", f"/folders/{folder}", name="Day 2")
    form = {"file": File("sea.gif", SMALL), "constellation_uuid": space, "folder_uuid": folder}
    images = [f"/images/{ask('POST', '/images', 201, form)['uuid']}" for _ in range(3)]
    assert ask("PATCH", images[0], name="lake.gif", folder_uuid=root)["name"] == "lake.gif"
    assert ask("GET", images[0]).startswith(b"GIF89a")
    comments = f"{images[0]}/comments"
    ask("DELETE", f"{comments}/{ask('POST', comments, 201, content='Oh.')['comment_uuid']}")
    assert ask("GET", comments) == []
    ask("DELETE", images[1])
    assert {each["name"] for each in ask("GET", "/images")["images"]} == {"sea.png", "lake.gif", "sea.gif"}
    assert len(ask("GET", f"/folders/{folder}")["children"]) == 1
    assert len(ask("GET", f"/structure/{space}")["children"]) == 2
    ask("DELETE", f"/folders/{folder}")
    assert world.deliver(REMOVALS) == 1
    ask("DELETE", one)
    assert world.deliver(REMOVALS) == 1
    assert world.items(CONSTELLATIONS) == []


def _provision(world: World, token: str) -> None:
    """A firmware image is made, filled, found, offered, fetched, emptied and deleted."""

    def ask(method: str, path: str, status: int = 200, **parts: Any) -> Answer:
        answer = world.request(method, path, token=token, **parts)
        assert answer.status == status, (method, path, answer.body)
        return answer

    made = ask("POST", "/image", 201, json={"label": "pump", "fw_version": "1.0.0"})
    one, file = made.headers["location"], hex_files.firmware(100)
    ask("POST", f"{one}/binary", form={"image": File("pump.hex", file)})
    ask("POST", f"{one}/binary", 400, form={"image": File("pump.hex", file)})
    assert ask("GET", "/image").json == ask("GET", "/image", query={"label": "pump", "sort": "version"}).json
    assert ask("GET", "/image/binary").json == [f"{made.json['id']}.hex"]
    assert ask("GET", "/image/latest", query={"label": "pump"}).json == ask("GET", one).json
    assert ask("GET", f"{one}/binary").body == file
    ask("DELETE", f"{one}/binary")
    ask("POST", f"{one}/binary", form={"image": File("pump.hex", b"no Intel HEX")})
    ask("DELETE", one)
    assert world.deliver(LEFTOVERS, delayed=True) == 4
    assert (world.items(FIRMWARE), world.objects(BINARIES)) == ([], {})


def _send_by_s3(world: World, user: str, token: str, source: str) -> None:
    """Files are posted, fetched and dropped, some refused, one deleted too soon; then all is reconciled."""

    def registered(kind: str, name: str, **fields: str) -> tuple[str, str]:
        body = {"kind": kind, "fileName": name, **fields}
        answer = world.request("POST", "/api/uploads", token=token, json=body)
        assert answer.status == 201, answer.body
        return answer.json["id"], answer.json["fields"]["key"]

    def put(key: str, data: bytes) -> str:
        return aws.call("s3", "put_object", Bucket=INCOMING.physical_name, Key=key, Body=data)["VersionId"]

    file = hex_files.firmware(100)
    made = world.request("POST", "/image", token=token, json={"label": "valve", "fw_version": "1.0.0"}).json["id"]
    sent = [(registered("image", "sea.gif"), SMALL), (registered("firmware", "v.hex", image_id=made), file)]
    for (_, key), data in sent:
        put(key, data)
    for name, data in {"a b+ä%.gif": SMALL, "valve-2.0.0.hex": file, "note.txt": b"no picture"}.items():
        put(f"drop/{user}/{name}", data)
    gone = f"drop/{user}/gone.gif"
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=gone, VersionId=put(gone, SMALL))
    ends = {upload_id: "ready" for (upload_id, _), _ in sent}
    for address, end in ((source, "ready"), ("https://localhost/", "failed")):
        body = {"kind": "image", "sourceUrl": address}
        ends[world.request("POST", "/api/uploads", token=token, json=body).json["id"]] = end
    assert (world.deliver(SOURCES, delayed=True), world.deliver(ARRIVALS)) == (2, 7)
    for upload_id, end in ends.items():
        status = world.request("GET", f"/api/uploads/{upload_id}", token=token)
        assert status.json["status"] == end, status.body
    latest = world.request("GET", "/image/latest", token=token, query={"label": "valve"}).json
    assert (latest["fw_version"], latest["size"]) == ("2.0.0", len(file))
    assert list(world.objects(INCOMING)) == [f"drop-failed/{user}/note.txt.json"]
    world.advance(minutes=16)
    report = world.invoke("reconcile", {})
    assert report.pop("CleanUpsResumed") == 3  # of the images that were deleted, whose messages wait
    assert set(report.values()) == {0}


def test_a_busy_service_is_asked_again(world: World) -> None:
    layers.build("local")
    with sandboxed() as sandbox:
        sandbox.bridge.faults += [THROTTLED, (500, b"{}")]
        assert sandbox.request("GET", "/.well-known/jwks.json").status == 200
        assert len(sandbox.bridge.seen) == 3


def test_the_operations_in_use_are_known_here() -> None:
    assert {service: sorted(calls) for service, calls in CALLS.items()} == layers.operations()


@pytest.mark.parametrize("region", REGIONS)
def test_the_trimmed_sdk_says_to_aws_what_all_of_it_says(region: str) -> None:
    layers.build("local")
    core, *others = (layers.BUILD / "local" / layer / "python" for layer in ("core", "runtime", "crypto"))
    trimmed = _said(region, "-S", str(core), *map(str, others))
    assert trimmed == _said(region, "-B", str(core))
    *requests, signed, (posted_to, *_) = trimmed
    suffix, cdn = ("amazonaws.com.cn", "cn-northwest-1.") if region.startswith("cn-") else ("amazonaws.com", "")
    bucket = f"pictures.s3.{region}.{suffix}"
    stores = {"123456789012.cloudfront-kvs.global.api.aws"} if has_key_value_stores(region) else set[str]()
    assert {_host(url) for _, url, *_ in requests} == stores | {
        f"cloudfront.{cdn}{suffix}",
        f"dynamodb.{region}.{suffix}",
        f"kms.{region}.{suffix}",
        f"sqs.{region}.{suffix}",
        bucket,
    }
    assert _host(signed) == _host(posted_to) == bucket


def has_key_value_stores(region: str) -> bool:
    """Whether the region's partition has CloudFront's KeyValueStore."""
    return not region.startswith(("us-gov-", "cn-"))


def _host(url: str) -> str | None:
    return urlsplit(url).hostname


def _said(region: str, switch: str, *folders: str) -> list[Any]:
    """The requests of CALLS, a signed URL and a signed form, as they would go out on Lambda in ``region``."""
    secrets = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    calls = {service: asked for service, asked in CALLS.items() if has_key_value_stores(region) or "-" not in service}
    found = subprocess.run(
        [sys.executable, "-I", switch, "-c", SAY, json.dumps(calls), *folders],
        env={**secrets, "AWS_DEFAULT_REGION": region, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(found.stdout)

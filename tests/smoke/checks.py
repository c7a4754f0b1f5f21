"""What is checked, in order. Every check raises Failed where something else is found than should be."""

import functools
import hashlib
import io
import random
import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from PIL import Image

from tests.photographs import FLOWER_SIZE, flower
from tests.smoke.run import Account, Failed, Run, check, equal, expect, in_parallel, refused
from tests.smoke.web import Answer
from tests.support.hex_files import firmware
from tests.support.pictures import noise, still

UNKNOWN = "0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e"
NO_TOKEN = "No authorization token has been supplied"

GONE_SECONDS = 10
"""Within which a deleted image is gone from the CDN."""

TAKEN_IN_SECONDS = 30
"""Within which a posted file is taken in."""

KEY_SECONDS = 60
"""Within which a deleted API key is refused: the gateway keeps an authorizer's answer for 30 s."""

VIEWS_SECONDS = 90 * 60
"""Within which CloudFront has delivered its access logs, mostly."""

MANY = 50
"""Images that are deleted one by one: more than the CDN takes invalidations at once."""

ROUND = 10
"""Deletions between two looks at what is still there."""

REPLY_LIMIT = 4_500_000
"""Bytes of one answer; what is more is redirected to."""

PART = 2_000_000
"""Bytes of a range of a large file."""

HEX = firmware(3000)
BINARY = bytes(range(256)) * 40
"""Every byte there is: what is not carried as bytes would be changed on the way."""


def large_binary() -> bytes:
    """Some bytes that are no Intel HEX and more than one answer holds."""
    return b"\0" + random.Random(2).randbytes(REPLY_LIMIT + 200_000)


@check("an account logs in, and is signed up if it is new")
def accounts(run: Run) -> str:
    for who, account in accounts_of(run).items():
        pair = {"username": account.name, "password": account.password}
        answer = run.ask("POST", "/api/auth/login", json=pair) if run.account else None
        if answer is None or answer.status == 401:
            whole = {**pair, "email": f"{account.name}@example.org"}
            answer = run.ask("POST", "/api/auth/signup", json=whole)
            if answer.status == 429:
                raise Failed("no sign-up is left for this address today: SMOKE_USER and SMOKE_PASSWORD name an account")
            expect(answer, 201, f"signing up {account.name}")
            answer = run.ask("POST", "/api/auth/login", json=pair)
        tokens = expect(answer, 200, f"logging in {account.name}").json
        equal(tokens["token_type"], "bearer", "the type of the token")
        run[f"the token of the {who}"] = tokens["access_token"]
        run[f"the session of the {who}"] = tokens["refresh_token"]
        run[f"the id of the {who}"] = str(UUID(run.get("/users/me", who).json["uuid"]))
    return " and ".join(account.name for account in accounts_of(run).values())


def accounts_of(run: Run) -> dict[str, Account]:
    """The two who take part: one owns everything, the other sees what it is let see."""
    owner = run.account or Account(run.mark, run.password)
    return {"owner": owner, "reader": Account(f"{owner.name}-reader", owner.password)}


@check("a session is refreshed, and its old refresh token is dead")
def refresh(run: Run) -> None:
    old = {"refresh_token": run["the session of the reader"]}
    tokens = expect(run.ask("POST", "/api/auth/refresh", json=old), 200, "refreshing").json
    run["the token of the reader"] = tokens["access_token"]
    equal(run.get("/users/me", "reader").json["uuid"], run["the id of the reader"], "whose the new token is")
    expect(run.ask("POST", "/api/auth/refresh", json=old), 401, "the old refresh token")
    pair = accounts_of(run)["reader"]  # a used token has ended the session, as it should
    again = run.ask("POST", "/api/auth/login", json={"username": pair.name, "password": pair.password})
    tokens = expect(again, 200, "logging in again").json
    run["the token of the reader"], run["the session of the reader"] = tokens["access_token"], tokens["refresh_token"]


@check("a wrong password is 401 in JSON")
def wrong_password(run: Run) -> None:
    pair = {"username": accounts_of(run)["reader"].name, "password": "certainly another one"}
    answer = expect(run.ask("POST", "/api/auth/login", json=pair), 401, "a wrong password")
    equal(set(answer.json["error"]), {"title", "message", "violations"}, "the keys of the refusal")


@check("without a credential: the gateway's 401 in our words")
def no_credential(run: Run) -> None:
    for method, path in (
        ("GET", "/users/me"),
        ("GET", "/images"),
        ("POST", "/api/upload"),
        ("DELETE", f"/api/image/{UNKNOWN}"),
    ):
        answer = run.ask(method, path)
        refused(answer, 401, NO_TOKEN, f"{method} {path}")
        equal(answer.headers.get("cache-control"), "no-store", f"Cache-Control of {method} {path}")


@check("with a made-up credential: the same 401")
def made_up_credential(run: Run) -> None:
    for credential in ("Bearer x", "Bearer a.b.c", "Basic YTpi", f"Bearer sk_{'0' * 64}"):
        answer = run.ask("GET", "/users/me", headers={"Authorization": credential})
        refused(answer, 401, NO_TOKEN, credential[:12])
    answer = run.ask("POST", "/api/external/upload", "owner")
    refused(answer, 401, NO_TOKEN, "a token where a key belongs")


@check("unknown paths: the gateway's 404 in our words, with a credential and without")
def unknown_paths(run: Run) -> None:
    for path in ("/nothing/here", "/api/uploadx", "/v1/users/me"):
        for who in (None, "owner"):
            refused(run.ask("GET", path, who), 404, "Not Found", path)


@check("known paths with a wrong method: 404 or 405 in JSON")
def wrong_method(run: Run) -> None:
    for method, path in (("PUT", "/users/me"), ("DELETE", "/api/upload"), ("PATCH", "/constellations")):
        answer = expect(run.ask(method, path, "owner"), (404, 405), f"{method} {path}")
        equal(answer.json.get("status"), answer.status, f"the body of {method} {path}")


@check("malformed JSON is 400 on every surface, in its shape")
def malformed(run: Run) -> None:
    for path, keys in (
        ("/constellations", {"message"}),
        ("/image", {"message", "status"}),
        ("/api/uploads", {"error"}),
    ):
        sent = run.ask("POST", path, "owner", content=b"{", headers={"Content-Type": "application/json"})
        equal(set(expect(sent, 400, f"POST {path}").json), keys, f"the keys of POST {path}")


@check("a body past the limit is 413 in our words, and says what to do")
def too_large(run: Run) -> None:
    file = {"image": ("a.jpg", b"\xff\xd8\xff" + bytes(REPLY_LIMIT + 250_000))}
    answer = expect(run.ask("POST", "/api/upload", "owner", files=file), 413, "POST /api/upload")
    equal(set(answer.json), {"message", "status"}, "the keys of the refusal")
    if "POST /api/uploads" not in answer.json["message"]:
        raise Failed(f"it says {answer.json['message']}")


@check("a body of another type is 415, a file of another type 422 that names it")
def wrong_types(run: Run) -> None:
    plain = run.ask("POST", "/api/upload", "owner", content=b"hello", headers={"Content-Type": "text/plain"})
    equal(set(expect(plain, 415, "a plain text").json), {"error"}, "the keys of the refusal")
    file = {"image": ("a.jpg", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n", "image/jpeg")}
    (violation,) = expect(run.ask("POST", "/api/upload", "owner", files=file), 422, "a PDF").json["error"]["violations"]
    if "application/pdf" not in violation["message"]:
        raise Failed(f"it says {violation['message']}")


@check("an upload of a JPEG, public and described")
def upload(run: Run) -> None:
    answer = _upload(run, flower(), isPublic="true", description=f"A flower of {run.mark} #smoke{run.token}")
    run["an image"] = answer.json["id"]
    equal(answer.headers.get("location"), f"/api/image/{run['an image']}/detail", "Location")
    detail = run.get(f"/api/image/{run['an image']}/detail", "owner").json
    equal((detail["width"], detail["height"], detail["mimeType"]), (*FLOWER_SIZE, "image/jpeg"), "what it is")
    for count, name in ((1, "a private image"), (2, "a fresh image")):
        run[name] = _upload(run, still("PNG", 40 * count, 30), description=f"Private, of {run.mark}").json["id"]


def _upload(run: Run, data: bytes, *, key: str = "", **fields: str) -> Answer:
    files, headers = {"image": ("a picture", data)}, {"Idempotency-Key": key}
    sent = run.ask("POST", "/api/upload", "owner", files=files, data=fields, headers=headers)
    return expect(sent, 201, "POST /api/upload")


@check("paths with and without a slash at their end are one, and neither redirects")
def trailing_slash(run: Run) -> str:
    paths = {
        "/users/me": "owner", f"/users/{run['the id of the reader']}": "owner", "/constellations": "owner",
        "/images": "owner", "/image": "owner", "/api/images/1": "owner", "/api/images/history/1": "owner",
        "/api/user/api-keys": "owner", f"/api/image/{run['an image']}/detail": "owner", "/docs": None,
        "/openapi.json": None, "/.well-known/jwks.json": None, f"/image/{run['an image']}.jpg": None,
    }  # fmt: skip

    def both(path: str) -> None:
        plain, slashed = (run.get(spelling, paths[path]) for spelling in (path, f"{path}/"))
        if path != "/api/images/1":  # others upload meanwhile
            equal(slashed.content, plain.content, f"{path}/")

    in_parallel(both, paths)
    for path in ("/constellations", "/folders", "/image", "/api/user/api-keys"):
        expect(run.ask("POST", f"{path}/", "owner", json={}), (400, 422), f"POST {path}/")
    refused(run.ask("GET", "/users/me/"), 401, NO_TOKEN, "GET /users/me/ of nobody")
    return f"{len(paths) + 5} paths"


@check("links in sizes and formats: exactly what was asked for")
def sizes_and_formats(run: Run) -> str:
    asked = {
        ".jpg?w=200": ("JPEG", (200, 133)),
        ".webp?w=300&crop=true": ("WEBP", (300, 300)),
        ".png?h=60": ("PNG", (90, 60)),
        ".gif?w=80&h=80": ("GIF", (80, 53)),
        ".avif?w=64": ("AVIF", (64, 43)),
        "_thumbnail.jpg": ("JPEG", (300, 300)),
    }
    for rest, expected in asked.items():
        answer = run.get(f"/image/{run['an image']}{rest}")
        equal(_pictured(answer.content), expected, rest)
        equal(answer.headers.get("content-type"), f"image/{expected[0].lower()}", f"the type of {rest}")
    equal(_pictured(run.get(f"/api/image/{run['an image']}.jpg").content), ("JPEG", FLOWER_SIZE), "the whole")
    return f"{len(asked) + 1} links"


def _pictured(data: bytes) -> tuple[str | None, tuple[int, int]]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture.format, picture.size


@check("a viewer of large pictures gets what it needs by IIIF, and nothing for nonsense")
def iiif(run: Run) -> str:
    base = f"/iiif/3/{run['an image']}"
    info = expect(run.ask("GET", f"{base}/info.json"), 200, "info.json").json
    equal((info["width"], info["height"]), FLOWER_SIZE, "the size by info.json")
    equal(info["profile"], "level2", "the level of info.json")
    asked = {
        "full/max/0/default.jpg": ("JPEG", FLOWER_SIZE),
        "square/90,/0/default.webp": ("WEBP", (90, 90)),
        "10,20,64,32/max/0/default.png": ("PNG", (64, 32)),
        "pct:0,0,50,50/!40,40/90/gray.jpg": ("JPEG", (27, 40)),
        "full/,50/!0/bitonal.png": ("PNG", (75, 50)),
    }
    for rest, expected in asked.items():
        equal(_pictured(run.get(f"{base}/{rest}").content), expected, rest)
    for rest in ("full/^max/0/default.jpg", "9999,0,1,1/max/0/default.jpg", "full/max/45/default.jpg", "x/max/0/a.jpg"):
        expect(run.ask("GET", f"{base}/{rest}"), 400, rest)
    return f"{len(asked)} requests"


@check("a link's guards stand on it and on its refusals")
def guards(run: Run) -> None:
    for rest, status in ((".jpg?w=200", 200), (".jpg?w=0", 400), (".bmp", 404)):
        answer = expect(run.ask("GET", f"/image/{run['an image']}{rest}"), status, rest)
        equal(answer.headers.get("x-content-type-options"), "nosniff", f"X-Content-Type-Options of {rest}")
        kept = "no-store" if status >= 400 else "public, max-age=31536000, immutable"
        equal(answer.headers.get("cache-control"), kept, f"Cache-Control of {rest}")
        if status == 200:
            policy = answer.headers.get("content-security-policy")
            equal(policy, "default-src 'none'; sandbox", f"Content-Security-Policy of {rest}")
    answer = expect(run.ask("GET", f"/image/{UNKNOWN}.jpg"), 404, "an unknown image")
    equal(answer.json["error"]["message"], "Image not found", "what is said of it")


@check("the second request of a link is answered by the CDN's cache")
def cached(run: Run) -> None:
    link = f"/image/{run['an image']}.jpg?w=200"
    asked = run.web.now()
    run.until(10, "a hit", lambda: "Hit" in run.get(link).headers.get("x-cache", "") or None)
    run["since when a link is cached"] = asked


@check("HEAD of a link names the length of what GET brings, fresh or cached, and brings nothing")
def head_of_a_link(run: Run) -> None:
    for link in (
        f"/image/{run['an image']}.jpg?w=200",
        f"/image/{run['a fresh image']}.webp?w=33",
        f"/image/{run['a fresh image']}.png",
        f"/image/{UNKNOWN}.png",
    ):
        head = run.ask("HEAD", link)
        whole = expect(run.ask("GET", link), 404 if UNKNOWN in link else 200, f"GET {link}")
        equal(head.status, whole.status, f"the status of HEAD {link}")
        equal(head.content, b"", f"the content of HEAD {link}")
        equal(head.headers.get("content-length"), str(len(whole.content)), f"Content-Length of HEAD {link}")
        equal(head.headers.get("content-type"), whole.headers.get("content-type"), f"Content-Type of HEAD {link}")


@check("ranges of a link are its parts")
def ranges_of_a_link(run: Run) -> None:
    link = f"/image/{run['an image']}.jpg?w=200"
    whole = run.get(link).content
    _in_parts(run, link, whole, len(whole) // 3 + 1)


def _in_parts(run: Run, path: str, whole: bytes, size: int, who: str | None = None) -> None:
    for first in range(0, len(whole), size):
        last = min(first + size, len(whole)) - 1
        answer = expect(run.ask("GET", path, who, headers={"Range": f"bytes={first}-{last}"}), 206, f"a part of {path}")
        equal(answer.headers.get("content-range"), f"bytes {first}-{last}/{len(whole)}", "Content-Range")
        equal(answer.content, whole[first : last + 1], f"bytes {first} to {last} of {path}")


@check("who has a picture already is told 304")
def not_modified(run: Run) -> None:
    link = f"/image/{run['an image']}.jpg?w=200"
    tag = run.get(link).headers["etag"]
    known = expect(run.ask("GET", link, headers={"If-None-Match": tag}), 304, "the picture's own tag")
    equal(known.content, b"", "what comes with the 304")
    expect(run.ask("GET", link, headers={"If-None-Match": '"another"'}), 200, "another tag")


@check("compression changes nothing: what is asked for with gzip and without is the same")
def compression(run: Run) -> None:
    for path, who in (("/openapi.json", None), (f"/image/{run['an image']}.jpg?w=200", None), ("/users/me", "owner")):
        plain, packed = (
            run.get(path, who, headers={"Accept-Encoding": coding}) for coding in ("identity", "gzip, deflate")
        )
        equal(packed.content, plain.content, path)
        equal(plain.headers.get("content-encoding"), None, f"the coding of {path} without compression")
        if path.startswith("/image"):
            equal(packed.headers.get("content-encoding"), None, f"the coding of {path}")


@check("lists: one's own, and every public image")
def lists(run: Run) -> None:
    def listed(path: str) -> set[str]:
        return {image["id"] for image in run.get(path, "owner", params={"limit": "100", **newest}).json["data"]}

    newest = {"orderBy": "attributes.createdAt"}
    own, public = listed("/api/images/history/1"), listed("/api/images/1")
    images = run["an image"], run["a private image"]
    equal([image in own for image in images], [True, True], "own images in the history")
    equal([image in public for image in images], [True, False], "own images in the public list")
    asked = run.get("/api/images", "owner", params={"uuid[]": [*images]}).json
    equal([image["id"] for image in asked], [*images], "images by their ids")


@check("search by a word's beginning and by a hashtag")
def search(run: Run) -> None:
    for term in (f"smoke-{run.token} flow", f"#smoke{run.token}"):
        path = "/api/images/history/1"

        def found(term: str = term, path: str = path) -> bool | None:
            page = run.get(path, "owner", params={"searchTerm": term}).json
            return [image["id"] for image in page["data"]] == [run["an image"]] or None

        run.until(TAKEN_IN_SECONDS, f"only the image is found by {term}", found)


@check("a change of an image shows in its detail, and another's is refused")
def change(run: Run) -> None:
    path = f"/api/image/{run['an image']}"
    change = {"description": f"Changed, of {run.mark}", "isPublic": True}
    expect(run.ask("PATCH", path, "owner", json=change), 204, "PATCH")
    equal(run.get(f"{path}/detail", "owner").json["description"], change["description"], "the description")
    for method in ("PATCH", "DELETE"):
        expect(run.ask(method, path, "reader", json={}), 403, f"{method} by another")
    expect(run.ask("DELETE", f"/api/image/{run['a private image']}", "reader"), 404, "deletion of what is not seen")


@check("a constellation with folders, an image and its tree")
def constellation(run: Run) -> None:
    made = run.ask("POST", "/constellations", "owner", json={"name": run.mark})
    space = run["a constellation"] = expect(made, 201, "POST /constellations").json["constellation_uuid"]
    parent: dict[str, str] = {}
    for name in ("outer", "inner"):
        body = {"name": name, "constellation_uuid": space, **parent}
        folder = expect(run.ask("POST", "/folders", "owner", json=body), 201, "POST /folders").json["folder_uuid"]
        run[f"the {name} folder"], parent = folder, {"parent_folder_uuid": folder}
    fields = {"constellation_uuid": space, "folder_uuid": run["the inner folder"], "name": "a flower"}
    sent = run.ask("POST", "/images", "owner", files={"file": ("f.jpg", flower())}, data=fields)
    run["a shared image"] = expect(sent, 201, "POST /images").json["uuid"]
    tree = run.get(f"/structure/{space}", "owner").json
    (outer,) = tree["children"]
    (inner,) = outer["children"]
    image = {"uuid": run["a shared image"], "name": "a flower", "type": "file"}
    equal((outer["name"], inner["name"], inner["children"]), ("outer", "inner", [image]), "the tree")
    answer = run.get(f"/images/{run['a shared image']}", "owner")
    equal(_pictured(answer.content), ("JPEG", FLOWER_SIZE), "the image")


@check("rights: unseen, READ, COMMENT, and unseen again")
def rights(run: Run) -> None:
    space, image = f"/constellations/{run['a constellation']}", f"/images/{run['a shared image']}"
    for path in (space, image):
        expect(run.ask("GET", path, "reader"), 404, f"GET {path} of no member")
    for right in ("READ", "COMMENT"):
        body = {"user_uuid": run["the id of the reader"], "rights": right}
        expect(run.ask("POST", f"{space}/connect", "owner", json=body), 200, "connect")
        for path in (space, image):
            run.get(path, "reader")
        expect(run.ask("PATCH", image, "reader", json={"name": "mine"}), 403, f"PATCH with {right}")
        status = 201 if right == "COMMENT" else 403
        comment = {"content": f"Seen, {run.mark}"}
        expect(run.ask("POST", f"{image}/comments", "reader", json=comment), status, f"a comment with {right}")
    (kept,) = run.get(f"{image}/comments", "owner").json
    equal((kept["content"], kept["user_uuid"]), (comment["content"], run["the id of the reader"]), "the comment")
    body = {"user_uuid_to_disconnect": run["the id of the reader"]}
    expect(run.ask("POST", f"{space}/disconnect", "owner", json=body), 200, "disconnect")
    expect(run.ask("GET", image, "reader"), 404, "GET of who was a member")


@check("firmware: Intel HEX goes up and comes down byte for byte, a bad line is named")
def intel_hex(run: Run) -> None:
    path = run["a firmware image"] = _firmware(run, "1.0.0")
    sent = run.ask("POST", f"{path}/binary", "owner", files={"image": ("sensor.HEX", HEX)})
    expect(sent, 200, "the upload")
    answer = run.get(f"{path}/binary", "owner")
    equal(answer.content, HEX, "the binary")
    equal(answer.headers.get("etag"), f'"{hashlib.sha256(HEX).hexdigest()}"', "the entity tag")
    detail = run.get(path, "owner").json
    equal((detail["confirmed"], detail["format"], detail["size"]), (True, "intel-hex", len(HEX)), "what it is")
    for query, status in (("current=0.9.0", 200), ("current=1.0.0", 204)):
        expect(run.ask("GET", f"/image/latest?label={run.mark}&{query}", "owner"), status, f"the latest, {query}")
    other = _firmware(run, "2.0.0")
    lines = HEX.split(b"\r\n")
    lines[2] = lines[2][:-1] + (b"0" if lines[2][-1:] != b"0" else b"1")
    bad = run.ask("POST", f"{other}/binary", "owner", files={"image": ("a.hex", b"\r\n".join(lines))})
    if "3" not in expect(bad, 400, "a bad checksum").json["message"]:
        raise Failed(f"it does not name line 3: {bad.json['message']}")


def _firmware(run: Run, version: str) -> str:
    made = run.ask("POST", "/image/", "owner", json={"label": run.mark, "fw_version": version})
    answer = expect(made, 201, "POST /image/")
    equal(answer.headers.get("location"), f"/image/{answer.json['id']}", "Location")
    return f"/image/{answer.json['id']}"


@check("bytes of every value go up and come down unchanged")
def bytes_of_every_value(run: Run) -> None:
    path = run["a firmware image of bytes"] = _firmware(run, "3.0.0")
    expect(run.ask("POST", f"{path}/binary", "owner", files={"image": ("a.hex", BINARY)}), 200, "the upload")
    equal(run.get(f"{path}/binary", "owner").content, BINARY, "the binary")
    _in_parts(run, f"{path}/binary", BINARY, 4000, "owner")


@check("who does not say what it accepts gets bytes too, and not their base64")
def no_accept(run: Run) -> None:
    nothing = {"Accept": ""}
    answer = run.get(f"{run['a firmware image of bytes']}/binary", "owner", headers=nothing)
    equal(answer.content, BINARY, "the binary")
    picture = run.get(f"/image/{run['an image']}.jpg", headers=nothing)
    equal(_pictured(picture.content), ("JPEG", FLOWER_SIZE), "the picture")


@check("HEAD of a binary names the length of what GET brings")
def head_of_a_binary(run: Run) -> None:
    for path in (run["a firmware image"], run["a firmware image of bytes"]):
        whole, head = (expect(run.ask(method, f"{path}/binary", "owner"), 200, method) for method in ("GET", "HEAD"))
        equal(head.content, b"", "the content of HEAD")
        for name in ("content-length", "etag", "content-type", "content-disposition", "accept-ranges"):
            equal(head.headers.get(name), whole.headers.get(name), f"{name} of HEAD")
        equal(head.headers.get("content-length"), str(len(whole.content)), "Content-Length of HEAD")


@check("a binary's 304, 206 and 416")
def conditions_of_a_binary(run: Run) -> None:
    path = f"{run['a firmware image']}/binary"
    tag = f'"{hashlib.sha256(HEX).hexdigest()}"'
    expect(run.ask("GET", path, "owner", headers={"If-None-Match": tag}), 304, "a known binary")
    going_on = {"Range": "bytes=100-", "If-Range": tag}
    rest = expect(run.ask("GET", path, "owner", headers=going_on), 206, "the rest of an interrupted download")
    equal(rest.content, HEX[100:], "the rest")
    outside = expect(run.ask("GET", path, "owner", headers={"Range": f"bytes={len(HEX)}-"}), 416, "a range outside")
    equal(outside.headers.get("content-range"), f"bytes */{len(HEX)}", "Content-Range")


@check("an API key uploads, and opens nothing else")
def api_key(run: Run) -> None:
    made = expect(run.ask("POST", "/api/user/api-keys", "owner", json={"name": run.mark}), 201, "POST").json
    key = {"Authorization": f"Bearer {made['key']}"}
    file, fields = {"image": ("a.jpg", flower())}, {"description": f"By key, of {run.mark}"}
    sent = expect(run.ask("POST", "/api/external/upload", headers=key, files=file, data=fields), 201, "an upload").json
    for name, size in (("url", FLOWER_SIZE), ("thumbnailUrl", (300, 300))):
        equal(_pictured(run.get(sent[name]).content), ("JPEG", size), name)
    refused(run.ask("GET", "/users/me", headers=key), 401, NO_TOKEN, "a key on a route of tokens")
    expect(run.ask("DELETE", f"/api/user/api-keys/{made['keyId']}", "owner"), 204, "DELETE")
    run["a deleted key"], run["when the key was deleted"] = key, run.web.now()


@check("a form for a large file: any web page may post it, and nobody may change it")
def form_for_an_image(run: Run) -> None:
    body = {"kind": "image", "fileName": "noise.png", "description": f"Large, of {run.mark}"}
    form = expect(run.ask("POST", "/api/uploads", "owner", json=body), 201, "POST /api/uploads").json
    _remember(run, form["id"])
    page = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
    allowed = expect(run.ask("OPTIONS", form["url"], headers=page), (200, 204), "a browser's question")
    equal(allowed.headers.get("access-control-allow-origin"), "*", "who may post")
    fields = dict(form["fields"])
    altered = {**fields, "key": f"{fields['key']}x"}
    expect(_post(run, form["url"], altered, b"x"), 403, "an altered form")
    data = noise(1250, 1250)
    posted = expect(_post(run, form["url"], fields, data), (201, 204), "the post")
    equal(posted.headers.get("access-control-allow-origin"), "*", "who may see the answer")
    run["a large image"] = _taken_in(run, form["id"])


def _remember(run: Run, upload: str) -> None:
    run["the uploads"] = [*run.known.get("the uploads", ()), upload]


def _post(run: Run, url: str, fields: dict[str, str], data: bytes) -> Answer:
    origin = {"Origin": "https://page.example"}
    return run.ask("POST", url, data=fields, files={"file": ("a file", data)}, headers=origin)


def _taken_in(run: Run, upload: str) -> Any:
    """The id of the image that a posted file has become."""

    def done() -> Any:
        found = run.get(f"/api/uploads/{upload}", "owner").json
        return found if found["status"] != "pending" else None

    found = run.until(TAKEN_IN_SECONDS, "the file is taken in", done)
    equal(found["status"], "ready", f"what came of it, {found}")
    return found["imageId"]


@check("a picture that is more than one answer holds comes whole, by a redirect or from the CDN")
def large_picture(run: Run) -> None:
    link = f"/image/{run['a large image']}.png"
    answer = expect(run.ask("GET", link), (200, 302), f"GET {link}")
    if answer.status == 302:
        equal(answer.headers.get("cache-control"), "no-store", "Cache-Control of the redirect")
        answer = run.get(answer.headers["location"])
    equal(_pictured(answer.content), ("PNG", (1250, 1250)), "the picture")
    if len(answer.content) <= REPLY_LIMIT:
        raise Failed(f"it has only {len(answer.content)} bytes")


@check("a large binary by a form, and down by a redirect")
def large_firmware(run: Run) -> None:
    path = run["a large firmware image"] = _firmware(run, "4.0.0")
    body = {"kind": "firmware", "fileName": "large.hex", "image_id": path.rpartition("/")[2]}
    form = expect(run.ask("POST", "/api/uploads", "owner", json=body), 201, "POST /api/uploads").json
    _remember(run, form["id"])
    data = large_binary()
    expect(_post(run, form["url"], form["fields"], data), (201, 204), "the post")
    _taken_in(run, form["id"])
    answer = expect(run.ask("GET", f"{path}/binary", "owner"), 307, "GET")
    equal(run.get(answer.headers["location"]).content == data, True, "the bytes behind the redirect")
    expect(run.ask("GET", answer.headers["location"].replace("Signature=", "Signature=0")), 403, "an altered signature")


@check("a client that keeps its Authorization on a redirect gets a large binary in ranges")
def keeps_authorization(run: Run) -> str:
    url, data = f"{run.base}{run['a large firmware image']}/binary", large_binary()
    headers = {"Authorization": f"Bearer {run['the token of the owner']}"}
    whole = run.web.open(url, headers)
    if whole.status == 200:
        equal(whole.content == data, True, "the whole by urllib")
    elif whole.status != 400:
        raise Failed(f"the whole by urllib: {whole.status}, where S3 answers 400 to two credentials")
    parts: list[bytes] = []
    for first in range(0, len(data), PART):
        last = min(first + PART, len(data)) - 1
        part = run.web.open(url, {**headers, "Range": f"bytes={first}-{last}"})
        expect(part, 206, f"bytes {first} to {last}")
        parts.append(part.content)
    equal(b"".join(parts) == data, True, "the parts together")
    return f"the whole: {whole.status}"


@check("a deleted firmware image is gone with its binary")
def firmware_deleted(run: Run) -> None:
    path = run["a firmware image"]
    expect(run.ask("DELETE", f"{path}/binary", "owner"), 200, "DELETE of the binary")
    equal(run.get(path, "owner").json["confirmed"], False, "whether it is confirmed")
    expect(run.ask("DELETE", path, "owner"), 200, "DELETE")
    for gone in (path, f"{path}/binary"):
        expect(run.ask("GET", gone, "owner"), 404, f"GET {gone}")


@check(f"a deleted image is gone from the CDN within {GONE_SECONDS} s, in every size")
def image_deleted(run: Run) -> str:
    image = run["a fresh image"]
    links = [f"/image/{image}{rest}" for rest in (".png", ".webp?w=33", "_thumbnail.png", ".jpg?w=9&h=9&crop=true")]
    for link in links * 2:
        run.get(link)
    expect(run.ask("DELETE", f"/api/image/{image}", "owner"), 204, "DELETE")
    deleted = run.web.now()
    for link in links:
        _gone_within(run, deleted, link)
    slowest = run.web.now() - deleted
    expect(run.ask("GET", f"/api/image/{image}/detail", "owner"), 404, "its detail")
    expect(run.ask("DELETE", f"/api/image/{image}", "owner"), 404, "a second DELETE")
    return f"after {slowest:.1f} s"


def _gone_within(run: Run, deleted: float, link: str) -> float:
    """After how many seconds since it was deleted a link is seen to be gone."""
    run.until(GONE_SECONDS - (run.web.now() - deleted), f"{link} is gone", functools.partial(run.is_gone, link))
    return run.web.now() - deleted


@check(f"{MANY} images, deleted one by one: each gone from the CDN within {GONE_SECONDS} s")
def many_deleted(run: Run) -> str:
    picture = still("PNG", 16, 12)

    def shown(number: int) -> str:
        image = _upload(run, picture, description=f"Number {number} of {run.mark}").json["id"]
        for _ in range(2):
            run.get(f"/image/{image}.png")
        return image

    images = in_parallel(shown, range(MANY))

    waiting: dict[str, float] = {}
    slowest = 0.0

    def look(image: str) -> str | None:
        return image if run.is_gone(f"/image/{image}.png") else None

    while images or waiting:
        for image in images[:ROUND]:
            expect(run.ask("DELETE", f"/api/image/{image}", "owner"), 204, "DELETE")
            waiting[image] = run.web.now()
        del images[:ROUND]
        for gone in filter(None, in_parallel(look, list(waiting))):
            slowest = max(slowest, run.web.now() - waiting.pop(gone))
        late = [image for image, since in waiting.items() if run.web.now() - since > GONE_SECONDS]
        if late:
            raise Failed(f"{len(late)} are still there, {late[0]} among them")
        if waiting:
            run.web.pause(0.3)
    return f"the slowest after {slowest:.1f} s"


@check("and other pictures are still in the cache")
def others_still_cached(run: Run) -> None:
    link, since = f"/image/{run['an image']}.jpg?w=200", run["since when a link is cached"]

    def is_old() -> bool | None:
        headers = run.get(link).headers
        age = headers.get("age", "")
        oldest = max(1, run.web.now() - since - 15)
        is_kept = "Hit" in headers.get("x-cache", "") and age.isdecimal() and int(age) >= oldest
        return is_kept or None

    run.until(10, "a hit that is as old as the first one", is_old)


@check(f"a deleted folder: its image is gone from the CDN within {GONE_SECONDS} s, and from the tree")
def folder_deleted(run: Run) -> str:
    link = f"/image/{run['a shared image']}.jpg"
    run.get(link)
    expect(run.ask("DELETE", f"/folders/{run['the outer folder']}", "owner"), 200, "DELETE")
    deleted = run.web.now()
    equal(run.get(f"/structure/{run['a constellation']}", "owner").json["children"], [], "the tree")
    return f"after {_gone_within(run, deleted, link):.1f} s"


@check("a deleted constellation is gone")
def constellation_deleted(run: Run) -> None:
    path = f"/constellations/{run['a constellation']}"
    expect(run.ask("DELETE", path, "owner"), 200, "DELETE")
    expect(run.ask("GET", path, "owner"), 404, "GET")


@check("a deleted API key is refused within a minute")
def key_refused(run: Run) -> None:
    seconds = KEY_SECONDS - (run.web.now() - run["when the key was deleted"])

    def is_refused() -> bool | None:
        answer = run.ask("POST", "/api/external/upload", headers={**run["a deleted key"]})
        return expect(answer, (401, 415), "the key").status == 401 or None

    run.until(seconds, "the key is refused", is_refused)


@check("the documentation, the OpenAPI document and the public keys are served")
def documentation(run: Run) -> None:
    page = run.get("/docs")
    equal(page.headers.get("content-type", "").partition(";")[0], "text/html", "the type of /docs")
    paths = run.get("/openapi.json").json["paths"]
    equal("/api/upload" in paths and "/constellations" in paths, True, "routes in /openapi.json")
    (key, *_) = run.get("/.well-known/jwks.json").json["keys"]
    equal((key["kty"], key["alg"]), ("EC", "ES256"), "a public key")


@check("the CDN answers preflights, the way to the console and the state, and every answer is open to every origin")
def open_to_pages(run: Run) -> None:
    preflight = expect(run.ask("OPTIONS", "/api/upload", headers={"Origin": "https://pages.example"}), 204, "OPTIONS")
    equal("Idempotency-Key" in preflight.headers.get("access-control-allow-headers", ""), True, "allowed headers")
    home = expect(run.ask("GET", "/"), 302, "GET /")
    equal(home.headers.get("location"), "/console/", "the way to the console")
    equal(run.get("/health").json["status"], "ok", "the state")
    picture, unknown = f"/image/{run['an image']}.jpg", "/an/unknown/path"
    for path, status in ((picture, 200), ("/users/me", 401), (unknown, (401, 403, 404))):
        answer = expect(run.ask("GET", path), status, path)
        equal(answer.headers.get("access-control-allow-origin"), "*", f"the origins of {path}")
    resource = run.get(picture).headers.get("cross-origin-resource-policy")
    equal(resource, "cross-origin", "the resource policy of a picture")


@check("the console is one page at all its addresses, and runs its own files alone")
def console(run: Run) -> None:
    page = run.get("/console/")
    equal(run.get("/console/images/unknown").content, page.content, "another address")
    equal(page.headers.get("cache-control"), "no-cache", "how long the page is kept")
    policy = page.headers.get("content-security-policy", "")
    equal("script-src 'self';" in policy and "unsafe-inline" not in policy, True, "the policy")
    equal(page.content.rstrip().endswith(b"</html>"), True, "the end of the page")
    (script, *_) = re.findall(r'src="(/console/assets/[^"]+\.js)"', page.content.decode())
    kept = run.get(script).headers.get("cache-control")
    equal(kept, "public, max-age=31536000, immutable", "how long a script is kept")


@check("an upload that is sent again with its idempotency key gives the first answer")
def sent_again(run: Run) -> None:
    first, again = (_upload(run, still("PNG", 8, 8), key=run.mark, description=run.mark) for _ in range(2))
    equal(again.json, first.json, "the second answer")


@check("plain HTTP is redirected for pictures, and refused for the API", applies=lambda run: run.is_https)
def plain_http(run: Run) -> None:
    plain = f"http://{urlsplit(run.base).netloc}"
    link = f"/image/{UNKNOWN}.jpg"
    picture = expect(run.ask("GET", plain + link), (301, 302, 307, 308), "a picture")
    equal(picture.headers.get("location"), run.base + link, "where to")
    expect(run.ask("GET", f"{plain}/.well-known/jwks.json"), 403, "the API")


@check("browsers are told to keep to HTTPS", applies=lambda run: run.is_https)
def strict_transport(run: Run) -> None:
    for path in ("/.well-known/jwks.json", f"/image/{run['an image']}.jpg"):
        policy = run.get(path).headers.get("strict-transport-security", "")
        age = policy.partition("max-age=")[2].partition(";")[0]
        if not age.isdecimal() or int(age) < 180 * 86400:
            raise Failed(f"Strict-Transport-Security of {path}: {policy or 'none'}")


@check("views are counted once each, from the CDN's access logs", applies=lambda run: run.waits_for_views)
def views(run: Run) -> str:
    image = _upload(run, still("PNG", 20, 10), description=f"Viewed, of {run.mark}").json["id"]
    for rest in (".png", ".png", ".webp?w=10"):
        run.get(f"/image/{image}{rest}")
    expect(run.ask("HEAD", f"/image/{image}.png"), 200, "HEAD")  # this is no view
    run.get(f"/image/{image}_thumbnail.png")  # nor is this
    started = run.web.now()

    def counted() -> int | None:
        number = run.get(f"/api/image/{image}/detail", "owner").json["views"]
        return number if number >= 3 else None

    equal(run.until(VIEWS_SECONDS, "three views", counted), 3, "views")
    return f"after {run.web.now() - started:.0f} s"


def what_is_not_checked(run: Run) -> list[str]:
    """What this run does not look at, and why."""
    left_out: list[str] = []
    if not run.is_https:
        left_out.append("HTTPS and its headers are not looked at: the base is plain http.")
    if not run.waits_for_views:
        left_out.append("Views are not waited for (up to an hour and a half on AWS): VIEWS=1 does.")
    return left_out

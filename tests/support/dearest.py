"""The most expensive request of every route, and message of every consumer, in a product that is crowded."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from PIL import Image

from constellation.accounts import passwords
from constellation.aws import client as aws
from constellation.aws.resources import (
    ACCESS_LOGS,
    ARRIVALS,
    BINARIES,
    DELETIONS,
    HIDING,
    IMAGES,
    INDEXING,
    LEFTOVERS,
    REDUCING,
    REMOVALS,
    SOURCES,
)
from constellation.aws.table import Table, transact
from constellation.batches.model import MOST_IMAGES
from constellation.collections.model import MOST_ITEMS, Collection
from constellation.common.settings import DIRECT_FILE_LIMIT, REQUEST_LIMIT, settings
from constellation.firmware import binary_store as binaries
from constellation.firmware.model import SEGMENT_LIMIT
from constellation.images import original_store
from constellation.images import store as image_store
from constellation.images.file_store import MOST_KNOWN
from constellation.images.model import MOST_FILES, MOST_UPLOADS, PUBLIC
from constellation.images.words import image_words
from constellation.links import rendition_store
from constellation.runtime import idempotency
from constellation.runtime.pagination import cursor_at
from constellation.runtime.request import Caller
from constellation.runtime.s3_events import notification
from constellation.runtime.scopes import SCOPES
from constellation.shares import store as share_store
from constellation.shares import tokens, view_store
from constellation.shares.model import Share, Target, new_code
from constellation.tags import store as tag_store
from constellation.tags.model import MOST_TAGS, branches
from constellation.tags.rename import MOST_CHECKED
from constellation.variants import store as variant_store
from constellation.variants.model import MOST_VARIANTS, Variant
from tests import photographs
from tests.support import logs
from tests.support.accounts import PASSWORD, USERNAME
from tests.support.crowd import KEY, LABEL, LETTER, NAME, TERMS, Crowd, file_of, new_id
from tests.support.filled import fill
from tests.support.hex_files import END, record
from tests.support.pictures import encoded
from tests.support.sharing import cdn_event
from tests.support.uploads_api import put
from tests.support.world import ACCOUNT, NOON, REGION, File, event, load, queue_event

DESCRIPTION = " ".join(TERMS)
OTHERS = " ".join(term[::-1] for term in TERMS)
"""As many words, and none of those."""

DEEP_TAGS = [f"{number:02}{'/'.join([LETTER * 62] + [LETTER * 64] * 4)}" for number in range(MOST_TAGS)]
"""The longest tags, as many as there can be."""

LOGGED = 500
"""Images whose views are in one access log."""

Doing = Callable[[], object]


class Dear(NamedTuple):
    """An invocation: of which function, what is asked for, what does so, and whether a scoped token asks."""

    function: str
    what: str
    doing: Doing
    by_token: bool = False


def jpeg() -> bytes:
    """A progressive JPEG of 40 million pixels, all that are taken."""
    picture = Image.open(io.BytesIO(photographs.sunset())).resize((8000, 5000), Image.Resampling.NEAREST)
    return encoded(picture, "JPEG", quality=55, progressive=True)


def png() -> bytes:
    """A PNG of 40 million pixels."""
    return encoded(Image.linear_gradient("L").resize((8000, 5000)).convert("RGB"), "PNG", compress_level=1)


def webp() -> bytes:
    """A WebP of 20 million pixels, all that are taken."""
    return encoded(
        Image.open(io.BytesIO(photographs.sunset())).resize((5000, 4000), Image.Resampling.NEAREST),
        "WEBP",
        quality=40,
        method=0,
    )


def gif() -> bytes:
    """An animation of 100 million pixels, all that are taken, in 100 frames."""
    first, *rest = (Image.new("P", (1000, 1000), colour % 2) for colour in range(100))
    return encoded(first, "GIF", save_all=True, append_images=rest, duration=40, disposal=1, optimize=False)


def binary() -> bytes:
    """An Intel HEX file of as many segments as are taken, and as many bytes as fit into a request."""
    lines = list[bytes]()
    for number in range(SEGMENT_LIMIT):
        address = number * 32
        if not address & 0xFFFF:
            lines.append(record(4, 0, (address >> 16).to_bytes(2)))
        lines.append(record(0, address & 0xFFFF, b"0123456789"))
    lines.append(END)
    return b"\n".join(lines)


def lists() -> bytes:
    """A JSON object of as many bytes as a request can have, most of them empty lists in a field of no meaning."""
    head, tail = b'{"username":"ada","password":"","x":[', b"[]]}"
    return head + b"[]," * ((REQUEST_LIMIT - len(head + tail)) // 3) + tail


def empty_lines() -> bytes:
    """An Intel HEX file of as many bytes as fit into a request, all in records without data."""
    line = record(0, 0, b"")
    return b"\n".join([line] * ((DIRECT_FILE_LIMIT - len(END)) // (len(line) + 1)) + [END])


class Dearest:
    """The invocations, ``all`` of them; each may change the crowd's product. A file of 50 MB is at ``source``."""

    def __init__(self, crowd: Crowd, source: str) -> None:
        self.crowd, self.source = crowd, source
        self.files = {"jpeg": jpeg(), "png": png(), "webp": webp(), "gif": gif()}
        assert all(len(data) <= DIRECT_FILE_LIMIT for data in self.files.values())
        self.binary = binary()
        for image in (crowd.picture, crowd.loose, crowd.deleted.id):
            original_store.put_original(image, self.files["jpeg"].ljust(DIRECT_FILE_LIMIT, b"\0"), "image/jpeg")
        for number in range(settings().renditions_per_image):
            key = f"{crowd.deleted.id}/{4096 - number}x{4096 - number}c.webp"
            rendition_store.put(key, b"a", "image/webp", "immutable", "a")
        data = bytes(DIRECT_FILE_LIMIT)
        aws.call("s3", "put_object", Bucket=BINARIES.physical_name, Key=crowd.binary_key, Body=data)
        self.log = logs.write(
            "E1.2025-07-11-12.0.gz", (logs.line(f"/image/{id_}.jpg") for id_ in crowd.listed[:LOGGED])
        )
        drop = f"drop/{crowd.ada.user_id}/{crowd.large}"
        self.dropped = [put(f"{drop}/{NAME[:100]}.jpg", self.files["jpeg"]), put(f"{drop}/a-1.0.0.hex", self.binary)]
        self.all = [
            *(*self._accounts(), *self._constellations(), *self._images(), *self._iiif(), *self._lists()),
            *(*self._firmware(), *self._uploads(), *self._variants()),
            *(*self._collections(), *self._batches(), *self._shares(), *self._consumers()),
            *self._pages_of_shares(),
        ]

    def _ask(
        self, function: str, what: str, status: int = 200, path: Mapping[str, str] | None = None, **parts: Any
    ) -> Dear:
        """A request of Ada's that is to be answered with this status."""
        handler: Any = load(function)
        caller = parts.setdefault("caller", None if handler.security == "public" else self.crowd.ada)
        happening = event(handler.methods[0], handler.path, path_parameters=path, **parts)

        def doing() -> None:
            answer = self.crowd.world.call(function, happening)
            assert answer.status == status, (answer.status, answer.body[:500])

        return Dear(function, what, doing, by_token=bool(caller and caller.token_id))

    def _consume(self, function: str, what: str, content: Any) -> Dear:
        """A message that the function is to be done with."""
        queue = {
            "count_views": ACCESS_LOGS,
            "clean_up_folder": REMOVALS,
            "hide_images": HIDING,
            "index_images": INDEXING,
            "ingest_upload": ARRIVALS,
            "reduce_image": REDUCING,
            "remove_leftover": LEFTOVERS,
            "clean_up_image": DELETIONS,
            "fetch_upload": SOURCES,
        }[function]

        def doing() -> None:
            answer = self.crowd.world.invoke(function, queue_event(queue, {"message": content}))
            assert answer == {"batchItemFailures": []}

        return Dear(function, what, doing)

    def _authorize(self, function: str, what: str, credential: str) -> Dear:
        arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/live/GET/users/me"
        happening = {"type": "TOKEN", "authorizationToken": f"Bearer {credential}", "methodArn": arn}

        def doing() -> None:
            answer = self.crowd.world.invoke(function, happening)
            assert "context" in answer

        return Dear(function, what, doing)

    def _accounts(self) -> Iterator[Dear]:
        crowd = self.crowd
        new = {"password": "p" * 1024, "email": f"{'e' * 60}@example.com"}
        known = {"username": USERNAME, "password": PASSWORD}
        refresh = {"refresh_token": crowd.tokens["refresh_token"]}
        yield self._authorize("authorize", "a token", crowd.tokens["access_token"])
        yield self._authorize("authorize_key", "a key", KEY)
        yield self._ask(
            "share_sign_up",
            "all fields, as long as may be",
            201,
            json={**new, "username": LETTER * 64, "displayName": NAME},
        )
        yield self._ask("workspace_sign_up", "all fields, as long as may be", 201, json={**new, "name": LETTER * 64})
        yield self._ask("share_log_in", "a password that is right", json=known)
        yield self._ask("share_log_in", "a password of 1,024 characters", 401, json={**known, "password": "p" * 1024})
        yield self._ask("share_log_in", "4.6 MB of empty lists in JSON", 400, body=lists())
        yield self._ask("workspace_log_in", "a password that is right", json={"name": USERNAME, "password": PASSWORD})
        yield self._ask("refresh_session", "a good token", json=refresh)
        yield self._ask("log_out", "a good token", 204, json=refresh)
        yield self._ask("get_me", "the caller")
        yield self._ask("get_user", "another", path={"user_uuid": crowd.people[0].id})
        yield self._ask("find_user", "another", query={"email": crowd.people[0].email})
        yield self._ask("create_api_key", "the last one", 201, json={"name": NAME, "expiresAt": "2026-01-01T00:00:00Z"})
        yield self._ask("list_api_keys", "99 keys")
        yield self._authorize("authorize", "a scoped token", crowd.scoped)._replace(by_token=True)
        asked = {"name": NAME, "scopes": [*SCOPES], "constellation_uuid": crowd.large}
        yield self._ask("create_token", "the last one", 201, json={**asked, "expiresAt": "2026-01-01T00:00:00Z"})
        yield self._ask("list_tokens", "99 tokens")
        yield self._ask("delete_token", "a token", 204, path={"token_id": crowd.token_id})
        yield self._ask("delete_api_key", "a key", 204, path={"keyId": crowd.key_id})
        for function in ("get_docs", "get_health", "get_openapi", "get_jwks"):
            yield self._ask(function, "all of it")
        yield self._ask("get_docs_asset", "the script", path={"file": "swagger-ui.js"})

    def _constellations(self) -> Iterator[Dear]:
        crowd = self.crowd
        large, leaf = {"constellation_uuid": crowd.large}, {"folder_uuid": crowd.leaf}
        deepest = {"folder_uuid": crowd.deepest}
        newcomer, member = crowd.people[-1].id, crowd.people[0].id
        beside = "1,000 folders, one deleted"
        yield self._ask("create_constellation", "a new one", 201, json={"name": NAME})
        yield self._ask("list_constellations", "101 memberships")
        yield self._ask("get_constellation", beside, path=large)
        yield self._ask("rename_constellation", beside, path=large, json={"name": NAME[1:]})
        yield self._ask("delete_constellation", beside, path=large)
        yield self._ask("list_members", "1,000 members", path=large)
        yield self._ask("connect_user", "a new member", path=large, json={"user_uuid": newcomer, "rights": "ADMIN"})
        lowered = {"user_uuid": newcomer, "rights": "READ"}
        yield self._ask("connect_user", "an ADMIN who is lowered", path=large, json=lowered)
        yield self._ask("disconnect_user", "another", path=large, json={"user_uuid": member})
        yield self._ask("accept_connection", "a member", 204, path=large)
        yield self._ask("get_structure", "1,000 folders, 1,500 images", path=large)
        yield self._ask(
            "create_folder", f"50 deep; {beside}", 201, json={"name": NAME, "parent_folder_uuid": crowd.leaf, **large}
        )
        yield self._ask("get_folder", f"1,000 images, 50 deep; {beside}", path=deepest)
        yield self._ask(
            "change_folder",
            f"moved to the root; {beside}",
            path=deepest,
            json={"name": NAME[1:], "parent_folder_uuid": crowd.root},
        )
        yield self._ask("delete_folder", f"50 deep; {beside}", path=leaf)

    def _images(self) -> Iterator[Dear]:
        crowd = self.crowd
        picture, shared = {"image_uuid": crowd.picture}, {"image_id": crowd.picture}
        deep = "50 deep, one folder deleted"
        comment = picture | {"comment_uuid": crowd.last_comment}
        yield self._ask("workspace_get_image", f"4.5 MB, {deep}", path=picture)
        yield self._ask("share_get_image", deep, path=shared)
        yield self._ask(
            "workspace_change_image", deep, path=picture, json={"name": NAME[1:], "folder_uuid": crowd.leaf}
        )
        yield self._ask(
            "workspace_change_image",
            "put into a constellation",
            path={"image_uuid": crowd.loose},
            json={"name": NAME[1:], "constellation_uuid": crowd.large, "folder_uuid": crowd.leaf},
        )
        for tags in (DEEP_TAGS, [], DEEP_TAGS[:5]):
            yield self._ask("share_tag_image", f"{len(tags)} tags, {deep}", 204, path=shared, json={"tags": tags})
        yield self._ask("share_change_image", deep, 204, path=shared, json={"description": OTHERS, "isPublic": True})
        yield self._ask(
            "share_change_image",
            f"its access and focus, {deep}",
            204,
            path=shared,
            json={"description": OTHERS[1:], "isPublic": False, "access": "signed", "focus": "0.125,0.125"},
        )
        yield self._ask("share_change_image", f"{deep}, back", 204, path=shared, json={"access": "open", "focus": None})
        yield self._ask("workspace_delete_image", deep, path=picture)
        yield self._ask("share_delete_image", deep, 204, path=shared)
        yield self._ask("add_comment", deep, 201, path=picture, json={"content": LETTER * 2000})
        yield self._ask("list_comments", f"1,000 of 8 KB, {deep}", path=picture)
        yield self._ask("delete_comment", f"the last of 1,000 of 8 KB, {deep}", path=comment)
        largest, loose = {"w": "4096", "h": "4096", "crop": "true"}, f"{crowd.loose}"
        for kind, status in (("avif", 200), ("png", 302)):
            path = {"image_id": f"{loose}.{kind}"}
            yield self._ask(
                "render_image", f"4096 by 4096 of 40 million pixels, {kind}", status, path=path, query=largest
            )
        for accept, kind in (("image/avif", "avif"), ("*/*", "the stored type")):
            yield self._ask(
                "render_image",
                f"as the caller accepts it ({kind}), 40 million pixels on a canvas, {deep}",
                path={"image_id": f"{crowd.picture}.auto"},
                query={"w": "4096", "h": "4096", "fit": "pad", "blur": "50", "q": "100"},
                headers={"Accept": accept},
            )
        yield Dear(
            "render_image",
            f"4095 by 4095 of them, webp, asked for again, {deep}",
            lambda: crowd.world.call("render_image", cdn_event(f"/{crowd.picture}/4095x4095c.webp")),
        )

    def _iiif(self) -> Iterator[Dear]:
        """Return the dearest requests of the IIIF Image API: the functions read the path, as the CDN asks for it."""
        deep, loose = f"/iiif/3/{self.crowd.picture}", f"/iiif/3/{self.crowd.loose}"
        largest = f"{deep}/1,1,7999,4999/4096,4096/!90"
        for what, function, path, status in (
            ("a region of 40 million pixels as 4096 by 4096, avif", "render_region", f"{largest}/default.avif", 200),
            ("the same as png", "render_region", f"{largest}/default.png", 302),
            ("a tile of 512 pixels", "render_region", f"{loose}/7000,4000,512,512/512,512/0/default.jpg", 200),
            ("a region outside of it", "render_region", f"{deep}/9999,0,5,5/max/0/default.jpg", 400),
            ("the information", "get_info", f"{deep}/info.json", 200),
            ("the way to it", "redirect_to_info", deep, 303),
        ):
            yield Dear(function, what, partial(self._by_cdn, function, path, status))

    def _by_cdn(self, function: str, path: str, status: int) -> None:
        asked = {"x-base-url": "https://pictures.example"}
        answer = self.crowd.world.call(function, cdn_event(path, headers=asked))
        assert answer.status == status, (answer.status, answer.body[:500])

    def _lists(self) -> Iterator[Dear]:
        crowd = self.crowd
        search = {"searchTerm": DESCRIPTION, "limit": "100"}
        views = {"orderBy": "attributes.views", "limit": "100"}
        scattered = {"uuid[]": crowd.scattered[:100]}
        yield self._ask(
            "share_find_images", "100 ids in 100 constellations, one folder deleted in each", query=scattered
        )
        for number, image_id in enumerate(crowd.scattered[:MOST_FILES]):
            known = {image_id, *crowd.listed[number * MOST_KNOWN : (number + 1) * MOST_KNOWN - 1]}
            key = {"pk": f"FILES#{crowd.ada.user_id}", "sk": file_of(image_id)}
            Table(IMAGES).put({**key, "images": known})
        yield self._ask(
            "share_find_files",
            "100 files in 100 constellations, one folder deleted in each, and 900 hints that are wrong",
            json={"sha256": [file_of(image_id) for image_id in crowd.scattered[:MOST_FILES]]},
        )
        first = {"page": "1"}
        for function in ("share_list_own_images", "share_list_public_images"):
            yield self._ask(function, "100, past 500 in a deleted folder", path=first, query={"limit": "100"})
        yield self._ask("share_list_public_images", "16 frequent words of 53 bytes", path=first, query=search)
        yield self._ask("share_list_own_images", "page 10 of 100", path={"page": "10"}, query={"limit": "100"})
        yield self._ask("share_list_own_images", "2,800 by views", path={"page": "2"}, query=views)
        yield self._ask("share_list_own_images", "16 frequent words, by views", path=first, query=search | views)
        bound = Caller(crowd.ada.user_id, token_id=crowd.token_id, scopes="images:read", constellation=crowd.full)
        for function in ("share_list_own_images", "share_list_public_images"):
            yield self._ask(function, "16 words, in 10,000, by views", path=first, query=search | views, caller=bound)
        past = cursor_at("!/", "images by windows", crowd.ada.user_id)
        yield self._ask(
            "workspace_list_images", "25 of 101 constellations, one folder deleted in each", query={"cursor": past}
        )
        yield self._ask(
            "workspace_list_images",
            "the 100 in a deleted folder and after it",
            query={"limit": "100", "constellation_uuid": crowd.large},
        )

    def _tagged(self) -> Iterator[dict[str, Any]]:
        """What is told of a new image with many tags, and of the deleted one, of which as many are counted."""
        crowd = self.crowd
        image = replace(crowd.image(NOON - timedelta(days=900)), tags=tuple(DEEP_TAGS))
        deleted = {"pk": f"IMAGE#{crowd.deleted.id}"}
        keys = {tag_store.short(branch): bool(tag) for branch, tag in branches(DEEP_TAGS).items()}
        lists = (crowd.ada.user_id, PUBLIC)
        counted = {**deleted, "sk": "TAGS", "counted": dict.fromkeys(lists, keys), "version": "1"}
        totals = [
            {"pk": f"TAGS#{list_}", "sk": key, "images": 1, "own": int(own), "branch": key, "shown": DEEP_TAGS[0]}
            for list_ in lists
            for key, own in keys.items()
        ]
        Table(IMAGES).put_many([image_store.to_item(image), counted, *totals])
        Table(IMAGES).update({**deleted, "sk": "DELETED"}, "SET tags = :tags", values={"tags": "\n".join(DEEP_TAGS)})
        for each in (image, crowd.deleted):
            yield {"image": each.id, "owner": each.owner, "position": each.created, "tags": DEEP_TAGS}

    def _rename(self) -> Dear:
        """A rename to a deeper level of a branch with as many tags as are looked at, and with 100 images."""
        owner = self.crowd.ada.user_id
        branches_below = [f"old/{number:04}" for number in range(MOST_CHECKED)]
        Table(IMAGES).put_many(
            {"pk": f"TAGS#{owner}", "sk": branch, "images": 1, "own": 1, "branch": branch, "shown": branch}
            for branch in branches_below
        )
        for image_id in self.crowd.listed[:100]:
            record = image_store.get(image_id)
            assert record
            Table(IMAGES).update(
                {"pk": f"IMAGE#{image_id}", "sk": "IMAGE"}, "SET tags = :tags", values={"tags": branches_below[0]}
            )
            tag_store.enter([(owner, "old"), (owner, branches_below[0])], record.created)
        return self._ask(
            "share_rename_tags", "2,000 tags that come to lie deeper", 202, json={"from": "old", "to": "new/deeper"}
        )

    def _firmware(self) -> Iterator[Dear]:
        crowd = self.crowd
        known, bare = {"image_id": crowd.firmware}, {"image_id": crowd.bare}
        label = {"label": LABEL}
        file = {"image": File("a.hex", self.binary.replace(b"\n", b"\r\n"))}
        new = {"label": LABEL, "fw_version": f"1.0.0+{'0' * 240}", "constellation_uuid": crowd.large}
        yield self._ask("create_firmware", "in a constellation", 201, json=new)
        yield self._ask("list_firmware", "500 in 26 of 102 places")
        yield self._ask(
            "list_firmware", "500 of one label, by version, in 26 of 102 places", query=label | {"sort": "version"}
        )
        yield self._ask("list_binaries", "500 in 26 of 102 places")
        yield self._ask("get_latest_firmware", "of the user's own", query=label | {"pre": "true"})
        here = {"constellation_uuid": crowd.large}
        yield self._ask("get_latest_firmware", "of a constellation", query=label | {"pre": "true"} | here)
        yield self._ask("get_firmware", "10,000 segments", path=known)
        yield self._ask("get_binary", "4.5 MB", path=known)
        yield self._ask("upload_binary", "10,000 segments", path=bare, form=file)
        empty = {"image": File("a.hex", empty_lines())}
        yield self._ask("upload_binary", "4.5 MB of records without data", path=bare, form=empty)
        yield self._ask("delete_binary", "10,000 segments", path=known)
        yield self._ask("delete_firmware", "10,000 segments", path=known)

    def _uploads(self) -> Iterator[Dear]:
        crowd = self.crowd
        said = {"description": DESCRIPTION}
        deep = {"constellation_uuid": crowd.large, "folder_uuid": crowd.leaf}
        guest = f"{NAME[:250]}.gif"
        form = said | {"image": File(NAME, self.files["png"]), "isPublic": "true"}
        yield self._ask("share_upload_image", "png of 40 million pixels, public", 201, form=form)
        small = File(NAME, encoded(Image.linear_gradient("L").resize((1600, 1000)).convert("RGB"), "PNG"))
        group = [File(NAME, self.files["png"]), *[small] * (MOST_UPLOADS - 1)]
        form = said | {"image": group, "isPublic": "true"}
        key = {idempotency.HEADER: "k" * 255}
        yield self._ask(
            "share_upload_images", "png of 40 million pixels, 19 equal ones of 1.6, a key", form=form, headers=key
        )
        form = said | {"image": File(guest, self.files["gif"])}
        yield self._ask("share_upload_image_as_guest", "gif of 100 million pixels", 201, form=form)
        key = Caller(crowd.ada.user_id, key_id=new_id())
        form = said | {"image": File(NAME, self.files["webp"]), "isPublic": "true"}
        yield self._ask("share_upload_image_by_key", "webp of 20 million pixels, public", 201, form=form, caller=key)
        form = deep | {"name": NAME, "file": File(NAME, self.files["jpeg"])}
        yield self._ask("workspace_add_image", "jpeg of 40 million pixels, 50 deep, one folder deleted", 201, form=form)
        new = {"kind": "image", "fileName": NAME, "isPublic": True, **said, **deep}
        yield self._ask("create_upload", "50 deep, one folder deleted", 201, json=new)
        here = {"kind": "image", "isPublic": True, "sourceUrl": self.source, **said, **deep}
        yield self._ask(
            "create_upload", "by an address, 50 deep, one folder deleted", 201, json={**here, "fileName": NAME}
        )
        made = crowd.world.call("create_upload", event("POST", "/", json=here, caller=crowd.ada)).json["id"]
        yield self._consume("fetch_upload", "50 MB", {"upload": made})
        pending = {"kind": "firmware", "fileName": "a.hex", "image_id": crowd.bare}
        made = crowd.world.call("create_upload", event("POST", "/", json=pending, caller=crowd.ada)).json["id"]
        yield self._ask("get_upload", "one that is pending", path={"upload_id": made})

    def _pages_of_shares(self) -> Iterator[Dear]:
        crowd, deep = self.crowd, "50 deep, one folder deleted"
        fields = {"target": {"type": "folder", "id": crowd.deepest}, "password": PASSWORD, "maxViews": 8}
        locked, opened = ({**fields, "allowUpload": True}, {"target": fields["target"]})
        codes = list[str]()
        for new in (locked, opened):
            codes.append(crowd.world.call("create_share", event("POST", "/", json=new, caller=crowd.ada)).json["code"])
        locked_path, opened_path = ({"code": code} for code in codes)
        yield self._ask("show_page", f"of many images, {deep}", path=opened_path)
        form = {"password": PASSWORD}
        yield self._ask(
            "open_page", f"of many images, with a password and a limit, {deep}", path=locked_path, form=form
        )
        unlocked = event("POST", "/", json={"password": PASSWORD}, path_parameters=locked_path)
        token = crowd.world.call("unlock_share", unlocked).json["token"]
        headers = {"Authorization": f"Share {token}"}
        new = {"fileName": NAME, "size": 1}
        yield self._ask("create_share_upload", deep, 201, path=locked_path, headers=headers, json=new)

    def _variants(self) -> Iterator[Dear]:
        crowd = self.crowd
        large, deep = {"constellation_uuid": crowd.large}, "50 deep, one folder deleted"
        mark = {"image_uuid": crowd.picture, "position": "south", "opacity": 1, "scale": 1, "margin": 0}
        longest = {"w": 4096, "h": 4096, "fit": "cover", "focus": "0.125,0.125", "watermark": mark}
        for place in (crowd.ada.user_id, crowd.large):
            for number in range(MOST_VARIANTS - 1):
                variant_store.put(Variant(place, f"{'v' * 29}{number:03}", {"w": "40"}, None, None, crowd.world.now))
        for function, path in (("share_{}", {}), ("workspace_{}", large)):
            named, known = path | {"name": "n" * 32}, path | {"name": f"{'v' * 29}000"}
            yield self._ask(function.format("put_variant"), f"the last one, {deep}", 201, path=named, json=longest)
            yield self._ask(
                function.format("put_variant"), f"changed, {deep}", path=known, json={**longest, "gray": True}
            )
            yield self._ask(function.format("get_variant"), "one of 99", path=known)
            yield self._ask(function.format("list_variants"), "100", path=path, query={"limit": "100"})
        yield self._ask(
            "sign_link",
            f"a variant, {deep}",
            path={"image_id": crowd.picture},
            json={"variant": f"{'v' * 29}000", "dpr": 1},
        )
        for function, path in (("share_{}", {}), ("workspace_{}", large)):
            known = path | {"name": f"{'v' * 29}000"}
            yield self._ask(function.format("delete_variant"), "one of 99", 204, path=known)

    def _collections(self) -> Iterator[Dear]:
        """A collection of 9,999 images in as many parts as there can be, and 100 whose first images lie apart."""
        crowd, deep = self.crowd, "50 deep, one folder deleted"
        known = Collection(new_id(), crowd.ada.user_id, NAME, NAME, crowd.world.now)
        gone = replace(known, id=new_id())
        held = [*crowd.scattered[:99], *(new_id() for _ in range(MOST_ITEMS - 100))]
        for each in (known, gone):
            fill(each, held)
        for image in crowd.scattered[:100]:
            fill(replace(known, id=new_id()), [image])
        one = {"collection_id": known.id}
        yield self._ask(
            "create_collection", "all fields, as long as may be", 201, json={"name": NAME, "description": NAME}
        )
        yield self._ask("list_collections", "100 with images in 100 constellations", query={"limit": "100"})
        yield self._ask("get_collection", "an image in a constellation, one folder deleted", path=one)
        yield self._ask("change_collection", "both fields", 204, path=one, json={"name": NAME[1:], "description": ""})
        yield self._ask("list_items", "99 of 9,999, in 99 constellations", path=one, query={"limit": "99"})
        yield self._ask("put_item", f"the last one, {deep}", 204, path=one | {"image_id": crowd.picture})
        yield self._ask("delete_item", "one of 9,999", 204, path=one | {"image_id": held[5000]})
        yield self._ask("order_items", "9,999 the other way round", 204, path=one, json={"ids": held[::-1]})
        yield self._ask("delete_collection", "9,999 images", 204, path=one)
        yield self._consume(
            "clean_up_image", "250 images of a collection, all gone", {"collection": known.id, "part": 1}
        )
        Table(IMAGES).delete({"pk": f"COLLECTION#{gone.id}", "sk": "COLLECTION"})
        yield self._consume(
            "clean_up_image", "2,000 images of a deleted collection", {"collection": gone.id, "part": 0}
        )

    def _batches(self) -> Iterator[Dear]:
        """Each action on as many images as a batch takes, as far from each other or as deep as they may lie."""
        crowd = self.crowd
        known = Collection(new_id(), crowd.ada.user_id, NAME, NAME, crowd.world.now)
        fill(known, [new_id() for _ in range(MOST_ITEMS - MOST_IMAGES)])
        ids, apart = crowd.scattered[:MOST_IMAGES], "100 in 100 constellations, one folder deleted in each"
        for what, of, fields in (
            (f"delete {apart}", ids, {"action": "delete"}),
            (f"unpublish {apart}", ids, {"action": "unpublish"}),
            (
                f"give {len(DEEP_TAGS)} tags to {apart}",
                ids,
                {"action": "tag", "tags": DEEP_TAGS},
            ),
            (f"collect {apart}, the last ones", ids, {"action": "collect", "collection_id": known.id}),
            (
                "move 100, 50 deep, one folder deleted",
                crowd.filed[:MOST_IMAGES],
                {"action": "move", "constellation_uuid": crowd.large, "folder_uuid": crowd.leaf},
            ),
            (
                "put 100 public ones into a constellation, 50 deep, one folder deleted",
                crowd.listed[:MOST_IMAGES],
                {"action": "move", "constellation_uuid": crowd.large, "folder_uuid": crowd.leaf},
            ),
            (f"move {apart}, to a folder of another", ids, {"action": "move", "folder_uuid": crowd.leaf}),
        ):
            yield self._ask("run_batch", what, json={"ids": of, **fields})

    def _shares(self) -> Iterator[Dear]:
        """Shares of the large constellation, of a folder with many below it and of a collection, and 100 more."""
        crowd, deep = self.crowd, "1,000 folders, 50 deep, one deleted"
        collection = Collection(new_id(), crowd.ada.user_id, NAME, NAME, crowd.world.now)
        fill(collection, crowd.scattered[:99])
        now, hashed = crowd.world.now, passwords.hash_password(NAME[:100])
        whole, below, held = (
            Share(new_code(), crowd.ada.user_id, target, now, password_hash=hashed, max_views=1_000_000)
            for target in (
                Target("constellation", crowd.large, crowd.large),
                Target("folder", crowd.below, crowd.large),
                Target("collection", collection.id),
            )
        )
        many = [replace(whole, code=new_code()) for _ in range(100)]
        for each in (whole, below, held, *many):
            transact([*share_store.to_create(each), *view_store.to_create(each.id, each.max_views)])
        one, there = {"share_id": whole.id}, {"constellation_uuid": crowd.large, "share_id": many[0].id}
        body = {"target": {"type": "folder", "id": crowd.deepest}, "password": NAME[:100], "maxViews": 5}
        yield self._ask("create_share", f"a folder, {deep}", 201, json=body, headers={"Idempotency-Key": "a" * 255})
        yield self._ask("list_shares", "100", query={"limit": "100"})
        yield self._ask("get_share", "one", path=one)
        changed = {"password": NAME[:99], "maxViews": 7, "expiresAt": "2099-01-01T00:00:00Z"}
        yield self._ask("change_share", "password, views and end", 204, path=one, json=changed)
        yield self._ask("workspace_list_shares", "100", path=there, query={"limit": "100"})
        yield self._ask("workspace_get_share", "one of 100", path=there)
        yield self._ask("workspace_delete_share", "one of 100", 204, path=there)
        yield self._ask("delete_share", "one of 100", 204, path={"share_id": many[1].id})
        for what, share in ((f"all of {deep}", many[2]), (f"a folder, {deep}", below), ("a collection", held)):
            path = {"code": share.code}
            yield self._ask("open_share", what, path=path)
            plain = replace(share, code=new_code(), password_hash=None)
            transact([*share_store.to_create(plain), *view_store.to_create(plain.id, plain.max_views)])
            yield self._ask("open_share", f"{what}, counted", path={"code": plain.code})
            word = {"password": NAME[:100]}
            yield self._ask("unlock_share", f"{what}, counted for the first time", path=path, json=word)
            yield self._ask("unlock_share", what, path=path, json=word)
            asked = {"Authorization": f"Share {tokens.issue(share, now)}"}
            yield self._ask("list_share_items", what, path=path, query={"limit": "100"}, headers=asked)
        yield self._consume("clean_up_image", "25 shares of what is gone", {"unshared": crowd.large})
        yield self._consume("clean_up_image", "the images of a share", {"counted_share": many[50].id})

    def _consumers(self) -> Iterator[Dear]:
        crowd = self.crowd
        lost = {"image": crowd.loose, "owner": crowd.ada.user_id, "words": sorted(image_words(OTHERS, NAME))}
        removal = {"constellation": crowd.large, "folder": crowd.gone, "closed": False}
        leftover = {"firmware": crowd.firmware, "key": binaries.key(crowd.firmware, new_id())}
        sweep = {"image": crowd.deleted.id, "final": True, "with_folder": True}
        yield self._consume("count_views", "a log of 500 images", logs.event(self.log))
        yield self._consume("clean_up_folder", "500 images", removal)
        yield self._consume("hide_images", "5,000 images", {"images": [new_id() for _ in range(5000)]})
        yield self._consume(
            "index_images",
            "200 images in two lists, 17 words each; 17 words lost",
            {"lists": [crowd.ada.user_id, PUBLIC], "forget": lost},
        )
        yield self._consume(
            "ingest_upload", "jpeg of 40 million pixels, in a constellation", notification(self.dropped[0])
        )
        yield self._consume("ingest_upload", "firmware of 10,000 segments", notification(self.dropped[1]))
        yield self._consume(
            "reduce_image", "jpeg of 40 million pixels, from before", {"image": crowd.picture, "seen": ""}
        )
        yield self._consume("remove_leftover", "a binary", leftover)
        known = {"owner": crowd.ada.user_id, "digest": file_of(crowd.picture)}
        for told in self._tagged():
            message = {"tagged": told, "filed": {**known, "image": told["image"]}}
            yield self._consume("index_images", "32 tags counted in two lists, or no more, and a file", message)
        yield self._rename()
        yield self._consume("index_images", "a rename of a branch with 100 images", {"renames": crowd.ada.user_id})
        yield self._ask("share_list_tags", "the first 100 of them", query={"limit": "100"})
        yield self._consume("clean_up_image", "1,000 comments of 8 KB, 64 renditions, 17 words, 32 tags", sweep)

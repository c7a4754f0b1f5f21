"""Document 000 and the contract's section "Images in constellations": upload, bytes, name and place, deletion."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from constellation.aws.resources import CONSTELLATIONS, DELETIONS, IMAGES, ORIGINALS, REMOVALS
from constellation.workspaces.model import Location
from tests.support import pictures
from tests.support.consistency import settle
from tests.support.cors import OPEN
from tests.support.digests import digest_of
from tests.support.records import large, store_large
from tests.support.sharing import SMALL, SMALL_PLACEHOLDER, Client, from_cdn, is_empty, link
from tests.support.workspace import (
    BAD_NAMES,
    BAD_TEXTS,
    GOOD_NAMES,
    HUGE,
    MALFORMED,
    NO_CONSTELLATION,
    NO_IMAGE,
    UNKNOWN,
    Workspace,
    added,
    metadata,
    no_uuids,
)
from tests.support.world import UUID, File, World, configure

IMAGE_ROUTES = ("GET", "PATCH", "DELETE")
KINDS = (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"))
JSON = {"Accept": "application/json"}
NO_SUCH_FOLDER = {"message": "folder_uuid: There is no such folder in this constellation."}
NEEDS_ITS_CONSTELLATION = {"message": "constellation_uuid: A folder needs its constellation named."}
STAYS = {"message": "constellation_uuid: An image does not leave its constellation."}
NEEDS_WRITE = {"message": "This needs WRITE rights"}
NO_MULTIPART = {"message": "Content-Type must be multipart/form-data"}


def place(client: Client, image_id: str) -> tuple[str | None, str | None]:
    """The ids of the constellation and the folder in which an image lies."""
    told = metadata(client, image_id)
    return told["constellation_uuid"], told["folder_uuid"]


# Document 000, the examples in their order


def test_example_list(anna: Client) -> None:
    image_id = added(anna, "string")
    answer = anna.ask("GET", "/images")
    assert answer.status == 200
    entry = {"image_uuid": image_id, "name": "string", "url": f"/image/{image_id}.gif"}
    shape = {"mime_type": "image/gif", "width": 8, "height": 6, "placeholder": SMALL_PLACEHOLDER}
    assert answer.json == {"images": [{**entry, **shape}]}


def test_example_upload(anna: Client) -> None:
    answer = anna.ask("POST", "/images", form={"file": File("string", pictures.still("JPEG"))})
    assert answer.status == 201
    assert UUID.fullmatch(answer.json["uuid"])
    assert answer.json == {"uuid": answer.json["uuid"], "filename": "string"}


def test_example_get(anna: Client) -> None:
    answer = anna.ask("GET", f"/images/{added(anna)}")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/gif")
    assert pictures.opened(answer.body).size == (8, 6)


def test_example_rename(anna: Client) -> None:
    image_id = added(anna)
    answer = anna.ask("PATCH", f"/images/{image_id}", json={"name": "string"})
    assert answer.status == 200
    assert answer.json == {"image_uuid": image_id, "name": "string", "url": f"/image/{image_id}.gif"}


def test_example_delete(anna: Client) -> None:
    image_id = added(anna)
    answer = anna.ask("DELETE", f"/images/{image_id}")
    assert (answer.status, answer.json) == (200, {"message": "Image deleted"})
    for method in IMAGE_ROUTES:
        again = anna.ask(method, f"/images/{image_id}", json={"name": "string"})
        assert (again.status, again.json) == (404, NO_IMAGE)


# What holds of every route


def test_only_a_token_opens_them(world: World, anna: Client, trip: Workspace) -> None:
    image_id = trip.image()
    before = world.items(IMAGES)
    for token in (None, anna.key, "no token", anna.token[:-2]):
        for method in IMAGE_ROUTES:
            assert world.request(method, f"/images/{image_id}", token=token, json={"name": "n"}).status == 401
        assert world.request("POST", "/images", token=token, form={"file": File("a", SMALL)}).status == 401
        assert world.request("GET", "/images", token=token).status == 401
    assert world.items(IMAGES) == before


@pytest.mark.parametrize("method", IMAGE_ROUTES)
def test_a_trailing_slash_and_upper_case_make_no_difference(anna: Client, method: str) -> None:
    for spelled in ("/images/{}", "/images/{}/"):
        for case in (str.lower, str.upper):
            image_id = added(anna)
            answer = anna.ask(method, spelled.format(case(image_id)), json={"name": "n"}, headers=JSON)
            assert answer.status == 200
            assert method == "DELETE" or answer.json["image_uuid"] == image_id


def test_a_trailing_slash_makes_no_difference_to_list_and_upload_either(anna: Client) -> None:
    image_id = anna.ask("POST", "/images/", form={"file": File("a", SMALL)}).json["uuid"]
    assert [image["image_uuid"] for image in anna.ask("GET", "/images/").json["images"]] == [image_id]


@pytest.mark.parametrize("method", IMAGE_ROUTES)
def test_what_is_no_uuid_is_404(anna: Client, method: str) -> None:
    image_id = added(anna)
    for spelling in (*no_uuids(image_id), f"{image_id}.gif"):
        answer = anna.ask(method, f"/images/{spelling}", body=b"{")
        assert (answer.status, answer.json) == (404, NO_IMAGE), spelling
    assert metadata(anna, image_id)["name"] == "a.gif"


@pytest.mark.parametrize("method", IMAGE_ROUTES)
def test_what_the_caller_does_not_see(world: World, anna: Client, bea: Client, trip: Workspace, method: str) -> None:
    """Another's image, however public it is, one that its owner lost, and what is no image."""
    left, gone = Workspace(anna), Workspace(bea)
    left.connect(bea, rights="ADMIN")
    lost = [left.image(by=bea), gone.image()]
    left.disconnect(bea)
    assert bea.ask("DELETE", gone.path).status == 200
    guests = world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)}).json["id"]
    others = [trip.image(), added(anna), anna.image(), anna.image(isPublic="true"), guests]
    nothing = [UNKNOWN, trip.id, trip.root, trip.folder(), bea.id]
    before = world.items(IMAGES), world.items(CONSTELLATIONS)
    for id_ in (*lost, *others, *nothing):
        for sent in ({"json": {"name": "mine"}}, {"body": b"{"}, {"json": {"name": 5}}):
            answer = bea.ask(method, f"/images/{id_}", **sent)
            assert (answer.status, answer.json) == (404, NO_IMAGE)
    assert (world.items(IMAGES), world.items(CONSTELLATIONS)) == before


@pytest.mark.parametrize("right", ["READ", "COMMENT", "WRITE", "ADMIN"])
def test_rights(anna: Client, bea: Client, trip: Workspace, right: str) -> None:
    trip.connect(bea, rights="WRITE")
    own, others = trip.image("own.gif", by=bea), trip.image("other.gif")
    trip.connect(bea, rights=right)
    may = right in ("WRITE", "ADMIN")
    for image_id in (own, others):
        assert bea.ask("GET", f"/images/{image_id}").status == 200
        assert bea.ask("GET", f"/images/{image_id}", headers=JSON).status == 200
        for method in ("PATCH", "DELETE"):
            answer = bea.ask(method, f"/images/{image_id}", json={"name": "mine.gif"})
            assert answer.status == (200 if may else 403)
            assert may or answer.json == NEEDS_WRITE
    form = {"file": File("new.gif", SMALL), "constellation_uuid": trip.id}
    answer = bea.ask("POST", "/images", form=form)
    assert answer.status == (201 if may else 403)
    names = [child["name"] for child in trip.tree()["children"]]
    assert names == (["new.gif"] if may else ["other.gif", "own.gif"])


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_size_is_told_first(anna: Client, method: str) -> None:
    for id_ in (f"/{added(anna)}", f"/{UNKNOWN}", "/x") if method == "PATCH" else ("",):
        answer = anna.ask(method, f"/images{id_}", body=HUGE)
        assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)


# Upload


@pytest.mark.parametrize(("kind", "extension"), KINDS)
def test_an_upload_is_an_image_of_the_sharing_surface_too(
    world: World, anna: Client, kind: str, extension: str
) -> None:
    image_id = anna.ask("POST", "/images", form={"file": File("sea.bin", pictures.still(kind))}).json["uuid"]
    detail = anna.ask("GET", f"/api/image/{image_id}/detail").json
    told = metadata(anna, image_id)
    assert (detail["mimeType"], detail["isPublic"], detail["description"]) == (told["mime_type"], False, "")
    assert detail["url"] == told["url"] == f"/image/{image_id}.{extension}"
    assert from_cdn(world, told["url"]).body == anna.ask("GET", f"/images/{image_id}").body
    assert [each["id"] for each in anna.ask("GET", "/api/images/history/1").json["data"]] == [image_id]
    assert [each["id"] for each in anna.ask("GET", "/api/images", query={"uuid[]": [image_id]}).json] == [image_id]
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"description": "sea"}).status == 204
    assert anna.ask("DELETE", f"/api/image/{image_id}").status == 204
    assert anna.ask("GET", f"/images/{image_id}").status == 404


def test_an_upload_of_the_sharing_surface_is_an_image_here(anna: Client) -> None:
    image_id = anna.image(name="sea.gif", isPublic="true")
    assert place(anna, image_id) == (None, None)
    entry = {"image_uuid": image_id, "name": "sea.gif", "url": f"/image/{image_id}.gif"}
    shape = {"mime_type": "image/gif", "width": 8, "height": 6, "placeholder": SMALL_PLACEHOLDER}
    assert anna.ask("GET", "/images").json == {"images": [{**entry, **shape}]}
    assert anna.ask("PATCH", f"/images/{image_id}", json={"name": "lake"}).json == {**entry, "name": "lake"}
    assert anna.ask("DELETE", f"/images/{image_id}").status == 200


def test_an_upload_goes_where_it_is_said(anna: Client, trip: Workspace) -> None:
    folder = trip.folder()
    assert place(anna, added(anna)) == (None, None)
    assert place(anna, added(anna, constellation_uuid=trip.id)) == (trip.id, trip.root)
    assert place(anna, added(anna, constellation_uuid=trip.id, folder_uuid=trip.root)) == (trip.id, trip.root)
    words = {"constellation_uuid": trip.id.upper(), "folder_uuid": folder.upper()}
    assert place(anna, added(anna, **words)) == (trip.id, folder)


@pytest.mark.parametrize(
    ("file_name", "name", "filename"),
    [
        ("sea.gif", None, "sea.gif"),
        ("sea.gif", "Lake", "Lake"),
        ("C:\\photos\\sea.gif", None, "sea.gif"),
        ("../../etc/sea.gif", None, "sea.gif"),
        ("n" * 300, None, "n" * 255),
        ("sea.gif", "  Lake.jpg ", "Lake.jpg"),
    ],
)
def test_the_filename_is_the_name_else_the_uploaded_files(
    anna: Client, file_name: str, name: str | None, filename: str
) -> None:
    form = {"file": File(file_name, SMALL)} | ({} if name is None else {"name": name})
    answer = anna.ask("POST", "/images", form=form)
    assert answer.json == {"uuid": answer.json["uuid"], "filename": filename}
    assert metadata(anna, answer.json["uuid"])["name"] == filename


@pytest.mark.parametrize("file_name", ["", "\u202e", "photos/"])
def test_a_file_without_a_name_is_called_as_its_link(anna: Client, file_name: str) -> None:
    answer = anna.ask("POST", "/images", form={"file": File(file_name, SMALL)})
    assert answer.json == {"uuid": answer.json["uuid"], "filename": f"{answer.json['uuid']}.gif"}


@pytest.mark.parametrize(("name", "kept"), GOOD_NAMES)
def test_names_that_are_taken(anna: Client, name: str, kept: str) -> None:
    image_id = added(anna, name=name)
    assert metadata(anna, image_id)["name"] == kept
    renamed = anna.ask("PATCH", f"/images/{added(anna)}", json={"name": name})
    assert (renamed.status, renamed.json["name"]) == (200, kept)


@pytest.mark.parametrize(("name", "said"), BAD_TEXTS)
def test_names_of_uploads_that_are_not(world: World, anna: Client, name: str, said: str) -> None:
    answer = anna.ask("POST", "/images", form={"file": File("a.gif", SMALL), "name": name})
    assert (answer.status, answer.json) == (400, {"message": f"name: {said}"})
    assert is_empty(world)


def test_a_missing_file(world: World, anna: Client, trip: Workspace) -> None:
    forms: list[tuple[dict[str, str | File], str]] = [
        ({"name": "sea"}, "file: Field required"),
        ({"image": File("a.gif", SMALL)}, "file: Field required"),
        ({"file": "text"}, "file: No file was uploaded."),
        ({"file": File("", b"")}, "file: No file was uploaded."),
    ]
    for form, message in forms:
        answer = anna.ask("POST", "/images", form={**form, "constellation_uuid": trip.id})
        assert (answer.status, answer.json) == (400, {"message": message})
    assert is_empty(world)


@pytest.mark.parametrize("name", ["file", "constellation_uuid", "folder_uuid", "name"])
def test_a_file_where_text_belongs_and_a_field_twice(world: World, anna: Client, trip: Workspace, name: str) -> None:
    form: dict[str, str | File] = {"file": File("a.gif", SMALL), "constellation_uuid": trip.id}
    if name != "file":
        answer = anna.ask("POST", "/images", form={**form, name: File("a", b"text")})
        assert (answer.status, answer.json) == (400, {"message": f"{name}: Input should be a valid string"})
    part = f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nx\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = anna.ask("POST", "/images", body=part * 2 + b"--B--\r\n", headers=headers)
    assert (answer.status, answer.json) == (400, {"message": f"{name}: This field must be sent once."})
    assert is_empty(world)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89",
        b"%PDF-1.4\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        pictures.still("BMP"),
        pictures.still("JPEG")[:-300],
        pictures.png(30_000, 30_000, bytes(10_000)),
    ],
)
def test_a_bad_file(world: World, anna: Client, trip: Workspace, data: bytes) -> None:
    answer = anna.ask("POST", "/images", form={"file": File("a.gif", data), "constellation_uuid": trip.id})
    assert (answer.status, answer.json.keys()) == (400, {"message"})
    assert answer.json["message"].startswith("file: ")
    assert is_empty(world)


def test_what_is_no_multipart(world: World, anna: Client) -> None:
    for sent in (
        {"json": {"file": "binary"}},
        {"body": SMALL, "headers": {"Content-Type": "image/gif"}},
        {"body": b""},
    ):
        answer = anna.ask("POST", "/images", **sent)
        assert (answer.status, answer.json) == (400, NO_MULTIPART)
    for kind, body in (
        ("multipart/form-data", b"--B--\r\n"),
        ("multipart/form-data; boundary=B", b""),
        ("multipart/form-data; boundary=B", b"--B\r\n"),
        ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data; name=\xff\r\n\r\n"),
        ("multipart/form-data; boundary=B", b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n"),
    ):
        answer = anna.ask("POST", "/images", body=body, headers={"Content-Type": kind})
        assert (answer.status, answer.json) == (400, {"message": "The multipart body cannot be read"})
    assert is_empty(world)


def test_a_file_above_4_5_mb_is_shown_the_other_way(world: World, anna: Client, trip: Workspace) -> None:
    message = "The file is too large for a direct upload (4.51 MB). Use POST /api/uploads for files up to 50 MB."
    for words in ({}, {"constellation_uuid": trip.id}, {"constellation_uuid": UNKNOWN}, {"constellation_uuid": "x"}):
        answer = anna.ask("POST", "/images", form={"file": File("a.gif", bytes(4_510_000)), **words})
        assert (answer.status, answer.json) == (413, {"message": message, "status": 413})
    assert is_empty(world)


def test_a_file_above_the_configured_maximum(world: World, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, image_size_limit=1_000_000)
    answer = anna.ask("POST", "/images", form={"file": File("a.gif", bytes(2_140_000))})
    message = "file: The file is too large (2.14 MB). Allowed maximum size is 1 MB."
    assert (answer.status, answer.json) == (400, {"message": message})
    assert is_empty(world)


def test_an_upload_into_what_is_not_there(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    """The input is told before what it names."""
    other, deleted = Workspace(anna), trip.folder()
    below = trip.folder(parent=deleted)
    assert anna.ask("DELETE", f"/folders/{deleted}").status == 200
    hidden = Workspace(bea)
    bad_id = "This is not a valid UUID."
    cases: list[tuple[dict[str, str], int, Any]] = [
        ({"constellation_uuid": UNKNOWN}, 404, NO_CONSTELLATION),
        ({"constellation_uuid": hidden.id}, 404, NO_CONSTELLATION),
        ({"constellation_uuid": hidden.id, "folder_uuid": hidden.root}, 404, NO_CONSTELLATION),
        ({"constellation_uuid": trip.root}, 404, NO_CONSTELLATION),
        *(
            ({"constellation_uuid": trip.id, "folder_uuid": id_}, 400, NO_SUCH_FOLDER)
            for id_ in (UNKNOWN, other.root, hidden.root, deleted, below, trip.id)
        ),
        ({"folder_uuid": trip.root}, 400, NEEDS_ITS_CONSTELLATION),
        *(({"constellation_uuid": id_}, 400, {"message": f"constellation_uuid: {bad_id}"}) for id_ in ("", "x")),
        *(
            ({"constellation_uuid": UNKNOWN, "folder_uuid": id_}, 400, {"message": f"folder_uuid: {bad_id}"})
            for id_ in ("", "root", f"{{{trip.root}}}")
        ),
    ]
    for _ in range(2):
        for words, status, said in cases:
            answer = anna.ask("POST", "/images", form={"file": File("a.gif", SMALL), **words})
            assert (answer.status, answer.json) == (status, said), words
        assert anna.ask("POST", "/images", form={"constellation_uuid": UNKNOWN}).status == 400
        assert is_empty(world)
        world.deliver(REMOVALS)  # of the deleted folders nothing is left the second time


# The bytes, and what is known of them


@pytest.mark.parametrize(("kind", "extension"), KINDS)
def test_the_bytes_come_with_their_type(world: World, anna: Client, trip: Workspace, kind: str, extension: str) -> None:
    data = pictures.still(kind)
    form = {"file": File("sea.bin", data), "constellation_uuid": trip.id}
    image_id = anna.ask("POST", "/images", form=form).json["uuid"]
    answer = anna.ask("GET", f"/images/{image_id}")
    assert answer.status == 200
    assert answer.body == link(world, f"{image_id}.{extension}").body
    assert pictures.opened(answer.body).format == kind
    assert answer.headers == {
        **OPEN,
        "content-type": f"image/{kind.lower()}",
        "etag": f'"{hashlib.sha256(answer.body).hexdigest()}"',
        "repr-digest": digest_of(answer.body),
        "accept-ranges": "bytes",
        "cache-control": "no-store",
        "vary": "Accept",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }


def test_the_metadata_tell_the_callers_right(anna: Client, bea: Client, trip: Workspace) -> None:
    shared, own = trip.image(), added(anna)
    for right in ("READ", "COMMENT", "WRITE", "ADMIN"):
        trip.connect(bea, rights=right)
        assert metadata(bea, shared)["rights"] == right
    assert metadata(anna, own)["rights"] == "ADMIN"


def test_metadata(world: World, anna: Client, trip: Workspace) -> None:
    folder = trip.folder()
    form = {
        "file": File("sea.png", pictures.still("PNG", 36, 21)),
        "constellation_uuid": trip.id,
        "folder_uuid": folder,
    }
    image_id = anna.ask("POST", "/images", form=form).json["uuid"]
    answer = anna.ask("GET", f"/images/{image_id}", headers=JSON)
    told = {
        "image_uuid": image_id,
        "name": "sea.png",
        "url": f"/image/{image_id}.png",
        "mime_type": "image/png",
        "size": len(anna.ask("GET", f"/images/{image_id}").body),
        "width": 36,
        "height": 21,
        "rights": "ADMIN",
        "constellation_uuid": trip.id,
        "folder_uuid": folder,
        "created": "2025-07-11T12:00:00.000000+00:00",
        "updated": None,
    }
    assert (answer.status, answer.headers["content-type"], answer.headers["vary"]) == (
        200,
        "application/json",
        "Accept",
    )
    assert answer.json == told
    world.advance(minutes=1, microseconds=7)
    assert anna.ask("PATCH", f"/images/{image_id}", json={"name": "lake.png", "folder_uuid": trip.root}).status == 200
    changed = {"name": "lake.png", "folder_uuid": trip.root, "updated": "2025-07-11T12:01:00.000007+00:00"}
    assert metadata(anna, image_id) == told | changed


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ("text/html, application/json;q=0.5", True),
        ("image/*,application/json", True),
        ("*/*", False),
        ("", False),
        ("image/*", False),
        ("application/*", False),
        ("application/json;q=0", False),
        ("application/json;q=0.000, */*", False),
        ("application/jsonp", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        (";;,,=/\x00", False),
    ],
)
def test_accept_decides(anna: Client, accept: str, is_json: bool) -> None:
    answer = anna.ask("GET", f"/images/{added(anna)}", headers={"Accept": accept})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json" if is_json else "image/gif")


def test_what_the_client_has_is_not_sent_again(anna: Client) -> None:
    image_id = added(anna)
    whole = anna.ask("GET", f"/images/{image_id}")
    etag = whole.headers["etag"]
    for known in (etag, f"W/{etag}", "*", f'"other", {etag}'):
        answer = anna.ask("GET", f"/images/{image_id}", headers={"If-None-Match": known})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    for unknown in ('"other"', etag.strip('"'), ""):
        assert anna.ask("GET", f"/images/{image_id}", headers={"If-None-Match": unknown}) == whole


@pytest.mark.parametrize(
    ("range_", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=5-", 5, None),
        ("bytes=-5", -5, None),
        ("bytes=3-3", 3, 3),
        ("bytes=2-99999", 2, None),
    ],
)
def test_ranges(anna: Client, range_: str, first: int, last: int | None) -> None:
    image_id = added(anna)
    whole = anna.ask("GET", f"/images/{image_id}")
    part = whole.body[first : None if last is None else last + 1]
    start = first % len(whole.body)
    answer = anna.ask("GET", f"/images/{image_id}", headers={"Range": range_})
    assert (answer.status, answer.body) == (206, part)
    said = f"bytes {start}-{start + len(part) - 1}/{len(whole.body)}"
    assert answer.headers == {**whole.headers, "content-range": said}
    again = {"Range": range_, "If-Range": whole.headers["etag"]}
    assert anna.ask("GET", f"/images/{image_id}", headers=again) == answer
    assert anna.ask("GET", f"/images/{image_id}", headers={**again, "If-Range": '"other"'}) == whole


@pytest.mark.parametrize("range_", ["bytes=9-5", "bytes=99999-", "bytes=0-1,3-4", "bytes=-", "items=0-1", "bytes=a-b"])
def test_ranges_that_give_everything(anna: Client, range_: str) -> None:
    image_id = added(anna)
    whole = anna.ask("GET", f"/images/{image_id}")
    assert anna.ask("GET", f"/images/{image_id}", headers={"Range": range_}) == whole


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_head_says_what_get_would(anna: Client, accept: str) -> None:
    image_id = added(anna)
    headers = {"Accept": accept, "Range": "bytes=0-3"}
    whole = anna.ask("GET", f"/images/{image_id}", headers={"Accept": accept})
    head = anna.ask("HEAD", f"/images/{image_id}", headers=headers)
    told = {**whole.headers, "content-length": str(len(whole.body))}
    assert (head.status, head.body, head.headers) == (200, b"", told)
    for known in (whole.headers.get("etag", '"x"'), "*"):
        headers = {"Accept": accept, "If-None-Match": known}
        get, head = (anna.ask(method, f"/images/{image_id}", headers=headers) for method in ("GET", "HEAD"))
        assert (head.status, head.body) == (get.status, b"")
    assert anna.ask("HEAD", f"/images/{UNKNOWN}").status == 404


def test_more_than_an_answer_holds_is_redirected_to(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    """A picture of 5 MB, of the kind that only comes past the gateway."""
    image = store_large(UNKNOWN, anna.id, Location(trip.id, trip.root))
    answer = anna.ask("GET", f"/images/{image.id}")
    assert (answer.status, answer.body, answer.headers["cache-control"]) == (302, b"", "no-store")
    parameters = parse_qs(urlsplit(answer.headers["location"]).query)
    assert int(parameters["X-Amz-Expires"][0]) <= 300
    whole = large()
    fetched = requests.get(answer.headers["location"], timeout=5)
    assert (fetched.headers["Content-Type"], fetched.content) == ("image/png", whole)
    assert metadata(anna, image.id)["size"] == len(whole)
    head = anna.ask("HEAD", f"/images/{image.id}")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(whole)))
    for wanted, part in (("0-4499999", whole[:4_500_000]), ("4500000-", whole[4_500_000:]), ("-5", whole[-5:])):
        answer = anna.ask("GET", f"/images/{image.id}", headers={"Range": f"bytes={wanted}"})
        assert (answer.status, answer.body) == (206, part)
        assert answer.headers["content-range"].endswith(f"/{len(whole)}")
    for wanted in ("0-4500000", "0-", "0-1,3-4", "9-5", f"{len(whole)}-"):
        assert anna.ask("GET", f"/images/{image.id}", headers={"Range": f"bytes={wanted}"}).status == 302
    stale = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert anna.ask("GET", f"/images/{image.id}", headers=stale).status == 302
    assert bea.ask("GET", f"/images/{image.id}").status == 404


# Name and place


def test_what_is_not_sent_stays(world: World, anna: Client, trip: Workspace) -> None:
    one, other = trip.folder("One"), trip.folder("Other")
    image_id = trip.image(folder=one)
    told = metadata(anna, image_id)
    for change in ({"name": "sea"}, {"folder_uuid": other}, {"name": "lake", "folder_uuid": one}):
        world.advance(minutes=1)
        answer = anna.ask("PATCH", f"/images/{image_id}", json=change)
        told |= change
        assert (answer.status, answer.json) == (200, {name: told[name] for name in ("image_uuid", "name", "url")})
        assert metadata(anna, image_id) | {"updated": None} == told


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "a.gif"},
        {"name": " a.gif "},
        {"views": 9, "owner": "me", "image_uuid": UNKNOWN, "created": "1999", "updated": "1999", "confirmed": True},
        {"url": "x", "mime_type": "text/html", "size": 1, "width": 1, "isPublic": True, "description": "mine"},
    ],
)
def test_nothing_new_changes_nothing(world: World, anna: Client, trip: Workspace, change: dict[str, Any]) -> None:
    image_id = trip.image()
    before = world.items(IMAGES), world.items(CONSTELLATIONS)
    world.advance(minutes=1)
    for place_ in ({}, {"constellation_uuid": trip.id}, {"folder_uuid": trip.root}):
        assert anna.ask("PATCH", f"/images/{image_id}", json=change | place_).status == 200
    assert (world.items(IMAGES), world.items(CONSTELLATIONS)) == before


@pytest.mark.parametrize(("name", "said"), BAD_NAMES)
def test_names_that_are_not(world: World, anna: Client, trip: Workspace, name: Any, said: str) -> None:
    image_id = trip.image()
    before = world.items(IMAGES)
    answer = anna.ask("PATCH", f"/images/{image_id}", json={"name": name, "folder_uuid": trip.folder()})
    assert (answer.status, answer.json) == (400, {"message": f"name: {said}"})
    assert world.items(IMAGES) == before


@pytest.mark.parametrize("body", MALFORMED)
def test_a_change_that_is_no_json_object(world: World, anna: Client, body: bytes) -> None:
    image_id = added(anna)
    before = world.items(IMAGES)
    answer = anna.ask("PATCH", f"/images/{image_id}", body=body)
    assert (answer.status, answer.json.keys()) == (400, {"message"})
    assert world.items(IMAGES) == before


@pytest.mark.parametrize("field", ["constellation_uuid", "folder_uuid"])
@pytest.mark.parametrize("value", ["", "x", "0000-000000...", 5, None, True, [], {}])
def test_ids_that_are_none(world: World, anna: Client, trip: Workspace, field: str, value: Any) -> None:
    for image_id in (trip.image(), added(anna)):
        before = world.items(IMAGES)
        body = {"constellation_uuid": trip.id, "folder_uuid": trip.root, field: value}
        answer = anna.ask("PATCH", f"/images/{image_id}", json=body)
        said = "This is not a valid UUID." if isinstance(value, str) else "Input should be a valid string"
        assert (answer.status, answer.json) == (400, {"message": f"{field}: {said}"})
        assert world.items(IMAGES) == before


def test_its_owner_puts_an_image_into_a_constellation_once(anna: Client, bea: Client, trip: Workspace) -> None:
    other, folder = Workspace(anna, "Other"), trip.folder()
    for words, where in (
        ({"constellation_uuid": trip.id}, trip.root),
        ({"constellation_uuid": trip.id.upper(), "folder_uuid": folder.upper()}, folder),
        ({"constellation_uuid": trip.id, "folder_uuid": trip.root, "name": "sea"}, trip.root),
    ):
        image_id = added(anna)
        assert anna.ask("PATCH", f"/images/{image_id}", json=words).status == 200
        assert place(anna, image_id) == (trip.id, where)
        for target in (other.id, UNKNOWN, trip.root):
            for folder_words in ({}, {"folder_uuid": other.root}, {"folder_uuid": folder}):
                answer = anna.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": target, **folder_words})
                assert (answer.status, answer.json) == (400, STAYS)
        again = anna.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": trip.id})
        assert (again.status, place(anna, image_id)) == (200, (trip.id, where))
        trip.connect(bea)
        assert bea.ask("GET", f"/images/{image_id}").status == 200


def test_it_is_put_only_where_its_owner_may_write(world: World, anna: Client, bea: Client) -> None:
    hidden, shared = Workspace(anna), Workspace(anna)
    shared.connect(bea, rights="COMMENT")
    image_id = added(bea)
    before = world.items(IMAGES)
    cases: list[tuple[dict[str, str], int, Any]] = [
        ({"constellation_uuid": hidden.id}, 404, NO_CONSTELLATION),
        ({"constellation_uuid": hidden.id, "folder_uuid": hidden.root}, 404, NO_CONSTELLATION),
        ({"constellation_uuid": UNKNOWN}, 404, NO_CONSTELLATION),
        ({"constellation_uuid": shared.id}, 403, NEEDS_WRITE),
        ({"constellation_uuid": shared.id, "folder_uuid": hidden.root}, 403, NEEDS_WRITE),
        ({"constellation_uuid": shared.id, "name": ""}, 400, {"message": "name: This value should not be blank."}),
        ({"folder_uuid": shared.root}, 400, NEEDS_ITS_CONSTELLATION),
    ]
    for words, status, said in cases:
        answer = bea.ask("PATCH", f"/images/{image_id}", json=words)
        assert (answer.status, answer.json) == (status, said)
    assert world.items(IMAGES) == before
    shared.connect(bea, rights="WRITE")
    assert bea.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": shared.id}).status == 200
    assert place(anna, image_id) == (shared.id, shared.root)


def test_a_folder_of_another_constellation(world: World, anna: Client, trip: Workspace) -> None:
    other, deleted = Workspace(anna), trip.folder()
    below = trip.folder(parent=deleted)
    inside, outside = trip.image(), added(anna)
    assert anna.ask("DELETE", f"/folders/{deleted}").status == 200
    for _ in range(2):
        before = world.items(IMAGES)
        for id_ in (UNKNOWN, other.root, other.folder(), deleted, below, trip.id, inside):
            for image_id, words in (
                (inside, {}),
                (inside, {"constellation_uuid": trip.id}),
                (outside, {"constellation_uuid": trip.id}),
            ):
                answer = anna.ask("PATCH", f"/images/{image_id}", json={"folder_uuid": id_, "name": "n", **words})
                assert (answer.status, answer.json) == (400, NO_SUCH_FOLDER)
        assert world.items(IMAGES) == before
        world.deliver(REMOVALS)


def test_of_a_wrong_change_the_right_is_told_first(anna: Client, bea: Client, trip: Workspace) -> None:
    image_id = trip.image()
    trip.connect(bea)
    for sent in ({"body": b"{"}, {"json": {"name": 5}}, {"json": {"constellation_uuid": UNKNOWN}}):
        answer = bea.ask("PATCH", f"/images/{image_id}", **sent)
        assert (answer.status, answer.json) == (403, NEEDS_WRITE)


def test_a_member_with_write_moves_anothers_image(anna: Client, bea: Client, trip: Workspace) -> None:
    folder, image_id = trip.folder(), trip.image()
    trip.connect(bea, rights="WRITE")
    own = Workspace(bea)
    assert bea.ask("PATCH", f"/images/{image_id}", json={"folder_uuid": folder}).status == 200
    assert place(anna, image_id) == (trip.id, folder)
    answer = bea.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": own.id})
    assert (answer.status, answer.json) == (400, STAYS)


def test_a_new_name_is_found_and_the_old_one_is_not(anna: Client, trip: Workspace) -> None:
    image_id = trip.image("sea.gif")
    assert anna.ask("PATCH", f"/images/{image_id}", json={"name": "lake.gif"}).status == 200
    for term, found in (("lake", [image_id]), ("sea", [])):
        answer = anna.ask("GET", "/api/images/history/1", query={"searchTerm": term})
        assert [image["id"] for image in answer.json["data"]] == found


# The constellation owns it


def test_an_owner_who_is_no_member_any_more_has_its_history_and_nothing_else(
    world: World, anna: Client, bea: Client, trip: Workspace
) -> None:
    trip.connect(bea, rights="ADMIN")
    image_id = trip.image("sea.gif", by=bea)
    comment = bea.ask("POST", f"/images/{image_id}/comments", json={"content": "mine"}).json["comment_uuid"]
    trip.disconnect(bea)
    before = world.items(IMAGES), world.items(CONSTELLATIONS)
    for method, path in (
        *((method, f"/images/{image_id}") for method in IMAGE_ROUTES),
        ("GET", f"/images/{image_id}/comments"),
        ("POST", f"/images/{image_id}/comments"),
        ("DELETE", f"/images/{image_id}/comments/{comment}"),
        ("GET", f"/api/image/{image_id}/detail"),
        ("PATCH", f"/api/image/{image_id}"),
        ("DELETE", f"/api/image/{image_id}"),
    ):
        answer = bea.ask(method, path, json={"name": "n", "content": "c", "description": "d", "isPublic": True})
        assert answer.status == 404, (method, path)
    assert bea.ask("GET", "/images").json == {"images": []}
    assert bea.ask("GET", "/api/images", query={"uuid[]": [image_id]}).json == []
    assert [each["id"] for each in bea.ask("GET", "/api/images/history/1").json["data"]] == [image_id]
    assert (world.items(IMAGES), world.items(CONSTELLATIONS)) == before
    trip.connect(bea)
    assert bea.ask("GET", f"/images/{image_id}").status == 200
    assert bea.ask("DELETE", f"/images/{image_id}").status == 403


def test_so_it_is_for_one_that_was_put_into_a_constellation(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    image_id = added(bea)
    assert bea.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": trip.id}).status == 200
    trip.disconnect(bea)
    assert bea.ask("GET", f"/images/{image_id}").status == 404
    assert anna.ask("GET", f"/images/{image_id}").status == 200
    assert anna.ask("DELETE", f"/images/{image_id}").status == 200
    assert bea.ask("GET", "/api/images/history/1").json["data"] == []


def test_a_deleted_image_is_gone_everywhere(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    image_id, other = trip.image("sea.gif"), trip.image("lake.gif")
    assert bea.ask("DELETE", f"/images/{image_id}").status == 200
    assert [child["uuid"] for child in trip.tree()["children"]] == [other]
    assert [child["uuid"] for child in anna.ask("GET", f"/folders/{trip.root}").json["children"]] == [other]
    for client in (anna, bea):
        assert [image["image_uuid"] for image in client.ask("GET", "/images").json["images"]] == [other]
        assert client.ask("GET", f"/api/image/{image_id}/detail").status == 404
    assert [each["id"] for each in anna.ask("GET", "/api/images/history/1").json["data"]] == [other]
    assert link(world, f"{image_id}.gif").status == 404
    world.deliver(DELETIONS, delayed=True)
    assert list(world.objects(ORIGINALS)) == [f"images/{other}"]
    settle(world)
    assert f"#{image_id}" in world.invalidated()


# On the sharing surface


def refused(answer: Any) -> tuple[int, str]:
    """Status and message of a refusal there."""
    assert answer.json["error"].keys() == {"title", "message", "violations"}
    return answer.status, answer.json["error"]["message"]


SHARING: Mapping[str, tuple[str, str, int]] = {
    "detail": ("GET", "/api/image/{}/detail", 200),
    "change": ("PATCH", "/api/image/{}", 204),
    "deletion": ("DELETE", "/api/image/{}", 204),
}
SHARED = pytest.mark.parametrize("public", [False, True], ids=["private", "public"])


@SHARED
@pytest.mark.parametrize("right", ["READ", "COMMENT", "WRITE", "ADMIN"])
@pytest.mark.parametrize("doing", SHARING)
def test_members_act_on_it_there_by_their_right(
    anna: Client, bea: Client, trip: Workspace, doing: str, right: str, public: bool
) -> None:
    image_id = trip.image()
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": public}).status == 204
    trip.connect(bea, rights=right)
    method, path, done = SHARING[doing]
    answer = bea.ask(method, path.format(image_id), json={"description": "by Bea", "preserveOnDisk": True})
    if doing == "detail" or right in ("WRITE", "ADMIN"):
        assert answer.status == done
    else:
        assert refused(answer) == (403, "This needs WRITE rights")
    left = anna.ask("GET", f"/api/image/{image_id}/detail")
    assert left.status == (404 if doing == "deletion" and answer.status == 204 else 200)
    assert left.status == 404 or (left.json["description"] == "by Bea") == (doing == "change" and answer.status == 204)


@SHARED
@pytest.mark.parametrize("doing", SHARING)
def test_who_is_no_member_sees_there_what_is_public(
    world: World, anna: Client, bea: Client, trip: Workspace, doing: str, public: bool
) -> None:
    trip.connect(bea, rights="WRITE")
    images_there = [trip.image(), trip.image(by=bea)]
    for image_id in images_there:
        assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": public}).status == 204
    trip.disconnect(bea)
    before = world.items(IMAGES)
    method, path, _ = SHARING[doing]
    expected = (403, "This image belongs to somebody else") if public else (404, "Image not found")
    for image_id in images_there:
        for sent in ({"json": {"description": "mine"}}, {"body": b"{"}, {"json": {"isPublic": 5, "preserveOnDisk": 5}}):
            assert refused(bea.ask(method, path.format(image_id), **sent)) == expected
        for other in IMAGE_ROUTES:
            assert bea.ask(other, f"/images/{image_id}", json={"name": "mine"}).status == 404
    assert world.items(IMAGES) == before
    assert anna.ask("DELETE", trip.path).status == 200
    for client in (anna, bea):
        for image_id in images_there:
            assert refused(client.ask(method, path.format(image_id), json={})) == (404, "Image not found")


def test_by_their_ids_the_callers_own_are_told_where_it_has_a_right_to_them(
    anna: Client, bea: Client, trip: Workspace
) -> None:
    left, gone, kept = (Workspace(anna) for _ in range(3))
    for workspace in (left, gone, kept):
        workspace.connect(bea, rights="WRITE")
    folder = kept.folder()
    own = [added(bea), bea.image(), kept.image(by=bea)]
    lost = [left.image(by=bea), gone.image(by=bea), kept.image(folder=folder, by=bea)]
    others = [kept.image(), anna.image(isPublic="true"), trip.image()]
    kept.connect(bea)
    left.disconnect(bea)
    assert anna.ask("DELETE", gone.path).status == 200
    assert anna.ask("DELETE", f"/folders/{folder}").status == 200
    asked = [*lost, own[2], *others, own[0], UNKNOWN, own[1]]
    answer = bea.ask("GET", "/api/images", query={"uuid[]": asked})
    assert (answer.status, [image["id"] for image in answer.json]) == (200, [own[2], own[0], own[1]])


def test_a_link_stays_public_and_history_and_lists_show_what_there_is(
    world: World, anna: Client, bea: Client, trip: Workspace
) -> None:
    folder = trip.folder()
    image_id = trip.image("sea.gif", folder)
    assert link(world, f"{image_id}.gif").status == 200
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": True}).status == 204
    lists = ((bea, "/api/images/1"), (anna, "/api/images/history/1"))
    for client, path in lists:
        assert [each["id"] for each in client.ask("GET", path).json["data"]] == [image_id]
    assert anna.ask("DELETE", f"/folders/{folder}").status == 200
    for client, path in lists:
        assert client.ask("GET", path).json["data"] == []
    assert link(world, f"{image_id}.gif").status == 404

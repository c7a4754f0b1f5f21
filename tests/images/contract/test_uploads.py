"""Uploads: what is stored of a picture, and what is refused without a trace."""

import hashlib
from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import ACCOUNTS, ORIGINALS
from constellation.images import store as images
from constellation.images.usage import Usage, usage
from constellation.imaging.placeholder import placeholder
from constellation.runtime.request import Caller
from tests.support import pictures
from tests.support.consistency import assert_at_rest, assert_totals, settle, shelf
from tests.support.sharing import ANNA, is_empty, records, upload, uploaded
from tests.support.world import File, World, configure, event

KINDS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}
NOON = "2025-07-11T12:00:00.000000+00:00"
MIME_TYPES = 'Allowed mime types are "image/jpeg", "image/png", "image/webp", "image/gif".'


def guest(world: World, form: dict[str, str | File], address: str = "192.0.2.1") -> Any:
    return world.call("share_upload_image_as_guest", event("POST", "/api/guest/upload", form=form, address=address))


def violation(message: str, property_: str = "image") -> dict[str, Any]:
    return {
        "error": {
            "title": "Symfony.Component.HttpKernel.Exception.HttpException",
            "message": "Validation Error",
            "violations": [{"property": property_, "message": message}],
        }
    }


@pytest.mark.parametrize("kind", KINDS)
def test_an_upload_is_one_record_and_the_cleaned_bytes(world: World, kind: str) -> None:
    answer = upload(world, pictures.still(kind), name="C:\\seas\\a\u202ebc.tiff", description="Söa", isPublic="true")
    image_id = answer.json["id"]
    objects = world.objects(ORIGINALS)
    assert list(objects) == [f"images/{image_id}"]
    kept = objects[f"images/{image_id}"]
    assert pictures.opened(kept).size == (64, 48)
    media_type, extension = KINDS[kind]
    assert records(world) == [
        {
            "pk": {"S": f"IMAGE#{image_id}"},
            "sk": {"S": "IMAGE"},
            "id": {"S": image_id},
            "owner": {"S": ANNA.user_id},
            "name": {"S": "abc.tiff"},
            "description": {"S": "Söa"},
            "publicList": {"S": "public"},
            "mediaType": {"S": media_type},
            "extension": {"S": extension},
            "size": {"N": str(len(kept))},
            "width": {"N": "64"},
            "height": {"N": "48"},
            "frames": {"N": "1"},
            "sha256": {"S": hashlib.sha256(kept).hexdigest()},
            "fileSha256": {"S": hashlib.sha256(pictures.still(kind)).hexdigest()},
            "placeholder": {"S": placeholder(pictures.opened(pictures.still(kind)), None)},
            "createdAt": {"S": NOON},
            "describedAt": {"S": NOON},
            "created": {"S": f"{NOON}#{image_id}"},
            "updated": {"S": f"{NOON}#{image_id}"},
            "views": {"N": "0"},
            "version": {"N": "1"},
            "renditions": {"M": {}},
        }
    ]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_is_kept(world: World, kind: str) -> None:
    image_id = uploaded(world, pictures.animated(kind))
    assert records(world)[0]["frames"] == {"N": "3"}
    assert pictures.frames_of(world.objects(ORIGINALS)[f"images/{image_id}"]) == 3


def test_the_original_carries_its_type_and_the_delivery_headers(world: World) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    head = aws.call("s3", "head_object", Bucket=ORIGINALS.physical_name, Key=f"images/{image_id}")
    assert head["ContentType"] == "image/png"
    assert head["CacheControl"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("listed", "counted"), [("false", 1), ("true", 2)])
def test_an_upload_costs_one_object_one_transaction_and_one_message(world: World, listed: str, counted: int) -> None:
    uploaded(world, pictures.still("JPEG"), isPublic=listed)
    noted, *totals = ["dynamodb:UpdateItem"] * (1 + counted)
    record = [noted, "dynamodb:PutItem", *totals]
    assert [call.action for call in world.calls] == ["s3:PutObject", "sqs:SendMessage", *record]


def test_a_nameless_file_is_called_by_its_id(world: World) -> None:
    answer = upload(world, pictures.still("GIF"), name="../\u2066")
    assert records(world)[0]["name"] == {"S": f"{answer.json['id']}.gif"}


def test_an_external_upload_belongs_to_the_keys_owner(world: World) -> None:
    caller = Caller(ANNA.user_id, key_id="key")
    form = {"image": File("a", pictures.still("PNG"))}
    answer = world.call("share_upload_image_by_key", event("PUT", "/api/external/upload", form=form, caller=caller))
    image_id = answer.json["id"]
    assert answer.json == {
        "id": image_id,
        "url": f"/api/image/{image_id}.png",
        "thumbnailUrl": f"/api/image/{image_id}_thumbnail.png",
    }
    assert records(world)[0]["owner"] == {"S": ANNA.user_id}
    assert "publicList" not in records(world)[0]


def test_a_guests_image_is_public_and_nobodys(world: World) -> None:
    answer = guest(world, {"image": File("a", pictures.still("PNG")), "isPublic": "false", "owner": ANNA.user_id})
    assert answer.status == 201
    [item] = records(world)
    assert item["publicList"] == {"S": "public"}
    assert "owner" not in item


def test_fields_that_a_client_may_not_set_are_ignored(world: World) -> None:
    upload(world, pictures.still("PNG"), owner="another", views="9", id="mine", createdAt="1999")
    [item] = records(world)
    assert (item["owner"], item["views"]) == ({"S": ANNA.user_id}, {"N": "0"})
    assert item["id"] != {"S": "mine"}
    assert item["createdAt"] == {"S": NOON}


FOREIGN = {
    "application/pdf": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "image/svg+xml": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "text/html": b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>",
    "text/plain": b"just a few words\n",
}


@pytest.mark.parametrize("media_type", FOREIGN)
def test_what_is_no_picture_is_named_and_refused(world: World, media_type: str) -> None:
    answer = upload(world, FOREIGN[media_type], name="photo.jpg")
    assert answer.status == 422
    assert answer.json == violation(f'The mime type of the file is invalid ("{media_type}"). {MIME_TYPES}')
    assert is_empty(world)


CORRUPTED = "The image file is corrupted."
BROKEN = {
    "empty": (b"", "An empty file is not allowed."),
    "one byte": (b"\xff", f'The mime type of the file is invalid ("application/octet-stream"). {MIME_TYPES}'),
    "truncated JPEG": (pictures.still("JPEG")[:-300], CORRUPTED),
    "truncated PNG": (pictures.still("PNG")[:-100], CORRUPTED),
    "truncated WebP": (pictures.still("WEBP")[:-100], CORRUPTED),
    "truncated GIF": (pictures.still("GIF")[:-300], CORRUPTED),
    "900 megapixels in 20 KB": (
        pictures.png(30_000, 30_000, bytes(20_000_000)),
        "The image has too many pixels (900000000 pixels). Maximum amount expected is 40000000 pixels.",
    ),
    "500 frames": (
        pictures.flicker(500),
        "The image has too many frames (more than 256 frames). Maximum amount expected is 256 frames.",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_picture_that_cannot_be_taken_is_refused_in_one_violation(world: World, name: str) -> None:
    file, message = BROKEN[name]
    answer = upload(world, file)
    assert (answer.status, answer.json) == (422, violation(message))
    assert is_empty(world)


def test_a_file_above_the_configured_maximum_is_told_both_sizes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, image_size_limit=1_000_000)
    answer = upload(world, b"\xff\xd8\xff".ljust(2_140_000, b"\0"))
    assert answer.status == 422
    assert answer.json == violation("The file is too large (2.14 MB). Allowed maximum size is 1 MB.")
    assert is_empty(world)


TOO_LARGE = "Use POST /api/uploads for files up to 50 MB."


def test_a_file_above_one_invocations_payload_is_sent_elsewhere(world: World) -> None:
    answer = upload(world, bytes(20_000_000))
    assert answer.status == 413
    message = f"The file is too large for a direct upload (20 MB). {TOO_LARGE}"
    assert answer.json == {"message": message, "status": 413}
    assert is_empty(world)


NO_FILE = violation("No file was uploaded.")


@pytest.mark.parametrize(
    "form",
    [
        {"description": "only words"},
        {"image": "text without a file name"},
        {"image": File("", b"")},
        {"file": File("a.jpg", b"under another name")},
    ],
)
def test_a_missing_file_is_said(world: World, form: dict[str, str | File]) -> None:
    answer = world.call("share_upload_image", event("POST", "/api/upload", form=form, caller=ANNA))
    assert (answer.status, answer.json) == (422, NO_FILE)
    assert is_empty(world)


def test_two_files_are_refused(world: World) -> None:
    picture = pictures.still("JPEG")
    part = b'--B\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + picture + b"\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    twice = event("POST", "/api/upload", body=part + part + b"--B--\r\n", headers=headers, caller=ANNA)
    answer = world.call("share_upload_image", twice)
    assert (answer.status, answer.json) == (422, violation("This field must be sent once."))
    assert is_empty(world)


def test_a_wrong_boundary_is_an_unreadable_body(world: World) -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nx\r\n--B--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=C"}
    answer = world.call("share_upload_image", event("POST", "/api/upload", body=body, headers=headers, caller=ANNA))
    assert answer.status == 400
    message = "The multipart body cannot be read"
    assert answer.json == {"error": {"title": "Bad Request", "message": message, "violations": []}}
    assert is_empty(world)


@pytest.mark.parametrize("content_type", ["application/json", "image/jpeg", "application/x-www-form-urlencoded", ""])
def test_what_is_no_multipart_is_unsupported(world: World, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    sent = event("PUT", "/api/upload", body=pictures.still("JPEG"), headers=headers, caller=ANNA)
    answer = world.call("share_upload_image", sent)
    assert answer.status == 415
    assert answer.json["error"]["title"] == "Unsupported Media Type"
    assert is_empty(world)


def test_a_description_has_at_most_255_characters(world: World) -> None:
    answer = upload(world, pictures.still("PNG"), description="é" * 256)
    message = "This value is too long. It should have 255 characters or less."
    assert (answer.status, answer.json) == (422, violation(message, "description"))
    assert is_empty(world)
    uploaded(world, pictures.still("PNG"), description="é" * 255)
    assert records(world)[0]["description"] == {"S": "é" * 255}


def test_is_public_is_a_boolean(world: World) -> None:
    answer = upload(world, pictures.still("PNG"), isPublic="perhaps")
    assert (answer.status, answer.json) == (422, violation("This value should be of type bool.", "isPublic"))
    assert is_empty(world)


@pytest.mark.parametrize("body", [b"", b"no multipart", bytes(20_000_000)])
def test_where_guests_may_not_upload_nothing_else_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    configure(monkeypatch, guest_uploads=False)
    answer = world.call("share_upload_image_as_guest", event("POST", "/api/guest/upload", body=body))
    message = "Guest uploads are disabled"
    assert (answer.status, answer.json) == (
        401,
        {"error": {"title": "Unauthorized", "message": message, "violations": []}},
    )
    assert world.calls == []


def test_an_address_has_so_many_guest_uploads_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, guest_uploads_per_day=2)
    form: dict[str, str | File] = {"image": File("a", pictures.still("PNG"))}
    assert [guest(world, form).status for _ in range(3)] == [201, 201, 429]
    assert len(records(world)) == 2
    refused = guest(world, form)
    assert refused.headers["retry-after"] == str(12 * 3600)
    assert refused.json["error"]["title"] == "Too Many Requests"
    assert guest(world, form, address="192.0.2.2").status == 201
    world.advance(hours=12)
    assert guest(world, form).status == 201


def test_the_addresses_of_one_network_share_their_guest_uploads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, guest_uploads_per_day=2)
    form: dict[str, str | File] = {"image": File("a", pictures.still("PNG"))}

    def statuses(*addresses: str) -> list[int]:
        return [guest(world, form, address=address).status for address in addresses]

    assert statuses("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3") == [201, 201, 429]
    assert statuses("2001:db8:0:1::1") == [201]
    assert statuses("192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "192.0.2.2") == [201, 201, 429, 201]
    assert statuses("", "nobody", "\u202e" * 99) == [201, 201, 429]


def test_guest_uploads_are_not_counted_where_there_is_no_quota(world: World) -> None:
    guest(world, {"image": File("a", pictures.still("PNG"))})
    assert world.items(ACCOUNTS) == []


def test_a_users_files_stay_within_the_quota_of_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = pictures.still("PNG")
    image_id = uploaded(world, picture)
    size = int(records(world)[0]["size"]["N"])
    configure(monkeypatch, bytes_per_user=2 * size)
    assert [upload(world, picture).status for _ in range(2)] == [201, 413]
    refused = upload(world, picture)
    assert refused.json["status"] == 413
    assert len(records(world)) == len(world.objects(ORIGINALS)) == 2
    other = event("POST", "/api/upload", form={"image": File("a", picture)}, caller=Caller("another"))
    assert world.call("share_upload_image", other).status == 201
    world.advance(days=400)
    assert upload(world, picture).status == 413
    parameters = {"image_id": image_id}
    deletion = event("DELETE", f"/api/image/{image_id}", path_parameters=parameters, caller=ANNA)
    assert world.call("share_delete_image", deletion).status == 204
    assert [upload(world, picture).status for _ in range(2)] == [201, 413]


def test_bytes_that_stay_after_a_deletion_count_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = pictures.still("PNG")
    kept = uploaded(world, picture, isPublic="true")
    size = int(records(world)[0]["size"]["N"])
    configure(monkeypatch, bytes_per_user=3 * size)

    def delete(image_id: str, *, keeps_bytes: bool) -> None:
        body, path = {"preserveOnDisk": keeps_bytes}, {"image_id": image_id}
        happening = event("DELETE", "/", json=body, path_parameters=path, caller=ANNA)
        assert world.call("share_delete_image", happening).status == 204

    delete(kept, keeps_bytes=True)
    others = [uploaded(world, picture) for _ in range(2)]
    assert upload(world, picture).status == 413
    assert [call.action for call in world.calls] == ["dynamodb:Query"], "the quota is looked at in one call"
    for image_id, keeps_bytes, statuses in ((others[0], False, [201, 413]), (others[1], True, [413])):
        delete(image_id, keeps_bytes=keeps_bytes)
        settle(world)
        assert_at_rest(world)
        assert [upload(world, picture).status for _ in statuses] == statuses
    assert len(world.objects(ORIGINALS)) == 3
    assert usage(ANNA.user_id) == Usage(images=1, image_bytes=size, kept_bytes=2 * size)


def test_bytes_of_a_guest_that_stay_count_for_nobody(world: World) -> None:
    guest(world, {"image": File("a", pictures.still("PNG"))})
    (record,) = records(world)
    image = images.get(record["id"]["S"])
    assert image
    assert images.delete(image, keeps_bytes=True, now=world.now)
    assert_totals(shelf(world))
    assert not any(shelf(world).kept.values())

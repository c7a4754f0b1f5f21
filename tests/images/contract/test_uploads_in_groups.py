"""POST /api/upload/batch: every file has the result that a request for this file alone would have."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest

from constellation.aws.resources import INDEXING, ORIGINALS, UPLOADS
from constellation.common import outcomes
from tests.support import pictures
from tests.support.accounts import new_token, session
from tests.support.consistency import assert_at_rest, settle
from tests.support.sharing import SMALL, Client, errors, is_empty, records
from tests.support.workspace import Workspace
from tests.support.world import Answer, File, World, configure

PATH = "/api/upload/batch"
BUSY: dict[str, Any] = {"title": "Service Unavailable", "message": "Busy, try again", "violations": []}
BAD = File("bad.gif", b"no picture")
A, B, C = (File(f"{name}.gif", SMALL) for name in "abc")


def send(client: Client, *files: File, key: str | None = None, **fields: str) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.ask("POST", PATH, form={"image": files, **fields}, headers=headers)


def results(client: Client, *files: File, key: str | None = None, **fields: str) -> list[dict[str, Any]]:
    answer = send(client, *files, key=key, **fields)
    assert answer.status == 200, answer.body
    assert answer.json.keys() == {"results"}
    assert len(answer.json["results"]) == len(files)
    for each in answer.json["results"]:
        assert each.keys() == {"status", "image" if each["status"] == 201 else "error"}
    return answer.json["results"]


def statuses(told: Sequence[dict[str, Any]]) -> list[int]:
    return [each["status"] for each in told]


def ids(told: Sequence[dict[str, Any]]) -> list[str]:
    return [each["image"]["id"] for each in told]


def alone(client: Client, file: File) -> Any:
    """The error of a request for this file alone."""
    answer = client.ask("POST", "/api/upload", form={"image": file})
    assert answer.status >= 400
    return answer.json["error"]


def test_files_become_images_in_their_order(anna: Client) -> None:
    files = [File(f"{kind}.x", pictures.still(kind)) for kind in ("JPEG", "PNG", "WEBP", "GIF")]
    told = results(anna, *files, description="sea", isPublic="true", access="signed")
    assert statuses(told) == [201] * 4
    for image, extension in zip(ids(told), ("jpg", "png", "webp", "gif"), strict=True):
        detail = anna.ask("GET", f"/api/image/{image}/detail").json
        assert detail["fileName"] == f"{image}.{extension}"
        assert (detail["description"], detail["isPublic"], detail["access"]) == ("sea", True, "signed")
    assert {record["name"]["S"] for record in records(anna.world)} == {file.name for file in files}
    assert len(anna.world.objects(ORIGINALS)) == 4


def test_the_index_follows_all_images_by_one_call_before_the_first(anna: Client) -> None:
    told = results(anna, A, BAD, B, isPublic="true")
    assert [call.action for call in anna.world.calls].count("sqs:SendMessage") == 1
    assert anna.world.calls[0].action == "sqs:SendMessage"
    sent = [each.content for each in anna.world.messages(INDEXING)]
    assert {each.delay for each in anna.world.messages(INDEXING)} == {75}
    assert [each["lists"] for each in sent] == [[anna.id, "public"]] * 3
    assert [each["filed"]["image"] for each in sent][::2] == [told[0]["image"]["id"], told[2]["image"]["id"]]
    assert [each["filed"]["digest"] for each in sent] == [sha256(each.data).hexdigest() for each in (A, BAD, B)]


def test_images_are_found_and_refused_files_are_not_known(anna: Client) -> None:
    told = results(anna, File("lighthouse.gif", SMALL), BAD)
    settle(anna.world)
    found = anna.ask("GET", "/api/images/history/1", query={"searchTerm": "lighthouse"}).json["data"]
    assert [each["id"] for each in found] == [told[0]["image"]["id"]]
    digests = {each.data: sha256(each.data).hexdigest() for each in (A, BAD)}
    known = anna.ask("POST", "/api/images/exists", json={"sha256": [*digests.values()]}).json["found"]
    assert known == {digests[SMALL]: [told[0]["image"]["id"]]}
    assert_at_rest(anna.world)


def test_one_file_alone_and_equal_files(anna: Client) -> None:
    assert statuses(results(anna, A)) == [201]
    assert len(set(ids(results(anna, A, A, A)))) == 3
    assert len(records(anna.world)) == 4


def test_a_refused_file_does_not_stop_the_others(anna: Client) -> None:
    told = results(anna, A, BAD, B)
    assert statuses(told) == [201, 422, 201]
    assert told[1]["error"] == alone(anna, BAD)
    assert len(records(anna.world)) == 2


def test_where_the_quota_ends(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    results(anna, A)
    size = int(records(anna.world)[0]["size"]["N"])
    configure(monkeypatch, bytes_per_user=3 * size)
    told = results(anna, A, BAD, B, C)
    assert statuses(told) == [201, 422, 201, 413]
    refused = anna.ask("POST", "/api/upload", form={"image": C})
    assert told[3]["error"] == {
        "title": "Content Too Large",
        "message": refused.json["message"],
        "violations": [],
    }


@pytest.mark.parametrize(
    ("form", "property_"),
    [
        ({"description": "only words"}, "image"),
        ({"file": File("a.jpg", b"under another name")}, "image"),
        ({"image": "text without a file name"}, "image.0"),
        ({"image": [A, File("", b"")]}, "image.1"),
    ],
)
def test_a_missing_file_is_said(anna: Client, form: Any, property_: str) -> None:
    answer = anna.ask("POST", PATH, form=form)
    assert (answer.status, answer.json) == (422, errors((property_, "No file was uploaded.")))
    assert is_empty(anna.world)


def test_twenty_files_are_the_most(anna: Client) -> None:
    answer = send(anna, *[A] * 21)
    message = "This collection should contain 20 elements or less."
    assert (answer.status, answer.json) == (422, errors(("image", message)))
    assert is_empty(anna.world)
    assert statuses(results(anna, *[A] * 20)) == [201] * 20


@pytest.mark.parametrize(
    ("fields", "property_", "message"),
    [
        ({"description": "é" * 256}, "description", "This value is too long. It should have 255 characters or less."),
        ({"isPublic": "perhaps"}, "isPublic", "This value should be of type bool."),
        ({"access": "closed"}, "access", "This value should be one of open, signed."),
    ],
)
def test_a_wrong_field_refuses_all_files(anna: Client, fields: dict[str, str], property_: str, message: str) -> None:
    answer = send(anna, A, B, **fields)
    assert (answer.status, answer.json) == (422, errors((property_, message)))
    assert is_empty(anna.world)


def test_only_files_may_be_repeated(anna: Client) -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    image, said = part % (b"image", b'; filename="a.gif"', SMALL), part % (b"description", b"", b"sea")
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = anna.ask("POST", PATH, body=image + said + said + b"--B--\r\n", headers=headers)
    assert (answer.status, answer.json) == (422, errors(("description", "This field must be sent once.")))
    assert is_empty(anna.world)


def test_a_body_that_is_too_large(anna: Client) -> None:
    large = File("a.gif", SMALL.ljust(2_400_000, b"\0"))
    answer = send(anna, large, large)
    assert (answer.status, answer.json["status"]) == (413, 413)
    assert answer.json["message"] == "The request is too large (4.8 MB). The limit is 4.6 MB."
    too_large = File("a.gif", SMALL.ljust(4_500_001, b"\0"))
    single = anna.ask("POST", "/api/upload", form={"image": too_large})
    answer = send(anna, A, too_large)
    assert (answer.status, answer.json) == (single.status, single.json)
    assert is_empty(anna.world)


@pytest.mark.parametrize(("body", "status"), [(b"", 400), (b"no multipart", 400)])
def test_a_body_that_cannot_be_read(anna: Client, body: bytes, status: int) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = anna.ask("POST", PATH, body=body, headers=headers)
    assert (answer.status, answer.json["error"]["message"]) == (status, "The multipart body cannot be read")
    answer = anna.ask("POST", PATH, body=SMALL, headers={"Content-Type": "image/gif"})
    assert (answer.status, answer.json["error"]["title"]) == (415, "Unsupported Media Type")
    assert is_empty(anna.world)


def test_a_token_needs_the_scope_and_no_constellation(world: World, anna: Client) -> None:
    def status(*scopes: str, **fields: str) -> int:
        token = new_token(world, anna.token, *scopes, **fields)["token"]
        return world.request("POST", PATH, token=token, form={"image": [A]}).status

    assert status("images:read") == 403
    assert status("images:write", constellation_uuid=Workspace(anna).id) == 403
    assert is_empty(world)
    assert status("images:write") == 200
    assert world.request("POST", PATH, form={"image": [A]}).status == 401


def test_what_there_is_no_time_for_is_refused_as_busy(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "SECONDS", 0)
    assert results(anna, A, B, key="key") == [{"status": 503, "error": BUSY}] * 2
    assert is_empty(anna.world)
    assert anna.world.items(UPLOADS) == []
    monkeypatch.setattr(outcomes, "SECONDS", 20)
    assert statuses(results(anna, A, B, key="key")) == [201, 201]


# Idempotency-Key


def test_the_first_answers_are_given_again(anna: Client) -> None:
    first = results(anna, A, B, A, key="key")
    anna.world.advance(hours=23, minutes=59)
    anna.token = session(anna.world, anna.name)["access_token"]
    assert results(anna, A, B, A, key="key") == first
    assert [call.action for call in anna.world.calls] == ["sqs:SendMessage", *["dynamodb:UpdateItem"] * 3]
    assert len(records(anna.world)) == 3


def test_files_have_their_first_answers_in_any_company_and_order(anna: Client) -> None:
    first = results(anna, A, B, key="key")
    assert results(anna, B, C, A, key="key")[::2] == first[::-1]
    assert results(anna, B, key="key") == first[1:]
    assert len(records(anna.world)) == 3


def test_equal_files_are_told_apart_by_how_many_there_are(anna: Client) -> None:
    first = results(anna, A, A, key="key")
    assert results(anna, A, key="key") == first[:1]
    again = results(anna, A, B, A, A, key="key")
    assert [again[0], again[2]] == first
    assert len(set(ids(again))) == len(records(anna.world)) == 4


def test_another_name_or_other_bytes_are_another_file(anna: Client) -> None:
    told = [
        *results(anna, A, key="key"),
        *results(anna, B, key="key"),
        *results(anna, File("a.gif", pictures.still("GIF", 9, 6)), key="key"),
        *results(anna, A, key="other key"),
    ]
    assert len(set(ids(told))) == len(records(anna.world)) == 4


def test_other_fields_with_a_key_are_refused(anna: Client) -> None:
    first = results(anna, A, key="key", description="sea")
    refused = results(anna, A, B, key="key", description="lake")
    assert statuses(refused) == [422, 201]
    fault = {"property": "Idempotency-Key", "message": "Another request was sent with this key."}
    assert refused[0]["error"]["violations"] == [fault]
    assert results(anna, A, key="key", description="sea") == first
    assert len(records(anna.world)) == 2


@pytest.mark.parametrize("key", ["", "k" * 256, "k\x1fy", "ké"])
def test_what_is_no_key(anna: Client, key: str) -> None:
    answer = send(anna, A, key=key)
    assert answer.status == 400
    assert answer.json["error"]["message"] == "Idempotency-Key must have 1 to 255 printable ASCII characters"
    assert is_empty(anna.world)


def test_a_key_counts_for_one_route_and_one_user(anna: Client, bea: Client) -> None:
    first = results(anna, A, key="key")
    headers = {"Idempotency-Key": "key"}
    single = anna.ask("POST", "/api/upload", form={"image": A}, headers=headers)
    assert single.status == 201
    other = results(bea, A, key="key")
    assert len({single.json["id"], *ids(first), *ids(other)}) == 3
    assert results(anna, A, key="key") == first
    assert anna.ask("POST", "/api/upload", form={"image": A}, headers=headers) == single


def test_no_name_is_too_long_for_a_key(anna: Client) -> None:
    long = File("n" * 3900 + ".gif", SMALL)
    first = results(anna, long, key="k" * 255)
    assert statuses(first) == [201]
    assert results(anna, long, key="k" * 255) == first


def test_a_refusal_is_not_kept(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert statuses(results(anna, BAD, key="key")) == [422]
    configure(monkeypatch, bytes_per_user=1)
    assert statuses(results(anna, A, key="key")) == [413]
    configure(monkeypatch)
    assert statuses(results(anna, A, key="key")) == [201]


def test_without_a_key_nothing_is_kept(anna: Client) -> None:
    results(anna, A, B)
    assert anna.world.items(UPLOADS) == []

"""Uploads through a share into its folder (second contract, 5, "Shares")."""

from typing import Any

import pytest

from tests.shares.contract.test_shares import NO_SHARE, shared
from tests.support import pictures
from tests.support.sharing import SMALL, Client
from tests.support.uploads_api import lying, post, posted, status
from tests.support.workspace import HUGE, MALFORMED, Workspace, metadata
from tests.support.world import Answer, World, configure

FILE = {"fileName": "sea.gif"}


@pytest.fixture
def box(trip: Workspace) -> Any:
    """A share of a folder that takes uploads. The folder is in ``box["target"]``."""
    return shared(trip.admin, "folder", trip.folder("Guests"), allowUpload=True)


def send(world: World, share: Any, token: str | None = None, **parts: Any) -> Answer:
    headers = {} if token is None else {"Authorization": f"Share {token}"}
    sent = parts or {"json": FILE}
    return world.request("POST", f"/api/s/{share['code']}/uploads", headers=headers, **sent)


def tree(trip: Workspace) -> str:
    return str(trip.admin.ask("GET", f"/structure/{trip.id}").json)


def test_a_file_becomes_an_image_of_the_creator_in_the_folder(world: World, trip: Workspace, box: Any) -> None:
    anna = trip.admin
    answer = send(world, box)
    assert answer.status == 201, answer.body
    form = answer.json
    assert form == {
        "id": form["id"],
        "url": form["url"],
        "fields": form["fields"],
        "expiresAt": "2025-07-11T12:15:00.000000+00:00",
        "maxSize": 50_000_000,
    }
    assert "location" not in answer.headers
    assert status(anna, form["id"]) == {"id": form["id"], "status": "pending"}
    assert posted(anna, form) == {"id": form["id"], "status": "ready", "imageId": form["id"]}
    image = metadata(anna, form["id"])
    assert (image["name"], image["folder_uuid"], image["rights"]) == ("sea.gif", box["target"]["id"], "ADMIN")
    history = anna.ask("GET", "/api/images/history/1").json["data"]
    assert [each["id"] for each in history] == [form["id"]]
    assert lying() == []


def test_it_counts_for_the_creator(world: World, trip: Workspace, box: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, bytes_per_user=len(SMALL) - 1)
    form = send(world, box).json
    told = posted(trip.admin, form)
    assert told["status"] == "failed"
    assert told["violations"][0]["message"].startswith("There is no room for this file")
    assert form["id"] not in tree(trip)


def test_a_size_that_is_announced_is_kept_to(world: World, trip: Workspace, box: Any) -> None:
    form = send(world, box, json={**FILE, "size": len(SMALL)}).json
    other = pictures.still("GIF", 9, 9)
    assert len(other) != len(SMALL)
    assert post(form, other) in (400, 403) or posted(trip.admin, form, other)["status"] == "failed"
    again = send(world, box, json={**FILE, "size": len(SMALL)}).json
    assert posted(trip.admin, again)["status"] == "ready"


def test_what_is_no_picture_is_refused_by_the_real_ingest(world: World, trip: Workspace, box: Any) -> None:
    form = send(world, box).json
    assert posted(trip.admin, form, b"<html>")["status"] == "failed"


@pytest.mark.parametrize("fields", [{"password": "open sesame"}, {"maxViews": 3}])
def test_a_token_is_needed_where_one_is_given(world: World, trip: Workspace, fields: Any) -> None:
    folder = trip.folder()
    share = shared(trip.admin, "folder", folder, allowUpload=True, **fields)
    assert send(world, share).status == 401
    path = f"/api/s/{share['code']}"
    if "password" in fields:
        opened = world.request("POST", f"{path}/unlock", json={"password": "open sesame"})
    else:
        opened = world.request("GET", path)
    assert opened.status == 200
    token = opened.json["token"]
    assert send(world, share, token).status == 201
    for wrong in ("", "x", f"{token}x", token.swapcase(), f"{token} ", "cst_" + 43 * "a"):
        assert send(world, share, wrong).status == (201 if wrong.strip() == token else 401)
    other = shared(trip.admin, "folder", folder, allowUpload=True, **fields)
    assert send(world, other, token).status == 401
    bearer = {"Authorization": f"Bearer {token}"}
    assert world.request("POST", f"{path}/uploads", headers=bearer, json=FILE).status == 401
    world.advance(seconds=3600)
    assert send(world, share, token).status == 401


def test_only_with_allow_upload(world: World, trip: Workspace, anna: Client) -> None:
    """Whoever has the code sees the share, and may not do this."""
    targets = [("image", trip.image()), ("folder", trip.folder()), ("constellation", trip.id)]
    for type_, id_ in targets:
        answer = send(world, shared(anna, type_, id_))
        assert (answer.status, answer.json["error"]["message"]) == (403, "This share takes no uploads")
    changed = shared(anna, "folder", trip.folder(), allowUpload=True)
    assert anna.ask("PATCH", f"/api/shares/{changed['id']}", json={"allowUpload": False}).status == 204
    assert send(world, changed).status == 403


def test_a_share_that_is_unknown_or_over(world: World, trip: Workspace, anna: Client, box: Any) -> None:
    code: str = box["code"]
    altered = ("a" if code[0] != "a" else "b") + code[1:]
    for wrong in (altered, code[:-1], f"{code}0", code.swapcase(), "%00", 12 * "é"):
        answer = send(world, {"code": wrong})
        assert (answer.status, answer.json) == (404, NO_SHARE)
    short = shared(anna, "folder", trip.folder(), allowUpload=True, expiresAt="2025-07-11T12:00:10+00:00")
    assert send(world, short).status == 201
    world.advance(seconds=10)
    assert send(world, short).json == NO_SHARE
    assert anna.ask("DELETE", f"/api/shares/{box['id']}").status == 204
    assert send(world, box).json == NO_SHARE


def test_a_folder_that_has_moved_takes_files_where_it_is_now(world: World, trip: Workspace, box: Any) -> None:
    folder, parent = box["target"]["id"], trip.folder("Old")
    form = send(world, box).json
    assert trip.admin.ask("PATCH", f"/folders/{folder}", json={"parent_folder_uuid": parent}).status == 200
    assert posted(trip.admin, form)["status"] == "ready"
    assert posted(trip.admin, send(world, box).json)["status"] == "ready"
    assert trip.admin.ask("DELETE", f"/folders/{parent}").status == 200
    assert send(world, box).json == NO_SHARE


def test_a_folder_that_is_deleted_takes_none(world: World, trip: Workspace, box: Any) -> None:
    """A form from before gives nothing either."""
    form = send(world, box).json
    assert trip.admin.ask("DELETE", f"/folders/{box['target']['id']}").status == 200
    assert send(world, box).json == NO_SHARE
    assert posted(trip.admin, form)["status"] == "failed"
    assert form["id"] not in tree(trip)


@pytest.mark.parametrize("right", ["READ", "COMMENT", None])
def test_a_creator_who_may_not_write_any_more(world: World, trip: Workspace, bea: Client, right: str | None) -> None:
    trip.connect(bea, rights="WRITE")
    share = shared(bea, "folder", trip.folder(), allowUpload=True)
    form = send(world, share).json
    if right:
        trip.connect(bea, rights=right)
    else:
        body = {"user_uuid_to_disconnect": bea.id}
        assert trip.admin.ask("POST", f"{trip.path}/disconnect", json=body).status == 200
    assert send(world, share).json == NO_SHARE
    assert posted(bea, form)["status"] == "failed"
    assert form["id"] not in tree(trip)


@pytest.mark.parametrize("name", [None, 1, "", " ", "a" * 256, "a\x00b", "a\nb", ["a"]])
def test_bad_names(world: World, box: Any, name: Any) -> None:
    answer = send(world, box, json={} if name is None else {"fileName": name})
    assert (answer.status, answer.json["error"]["violations"][0]["property"]) == (422, "fileName")


@pytest.mark.parametrize("size", [0, -1, 50_000_001, 1.5, "1", True, 10**30])
def test_bad_sizes(world: World, box: Any, size: Any) -> None:
    answer = send(world, box, json={**FILE, "size": size})
    assert (answer.status, answer.json["error"]["violations"][0]["property"]) == (422, "size")


def test_bad_bodies(world: World, box: Any) -> None:
    for body in MALFORMED:
        assert send(world, box, body=body).status == 400
    assert send(world, box, body=HUGE).status == 413


def test_other_fields_are_ignored(world: World, trip: Workspace, box: Any) -> None:
    """Above all those that would put the image somewhere else."""
    fields = {"kind": "firmware", "sourceUrl": "https://x.example/a.gif", "isPublic": True, "access": "signed"}
    form = send(world, box, json={**FILE, **fields, "constellation_uuid": "x", "folder_uuid": trip.root}).json
    assert posted(trip.admin, form)["status"] == "ready"
    image = metadata(trip.admin, form["id"])
    assert image["folder_uuid"] == box["target"]["id"]
    assert not trip.admin.ask("GET", f"/api/image/{form['id']}/detail").json["isPublic"]


def test_an_address_begins_as_many_as_guests_may(
    world: World, trip: Workspace, box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, guest_uploads_per_day=2)
    answers = [send(world, box) for _ in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 429]
    assert answers[2].headers["retry-after"] == str(12 * 3600)
    other = shared(trip.admin, "folder", trip.folder(), allowUpload=True)
    assert send(world, other).status == 201
    world.advance(seconds=12 * 3600)
    assert send(world, box).status == 201

"""Every kind of change, with a lost connection and too many requests in its middle: told, kept, and sent again."""

from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import Request, Route, expect

from tests.console.files import file
from tests.console.visit import Visit
from tests.support.hex_files import firmware
from tests.support.http_user import User
from tests.support.pictures import still


@dataclass(frozen=True)
class Change:
    """A page with the ids of ``_ids`` in its path, a button that leads to the fields, and the one that sends them."""

    path: str
    fields: dict[str, str]
    send: str
    begin: str | None = None
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])


CHANGES = {
    "collection": Change("/collections", {"Name": "Best"}, "Create", "New collection"),
    "constellation": Change("/constellations", {"Name": "Journey"}, "Create", "New constellation"),
    "folder": Change("/constellations/{place}", {"Name": "Garden"}, "Create", "New folder"),
    "member": Change("/constellations/{place}", {"Invite by email": "{email}"}, "Invite"),
    "description": Change("/images/{image}", {"Description": "Dahlia"}, "Save"),
    "tags": Change("/images/{image}", {"Tags of this picture": "garden"}, "Save"),
    "comment": Change("/images/{image}", {"Your comment": "Fine"}, "Comment"),
    "share": Change("/images/{image}", {"View limit": "10"}, "Create the link", "Share"),
    "tag": Change("/tags/garden", {"Name": "flowers"}, "Save", "Rename"),
    "firmware": Change(
        "/firmware", {"Label": "Lamp", "Version": "1.0.0"}, "Upload", "New version", {"Binary": firmware(16)}
    ),
    "key": Change("/settings", {"Name": "Camera"}, "Create", "New API key"),
    "token": Change("/settings", {"Name": "Backup"}, "Create", "New access token"),
}


def _changes(request: Request) -> bool:
    return request.method not in ("GET", "HEAD")


def _ids(client: httpx.Client, user: User) -> dict[str, str]:
    """Return the ids of a constellation with a picture in it, and the address of another user."""
    place = user.gets("POST", "/constellations", {"name": "Atlas"})["constellation_uuid"]
    picture = {"file": ("a.png", still("PNG", 64, 48)), "constellation_uuid": (None, place)}
    return {"place": place, "image": user.gets("POST", "/images", files=picture)["uuid"], "email": User(client).email}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_survives(visit: Visit, client: httpx.Client, name: str) -> None:
    user, change = User(client), CHANGES[name]
    ids = _ids(client, user)
    page = visit.sign_in(user, change.path.format(**ids))
    if change.begin:
        page.get_by_role("button", name=change.begin).first.click()
    fields = {label: text.format(**ids) for label, text in change.fields.items()}
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)
    for label, content in change.files.items():
        page.get_by_label(label).set_input_files([file("a.hex", content, "text/plain")])
    send = page.get_by_role("button", name=change.send, exact=True)

    def lose(route: Route) -> None:
        route.abort() if _changes(route.request) else route.fallback()

    def refuse(route: Route) -> None:
        if _changes(route.request):
            route.fulfill(status=429, headers={"Retry-After": "60"}, json={"message": "x"})
        else:
            route.fallback()

    told = ((lose, "The instance did not answer."), (refuse, "Too many requests. Try again in 60 seconds."))
    for answer, said in told:
        page.route("**/*", answer)
        send.click()
        expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
        page.unroute("**/*", answer)
        for label, text in fields.items():
            expect(page.get_by_label(label, exact=True)).to_have_value(text)
    with page.expect_response(lambda answer: _changes(answer.request)) as arrived:
        send.click()
    assert arrived.value.ok
    for _, said in told:
        expect(page.get_by_text(said)).to_have_count(0)
    visit.faults.clear()  # Chromium prints the failures

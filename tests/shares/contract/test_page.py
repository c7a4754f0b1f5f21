"""The page of a share, ``/s/{code}`` (second contract, 5)."""

import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.shares.contract.test_shares import shared
from tests.support.sharing import Client
from tests.support.workspace import Workspace
from tests.support.world import Answer, World

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Tags(HTMLParser):
    """The tags of a page, each with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.found if name == tag]

    def meta(self, name: str) -> str | None:
        found = [each for each in self.all("meta") if name in (each.get("property"), each.get("name"))]
        return found[0]["content"] if found else None


def page(world: World, share: Any, query: str = "", **headers: str) -> Answer:
    asked = dict(parse_qsl(query.removeprefix("?")))
    return world.request("GET", f"/s/{share['code']}", query=asked, headers=headers)


def sent(world: World, share: Any, **fields: str) -> Answer:
    """The answer to the form of the page."""
    return world.request("POST", f"/s/{share['code']}", form=fields)


def html(answer: Answer) -> str:
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def views(client: Client, share: Any) -> int:
    return client.ask("GET", f"/api/shares/{share['id']}").json["views"]


def test_a_share_without_a_password(world: World, anna: Client) -> None:
    image = anna.image(name="Sea.gif")
    share = shared(anna, "image", image, expiresAt="2025-12-05T14:00:00+00:00")
    answer = page(world, share)
    assert answer.status == 200
    tags, text = Tags(html(answer)), html(answer)
    assert "<title>Sea.gif</title>" in text
    assert "until 5 December 2025, 14:00" in text
    assert [each["src"] for each in tags.all("img")] == [f"/image/{image}.auto?w=1600"]
    assert {each["href"] for each in tags.all("a")} == {f"/image/{image}.gif"}
    assert "download" in tags.all("a")[1]
    assert tags.meta("og:title") == "Sea.gif"
    assert tags.meta("og:url") == share["url"]
    assert tags.meta("og:image") == f"https://api.example.com/image/{image}.jpg?w=1200"
    assert (tags.meta("og:image:width"), tags.meta("og:image:height")) == ("8", "6")


def test_its_headers(world: World, anna: Client) -> None:
    answer = page(world, shared(anna, "image", anna.image()))
    (style,) = re.findall("<style>(.*)</style>", html(answer), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"].split("; ")
    assert policy == [
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'sha256-{digest}'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types share",
    ]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["vary"] == "Accept-Language"
    assert Tags(html(answer)).all("script") == [{"type": "module", "src": "/console/share.js"}]
    assert len(answer.body) < 6_000


def test_it_counts_no_view(world: World, anna: Client) -> None:
    share = shared(anna, "image", anna.image())
    limited = shared(anna, "image", anna.image(), maxViews=1)
    for _ in range(3):
        assert page(world, share).status == page(world, limited).status == 200
    assert views(anna, share) == views(anna, limited) == 0


def test_what_users_wrote_is_text(world: World, trip: Workspace) -> None:
    """In texts and in attributes."""
    folder = trip.folder(EVIL)
    trip.image(name=EVIL, folder=folder)
    text = html(page(world, shared(trip.admin, "folder", folder)))
    assert text.count("<script") == 1
    tags = Tags(text)
    assert tags.meta("og:title") == EVIL
    assert [each for _, each in tags.found if any(name.startswith("on") for name in each)] == []
    assert EVIL in unescape(text)


def test_a_folder_by_pages(world: World, trip: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constellation.shares.show.PICTURES", 2)
    folder = trip.folder("Beach")
    images = list[str]()
    for _ in range(3):
        images.append(trip.image(folder=folder))
        world.advance(seconds=1)
    share = shared(trip.admin, "folder", folder, allowDownload=False)
    text = html(page(world, share))
    assert "3 pictures" in text
    assert "download" not in text
    tags = Tags(text)
    assert [each["src"] for each in tags.all("img")] == [f"/image/{each}_thumbnail.gif" for each in images[:0:-1]]
    more = tags.all("a")[-1]["href"]
    assert more.startswith("?after=")
    tags = Tags(html(page(world, share, more)))
    assert [each["src"] for each in tags.all("img")] == [f"/image/{images[0]}_thumbnail.gif"]
    assert not [each for each in tags.all("a") if each["href"].startswith("?")]
    other = html(page(world, share, f"{more}x"))
    assert len(Tags(other).all("img")) == 2


def test_an_empty_folder(world: World, trip: Workspace) -> None:
    text = html(page(world, shared(trip.admin, "folder", trip.folder("Beach"))))
    assert "There are no pictures here yet." in text
    assert Tags(text).meta("og:image") is None


def test_what_its_script_needs(world: World, trip: Workspace) -> None:
    """Of each picture what it looks like, how large it is, and a link for a window; the token; and words."""
    folder = trip.folder("Beach")
    image = trip.image(name="Sea.gif", folder=folder)
    share = shared(trip.admin, "folder", folder, password="open sesame")
    tags = Tags(html(sent(world, share, password="open sesame")))
    (link,) = (each for each in tags.all("a") if each["class"] == "picture")
    assert link["data-view"] == f"/image/{image}.auto?w=1600"
    assert link["data-name"] == "Sea.gif"
    assert link["data-width"].isdecimal()
    assert link["data-height"].isdecimal()
    token = tags.all("main")[0]["data-token"]
    listed = world.request("GET", f"/api/s/{share['code']}/items", headers={"Authorization": f"Share {token}"})
    assert [each["data-hash"] for each in tags.all("img")] == [each["placeholder"] for each in listed.json["data"]]
    assert [each["data-id"] for each in tags.all("li")] == [image]
    assert "data-token" not in Tags(html(page(world, share))).all("main")[0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_only_a_drop_box_says_that_it_takes_pictures(world: World, trip: Workspace, language: str) -> None:
    folder = trip.folder("Guests")
    said = list[set[str]]()
    for allowed in (True, False):
        share = shared(trip.admin, "folder", folder, allowUpload=allowed)
        text = html(page(world, share, **{"Accept-Language": language}))
        assert ("JavaScript" in text) == allowed
        said.append(set(json.loads(Tags(text).all("main")[0]["data-words"])))
    locked = shared(trip.admin, "folder", folder, allowUpload=True, password="open sesame")
    assert "JavaScript" not in html(page(world, locked))
    assert said[0] > said[1] >= {"offline", "close", "back", "on"}
    assert "drop" in said[0] - said[1]


def test_nothing_of_it_before_the_password(world: World, trip: Workspace) -> None:
    folder = trip.folder("Beach")
    image = trip.image(name="Sea.gif", folder=folder)
    share = shared(trip.admin, "folder", folder, password="open sesame", maxViews=2)
    answer = page(world, share)
    assert answer.status == 200
    text, tags = html(answer), Tags(html(answer))
    assert not any(word in text for word in ("Beach", "Sea", image, folder, "og:", "1 picture"))
    (form,) = tags.all("form")
    assert form == {"method": "post", "enctype": "multipart/form-data"}
    assert [each["name"] for each in tags.all("input")] == ["user", "password"]
    wrong = sent(world, share, password="wrong")
    assert wrong.status == 401
    assert "That is not the password." in html(wrong)
    assert "Beach" not in html(wrong)
    opened = sent(world, share, password="open sesame")
    assert opened.status == 200
    assert image in html(opened)
    assert "Beach" in html(opened)
    assert "og:" not in html(opened)
    assert views(trip.admin, share) == 1


def test_a_limited_number_of_views(world: World, trip: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a button. Further pages count no further view, and come as long as the token is valid."""
    monkeypatch.setattr("constellation.shares.show.PICTURES", 1)
    folder = trip.folder("Beach")
    images = list[str]()
    for _ in range(2):
        images.append(trip.image(folder=folder))
        world.advance(seconds=1)
    share = shared(trip.admin, "folder", folder, maxViews=1)
    assert "Beach" not in html(page(world, share))
    first = sent(world, share)
    assert images[1] in html(first)
    fields = {each["name"]: each["value"] for each in Tags(html(first)).all("input")}
    assert sorted(fields) == ["cursor", "token"]
    second = sent(world, share, **fields)
    assert second.status == 200
    assert images[0] in html(second)
    assert images[1] not in html(second)
    assert sent(world, share).status == page(world, share).status == 404
    assert views(trip.admin, share) == 1
    altered = sent(world, share, token=f"{fields['token'][:-1]}~", cursor=fields["cursor"])
    assert altered.status == 401
    world.advance(seconds=3600)
    late = sent(world, share, **fields)
    assert late.status == 401
    assert "An hour has passed." in html(late)


def test_too_many_wrong_passwords(world: World, anna: Client) -> None:
    share = shared(anna, "image", anna.image(), password="open sesame")
    assert [sent(world, share, password="wrong").status for _ in range(10)] == [401] * 10
    refused = sent(world, share, password="open sesame")
    assert refused.status == 429
    assert refused.headers["retry-after"] == "900"
    assert "Try again in 15 minutes." in html(refused)
    assert page(world, share).status == 200


def test_the_wait_is_told_in_minutes_of_the_window(world: World, anna: Client) -> None:
    """Never in more than it has, nor in one minute, which would need words of its own."""
    share = shared(anna, "image", anna.image(), password="open sesame")
    world.advance(seconds=0.4)
    for _ in range(10):
        sent(world, share, password="wrong")
    for seconds, minutes in ((0, 15), (600, 6), (270, 2)):
        world.advance(seconds=seconds)
        assert f"Try again in {minutes} minutes." in html(sent(world, share, password="open sesame"))


def test_a_share_that_is_not_there(world: World, anna: Client) -> None:
    """One and the same page, whatever the reason."""
    ended = shared(anna, "image", anna.image(), expiresAt="2025-07-11T12:00:10+00:00")
    image = anna.image()
    deleted = shared(anna, "image", image)
    revoked = shared(anna, "image", anna.image(), password="open sesame")
    assert anna.ask("DELETE", f"/api/image/{image}").status == 204
    assert anna.ask("DELETE", f"/api/shares/{revoked['id']}").status == 204
    world.advance(seconds=10)
    codes = [ended["code"], deleted["code"], revoked["code"], "a" * 12, "a" * 11, revoked["code"].swapcase(), "%00"]
    answers = [page(world, {"code": code}) for code in codes]
    answers += [sent(world, {"code": code}, password="open sesame") for code in codes]
    assert {(answer.status, answer.body) for answer in answers} == {(404, answers[0].body)}
    assert "This share does not exist, or it has ended." in html(answers[0])
    assert answers[0].headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en,de", "en"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("fr", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=x", "en"),
        ("", "en"),
        ("de," * 2000, "de"),
    ],
)
def test_its_language(world: World, anna: Client, accepted: str, language: str) -> None:
    answer = page(world, {"code": "a" * 12}, **{"Accept-Language": accepted})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in html(answer)
    assert ("Diese Freigabe gibt es nicht" in html(answer)) == (language == "de")


def test_signed_pictures(world: World, anna: Client) -> None:
    """By signed links, with the password and without."""
    image = anna.image(access="signed")
    for share in (shared(anna, "image", image), shared(anna, "image", image, password="open sesame")):
        answer = sent(world, share, password="open sesame") if share["hasPassword"] else page(world, share)
        tags = Tags(html(answer))
        assert all("sig=" in each["src"] for each in tags.all("img"))
        assert all("sig=" in each["href"] for each in tags.all("a"))
        preview = tags.meta("og:image")
        assert (preview is None) if share["hasPassword"] else (preview and "sig=" in preview)


def test_bad_forms(world: World, anna: Client) -> None:
    share = shared(anna, "image", anna.image(), password="open sesame")
    assert sent(world, share, password="\x00" + "\N{GRINNING FACE}" * 2000).status == 401
    assert sent(world, share, token="\x00", cursor="x").status == 401
    assert sent(world, share, token="cst_" + "a" * 43).status == 401
    assert world.request("POST", f"/s/{share['code']}", json={"password": "open sesame"}).status == 415
    assert sent(world, share, password="x" * 4_650_000).status == 413

"""The gallery: search, selection by pointer and by keys, changes that can be undone, and ten thousand pictures."""

import json
import re
from collections.abc import Generator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.console.many import MANY_PICTURES, ManyPictures, jump, load_all
from tests.console.visit import Visit
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.polling import eventually
from tests.support.product import Product

WORDS = [
    "Sunset <script>alert(1)</script> & <b>bold</b>",
    "שקיעה מעל הים",
    "\N{FOX FACE}" * 255,
    "Dahlia #garden",
]
"""Descriptions, from the first to the last upload."""


def _upload(user: User, description: str, width: int = 64) -> str:
    fields = {"image": ("a.png", still("PNG", width, 48)), "description": (None, description)}
    return user.gets("POST", "/api/upload", files=fields)["id"]


@pytest.fixture(scope="module")
def owner(product: Product) -> Generator[User]:
    """A user with one picture of each description, which tests do not change."""
    with product.http() as client:
        user = User(client)
        for index, words in enumerate(WORDS):
            _upload(user, words, 64 + 32 * index)
        yield user


def _links(page: Page) -> Locator:
    return page.get_by_role("list", name=re.compile("Pictures|Public")).get_by_role("link")


def _box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select: {name}")


def test_what_users_wrote_is_text(visit: Visit, owner: User) -> None:
    page = visit.sign_in(owner)
    for words in WORDS:
        expect(_links(page).and_(page.get_by_role("link", name=words, exact=True))).to_be_visible()
    visit.look("gallery")


def test_search_follows_what_is_typed(visit: Visit, owner: User) -> None:
    page = visit.sign_in(owner)
    expect(page.get_by_text("4 pictures")).to_be_visible()
    search = page.get_by_role("searchbox", name="Search")
    search.press_sequentially("dahl")
    expect(page.get_by_text("1 picture", exact=True)).to_be_visible()
    expect(_links(page)).to_have_accessible_name(WORDS[3])
    search.fill("<script>")
    expect(_links(page)).to_have_count(1)
    search.fill("nothing like it")
    expect(page.get_by_role("heading", name="Nothing found for “nothing like it”")).to_be_visible()
    visit.look("gallery-nothing")
    search.fill("")
    expect(page.get_by_text("4 pictures")).to_be_visible()


def test_many_are_selected_with_shift_and_made_public(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    for index in range(4):
        _upload(user, f"Picture {index}")
    page = visit.sign_in(user)
    expect(_links(page)).to_have_count(4)
    _links(page).first.hover()
    _box(page, "Picture 3").check()
    _box(page, "Picture 1").click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    visit.look("gallery-selected")
    page.get_by_role("button", name="More for the selected pictures").click()
    page.get_by_role("menuitem", name="List publicly", exact=True).click()
    expect(page.get_by_text("3 pictures are listed publicly.")).to_be_visible()
    listed = user.gets("GET", "/api/images/history/1")["data"]
    assert [each["attributes"]["isPublic"] for each in listed].count(True) == 3
    page.get_by_role("link", name="Public", exact=True).click()
    expect(page.get_by_role("link", name="Picture 3")).to_be_visible()
    expect(page.get_by_role("link", name="Picture 0")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 pictures are no longer listed publicly.")).to_be_visible()


def test_pictures_are_collected_and_moved(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    image = _upload(user, "Picture")
    place = user.gets("POST", "/constellations", {"name": "Journey <b>"})["constellation_uuid"]
    page = visit.sign_in(user)
    for entry, fields, said in (
        ("Add to a collection", {"Name": "Best <i>"}, "Added to “Best <i>”."),
        ("Move to a constellation", dict[str, str](), "Moved to “Journey <b>”."),
    ):
        _links(page).first.focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="More for the selected pictures").click()
        page.get_by_role("menuitem", name=entry).click()
        dialog = page.get_by_role("dialog")
        for label, text in fields.items():
            dialog.get_by_label(label).fill(text)
        expect(dialog.get_by_role("combobox")).to_be_visible()
        dialog.get_by_role("button", name=re.compile("^(Add|Move)$")).click()
        expect(page.get_by_text(said)).to_be_visible()
        expect(dialog).to_have_count(0)
    (collection,) = user.gets("GET", "/api/collections")["data"]
    assert (collection["name"], collection["count"]) == ("Best <i>", 1)
    assert [each["image_uuid"] for each in user.gets("GET", f"/images?constellation_uuid={place}")["images"]] == [image]


def test_a_deletion_is_undone_or_carried_out(visit: Visit, client: httpx.Client) -> None:
    """By keys alone. Whoever leaves does not wait for the time to undo it to pass."""
    user = User(client)
    kept, gone = _upload(user, "Kept"), _upload(user, "Gone")
    page = visit.sign_in(user)
    _links(page).first.focus()
    page.keyboard.press("Control+a")
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("Deleted 2 pictures.")).to_be_visible()
    expect(_links(page)).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(_links(page)).to_have_count(2)
    _links(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("link", name="Kept")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    expect(_links(page)).to_have_count(1)
    page.goto("about:blank")
    assert eventually(lambda: user.asks("GET", f"/api/image/{gone}/detail").status_code == 404, 30)
    assert user.asks("GET", f"/api/image/{kept}/detail").status_code == 200


def test_what_is_refused_is_told_and_comes_back(visit: Visit, owner: User) -> None:
    page = visit.sign_in(owner)
    error: dict[str, Any] = {"title": "Forbidden", "message": "You may not do this", "violations": []}

    def refuse(route: Route) -> None:
        ids: list[str] = json.loads(route.request.post_data or "")["ids"]
        route.fulfill(json={"results": [{"id": each, "status": 403, "error": error} for each in ids]})

    page.route("**/api/images/batch", refuse)
    _links(page).first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="More for the selected pictures").click()
    page.get_by_role("menuitem", name="List publicly", exact=True).click()
    expect(page.get_by_text("You may not do this")).to_be_visible()
    expect(page.get_by_title("Public", exact=True)).to_have_count(0)


def test_a_long_touch_selects_and_the_next_touches_select_too(visit: Visit, owner: User) -> None:
    page = visit.sign_in(owner)
    link = _links(page).first
    for event in ("pointerdown", "pointerup"):
        link.dispatch_event(event, {"pointerType": "touch", "bubbles": True})
        if event == "pointerdown":
            expect(page.get_by_text("1 selected")).to_be_visible()
    link.dispatch_event("click", {"detail": 1, "bubbles": True, "cancelable": True})
    expect(page.get_by_text("1 selected")).to_be_visible()
    _links(page).nth(1).click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("selected")).to_have_count(0)


_SHOWN = """[...document.querySelectorAll('li[aria-posinset]')].some((each) => {
  const { top, bottom } = each.getBoundingClientRect();
  return top > 0 && bottom < innerHeight;
})"""
"""Whether pictures are where the window is; they follow it a moment later."""


def test_one_comes_back_to_where_one_was(visit: Visit, owner: User) -> None:
    many = ManyPictures()
    page = visit.sign_in(owner, "/upload")
    many.answer(page, status=200)
    page.get_by_role("link", name="Pictures", exact=True).click()
    expect(_links(page).first).to_be_visible()
    page.evaluate("scrollTo(0, 3000)")
    assert visit.comes("scrollY === 3000")
    assert visit.comes(_SHOWN)
    seen = page.locator("li[aria-posinset]").filter(visible=True).nth(20)
    place = seen.get_attribute("aria-posinset")
    seen.get_by_role("link").evaluate("link => link.click()")
    expect(page).to_have_url(re.compile("/console/images/"))
    page.go_back()
    expect(page.locator(f'li[aria-posinset="{place}"]')).to_be_visible()
    assert visit.comes("scrollY === 3000")
    visit.faults.clear()  # the pictures are not there


def test_more_comes_where_a_busy_page_tells_late(visit: Visit, owner: User) -> None:
    """A browser with much to do tells of several looks at once. The last one counts."""
    visit.context.add_init_script(_TOLD_LATE)
    page = visit.sign_in(owner, "/upload")
    ManyPictures().answer(page)
    page.get_by_role("link", name="Pictures", exact=True).click()
    expect(page.get_by_text("500 pictures so far")).to_be_visible()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.get_by_text("1,000 pictures so far")).to_be_visible()


_TOLD_LATE = """window.IntersectionObserver = class extends IntersectionObserver {
  constructor(tell, options) {
    super((entries, watch) => {
      const before = entries.map(({ target }) => ({ target, isIntersecting: false }));
      tell([...before, ...entries], watch);
    }, options);
  }
};"""


def test_ten_thousand_pictures(visit: Visit, owner: User) -> None:
    """Nothing moves by itself, and the page is never larger than the window needs, nor is what its script keeps."""
    page = visit.sign_in(owner, "/upload")
    ManyPictures().answer(page)
    devtools: Any = visit.context.new_cdp_session(page)
    page.get_by_role("link", name="Pictures", exact=True).click()
    expect(page.get_by_text(re.compile("500 pictures so far"))).to_be_visible()
    assert page.evaluate(_SHIFT, 0) == 0
    early = _heap(devtools)
    load_all(page)
    loaded = page.evaluate("performance.now()")
    for part in (0, 0.95, 0.15, 0.55, 1):
        jump(page, part)
    assert page.locator("li[aria-posinset]").count() < 150
    assert _heap(devtools) - early < 25_000_000
    assert page.evaluate(_SHIFT, loaded) == 0
    page.keyboard.press("Home")
    _links(page).first.focus()
    page.keyboard.press("End")
    expect(page.locator(f'li[aria-posinset="{MANY_PICTURES}"] a')).to_be_focused()


_SHIFT = """since => new Promise(done => {
  const sum = (all, each) => all + (each.startTime < since ? 0 : each.value);
  const seen = list => done(list.getEntries().reduce(sum, 0));
  new PerformanceObserver(seen).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(0), 500);
})"""


def _heap(devtools: Any) -> int:
    """Return the bytes that scripts hold after a collection."""
    devtools.send("HeapProfiler.collectGarbage")
    return devtools.send("Runtime.getHeapUsage")["usedSize"]

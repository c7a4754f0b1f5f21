"""The page of a picture: links that are built and work, zoom, what is said about it, and that it is gone."""

import re
import time
from collections.abc import Generator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.console.visit import Held, Visit
from tests.photographs import flower
from tests.support.http_user import User
from tests.support.pictures import opened, still
from tests.support.product import Product

WORDS = 'A "dahlia" <script>alert(1)</script> & co'
SECONDS = 60_000
_SRCSET = re.compile(r"(http\S+) (\d+)w")


def _upload(user: User, content: bytes, description: str = "", *, public: bool = False) -> str:
    fields = {"image": ("flower.jpg", content), "description": (None, description), "isPublic": (None, str(public))}
    return user.gets("POST", "/api/upload", files=fields)["id"]


@pytest.fixture(scope="module")
def owner(product: Product) -> Generator[User]:
    with product.http() as client:
        yield User(client)


@pytest.fixture(scope="module")
def image(owner: User) -> str:
    """A picture that tests do not change for the others."""
    return _upload(owner, flower(), WORDS)


@pytest.fixture
def page(visit: Visit, owner: User, image: str) -> Page:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.sign_in(owner, f"/images/{image}")
    expect(page.get_by_label("Width")).to_be_visible()
    return page


def _copied(page: Page) -> str:
    page.get_by_role("button", name="Copy", exact=True).click()
    return page.evaluate("navigator.clipboard.readText()")


def _sized(link: str) -> tuple[int, int]:
    """The size of the picture that a link gives."""
    return opened(httpx.get(link, timeout=60).raise_for_status().content).size


def test_the_link_itself(visit: Visit, page: Page, image: str) -> None:
    expect(page.get_by_text(re.compile(r"640 × 427 · JPEG · \d+ kB"))).to_be_visible()
    expect(page.get_by_role("img", name=WORDS)).to_have_js_property("complete", value=True)
    assert _copied(page) == f"{visit.url}/image/{image}.jpg"
    visit.look("image")


def test_a_link_of_all_choices_renders_as_html(visit: Visit, page: Page, image: str) -> None:
    """A page of another address shows it, and takes a size from the set that fits."""
    page.get_by_label("Width").fill("200")
    page.get_by_label("Height").fill("150")
    page.get_by_label("Fit").select_option(label="Cover: cropped to fill")
    page.get_by_label("Format").select_option(label="WebP")
    page.get_by_label("Quality").select_option("60")
    area = page.get_by_role("button", name=re.compile("^Keep: 50% from the left"))
    box = area.bounding_box()
    assert box is not None
    area.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    area = page.get_by_role("button", name="Keep: 25% from the left, 75% from the top.")
    expect(page.get_by_text(re.compile(r"200 × 150 · WebP · .*B"))).to_be_visible(timeout=SECONDS)
    visit.look("image-link")
    page.get_by_label("Copy as").select_option(label="HTML")
    html = _copied(page)
    candidates = _SRCSET.findall(html.replace("&amp;", "&"))
    assert [int(width) for _, width in candidates] == [200, 320, 400]
    for link, width in candidates:
        assert re.search(r"focus=0\.25\d?,0\.7[45]\d?&", link)
        assert "q=60" in link
        assert _sized(link) == (int(width), int(width) * 3 // 4)
    other = visit.context.new_page()
    other.set_content(html)
    shown = other.get_by_role("img", name=WORDS)
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("picture => [picture.width, picture.naturalWidth]") == [200, 200]
    assert shown.evaluate("picture => picture.currentSrc").startswith(f"{visit.url}/image/{image}.webp?w=200")


def test_a_link_by_keyboard_alone(page: Page, image: str) -> None:
    page.get_by_label("Width").focus()
    page.keyboard.type("120")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Fit")).to_be_focused()
    page.keyboard.type("Cov")
    page.get_by_role("button", name=re.compile("^Keep: 50%")).focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Keep: 40% from the left, 49% from the top.")).to_be_focused()
    page.get_by_label("Copy as").focus()
    page.keyboard.type("Mark")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    written = page.evaluate("navigator.clipboard.readText()")
    assert written.startswith(r'![A "dahlia" \<script\>alert(1)\</script\> \& co](http')
    assert written.endswith(f"/image/{image}.jpg?w=120&fit=cover&focus=0.4,0.49)")


@pytest.mark.parametrize(
    ("typed", "fit", "expected"),
    [
        ({"Width": "100"}, "Inside: all of it", [(100, 67), (200, 133)]),
        ({"Height": "100"}, "Inside: all of it", [(150, 100), (300, 200)]),
        ({"Width": "9", "Height": "300"}, "Cover: cropped to fill", [(9, 300), (12, 400)]),
        ({}, "Inside: all of it", [(320, 214), (480, 320), (640, 427)]),
    ],
)
def test_each_candidate_has_the_width_that_it_says(
    page: Page, typed: dict[str, str], fit: str, expected: list[tuple[int, int]]
) -> None:
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Fit").select_option(label=fit)
    page.get_by_label("Copy as").select_option(label="HTML")
    candidates = _SRCSET.findall(page.get_by_label("HTML").input_value().replace("&amp;", "&"))
    assert [int(width) for _, width in candidates] == [width for width, _ in expected]
    assert [_sized(link) for link, _ in candidates] == expected


def test_what_cannot_be_is_said_at_the_field(page: Page) -> None:
    page.get_by_label("Width").fill("5000")
    expect(page.get_by_label("Width")).to_have_accessible_description("A whole number from 1 to 4096")
    expect(page.get_by_text("Correct the fields above to see the result.")).to_be_visible()


def test_variants_are_offered(visit: Visit, owner: User, image: str, page: Page) -> None:
    owner.gets("PUT", "/api/variants/card", {"w": 160, "h": 90, "fit": "cover"})
    page.reload()
    page.get_by_label("Variant").select_option("card")
    expect(page.get_by_label("Width")).to_have_count(0)
    page.get_by_label("Copy as").select_option(label="HTML")
    expect(page.get_by_label("HTML", exact=True)).to_have_value(re.compile(r"\?variant=card&amp;dpr=2 2x"))
    page.get_by_label("Copy as").select_option(label="BBCode")
    assert _copied(page) == f"[img]{visit.url}/image/{image}.jpg?variant=card[/img]"


def test_zoom_shows_tiles(visit: Visit, page: Page) -> None:
    page.get_by_role("button", name="Zoom").click()
    dialog = page.get_by_role("dialog", name="Close-up of the picture")
    tiles = dialog.locator("img")
    expect(tiles).to_have_count(3)  # two tiles of 512 pixels over the whole
    expect(dialog.get_by_role("button", name="Zoom in")).to_be_focused()
    page.keyboard.press("+")
    expect(dialog.get_by_text("150%")).to_be_visible()
    for tile in tiles.all():
        tile.evaluate("picture => picture.decode()")
    assert sorted(tile.evaluate("picture => picture.naturalWidth") for tile in tiles.all()) == [128, 320, 512]
    visit.look("image-zoom")
    page.keyboard.press("0")
    expect(dialog.get_by_text("100%")).to_be_visible()
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -400)
    expect(dialog.get_by_text("100%")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Zoom")).to_be_focused()


def test_what_is_said_about_a_picture_is_changed(visit: Visit, owner: User) -> None:
    image = _upload(owner, still("PNG"))
    page = visit.sign_in(owner, f"/images/{image}")
    page.get_by_label("Name").fill("שם <b>")
    page.get_by_label("Description").fill("\N{FOX FACE}" * 250 + " #fox")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("שם <b>")
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as changed:
        page.get_by_label("Listed publicly").check()
    assert changed.value.status == 204
    expect(page.get_by_text("Saved.").last).to_be_visible()
    detail = owner.gets("GET", f"/api/image/{image}/detail")
    assert (detail["isPublic"], detail["description"]) == (True, "\N{FOX FACE}" * 250 + " #fox")
    page.get_by_label("Name").fill("\u202eturned round")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Name")).to_have_accessible_description("This value must not hold control characters.")


def test_a_picture_that_was_left_before_it_came(visit: Visit, owner: User) -> None:
    image = _upload(owner, flower())
    page = visit.sign_in(owner, "/")
    held = Held(page, f"**/image/{image}/detail")
    page.locator(f'a[href$="/images/{image}"]').click()
    held.wait()
    page.go_back()
    expect(page.get_by_role("heading", name="Pictures", level=1)).to_be_visible()
    with page.expect_response(f"**/image/{image}/detail"):
        held.end()
    expect(page.get_by_role("heading", name="Pictures", level=1)).to_be_visible()


def test_the_focus_is_kept_for_the_picture(visit: Visit, owner: User) -> None:
    image = _upload(owner, still("PNG"))
    page = visit.sign_in(owner, f"/images/{image}")
    page.get_by_label("Width").fill("20")
    page.get_by_label("Fit").select_option(label="Cover: cropped to fill")
    page.get_by_role("button", name=re.compile("^Keep: 50%")).press("ArrowRight")
    page.get_by_role("button", name="Keep for this picture").click()
    expect(page.get_by_text("Saved as the focus of all links that crop this picture.")).to_be_visible()
    assert owner.gets("GET", f"/api/image/{image}/detail")["focus"] == "0.51,0.5"


def test_a_signed_picture_has_signed_links(visit: Visit, owner: User) -> None:
    image = _upload(owner, flower())
    original = httpx.get(f"{visit.url}/image/{image}.jpg", timeout=60).raise_for_status().content
    page = visit.sign_in(owner, f"/images/{image}")
    page.get_by_label("Links").select_option(label="Signed: only with a signature")
    expect(page.get_by_text("This picture needs signed links.")).to_be_visible(timeout=SECONDS)
    page.get_by_label("Width").fill("100")
    page.get_by_label("Copy as").select_option(label="HTML")
    html = page.get_by_label("HTML", exact=True)
    expect(html).to_have_value(re.compile(r"w=200&amp;exp=\d+&amp;sig=\S+ 200w"), timeout=SECONDS)
    for link, width in _SRCSET.findall(html.input_value().replace("&amp;", "&")):
        assert _sized(link)[0] == int(width)
        assert httpx.get(link.partition("?")[0], timeout=60).status_code == 403
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download").click()
    assert taken.value.suggested_filename == "flower.jpg"
    assert taken.value.path().read_bytes() == original
    visit.look("image-signed")
    page.get_by_role("link", name="Pictures", exact=True).click()
    shown = page.locator(f'a[href$="{image}"] img')
    expect(shown).to_have_attribute("src", re.compile(r"_thumbnail\.jpg\?exp="), timeout=SECONDS)


def test_a_picture_that_is_deleted_meanwhile_says_so(visit: Visit, owner: User) -> None:
    image = _upload(owner, still("PNG"), "Soon gone")
    page = visit.sign_in(owner, f"/images/{image}")
    expect(page.get_by_label("Width")).to_be_visible()
    owner.asks("DELETE", f"/api/image/{image}")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", name="This picture is no longer here")).to_be_visible()
    visit.look("image-gone")
    page.get_by_role("link", name="To the pictures").click()
    expect(page.get_by_role("heading", name="Pictures", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Soon gone")).to_have_count(0)


def test_a_change_of_what_is_gone_says_so_too(visit: Visit, owner: User) -> None:
    image = _upload(owner, still("PNG"))
    page = visit.sign_in(owner, f"/images/{image}")
    expect(page.get_by_label("Width")).to_be_visible()
    held = Held(page, f"**/image/{image}/detail")  # or the page may see by itself, before the click, that it is gone
    owner.asks("DELETE", f"/api/image/{image}")
    page.get_by_label("Listed publicly").check()
    expect(page.get_by_text("Image not found.")).to_be_visible()
    held.end()
    expect(page.get_by_role("heading", name="This picture is no longer here")).to_be_visible()


def test_one_deletes_and_takes_it_back(visit: Visit, owner: User) -> None:
    image = _upload(owner, still("PNG"), "To and fro")
    page = visit.sign_in(owner, f"/images/{image}")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted 1 picture.")).to_be_visible()
    expect(page.get_by_role("heading", name="Pictures", level=1)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="To and fro")).to_be_visible()


def test_members_comment(visit: Visit, owner: User, client: httpx.Client) -> None:
    member = User(client)
    place = owner.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
    body = {"user_uuid": member.id, "rights": "COMMENT"}
    owner.gets("POST", f"/constellations/{place}/connect", body)
    fields = {"file": ("a.png", still("PNG")), "constellation_uuid": (None, place)}
    image = owner.gets("POST", "/images", files=fields)["uuid"]
    owner.gets("POST", f"/images/{image}/comments", {"content": "First"})
    page = visit.sign_in(member, f"/images/{image}")
    expect(page.get_by_text("First")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Delete"))).to_have_count(0)
    page.get_by_label("Your comment").fill("<b>שלום</b>\nsecond line")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("<b>שלום</b>")).to_be_visible()
    expect(page.get_by_label("Your comment")).to_have_value("")
    visit.look("image-comments")
    page.get_by_role("button", name=re.compile("^Delete the comment")).click()
    expect(page.get_by_text("<b>שלום</b>")).to_have_count(0)


def test_a_stranger_sees_a_public_picture(visit: Visit, owner: User, client: httpx.Client) -> None:
    words = f"Seen by all {time.time_ns()}"
    image = _upload(owner, flower(), words, public=True)
    page = visit.sign_in(User(client), "/public")
    page.get_by_role("link", name=words).click()
    expect(page.get_by_role("heading", name=words, level=1)).to_be_visible()
    expect(page.get_by_label("Description")).to_have_count(0)
    page.get_by_label("Width").fill("64")
    expect(page.get_by_label("Height")).to_have_attribute("placeholder", "43")
    page.get_by_label("Copy as").select_option(label="Markdown")
    assert page.get_by_label("Markdown", exact=True).input_value() == (
        f"![{words}]({visit.url}/image/{image}.auto?w=64)"
    )
    visit.look("image-strangers")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_role("heading", name="Public", level=1)).to_be_visible()
    page.go_forward()  # the list was where the browser's own button leads
    expect(page.get_by_role("heading", name=words, level=1)).to_be_visible()


def test_an_image_that_never_was(visit: Visit, owner: User) -> None:
    page = visit.sign_in(owner, "/images/nothing")
    expect(page.get_by_role("heading", name="This picture is no longer here")).to_be_visible()


def test_at_320_pixels_and_with_text_of_twice_the_size_nothing_is_cut_off(visit: Visit, page: Page) -> None:
    page.get_by_label("Width").fill("100")
    page.get_by_label("Fit").select_option(label="Cover: cropped to fill")
    for path in ("", "/upload", "/"):
        if path:
            visit.go(path)
        for size, width in (("100%", 320), ("200%", 640)):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)

"""Constellations: folders by keyboard, pictures in them, members, and what each right shows."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Position, expect

from tests.console.files import file
from tests.console.visit import Held, Visit, choose, offered
from tests.photographs import flower
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.polling import eventually
from tests.support.product import Product

STRANGE = "<b>Atlas</b> \N{FOX FACE} ים"


def _place(user: User, name: str = "Journey") -> tuple[str, str]:
    """Return the ids of a new constellation and of its root folder."""
    place = user.gets("POST", "/constellations", {"name": name})["constellation_uuid"]
    return place, user.gets("GET", f"/constellations/{place}")["root_folder_uuid"]


def _folder(user: User, place: str, parent: str, name: str) -> str:
    body = {"name": name, "constellation_uuid": place, "parent_folder_uuid": parent}
    return user.gets("POST", "/folders", body)["folder_uuid"]


def _upload(user: User, place: str, folder: str, name: str) -> str:
    image = {"file": (name, still("PNG", 64, 48)), "constellation_uuid": (None, place), "folder_uuid": (None, folder)}
    return user.gets("POST", "/images", files=image)["uuid"]


def _right(user: User, place: str, other: User) -> str:
    members = user.gets("GET", f"/constellations/{place}/users")
    return next(each["rights"] for each in members if each["uuid"] == other.id)


def _item(page: Page, name: str) -> None:
    expect(page.get_by_role("tree", name="Folders").get_by_role("treeitem", name=name)).to_be_focused()


def test_one_is_created_and_deleted_by_keyboard(visit: Visit, client: httpx.Client) -> None:
    page = visit.sign_in(User(client), "/constellations")
    expect(page.get_by_role("heading", name="No constellations yet")).to_be_visible()
    visit.look("constellations-empty")
    page.get_by_role("button", name="New constellation").first.focus()
    page.keyboard.press("Enter")
    name = page.get_by_role("dialog").get_by_label("Name")
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    page.keyboard.type(STRANGE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name=STRANGE)).to_be_visible()
    page.get_by_role("link", name="All constellations").press("Enter")
    expect(page.get_by_role("link", name=STRANGE)).to_be_visible()
    visit.look("constellations")
    page.get_by_role("button", name=f"Delete: {STRANGE}").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.get_by_role("heading", name="No constellations yet")).to_be_visible()


def test_folders_by_keyboard(visit: Visit, client: httpx.Client) -> None:
    """Create, walk through the tree, rename, move and delete."""
    user = User(client)
    place, root = _place(user)
    north = _folder(user, place, root, "North")
    _folder(user, place, north, "Ice")
    _folder(user, place, root, "South")
    page = visit.sign_in(user, f"/constellations/{place}")
    tree = page.get_by_role("tree", name="Folders")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    tree.get_by_role("treeitem", name="Journey").focus()
    page.keyboard.press("ArrowDown")
    _item(page, "North")
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("treeitem", name="Ice")).to_be_visible()
    page.keyboard.press("ArrowRight")
    _item(page, "Ice")
    page.keyboard.press("ArrowLeft")
    _item(page, "North")
    page.keyboard.press("s")
    _item(page, "South")
    page.keyboard.press("Home")
    _item(page, "Journey")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="South")).to_be_visible()
    page.get_by_role("button", name="New folder").press("Enter")
    page.get_by_role("dialog").get_by_label("Name").fill(STRANGE)
    page.keyboard.press("Enter")
    expect(tree.get_by_role("treeitem", name=STRANGE)).to_have_attribute("aria-level", "3")
    visit.look("constellation-folders")
    _menu(page, "South", "Rename")
    page.get_by_role("dialog").get_by_label("Name").fill("Far South")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Far South")).to_be_visible()
    _menu(page, "Far South", "Move to a folder")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("treeitem")).to_have_text(["Journey", "North", "Ice"])  # not into itself
    dialog.get_by_role("treeitem", name="North").press("Enter")
    visit.look("constellation-move")
    dialog.get_by_role("button", name="Move here").press("Enter")
    expect(tree.get_by_role("treeitem", name="Far South")).to_have_attribute("aria-level", "3")
    _menu(page, "Far South", "Delete the folder")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.get_by_role("heading", level=2, name="North")).to_be_visible()
    children = user.gets("GET", f"/folders/{north}")["children"]
    assert [each["name"] for each in children] == ["Ice"]


def _menu(page: Page, name: str, entry: str) -> None:
    expect(page.get_by_role("dialog")).to_have_count(0)
    choose(page.get_by_role("button", name=re.compile(f"^More for (the folder )?“{name}”$")).last, entry)


def test_pictures_in_folders(visit: Visit, client: httpx.Client, product: Product) -> None:
    """A picture is uploaded into a folder, moved into another, and deleted."""
    visit.hosts.add(urlsplit(product.engine_url).netloc)
    user = User(client)
    place, root = _place(user)
    folder = _folder(user, place, root, "Garden")
    page = visit.sign_in(user, f"/constellations/{place}?folder={folder}")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload pictures").click()
    chooser.value.set_files([file("dahlia.jpg", flower())])
    expect(page.get_by_text("1 of 1 uploaded")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="dahlia.jpg")).to_be_visible()
    visit.look("constellation-pictures")
    _menu(page, "dahlia.jpg", "Move to a folder")
    page.get_by_role("dialog").get_by_role("treeitem", name="Journey").click()
    page.get_by_role("dialog").get_by_role("button", name="Move here").click()
    expect(page.get_by_role("heading", name="No pictures in this folder")).to_be_visible()
    assert [each["type"] for each in user.gets("GET", f"/folders/{root}")["children"]] == ["folder", "file"]
    page.get_by_role("link", name="One folder up").click()
    _menu(page, "dahlia.jpg", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="dahlia.jpg")).to_have_count(0)


def test_members_and_what_their_rights_show(visit: Visit, client: httpx.Client) -> None:
    user, other = User(client), User(client)
    place, root = _place(user)
    _upload(user, place, root, "a.png")
    page = visit.sign_in(user, f"/constellations/{place}")
    members = page.get_by_role("region", name="Members")
    members.get_by_label("Invite by email").fill("nobody@example.org")
    members.get_by_role("button", name="Invite").press("Enter")
    expect(members.get_by_text("Nobody has an account with this address.")).to_be_visible()
    members.get_by_label("Invite by email").fill(other.email)
    members.get_by_label("Right", exact=True).select_option("Manage")
    members.get_by_role("button", name="Invite").press("Enter")
    right = members.get_by_role("combobox", name=re.compile("^Right of"))
    expect(right).to_have_value("ADMIN")
    members.get_by_text("What each right allows").click()
    visit.look("constellation-members")
    right.select_option("See")
    assert eventually(lambda: _right(user, place, other) == "READ", 30)
    page = visit.sign_in(other, f"/constellations/{place}")
    expect(page.get_by_text("Your right: See")).to_be_visible()
    expect(page.get_by_role("link", name="a.png")).to_be_visible()
    for name in ("Upload pictures", "New folder", "Invite", re.compile("a.png")):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.get_by_role("button", name="More for “Journey”").press("Enter")
    expect(page.get_by_role("menuitem")).to_have_count(1)
    page.get_by_role("menuitem", name="Leave").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Leave").press("Enter")
    expect(page.get_by_role("heading", name="No constellations yet")).to_be_visible()
    page.go_back()
    visit.go(f"/constellations/{place}")
    expect(page.get_by_role("heading", name="This is no longer here")).to_be_visible()


def test_a_menu_stays_open_while_its_list_is_read_anew(visit: Visit, client: httpx.Client) -> None:
    """What is read again changes what has changed: menus stay open, and the focus stays where it is."""
    user, other = User(client), User(client)
    place, root = _place(user)
    user.gets("POST", f"/constellations/{place}/connect", {"user_uuid": other.id, "rights": "READ"})
    _upload(user, place, root, "a.png")
    _folder(user, place, root, "North")
    page = visit.sign_in(user, f"/constellations/{place}")
    page.get_by_role("treeitem", name="North").click()
    expect(page.get_by_role("heading", level=2, name="North")).to_be_visible()
    held = Held(page, f"**/folders/{root}")
    page.get_by_role("treeitem", name="Journey").click()
    held.wait()
    _upload(user, place, root, "b.png")
    page.get_by_role("button", name="More for “a.png”").press("Enter")
    move = page.get_by_role("menuitem", name="Move to a folder")
    expect(move).to_be_focused()
    held.end()
    expect(page.get_by_role("link", name="b.png")).to_be_visible()
    expect(move).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="More for “a.png”")).to_be_focused()
    right = page.get_by_role("combobox", name=re.compile("^Right of"))
    right.focus()
    with page.expect_response("**/users"):
        right.select_option("Change")
    expect(right).to_be_focused()
    expect(right).to_have_value("WRITE")
    page.route("**/connect", lambda route: route.fulfill(status=403, json={"message": "No longer yours"}))
    with page.expect_response("**/users"):
        right.select_option("Manage")
    expect(page.get_by_text("No longer yours")).to_be_visible()
    expect(right).to_have_value("WRITE")
    expect(right).to_be_focused()
    page.get_by_role("button", name="More for “Journey”", exact=True).press("Enter")
    page.get_by_role("menuitem", name="Rename").press("Enter")
    page.get_by_role("dialog").get_by_label("Name").fill("Voyage")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Voyage")).to_be_visible()
    expect(page.get_by_role("treeitem", name="Voyage")).to_be_visible()
    expect(page.get_by_role("button", name="More for “Voyage”", exact=True)).to_be_focused()


def test_who_is_at_an_entry_before_the_menu_has_opened_stays_there(visit: Visit, client: httpx.Client) -> None:
    user = User(client)
    place, _ = _place(user)
    page = visit.sign_in(user, f"/constellations/{place}")
    button = page.get_by_role("button", name="More for “Journey”", exact=True)
    button.evaluate("one => { one.click(); one.popoverTargetElement.querySelectorAll('[role=menuitem]')[1].focus() }")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("menuitem").nth(1)).to_be_focused()


def test_folders_and_pictures_are_dragged_onto_a_folder(visit: Visit, client: httpx.Client) -> None:
    """What is dropped is moved. What the API refuses is said, and the tree stays as it is."""
    user, other = User(client), User(client)
    place, root = _place(user)
    north = _folder(user, place, root, "North")
    south = _folder(user, place, root, "South")
    ice = _folder(user, place, north, "Ice")
    _upload(user, place, root, "a.png")
    page = visit.sign_in(user, f"/constellations/{place}")
    tree = page.get_by_role("tree", name="Folders")
    items = {name: tree.get_by_role("treeitem", name=name) for name in ("Journey", "North", "South", "Ice")}
    expect(items["Journey"]).to_have_attribute("draggable", "false")
    page.get_by_role("link", name="a.png").drag_to(items["South"])
    expect(page.get_by_text("Moved “a.png”.")).to_be_visible()
    expect(page.get_by_role("heading", name="No pictures in this folder")).to_be_visible()
    assert [each["name"] for each in user.gets("GET", f"/folders/{south}")["children"]] == ["a.png"]
    items["South"].drag_to(items["North"])
    expect(items["South"]).to_have_attribute("aria-level", "3")
    expect(items["North"]).to_have_attribute("aria-expanded", "true")
    assert user.gets("GET", f"/folders/{south}")["parent_folder_uuid"] == north
    names = ["Journey", "North", "Ice", "South"]
    for target in ("North", "Ice"):
        here, there = Position(x=60, y=20), Position(x=160, y=20)
        items["North"].drag_to(items[target], source_position=here, target_position=there)
        said = page.get_by_text("A folder cannot be moved into itself or into a folder below it")
        expect(said).to_be_visible()
        expect(tree.get_by_role("treeitem")).to_have_text(names)
        page.get_by_role("region", name="Messages").get_by_role("button", name="Close").last.click()
        expect(said).to_have_count(0)
    page.get_by_role("list", name="Folders").get_by_role("link", name="North").drag_to(items["Ice"])
    expect(page.get_by_text("A folder cannot be moved")).to_be_visible()
    items["Ice"].hover()
    page.mouse.down()
    items["Journey"].hover()
    items["Journey"].hover()
    expect(items["Journey"]).to_have_css("outline-style", "dashed")
    visit.look("constellation-drag", sizes=[1440])
    items["Journey"].hover()  # a look moves the pointer away
    page.mouse.up()
    expect(items["Ice"]).to_have_attribute("aria-level", "2")
    assert user.gets("GET", f"/folders/{ice}")["parent_folder_uuid"] == root
    assert user.asks("PATCH", f"/folders/{ice}", {"parent_folder_uuid": north}).status_code == 200
    user.gets("POST", f"/constellations/{place}/connect", {"user_uuid": other.id, "rights": "WRITE"})
    page = visit.sign_in(other, f"/constellations/{place}?folder={ice}")
    expect(items["Ice"]).to_have_attribute("draggable", "true")
    user.gets("POST", f"/constellations/{place}/connect", {"user_uuid": other.id, "rights": "COMMENT"})
    assert eventually(lambda: other.asks("PATCH", f"/folders/{ice}", {"name": "Ice"}).status_code == 403, 30)
    items["Ice"].drag_to(items["Journey"])
    expect(page.get_by_role("region", name="Messages").get_by_text("right")).to_be_visible()
    expect(items["Ice"]).to_have_attribute("aria-level", "3")
    page.reload()
    expect(items["Ice"]).to_have_attribute("draggable", "false")
    items["Ice"].drag_to(items["Journey"])
    expect(items["Ice"]).to_have_attribute("aria-level", "3")
    assert user.gets("GET", f"/folders/{ice}")["parent_folder_uuid"] == north


_OWN = {"READ": "You · See", "COMMENT": "You · Comment", "WRITE": "You · Change", "ADMIN": "You · Manage"}
_SEEN = {"More for “Journey”", "Leave"}
_WRITTEN = {
    *("Share", "Rename", "More for the folder “Journey”", "Share the folder", "Upload pictures", "New folder"),
    *("More for “a.png”", "Move to a folder", "Delete"),
}
_OF_FOLDER = {"More for the folder “North”", "Delete the folder"}
_MANAGED = {
    "Delete the constellation",
    "Right",
    "Remove",
    "Invite by email",
    "Invite",
    "End: North",
    "Link to “North”",
    "Copy",
}


@pytest.mark.parametrize("right", ["READ", "COMMENT", "WRITE", "ADMIN"])
def test_each_right_sees_what_it_may_do(visit: Visit, client: httpx.Client, right: str) -> None:
    """Exactly that: on the constellation's page, in its folders, and on the page of a picture in it."""
    user, other = User(client), User(client)
    place, root = _place(user)
    north = _folder(user, place, root, "North")
    image = _upload(user, place, root, "a.png")
    user.gets("POST", "/api/shares", {"target": {"type": "folder", "id": north}})
    user.gets("POST", f"/constellations/{place}/connect", {"user_uuid": other.id, "rights": right})
    may, manages = right in ("WRITE", "ADMIN"), right == "ADMIN"
    page = visit.sign_in(other, f"/constellations/{place}")
    expect(page.get_by_role("link", name="a.png")).to_be_visible()
    expect(page.get_by_role("region", name="Members").get_by_text(_OWN[right], exact=True)).to_be_visible()
    if manages:
        expect(page.get_by_role("link", name="North", exact=True)).to_have_count(2)
    wanted = _SEEN | (_WRITTEN if may else set[str]()) | (_MANAGED if manages else set[str]())
    assert {re.sub("( of|:) racer.*", "", name) for name in offered(page)} == wanted
    item = page.get_by_role("treeitem", name="North")
    expect(item).to_have_attribute("draggable", str(may).lower())
    visit.look(f"constellation-as-{right.lower()}", sizes=[390, 1440])
    item.press("Enter")
    expect(page.get_by_role("heading", level=2, name="North")).to_be_visible()
    assert offered(page) & _OF_FOLDER == (_OF_FOLDER if may else set[str]())
    visit.go(f"/images/{image}")
    expect(page.get_by_role("heading", name="Comments")).to_be_visible()
    expect(page.get_by_text("No comments yet.")).to_be_visible()
    shown = offered(page)
    assert ({"Your comment", "Comment"} <= shown) is (right != "READ")
    for name in ("Name", "Description", "Listed publicly", "Delete", "Share", "Tags of this picture"):
        assert (name in shown) is may, name

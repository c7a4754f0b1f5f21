"""The contract's section "Sharing" as far as it is about search, with and without the index, which must not show."""

from collections.abc import Iterator, Mapping

import pytest

from tests.support.accounts import problems
from tests.support.gallery import OWN, PICTURES, PUBLIC, Gallery
from tests.support.world import new_world

LISTS = pytest.mark.parametrize("path", [PUBLIC, OWN])
ORDERS = (
    ("attributes.updatedAt", "desc"),
    ("attributes.createdAt", "asc"),
    ("attributes.views", "asc"),
    ("attributes.fileName", "desc"),
    ("metadata.size", "desc"),
)


@pytest.fixture(scope="module", params=[False, True], ids=["new", "indexed"])
def gallery(request: pytest.FixtureRequest) -> Iterator[Gallery]:
    """The gallery, which no test here changes, its lists in the index or too new for it."""
    with pytest.MonkeyPatch.context() as patch, new_world(patch) as world:
        made = Gallery(world)
        if request.param:
            made.settle()
        assert bool(made.entries()) == request.param
        yield made


THREES = {"picture 3", *(f"picture {number}" for number in range(30, PICTURES))}

SEARCHES: Mapping[tuple[str, str], tuple[set[str], set[str]]] = {
    # Case, and the beginnings of words
    ("SunS", ""): ({"sea", "bea's", "guest's"}, {"sea", "secret"}),
    ("unset", ""): (set(), set()),
    ("sunsets", ""): (set(), set()),
    # All of several words, each in any field
    ("sunset sea", ""): ({"sea"}, {"sea"}),
    ("hol,gold over 2024", ""): ({"sea"}, {"sea"}),
    ("sunset lake", ""): (set(), set()),
    ("picture 7", ""): ({"picture 7"}, {"picture 7"}),
    ("picture 3", ""): (THREES, THREES),
    # Where to look
    ("sunset", "description"): ({"sea", "bea's", "guest's"}, {"sea", "secret"}),
    ("beach", "description"): ({"sea"}, {"sea"}),
    ("holiday", "all"): ({"sea"}, {"sea"}),
    ("holiday", "description"): (set(), set()),
    ("holiday", "hashtag"): (set(), set()),
    ("holiday", "user"): (set(), set()),
    ("sunset", "user"): (set(), set()),
    # Hashtags, with # and without
    ("beach", "hashtag"): ({"sea"}, {"sea"}),
    ("#BEA", "hashtag"): ({"sea"}, {"sea"}),
    ("#beach", ""): ({"sea"}, {"sea"}),
    ("#golden_hour", "hashtag"): ({"sea"}, {"sea"}),
    ("sunset", "hashtag"): (set(), set()),
    ("beach sunset", "hashtag"): (set(), set()),
    # The user's name, of public images only; never the email
    ("björn", "user"): ({"bea's"}, set()),
    ("BJO\u0308RN sunset", ""): ({"bea's"}, set()),
    ("björn", "description"): (set(), set()),
    ("bea@example.com", "user"): (set(), set()),
    ("example", ""): (set(), set()),
    # No words at all
    ("#", ""): (set(), set()),
}

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "café": ("café", "CAFE\u0301", "caf", "strasse", "STRAẞE", "straß", "ÜBUNG"),
    "turkish": ("İSTANBUL", "i\u0307st", "güneş", "GU\u0308NES\u0327"),
    "wide": ("full", "ＦＵ", "FINE", "ﬁ", "VIII", "#tagged"),
    "long": ("ab" * 50, "AB" * 100),
    "bea's": ("Ødegård BJÖ",),
}
"""What else finds an image: compatibility forms and case folding."""


def test_what_is_found(gallery: Gallery) -> None:
    for (term, by), (public, own) in SEARCHES.items():
        assert (gallery.search(PUBLIC, term, by), gallery.search(OWN, term, by)) == (public, own), (term, by)
    for name, terms in SPELLINGS.items():
        for term in terms:
            assert gallery.search(PUBLIC, term) == {name}, term
    assert gallery.search(OWN, "sunset", client=gallery.bea) == {"bea's"}
    assert gallery.search(PUBLIC, "anna", "user") == {
        name for name in gallery.ids if name not in ("secret", "bea's", "guest's")
    }
    for term in ("", "  "):
        assert len(gallery.search(OWN, term)) == PICTURES + 6


@LISTS
def test_the_shown_name_of_a_file_finds_it(gallery: Gallery, path: str) -> None:
    """``fileName`` as the list shows it, the id, and how either begins, from eight digits on."""
    entries = gallery.anna.ask("GET", f"{path}1", query={"limit": "100"}).json["data"]
    for entry in entries[:4]:
        name, found = entry["attributes"]["fileName"], {gallery.names[entry["id"]]}
        for term in (
            *(name, name.upper(), f"  {name} ", f'"{name}"', name[:-1], name[:-2], name[:-3]),
            *(entry["id"], entry["id"].upper(), entry["id"].replace("-", ""), entry["id"][:-1]),
            *(entry["id"][:length] for length in (8, 9, 10, 13, 14, 18, 19, 23, 24, 30)),
            *(entry["id"].replace("-", "")[:length] for length in (9, 12, 20, 31)),
        ):
            assert gallery.search(path, term) == gallery.search(path, term, "all") == found, term
        for term in (f"{entry['id']}.bmp", f"{entry['id']}.gif.gif", f"x{entry['id']}", f"{entry['id']}0"):
            assert gallery.search(path, term) == set(), term
        for by in ("description", "hashtag", "user"):
            assert gallery.search(path, name, by) == set()
    assert gallery.search(path, f"{entries[0]['id']} {entries[1]['id']}") == set()
    assert gallery.search(path, "00000000-0000-4000-8000-000000000000.gif") == set()


@LISTS
def test_words_beside_the_shown_name_are_searched_too(gallery: Gallery, path: str) -> None:
    image_id = gallery.ids["sea"]
    for term in (f"{image_id}.gif sunset", f"GOLD {image_id[:8]} holiday", f"#beach,{image_id}"):
        assert gallery.search(path, term) == {"sea"}, term
    assert gallery.search(path, f"{image_id}.gif lake") == set()
    whole = f"anna {image_id}"
    assert gallery.search(path, whole) == ({"sea"} if path == PUBLIC else set())


def test_nobody_finds_anothers_by_its_name(gallery: Gallery) -> None:
    for name in ("secret", "bea's"):
        image_id = gallery.ids[name]
        for term in (image_id, f"{image_id}.gif", image_id[:8]):
            assert gallery.search(PUBLIC, term) == ({name} if name == "bea's" else set())
            assert gallery.search(OWN, term, client=gallery.bea) == ({name} if name == "bea's" else set())


@pytest.mark.parametrize(("path", "orders"), [(PUBLIC, ORDERS[::2]), (OWN, ORDERS[1::2])])
def test_what_is_found_comes_in_every_order_page_by_page(
    gallery: Gallery, path: str, orders: tuple[tuple[str, str], ...]
) -> None:
    names = {f"picture {number}" for number in range(PICTURES)}
    for order, direction in orders:
        query = {"orderBy": order, "order": direction}
        whole = gallery.anna.ask("GET", f"{path}1", query={**query, "limit": "100"}).json
        expected = [image["id"] for image in whole["data"] if gallery.names[image["id"]] in names]
        search = {**query, "searchTerm": "picture", "limit": "13"}
        pages = [gallery.anna.ask("GET", f"{path}1", query=search).json]
        for _ in range(2):
            cursor = pages[-1]["meta"]["nextCursor"]
            pages.append(gallery.anna.ask("GET", f"{path}1", query={**search, "cursor": cursor}).json)
        assert pages[-1]["meta"]["nextCursor"] is None
        assert [image["id"] for page in pages for image in page["data"]] == expected
        assert [len(page["data"]) for page in pages] == [13, 13, 8]
        assert {page["meta"]["total"] for page in pages} == {PICTURES}
        back = gallery.anna.ask("GET", f"{path}1", query={**search, "cursor": pages[2]["meta"]["prevCursor"]}).json
        assert back["data"] == pages[1]["data"]
        assert gallery.anna.ask("GET", f"{path}3", query=search).json["data"] == pages[2]["data"]


@LISTS
def test_a_term_has_at_most_255_characters(gallery: Gallery, path: str) -> None:
    assert gallery.search(path, "x" * 255) == set()
    answer = gallery.anna.ask("GET", f"{path}1", query={"searchTerm": "x" * 256})
    message = "This value is too long. It should have 255 characters or less."
    assert problems(answer) == {"searchTerm": message}
    assert list(problems(gallery.anna.ask("GET", f"{path}1", query={"searchTerm": "\ud83c"}))) == ["searchTerm"]


@LISTS
@pytest.mark.parametrize("term", ["\0", "%", "_", "*", "a#b", "WORDS#", "\u202e", "e" + "\u0301" * 200])
def test_no_term_is_an_error(gallery: Gallery, path: str, term: str) -> None:
    assert gallery.search(path, term) <= set(gallery.names.values())

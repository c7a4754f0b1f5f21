"""Compare a search with images, or with the entries of the index of changes, which hold the same texts."""

from collections.abc import Collection
from typing import TypeVar

from constellation.accounts.users import find_users
from constellation.images.lists import Entry
from constellation.images.model import PUBLIC, Image
from constellation.images.words import USER, image_words, missed
from constellation.search.query import Search
from constellation.tags.model import branches

Item = TypeVar("Item", Image, Entry)


def matching(list_: str, search: Search, items: Collection[Item]) -> list[Item]:
    """Return the items whose words match. The names of owners are fetched only if nothing else has decided.

    Tags are those of images. An index has none.
    """
    if search.tag:
        return [item for item in items if isinstance(item, Image) and search.tag in branches(item.tags)]
    if not search.terms:
        return []
    missing = {item.id: _missed(search, item) for item in items}
    if list_ == PUBLIC and USER in search.fields:
        owners = {item.owner for item in items if item.owner and missing[item.id]}
        names = {user.id: image_words("", "", user.display_name) for user in find_users(owners).values()}
        for item in items:
            missing[item.id] = missed(missing[item.id], names.get(item.owner or "", {}), search.fields)
    return [item for item in items if not missing[item.id] or _is_named(search, item, missing[item.id])]


def _is_named(search: Search, item: Image | Entry, missing: frozenset[str]) -> bool:
    """Return whether an image's file has the name that is searched, and no word beside that name is missing."""
    is_named = search.file is not None and search.file.names(item.id, item.extension)
    return is_named and not missing & search.beside


def _missed(search: Search, item: Image | Entry) -> frozenset[str]:
    return missed(search.terms, image_words(item.description, item.name), search.fields)

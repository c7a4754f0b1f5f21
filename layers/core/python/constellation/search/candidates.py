"""Find the candidates of a search: what the search index has, and what is too new for it.

The index lags behind the records. Whether a candidate matches is for its record to say.
"""

from constellation.common.errors import Invalid, Violation
from constellation.images import lists
from constellation.images.words import NAME
from constellation.search import model, store
from constellation.search.matching import matching
from constellation.search.model import Gap
from constellation.search.query import FileName, Search, digits_word


def candidates(list_: str, search: Search, indexed_to: str) -> tuple[frozenset[str], Gap | None]:
    """Return the ids of images that may match, and what the search has left out.

    A few may be wrong: images that have changed, and images found when one term has too many entries to be read. Raises
    Invalid if every term has too many.
    """
    fresh, gap = lists.newest(list_, indexed_to, model.MOST_UNINDEXED + 1), None
    if len(fresh) > model.MOST_UNINDEXED:
        gap = Gap(_time_of(indexed_to), _time_of(fresh.pop().position))
    matched = frozenset(entry.id for entry in matching(list_, search, fresh))
    known = list[frozenset[str]]()
    for most in (model.MOST_FETCHED, model.MOST_SORTED):  # One rare term is enough: the records decide on the others.
        known = _known(list_, search, most)
        if known:
            break
    indexed = frozenset[str].intersection(*known) if known else frozenset[str]()
    if len(known) < len(search.terms) and (not known or len(indexed) > model.MOST_FETCHED):
        message = f"More than {model.MOST_SORTED} images have such words; search for more of a word, or for more words."
        raise Invalid(Violation("searchTerm", message))
    if search.file:
        indexed |= _named(list_, search.file)
    return (indexed - {entry.id for entry in fresh}) | matched, gap


def _known(list_: str, search: Search, most: int) -> list[frozenset[str]]:
    """Return the ids of images for each term that no more than ``most`` have, up to the first term that none has."""
    known = list[frozenset[str]]()
    for term in sorted(search.terms, key=len, reverse=True):  # long ones are rare
        ids = store.find(list_, term, search.fields, most)
        if ids is not None:
            known.append(ids)
            if not ids:
                break
    return known


def _named(list_: str, file: FileName) -> frozenset[str]:
    """Return the ids of images whose files have a name, as far as the index has them. A whole id is the only one."""
    if file.whole_id:
        return frozenset((file.whole_id,))
    return store.find(list_, digits_word(file.digits), NAME, model.MOST_FETCHED) or frozenset()


def _time_of(position: str) -> str:
    return position.partition("#")[0]

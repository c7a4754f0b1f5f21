"""The text of scoped tokens: nothing but the text itself is the token."""

import re
import string
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from constellation.accounts.random_secrets import SCOPED_PATTERN, digest, new_scoped_secret
from tests.support.world import load

BASE64URL = string.ascii_letters + string.digits + "-_"
TOKEN = f"cst_{'aZ0-_' * 8}AbC"
DIGEST = digest(TOKEN)


def is_known(text: str) -> bool:
    """Whether the gateway lets a credential through, and the authorizer then finds the token by it."""
    authorizer: Any = load("authorize")
    return bool(re.fullmatch(authorizer.pattern, f"Bearer {text}")) and digest(text) == DIGEST


def test_the_text_itself() -> None:
    assert is_known(TOKEN)
    made = {new_scoped_secret() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(SCOPED_PATTERN, each) for each in made)


def test_every_character_altered_into_every_other() -> None:
    for place, there in enumerate(TOKEN):
        for other in set(string.printable + "é٠İ\0") - {there}:
            assert not is_known(TOKEN[:place] + other + TOKEN[place + 1 :])


def test_every_character_left_out_doubled_and_two_exchanged() -> None:
    for place, there in enumerate(TOKEN):
        assert not is_known(TOKEN[:place] + TOKEN[place + 1 :])
        assert not is_known(TOKEN[:place] + there + TOKEN[place:])
        before, after = TOKEN[:place], TOKEN[place + 1 :]
        if after and after[0] != there:
            assert not is_known(before + after[0] + there + after[1:])


@given(st.one_of(st.text(), st.text(BASE64URL, min_size=43, max_size=43).map("cst_{}".format)))
def test_no_other_text(text: str) -> None:
    assert is_known(text) == (text == TOKEN)

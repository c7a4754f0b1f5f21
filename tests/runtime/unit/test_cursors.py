"""Cursors: what was written is read, by the same reader of the same list alone, and nothing else is."""

import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from constellation.runtime.cursors import Cursor, read, write

SECRET, SCOPE = b"a secret", "anna's list"
CURSOR = Cursor("2025-07-11T12:00:00.000000+00:00#8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11")
PLACES = st.text(st.characters(exclude_categories=["Cs"]))
CURSORS = st.builds(Cursor, PLACES, st.booleans(), st.booleans())


@given(CURSORS, st.binary(min_size=1), PLACES)
def test_what_was_written_is_read(cursor: Cursor, secret: bytes, scope: str) -> None:
    text = write(cursor, secret, scope)
    assert re.fullmatch("[A-Za-z0-9_-]+", text)
    assert read(text, [secret], scope) == cursor


@given(CURSORS, PLACES, PLACES)
def test_another_scope_or_secret_reads_nothing(cursor: Cursor, one: str, other: str) -> None:
    text = write(cursor, SECRET, one)
    assert read(text, [b"another secret"], one) is None
    assert (read(text, [SECRET], other) is None) == (one != other)


@given(CURSORS, st.integers(0, 7), st.data())
def test_a_changed_bit_reads_nothing(cursor: Cursor, bit: int, data: st.DataObject) -> None:
    text = write(cursor, SECRET, SCOPE)
    place = data.draw(st.integers(0, len(text) - 1))
    assert read(text[:place] + chr(ord(text[place]) ^ 1 << bit) + text[place + 1 :], [SECRET], SCOPE) is None
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << bit
    assert read(base64.urlsafe_b64encode(raw).decode().rstrip("="), [SECRET], SCOPE) is None


@given(st.one_of(st.text(), st.binary(max_size=80).map(lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="))))
def test_no_other_text_is_a_cursor_or_an_error(text: str) -> None:
    assert read(text, [SECRET], SCOPE) is None


def test_other_spellings_of_a_cursor_are_none() -> None:
    """Of every length, since base64 leaves bits unused in some."""
    for length in range(8):
        text = write(Cursor("ÿ?" * length), SECRET, SCOPE)
        last = {text[:-1] + character for character in map(chr, range(128))} - {text}
        spellings = {f"{text}=", f"{text}==", f"{text}\n", f" {text}", text[:-1], f"{text}A", f"{text}.", text * 2}
        spellings |= {text.replace("-", "+").replace("_", "/")} - {text}
        assert [each for each in (*last, *spellings) if read(each, [SECRET], SCOPE)] == []


def test_the_ways_to_go_on_are_different_cursors() -> None:
    ways = [Cursor(CURSOR.position, backward, inclusive) for backward in (False, True) for inclusive in (False, True)]
    assert len({write(cursor, SECRET, SCOPE) for cursor in ways}) == 4
    assert [read(write(cursor, SECRET, SCOPE), [SECRET], SCOPE) for cursor in ways] == ways


def test_what_is_signed_for_a_longer_scope_is_not_signed_for_a_shorter_one() -> None:
    text = write(Cursor("x"), SECRET, SCOPE + "f>")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    forged = base64.urlsafe_b64encode(raw[:16] + b"f>" + raw[16:]).decode().rstrip("=")
    assert read(forged, [SECRET], SCOPE) is None


def test_a_cursor_of_the_former_key_is_read() -> None:
    text = write(CURSOR, b"the former key", SCOPE)
    assert read(text, [SECRET, b"the former key"], SCOPE) == CURSOR
    assert read(text, [SECRET], SCOPE) is None
    assert read(text, [], SCOPE) is None

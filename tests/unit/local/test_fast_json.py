"""JSON is read and written as by Python's own module, but for spaces and escapes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local import fast_json


def _json(integers: st.SearchStrategy[int]) -> st.SearchStrategy[object]:
    plain = (
        st.none()
        | st.booleans()
        | integers
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec=None))
    )
    return st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(_json(st.integers()))
def test_what_is_written_is_what_python_writes(value: object) -> None:
    assert json.loads(fast_json.dumps(value, ensure_ascii=False)) == value


@given(_json(st.integers(-(2**63), 2**64 - 1)))
def test_what_is_read_is_what_python_reads(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value).encode()):
        assert fast_json.loads(text) == json.loads(text)


def test_options_mean_what_they_mean_to_python() -> None:
    value = {"b": [1], "a": {2}}
    made = fast_json.dumps(value, sort_keys=True, default=list, indent=2)
    assert made == json.dumps(value, sort_keys=True, default=list, indent=2)


@pytest.mark.parametrize("text", ["", "{", b"\xff", "{'a': 1}", '{"a": 1,}', "[1] 2"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises((fast_json.JSONDecodeError, UnicodeDecodeError)):
        fast_json.loads(text)


@pytest.mark.parametrize("value", [{1}, {"a": b""}, object()])
def test_what_cannot_be_written_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        fast_json.dumps(value)

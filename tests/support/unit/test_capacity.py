"""The units of DynamoDB's calls, compared with what its rules give by hand."""

from typing import Any

import pytest

from constellation.aws.resources import Index
from tests.support.capacity import Item, keys_written, read_units, size, write_units

BY_TIME = Index("by-time", "owner", "at", ("name",))
KEYS_ONLY = Index("keys-only", "owner", "at")
KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}


def item(length: int) -> Item:
    """An item of so many bytes: the keys take 6, the filling's name 1."""
    return KEY | {"x": {"S": "x" * (length - 7)}}


def listed(at: str = "1", name: str = "n", other: str = "o") -> Item:
    return KEY | {"owner": {"S": "o"}, "at": {"S": at}, "name": {"S": name}, "other": {"S": other}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"S": "größe"}, 7),
        ({"S": ""}, 0),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "301804"}, 4),
        ({"N": "1200"}, 2),
        ({"N": "-35"}, 3),
        ({"BOOL": True}, 1),
        ({"B": b"four"}, 4),
        ({"B": "Zm91cg=="}, 4),
        ({"M": {}}, 3),
        ({"M": {"ab": {"BOOL": True}, "c": {"S": "x"}}}, 3 + 4 + 3),
    ],
)
def test_an_attribute_is_its_name_and_its_value(value: dict[str, Any], expected: int) -> None:
    assert size({"név": value}) == 4 + expected


def test_a_query_is_billed_by_the_sum_of_what_it_reads() -> None:
    eleven = {"Items": [item(400)] * 11}
    assert read_units("Query", {}, eleven) == 1.0
    assert read_units("Query", {}, {"Items": [item(4096)]}) == 0.5
    assert read_units("Query", {}, {"Items": [item(4096), item(7)]}) == 1.0
    assert read_units("Query", {"ConsistentRead": True}, eleven) == 2.0
    assert read_units("Query", {}, {"Items": []}) == 0.5
    assert read_units("Scan", {}, eleven) == 1.0


def test_a_batch_is_billed_item_by_item_even_for_those_that_are_missing() -> None:
    request = {"RequestItems": {"t": {"Keys": [KEY] * 4}}}
    answer = {"Responses": {"t": [item(100), item(4097), item(100)]}}
    assert read_units("BatchGetItem", request, answer) == 0.5 + 1.0 + 0.5 + 0.5


def test_one_item_is_billed_even_when_it_is_missing() -> None:
    assert read_units("GetItem", {}, {"Item": item(4097)}) == 1.0
    assert read_units("GetItem", {"ConsistentRead": True}, {}) == 1.0


def test_what_answers_with_less_than_it_reads_cannot_be_billed_from_its_answer() -> None:
    with pytest.raises(AssertionError):
        read_units("Query", {"FilterExpression": "a = :b"}, {"Items": []})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, item(1024), 1),
        (None, item(1025), 2),
        (item(3000), item(100), 3),
        (item(3000), None, 3),
        (item(3000), item(3000), 3),
        (None, None, 1),
    ],
)
def test_a_write_is_billed_by_the_larger_of_both_states(before: Item | None, after: Item | None, expected: int) -> None:
    assert write_units(before, after) == expected
    assert write_units(before, after, transaction=True) == 2 * expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, KEY, 0),
        (None, listed(), 1 + 1),
        (listed(), None, 1 + 1),
        (listed(), listed(other="changed"), 0),
        (listed(), listed(name="changed"), 1 + 0),
        (listed(), listed(at="2"), 2 + 2),
        (listed(), KEY, 1 + 1),
        (None, listed(name="n" * 1024), 2 + 1),
        (listed(name="n" * 1024), listed(at="2"), 2 + 1 + 2),
    ],
)
def test_an_index_is_billed_for_what_changes_in_it_and_once_in_a_transaction_too(
    before: Item | None, after: Item | None, expected: int
) -> None:
    indexes = (BY_TIME, KEYS_ONLY)
    assert write_units(before, after, indexes) - write_units(before, after) == expected
    transacted = write_units(before, after, indexes, transaction=True)
    assert transacted - write_units(before, after, transaction=True) == expected


def test_every_written_key_is_found() -> None:
    put, key = {"Item": item(100)}, {"Key": KEY}
    batch = {"RequestItems": {"t": [{"PutRequest": put}, {"DeleteRequest": key}]}}
    transaction = {"TransactItems": [{"Put": put | {"TableName": "t"}}, {"Update": key | {"TableName": "t"}}]}
    assert list(keys_written("BatchWriteItem", batch)) == [("t", KEY)] * 2
    assert list(keys_written("TransactWriteItems", transaction)) == [("t", KEY)] * 2
    assert list(keys_written("PutItem", put | {"TableName": "t"})) == [("t", KEY)]
    assert list(keys_written("DeleteItem", key | {"TableName": "t"})) == [("t", KEY)]

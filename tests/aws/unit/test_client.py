"""What the responses of AWS mean to the stores, and which calls are tried again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore import stub as botocore_stub
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto.core.botocore_stubber import MockRawResponse

from constellation.aws import cdn, retry, sdk
from constellation.aws import client as aws
from constellation.aws.resources import CDN
from constellation.common.errors import Unavailable

_DELETE = {"Delete": {"TableName": "table", "Key": {"pk": {"S": "x"}}}}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    sdk.client_of.cache_clear()
    sdk.session.cache_clear()
    yield sdk.client_of("dynamodb")
    sdk.client_of.cache_clear()
    sdk.session.cache_clear()


@pytest.fixture
def stub(client: Any) -> Iterator[Any]:
    with botocore_stub.Stubber(client) as stubber:
        yield stubber


def answering(client: Any, status: int, content: dict[str, Any]) -> None:
    """Have queries answered so."""

    def answer(request: Any, **_: Any) -> AWSResponse:
        body = MockRawResponse(json.dumps(content).encode())
        return AWSResponse(request.url, status, {"Content-Type": "application/x-amz-json-1.0"}, body)

    client.meta.events.register("before-send.dynamodb.Query", answer)


def cancelled(stub: Any, *codes: str) -> None:
    reasons: Any = [{"Code": code} for code in codes]
    stub.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": reasons}
    )


def transact() -> dict[str, Any]:
    return aws.call("dynamodb", "transact_write_items", TransactItems=[_DELETE], ClientRequestToken="token")


def test_a_transaction_in_anothers_way_is_tried_again(stub: Any) -> None:
    cancelled(stub, "None", "TransactionConflict")
    stub.add_response("transact_write_items", {})
    assert transact() == {}
    stub.assert_no_pending_responses()


def test_what_met_another_write_is_told_to_who_does_not_wait(stub: Any) -> None:
    cancelled(stub, "None", "TransactionConflict", "None")
    with pytest.raises(retry.Contended) as met:
        aws.attempt("dynamodb", "transact_write_items", TransactItems=[_DELETE], ClientRequestToken="token")
    assert met.value.items == (False, True, False)


def test_after_the_conflict_the_condition_decides(stub: Any) -> None:
    cancelled(stub, "TransactionConflict", "None")
    cancelled(stub, "ConditionalCheckFailed", "None", "TransactionConflict")
    with pytest.raises(aws.ConditionFailed) as failed:
        transact()
    assert failed.value.failed == (True, False, False)


def test_a_single_write_in_a_transactions_way_is_tried_again(stub: Any) -> None:
    stub.add_client_error("put_item", "TransactionConflictException")
    stub.add_response("put_item", {})
    aws.call("dynamodb", "put_item", TableName="table", Item={})
    stub.assert_no_pending_responses()


def test_a_conflict_without_end_is_unavailable(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0,))
    cancelled(stub, "TransactionConflict")
    cancelled(stub, "TransactionConflict")
    with pytest.raises(Unavailable):
        transact()


THROTTLED = pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])


@THROTTLED
def test_a_transaction_that_is_throttled_is_tried_again(stub: Any, reason: str) -> None:
    cancelled(stub, "None", reason)
    stub.add_response("transact_write_items", {})
    assert transact() == {}
    stub.assert_no_pending_responses()


@THROTTLED
def test_throttling_is_no_contention_at_an_item(stub: Any, reason: str) -> None:
    """Who makes room at the item that is in contention makes none for it."""
    for met, items in (("None", (False, False)), ("TransactionConflict", (False, True))):
        cancelled(stub, reason, met)
        with pytest.raises(retry.Contended) as throttled:
            aws.attempt("dynamodb", "transact_write_items", TransactItems=[_DELETE], ClientRequestToken="token")
        assert throttled.value.items == items


@THROTTLED
def test_throttling_without_end_is_unavailable(stub: Any, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0, 0))
    for _ in range(3):
        cancelled(stub, reason)
    with pytest.raises(Unavailable):
        transact()
    stub.assert_no_pending_responses()


def test_another_reason_is_unavailable_at_once(stub: Any) -> None:
    cancelled(stub, "None", "ItemCollectionSizeLimitExceeded")
    with pytest.raises(Unavailable):
        transact()


def test_the_items_of_a_query_are_handed_out_as_they_came(client: Any) -> None:
    items = [{"pk": {"S": "x"}, "sk": {"of a kind that the SDK does not know": "y"}}]
    key = {"pk": {"S": "x"}}
    answering(client, 200, {"Items": items, "Count": 1, "LastEvaluatedKey": key})
    answer = aws.call("dynamodb", "query", TableName="table")
    assert (answer["Items"], answer["Count"], answer["LastEvaluatedKey"]) == (items, 1, key)


def test_a_query_that_is_refused_fails(client: Any) -> None:
    answering(client, 400, {"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "message": "no"})
    with pytest.raises(ClientError, match="ValidationException"):
        aws.call("dynamodb", "query", TableName="table")


@pytest.mark.parametrize("code", ["TooManyInvalidationsInProgress", "BatchTooLarge"])
@pytest.mark.usefixtures("client")
def test_an_invalidation_too_many_begins_later(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setenv(CDN.variable, "E1")
    stubber: Any
    with botocore_stub.Stubber(sdk.client_of("cloudfront")) as stubber:
        stubber.add_client_error("create_invalidation", code)
        assert cdn.invalidate(["/*"], "reference") is None

"""The authorizer's answers to the gateway."""

from datetime import UTC, datetime
from typing import Any

import pytest

from constellation.runtime.authorizer import authorizer
from constellation.runtime.request import CONTEXT, Caller

ARN = "arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/users/me"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@authorizer("jwt", credential="good|bad")
def ask(credential: str, now: datetime) -> Caller | None:
    return Caller("user", session_id="session") if credential == "good" and now == NOW else None


def answer(header: str) -> dict[str, Any]:
    return ask({"authorizationToken": header, "methodArn": ARN}, now=NOW)


@pytest.mark.parametrize("header", ["Bearer good", "bearer  good "])
def test_a_caller_is_allowed_on_the_whole_stage_since_the_answer_is_cached(header: str) -> None:
    policy = answer(header)
    (statement,) = policy["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == "arn:aws:execute-api:eu-west-1:123456789012:api1/prod/*"
    assert policy["principalId"] == "user"
    assert policy["context"] == {**dict.fromkeys(CONTEXT, ""), "user_id": "user", "session_id": "session"}


@pytest.mark.parametrize("header", ["Bearer bad", "Bearer", "good"])
def test_no_caller_is_a_denial_without_context(header: str) -> None:
    policy = answer(header)
    assert policy["policyDocument"]["Statement"][0]["Effect"] == "Deny"
    assert "context" not in policy

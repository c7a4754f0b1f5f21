"""``GET /users/me`` as it is usually written: the yardstick for our cold start."""

import os
from typing import Any, cast

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel

app = APIGatewayRestResolver(enable_validation=True)
logger = Logger(service="constellation")
tracer = Tracer(service="constellation")
metrics = Metrics(namespace="Constellation", service="constellation")
dynamodb: Any = cast("Any", boto3).resource("dynamodb")
accounts = dynamodb.Table(os.environ["ACCOUNTS_TABLE"])


class Me(BaseModel):
    """The answer."""

    uuid: str
    name: str
    email: str | None


@app.get("/users/me")
def get_me() -> Me:
    """The caller's own account."""
    user_id = app.current_event.raw_event["requestContext"]["authorizer"]["user_id"]
    item = accounts.get_item(Key={"pk": f"USER#{user_id}", "sk": "PROFILE"}).get("Item")
    if item is None:
        raise NotFoundError("User not found")
    return Me(uuid=item["id"], name=item["displayName"], email=item["email"])


@logger.inject_lambda_context
@metrics.log_metrics
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The Lambda function."""
    return app.resolve(event, context)

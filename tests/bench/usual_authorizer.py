"""The authorizer as it is usually written, with PyJWT and boto3: the yardstick for the cold start of ours."""

import os
from typing import Any, cast

import boto3
import jwt
from cryptography.hazmat.primitives.serialization import load_der_public_key

dynamodb: Any = cast("Any", boto3).resource("dynamodb")
kms: Any = cast("Any", boto3).client("kms")
accounts = dynamodb.Table(os.environ["ACCOUNTS_TABLE"])
public_key: Any = load_der_public_key(kms.get_public_key(KeyId=os.environ["SIGNING_KEY"])["PublicKey"])


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The Lambda function."""
    token = event["authorizationToken"].removeprefix("Bearer ")
    try:
        claims = jwt.decode(
            token,
            public_key,
            algorithms=["ES256"],
            audience=os.environ["TOKEN_AUDIENCE"],
            issuer=os.environ["TOKEN_ISSUER"],
        )
    except jwt.PyJWTError:
        return _policy("anonymous", "Deny", event["methodArn"])
    found = accounts.get_item(Key={"pk": f"SESSION#{claims['sid']}", "sk": "SESSION"}, ConsistentRead=True)
    if found.get("Item", {}).get("userId") != claims["sub"]:
        return _policy("anonymous", "Deny", event["methodArn"])
    return _policy(claims["sub"], "Allow", event["methodArn"])


def _policy(principal: str, effect: str, resource: str) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"user_id": principal},
    }

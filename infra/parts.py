"""The parts of a deployment, nested stacks with the functions in them, and how much room is left there.

CloudFormation takes 500 resources a stack, and a function takes four. The root stack keeps what holds data or an
address, and what does not grow with the number of endpoints.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from constellation.runtime.consumer import Consumer
from constellation.runtime.task import Task
from infra.discovery import Application, DeclarationError, Function

RESOURCES = 500
"""The most resources of a stack (CloudFormation quotas)."""

OUTPUTS = 200
"""The most outputs of a stack (CloudFormation quotas)."""

POLICY_CHARACTERS = 10_240
"""The most characters, not counting whitespace, of all inline policies of a role (IAM quotas)."""

PATHS = 300
"""The most paths of a REST API, one a segment (API Gateway quotas)."""

PER_FUNCTION = 4
"""The resources of a function: itself, its role, a version, and an alias."""

WORKERS = "Workers"
"""The part of what works without a request: consumers and tasks, some of which know the CDN, which knows the API."""

ENDPOINTS = ("Endpoints1", "Endpoints2", "Endpoints3", "Endpoints4")
"""The parts of what the gateway calls."""

_NAMES = 2
"""The outputs of a function: its name, and the ARN of its alias."""

_LONGEST_ARN = "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:" + 64 * "x" + ":live"


def part_of(function: Function[Any]) -> str:
    """Return the part that a function is in, by its kind and its name.

    An endpoint is in the part with which its name has the largest hash, so a part that is added takes its share of the
    functions, and moves no other function (rendezvous hashing). A function that moves is made anew.
    """
    if isinstance(function.declaration, Consumer | Task):
        return WORKERS
    return max(ENDPOINTS, key=lambda part: sha256(f"{part} {function.name}".encode()).digest())


def distribute(application: Application) -> dict[str, list[Function[Any]]]:
    """Return the functions of each part. Raises DeclarationError if the gateway's role cannot name all of a part."""
    found: dict[str, list[Function[Any]]] = {part: [] for part in (*ENDPOINTS, WORKERS)}
    for function in application.functions:
        found[part_of(function)].append(function)
    for part in ENDPOINTS:
        if len(found[part]) > MOST_INVOKED:
            raise DeclarationError(
                f"infra/parts.py: {part} has {len(found[part])} functions and takes {MOST_INVOKED}: add a part"
            )
    return found


def said(templates: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a line about the fullest of the templates of a deployment, and about the endpoints that still fit."""
    most = max(len(template["Resources"]) for template in templates.values())
    return f"{most} resources of {RESOURCES}; {room(templates)} more endpoints fit"


def room(templates: Mapping[str, Mapping[str, Any]]) -> int:
    """Return how many more endpoints fit into a deployment of ``templates``, the root's under "", by their names.

    The fullest part decides, because the name of a function decides which part the function is in. So do the paths of
    the API, with one path for each endpoint.
    """
    fullest = min(_room_of(templates[part]) for part in ENDPOINTS)
    (api,) = (each for each in templates[""]["Resources"].values() if each["Type"] == "AWS::ApiGateway::RestApi")
    return min(len(ENDPOINTS) * fullest, PATHS - len(paths(api["Properties"]["Body"])))


def paths(body: Mapping[str, Any]) -> set[str]:
    """Return what API Gateway makes of the paths of a definition: a path for each of their segments, and the root."""
    found = {"/"}
    for path in body["paths"]:
        parts = path.strip("/").split("/")
        found |= {"/" + "/".join(parts[: end + 1]) for end in range(len(parts))}
    return found


def _room_of(template: Mapping[str, Any]) -> int:
    resources = template["Resources"]
    invoked = sum(resource["Type"] == "AWS::Lambda::Alias" for resource in resources.values())
    return min(
        (RESOURCES - len(resources)) // PER_FUNCTION,
        (OUTPUTS - len(template.get("Outputs", {}))) // _NAMES,
        MOST_INVOKED - invoked,
    )


def _policy(arns: int) -> int:
    """Return the characters of a policy by which the gateway may call so many functions."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": arns * [_LONGEST_ARN]}],
    }
    return len(json.dumps(policy, separators=(",", ":")))


MOST_INVOKED = max(number for number in range(1, RESOURCES) if _policy(number) <= POLICY_CHARACTERS)
"""The most functions that one role of the gateway can name."""

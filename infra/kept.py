"""Find what an earlier deployment kept, so that a new stack can use it again: ``python -m infra.kept FILE``.

``make destroy`` keeps tables, buckets and signing keys. A new stack of the same name would create empty ones instead.
The file is the resource mapping for ``cdk import``: it names the kept resource for each resource of the template. All
of them are in the root stack, because CloudFormation imports nothing into a nested stack.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import app
from infra.context import ContextError
from infra.discovery import DeclarationError
from infra.session import new_session

_NAMES: Mapping[str, str] = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}
_KEY = "AWS::KMS::Key"

_TRIMMED = 24
"""The least number of characters of the stack's name that CloudFormation uses in the name of a bucket."""


def kept_names(stack: str, tables: Sequence[str], buckets: Sequence[str], owned: Sequence[str]) -> list[str]:
    """Return the tables and buckets with names like those of ``stack``, without those that it ``owned``."""
    table = re.compile(rf"{re.escape(stack)}-Storage\w+Table\w*-\w+")
    rest = "[a-z0-9-]*" if len(stack) > _TRIMMED else ""
    bucket = re.compile(rf"{re.escape(stack.lower()[:_TRIMMED])}{rest}-storage[a-z]+bucket[a-z0-9-]*")
    found = [*filter(table.fullmatch, tables), *filter(bucket.fullmatch, buckets)]
    return sorted(name for name in found if name not in owned)


def mapping(names: Sequence[str], keys: Mapping[str, str], template: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the identifiers of the kept resources by their logical ids; ``keys`` are the ids of keys by logical ids.

    A name that CloudFormation generates for a resource contains its logical id. A resource that refers to another one
    cannot be imported before the other one exists. The buckets that send messages to queues are left out; their files
    are kept for days only.
    """
    found: dict[str, dict[str, str]] = {}
    for logical_id, resource in template["Resources"].items():
        kind = resource["Type"]
        if any(_references(resource, template["Resources"])):
            continue
        if kind == _KEY and logical_id in keys:
            found[logical_id] = {"KeyId": keys[logical_id]}
        elif kind in _NAMES:
            marked = [name for name in names if f"-{logical_id.lower()}-" in name.lower()]
            if len(marked) > 1:
                raise ValueError(f"{logical_id} is one of {', '.join(marked)}: name it yourself (docs/operations.md).")
            if marked:
                found[logical_id] = {_NAMES[kind]: marked[0]}
    return found


def _references(node: Any, known: Mapping[str, Any]) -> Iterator[str]:
    """Yield the resources of the template to which ``node`` refers."""
    match node:
        case {"Ref": str(name)} if name in known:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case dict():
            for key, value in node.items():  # pyright: ignore[reportUnknownVariableType]
                if key == "DependsOn":
                    yield str(value)  # pyright: ignore[reportUnknownArgumentType]
                yield from _references(value, known)
        case list():
            for each in node:  # pyright: ignore[reportUnknownVariableType]
                yield from _references(each, known)
        case _:
            pass


def tables(dynamodb: Any) -> list[str]:
    """Return the names of all tables of the region."""
    return [name for page in dynamodb.get_paginator("list_tables").paginate() for name in page["TableNames"]]


def buckets(s3: Any) -> list[str]:
    """Return the names of all buckets of the account."""
    return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def keys(tagging: Any, stack: str) -> dict[str, str]:
    """Return the ids of the keys that CloudFormation created for stacks of this name, by their logical ids."""
    pages = tagging.get_paginator("get_resources").paginate(
        ResourceTypeFilters=["kms:key"], TagFilters=[{"Key": "aws:cloudformation:stack-name", "Values": [stack]}]
    )
    found: dict[str, str] = {}
    for page in pages:
        for resource in page["ResourceTagMappingList"]:
            tags = {tag["Key"]: tag["Value"] for tag in resource["Tags"]}
            found[tags.get("aws:cloudformation:logical-id", "")] = resource["ResourceARN"].rpartition("/")[2]
    return found


def main() -> int:
    """Write the mapping for the stack that is to be deployed, and print it; return the exit status."""
    try:
        session = new_session()
        template = app.synthesized()
        stack = app.chosen().stack
        names = kept_names(stack, tables(session.client("dynamodb")), buckets(session.client("s3")), [])
        found = mapping(names, keys(session.client("resourcegroupstaggingapi"), stack), template)
    except (ContextError, DeclarationError, ValueError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as fault:
        print(f"The account does not answer, so run `make preflight` first: {fault}", file=sys.stderr)
        return 1
    if not found:
        print(f"Nothing of an earlier deployment named {stack} is left to be attached.", file=sys.stderr)
        return 1
    taken = {name for identifier in found.values() for name in identifier.values()}
    for logical_id, identifier in found.items():
        print(f"{logical_id}: {', '.join(identifier.values())}")
    for name in names:
        if name not in taken:
            print(f"{name} is not attached: its files are kept for days only. Delete it when you need none of them.")
    file = Path(sys.argv[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

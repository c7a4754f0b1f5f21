"""Find what an update cannot do in one step to what keeps data or an address.

CloudFormation makes or removes one index of a table in an update, and changes none in place. What is renamed or gets
other keys is replaced by an empty one. The preflight compares with the template that is deployed, a test with the one
that was released, which ``python -m infra.changes`` writes down.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra import ROOT, app

RELEASED = ROOT / "tests" / "infra" / "released.json"

_FIXED: Mapping[str, tuple[str, ...]] = {
    "AWS::DynamoDB::Table": ("TableName", "ImportSourceSpecification"),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::KMS::Key": ("KeySpec", "KeyUsage", "MultiRegion", "Origin"),
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
    "AWS::SecretsManager::Secret": ("Name", "GenerateSecretString", "SecretString"),
    "AWS::CloudFront::Distribution": (),
    "AWS::CloudFront::KeyValueStore": ("Name",),
    "AWS::ApiGateway::RestApi": (),
    "AWS::Logs::LogGroup": ("LogGroupName",),
}
"""What keeps data or an address that others know, and the properties whose change makes another one of it.

The URL of the function that renders is missing: only the CDN knows it, and CloudFormation removes an old URL after the
CDN has the new one.
"""

_TABLE = "AWS::DynamoDB::Table"
_OF_A_TABLE = (
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "TimeToLiveSpecification",
    "StreamSpecification",
)
_ROTATED = ("AWS::KMS::Key", "AWS::SecretsManager::Secret")
"""What is rotated: new ones come and old ones go, and one of the old has to stay in each update."""

_LOST: Mapping[str, str] = {
    "AWS::SQS::Queue": "its messages are lost",
    "AWS::CloudFront::Distribution": "the deployment's address changes",
    "AWS::CloudFront::KeyValueStore": "the CDN shows deleted images again",
    "AWS::ApiGateway::RestApi": "the API's address changes",
    "AWS::Logs::LogGroup": "what it holds is deleted",
}
"""What is lost with each of these; the data of everything else stays, and is attached to nothing."""


def extract(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a template that ``obstacles`` compares; the extract of an extract is the same extract."""
    return {
        "Resources": {
            name: {key: resource[key] for key in ("Type", "DeletionPolicy", "UpdateReplacePolicy") if key in resource}
            | {
                "Properties": {
                    key: value
                    for key, value in resource.get("Properties", {}).items()
                    if key in _FIXED[resource["Type"]] or (resource["Type"] == _TABLE and key in _OF_A_TABLE)
                }
            }
            for name, resource in sorted(template["Resources"].items())
            if resource["Type"] in _FIXED
        }
    }


def obstacles(released: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Return what hinders an update from ``released`` to ``current``: a sentence for each, with what to do."""
    return sorted(_obstacles(extract(released)["Resources"], extract(current)["Resources"], current["Resources"]))


def _obstacles(released: Mapping[str, Any], current: Mapping[str, Any], everything: Mapping[str, Any]) -> Iterator[str]:
    for kind in _ROTATED:
        old = {name for name, resource in released.items() if resource["Type"] == kind}
        if old and not old & set(current):
            yield (
                f"No {kind} of {', '.join(sorted(old))} is left, and what they have signed counts no more: add the new"
                " one, deploy, and remove the old one later."
            )
    for name, old in released.items():
        kind, new = old["Type"], current.get(name)
        if new is None and name in everything:
            yield (
                f"{name} is an {everything[name]['Type']} now, and was an {kind}: CloudFormation changes no type, so"
                " give the new one another name."
            )
        elif new is None:
            if kind not in _ROTATED:
                lost = _LOST.get(kind, "its data stays behind and is attached to nothing")
                yield f"{name} ({kind}) is not there any more, or has another name; {lost}: keep the name."
        elif new["Type"] != kind:
            yield f"{name} is an {new['Type']} now, and was an {kind}: give the new one another name."
        else:
            yield from _changed(name, old, new)


def _changed(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    kind = old["Type"]
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        if old.get(policy, "Delete").startswith("Retain") and not new.get(policy, "Delete").startswith("Retain"):
            yield f"{name} ({kind}) was kept whatever happens, and {policy} does not say so any more: leave it."
    before, after = old["Properties"], new["Properties"]
    for property_ in _FIXED[kind]:
        if before.get(property_) != after.get(property_):
            yield f"{name} ({kind}) is replaced by a new one, as {property_} changes: leave it, or rename it."
    if kind == _TABLE:
        yield from _changed_table(name, before, after)


def _changed_table(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if _keys(before, before) != _keys(after, after):
        yield f"{name} is replaced by an empty table, as its keys change: make another table and copy the items."
    if before.get("LocalSecondaryIndexes", []) != after.get("LocalSecondaryIndexes", []):
        yield f"{name} is replaced by an empty table, as its local indexes change: make a global index instead."
    old, new = _indexes(before), _indexes(after)
    for index in sorted(set(old) & set(new)):
        for what in ("keys", "projection"):
            if old[index][what] != new[index][what]:
                yield (
                    f"The index {index} of {name} has another {what}, which no update changes: add it under another"
                    " name, deploy, let it be read, deploy, and remove the old one."
                )
    added, removed = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    if len(added) + len(removed) > 1:
        steps = [f"add {index}" for index in added] + [f"remove {index}" for index in removed]
        yield f"{name} takes one index an update: deploy these one after the other: {', '.join(steps)}."
    ttl = [properties.get("TimeToLiveSpecification", {}).get("AttributeName") for properties in (before, after)]
    if all(ttl) and ttl[0] != ttl[1]:
        yield f"{name} expires items by another attribute, which takes two updates: first by none, then by {ttl[1]}."
    stream = [properties.get("StreamSpecification", {}).get("StreamViewType") for properties in (before, after)]
    if all(stream) and stream[0] != stream[1]:
        yield f"{name} has a stream of another kind, which takes two updates: first none, then the new one."


def _indexes(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the indexes by name: their keys with their types, and what they hold, in no order."""
    return {
        index["IndexName"]: {
            "keys": _keys(index, table),
            "projection": (
                index["Projection"].get("ProjectionType"),
                frozenset(index["Projection"].get("NonKeyAttributes", ())),
            ),
        }
        for index in table.get("GlobalSecondaryIndexes", ())
    }


def _keys(keyed: Mapping[str, Any], table: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    types = {each["AttributeName"]: each["AttributeType"] for each in table.get("AttributeDefinitions", ())}
    return [
        (key["AttributeName"], key["KeyType"], types.get(key["AttributeName"], ""))
        for key in keyed.get("KeySchema", ())
    ]


def main() -> None:
    """Record the present template as the released one."""
    RELEASED.write_text(json.dumps(extract(app.synthesized()), indent=1) + "\n", encoding="utf-8")
    print(f"{RELEASED.relative_to(ROOT)} is the template of today.")


if __name__ == "__main__":
    main()

"""Read the choices of a deployment from the CDK's context, and check all of them before anything is created.

``deployments`` holds what differs for one stack, by the names of stacks. Its ``settings`` are merged over the common
settings; every other value replaces the common value.
"""

import dataclasses
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from constellation.aws.resources import TABLES
from constellation.common.settings import DIRECT_FILE_LIMIT, Settings
from constellation.images.model import OPEN, SIGNED
from infra import CDN_REGION, STACK

_PLACES = frozenset({"local", "engine_port"})
"""Keys that only the launcher of the local engine sets."""

_CDK = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})
"""Keys of the CDK's command, besides those that contain ``@``, ``:`` or ``/``."""

_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}", re.ASCII)
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_ZONE = re.compile(r"Z[A-Z0-9]{1,31}", re.ASCII)
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:([a-z0-9-]+):[0-9]{12}:certificate/[A-Za-z0-9-]+", re.ASCII)
_WEB_ACL = re.compile(
    r"arn:aws[a-z-]*:wafv2:([a-z0-9-]+):[0-9]{12}:(global|regional)/webacl/[A-Za-z0-9_-]+/[A-Za-z0-9-]+", re.ASCII
)
_PLACE = re.compile(r"([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\]):[0-9]{1,5}", re.ASCII)
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}", re.ASCII)


class ContextError(Exception):
    """The context contains an unknown name or an unusable value; the text is one sentence for the operator."""


@dataclass(frozen=True)
class Domain:
    """A domain name for the CDN, with a certificate, a hosted zone for its records, or both."""

    name: str
    certificate_arn: str = ""
    hosted_zone: str = ""


@dataclass(frozen=True)
class Choices:
    """All choices, by their names in the context.

    ``account_concurrency`` is 0 if the context does not set it.
    ``tables`` names tables outside the stack that are used in place of its own, by what they hold.
    ``api_log_role`` says whether the stack sets the role with which API Gateway logs, one for each account and region.
    If the context does not set it, it is None: the stack sets the role, and the preflight refuses to replace another.
    """

    stack: str = STACK
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    signing_keys: list[str] = field(default_factory=list[str])
    origin_secrets: list[str] = field(default_factory=list[str])
    drop_writers: list[str] = field(default_factory=list[str])
    snap_start: list[str] = field(default_factory=list[str])
    reserved_concurrency: Mapping[str, int] = field(default_factory=dict[str, int])
    account_concurrency: int = 0
    maximum_concurrency: Mapping[str, int] = field(default_factory=dict[str, int])
    api_log_role: bool | None = None
    domain: Domain | None = None
    web_acl_arn: str = ""
    tables: Mapping[str, str] = field(default_factory=dict[str, str])


def choose(context: Mapping[str, Any]) -> Choices:
    """Return the choices in ``context``. Raises ContextError for an unknown name and for an unusable value."""
    given = {key: value for key, value in context.items() if key not in _CDK and not set("@:/") & set(key)}
    choices = Choices(**_checked(_for_stack(given)))
    if choices.settings.get("outbound_allow") and not context.get("local"):
        raise ContextError(
            "settings: outbound_allow is for `make run` alone: it lets users reach what only functions should reach."
        )
    return choices


def deployment_region() -> str:
    """Return the region that the environment names, or "". The CDK's command sets it."""
    variables = ("CDK_DEFAULT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")
    return next((os.environ[name] for name in variables if os.environ.get(name)), "")


def _for_stack(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context for the one stack that is to be deployed."""
    common = {key: value for key, value in given.items() if key != "deployments"}
    _known(common, "the context", {*_fields(Choices), *_PLACES, "deployments"})
    deployments = _mapping(given.get("deployments", {}), "deployments")
    for name, own in deployments.items():
        _stack(name, f"deployments: {name!r}")
        _known(_mapping(own, f"deployments: {name}"), f"deployments: {name}", {*_fields(Choices)} - {"stack"})
        _settings(_mapping(own.get("settings", {}), f"deployments: {name}: settings"))
    stack = _stack(common.get("stack", STACK), "stack")
    own = cast("Mapping[str, Any]", deployments.get(stack, {}))
    chosen = {**common, **own, "stack": stack}
    if "settings" in common and "settings" in own:
        chosen["settings"] = {**_mapping(common["settings"], "settings"), **_mapping(own["settings"], "settings")}
    return chosen


def _checked(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, after checking that each has its type."""
    found = {key: value for key, value in chosen.items() if key not in _PLACES}
    for key in ("signing_keys", "origin_secrets", "drop_writers", "snap_start"):
        if key in found:
            _texts(found[key], key)
    for key in ("signing_keys", "origin_secrets"):
        if not found.get(key):
            raise ContextError(f"{key} must name at least one, as cdk.json does.")
    if "settings" in found:
        _settings(_mapping(found["settings"], "settings"))
    if not isinstance(found.get("api_log_role", True), bool):
        raise ContextError("api_log_role must be true or false.")
    for key in ("reserved_concurrency", "maximum_concurrency"):
        for name, number in _mapping(found.get(key, {}), key).items():
            if not _is_whole(number):
                raise ContextError(f"{key}: {name} must be a whole number, not {number!r}.")
    if not _is_whole(found.get("account_concurrency", 0)):
        raise ContextError(f"account_concurrency must be a whole number, not {found['account_concurrency']!r}.")
    if "domain" in found:
        found["domain"] = _domain(found["domain"])
    if "web_acl_arn" in found:
        _web_acl(found["web_acl_arn"])
    if "tables" in found:
        _tables(_mapping(found["tables"], "tables"))
    return found


def _settings(given: Mapping[str, Any]) -> None:
    fields = _fields(Settings)
    _known(given, "settings", fields)
    for name, value in given.items():
        default = fields[name].default
        if isinstance(default, bool):
            if not isinstance(value, bool):
                raise ContextError(f"settings: {name} must be true or false, not {value!r}.")
        elif isinstance(default, int):
            if not _is_whole(value) or value < 0:
                raise ContextError(f"settings: {name} must be a whole number that is not negative, not {value!r}.")
        elif isinstance(default, tuple):
            _places(value, name)
        elif not isinstance(value, str):
            raise ContextError(f"settings: {name} must be a text, not {value!r}.")
    if given.get("links", OPEN) not in (OPEN, SIGNED):
        raise ContextError(f"settings: links must be {OPEN} or {SIGNED}, not {given['links']!r}.")
    if given.get("image_size_limit", 0) > DIRECT_FILE_LIMIT:
        raise ContextError(f"settings: image_size_limit cannot be more than {DIRECT_FILE_LIMIT}, what a request holds.")


def _places(value: object, name: str) -> None:
    _texts(value, f"settings: {name}")
    for place in cast("list[str]", value):
        if not _PLACE.fullmatch(place):
            raise ContextError(
                f"settings: {name} must name hosts in small letters and ports, such as localhost:8000, not {place!r}."
            )


def _domain(given: object) -> Domain:
    said = _mapping(given, "domain")
    _known(said, "domain", _fields(Domain))
    for name, value in said.items():
        if not isinstance(value, str):
            raise ContextError(f"domain: {name} must be a text, not {value!r}.")
    domain = Domain(**{"name": "", **said})
    if not _HOST.fullmatch(domain.name):
        raise ContextError(
            f"domain: name must be a host name in small letters, such as images.example.org, not {domain.name!r}."
        )
    if domain.hosted_zone and not _ZONE.fullmatch(domain.hosted_zone):
        raise ContextError(
            f"domain: hosted_zone must be the id of a public zone, such as Z0123456789ABCDEFGHIJ, not"
            f" {domain.hosted_zone!r}; `aws route53 list-hosted-zones` prints the ids."
        )
    if domain.certificate_arn:
        _certificate(domain.certificate_arn)
    elif not domain.hosted_zone:
        raise ContextError(
            "domain needs certificate_arn, a certificate in us-east-1, or hosted_zone, in which one can be proven."
        )
    elif deployment_region() not in ("", CDN_REGION):
        raise ContextError(
            f"domain: CloudFront takes certificates of us-east-1 alone, and this stack goes to"
            f" {deployment_region()}: make one with `aws acm request-certificate --region us-east-1"
            f" --validation-method DNS --domain-name {domain.name}` and name it in certificate_arn."
        )
    return domain


def _certificate(arn: str) -> None:
    match = _CERTIFICATE.fullmatch(arn)
    if match is None:
        raise ContextError(f"domain: certificate_arn must be the ARN of a certificate of ACM, not {arn!r}.")
    if match[1] != CDN_REGION:
        raise ContextError(
            f"domain: certificate_arn must be of us-east-1, where CloudFront looks for it, not of {match[1]}."
        )


def _web_acl(arn: object) -> None:
    match = _WEB_ACL.fullmatch(arn) if isinstance(arn, str) else None
    if match is None:
        raise ContextError(f"web_acl_arn must be the ARN of a web ACL of WAF (wafv2), not {arn!r}.")
    if match.groups() != (CDN_REGION, "global"):
        raise ContextError(
            "web_acl_arn must be of a web ACL for CloudFront: make it with"
            f" `aws wafv2 create-web-acl --scope CLOUDFRONT --region us-east-1`, not in {match[1]} ({match[2]})."
        )


def _tables(given: Mapping[str, Any]) -> None:
    _known(given, "tables", {resource.name: None for resource in TABLES})
    for name, table in given.items():
        if not isinstance(table, str) or not _TABLE.fullmatch(table):
            raise ContextError(f"tables: {name} must be the name of a table, not {table!r}.")


def _stack(name: object, where: str) -> str:
    if not isinstance(name, str) or not _STACK.fullmatch(name):
        raise ContextError(
            f"{where} must be a name of at most 64 letters, digits and hyphens that begins with a letter, not {name!r}."
        )
    return name


def _known(given: Mapping[str, Any], where: str, known: "Mapping[str, Any] | set[str]") -> None:
    for name in given:
        if name not in known:
            raise ContextError(f"{where}: nothing reads {name!r}; there are {', '.join(sorted(known))}.")


def _fields(model: Any) -> "dict[str, dataclasses.Field[Any]]":
    return {each.name: each for each in dataclasses.fields(model)}


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ContextError(f"{where} must be a JSON object, not {value!r}.")
    return cast("Mapping[str, Any]", value)


def _texts(value: object, where: str) -> None:
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in cast("list[Any]", value)):
        raise ContextError(f"{where} must be a list of texts, not {value!r}.")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)

"""CloudFront in a test: invalidations with their real limits and the time they take, the key-value store, and viewers.

Sources: "Quotas" and "Invalidating content by cache tags" in CloudFront's developer guide, the API of KeyValueStore.
"""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

WILDCARDS, PATHS = 15, 3000
TAKES = timedelta(seconds=15)
MOST_BYTES = 5_000_000
MOST_KEYS = 50
KVS_ARN = "arn:aws:cloudfront::123456789012:key-value-store/0e3c9a9e-2f63-4b1c-9f41-6f7f4a2f5b10"

_PRICE_OF_PATH, _PRICE_OF_REQUEST = 0.005, 0.001
_NAMESPACE = "{http://cloudfront.amazonaws.com/doc/2020-05-31/}"


@dataclass(frozen=True)
class Invalidation:
    """What was to be forgotten, in the words of the request, and when."""

    id: str
    reference: str
    paths: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Copy:
    """An answer that the cache holds: under which path, and its tags."""

    path: str
    tags: frozenset[str]


@dataclass
class CloudFront:
    """One distribution with its store. ``clock`` gives its time."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    invalidations: list[Invalidation] = field(default_factory=list[Invalidation])
    hidden: dict[str, str] = field(default_factory=dict[str, str])
    copies: set[Copy] = field(default_factory=set[Copy])
    refusals: int = 0
    most_under_way: int = 0
    changes: int = 0
    requests: int = 0
    most_bytes: int = MOST_BYTES

    @property
    def price(self) -> float:
        """Dollars for all paths, as where the free ones of the month are used up, and for the requests to the store."""
        return sum(len(each.paths) for each in self.invalidations) * _PRICE_OF_PATH + self.requests * _PRICE_OF_REQUEST

    def shows(self, image_id: str) -> bool:
        """Whether a viewer could still get the image from the cache."""
        self.forget_what_is_due()
        return image_id not in self.hidden and self.holds(image_id)

    def holds(self, image_id: str) -> bool:
        """Whether the cache still has a copy of the image."""
        self.forget_what_is_due()
        return any(image_id in copy.path for copy in self.copies)

    def forget_what_is_due(self) -> None:
        """Take out of the cache what invalidations name that have come to their end by now."""
        for invalidation in [each for each in self.invalidations if not self._is_under_way(each)]:
            tags = {path.removeprefix("#") for path in invalidation.paths if path.startswith("#")}
            prefixes = tuple(path.removesuffix("*") for path in invalidation.paths if path.endswith("*"))
            self.copies = {
                copy
                for copy in self.copies
                if not (copy.tags & tags or copy.path in invalidation.paths or copy.path.startswith(prefixes))
            }

    def answer(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        """What the services answer to a request of the SDK, which hands it over instead of sending it."""
        match event_name.split(".")[1:]:
            case ["cloudfront", "CreateInvalidation"]:
                return self._create(request)
            case ["cloudfront", "GetInvalidation"]:
                return self._get(request)
            case ["cloudfront-keyvaluestore", operation]:
                assert _text(request.headers["Authorization"]).startswith("AWS4-ECDSA-P256-SHA256 ")
                assert urlsplit(str(request.url)).netloc == "123456789012.cloudfront-kvs.global.api.aws"
                self.requests += 1
                known = {"DescribeKeyValueStore": self._describe, "GetKey": self._key, "UpdateKeys": self.update_keys}
                return known[operation](request)
            case _:
                return None

    def _is_under_way(self, invalidation: Invalidation) -> bool:
        return self.clock() < invalidation.at + TAKES

    def _create(self, request: Any) -> AWSResponse:
        root = ET.fromstring(request.body)
        paths = tuple(path.text or "" for path in root.iter(f"{_NAMESPACE}Path"))
        reference = next(root.iter(f"{_NAMESPACE}CallerReference")).text or ""
        assert all(re.fullmatch(r"/[!-~]*|#[!-+\--~]{1,256}", path) for path in paths)
        for known in self.invalidations:
            if known.reference == reference:
                if set(known.paths) != set(paths):
                    return _refuse(request, 400, "InvalidationBatchAlreadyExists")
                return _invalidation(request, known, self._is_under_way(known), 201)
        self.forget_what_is_due()
        counted = [*paths, *(path for each in self.invalidations if self._is_under_way(each) for path in each.paths)]
        wildcards = sum(path.endswith("*") and not path.startswith("#") for path in counted)
        if wildcards > WILDCARDS or len(counted) - wildcards > PATHS:
            self.refusals += 1
            return _refuse(request, 400, "TooManyInvalidationsInProgress")
        self.most_under_way = max(self.most_under_way, len(counted))
        made = Invalidation(f"I{len(self.invalidations)}", reference, paths, self.clock())
        self.invalidations.append(made)
        return _invalidation(request, made, True, 201)

    def _get(self, request: Any) -> AWSResponse:
        wanted = urlsplit(str(request.url)).path.rpartition("/")[2]
        for known in self.invalidations:
            if known.id == wanted:
                return _invalidation(request, known, self._is_under_way(known), 200)
        return _refuse(request, 404, "NoSuchInvalidation")

    def _describe(self, request: Any) -> AWSResponse:
        return _say(request, {"KvsARN": KVS_ARN, "Status": "READY"}, self._version)

    def _key(self, request: Any) -> AWSResponse:
        key = urlsplit(str(request.url)).path.rpartition("/")[2]
        if key not in self.hidden:
            return _refuse_in_json(request, 404, "ResourceNotFoundException")
        return _say(request, {"Key": key, "Value": self.hidden[key]}, self._version)

    @property
    def _version(self) -> str:
        return f"V{self.changes}"

    def update_keys(self, request: Any) -> AWSResponse:
        body = json.loads(request.body)
        puts = {each["Key"]: each["Value"] for each in body.get("Puts", ())}
        deletes: Collection[str] = {each["Key"] for each in body.get("Deletes", ())}
        if len(puts) + len(deletes) > MOST_KEYS:
            return _refuse_in_json(request, 400, "ValidationException")
        if _text(request.headers["If-Match"]) != self._version:
            return _refuse_in_json(request, 409, "ConflictException")
        if not deletes <= self.hidden.keys():
            return _refuse_in_json(request, 404, "ResourceNotFoundException")
        after = {key: value for key, value in (self.hidden | puts).items() if key not in deletes}
        if sum(len(key) + len(value) for key, value in after.items()) > self.most_bytes:
            return _refuse_in_json(request, 402, "ServiceQuotaExceededException")
        self.hidden, self.changes = after, self.changes + 1
        return _say(request, {"ItemCount": len(after), "TotalSizeInBytes": 0}, self._version)


def operation(method: str, url: str) -> str:
    """The name of the SDK's event for a request to CloudFront; nothing for one to another service."""
    host, path = urlsplit(url).hostname or "", urlsplit(url).path
    if host == "cloudfront.amazonaws.com":
        return f"before-send.cloudfront.{'GetInvalidation' if method == 'GET' else 'CreateInvalidation'}"
    if not host.endswith(".cloudfront-kvs.global.api.aws"):
        return ""
    asked = "UpdateKeys" if method == "POST" else "GetKey" if "/keys/" in path else "DescribeKeyValueStore"
    return f"before-send.cloudfront-keyvaluestore.{asked}"


def _text(header: bytes | str) -> str:
    return header.decode() if isinstance(header, bytes) else header


def _say(request: Any, content: Any, version: str) -> AWSResponse:
    headers = {"Content-Type": "application/json", "ETag": version}
    return AWSResponse(request.url, 200, headers, MockRawResponse(json.dumps(content).encode()))


def _refuse_in_json(request: Any, status: int, code: str) -> AWSResponse:
    headers = {"x-amzn-ErrorType": code}
    return AWSResponse(request.url, status, headers, MockRawResponse(json.dumps({"Message": code}).encode()))


def _refuse(request: Any, status: int, code: str) -> AWSResponse:
    text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    return AWSResponse(request.url, status, dict[str, str](), MockRawResponse(text.encode()))


def _invalidation(request: Any, told: Invalidation, is_under_way: bool, status: int) -> AWSResponse:
    items = "".join(f"<Path>{escape(path)}</Path>" for path in told.paths)
    text = (
        f"<Invalidation><Id>{told.id}</Id><Status>{'InProgress' if is_under_way else 'Completed'}</Status>"
        f"<CreateTime>{told.at.isoformat()}</CreateTime><InvalidationBatch><Paths><Quantity>{len(told.paths)}</Quantity>"
        f"<Items>{items}</Items></Paths><CallerReference>{told.reference}</CallerReference></InvalidationBatch>"
        "</Invalidation>"
    )
    return AWSResponse(request.url, status, {"Content-Type": "text/xml"}, MockRawResponse(text.encode()))

"""Requests that Schemathesis makes of our own OpenAPI document, good and bad ones, sent to a running product.

No answer may be a 5xx; media type and body are those that the document has for its status.
"""

import importlib
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup

from tests.support.accounts import PASSWORD
from tests.support.hex_files import firmware
from tests.support.sharing import SMALL

_schemathesis: Any = importlib.import_module("schemathesis")  # it is typed in part only
_checks: Any = importlib.import_module("schemathesis.checks")
_CHECKS = [_checks.not_a_server_error, _checks.content_type_conformance, _checks.response_schema_conformance]
_SECONDS = 60

_RENDERS = ("GET /api/image/{image_id}", "HEAD /api/image/{image_id}")
"""Where the parameter is the name of a file."""


@dataclass
class Found:
    """How many requests were sent, the statuses of their answers, the longest time for one; and what was wrong."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    slowest: tuple[float, str] = (0.0, "")
    faults: list[str] = field(default_factory=list[str])


class Person:
    """Somebody with a token and a key, and ids of what is hers, by the names that the document has for them."""

    def __init__(self, url: str) -> None:
        with httpx.Client(base_url=url, timeout=_SECONDS) as client:
            account = {"name": f"person-{time.time_ns()}", "password": PASSWORD}
            made = client.post("/register", json={"email": f"{account['name']}@example.org", **account}).json()
            client.headers["Authorization"] = f"Bearer {made['access_token']}"

            def post(path: str, **parts: Any) -> dict[str, Any]:
                return client.post(path, **parts).raise_for_status().json()

            key = post("/api/user/api-keys", json={"name": "key"})
            space = post("/constellations", json={"name": "space"})["constellation_uuid"]
            within = {"constellation_uuid": space}
            folder = post("/folders", json={"name": "folder", **within})["folder_uuid"]
            image = post("/images", data=within | {"folder_uuid": folder}, files={"file": ("a.gif", SMALL)})["uuid"]
            comment = post(f"/images/{image}/comments", json={"content": "nice"})["comment_uuid"]
            binary = post("/image", json={"label": "pump", "fw_version": "1.0.0", **within})["id"]
            post(f"/image/{binary}/binary", files={"image": ("a.hex", firmware(40))})
            upload = post("/api/uploads", json={"kind": "image", "fileName": "a.gif"})["id"]
        self.credentials = {"jwt": made["access_token"], "api_key": key["key"]}
        self._ids = {
            "constellation_uuid": space,
            "folder_uuid": folder,
            "parent_folder_uuid": folder,
            "image_uuid": image,
            "comment_uuid": comment,
            "user_uuid": made["user_uuid"],
            "user_uuid_to_connect": made["user_uuid"],
            "upload_id": upload,
            "keyId": key["keyId"],
            "id": image,
            "file": "start.js",
            "ext": "webp",
        }
        self._image, self._firmware = image, binary

    def fill(self, operation: str, fields: Any) -> None:
        """Let the ids in a part of a request be those of what there is; ``operation`` is its method and path."""
        if not isinstance(fields, dict):
            return
        known, named = self.known(operation), cast("dict[str, Any]", fields)
        named.update({name: known[name] for name in known if name in named})

    def known(self, operation: str) -> Mapping[str, str]:
        """Return the ids for an operation, by the names that the document has for them."""
        image = f"{self._image}.jpg" if operation in _RENDERS else self._image
        return {**self._ids, "image_id": image if "/api/" in operation else self._firmware}


def fuzz(document: Mapping[str, Any], url: str, cases: int, person: Person | None) -> Found:
    """Send about so many requests, spread over all operations, as ``person`` or as nobody."""
    operations = [each.ok() for each in _schemathesis.openapi.from_dict(dict(document)).get_all_operations()]
    operations.sort(key=lambda operation: operation.method == "delete")  # what a person has is needed till then
    wanted = [(operation, mode) for operation in operations for mode in _schemathesis.GenerationMode]
    found = Found()
    with requests.Session() as session:
        for number, (operation, mode) in enumerate(wanted):
            each = max(1, -(-(cases - found.cases) // (len(wanted) - number)))
            _send(operation, operation.as_strategy(generation_mode=mode), each, _Target(url, session, person), found)
    return found


@dataclass(frozen=True)
class _Target:
    url: str
    session: requests.Session
    person: Person | None


def _send(operation: Any, strategy: Any, most: int, target: _Target, found: Found) -> None:
    """Send requests for one operation."""
    security = [scheme for each in operation.definition.raw.get("security", []) for scheme in each]

    @settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(case=strategy, known=st.booleans())
    def send(case: Any, known: bool) -> None:
        headers: dict[str, str] = {}
        if target.person:
            if known:
                for fields in (case.path_parameters, case.query, case.body):
                    target.person.fill(operation.label, fields)
            for scheme in security:
                headers["Authorization"] = f"Bearer {target.person.credentials[scheme]}"
        begun = time.monotonic()
        answer = case.call(
            base_url=target.url, session=target.session, headers=headers, allow_redirects=False, timeout=_SECONDS
        )
        found.cases += 1
        found.statuses[answer.status_code] += 1
        found.slowest = max(found.slowest, (time.monotonic() - begun, operation.label))
        try:
            case.validate_response(answer, checks=_CHECKS)
        except FailureGroup as faults:
            found.faults += [f"{operation.label}: {fault}\n{case.as_curl_command()}" for fault in faults.exceptions]

    try:
        send()
    except Unsatisfiable:
        return  # where nothing is asked for, nothing can be wrong

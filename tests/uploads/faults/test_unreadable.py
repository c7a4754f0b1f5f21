"""Objects that S3 gives to nobody here: archived ones, and those encrypted with keys that are not the bucket's own."""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from constellation.aws import client as aws
from constellation.aws.resources import ARRIVALS, INCOMING
from constellation.runtime.s3_events import StoredObject
from constellation.uploads.model import ARCHIVED, ENCRYPTED, REPORTED
from tests.support import faults
from tests.support.faults import Killed, counted, killed
from tests.support.firmware_api import made
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.hex_files import firmware
from tests.support.sharing import SMALL, Client, records
from tests.support.uploads_api import ask, ask_for_binary, drop, kept, lying, post, put, reports, status, tell
from tests.support.world import World

world, anna = lasting_world, lasting_anna

Said = tuple[int, str, str]
"""What S3 answers: the status, the error's code and its message."""

DENIED: Said = (403, "AccessDenied", "Access Denied")
REFUSALS: Mapping[str, tuple[Said, str]] = {
    "denied": (DENIED, ENCRYPTED),
    "denied, explained": (
        (403, "AccessDenied", "User: arn:aws:sts::1:assumed-role/a is not authorized to perform: kms:Decrypt"),
        ENCRYPTED,
    ),
    "the key is disabled": ((400, "KMS.DisabledException", "the key is disabled"), ENCRYPTED),
    "the key is going": ((400, "KMS.KMSInvalidStateException", "the key is pending deletion"), ENCRYPTED),
    "the key is gone": ((400, "KMS.NotFoundException", "the key does not exist"), ENCRYPTED),
    "the customer's key": (
        (400, "InvalidRequest", "The object was stored using a form of Server Side Encryption."),
        ENCRYPTED,
    ),
    "archived": ((403, "InvalidObjectState", "The operation is not valid for the object's storage class"), ARCHIVED),
}


@contextmanager
def answering(
    said: Said, operation: str = "GetObject", where: Callable[[str], bool] = lambda _: True
) -> Generator[None]:
    """Let S3 answer each ``operation`` inside with an error, but for reports; ``where`` chooses by the address."""
    status_code, code, message = said
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()

    def answer(request: Any, **_: object) -> AWSResponse | None:
        if REPORTED in request.url or not where(request.url):
            return None
        headers: Any = {}
        return AWSResponse(request.url, status_code, headers, MockRawResponse(body))

    with faults.hooked(f"before-send.s3.{operation}", answer):
        yield


def report(world: World) -> Any:
    """The one report, which is taken away."""
    ((key, text),) = reports(world).items()
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=key)
    return json.loads(text)


@pytest.mark.parametrize(("said", "message"), REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize(("name", "data"), [("sea.gif", SMALL), ("pump-1.0.0.hex", firmware(24))])
def test_a_dropped_object_is_refused_with_a_report(
    anna: Client, said: Said, message: str, name: str, data: bytes
) -> None:
    key, before = f"drop/{anna.id}/{name}", kept()
    with answering(said):
        arrived = put(key, data)
        assert anna.world.deliver(ARRIVALS) == 1
        told = report(anna.world)
        assert told == {"key": key, "upload": told["upload"], "violations": [{"property": "image", "message": message}]}
        tell(anna.world, arrived, arrived)
    assert status(anna, told["upload"])["status"] == "failed"
    assert (kept(), lying(), reports(anna.world)) == (before, [], {})
    drop(anna.world, key, data)
    assert (reports(anna.world), lying()) == ({}, [])


@pytest.mark.parametrize(("said", "message"), REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("kind", ["image", "firmware"])
def test_a_posted_object_fails(anna: Client, said: Said, message: str, kind: str) -> None:
    upload = ask(anna) if kind == "image" else ask_for_binary(anna, made(anna))
    with answering(said):
        post(upload, SMALL)
        assert anna.world.deliver(ARRIVALS) == 1
    told = {"id": upload["id"], "status": "failed", "violations": [{"property": "image", "message": message}]}
    assert status(anna, upload["id"]) == told
    assert (lying(), reports(anna.world)) == ([], {})


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_an_archived_object(anna: Client, storage_class: str) -> None:
    """As moto has it."""
    key = f"drop/{anna.id}/sea.gif"
    aws.call("s3", "put_object", Bucket=INCOMING.physical_name, Key=key, Body=SMALL, StorageClass=storage_class)
    assert anna.world.deliver(ARRIVALS) == 1
    assert [each["message"] for each in report(anna.world)["violations"]] == [ARCHIVED]
    assert lying() == []


def test_every_other_storage_class_is_read(anna: Client) -> None:
    for storage_class in ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"):
        key = f"drop/{anna.id}/sea.gif"
        aws.call("s3", "put_object", Bucket=INCOMING.physical_name, Key=key, Body=SMALL, StorageClass=storage_class)
        anna.world.deliver(ARRIVALS)
        assert (lying(), reports(anna.world)) == ([], {})


def test_a_key_of_nobody_is_refused_in_the_same_way(anna: Client) -> None:
    with answering(DENIED):
        drop(anna.world, "drop/sea.gif", SMALL)
        assert report(anna.world)["violations"] == [{"property": "image", "message": ENCRYPTED}]


def test_of_two_versions_each_is_judged_by_itself(anna: Client) -> None:
    """The one that cannot be read is refused, also where it is no longer what its key gives; the other is taken in."""
    for unreadable in (0, 1):
        before = len(records(anna.world))
        versions = [put(f"drop/{anna.id}/sea.gif") for _ in range(2)]
        anna.world.take(ARRIVALS)
        current = versions[1].version

        def is_denied(url: str, version: str = versions[unreadable].version, current: str = current) -> bool:
            return f"versionId={version}" in url or (version == current and "versionId" not in url)

        with answering(DENIED, where=is_denied):
            tell(anna.world, *versions)
        assert len(records(anna.world)) == before + 1
        assert [each["message"] for each in report(anna.world)["violations"]] == [ENCRYPTED]
        assert lying() == []


def test_what_is_gone_or_deleted_is_no_refusal(anna: Client) -> None:
    """S3 says the same of it to a function that may not list the bucket."""
    before = kept()
    erased, hidden = (put(f"drop/{anna.id}/{name}.gif") for name in ("erased", "hidden"))
    anna.world.take(ARRIVALS)
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=erased.key, VersionId=erased.version)
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=hidden.key)
    with answering(DENIED):
        tell(anna.world, erased, hidden, erased, hidden, StoredObject(erased.bucket, erased.key))
    assert (kept(), lying(), reports(anna.world)) == (before, [], {})


@pytest.mark.parametrize(
    "said",
    [
        (503, "SlowDown", ""),
        (500, "InternalError", ""),
        (400, "KMS.ThrottlingException", ""),
        (503, "KMS.KMSInternalException", ""),
        (500, "KMS.DependencyTimeoutException", ""),
        (400, "ExpiredToken", ""),
    ],
)
def test_what_passes_is_tried_again(anna: Client, said: Said) -> None:
    before = kept()
    put(f"drop/{anna.id}/sea.gif")
    (content,) = anna.world.take(ARRIVALS)
    with answering(said), faults.patch.object(faults.ExponentialBackoff, "delay_amount", return_value=0):
        assert anna.world.receive(ARRIVALS, [content]) == [content]
    assert (kept(), reports(anna.world)) == (before, {})
    assert anna.world.receive(ARRIVALS, [content]) == []
    assert (lying(), reports(anna.world)) == ([], {})


def test_without_the_list_nothing_is_refused(anna: Client) -> None:
    """Who is denied everything, as after a change of rights, knows nothing of one object."""
    put(f"drop/{anna.id}/sea.gif")
    (content,) = anna.world.take(ARRIVALS)
    with answering(DENIED), answering(DENIED, "ListObjectVersions"):
        assert anna.world.receive(ARRIVALS, [content]) == [content]
    assert reports(anna.world) == {}
    assert anna.world.receive(ARRIVALS, [content]) == []
    assert lying() == []


def test_a_refusal_that_is_killed_at_any_call_is_made_again(anna: Client) -> None:
    put(f"drop/{anna.id}/sea.gif")
    (content,) = anna.world.take(ARRIVALS)
    with answering(DENIED), counted() as made_calls:
        anna.world.receive(ARRIVALS, [content])
    calls = len(made_calls)
    report(anna.world)
    for after in (False, True):
        for number in range(calls):
            put(f"drop/{anna.id}/sea.gif")
            (content,) = anna.world.take(ARRIVALS)
            with answering(DENIED):
                with pytest.raises(Killed), killed(number, after=after):
                    anna.world.receive(ARRIVALS, [content])
                assert anna.world.receive(ARRIVALS, [content]) == []
            assert [each["message"] for each in report(anna.world)["violations"]] == [ENCRYPTED]
            assert lying() == []

"""Uploads by S3 on the engine that checks signatures and policies: forms, dropped files, and what goes wrong.

The forms are posted to the engine's S3 itself, as clients would post them to Amazon's.
"""

import base64
import dataclasses
import hashlib
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from constellation.cleanup.reconcile import STEPS
from constellation.uploads.model import NOT_FETCHED, posted_key
from tests.e2e.test_local import eventually
from tests.support.hex_files import firmware, pages
from tests.support.http_user import User
from tests.support.internet import Host
from tests.support.product import Product
from tests.support.sharing import SMALL
from tests.support.workspace import UNKNOWN

SECONDS = 30
"""Within which whatever has come is taken in, on a busy machine too."""

HEX = firmware(100)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
STRANGE = "a b+c%20d%2Fe ä🌅.gif"
"""A file's name that is another one when it is decoded once too often, or not at all."""


@dataclasses.dataclass(frozen=True)
class Form:
    """A form for a file, as it was given out."""

    id: str
    url: str
    fields: Mapping[str, str]

    def post(self, data: bytes) -> httpx.Response:
        """What S3 answers to the form with a file."""
        return httpx.post(self.url, data=self.fields, files={"file": ("a", data)}, timeout=30, verify=False)

    def with_fields(self, **fields: str) -> "Form":
        """The form with other fields; ``x_amz_date`` is the field ``x-amz-date``."""
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        return dataclasses.replace(self, fields={**self.fields, **named})

    @property
    def policy(self) -> Any:
        """What the form allows."""
        return json.loads(base64.b64decode(self.fields["policy"]))

    def with_policy(self, **changed: Any) -> "Form":
        """The form with a policy that nobody has signed."""
        return self.with_fields(policy=base64.b64encode(json.dumps(self.policy | changed).encode()).decode())


@dataclasses.dataclass(frozen=True)
class Sender:
    """Who uploads, and the product that is uploaded to."""

    user: User
    product: Product

    def form(self, kind: str = "image", name: str = "sea.gif", **fields: Any) -> Form:
        """A new form."""
        made = self.user.gets("POST", "/api/uploads", {"kind": kind, "fileName": name, **fields})
        return Form(made["id"], made["url"], made["fields"])

    def fetch(self, source: str) -> str:
        """The id of an upload from an address."""
        return self.user.gets("POST", "/api/uploads", {"kind": "image", "sourceUrl": source})["id"]

    def status(self, upload_id: str) -> dict[str, Any]:
        """How it stands with an upload."""
        return self.user.gets("GET", f"/api/uploads/{upload_id}")

    def settled(self, form: Form) -> dict[str, Any]:
        """What has become of a form that was posted."""
        assert eventually(lambda: self.status(form.id)["status"] != "pending", SECONDS)
        return self.status(form.id)

    def firmware(self) -> str:
        """The id of a firmware image without a binary."""
        return self.user.gets("POST", "/image", {"label": "pump", "fw_version": "1.0.0"})["id"]

    def images(self) -> dict[str, str]:
        """The ids of all images of the user's by their names."""
        return {each["name"]: each["image_uuid"] for each in self.user.gets("GET", "/images")["images"]}

    def drop(self, name: str, data: bytes, owner: str = "") -> str:
        """Put a file where systems drop them, as one does that may write there; the answer is its key."""
        key = f"drop/{owner or self.user.id}/{name}"
        self.product.sdk("s3").put_object(Bucket=self.bucket, Key=key, Body=data)
        return key

    def is_gone(self, key: str) -> bool:
        """Whether no version of an object is left."""
        found = self.product.sdk("s3").list_object_versions(Bucket=self.bucket, Prefix=key)
        return not any(each["Key"] == key for each in found.get("Versions", []))

    def report(self, key: str) -> Any:
        """What is told of a dropped file that was refused, once it is."""
        told = f"drop-failed/{key.removeprefix('drop/')}.json"
        assert eventually(lambda: told in self.product.bucket("incoming"), SECONDS)
        return json.loads(self.product.sdk("s3").get_object(Bucket=self.bucket, Key=told)["Body"].read())

    @property
    def bucket(self) -> str:
        """Where files come in."""
        return self.product.outputs()["IncomingBucketName"]


@pytest.fixture
def sender(product: Product, client: httpx.Client) -> Sender:
    """Somebody new."""
    return Sender(User(client), product)


def test_the_life_of_an_upload(sender: Sender, client: httpx.Client) -> None:
    form = sender.form(size=len(SMALL), description="By the sea", isPublic=True)
    assert sender.status(form.id) == {"id": form.id, "status": "pending"}
    assert form.post(SMALL).status_code == 204
    assert sender.settled(form) == {"id": form.id, "status": "ready", "imageId": form.id}
    for extension in ("jpg", "jpeg", "png", "webp", "gif", "avif"):
        assert client.get(f"/image/{form.id}.{extension}").status_code == 200
    detail = sender.user.gets("GET", f"/api/image/{form.id}/detail")
    assert (detail["description"], detail["isPublic"]) == ("By the sea", True)
    assert sender.images() == {"sea.gif": form.id}
    assert eventually(lambda: sender.is_gone(posted_key(form.id)), SECONDS)
    assert User(client).asks("GET", f"/api/uploads/{form.id}").status_code == 404


def test_images_come_by_their_addresses(sender: Sender, files: Host) -> None:
    """From the one host that the setting allows, without TLS; nothing else of this machine is connected to."""
    here = f"127.0.0.1:{files.port}"
    ends = {
        f"http://{here}/sea.gif": "ready",
        f"http://{here}/around": "ready",
        f"http://{here}/missing": "failed",
        f"http://localhost:{files.port}/sea.gif": "failed",
        f"https://127.1:{files.port}/sea.gif": "failed",
        sender.product.url.replace("http:", "https:"): "failed",
    }
    asked = len(files.asked)
    ids = {source: sender.fetch(source) for source in ends}
    for source, end in ends.items():
        assert eventually(lambda id_=ids[source]: sender.status(id_)["status"] != "pending", SECONDS)
        told = sender.status(ids[source])
        assert told["status"] == end, source
        violation = {"property": "sourceUrl", "message": NOT_FETCHED}
        assert told.get("violations", [violation]) == [violation]
    assert sorted(sender.images()) == ["around", "sea.gif"]
    assert len(files.asked) - asked == 4


def test_a_form_that_is_posted_again_changes_nothing(sender: Sender, client: httpx.Client) -> None:
    form = sender.form()
    assert form.post(SMALL).status_code == 204
    before = sender.settled(form)
    link = client.get(f"/image/{form.id}.gif").content
    assert form.post(PDF).status_code == 204
    assert eventually(lambda: sender.is_gone(posted_key(form.id)), SECONDS)
    assert sender.status(form.id) == before
    assert client.get(f"/image/{form.id}.png").status_code == 200
    assert client.get(f"/image/{form.id}.gif").content == link


def test_a_binary_comes_by_a_form(sender: Sender) -> None:
    image = sender.firmware()
    form = sender.form("firmware", "pump.hex", image_id=image)
    assert form.post(HEX).status_code == 204
    assert sender.settled(form) == {"id": form.id, "status": "ready", "imageId": image}
    assert sender.user.asks("GET", f"/image/{image}/binary").content == HEX
    assert sender.user.gets("GET", f"/image/{image}")["confirmed"]


def test_what_is_no_picture_is_refused_as_by_the_other_routes(sender: Sender) -> None:
    form = sender.form(name="really.jpg")
    assert form.post(PDF).status_code == 204
    refused = sender.user.asks("POST", "/api/upload", files={"image": ("really.jpg", PDF)}).json()
    assert sender.settled(form) == {
        "id": form.id,
        "status": "failed",
        "violations": refused["error"]["violations"],
    }
    assert sender.images() == {}


def test_a_large_binary_does_not_pass_whole_through_memory(sender: Sender) -> None:
    large = pages(330)
    assert len(large) > 60_000_000
    peaks: list[float] = []
    for data, segments in ((HEX, 100), (large, 330 << 16)):
        image = sender.firmware()
        form = sender.form("firmware", "pump.hex", image_id=image, size=len(data))
        assert form.post(data).status_code == 204
        assert sender.settled(form)["status"] == "ready"
        detail = sender.user.gets("GET", f"/image/{image}")
        assert (detail["sha256"], detail["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
        assert detail["segments"] == [{"start": 0, "length": segments}]
        peaks.append(sender.product.peak_megabytes("IngestUpload"))
    assert peaks[1] - peaks[0] < 15
    assert peaks[1] < 256


ATTACKS: Mapping[str, Callable[[Form], httpx.Response]] = {
    "another key": lambda form: form.with_fields(key=f"{form.fields['key']}0").post(SMALL),
    "a key where files are dropped": lambda form: form.with_fields(key="drop/a.gif").post(SMALL),
    "a file that is too short": lambda form: form.post(SMALL[:-1]),
    "a file that is too long": lambda form: form.post(SMALL + b"\0"),
    "no byte": lambda form: form.post(b""),
    "an altered signature": lambda form: form.with_fields(x_amz_signature="0" * 64).post(SMALL),
    "a policy for longer": lambda form: form.with_policy(expiration="2099-01-01T00:00:00Z").post(SMALL),
    "a policy for anything": lambda form: form.with_policy(conditions=[]).post(SMALL),
    "a field more": lambda form: form.with_fields(acl="public-read").post(SMALL),
    "a field that is kept with it": lambda form: form.with_fields(x_amz_meta_owner="me").post(SMALL),
    "a field less": lambda form: dataclasses.replace(form, fields={"key": form.fields["key"]}).post(SMALL),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_form_does_not_allow_is_refused_by_s3(sender: Sender, attack: str) -> None:
    form = sender.form(size=len(SMALL))
    before = sender.product.bucket("incoming")
    assert ATTACKS[attack](form).status_code in (400, 403)
    assert set(sender.product.bucket("incoming")) <= set(before)  # another case's file can go meanwhile
    assert sender.status(form.id)["status"] == "pending"
    assert form.post(SMALL).status_code == 204  # the form itself was good


@pytest.mark.parametrize(("kind", "limit"), [("image", 50_000_000), ("firmware", 200_000_000)])
def test_the_form_allows_one_to_so_many_bytes_where_the_size_is_not_known(
    sender: Sender, kind: str, limit: int
) -> None:
    form = sender.form(kind, "a.hex", **({"image_id": sender.firmware()} if kind == "firmware" else {}))
    assert ["content-length-range", 1, limit] in form.policy["conditions"]
    assert form.post(b"").status_code == 400


def test_a_form_that_has_expired_is_refused_by_s3(sender: Sender) -> None:
    """It is signed as the product's are, a minute ago in the one case."""
    form = sender.form()
    statuses: list[int] = []
    for seconds in (-60, 60):
        fields = _signed(sender, form.fields["key"], seconds)
        statuses.append(dataclasses.replace(form, fields=fields).post(SMALL).status_code)
    assert statuses == [403, 204]
    assert sender.settled(form)["status"] == "ready"


def test_nobody_puts_an_object_without_a_form(sender: Sender) -> None:
    form = sender.form()
    assert httpx.put(f"{form.url.rstrip('/')}/{form.fields['key']}", content=SMALL, timeout=60).status_code == 403
    assert httpx.get(form.url, timeout=60).status_code == 403


def test_dropped_files_become_images_and_firmware(sender: Sender) -> None:
    keys = [sender.drop(STRANGE, SMALL), sender.drop("a pump+%20ä-1.2.3-rc.1.hex", HEX)]
    assert eventually(lambda: all(map(sender.is_gone, keys)), SECONDS)
    assert list(sender.images()) == [STRANGE]
    (found,) = sender.user.gets("GET", "/image")
    detail = sender.user.gets("GET", f"/image/{found['id']}")
    assert (detail["label"], detail["fw_version"], detail["confirmed"]) == ("a pump+%20ä", "1.2.3-rc.1", True)
    assert sender.user.asks("GET", f"/image/{found['id']}/binary").content == HEX


def test_files_are_dropped_into_a_constellation_by_those_who_may_write_there(
    sender: Sender, client: httpx.Client
) -> None:
    constellation = sender.user.gets("POST", "/constellations", {"name": "Plant"})["constellation_uuid"]
    stranger = User(client)
    refused = sender.drop(f"{constellation}/b.gif", SMALL, owner=stranger.id)
    sender.drop(f"{constellation}/a.gif", SMALL)
    report = sender.report(refused)
    assert report["violations"] == [{"property": "constellation_uuid", "message": "Constellation not found"}]
    assert eventually(lambda: "a.gif" in sender.images(), SECONDS)
    seen = [each["name"] for each in sender.user.gets("GET", f"/structure/{constellation}")["children"]]
    assert seen == ["a.gif"]


def test_a_dropped_file_that_is_refused_has_a_report_beside_it(sender: Sender) -> None:
    wrong = {
        sender.drop("a.gif", SMALL, owner=UNKNOWN): "user_uuid",
        sender.drop("a.gif", SMALL, owner="nobody"): "key",
        sender.drop("Grüße 100%+1.pdf", PDF): "image",
        sender.drop("nothing.hex", b""): "image",
        sender.drop("broken-1.0.0.hex", HEX[:-5]): "image",
    }
    for key, field in wrong.items():
        told = sender.report(key)
        assert told["key"] == key
        assert [each["property"] for each in told["violations"]] == [field]
        assert all(each["message"] for each in told["violations"])
        assert eventually(lambda key=key: sender.is_gone(key), SECONDS)
    assert sender.images() == {}


def test_each_version_of_a_dropped_file_is_one_of_its_own_and_a_deleted_file_is_none(sender: Sender) -> None:
    with _without_consumer(sender.product):
        names = ["again.gif", "again.gif", "too late.gif"]
        *keys, deleted = [sender.drop(name, SMALL) for name in names]
        sender.product.sdk("s3").delete_object(Bucket=sender.bucket, Key=deleted)
    assert eventually(lambda: all(map(sender.is_gone, [*keys, deleted])), SECONDS)
    assert [each["name"] for each in sender.user.gets("GET", "/images")["images"]] == names[:2]


def test_a_message_that_is_none_is_given_up_and_stops_no_other(sender: Sender) -> None:
    sqs = sender.product.sdk("sqs")
    poison = ["no JSON", "{}", json.dumps({"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]})]
    dead_letters = sender.product.physical("StorageArrivalsDeadLetters")
    with _impatient(sqs, sender.product.physical("StorageArrivalsQueue")) as queue:
        for text in poison:
            sqs.send_message(QueueUrl=queue, MessageBody=text)
        sender.drop("a.gif", SMALL)
        assert eventually(lambda: list(sender.images()) == ["a.gif"], SECONDS)
        given_up: list[str] = []

        def all_given_up() -> bool:
            for message in sqs.receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=10).get("Messages", []):
                given_up.append(message["Body"])
                sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])
            return len(given_up) >= len(poison)

        assert eventually(all_given_up, 2 * SECONDS)
    assert sorted(given_up) == sorted(poison)


def test_what_waits_when_the_product_stops_is_taken_in_after_its_start(sender: Sender) -> None:
    form = sender.form()
    with _without_consumer(sender.product):
        key = sender.drop("a.gif", SMALL)
        assert form.post(SMALL).status_code == 204
        assert sender.product.stop() == 0
        sender.product.start()
        assert sender.status(form.id)["status"] == "pending"
        assert not sender.is_gone(key)
    assert sender.settled(form)["status"] == "ready"
    assert eventually(lambda: sorted(sender.images()) == ["a.gif", "sea.gif"], SECONDS)
    assert eventually(lambda: sender.is_gone(key) and sender.is_gone(posted_key(form.id)), SECONDS)


def test_the_reconciliation_reports_what_it_has_healed(sender: Sender) -> None:
    image = sender.form()
    assert image.post(SMALL).status_code == 204
    assert sender.settled(image)["status"] == "ready"
    function = sender.product.physical("ReconcileFunction")
    answer = sender.product.sdk("lambda").invoke(FunctionName=function, Payload=b"{}")
    report = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, report
    assert report == dict.fromkeys(report, 0)
    assert report.keys() >= {"ArrivalsAnnounced", "UploadsExpired", "RemovalsResumed", "CleanUpsResumed", *STEPS}
    assert sender.images() == {"sea.gif": image.id}  # it is younger than 15 minutes


def _signed(sender: Sender, key: str, seconds: int) -> Mapping[str, str]:
    """The fields of a form for a key that is good until so many seconds from now."""
    signer = sender.product.sdk("s3")
    return signer.generate_presigned_post(Bucket=sender.bucket, Key=key, ExpiresIn=seconds)["fields"]


@contextmanager
def _impatient(sqs: Any, queue: str) -> Generator[str]:
    """The queue's messages can be taken again after a second inside."""
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    try:
        yield queue
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes=before)


@contextmanager
def _without_consumer(product: Product) -> Generator[None]:
    """What comes in stays in its queue inside."""
    mapping = product.physical("IngestUploadMessages")
    product.sdk("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        product.sdk("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)

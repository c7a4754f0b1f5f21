"""What ``make run`` promises beyond the API: its cache, its durability, its manners."""

import importlib
import os
import signal
import socket
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.environment import ACCESS_KEY
from infra.local.places import REGION
from tests.photographs import flower
from tests.support.polling import eventually
from tests.support.product import Product, descendants, free_port, running_product

LINK = {"w": "300"}


def is_gone(pid: int) -> bool:
    """Whether no process has this id any more (Linux)."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):  # it can end while it is read
        return True


@dataclass
class Account:
    """Someone who has signed up, with a token."""

    name: str
    headers: dict[str, str]


def sign_up(client: httpx.Client) -> Account:
    name = f"user-{time.time_ns()}"
    pair = {"username": name, "password": "a long enough one"}
    assert client.post("/api/auth/signup", json={"email": f"{name}@example.org", **pair}).status_code == 201
    token = client.post("/api/auth/login", json=pair).json()["access_token"]
    return Account(name, {"Authorization": f"Bearer {token}"})


def upload(client: httpx.Client) -> str:
    """The path of a new image's link."""
    answer = client.post("/api/guest/upload", files={"image": ("a.jpg", flower())})
    assert answer.status_code == 201, answer.text
    return f"/image/{answer.json()['id']}.jpg"


def everything_started_by(product: Product) -> list[int]:
    """The engine, the process that it forks functions from, and the functions' processes."""
    engine = product.engine()
    return [engine, *descendants(engine)]


def test_the_second_request_of_a_link_is_answered_by_the_cache(client: httpx.Client) -> None:
    link = upload(client)
    first, second = (client.get(link, params=LINK) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers.get_list("X-Cache") == ["Miss from cloudfront"]
    assert second.headers.get_list("X-Cache") == ["Hit from cloudfront"]
    assert int(second.headers["Age"]) >= 0
    assert second.content == first.content
    assert second.headers["ETag"] == first.headers["ETag"]


def test_parts_of_a_cached_picture(client: httpx.Client) -> None:
    link = upload(client)
    whole = client.get(link, params=LINK)
    size = len(whole.content)

    head = client.head(link, params=LINK)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(size), b"")
    known = client.get(link, params=LINK, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    start = client.get(link, params=LINK, headers={"Range": "bytes=0-99"})
    assert (start.status_code, start.headers["Content-Range"]) == (206, f"bytes 0-99/{size}")
    end = client.get(link, params=LINK, headers={"Range": "bytes=-100"})
    assert (end.status_code, start.content + whole.content[100:-100] + end.content) == (206, whole.content)
    outside = client.get(link, params=LINK, headers={"Range": f"bytes={size}-"})
    assert (outside.status_code, outside.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert {answer.headers["X-Cache"] for answer in (head, known, start, end, outside)} == {"Hit from cloudfront"}


def test_a_part_asked_for_first_does_not_become_the_whole(client: httpx.Client) -> None:
    link = upload(client)
    part = client.get(link, params=LINK, headers={"Range": "bytes=0-9"})
    whole = client.get(link, params=LINK)
    assert (part.status_code, len(part.content)) == (206, 10)
    assert (whole.status_code, whole.headers["X-Cache"]) == (200, "Hit from cloudfront")
    assert whole.content.startswith(part.content)
    assert len(whole.content) > 10


def test_answers_of_the_api_are_not_kept(client: httpx.Client) -> None:
    ada, ben = sign_up(client), sign_up(client)
    names = [client.get("/users/me", headers=account.headers) for account in (ada, ben, ada)]
    assert [answer.json()["name"] for answer in names] == [ada.name, ben.name, ada.name]
    assert {answer.headers["Cache-Control"] for answer in names} == {"no-store"}
    assert {answer.headers["X-Cache"] for answer in names} == {"Miss from cloudfront"}


@pytest.mark.parametrize(
    "path", ["/_ministack/health", "/_ministack/reset", "/_constellation/save", "/_aws/execute-api/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_engines_own_paths_are_not_the_products(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_credentials_of_aws_are_nothing_to_the_product(client: httpx.Client) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/s3/aws4_request, SignedHeaders=host"
    answer = client.get("/users/me", headers={"Authorization": signature})
    assert answer.status_code == 401
    assert client.get("/users/me", params={"X-Amz-Credential": "111111111111/x"}).status_code == 401


def test_a_link_takes_reads_and_preflights_only(client: httpx.Client) -> None:
    answer = client.post(upload(client))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["status"] == 405


def test_the_api_answers_during_a_flood_of_ever_new_sizes(client: httpx.Client) -> None:
    link = upload(client)

    def ask(width: int) -> httpx.Response:
        return client.get(link, params={"w": str(width)})

    with ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(ask, width) for width in range(1, 201)]
        answers = [client.get("/.well-known/jwks.json") for _ in range(10)]
        assert not all(each.done() for each in flood)
        pictures = [each.result() for each in flood]
    assert {answer.status_code for answer in answers} == {200}
    assert {picture.status_code for picture in pictures} <= {200, 503}
    assert pictures[0].status_code == 200
    for picture in pictures:
        if picture.status_code == 503:
            assert (int(picture.headers["Retry-After"]) > 0, picture.headers["Cache-Control"]) == (True, "no-store")


def test_stopping_and_starting_keeps_everything(product: Product, client: httpx.Client) -> None:
    account, link = sign_up(client), upload(client)
    picture = client.get(link, params=LINK).content
    processes = everything_started_by(product)

    assert product.stop(signal.SIGINT) == 0
    assert "Traceback" not in product.printed
    assert all(eventually(lambda pid=pid: is_gone(pid), 60) for pid in processes)

    product.start()
    assert client.get("/users/me", headers=account.headers).json()["name"] == account.name
    again = client.get(link, params=LINK)
    assert (again.headers["X-Cache"], again.content) == ("Miss from cloudfront", picture)


def test_killing_the_engine_loses_five_seconds_at_most(product: Product, client: httpx.Client) -> None:
    account, link = sign_up(client), upload(client)
    saved = product.data / "data" / "state" / "dynamodb.json"
    image_id = link.removeprefix("/image/").removesuffix(".jpg")
    assert eventually(lambda: image_id in saved.read_text(encoding="utf-8"), 30)

    processes = everything_started_by(product)
    os.kill(processes[0], signal.SIGKILL)
    assert product.wait() == 1
    assert "The engine has ended unexpectedly" in product.printed
    assert "Traceback" not in product.printed
    assert all(eventually(lambda pid=pid: is_gone(pid), 60) for pid in processes)

    product.start()
    assert client.get("/users/me", headers=account.headers).json()["name"] == account.name
    assert client.get(link, params=LINK).status_code == 200


def assert_in_use(data: Path, folder: Path) -> None:
    """Assert that no second launcher takes a data folder; it is started in ``folder``."""
    second = Product(folder, {"DATA_DIR": str(data)})
    second.launch()
    assert second.wait() == 1
    assert second.printed == (
        f"Another Constellation runs on the data folder {data}, or still saves it; stop it, or choose another"
        " DATA_DIR.\n"
    )


def test_the_engine_does_not_outlive_its_launcher(product: Product, client: httpx.Client, tmp_path: Path) -> None:
    account = sign_up(client)
    processes = everything_started_by(product)
    engine = product.engine()
    os.kill(engine, signal.SIGSTOP)
    product.stop(signal.SIGKILL)
    assert_in_use(product.data / "data", tmp_path)
    os.kill(engine, signal.SIGCONT)
    assert all(eventually(lambda pid=pid: is_gone(pid), 60) for pid in processes)
    product.start()
    assert client.get("/users/me", headers=account.headers).json()["name"] == account.name


def test_an_occupied_port_gets_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        port = other.getsockname()[1]
        product = Product(tmp_path, {"PORT": str(port)})
        product.launch()
        assert product.wait() == 1
    assert product.printed == f"Port {port} is in use; choose another one, for example: PORT={port + 1} make run\n"


def test_a_data_folder_has_one_launcher(product: Product, client: httpx.Client, tmp_path: Path) -> None:
    assert client.get("/users/me").status_code == 401
    assert_in_use(product.data / "data", tmp_path)
    assert client.get("/users/me").status_code == 401


def test_no_key_of_the_state_is_readable_by_others(product: Product, client: httpx.Client) -> None:
    assert client.get("/users/me").status_code == 401
    assert (product.data / "data" / "secret-key").stat().st_mode & 0o077 == 0
    assert (product.data / "data" / "state").stat().st_mode & 0o077 == 0


EVIL = "http://evil.example"
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
FUNCTION = """{"FunctionName": "evil", "Runtime": "python3.11", "Role": "arn:aws:iam::000000000000:role/r",
 "Handler": "x.y", "Code": {"ZipFile": ""}}"""


@pytest.fixture(scope="module")
def unguarded(tmp_path_factory: pytest.TempPathFactory) -> Generator[Product]:
    """The product as `make run` starts it, on an engine that checks no signatures."""
    with running_product(tmp_path_factory.mktemp("unguarded")) as product:
        yield product


@pytest.fixture
def engine(unguarded: Product) -> Generator[httpx.Client]:
    """A browser, or another program, that has found the engine's port."""
    with httpx.Client(base_url=unguarded.engine_url, timeout=30) as client:
        yield client


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1:8080"])
def test_a_web_page_creates_no_function(unguarded: Product, engine: httpx.Client, origin: str) -> None:
    before = unguarded.functions()
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    answer = engine.post("/2015-03-31/functions", content=FUNCTION, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (403, 403)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert unguarded.functions() == before


@pytest.mark.parametrize("marks", [{"Origin": EVIL}, CROSS_SITE, {}])
def test_a_web_page_calls_no_action(unguarded: Product, engine: httpx.Client, marks: dict[str, str]) -> None:
    """By POST with the action in a header or the query; by GET, which browsers send without an Origin."""
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "text/plain"}
    assert engine.post("/", content="{}", headers={**target, **marks}).status_code == 403
    assert engine.post("/", params={"X-Amz-Target": target["X-Amz-Target"]}, headers=marks).status_code == 403
    assert engine.get("/", params={"Action": "CreateQueue", "QueueName": "evil"}, headers=marks).status_code == 403
    assert not unguarded.sdk("sqs").list_queues(QueueNamePrefix="evil").get("QueueUrls")
    assert engine.post("/_ministack/reset", headers=marks).status_code == 403


def test_a_web_page_gets_no_preflight(engine: httpx.Client) -> None:
    asked = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    answer = engine.options("/2015-03-31/functions", headers=asked)
    assert (answer.status_code, "Access-Control-Allow-Origin" in answer.headers) == (403, False)


def test_another_name_for_the_engine_is_refused(unguarded: Product, engine: httpx.Client) -> None:
    """A page whose own name is made to mean this machine reads every answer, unless the name is refused."""
    port = unguarded.engine_url.rpartition(":")[2]
    for host in (f"evil.example:{port}", "evil.example", f"127.0.0.1.evil.example:{port}", "127.0.0.1:1"):
        for path in ("/_ministack/health", "/_constellation/save", "/_aws/execute-api/constellation/v1/users/me"):
            assert engine.get(path, headers={"Host": host}).status_code == 403, (host, path)


def test_the_engine_speaks_no_websocket(unguarded: Product) -> None:
    port = int(unguarded.engine_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n" % port
        )
        assert connection.recv(100).split()[1] == b"403"


def test_nothing_listens_beyond_the_loopback(unguarded: Product) -> None:
    for port in (unguarded.port, int(unguarded.engine_url.rpartition(":")[2])):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), 5)


def test_a_page_posts_a_form_and_follows_a_signed_address(unguarded: Product, engine: httpx.Client) -> None:
    with unguarded.http() as client:
        account = sign_up(client)
        form = client.post("/api/uploads", json={"kind": "image", "fileName": "a.jpg"}, headers=account.headers).json()
        page = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}
        asked = {**page, "Access-Control-Request-Method": "POST"}
        assert engine.options(form["url"], headers=asked).headers["Access-Control-Allow-Origin"] == "*"
        posted = engine.post(form["url"], data=form["fields"], files={"file": ("a.jpg", flower())}, headers=page)
        assert (posted.status_code, posted.headers["Access-Control-Allow-Origin"]) == (204, "*")
        status = f"/api/uploads/{form['id']}"
        assert eventually(lambda: client.get(status, headers=account.headers).json()["status"] == "ready", 30)
        assert client.get(f"/image/{form['id']}.webp", params=LINK, headers=page).status_code == 200

    bucket = unguarded.physical("StorageRenditionsBucket")
    unguarded.sdk("s3").put_object(Bucket=bucket, Key="a/b.txt", Body=b"some bytes")
    signed = _signed(unguarded, bucket, unguarded.secret_key)
    for marks in ({}, page, CROSS_SITE):
        assert engine.get(signed, headers=marks).content == b"some bytes"
        assert engine.get(f"{signed}0", headers=marks).status_code == 403
        assert engine.get(signed.replace("AWS4-HMAC-SHA256", "none"), headers=marks).status_code == 403
        assert engine.get(signed.replace("X-Amz-Signature", "X-AMZ-Signature"), headers=marks).status_code == 403
        assert engine.post(signed, headers=marks).status_code == 403
        assert engine.get(f"/{bucket}/a/b.txt", headers=marks).status_code == 403
        assert engine.get(_signed(unguarded, bucket, "test"), headers=marks).status_code == 403


def _signed(product: Product, bucket: str, secret: str) -> str:
    """The address of an object, signed with a secret."""
    boto3: Any = importlib.import_module("boto3")
    config: Any = importlib.import_module("botocore.config")
    client = boto3.client(
        "s3",
        endpoint_url=product.engine_url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=secret,
        config=config.Config(signature_version="s3v4"),
    )
    return client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/b.txt"})

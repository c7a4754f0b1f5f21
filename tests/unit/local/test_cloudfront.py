"""What is added to the engine's CloudFront: limits, the time that invalidations take, stores for edge functions."""

from collections.abc import Generator
from typing import Any
from urllib.parse import quote

import pytest

from constellation.links.model import TAGS_HEADER
from infra.edge import function_code
from infra.local import cloudfront
from infra.local.ministack_internals import cloudfront as engines
from infra.local.ministack_internals import iam_actions, key_value_stores
from tests.support.edge import running_edge

STORE = "arn:aws:cloudfront::000000000000:key-value-store/hidden"
ID = "5ee52617-24ed-4e57-9b23-4c7a557a34ad"


class Clock:
    """Seconds since any moment."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Generator[Clock]:
    """The engine with one distribution, its CloudFront complete."""
    for name in ("apply_response_headers_policy", "create_invalidation", "get_invalidation", "live_function_code"):
        monkeypatch.setattr(*engines.place(name), getattr(engines, name))
    monkeypatch.setattr(*iam_actions.place("extract_resource_arn"), iam_actions.extract_resource_arn)
    monkeypatch.setattr(cloudfront, "_begun", {})
    made = Clock()
    monkeypatch.setattr(cloudfront, "time", made)
    cloudfront.complete_cloudfront()
    engines.distributions["E1"] = {}
    engines.invalidations["E1"] = []
    yield made
    del engines.distributions["E1"], engines.invalidations["E1"]


def invalidate(reference: str, *paths: str) -> int:
    items = "".join(f"<Path>{path}</Path>" for path in paths)
    body = (
        f"<InvalidationBatch><Paths><Quantity>{len(paths)}</Quantity><Items>{items}</Items></Paths>"
        f"<CallerReference>{reference}</CallerReference></InvalidationBatch>"
    )
    return engines.create_invalidation("E1", body.encode())[0]


def status(number: int) -> str:
    text = engines.get_invalidation("E1", engines.invalidations["E1"][number]["Id"])[2].decode()
    return text.partition("<Status>")[2].partition("<")[0]


@pytest.mark.parametrize(("most", "path"), [(15, "/{}*"), (3000, "/{}"), (3000, "#{}")])
def test_no_more_than_the_limit_is_under_way(clock: Clock, most: int, path: str) -> None:
    assert invalidate("most", *(path.format(number) for number in range(most))) == 201
    assert invalidate("more", path.format("more")) == 400
    assert len(engines.invalidations["E1"]) == 1
    assert invalidate("most", *(path.format(number) for number in range(most))) == 201
    clock.now += 15
    assert invalidate("more", path.format("more")) == 201


@pytest.mark.usefixtures("clock")
def test_the_tags_of_an_answer_reach_the_edge_that_removes_them() -> None:
    policy = {"RemoveHeaders": [{"Header": TAGS_HEADER}, {"Header": "Vary"}]}
    headers = {TAGS_HEADER: "a,b", "vary": "Accept", "etag": "e"}
    assert engines.apply_response_headers_policy(headers, policy, "", "GET") == {TAGS_HEADER: "a,b", "etag": "e"}
    assert engines.apply_response_headers_policy({"etag": "e"}, policy, "", "GET") == {"etag": "e"}


def test_an_invalidation_takes_its_time(clock: Clock) -> None:
    batches = engines.invalidations["E1"]
    invalidate("first", "/a")
    clock.now += 10
    invalidate("second", "/b")
    assert (status(0), status(1), cloudfront.done(batches)) == ("InProgress", "InProgress", [])
    clock.now += 5
    assert (status(0), status(1)) == ("Completed", "InProgress")
    assert cloudfront.done(batches) == batches[:1]
    clock.now += 10
    assert (status(1), cloudfront.done(batches)) == ("Completed", batches)


def test_an_unknown_distribution_is_told_so(clock: Clock) -> None:
    assert engines.create_invalidation("E2", b"<InvalidationBatch/>")[0] == 404


def test_an_edge_function_sees_what_its_store_holds(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    function = {"code": function_code().encode(), "live_etag": "1", "kvs_arns": [STORE]}
    monkeypatch.setitem(engines.functions, "links", function)
    monkeypatch.setattr(*engines.place("function_view"), _as_it_is)
    key_value_stores.stores[STORE] = {"etag": "1", "items": {ID: "1"}}
    try:
        code: bytes = engines.live_function_code("arn:aws:cloudfront::000000000000:function/links")
        assert cloudfront.hidden() == {f"{ID} 1"}
    finally:
        del key_value_stores.stores[STORE]
    with running_edge(code.decode()) as edge:
        for uri in (f"/image/{ID}.jpg", f"/api/image/{ID.upper()}_thumbnail.webp"):
            assert edge(uri, {})["statusCode"] == 404
        assert edge(f"/image/{ID[:-1]}e.jpg", {})["uri"] == f"/{ID[:-1]}e/full.jpg"


def _as_it_is(function: Any, _stage: str) -> Any:
    return function


@pytest.mark.parametrize("path", ["", "/keys", "/keys/a"])
def test_a_store_is_the_resource_of_what_is_asked_of_it(clock: Clock, path: str) -> None:
    asked = f"/key-value-stores/{quote(STORE, safe='')}{path}"
    nothing = dict[str, str]()
    parts = ("GET", asked, nothing, b"", nothing, "us-east-1", "000000000000")
    assert iam_actions.extract_resource_arn("cloudfront-keyvaluestore", *parts) == STORE
    assert iam_actions.extract_resource_arn("route53", "GET", "/2013-04-01/hostedzone/Z1", *parts[2:]).endswith("/Z1")

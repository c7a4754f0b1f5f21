"""What the declarations have to agree on before anything is deployed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS, DELETIONS, HIDING, INDEXING, QUEUES, REDUCING, Resource
from constellation.runtime.authorizer import Authorizer, authorizer
from constellation.runtime.consumer import Consumer, consumer
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import WHOLE_CPU, Endpoint, Security, endpoint
from constellation.runtime.request import Caller
from infra.discovery import FUNCTIONS, Application, DeclarationError, Function, check_queues, check_routes


def test_every_folder_with_a_handler_is_found(application: Application) -> None:
    names = [function.name for function in application.functions]
    assert {"authorize", "get_me", "render_image", "get_openapi", "index_images", "recount_list"} < set(names)
    assert names == sorted(names)


def test_layers_follow_the_imports(application: Application) -> None:
    layers = {function.name: function.layers for function in application.functions}
    assert layers["get_docs"] == ("core", "runtime")
    assert layers["authorize"] == ("core", "runtime", "crypto")
    assert layers["share_upload_image"] == ("core", "runtime", "imaging")


def test_secrets_follow_the_imports(application: Application) -> None:
    shared = {function.name: function.shares_secrets for function in application.functions}
    assert (shared["share_sign_up"], shared["list_comments"]) == (True, True)
    assert (shared["get_me"], shared["authorize"], shared["render_image"]) == (False, False, False)


def test_good_declarations_pass() -> None:
    check_routes(
        [_declared("get_a", "GET /a", security="jwt"), _declared("find_b", "GET /b", query="?q=")],
        {"jwt": _authorizer()},
    )


def test_the_docstring_begins_with_the_route() -> None:
    with pytest.raises(DeclarationError, match=r"functions/any/get_a: .*'GET /a: …'"):
        check_routes([_declared("get_a", "GET /a", says="GET /b: something")], {})


def test_a_route_has_one_function() -> None:
    with pytest.raises(
        DeclarationError, match="functions/any/second: GET /a is declared by functions/any/first already"
    ):
        check_routes([_declared("first", "POST|GET /a"), _declared("second", "GET /a")], {})


def test_security_needs_its_authorizer() -> None:
    with pytest.raises(DeclarationError, match="no authorizer declares security 'api_key'"):
        check_routes([_declared("get_a", "GET /a", security="api_key")], {})


def test_siblings_name_their_parameter_alike() -> None:
    with pytest.raises(DeclarationError, match=r"\{id\} here, \{file\} in functions/any/first"):
        check_routes([_declared("first", "GET /a/{file}"), _declared("second", "GET /a/{id}/detail")], {})


def test_a_path_part_is_not_split() -> None:
    with pytest.raises(DeclarationError, match="a parameter or a text, not both"):
        check_routes([_declared("first", "GET /a/{id}.{ext}")], {})


def test_an_endpoint_for_sessions_says_its_scope() -> None:
    with pytest.raises(
        DeclarationError, match=r"functions/any/first: endpoints with security 'jwt'.* say their `scope`"
    ):
        check_routes([_declared("first", "GET /a", security="jwt", scoped=False)], {"jwt": _authorizer()})


def test_every_route_has_the_scope_of_the_contract(application: Application) -> None:
    """The table of the contract, part 2: a row for the beginnings of paths, the more specific one first."""
    rows = (
        ("/api/uploads", "images:{0} firmware:{0}"),
        ("/constellations/{constellation_uuid}/variants", "images:{0}"),
        ("/api/variants", "images:{0}"),
        ("/api/collections", "images:{0}"),
        ("/api/tags", "images:{0}"),
        ("/constellations/{constellation_uuid}/shares", "images:{0}"),
        ("/api/shares", "images:{0}"),
        ("/api/image/{image_id}/sign", "images:read"),
        ("/api/images/exists", "images:read"),
        ("/constellations", "constellations:{0}"),
        ("/structure", "constellations:{0}"),
        ("/folders", "constellations:{0}"),
        ("/images", "images:{0}"),
        ("/image", "firmware:{0}"),
        ("/api/image", "images:{0}"),
        ("/api/upload", "images:{0}"),
        ("/users", "any"),
        ("/api/user/", "none"),
    )
    for function in application.endpoints:
        endpoint = function.declaration
        way = "read" if set(endpoint.methods) <= {"GET", "HEAD"} else "write"
        wanted = next((scope.format(way) for path, scope in rows if endpoint.path.startswith(path)), "")
        assert endpoint.scopes == (tuple(wanted.split()) if endpoint.security == "jwt" else ()), endpoint.path


def test_every_queue_has_one_consumer() -> None:
    check_queues([_consumer(queue.name, queue) for queue in QUEUES])
    with pytest.raises(DeclarationError, match="no function is the consumer of queue 'deletions'"):
        check_queues([_consumer(queue.name, queue) for queue in QUEUES if queue != DELETIONS])
    with pytest.raises(
        DeclarationError, match="functions/any/second: functions/any/first is the consumer of queue 'indexing'"
    ):
        check_queues([_consumer("first", INDEXING), _consumer("second", INDEXING)])


@pytest.mark.parametrize("says", ["Queue deletions: index.", "Queue indexing", "indexing: index.", ""])
def test_the_docstring_begins_with_the_queue(says: str) -> None:
    with pytest.raises(DeclarationError, match=r"functions/any/index_images: .*'Queue indexing: …'"):
        check_queues([_consumer("index_images", INDEXING, says=says)])


def test_a_consumer_has_the_time_and_the_memory_that_it_declares(application: Application) -> None:
    found = {function.declaration.queue: function.declaration for function in application.consumers}
    arrivals = found.pop(ARRIVALS)
    assert (arrivals.batch, arrivals.timeout, arrivals.memory) == (1, 150, WHOLE_CPU)
    indexing = found.pop(INDEXING)
    assert (indexing.batch, indexing.timeout, indexing.memory, indexing.timed) == (10, 300, 512, True)
    assert found.pop(REDUCING).memory == WHOLE_CPU
    hiding = found.pop(HIDING)
    assert (hiding.batch, hiding.window) == (100, 1)
    assert {(each.timeout, each.memory, each.timed) for each in found.values()} == {(60, 512, False)}
    assert {each.window for each in found.values()} == {0}


def test_a_task_is_started_as_often_as_it_declares(application: Application) -> None:
    every = {function.name: function.declaration.every for function in application.tasks}
    assert every.pop("reconcile") == timedelta(minutes=15)
    assert every.pop("purge_cdn") == timedelta(minutes=1)
    assert every
    assert set(every.values()) == {None}
    assert {(each.declaration.timeout, each.declaration.memory) for each in application.tasks} == {(900, 512)}


def _declared(
    name: str, route: str, *, security: Security = "public", says: str = "", query: str = "", scoped: bool = True
) -> Function[Endpoint]:
    def handler() -> None: ...

    handler.__doc__ = says or f"{route}{query}: something."
    declare: Callable[[Callable[[], None]], Endpoint] = endpoint(
        route, dialect=constellations, scope="any" if scoped and security == "jwt" else (), security=security
    )
    return Function(FUNCTIONS / "any" / name, declare(handler), ())


def _authorizer() -> Function[Authorizer]:
    def nobody(credential: str, now: datetime) -> Caller | None:
        return None

    return Function(FUNCTIONS / "any" / "authorize", authorizer("jwt", credential=".*")(nobody), ())


def _consumer(name: str, queue: Resource, *, says: str | None = None) -> Function[Consumer]:
    def handler(_message: Any, _now: datetime) -> None: ...

    handler.__doc__ = f"Queue {queue.name}: something." if says is None else says
    return Function(FUNCTIONS / "any" / name, consumer(queue)(handler), ())

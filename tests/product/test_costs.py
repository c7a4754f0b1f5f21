"""The most expensive request of every route, message of every consumer and credential of every authorizer has a bound.

The stage (``tests.support.crowd``) says how many things there are, ``tests.support.dearest`` what is asked for. Time
and memory are measured and told (``build/costs.txt``).
"""

import contextlib
import gc
import io
from collections.abc import Callable, Generator, Mapping

import pytest

from constellation.runtime.task import Task
from constellation.runtime.urls import MOST_CHARACTERS
from tests.support.costs import Spent
from tests.support.crowd import Crowd
from tests.support.dearest import Dearest
from tests.support.engine import engine
from tests.support.internet import Host, file
from tests.support.spending import cost
from tests.support.world import configure, handlers, new_world

BOUNDS: Mapping[str, Spent] = {
    # calls, read units, write units, S3 requests
    "accept_connection": Spent(1, 2, 0, 0),
    "add_comment": Spent(54, 54, 26, 0),
    "workspace_add_image": Spent(58, 54, 21, 2),
    "authorize": Spent(2, 1, 0, 0),
    "authorize_key": Spent(2, 1, 2, 0),
    "change_folder": Spent(55, 337, 16, 0),
    "share_change_image": Spent(59, 53, 17, 0),
    "change_collection": Spent(2, 1, 3, 0),
    "connect_user": Spent(6, 4, 11, 0),
    "count_views": Spent(7, 0, 7012, 1),
    "create_api_key": Spent(1, 0, 10, 0),
    "create_collection": Spent(1, 0, 8, 0),
    "create_constellation": Spent(1, 0, 9, 0),
    "create_firmware": Spent(2, 2, 15, 0),
    "create_folder": Spent(55, 54, 14, 0),
    "create_share_upload": Spent(54, 54, 3, 0),
    "create_upload": Spent(55, 54, 6, 0),
    "delete_api_key": Spent(2, 1, 10, 0),
    "create_token": Spent(3, 14, 12, 0),
    "delete_binary": Spent(5, 37, 291, 1),
    "delete_collection": Spent(3, 1, 11, 0),
    "delete_comment": Spent(55, 56, 26, 0),
    "delete_constellation": Spent(4, 2, 7, 0),
    "delete_item": Spent(4, 42, 16, 0),
    "delete_token": Spent(2, 8, 12, 0),
    "delete_firmware": Spent(5, 37, 291, 1),
    "delete_folder": Spent(56, 54, 15, 0),
    "share_delete_image": Spent(56, 53, 30, 0),
    "disconnect_user": Spent(5, 3, 9, 0),
    "clean_up_folder": Spent(627, 1230, 18003, 0),
    "share_find_images": Spent(5, 351, 0, 0),
    "fetch_upload": Spent(3, 1, 6, 1),
    "share_find_files": Spent(14, 1400, 0, 0),
    "share_tag_image": Spent(66, 70, 260, 0),
    "share_list_tags": Spent(2, 54, 0, 0),
    "share_rename_tags": Spent(5, 60, 20, 0),
    "find_user": Spent(2, 2, 0, 0),
    "get_binary": Spent(3, 37, 0, 1),
    "get_collection": Spent(4, 5, 0, 0),
    "get_constellation": Spent(1, 2, 0, 0),
    "get_docs": Spent(0, 0, 0, 0),
    "get_health": Spent(0, 0, 0, 0),
    "get_docs_asset": Spent(0, 0, 0, 0),
    "get_firmware": Spent(2, 37, 0, 0),
    "get_folder": Spent(55, 211, 0, 0),
    "workspace_get_image": Spent(53, 53, 0, 1),
    "share_get_image": Spent(52, 53, 0, 0),
    "get_jwks": Spent(1, 0, 0, 0),
    "get_latest_firmware": Spent(3, 38, 0, 0),
    "get_me": Spent(1, 1, 0, 0),
    "get_openapi": Spent(0, 0, 0, 0),
    "get_structure": Spent(4, 380, 0, 0),
    "get_upload": Spent(1, 1, 0, 0),
    "get_user": Spent(1, 1, 0, 0),
    "hide_images": Spent(200, 0, 0, 0),
    "share_delete_variant": Spent(5, 2, 4, 0),
    "share_get_variant": Spent(1, 1, 0, 0),
    "share_list_variants": Spent(1, 6, 0, 0),
    "share_put_variant": Spent(57, 55, 4, 0),
    "create_share": Spent(54, 53, 21, 0),
    "open_share": Spent(112, 556, 4, 0),
    "unlock_share": Spent(112, 556, 4, 0),
    "list_share_items": Spent(233, 352, 0, 0),
    "list_shares": Spent(7, 504, 0, 0),
    "get_share": Spent(2, 5, 0, 0),
    "change_share": Spent(5, 5, 13, 0),
    "delete_share": Spent(4, 1, 17, 0),
    "workspace_list_shares": Spent(8, 506, 0, 0),
    "workspace_get_share": Spent(3, 7, 0, 0),
    "workspace_delete_share": Spent(5, 3, 17, 0),
    "show_page": Spent(125, 380, 1, 0),
    "sign_link": Spent(55, 55, 1, 0),
    "workspace_delete_variant": Spent(6, 4, 4, 0),
    "workspace_get_variant": Spent(2, 3, 0, 0),
    "workspace_list_variants": Spent(2, 8, 0, 0),
    "workspace_put_variant": Spent(58, 57, 4, 0),
    "index_images": Spent(347, 380, 7244, 0),
    "ingest_upload": Spent(11, 3, 208, 4),
    "list_api_keys": Spent(1, 31, 0, 0),
    "list_binaries": Spent(28, 122, 0, 0),
    "list_collections": Spent(8, 451, 0, 0),
    "list_comments": Spent(59, 822, 0, 0),
    "list_constellations": Spent(4, 205, 0, 0),
    "list_items": Spent(7, 349, 0, 0),
    "list_firmware": Spent(28, 160, 0, 0),
    "workspace_list_images": Spent(77, 848, 0, 0),
    "list_tokens": Spent(2, 120, 0, 0),
    "list_members": Spent(12, 557, 0, 0),
    "share_list_own_images": Spent(113, 1447, 0, 0),
    "share_list_public_images": Spent(65, 951, 0, 0),
    "share_log_in": Spent(6, 4, 4, 0),
    "workspace_log_in": Spent(6, 4, 2, 0),
    "log_out": Spent(3, 2, 1, 0),
    "open_page": Spent(142, 645, 8, 0),
    "refresh_session": Spent(4, 2, 4, 0),
    "order_items": Spent(4, 42, 326, 0),
    "put_item": Spent(57, 57, 24, 0),
    "workspace_sign_up": Spent(3, 0, 8, 0),
    "workspace_delete_image": Spent(56, 53, 30, 0),
    "remove_leftover": Spent(2, 35, 0, 1),
    "rename_constellation": Spent(2, 2, 2, 0),
    "workspace_change_image": Spent(106, 105, 32, 0),
    "run_batch": Spent(1800, 1700, 40800, 0),
    "reduce_image": Spent(4, 1, 4, 2),
    "render_image": Spent(58, 52, 9, 4),
    "render_region": Spent(62, 54, 9, 4),
    "get_info": Spent(52, 52, 0, 0),
    "redirect_to_info": Spent(0, 0, 0, 0),
    "share_sign_up": Spent(1, 0, 8, 0),
    "clean_up_image": Spent(103, 1035, 9038, 5),
    "upload_binary": Spent(5, 3, 207, 1),
    "share_upload_image_by_key": Spent(5, 0, 20, 2),
    "share_upload_image_as_guest": Spent(4, 0, 12, 2),
    "share_upload_image": Spent(5, 0, 20, 2),
    "share_upload_images": Spent(112, 100, 460, 40),
}
"""What a function spends at most."""

BY_TOKENS: Mapping[str, Spent] = {
    "authorize": Spent(2, 1, 2, 0),
    "share_list_own_images": Spent(120, 6600, 0, 0),
    "share_list_public_images": Spent(120, 6600, 0, 0),
}
"""What a function spends at most where a scoped token makes it spend more."""

WARM = 128
"""Megabytes of its memory that a function needs before it is asked for anything."""


@pytest.fixture(scope="module")
def dearest() -> Generator[Dearest]:
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        host = Host(lambda _: file(bytes(50_000_000)), tls=False)
        configure(patch, outbound_allow=[f"127.0.0.1:{host.port}"])
        invocations = Dearest(Crowd(world, made), f"http://127.0.0.1:{host.port}/?".ljust(MOST_CHARACTERS, "a"))
        gc.freeze()  # What is on the stage stays; no fork's collector need look at it.
        yield invocations
        gc.unfreeze()


@pytest.mark.parametrize("function", BOUNDS)
def test_nothing_costs_more_than_its_bound(
    dearest: Dearest, function: str, record_property: Callable[[str, object], None]
) -> None:
    invocations = [each for each in dearest.all if each.function == function]
    assert invocations
    for _, what, doing, by_token in invocations:
        found = cost(dearest.crowd.engine, function, f"{what}, by a token" if by_token else what, doing)
        record_property("cost", list(found))
        bound = (BY_TOKENS if by_token else BOUNDS)[function]
        assert all(spent <= most for spent, most in zip(found.spent, bound, strict=True)), found
        assert found.megabytes < handlers()[function].memory - WARM, found


def test_every_function_that_is_asked_or_fed_has_a_bound() -> None:
    assert set(BOUNDS) == {name for name, handler in handlers().items() if not isinstance(handler, Task)}

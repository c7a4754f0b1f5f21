"""The local engine's DynamoDB in this process with its tables in order, as ``make run`` has them."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from infra.local.ministack_internals import dynamodb
from infra.local.ordered_tables import keep_tables_in_order


@contextmanager
def tables_in_order() -> Generator[None]:
    """Keep tables in order, until the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("query", "scan", "index_item", "set_item", "remove_item"):
            patch.setattr(*dynamodb.place(name), getattr(dynamodb, name))
        keep_tables_in_order()
        yield

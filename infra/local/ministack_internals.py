"""What this project uses of ministack that ministack keeps private: the one place that knows those names.

Each ``Part`` stands for a module of ministack. It is imported when it is first used, because ministack reads its
environment at import. A name that is missing in another version of ministack is found by
``tests/unit/local/test_ministack_internals.py``.
"""

import importlib
from collections.abc import Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

_imported = cache(importlib.import_module)
"""Imports a module once. Python's own function takes 4 µs each time, and a query looks nine names up."""


def seeing(function: Any, **names: Any) -> Any:
    """Return a function of ministack as it is if these names of its module stand for something else."""
    return FunctionType(function.__code__, {**function.__globals__, **names})


class Part:
    """One module of ministack. The names in ``private`` are read and set without their leading underscore."""

    def __init__(self, module: str, *private: str) -> None:
        vars(self).update(module=module, private=frozenset(private))

    def __getattr__(self, name: str) -> Any:
        return getattr(*self.place(name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(*self.place(name), value)

    def place(self, name: str) -> tuple[ModuleType, str]:
        """Return where ministack keeps what is called ``name`` here: the module, and the name there."""
        return _imported(self.module), f"_{name}" if name in self.private else name

    def missing(self) -> Iterator[str]:
        """Yield each private name that the installed ministack does not have, with its module."""
        for module, name in map(self.place, sorted(self.private)):
            if not hasattr(module, name):
                yield f"{self.module}.{name}"


app = Part(
    "ministack.app",
    "asgi_header_list",
    "build_persistence_save_dict",
    "handle_cloudfront_dataplane_request",
    "handle_execute_api_request",
    "send_response",
)
api_gateway = Part(
    "ministack.services.apigateway_v1",
    "authorizers_v1",
    "create_resource",
    "create_stage",
    "delete_method",
    "delete_resource",
    "delete_rest_api",
    "gateway_responses",
    "import_rest_api",
    "put_gateway_response",
    "resources",
    "rest_apis",
    "stages_v1",
)
cloudformation = Part("ministack.services.cloudformation", "stacks")
cloudformation_engine = Part("ministack.services.cloudformation.engine", "resolve_dynamic_references")
cloudfront = Part(
    "ministack.services.cloudfront",
    "apply_response_headers_policy",
    "create_invalidation",
    "distributions",
    "error",
    "fetch_from_origin",
    "function_view",
    "functions",
    "get_invalidation",
    "invalidations",
    "multidict_from_pairs",
    "origin_connect_target",
    "origin_request_headers",
)
dynamodb = Part(
    "ministack.services.dynamodb",
    "INDEX_MEMBERS",
    "apply_exclusive_start_key",
    "condition_syntax_error",
    "evaluate_condition",
    "extract_key_val",
    "index_def",
    "index_item",
    "index_key_lists",
    "index_members",
    "index_order_keys",
    "index_order_value",
    "index_partition",
    "items_replaced",
    "key_condition_clauses",
    "normalize_table_name",
    "paginate_evaluated_items",
    "project_item",
    "query",
    "remove_item",
    "restore_state",
    "scan",
    "set_item",
    "sort_key_value",
    "tables",
    "tokenize",
    "update_table",
)
iam_actions = Part("ministack.core.iam_actions", "action_from_target")
iam_evaluator = Part("ministack.core.iam_evaluator")
key_value_stores = Part("ministack.services.cloudfront_keyvaluestore", "stores")
lambda_runtime = Part("ministack.core.lambda_runtime", "lock", "workers")
logs = Part("ministack.services.cloudwatch_logs", "log_groups")
persistence = Part("ministack.core.persistence", "json_default", "json_object_hook")
provisioners = Part(
    "ministack.services.cloudformation.provisioners",
    "RESOURCE_HANDLERS",
    "cw_metric_alarm_record",
    "provision_resource",
    "sm_secret_string",
    "update_resource",
)
responses = Part("ministack.core.responses")
s3 = Part("ministack.services.s3", "bucket_cors", "bucket_owner_account", "buckets")

PARTS = (
    app,
    api_gateway,
    cloudformation,
    cloudformation_engine,
    cloudfront,
    dynamodb,
    iam_actions,
    iam_evaluator,
    key_value_stores,
    lambda_runtime,
    logs,
    persistence,
    provisioners,
    responses,
    s3,
)

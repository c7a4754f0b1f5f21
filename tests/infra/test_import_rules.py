"""The import rules in ``pyproject.toml`` forget no feature, and none of its modules that others may not import."""

import tomllib
from collections.abc import Sequence
from typing import Any

from infra import CORE, ROOT

CLOSED = ("store", "inputs", "outputs", "params")
"""How the names of modules end that a feature keeps to itself."""

BELOW = ("aws", "common", "imaging", "runtime")
"""The rooms that know no feature."""

RULES: Sequence[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]

MODULES = [path for path in (CORE / "constellation").glob("*/*.py") if path.parent.name not in BELOW]


def test_every_store_input_output_and_parameter_of_a_feature_is_closed() -> None:
    closed = {module for rule in RULES for module in rule.get("protected_modules", ())}
    found = {
        f"constellation.{path.parent.name}.{path.stem}" for path in MODULES if path.stem.rpartition("_")[2] in CLOSED
    }
    assert closed == found


def test_every_feature_has_its_order_and_knows_neither_boto_nor_pillow() -> None:
    features = {f"constellation.{path.parent.name}" for path in MODULES}
    (ordered,) = (set(rule["containers"]) for rule in RULES if "containers" in rule)
    assert ordered == features
    for rule in RULES:
        if rule["type"] == "forbidden" and {"botocore", "PIL"}.intersection(rule["forbidden_modules"]):
            assert features <= set(rule["source_modules"]), rule["name"]

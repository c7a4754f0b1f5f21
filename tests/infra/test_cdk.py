"""The commands from npm, one of which deploys with somebody's credentials, are what the lock files name and no more."""

import json
import re
from typing import Any

import pytest

from infra import ROOT

SHA512 = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


@pytest.mark.parametrize(
    ("folder", "commands"),
    [
        ("cdk", {"aws-cdk"}),
        ("openapi_lint", {"@redocly/cli", "@stoplight/spectral-cli"}),
        ("openapi_types", {"openapi-typescript", "openapi-fetch", "typescript", "@types/node"}),
    ],
)
def test_every_package_is_locked_by_its_hash_and_by_no_address(folder: str, commands: set[str]) -> None:
    lock = json.loads((ROOT / "infra" / folder / "package-lock.json").read_text(encoding="utf-8"))
    packages: dict[str, dict[str, Any]] = lock["packages"]
    wanted = json.loads((ROOT / "infra" / folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    assert wanted.keys() == commands
    for command in commands:
        assert packages[f"node_modules/{command}"]["version"] == wanted[command]
    for package in packages.values():
        assert SHA512.fullmatch(package["integrity"])
        package.pop("funding", None)  # the address of a page that asks for donations, which npm copies
    assert "resolved" not in json.dumps(packages)
    assert "://" not in json.dumps(packages)


def test_nothing_is_deployed_with_what_is_not_locked() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "npx" not in rules
    assert re.search(r"^NPM = .* --ignore-scripts$", rules, re.MULTILINE)
    assert re.search(r"^\tcd \$\(@D\) && \$\(NPM\) ci$", rules, re.MULTILINE)
    for command in ("bootstrap:", "deploy: preflight", "adopt:", "destroy:"):
        assert re.search(rf"^{command} layers (\$\(CONSOLE\) )?\$\(CDK_INSTALLED\) ##", rules, re.MULTILINE)


def test_a_merge_needs_a_clean_openapi_document() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^test:.*\n\t@\$\(MAKE\) .*\blint\b", rules, re.MULTILINE)
    assert re.search(r"^lint: .*\blint-openapi\b", rules, re.MULTILINE)
    lint = rules.partition("\nlint-openapi: $(LINT_INSTALLED)")[2].partition("\n\n")[0]
    assert "--config infra/openapi_lint/redocly.yaml" in lint
    assert "--ruleset infra/openapi_lint/.spectral.yaml --fail-severity=hint" in lint

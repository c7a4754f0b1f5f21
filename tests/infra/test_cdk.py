"""The CDK's command, which deploys with somebody's credentials, is what the lock file names and nothing else."""

import json
import re
from typing import Any

from infra import ROOT

FOLDER = ROOT / "infra" / "cdk"
SHA512 = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


def test_every_package_is_locked_by_its_hash_and_by_no_address() -> None:
    text = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
    packages: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    wanted = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages.pop("")["dependencies"] == wanted
    assert wanted.keys() == {"aws-cdk"}
    assert packages["node_modules/aws-cdk"]["version"] == wanted["aws-cdk"]
    assert all(SHA512.fullmatch(package["integrity"]) for package in packages.values())
    assert "resolved" not in text
    assert "://" not in text


def test_nothing_is_deployed_with_what_is_not_locked() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "npx" not in rules
    assert re.search(r"^NPM = .* --ignore-scripts$", rules, re.MULTILINE)
    assert re.search(r"^\tcd \$\(@D\) && \$\(NPM\) ci$", rules, re.MULTILINE)
    for command in ("deploy: preflight", "adopt:", "destroy:"):
        assert re.search(rf"^{command} layers \$\(CDK_INSTALLED\) ##", rules, re.MULTILINE)
